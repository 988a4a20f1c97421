package ui

// Owns: the empty database from which each world of a test begins. Refuses:
// anything in it.

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/session"
)

// emptyDatabase is what a first start leaves. Making the tables costs more than
// most tests do, and package session tests it: here it is done once.
var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "aimlchat-empty-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "aimlchat.db")
	store, err := session.Open(context.Background(), session.Options{Path: path, Now: time.Now})
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// bubbled is set while a test has a clock of its own.
var bubbled atomic.Bool

var parallel sync.Map // by *testing.T: those that run beside others

// beside reports whether t is still to be told that it runs beside others.
func beside(t *testing.T) bool {
	_, told := parallel.LoadOrStore(t, true)
	return !told
}

// begin puts an empty database where a world looks for it.
func begin(t *testing.T, path string) {
	t.Helper()
	data, err := emptyDatabase()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
