package session

// This file owns the schema's version: the embedded migrations and the order
// in which they run. What they make is in migrations/NNN_name.sql; a released
// one is never edited.

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
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
	return fmt.Sprintf("open the sessions in %s: the file has schema version %d and this aimlchat knows versions up to %d; update aimlchat",
		e.Path, e.Found, e.Newest)
}

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

// migrate makes sure that the file is ours, in WAL mode, of the newest version
// and writable.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	// The file of another program must be refused before its journal mode changes.
	if err := identify(ctx, conn); err != nil {
		return err
	}
	if err := useWAL(ctx, conn); err != nil {
		return err
	}
	// A migration that rebuilds a table drops the old one, and with it, were
	// foreign keys on, every row that refers to it.
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return err
	}
	for done := false; !done && err == nil; {
		done, err = step(ctx, conn, path, steps)
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

// useWAL turns on the write-ahead log. Changing to it needs the file for a
// moment alone, and SQLite doesn't wait for that in every case.
func useWAL(ctx context.Context, conn *sql.Conn) error {
	const every = 10 * time.Millisecond
	for left := busyTimeout; ; left -= every {
		_, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL")
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

// step applies the next migration, in one transaction. It is done when there
// is none left. It looks at the version inside the transaction, since another
// program may be migrating too.
func step(ctx context.Context, conn *sql.Conn, path string, steps []string) (done bool, err error) {
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
		return false, &VersionError{Path: path, Found: version, Newest: len(steps)}
	}
	if version == len(steps) {
		// Rolled back; it fails now, not at the first prompt, if the file can't be written.
		return true, setVersion(ctx, tx, version)
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
