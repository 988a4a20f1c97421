package session

// This file owns the recovery of a damaged database: what is readable goes into
// a new file, what is not is named. The damaged file is only read. How its
// pages are walked is in salvage_pages.go, how the new file is written in
// salvage_write.go.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Report says what a recovery found.
type Report struct {
	Healthy  bool     // nothing was wrong, and nothing was done
	Damaged  string   // where the damaged file is now; "" when it was left where it was
	Sessions int      // that are in the new file
	Messages int      // likewise, without those of which nothing is left
	Pages    []string // places in the file that could not be read, for people
	Losses   []Loss
}

// Loss is something that is not in the new file as it was. A message of which
// nothing is left has a note in its place there, so that what follows it stays
// where it was.
type Loss struct {
	SessionID string
	MessageID string // "": it is about the session itself
	Why       string
	Kept      bool // what is readable of it is there; messages are marked as damaged
}

func (l Loss) String() string {
	what := "session " + l.SessionID
	if l.MessageID != "" {
		what = "message " + l.MessageID
		if l.SessionID != "" {
			what += " of session " + l.SessionID
		}
	}
	return what + ": " + l.Why
}

var errNothing = errors.New("nothing in it can be read as a session")

// Salvage reads what is readable of the database from, which no one may have
// open, with its log, into the new database to. It changes nothing of from. The
// contents of files are not in the database and not looked at.
//
// A message whose row is lost but whose text is not is recovered with its text;
// one whose text is damaged is kept as it is readable, and marked. *[VersionError]
// says that a newer aimlchat made the file.
func Salvage(ctx context.Context, from, to string) (Report, error) {
	r, err := salvage(ctx, from, to)
	if err != nil {
		return r, fmt.Errorf("recover the sessions in %s: %w", from, err)
	}
	return r, nil
}

func salvage(ctx context.Context, from, to string) (r Report, err error) {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return r, errors.Join(err, fmt.Errorf("%s exists", to))
	}
	im, closing, err := readImage(from)
	if err != nil {
		return r, err
	}
	defer closing()
	w := newWreck(im)
	if err := w.explore(ctx); err != nil {
		return r, err
	}
	if err := w.newer(from); err != nil {
		return r, err
	}
	if len(w.sessions) == 0 && len(w.messages) == 0 {
		return r, errNothing
	}
	w.settle()
	if err := w.write(ctx, to); err != nil {
		_ = removeDatabase(to)
		return r, err
	}
	return w.report, nil
}

// readImage opens a database and its log, or its journal, for reading.
func readImage(path string) (*image, func(), error) {
	file, size, err := openRead(path)
	if err != nil {
		return nil, nil, err
	}
	for _, side := range []string{"-journal", "-wal"} {
		log, logSize, err := openRead(path + side)
		if errors.Is(err, fs.ErrNotExist) || err == nil && logSize == 0 {
			_ = log.Close() // nil: no harm
			continue
		}
		if err != nil {
			_ = file.Close()
			return nil, nil, err
		}
		closing := func() { _, _ = file.Close(), log.Close() }
		if side == "-wal" {
			return openImage(file, size, log, logSize), closing, nil
		}
		im := openImage(file, size, nil, 0)
		im.undo(log, logSize)
		return im, closing, nil
	}
	return openImage(file, size, nil, 0), func() { _ = file.Close() }, nil
}

func openRead(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		_ = f.Close()
	}
	return f, size, err
}

// sideFiles are what may lie beside a database.
var sideFiles = []string{"", "-wal", "-shm", "-journal"}

func removeDatabase(path string) (err error) {
	for _, side := range sideFiles {
		if e := os.Remove(path + side); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Repair recovers the database of o, if it is damaged: what is readable goes
// into a new file, which is checked and takes the place of the old one; that is
// kept beside it, as "PATH.damaged-DATE". A healthy one is left alone.
// *[InUseError] says that an aimlchat has it open.
func Repair(ctx context.Context, o Options) (Report, error) {
	path, err := filepath.Abs(o.Path)
	if err != nil || o.Path == "" || o.Now == nil {
		return Report{}, fmt.Errorf("repair the sessions in %q: it needs the name of a file, and a clock", o.Path)
	}
	if _, err := os.Stat(path); err != nil {
		return Report{}, fmt.Errorf("repair the sessions: %w", err)
	}
	s := &Store{path: path, lockDir: o.LockDir, now: o.Now}
	if s.lockDir == "" {
		s.lockDir = filepath.Join(filepath.Dir(path), "locks")
	}
	if err := s.sit(o, true); err != nil {
		return Report{}, explain(path, err)
	}
	defer s.seat.leave()
	if healthy, err := isHealthy(ctx, path); healthy || err != nil {
		return Report{Healthy: healthy}, err
	}
	return replace(ctx, path, o.Now())
}

// isHealthy reports whether a database is whole. That one can't be looked at
// for other reasons than damage is an error.
func isHealthy(ctx context.Context, path string) (bool, error) {
	h, err := Check(ctx, path)
	if err == nil && h.CutOff {
		err = checkUndone(ctx, path)
	}
	_, newer := errors.AsType[*VersionError](err)
	if newer && h.strange {
		return false, err // it is whole, and has what would be lost
	}
	if err == nil || newer || IsDamaged(err) || errors.Is(err, errForeign) {
		return err == nil, nil // what a newer aimlchat made, and what is another's, the pages tell
	}
	return false, err
}

// replace puts what can be recovered in the place of a damaged database. The
// damaged one has another name before its own is given away.
func replace(ctx context.Context, path string, now time.Time) (Report, error) {
	fresh := path + ".new-" + now.Format("20060102-150405")
	r, err := Salvage(ctx, path, fresh)
	if err != nil {
		return r, err
	}
	if _, err := Check(ctx, fresh); err != nil {
		_ = removeDatabase(fresh)
		return r, fmt.Errorf("repair the sessions in %s: what was recovered is not whole: %w", path, err)
	}
	aside := path + ".damaged-" + now.Format("20060102-150405")
	for i := 2; isFile(aside); i++ {
		aside = fmt.Sprintf("%s.damaged-%s-%d", path, now.Format("20060102-150405"), i)
	}
	if err := move(path, aside, fresh); err != nil {
		return r, fmt.Errorf("repair the sessions in %s: %w", path, err)
	}
	r.Damaged = aside
	return r, syncFolder(filepath.Dir(path))
}

// move renames the database at path to aside, and fresh to path. The log goes
// first: without its database it is nothing, and with another one it is harm.
func move(path, aside, fresh string) error {
	for _, side := range []string{"-wal", "-journal", ""} {
		if err := os.Rename(path+side, aside+side); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_ = os.Remove(path + "-shm") // of the log that moved; made anew when needed
	return os.Rename(fresh, path)
}

func isFile(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
