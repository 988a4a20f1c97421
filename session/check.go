package session

// This file owns the look at a database that changes nothing in it: no
// migration, no repair, no checkpoint. It refuses to be a [Store].

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Health is what a database says of itself.
type Health struct {
	Version  int      // of its schema; 0: nothing is in it yet
	Newest   int      // that this program knows; [Open] brings a lower Version to it
	Sessions int      // how many it holds; 0 in one of a newer aimlchat, which are not counted
	Size     int64    // in bytes, with what waits in its log
	Place    Place    // where it lies
	Journal  string   // that it has now: "wal" or "delete"
	Copies   []string // that lie beside it: made before a change of its schema, and damaged ones that were replaced
	CutOff   bool     // the last program ended while it wrote, which the next one takes back; nothing more is known
	Whole    bool     // it was looked at to its end; false: that would have taken too long

	strange bool // the schema of a newer version is not known
}

var errDamaged = errors.New("the file is damaged")

// checkWithin bounds the look for damage in a large database.
const checkWithin = 20 * time.Second

// Check looks whether the database at path is ours and whole. It only reads, so
// it is no [Store]'s method: [Open] would bring the schema up to date. The most
// that SQLite leaves behind is an empty log beside the file. Stores may be open
// meanwhile, in this program and in others.
//
// The errors name the file. One of a database that was made by a newer aimlchat
// is a *[VersionError], beside what is known of it; one of a database that is
// not there is [fs.ErrNotExist].
func Check(ctx context.Context, path string) (Health, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Health{}, fmt.Errorf("check the sessions: %w", err)
	}
	var h Health
	if h.Size, err = sizeOf(path); err != nil {
		return h, fmt.Errorf("check the sessions: %w", err)
	}
	h.Place, h.Copies = askPlace(path, nil), copiesOf(path)
	if _, err := ready(path); err != nil {
		return h, err
	}
	err = h.look(ctx, path)
	switch {
	case cutOff(err):
		h.CutOff = true
		return h, nil
	case err != nil:
		return h, explain(path, err)
	}
	if h.Version > h.Newest {
		return h, &VersionError{Path: path, Found: h.Version, Newest: h.Newest}
	}
	return h, nil
}

func (h *Health) look(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, true)+"&mode=ro")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return h.examine(ctx, conn)
}

// sizeOf is how much the database takes. It does not open the files: see [ready].
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%s is no regular file", path)
	}
	size := info.Size()
	if log, err := os.Stat(path + "-wal"); err == nil {
		size += log.Size()
	}
	return size, nil
}

// namesOf returns the names of all that the first steps of a schema make.
func namesOf(steps []string) (map[string]bool, error) {
	schema, err := schemaOf(context.Background(), steps)
	names := map[string]bool{}
	for line := range schema {
		names[strings.Fields(line)[1]] = true
	}
	return names, err
}

// schemas holds what [schemaOf] returned, by the number of steps: making a schema
// takes longer than most of what is asked of it.
var schemas sync.Map

// schemaOf returns what a database of the first steps consists of, to be read only.
func schemaOf(ctx context.Context, steps []string) (map[string]bool, error) {
	if known, is := schemas.Load(len(steps)); is {
		return known.(map[string]bool), nil
	}
	schema, err := makeSchema(ctx, steps)
	if err == nil {
		schemas.Store(len(steps), schema)
	}
	return schema, err
}

func makeSchema(ctx context.Context, steps []string) (map[string]bool, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	for _, step := range steps {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			return nil, err
		}
	}
	return readSchema(ctx, conn)
}

// readSchema returns a line for each table and index: its kind, its name and
// how it was made.
func readSchema(ctx context.Context, conn *sql.Conn) (map[string]bool, error) {
	rows, err := conn.QueryContext(ctx, "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lines := map[string]bool{}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		lines[line] = true
	}
	return lines, rows.Err()
}

func (h *Health) examine(ctx context.Context, conn *sql.Conn) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	h.Newest = len(steps)
	if err := identify(ctx, conn); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.Version); err != nil {
		return err
	}
	if h.Version > 0 && h.Version <= h.Newest {
		want, err := schemaOf(ctx, steps[:h.Version])
		if err != nil {
			return err
		}
		have, err := readSchema(ctx, conn)
		if err != nil {
			return err
		}
		if !maps.Equal(have, want) {
			return fmt.Errorf("%w: it is not of schema version %d as it says", errDamaged, h.Version)
		}
		if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sessions").Scan(&h.Sessions); err != nil {
			return err
		}
	}
	if h.Version > h.Newest {
		if h.strange, err = strange(ctx, conn, steps); err != nil {
			return err
		}
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&h.Journal); err != nil {
		return err
	}
	h.Whole, err = whole(ctx, conn, checkWithin)
	return err
}

// strange reports whether the schema is none that was ever ours. One that is, with
// a number that it can't have, has a damaged number.
func strange(ctx context.Context, conn *sql.Conn, steps []string) (bool, error) {
	have, err := readSchema(ctx, conn)
	for n := 1; n <= len(steps) && err == nil; n++ {
		var want map[string]bool
		if want, err = schemaOf(ctx, steps[:n]); err == nil && maps.Equal(have, want) {
			return false, nil
		}
	}
	return true, err
}

// whole reports whether the database was found whole within that time. Damage
// is an error, lack of time is none.
func whole(ctx context.Context, conn *sql.Conn, within time.Duration) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var verdict string
	err := conn.QueryRowContext(limited, "PRAGMA quick_check(1)").Scan(&verdict)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case limited.Err() != nil:
		return false, nil
	case err == nil && verdict != "ok":
		verdict = strings.TrimPrefix(verdict, "*** in database main ***")
		err = fmt.Errorf("%w: %s", errDamaged, strings.Join(strings.Fields(verdict), " "))
	}
	return err == nil, err
}
