//go:build linux || darwin

package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/aimlchat/aimlchat/api"
)

func openBrittle(t *testing.T, path string, told func(error)) (*Store, error) {
	t.Helper()
	return Open(context.WithoutCancel(t.Context()), Options{Path: path, Now: time.Now, OnSaveError: told, with: brittle + "&_pragma=main.busy_timeout(50)"})
}

// says is what somebody was told to be saved, in a session of its own.
type says struct {
	id, text string
	saved    bool
}

// chatter has a conversation on a store, and returns what it was told.
func chatter(t *testing.T, s *Store, sessionID string, turns int) (list []says) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	at := ""
	for i := range turns {
		m := text(NewID(noon), sessionID, at, fmt.Sprint("prompt ", i, strings.Repeat(" and more", 300)))
		err := s.Append(ctx, m)
		list = append(list, says{m.ID, m.Content(), err == nil})
		if err != nil {
			if _, is := errors.AsType[*Fault](err); !is && !errors.Is(err, ErrNotFound) {
				t.Errorf("a fault without a word of what to do: %v", err)
			}
			continue
		}
		at = m.ID
	}
	draft := "a draft"
	if s.Update(ctx, sessionID, Change{Draft: &draft}) == nil {
		list = append(list, says{text: draft, saved: true})
	}
	return list
}

// Whatever fails, and when: what was acknowledged is there, the rest was told,
// the tree is whole, and once the disk works the same Store goes on.
func TestEveryFaultOfTheDisk(t *testing.T) {
	brittleDisk(t)
	every := 42
	if os.Getenv("AIMLCHAT_LONG") == "1" {
		every = 1
	}
	cases := 0
	for _, c := range []struct {
		op    string
		code  int32
		short bool
		most  int // calls in one chatter, about
	}{
		{diskWrite, sqlite3.SQLITE_FULL, true, 42},
		{diskWrite, sqlite3.SQLITE_IOERR_WRITE, false, 42},
		{diskSync, sqlite3.SQLITE_IOERR_FSYNC, false, 14},
		{diskTruncate, sqlite3.SQLITE_IOERR_TRUNCATE, false, 2},
		{diskShared, sqlite3.SQLITE_IOERR_SHMMAP, false, 3},
	} {
		for _, times := range []int{1, -1} {
			for n := 1; n <= c.most; n += every {
				fault(t, c.op, n, times, c.code, c.short)
				cases++
			}
		}
	}
	t.Logf("%d faults", cases)
}

func fault(t *testing.T, op string, n, times int, code int32, short bool) {
	t.Helper()
	what := fmt.Sprintf("%s %d, %d times with code %d", op, n, times, code)
	path := filepath.Join(t.TempDir(), "aimlchat.db")
	layNew(t, path)
	s, err := openBrittle(t, path, nil)
	ok(t, err)
	sessionID, first := begin(t, s, "before")
	breakDisk(op, n, times, code, short)
	list := chatter(t, s, sessionID, 6)
	hits := diskHits()
	healDisk()
	told := hits == 0
	for _, m := range list {
		told = told || !m.saved
	}
	list = append(list, says{first, "before", true})
	after := text(NewID(noon), sessionID, first, "after")
	if err := s.Append(context.WithoutCancel(t.Context()), after); err != nil {
		t.Errorf("%s: the disk works, and saving does not: %v", what, err)
	}
	list = append(list, says{after.ID, "after", true})
	_ = s.Close()
	holds(t, what, path, sessionID, list)
}

// holds reopens a database and checks that all is there that was acknowledged.
func holds(t *testing.T, what, path, sessionID string, list []says) {
	t.Helper()
	if _, err := Check(t.Context(), path); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	s := openStore(t, path)
	msgs, err := s.Tree(t.Context(), sessionID)
	ok(t, err)
	have := map[string]Message{}
	for _, m := range msgs {
		if _, is := have[m.ParentID]; m.ParentID != "" && !is {
			t.Errorf("%s: message %s follows nothing", what, m.ID)
		}
		if m.Damaged {
			t.Errorf("%s: message %s is damaged", what, m.ID)
		}
		have[m.ID] = m
	}
	session, err := s.Find(t.Context(), sessionID)
	ok(t, err)
	for _, m := range list {
		if m.id == "" {
			if m.saved && session.Draft != m.text {
				t.Errorf("%s: the draft is %q", what, session.Draft)
			}
			continue
		}
		got, is := have[m.id]
		if m.saved && !is || is && got.Content() != m.text {
			t.Errorf("%s: message %s, acknowledged: %v, is there: %v, says %q", what, m.id, m.saved, is, got.Content())
		}
	}
}

// An answer goes on while the disk is full, the person is told once, and it is
// saved to its end as soon as there is room.
func TestSavingResumesByItself(t *testing.T) {
	brittleDisk(t)
	path := filepath.Join(t.TempDir(), "aimlchat.db")
	told := make(chan error, 10)
	s, err := openBrittle(t, path, func(err error) { told <- err })
	ok(t, err)
	saved := make(chan int, 1000)
	s.watch = func(done bool, size int) {
		if done {
			saved <- size
		}
	}
	sessionID, prompt := begin(t, s, "hello")
	stream := func(yield func(api.Event, error) bool) {
		if !yield(api.Answer{Text: "one "}, nil) {
			return
		}
		<-saved
		breakDisk(diskWrite, 1, -1, sqlite3.SQLITE_FULL, true)
		if !yield(api.Answer{Text: "two "}, nil) {
			return
		}
		err := <-told
		if f, is := errors.AsType[*Fault](err); !is || f.What != "the disk is full" || f.Hint != "make room on it" {
			t.Errorf("told %v", err)
		}
		healDisk()
		for size := 0; size < len("one two "); {
			size = <-saved
		}
		yield(api.Answer{Text: "three"}, nil)
		yield(api.Finish{Reason: api.FinishStop}, nil)
	}
	for _, err := range s.Record(t.Context(), Message{ID: NewID(noon), SessionID: sessionID, ParentID: prompt}, stream) {
		ok(t, err)
	}
	if len(told) > 0 {
		t.Errorf("told again: %v", <-told)
	}
	ok(t, s.Close())
	if got := last(t, openStore(t, path), sessionID); got.Content() != "one two three" || got.Finish != api.FinishStop {
		t.Errorf("got %+v", got)
	}
}

// A copy that doesn't fit on the disk leaves the database as it was.
func TestNoRoomWhileCopying(t *testing.T) {
	brittleDisk(t)
	path := filled(t, 1)
	breakDisk(diskWrite, 1, -1, sqlite3.SQLITE_FULL, true)
	_, err := openBrittle(t, path, nil)
	hits := diskHits()
	healDisk()
	if err == nil || hits == 0 || !strings.HasSuffix(err.Error(), "; make room on the disk") {
		t.Errorf("%d failures, %v", hits, err)
	}
	if h, err := Check(t.Context(), path); err != nil || h.Version != 1 || h.Sessions != 1 || len(h.Copies) > 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if rest, _ := filepath.Glob(path + ".*"); len(rest) > 0 {
		t.Errorf("left behind: %v", rest)
	}
	s, err := openBrittle(t, path, nil)
	ok(t, err)
	ok(t, s.Close())
}
