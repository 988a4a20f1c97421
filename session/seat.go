package session

// This file owns who may have a database open. On a disk of this computer any
// number of programs may, and each holds a lock that says so, for those who
// need the file alone. Elsewhere locks can't be relied on: one program has the
// file, and a note beside it says which, on which computer.

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// InUseError says that another program has the database, and that it can't be shared.
type InUseError struct {
	Path  string
	Host  string    // computer of the program; "" if nobody says
	PID   int       // of the program there; 0: unknown
	Since time.Time // zero: unknown
	Note  string    // the file that says so; "" for a lock of the operating system
	Away  bool      // the program is on another computer, and may be dead without anybody here knowing

	repairing bool // it needs the file alone, for as long as that takes
}

func (e *InUseError) Error() string {
	text := fmt.Sprintf("open the sessions in %s: in use", e.Path)
	if e.Host != "" {
		text += " on " + e.Host
	}
	if !e.Since.IsZero() {
		text += " since " + e.Since.Format(time.DateTime)
	}
	if e.PID != 0 {
		text += fmt.Sprintf(", process %d", e.PID)
	}
	return text + "; " + e.Hint()
}

// Hint says what to do.
func (e *InUseError) Hint() string {
	switch {
	case e.repairing:
		return "another aimlchat repairs them; try again when it is done"
	case e.Note == "":
		return "leave every other aimlchat first"
	case e.Away:
		return fmt.Sprintf("leave aimlchat there; if it no longer runs there, remove %s", e.Note)
	}
	return fmt.Sprintf("leave that aimlchat first; if process %d is no aimlchat, remove %s", e.PID, e.Note)
}

// seat is the right to have a database open.
type seat struct {
	shared *flock.Flock // of a local one
	note   string       // of another: the file with our name
	text   string       // what we wrote there
}

// sitter is what the note says.
type sitter struct {
	Host  string `json:"host"`
	PID   int    `json:"pid"`
	Since int64  `json:"since_unix_ms"`
	Mark  string `json:"mark"` // tells two notes of one process apart
}

// seats are the notes of this process: after a restart of a container another
// program may have had our number.
var seats = struct {
	sync.Mutex
	taken map[string]bool
}{taken: map[string]bool{}}

// hostName is the name of this computer.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "an unnamed computer"
	}
	return name
}

// sitShared takes a seat beside others, or, alone, the only one. *[InUseError]
// says that there is none.
func sitShared(path, lockDir string, alone bool) (*seat, error) {
	if err := os.MkdirAll(filepath.Dir(lockDir), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Clean(lockDir)+".in-use", flock.SetPermissions(0o600))
	try := lock.TryRLock
	if alone {
		try = lock.TryLock
	}
	got, err := try()
	if err != nil || !got {
		_ = lock.Close()
		if err == nil {
			err = &InUseError{Path: path, repairing: !alone}
		}
		return nil, err
	}
	return &seat{shared: lock}, nil
}

// sitAlone takes the only seat at a database by a note beside it. The note of a
// program of this computer that died is no obstacle.
func sitAlone(path, host string, now time.Time) (*seat, error) {
	note := path + ".host"
	me := sitter{Host: host, PID: os.Getpid(), Since: now.UnixMilli(), Mark: rand.Text()}
	text, err := json.Marshal(me)
	if err != nil {
		return nil, err
	}
	for range 10 {
		switch err := create(note, text); {
		case err == nil:
			seats.Lock()
			seats.taken[note] = true
			seats.Unlock()
			return &seat{note: note, text: string(text)}, nil
		case !errors.Is(err, fs.ErrExist):
			return nil, err
		}
		had, err := os.ReadFile(note)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it left in between
		}
		if err != nil {
			return nil, err
		}
		if taken := occupied(path, note, host, had); taken != nil {
			return nil, taken
		}
		if err := unseat(note, had); err != nil {
			return nil, err
		}
	}
	return nil, &InUseError{Path: path, Note: note, Away: true}
}

// create writes a file that must not be there, whole or not at all: who reads
// the note reads all of it.
func create(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+"-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return createPlain(name, text) // no links there
}

func createPlain(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// occupied reports who has the seat, nil if it is a dead program of this computer.
func occupied(path, note, host string, had []byte) error {
	var who sitter
	if err := json.Unmarshal(had, &who); err != nil {
		return &InUseError{Path: path, Note: note, Away: true}
	}
	taken := &InUseError{Path: path, Host: who.Host, PID: who.PID, Since: time.UnixMilli(who.Since), Note: note, Away: who.Host != host}
	if taken.Away {
		return taken
	}
	if who.PID == os.Getpid() {
		seats.Lock()
		defer seats.Unlock()
		if !seats.taken[note] {
			return nil
		}
		return taken
	}
	if alive(who.PID) {
		return taken
	}
	return nil
}

// unseat removes a note of the dead. Another program may do that at the same
// time, and have a note of its own there by now, which then comes back.
func unseat(note string, had []byte) error {
	aside := note + "-" + rand.Text()
	if err := os.Rename(note, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if now, err := os.ReadFile(aside); err == nil && string(now) != string(had) {
		return os.Rename(aside, note)
	}
	return os.Remove(aside)
}

// leave gives the seat back.
func (s *seat) leave() {
	if s == nil {
		return
	}
	if s.shared != nil {
		_ = s.shared.Close()
		return
	}
	seats.Lock()
	defer seats.Unlock()
	if now, err := os.ReadFile(s.note); err == nil && string(now) == s.text {
		_ = os.Remove(s.note)
	}
	delete(seats.taken, s.note)
}
