package session

// This file owns claims: which process talks in a session. A claim is a lock
// of the operating system on a file in the lock folder, so that it dies with
// its owner. Beside it lies a note for others: who owns it, since when.

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/aimlchat/aimlchat/api"
)

// ClaimedError says that a session is open elsewhere.
type ClaimedError struct {
	SessionID string
	PID       int       // of the process that has it; 0: unknown
	Since     time.Time // when it took it; zero: unknown
}

func (e *ClaimedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("session %s is open in another aimlchat", e.SessionID)
	}
	return fmt.Sprintf("session %s is open in another aimlchat (process %d, since %s)",
		e.SessionID, e.PID, e.Since.Format(time.DateTime))
}

// Claim is the right to talk in a session.
type Claim struct {
	lock *flock.Flock
	note string // name of the file that says who has it

	release func() // of one in memory, which has no files; nil: it is none, or released
}

// owner is what the note says.
type owner struct {
	PID   int   `json:"pid"`
	Since int64 `json:"since_unix_ms"`
}

// Claim takes a session for this process, until Release or the process's
// death. *[ClaimedError] says that it is taken, by another process or by this one.
//
// Then no one else streams in it: each of its answers without an end, but those
// that this Store records, becomes [api.FinishInterrupted], with what was saved
// of it; one of which nothing was saved stays, empty.
func (s *Store) Claim(sessionID string) (*Claim, error) {
	if !validID(sessionID) {
		return nil, fmt.Errorf("claim a session: %q can't be an id", sessionID)
	}
	c, err := s.lock(sessionID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*s.patience)
	defer cancel()
	if err := s.interrupt(ctx, sessionID); err != nil {
		c.Release()
		return nil, fmt.Errorf("claim session %s: mark its broken answers: %w", sessionID, err)
	}
	return c, nil
}

// lock takes the lock of a session and says so in the note.
func (s *Store) lock(sessionID string) (*Claim, error) {
	if s.memory != nil {
		return s.claimInMemory(sessionID)
	}
	if err := os.MkdirAll(s.lockDir, 0o700); err != nil {
		return nil, fmt.Errorf("claim session %s: %w", sessionID, err)
	}
	c := &Claim{note: filepath.Join(s.lockDir, sessionID+".json")}
	for c.lock == nil {
		lock, err := tryLock(filepath.Join(s.lockDir, sessionID+".lock"))
		if err != nil {
			return nil, fmt.Errorf("claim session %s: %w", sessionID, err)
		}
		if lock == nil {
			return nil, claimed(sessionID, c.note)
		}
		c.lock = current(lock)
	}
	if err := c.sign(s.now()); err != nil {
		c.Release()
		return nil, fmt.Errorf("claim session %s: %w", sessionID, err)
	}
	return c, nil
}

// Release gives the session back. A claim may be released more than once, and
// a nil one.
func (c *Claim) Release() {
	if c != nil && c.release != nil {
		c.release()
		c.release = nil
	}
	if c == nil || c.lock == nil {
		return
	}
	// While the lock is held, so that what goes is ours. Windows refuses to
	// remove an open file; it stays then, and does no harm.
	_ = os.Remove(c.note)
	_ = os.Remove(c.lock.Path())
	_ = c.lock.Close()
	c.lock = nil
}

// tryLock returns nil without an error if another has the lock.
func tryLock(path string) (*flock.Flock, error) {
	lock := flock.New(path, flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if err != nil || !ok {
		_ = lock.Close()
		return nil, err
	}
	return lock, nil
}

// current returns lock if its file is still the one that others would lock,
// and lets go of it otherwise: the last owner removed it between our opening
// and our locking.
func current(lock *flock.Flock) *flock.Flock {
	locked, err := lock.Stat()
	named, err2 := os.Stat(lock.Path())
	if err == nil && err2 == nil && os.SameFile(locked, named) {
		return lock
	}
	_ = lock.Close()
	return nil
}

func (c *Claim) sign(now time.Time) error {
	note, err := json.Marshal(owner{os.Getpid(), now.UnixMilli()})
	if err != nil {
		return err
	}
	return os.WriteFile(c.note, note, 0o600)
}

// claimed reads the note of the one who has the session. It may be missing for
// a moment, and is then not worth waiting for.
func claimed(sessionID, note string) error {
	e := &ClaimedError{SessionID: sessionID}
	var o owner
	if b, err := os.ReadFile(note); err == nil && json.Unmarshal(b, &o) == nil {
		e.PID, e.Since = o.PID, time.UnixMilli(o.Since)
	}
	return e
}

// interrupt ends the answers of a session that no one will end.
func (s *Store) interrupt(ctx context.Context, sessionID string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		ids, err := streaming(ctx, tx, sessionID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if s.live.has(id) {
				continue
			}
			if err := endAs(ctx, tx, id, id, api.FinishInterrupted); err != nil {
				return err
			}
		}
		return nil
	})
}

func streaming(ctx context.Context, tx *sql.Tx, sessionID string) (ids []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM messages WHERE session_id = ? AND role = 'assistant' AND finish = ''`, sessionID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(err, rows.Err())
}
