package session

// This file owns the database handles: how they are opened and closed, and the
// two ways in, [Store.change] and [Store.look]. It knows no table.

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
	sqlite3 "modernc.org/sqlite/lib"
)

// Options say where a [Store] lives and whom it tells.
type Options struct {
	Path    string           // of the database file; made, with its folder, when absent; the folder files beside it takes contents
	LockDir string           // of the claims; "": the folder locks beside the database
	Now     func() time.Time // the wall clock; needed

	// OnSaveError is told when a recording can't be saved: once, until saving
	// works again. It is called from a goroutine of the recording and must
	// return soon. Nil: nobody is told.
	OnSaveError func(error)

	// Memory keeps all in the memory of this process, until Close: nothing is read
	// from a disk or written to one. Path and LockDir then mean nothing.
	Memory bool

	// For tests: the file system of a folder, the name of this computer, what
	// is added to the name of the file for the driver, and how long a save, and
	// who waits for another program, is given on a machine however slow.
	place    func(dir string) Place
	host     string
	with     string
	patience time.Duration // 0: busyTimeout
}

// Store is the database of sessions. Its methods may be called from any
// goroutine but the screen's: a write may wait for another program's.
type Store struct {
	path        string
	lockDir     string
	now         func() time.Time
	onSaveError func(error)

	write  *sql.DB // one connection: writers of this program queue here, not at the file
	read   *sql.DB
	live   liveSet
	files  contents
	place  Place
	seat   *seat
	memory *memory // nil: the database is a file
	opened opened

	patience time.Duration // that a save is given

	// watch, set by tests, is told of each attempt to save a recording: when it
	// begins, and with how many bytes of text and reasoning it succeeded.
	watch func(done bool, size int)
}

// busyTimeout is how long a statement waits for other programs to let go.
const busyTimeout = 5 * time.Second

// Open opens the database, making it or bringing its schema up to date as
// needed. Several programs may do so at once. The errors name the file and say
// what to do; *[VersionError] means that a newer aimlchat has been here.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Memory {
		return openMemory(ctx, o)
	}
	path, err := filepath.Abs(o.Path)
	if err != nil || o.Path == "" || o.Now == nil {
		return nil, fmt.Errorf("open the sessions in %q: it needs the name of a file, and a clock", o.Path)
	}
	absent, err := ready(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, lockDir: o.LockDir, now: o.Now, onSaveError: o.OnSaveError, patience: cmp.Or(o.patience, busyTimeout)}
	s.files.dir = filepath.Join(filepath.Dir(path), "files")
	if s.lockDir == "" {
		s.lockDir = filepath.Join(filepath.Dir(path), "locks")
	}
	if err := s.sit(o, false); err != nil {
		return nil, explain(path, err)
	}
	if err := s.open(ctx, absent, o); err != nil {
		_ = s.Close()
		return nil, explain(path, err)
	}
	return s, nil
}

// sit finds out where the database lies and takes a seat at it.
func (s *Store) sit(o Options, alone bool) (err error) {
	s.place = askPlace(s.path, o.place)
	if !s.place.Local {
		s.seat, err = sitAlone(s.path, cmp.Or(o.host, hostName()), s.now())
		return err
	}
	s.seat, err = sitShared(s.path, s.lockDir, alone)
	if _, taken := errors.AsType[*InUseError](err); !taken && !alone {
		// Without a folder for locks no session can be claimed, which is told
		// then; what there is can be read.
		return nil
	}
	return err
}

// Place returns where the database lies.
func (s *Store) Place() Place { return s.place }

func (s *Store) open(ctx context.Context, absent bool, o Options) (err error) {
	if err := s.connect(ctx, o.with); err != nil {
		return err
	}
	if absent {
		// Before anything is in it. SQLite gives its side files the same mode.
		if err := os.Chmod(s.path, 0o600); err != nil {
			return err
		}
	}
	m := migration{path: s.path, place: s.place, options: o}
	return errors.Join(m.run(ctx, s.write), s.known())
}

// connect opens the handles. With is added to the name of the database.
func (s *Store) connect(ctx context.Context, with string) (err error) {
	if s.write, err = sql.Open("sqlite", dsn(s.path, false)+with); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", dsn(s.path, true)+with); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(4)
	return s.write.PingContext(ctx)
}

// Close closes the database. End the recordings first: one that goes on can't
// save any more.
func (s *Store) Close() error {
	var errs []error
	s.memory.drop()
	gone := s.gone() // closing it would remove the log of the file that took its place
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil && !gone {
			errs = append(errs, db.Close())
		}
	}
	s.seat.leave()
	s.seat = nil
	return errors.Join(errs...)
}

// dsn names the database file for the driver, with what every connection needs.
func dsn(path string, readOnly bool) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"foreign_keys(1)",
		"synchronous(FULL)",
		"fullfsync(1)", // macOS: a plain fsync leaves it in the drive's cache
		"checkpoint_fullfsync(1)",
	}}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
		q.Add("mode", "rw") // it makes no file where there is none
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// change runs f in a transaction that is on the disk when change returns nil. It
// runs f again, after undoing all it did, if the index of the search was damaged.
func (s *Store) change(ctx context.Context, f func(*sql.Tx) error) error {
	if s.gone() {
		return errGone()
	}
	err := within(ctx, s.write, nil, f)
	if resultCode(err) == sqlite3.SQLITE_CORRUPT && within(ctx, s.write, nil, func(tx *sql.Tx) error { return emptyIndex(ctx, tx) }) == nil {
		err = within(ctx, s.write, nil, f) // if only the index was damaged, which the next search makes anew
	}
	return err
}

// look runs f in a transaction that sees one state of the database throughout.
func (s *Store) look(ctx context.Context, f func(*sql.Tx) error) error {
	return within(ctx, s.read, &sql.TxOptions{ReadOnly: true}, f)
}

func within(ctx context.Context, db *sql.DB, o *sql.TxOptions, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return faulty(err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return faulty(err)
	}
	return faulty(tx.Commit())
}
