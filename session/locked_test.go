package session

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// heldBy lets another program hold a database, until free is called.
func heldBy(t *testing.T, path string) (free func()) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, false)+waiting)
	ok(t, err)
	conn, err := db.Conn(t.Context())
	ok(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	ok(t, err)
	return func() {
		_, err := conn.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK")
		ok(t, errors.Join(err, conn.Close(), db.Close()))
	}
}

const impatient = "&_pragma=main.busy_timeout(20)"

// Another program holds the database for longer than anybody waits: the person is
// told once, the answer goes on, and it is saved by itself once that lets go.
func TestHeldForLongWhileAnAnswerStreams(t *testing.T) {
	told := make(chan error, 100)
	path := newStore(t).path
	s, err := Open(t.Context(), Options{Path: path, Now: time.Now, OnSaveError: func(err error) { told <- err }, with: impatient, patience: patient})
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	tries, saved := make(chan struct{}, 1000), make(chan int, 1000)
	s.watch = func(done bool, size int) {
		if done {
			saved <- size
		} else {
			tries <- struct{}{}
		}
	}
	sessionID, prompt := begin(t, s, "hello")
	stream := func(yield func(api.Event, error) bool) {
		free := heldBy(t, path)
		if !yield(api.Answer{Text: "one "}, nil) {
			return
		}
		err := <-told
		if f, is := errors.AsType[*Fault](err); !is || f.What != "another program holds the database" || !strings.Contains(f.Hint, "wait until it lets go") {
			t.Errorf("told %v", err)
		}
		if !yield(api.Answer{Text: "two "}, nil) {
			return
		}
		for range 3 { // it is tried again, and nobody is told again
			<-tries
		}
		if err := s.Update(t.Context(), sessionID, Change{Draft: new("a draft")}); resultCode(err) == 0 || !strings.Contains(err.Error(), "another program holds the database") {
			t.Errorf("a draft: %v", err)
		}
		free()
		for size := 0; size < len("one two "); {
			size = <-saved
		}
		yield(api.Finish{Reason: api.FinishStop}, nil)
	}
	for _, err := range s.Record(t.Context(), Message{ID: NewID(noon), SessionID: sessionID, ParentID: prompt}, stream) {
		ok(t, err)
	}
	if len(told) > 0 {
		t.Errorf("told again: %v", <-told)
	}
	if got := last(t, s, sessionID); got.Content() != "one two " || got.Finish != api.FinishStop {
		t.Errorf("got %+v", got)
	}
}

// A database that is held can't be opened, which is said, and can be later.
func TestHeldForLongWhenItIsOpened(t *testing.T) {
	path := newStore(t).path
	free := heldBy(t, path)
	o := Options{Path: path, Now: time.Now, with: impatient, patience: 20 * time.Millisecond}
	if s, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "another program holds it; try again") {
		t.Errorf("got %v, %v", s, err)
	}
	free()
	s, err := Open(t.Context(), o)
	ok(t, err)
	ok(t, s.Close())
}
