package session

// This file owns a database whose file was removed, or replaced by another one,
// while it was open: finding that out before anything is written where nobody
// would ever read it, and putting back what was in it.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// ErrGone says that the file of the database is no longer the one that is open.
// Nothing is written any more then; [Store.PutBack] saves what was in it, and
// opening it again goes on.
var ErrGone = errors.New("the open database has no name any more")

// opened is which files were opened, and where what was in them is now, if they
// are gone.
type opened struct {
	file   os.FileInfo             // of the database; nil: not known
	beside [len(sides)]os.FileInfo // those of sides that were there

	sync.Mutex

	done bool
	to   string // "": where it was
}

// gone reports whether the file by the name of the database is another one than
// the open one, or none. Where it can't be told, it is not: on file systems that
// number files anew, and on Windows, which removes no open file.
func (s *Store) gone() bool {
	if s.opened.file == nil {
		return false
	}
	is, err := os.Stat(s.path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(is, s.opened.file)
}

// sides are what the names of the files end in that lie beside a database.
var sides = [...]string{"-wal", "-shm", "-journal"}

// known remembers which files are open.
func (s *Store) known() (err error) {
	if runtime.GOOS == "windows" || !s.place.Local {
		return nil
	}
	for i, side := range sides {
		s.opened.beside[i], _ = os.Stat(s.path + side) // not all are there
	}
	s.opened.file, err = os.Stat(s.path)
	return err
}

// errGone is ErrGone in words.
func errGone() error {
	return &Fault{"the database file was removed or replaced while it was open", "what was in it is being put back", ErrGone}
}

// PutBack saves what a database holds that is gone: as the file that it was, when
// there is none now; else beside that, as "PATH.replaced-DATE", of which it
// returns the name. This Store writes nothing after that: open another one, and
// keep this one open until the program ends, since closing it would remove the
// log of the new file.
func (s *Store) PutBack(ctx context.Context) (beside string, err error) {
	s.opened.Lock()
	defer s.opened.Unlock()
	if !s.gone() || s.opened.done {
		return s.opened.to, nil
	}
	if beside, err = s.putBack(ctx); err != nil {
		return "", fmt.Errorf("put the database back: %w", faulty(err))
	}
	s.opened.done, s.opened.to = true, beside
	return beside, nil
}

func (s *Store) putBack(ctx context.Context) (beside string, err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return "", err
	}
	name := s.path + ".replaced-" + s.now().Format(time.DateOnly)
	for i := 2; exists(name); i++ {
		name = fmt.Sprintf("%s.replaced-%s-%d", s.path, s.now().Format(time.DateOnly), i)
	}
	if err := vacuumInto(ctx, s.write, name); err != nil {
		return "", err
	}
	vacant := s.vacant()
	// What is left of the open one's log the new file would take for its own.
	for i, side := range sides {
		is, err := os.Stat(s.path + side)
		if err == nil && (vacant || s.opened.beside[i] != nil && os.SameFile(is, s.opened.beside[i])) {
			err = os.Remove(s.path + side)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return name, err
		}
	}
	if !vacant {
		return name, nil
	}
	if os.Link(name, s.path) != nil { // somebody was faster; or there are no links
		if exists(s.path) {
			return name, nil
		}
		return "", os.Rename(name, s.path)
	}
	return "", errors.Join(os.Remove(name), syncFolder(filepath.Dir(s.path)))
}

// vacant reports whether there is no file by the name of the database, and takes
// away an empty one: whoever asked for it when it was gone has made that.
func (s *Store) vacant() bool {
	info, err := os.Stat(s.path)
	if err == nil && info.Size() == 0 {
		err = os.Remove(s.path)
		return err == nil
	}
	return errors.Is(err, fs.ErrNotExist)
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
