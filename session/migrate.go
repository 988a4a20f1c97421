package session

// This file owns the schema's version: the embedded migrations and the order
// in which they run. What they make is in migrations/NNN_name.sql; a released
// one is never edited.

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks a database file as ours ("aiml"); 001_tree.sql sets it.
const applicationID = 0x61696d6c

// VersionError says that the database was made by a newer aimlchat.
type VersionError struct {
	Path   string
	Found  int // version of the schema in the file
	Newest int // that this program knows
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("open the sessions in %s: the file has schema version %d and this aimlchat knows versions up to %d; %s",
		e.Path, e.Found, e.Newest, e.Hint())
}

// Hint says what to do.
func (e *VersionError) Hint() string { return "update aimlchat" }

var errForeign = errors.New("the file belongs to another program")

// migrations returns the SQL of each step: the first leads from version 0 to 1.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(b)
	}
	return steps, nil
}

// migration is one opening's way to the newest version.
type migration struct {
	path    string
	place   Place
	options Options
	steps   []string
	copy    string // made before the first step
}

// run makes sure that the file is ours, has the journal that its place allows,
// the newest version, and is writable. Before a database that holds something
// changes, it is copied; a copy that turns out not to be needed goes again.
func (m *migration) run(ctx context.Context, db *sql.DB) (err error) {
	if m.steps, err = migrations(); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if !m.place.Local {
		// A log that lies there is then read without memory that others share.
		if _, err := conn.ExecContext(ctx, "PRAGMA locking_mode = EXCLUSIVE"); err != nil {
			return err
		}
	}
	// The file of another program must be refused before its journal mode changes.
	if err := identify(ctx, conn); err != nil {
		return err
	}
	if err := m.useJournal(ctx, conn); err != nil {
		return err
	}
	// A migration that rebuilds a table drops the old one, and with it, were
	// foreign keys on, every row that refers to it.
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return err
	}
	begun := false
	for done := false; !done && err == nil; begun = begun || err == nil {
		done, err = m.step(ctx, conn)
	}
	if err != nil && !begun && m.copy != "" {
		_ = os.Remove(m.copy)
	}
	_, err2 := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA foreign_keys = ON")
	return errors.Join(err, err2)
}

// identify refuses a database that is neither empty nor ours. It looks in one
// transaction, since another program may be making the file ours right now.
func identify(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var id, tables int
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return errForeign
	}
	return nil
}

// useJournal turns on the journal that the place allows. Changing it needs the
// file for a moment alone, and SQLite doesn't wait for that in every case.
func (m *migration) useJournal(ctx context.Context, conn *sql.Conn) error {
	const every = 10 * time.Millisecond
	for left := cmp.Or(m.options.patience, busyTimeout); ; left -= every {
		err := setJournal(ctx, conn, m.place.Journal())
		if resultCode(err) != sqlite3.SQLITE_BUSY || left <= 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(every):
		}
	}
}

func setJournal(ctx context.Context, conn *sql.Conn, journal string) error {
	var now string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = "+journal).Scan(&now); err != nil {
		return err
	}
	if journal == walJournal {
		return nil
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA locking_mode = NORMAL"); err != nil {
		return err
	}
	return conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(new(int)) // lets go
}

// step applies the next migration, in one transaction. It is done when there
// is none left. It looks at the version inside the transaction, since another
// program may be migrating too.
func (m *migration) step(ctx context.Context, conn *sql.Conn) (done bool, err error) {
	steps := m.steps
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	if version > len(steps) {
		return false, &VersionError{Path: m.path, Found: version, Newest: len(steps)}
	}
	if version == len(steps) {
		// Rolled back; it fails now, not at the first prompt, if the file can't be written.
		return true, setVersion(ctx, tx, version)
	}
	if err := m.prepare(ctx, tx); err != nil {
		return false, fmt.Errorf("copy the sessions before the schema comes to version %d: %w", len(steps), err)
	}
	if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
		return false, fmt.Errorf("bring the schema to version %d: %w", version+1, err)
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return false, fmt.Errorf("bring the schema to version %d: %w", version+1, err)
	}
	if err := setVersion(ctx, tx, version+1); err != nil {
		return false, err
	}
	return false, tx.Commit()
}

// prepare copies a database that holds something, once.
func (m *migration) prepare(ctx context.Context, tx *sql.Tx) (err error) {
	if m.copy != "" {
		return nil
	}
	var tables, sessions int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'sessions'").Scan(&tables); err != nil || tables == 0 {
		return err
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sessions").Scan(&sessions); err != nil || sessions == 0 {
		return err
	}
	m.copy, err = m.backUp(ctx)
	return err
}

func setVersion(ctx context.Context, tx *sql.Tx, version int) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)) // pragmas take no parameters
	return err
}

func checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	var broken int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken)
	if err == nil && broken > 0 {
		err = fmt.Errorf("%d rows refer to nothing", broken)
	}
	return err
}
