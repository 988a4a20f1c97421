package session

// This file owns the copies that are made of a database before its schema
// changes. A copy stays until a person removes it.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

var errNoRoom = errors.New("there is no room for a copy of it")

// backUp copies the database to "PATH.before-NNN" before it is brought to a
// newer version. What is copied is what is committed: whoever calls holds back
// all writers meanwhile. It returns the name of the copy.
func (m *migration) backUp(ctx context.Context) (string, error) {
	size, err := sizeOf(m.path)
	if err != nil {
		return "", err
	}
	if m.place.Free >= 0 && m.place.Free < size+size/8 {
		return "", fmt.Errorf("%w: it takes %d MB", errNoRoom, size>>20+1)
	}
	name := fmt.Sprintf("%s.before-%03d", m.path, len(m.steps))
	for i := 2; ; i++ { // one of an earlier time stays
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
		name = fmt.Sprintf("%s.before-%03d-%d", m.path, len(m.steps), i)
	}
	db, err := sql.Open("sqlite", dsn(m.path, false)+m.options.with)
	if err != nil {
		return "", err
	}
	err = vacuumInto(ctx, db, name)
	return name, errors.Join(err, db.Close())
}

// vacuumInto copies what is committed to a new file, which has its name once it
// is whole and on the disk.
func vacuumInto(ctx context.Context, db *sql.DB, name string) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".new-*") // 0600
	if err != nil {
		return err
	}
	part := f.Name()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", part) // an empty file will do
	if err == nil {
		err = f.Sync() // whoever wrote it, it is one file
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(part)
		_ = os.Remove(part + "-journal")
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // no folder can be synced there; its file system logs names
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // some network file systems can't; there is no other way to ask them
	return d.Close()
}

// copiesOf names the copies that lie beside a database: made before a change
// of its schema, and damaged ones that were replaced.
func copiesOf(path string) []string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if isCopy(e.Name(), filepath.Base(path)) && e.Type().IsRegular() {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	slices.Sort(names)
	return names
}

// isCopy reports whether a file's name is of a copy of the database of that name.
func isCopy(name, of string) bool {
	rest, is := strings.CutPrefix(name, of+".")
	if !is || strings.Contains(rest, ".new-") || strings.HasSuffix(rest, "-wal") || strings.HasSuffix(rest, "-shm") || strings.HasSuffix(rest, "-journal") {
		return false
	}
	return strings.HasPrefix(rest, "before-") || strings.HasPrefix(rest, "damaged-") || strings.HasPrefix(rest, "replaced-")
}
