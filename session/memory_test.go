package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func newMemory(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Memory: true, Now: time.Now, OnSaveError: func(err error) { t.Errorf("OnSaveError: %v", err) }, with: waiting, patience: patient})
	ok(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// All that a chat does leaves nothing in the folder where it runs, nor where
// temporary files go.
func TestMemoryTouchesNoDisk(t *testing.T) {
	here, temporary := t.TempDir(), t.TempDir()
	t.Chdir(here)
	t.Setenv("TMPDIR", temporary)
	t.Setenv("SQLITE_TMPDIR", temporary)
	s := newMemory(t)
	sessionID, promptID := begin(t, s, "hello")
	claim, err := s.Claim(sessionID)
	ok(t, err)
	picture := newPicture("what is seen")
	answer := Message{ID: NewID(noon), SessionID: sessionID, ParentID: promptID, Model: "thinker"}
	drain(t, s.Record(t.Context(), answer, pieces(api.Answer{Text: "look"}, api.Attached{File: picture}, api.Finish{Reason: api.FinishStop})))
	_, err = s.Fork(t.Context(), sessionID, answer.ID, NewID(noon))
	ok(t, err)
	ok(t, s.Compact(t.Context(), sessionID, answer.ID, &Digest{Text: "short"}))
	ok(t, s.Hide(t.Context(), sessionID, answer.ID))
	for _, dir := range []string{here, temporary} {
		if there, _ := os.ReadDir(dir); len(there) > 0 {
			t.Errorf("%s holds %v", dir, there)
		}
	}
	claim.Release()
	_, err = s.Purge(t.Context(), sessionID)
	ok(t, err)
	if err := s.Backup(t.Context(), filepath.Join(here, "copy.db")); err == nil {
		t.Error("what is to leave nothing was copied to the disk")
	}
}

func newPicture(content string) api.File {
	return identified(api.File{Name: "p.png", MIME: "image/png", Data: []byte(content)})
}

func TestMemoryHoldsFiles(t *testing.T) {
	s := newMemory(t)
	sessionID, promptID := begin(t, s, "hello")
	f := newPicture("what is seen")
	with := text(NewID(noon), sessionID, promptID, "look")
	with.Parts = append(with.Parts, api.Part{Kind: api.FilePart, File: &f})
	ok(t, s.Append(t.Context(), with))

	request := History("", loaded(t, s, sessionID))
	ok(t, s.Load(t.Context(), request))
	if got := request[1].Parts[1].File.Data; string(got) != "what is seen" {
		t.Errorf("the request carries %q", got)
	}
	if path := s.FilePath(f); path != "" {
		t.Errorf("it is said to lie in %s", path)
	}
	from, err := s.Content(f)
	ok(t, err)
	if data, err := io.ReadAll(from); err != nil || !bytes.Equal(data, f.Data) {
		t.Errorf("the content is %q, %v", data, err)
	}
	ok(t, s.Hide(t.Context(), sessionID, with.ID))
	_, err = s.Purge(t.Context(), sessionID)
	ok(t, err)
	if _, err := s.Content(f); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what nothing names is still held: %v", err)
	}
	if err := s.Load(t.Context(), request); err != nil {
		t.Errorf("what is loaded was looked for again: %v", err)
	}
}

func TestMemoryTakesWholeSessions(t *testing.T) {
	s := newMemory(t)
	f := newPicture("what is seen")
	named := f
	named.Data = nil
	m := text(NewID(noon), "", "", "look")
	m.Parts = append(m.Parts, api.Part{Kind: api.FilePart, File: &named})
	_, err := s.Put(t.Context(), Session{ID: NewID(noon)}, []Message{m}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(f.Data)), nil
	})
	ok(t, err)
	if _, err := s.Content(f); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsClaimed(t *testing.T) {
	s := newMemory(t)
	sessionID, _ := begin(t, s, "hello")
	claim, err := s.Claim(sessionID)
	ok(t, err)
	if _, err := s.Claim(sessionID); !isClaimed(err) {
		t.Errorf("claimed twice: %v", err)
	}
	claim.Release()
	claim.Release()
	claim, err = s.Claim(sessionID)
	ok(t, err)
	claim.Release()
}

func isClaimed(err error) bool {
	_, is := errors.AsType[*ClaimedError](err)
	return is
}

// Several answers stream while others read and prompt: nobody is sent away, and
// two memories know nothing of each other.
func TestCrowdInMemory(t *testing.T) {
	a, b := newMemory(t), newMemory(t)
	var wg sync.WaitGroup
	for i := range 3 {
		for _, s := range []*Store{a, b} {
			wg.Go(func() { converse(t, s, fmt.Sprint("prompt ", i)) })
		}
	}
	wg.Go(func() {
		for range 20 {
			if _, err := a.List(t.Context(), Query{Limit: 10}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	for _, s := range []*Store{a, b} {
		if n, sessions := count(t, s, "messages"), count(t, s, "sessions"); sessions != 3 || n == 0 || n%(2*sessions) != 0 {
			t.Errorf("%d messages in %d sessions", n, sessions)
		}
	}
}

// The memory outlives every call that was given up, and is gone with Close.
func TestMemoryLastsUntilClose(t *testing.T) {
	s, err := Open(t.Context(), Options{Memory: true, Now: time.Now})
	ok(t, err)
	sessionID, _ := begin(t, s, "hello")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Append(gone, text(NewID(noon), sessionID, "", "never"))
	_, _ = s.Path(gone, sessionID)
	if got := last(t, s, sessionID).Content(); got != "hello" {
		t.Errorf("it holds %q", got)
	}
	path := s.path
	ok(t, s.Close())
	memories.Store(memories.Load() - 1) // the same name again
	again := newMemory(t)
	if again.path != path || count(t, again, "messages") != 0 {
		t.Errorf("%s holds what %s held", again.path, path)
	}
}
