package session

// This file owns copies of the whole database into a file of its own. The
// contents of files, which lie beside the database, are not in it.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes all that the database holds into a new file at path, which only
// this user can read; [Open] opens it. Others may write meanwhile, this Store too:
// the copy is of one moment. A file that is there already is an [fs.ErrExist].
// The contents of files are not copied.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.backup(ctx, path); err != nil {
		return fmt.Errorf("back the sessions up to %s: %w", path, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, path string) (err error) {
	if s.memory != nil {
		return errors.New("they are kept in memory alone")
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return err
	}
	// SQLite takes an empty file for none; its mode is ours.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	if err := s.vacuumInto(ctx, path); err != nil {
		return err
	}
	return syncFile(path)
}

// vacuumInto uses a connection of its own, so that recordings don't wait.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(s.path, false))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, db.Close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
