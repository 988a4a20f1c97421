package ui

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// late makes the database open only when the returned function is called.
func late(o *Options) (open func()) {
	gate, store := make(chan struct{}), o.Store
	o.Store = func(ctx context.Context, unsaved func(error)) (*session.Store, error) {
		<-gate
		return store(ctx, unsaved)
	}
	return func() { close(gate) }
}

// What is sent before the session is there belongs to it, after the prompt of
// the command line; and what was to be told is told.
func TestSentBeforeTheSessionIsLoaded(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "one", "first")
	s.WaitForText("first", "tok")
	end()

	o := w.options()
	o.Open, o.Prompt, o.Notices = Open{Continue: true}, "two", []string{"Mind the gap."}
	open := late(&o)
	s, _ = w.open(o, 80, 40)
	s.Type("three")
	s.Press("enter")
	s.WaitForText("1 queued")
	open()
	c := w.next()
	if want := "user: one\nassistant: first\nuser: two"; c.texts() != want {
		t.Errorf("sent\n%s\nwant\n%s", c.texts(), want)
	}
	c.finish("second")
	if c = w.next(); !strings.HasSuffix(c.texts(), "assistant: second\nuser: three") {
		t.Errorf("then sent\n%s", c.texts())
	}
	c.finish("third")
	s.WaitForText("third", "Mind the gap.")
}

// A failure behind the screen holds the queue; it is there when one comes back.
func TestQueueSurvivesBehindTheScreen(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	s.Type("a slow question")
	s.Press("enter")
	slow := w.next()
	s.Type("and another")
	s.Press("enter")
	s.WaitForText("1 queued")
	s.Press("ctrl+n")
	s.WaitForNoText("1 queued")
	slow.events <- &api.Error{Kind: api.ErrServer, Message: "the service failed"}
	s.WaitForText("1 message waits")
	for range 2 { // coming back, and leaving it as it is and coming back again
		s.Press("ctrl+r")
		s.WaitForText("Sessions", "a slow question")
		s.Type("slow")
		s.Press("enter")
		s.WaitForText("✗ the service failed", "1 queued")
		s.Press("ctrl+n")
		s.WaitForText("Ask, and watch")
	}
}

// What the database did not take while one chatted, it gets at the end.
func TestTheEndSavesWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	must(t, err)
	s, end := w.open(w.options(), 80, 24)
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db")+"?_pragma=busy_timeout(60000)")
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok", "the disk is full")
	s.Press("ctrl+n") // away from it, too
	s.WaitForNoText("first answer")
	must(t, exec(lock, "DROP TRIGGER full"))
	must(t, lock.Close())
	end()
	newest, err := store.Newest(context.Background(), session.KindChat)
	must(t, err)
	path, err := store.Path(context.Background(), newest.ID)
	must(t, err)
	if len(path) != 2 || path[1].Content() != "first answer" {
		t.Errorf("saved %+v", path)
	}
	must(t, store.Close())
}

// A stream that just ends was cut: the screen says what the database says.
func TestEndWithoutAFinish(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "one")
	c.events <- api.Answer{Text: "Half an ans"}
	close(c.events)
	s.WaitForText("Half an ans", "✗ the answer ended before it was complete", "enter try again")
}

// A change made while the first prompt is being saved is not overwritten by
// what was saved with it.
func TestChangesWhileSaving(t *testing.T) {
	w := newWorld(t)
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	must(t, err)
	s, end := w.open(w.options(), 80, 24)
	s.WaitForText("2 models")
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	conn, err := db.Conn(context.Background())
	must(t, err)
	_, err = conn.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	must(t, err)
	s.Type("one")
	s.Press("enter")
	s.WaitForText("waiting")
	for _, command := range []string{"/system Be brief.", "/title Brevity", "/model quick"} {
		s.Type(command)
		s.Press("enter")
	}
	_, err = conn.ExecContext(context.Background(), "ROLLBACK")
	must(t, err)
	must(t, conn.Close())
	must(t, db.Close())
	w.next().finish("first")
	s.WaitForText("first", "tok")
	s.WaitFor(func(string) bool {
		got, err := store.Newest(context.Background(), session.KindChat)
		return err == nil && got.System == "Be brief." && got.Title == "Brevity" && got.Model == "test/quick"
	})
	s.Type("two")
	s.Press("enter")
	if c := w.next(); !strings.HasPrefix(c.texts(), "system: Be brief.") || c.req.Model != "test/quick" {
		t.Errorf("sent to %s\n%s", c.req.Model, c.texts())
	}
	end()
	must(t, store.Close())
}

// A reader who has scrolled back stays there when the queue goes on, and when
// the focus goes to the transcript.
func TestReaderStays(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "one")
	c.events <- api.Answer{Text: strings.Repeat("row\n\n", 60)}
	s.Type("two")
	s.Press("enter")
	s.WaitForText("1 queued", "row")
	s.Press("pgup", "pgup", "pgup", "pgup", "pgup", "pgup", "pgup", "pgup", "pgup")
	s.WaitForText("you  10:42", "one")
	s.Press("tab")
	s.WaitForText("one", "█ test/thinker")
	c.finish("end")
	w.next().finish("second answer")
	s.WaitForNoText("queued")
	s.WaitForText("one", "new lines")
}

func TestNoticeOfAFailedLoad(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Open = Open{Continue: true}
	s, _ := w.open(o, 80, 24)
	s.WaitForText("There is no such session. This is a new one.")
	s.Send(loadedMsg{err: session.ErrNotFound, later: true})
	s.WaitFor(func(text string) bool { return strings.Count(text, "no such session") == 2 })
	if n := strings.Count(s.Text(), "This is a new one"); n != 1 {
		t.Errorf("said %d times that it is a new one:\n%s", n, s.Text())
	}
}

func TestNoSuchSessionEndsTheProgram(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Open, o.Prompt = Open{Ref: "nothing"}, "this must not be sent"
	s, _ := w.open(o, 80, 24)
	if m, ok := s.WaitForEnd().(*Model); !ok || !errors.Is(m.failure, session.ErrNotFound) {
		t.Errorf("ended with %v", m.failure)
	}
	if len(w.backend.calls) > 0 {
		t.Error("the prompt was sent to a session that nobody asked for")
	}
}

// The id to resume by is known even when the program ends before the screen
// was told of it.
func TestIDIsKnownAtTheEnd(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	c := w.ask(s, "one")
	c.events <- api.Answer{Text: "half"}
	s.Send(nil)
	end()
	m, ok := s.WaitForEnd().(*Model)
	if !ok || m.savedID() == "" || len(m.live) != 0 {
		t.Errorf("the model at the end: %+v", m)
	}
	if got := m.conv.last(); got.Finish != api.FinishStopped {
		t.Errorf("the last message is %+v", got)
	}
}
