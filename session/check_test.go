package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// madeOf returns a database of an earlier, or no, version of the schema.
func madeOf(t *testing.T, version int) string {
	t.Helper()
	steps, err := migrations()
	ok(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", dsn(path, false))
	ok(t, err)
	for _, q := range append(append([]string{"PRAGMA journal_mode = WAL"}, steps[:version]...), fmt.Sprintf("PRAGMA user_version = %d", version)) {
		_, err := db.ExecContext(t.Context(), q)
		ok(t, err)
	}
	ok(t, db.Close())
	return path
}

// held returns what all files in a folder hold that hold anything, but for
// the index of a log, which SQLite makes anew for whoever looks.
func held(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	ok(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		ok(t, err)
		if len(data) > 0 && !strings.HasSuffix(e.Name(), "-shm") {
			files[e.Name()] = string(data)
		}
	}
	return files
}

func TestCheck(t *testing.T) {
	s := newStore(t)
	begin(t, s, "one")
	begin(t, s, "two")
	for _, when := range []string{"open", "closed"} {
		h, err := Check(t.Context(), s.path)
		if err != nil || h.Sessions != 2 || !h.Whole || h.Version == 0 || h.Version != h.Newest || h.Size < 4096 {
			t.Errorf("%s: %+v, %v", when, h, err)
		}
		ok(t, s.Close())
	}
}

// The doctor of one version must leave the database of another as it is.
func TestCheckChangesNothing(t *testing.T) {
	steps, err := migrations()
	ok(t, err)
	for version := range steps {
		path := madeOf(t, version)
		before := held(t, filepath.Dir(path))
		h, err := Check(t.Context(), path)
		if err != nil || h.Version != version || h.Newest != len(steps) || !h.Whole {
			t.Errorf("version %d: %+v, %v", version, h, err)
		}
		if after := held(t, filepath.Dir(path)); !maps.Equal(before, after) {
			t.Errorf("version %d: the files have changed", version)
		}
		ok(t, openStore(t, path).Create(t.Context(), Session{ID: "1"}))
		if h, err = Check(t.Context(), path); err != nil || h.Version != len(steps) || h.Sessions != 1 {
			t.Errorf("opened since version %d: %+v, %v", version, h, err)
		}
	}
}

// What a program that died left in the log is counted, and stays there.
func TestCheckLeavesTheLog(t *testing.T) {
	s := newStore(t)
	begin(t, s, "one")
	dead := filepath.Join(t.TempDir(), "dead.db")
	for _, side := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + side)
		ok(t, err)
		ok(t, os.WriteFile(dead+side, data, 0o600))
	}
	before := held(t, filepath.Dir(dead))
	h, err := Check(t.Context(), dead)
	if err != nil || h.Sessions != 1 || len(before) != 2 {
		t.Errorf("%+v, %v", h, err)
	}
	if after := held(t, filepath.Dir(dead)); !maps.Equal(before, after) {
		t.Error("the log was worked in")
	}
}

func TestCheckOfANewerVersion(t *testing.T) {
	s := newStore(t)
	s.mustExec(t, "PRAGMA user_version = 4711")
	s.mustExec(t, "DROP TABLE parts")
	h, err := Check(t.Context(), s.path)
	newer, is := errors.AsType[*VersionError](err)
	if !is || newer.Found != 4711 || h.Version != 4711 || !h.Whole {
		t.Errorf("%+v, %v", h, err)
	}
	if got := pragma(t, s.read, "user_version"); got != "4711" {
		t.Errorf("it has version %s now", got)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	ok(t, os.WriteFile(garbage, []byte(strings.Repeat("this is no database. ", 200)), 0o600))
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	ok(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE recipes (name)")
	ok(t, errors.Join(err, db.Close()))
	s := newStore(t)
	for i := range 10 {
		begin(t, s, fmt.Sprint("hello ", i))
	}
	ok(t, s.Close())
	data, err := os.ReadFile(s.path)
	ok(t, err)
	for i := 5 * 4096; i < len(data); i++ {
		data[i] ^= 0x5a
	}
	ok(t, os.WriteFile(s.path, data, 0o600))

	for path, want := range map[string]string{
		dir:     "is no regular file",
		garbage: "not a database",
		foreign: "the file belongs to another program",
		s.path:  "the file is damaged: ",
	} {
		_, err := Check(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", path, err)
		}
	}
	absent := filepath.Join(dir, "absent.db")
	if _, err := Check(t.Context(), absent); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(absent); err == nil {
		t.Error("a database was made")
	}
}

func TestCheckEnds(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Check(ctx, s.path); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	conn, err := s.read.Conn(t.Context())
	ok(t, err)
	defer func() { _ = conn.Close() }()
	if got, err := whole(t.Context(), conn, -1); got || err != nil {
		t.Errorf("without time: %v, %v", got, err)
	}
}
