package session

// This file owns what a database in memory has in the place of files: contents,
// claims, and the name by which the two handles find the same memory. It is in
// one process, and goes with it: nothing is left, whatever happens.

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// memory is what lies beside a database in memory.
type memory struct {
	mu       sync.Mutex
	contents map[string][]byte // by the paths that they would have
	claimed  map[string]time.Time
	anchor   *sql.Conn // while a connection is open, SQLite keeps the memory
}

// memories counts the databases in memory of this process.
var memories atomic.Int64

// inMemory begins the path of a database in memory, which SQLite takes for a name
// and looks for on no disk.
const inMemory = "/memory-"

func openMemory(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		return nil, fmt.Errorf("open sessions in memory: it needs a clock")
	}
	h := &memory{contents: map[string][]byte{}, claimed: map[string]time.Time{}}
	s := &Store{
		path: fmt.Sprintf("%s%d", inMemory, memories.Add(1)), now: o.Now, onSaveError: o.OnSaveError,
		place: Place{Type: "memory", Local: true, Free: -1}, memory: h, files: contents{dir: inMemory, memory: h},
		patience: cmp.Or(o.patience, busyTimeout),
	}
	err := s.connect(ctx, "&vfs=memdb"+o.with)
	if err == nil {
		s.read.SetMaxOpenConns(5) // the anchor is one
		h.anchor, err = s.read.Conn(ctx)
	}
	if err == nil {
		m := migration{path: s.path, place: s.place, options: o}
		err = m.run(ctx, s.write)
	}
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open sessions in memory: %w", err)
	}
	return s, nil
}

func (m *memory) get(path string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.contents[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (m *memory) put(path string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.contents[path] = bytes.Clone(data)
}

// receive keeps what comes, if it is the content of f.
func (m *memory) receive(path string, from io.Reader, f api.File) error {
	data, err := io.ReadAll(io.LimitReader(from, f.Size+1))
	if err == nil && (int64(len(data)) != f.Size || sumOf(data) != f.SHA256) {
		err = errAltered
	}
	if err == nil {
		m.put(path, data)
	}
	return err
}

func (m *memory) remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.contents[path]; !ok {
		return fs.ErrNotExist
	}
	delete(m.contents, path)
	return nil
}

// claim reports since when a session is claimed; zero: it was not, and is now.
func (m *memory) claim(sessionID string, now time.Time) (since time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if since, taken := m.claimed[sessionID]; taken {
		return since
	}
	m.claimed[sessionID] = now
	return time.Time{}
}

func (m *memory) release(sessionID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.claimed, sessionID)
}

// drop lets go of the memory, as soon as the handles are closed.
func (m *memory) drop() {
	if m != nil && m.anchor != nil {
		_ = m.anchor.Close()
	}
}

// claimInMemory is [Store.Claim] in memory.
func (s *Store) claimInMemory(sessionID string) (*Claim, error) {
	if since := s.memory.claim(sessionID, s.now()); !since.IsZero() {
		return nil, &ClaimedError{SessionID: sessionID, PID: os.Getpid(), Since: since}
	}
	return &Claim{release: func() { s.memory.release(sessionID) }}, nil
}
