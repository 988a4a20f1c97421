package session

// This file owns what goes wrong with a database, in words for people: what
// happened, and what to do. It repairs nothing.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Fault is a failure of the database, the disk or another program. Its text is
// one line: what happened, and what to do about it.
type Fault struct {
	What string
	Hint string
	Err  error // of the database's library
}

func (f *Fault) Error() string { return f.What + "; " + f.Hint }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// repairHint is what to do about damage.
const repairHint = "run aimlchat doctor --repair, which recovers what is readable and keeps the old file"

// faulty gives an error of SQLite words that help. It returns any other error,
// and nil, as it is.
func faulty(err error) error {
	if _, known := errors.AsType[*Fault](err); known {
		return err
	}
	switch resultCode(err) {
	case sqlite3.SQLITE_FULL:
		return &Fault{"the disk is full", "make room on it", err}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return &Fault{"the database can't be written", "make the file and its folder writable for you", err}
	case sqlite3.SQLITE_CANTOPEN:
		return &Fault{"the database file can't be opened", "make the file and its folder writable for you", err}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &Fault{"another program holds the database", "leave that program, or wait until it lets go", err}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &Fault{"the database is damaged", "leave aimlchat and " + repairHint, err}
	case sqlite3.SQLITE_IOERR:
		return &Fault{fmt.Sprintf("the disk fails (%v)", err), "check the disk and its room", err}
	}
	return err
}

// ready makes the folder of the database, and refuses what can't be one. It
// reports whether the file is yet to be made.
//
// It does not open the file: closing it would drop the locks that another Store
// of this process holds on it (a trap of POSIX).
func ready(path string) (absent bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return false, explain(path, err)
		}
		return true, nil
	case err != nil:
		return false, explain(path, err)
	case info.IsDir():
		return false, fmt.Errorf("open the sessions in %s: it is a folder; name a file, or move the folder away", path)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("open the sessions in %s: it is no regular file; name another", path)
	case info.Size() == 0:
		// SQLite would take it for a new one, and remove the log.
		if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
			return false, explain(path, fmt.Errorf("%w: it is empty, and its log is not", errDamaged))
		}
	}
	return false, nil
}

// explain says of a failed opening what to do about it.
func explain(path string, err error) error {
	if _, ok := errors.AsType[*VersionError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*InUseError](err); ok {
		return err
	}
	hint := "check the file and its folder"
	switch code := resultCode(err); {
	case errors.Is(err, errNoRoom), code == sqlite3.SQLITE_FULL:
		hint = "make room on the disk"
	case errors.Is(err, fs.ErrPermission), code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_CANTOPEN:
		hint = "make the file and its folder writable for you"
	case errors.Is(err, errForeign):
		hint = "move the file away, or name another"
	case code == sqlite3.SQLITE_NOTADB:
		hint = "move the file away, or name another; if it held sessions, " + repairHint
	case errors.Is(err, errDamaged):
		hint = repairHint
	case code == sqlite3.SQLITE_CORRUPT:
		err, hint = fmt.Errorf("%w: %w", errDamaged, err), repairHint
	case code == sqlite3.SQLITE_BUSY:
		hint = "another program holds it; try again"
	}
	what := err.Error()
	if f, is := errors.AsType[*Fault](err); is {
		what = f.What
	}
	return &Fault{fmt.Sprintf("open the sessions in %s: %s", path, what), hint, err}
}

// IsDamaged reports whether err says that a database is damaged, so that
// [Repair] may help.
func IsDamaged(err error) bool {
	code := resultCode(err)
	return errors.Is(err, errDamaged) || code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

// constraintCode is of a row that the schema refuses.
const constraintCode = sqlite3.SQLITE_CONSTRAINT

// resultCode returns SQLite's primary code for err, 0 when err is none of its.
func resultCode(err error) int { return extendedCode(err) & 0xff }

func extendedCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}
