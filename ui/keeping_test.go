package ui

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// library opens the database of the world beside the chat.
func (w *world) library() *session.Store {
	w.t.Helper()
	store, err := w.options().Store(context.Background(), func(err error) { w.t.Error(err) })
	must(w.t, err)
	w.t.Cleanup(func() { _ = store.Close() })
	return store
}

// waitForKept waits until the newest session is as it is to be.
func waitForKept(s *uitest.Screen, store *session.Store, is func(session.Session) bool) (kept session.Session) {
	s.WaitFor(func(string) bool {
		n, err := store.Newest(context.Background(), session.KindChat)
		kept = n
		return err == nil && is(n)
	})
	return kept
}

// A draft makes a session, is there again, and takes the session with it when it
// is cleared.
func TestDraftIsKept(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	s, end := w.open(w.options(), 80, 24)
	s.Type("half a th")
	kept := waitForKept(s, store, func(n session.Session) bool { return n.Draft == "half a th" })
	if kept.Title != "" || kept.Leaf != "" || kept.Model != "test/thinker" {
		t.Errorf("kept as %+v", kept)
	}
	s.Type("ought")
	end() // at once: leaving saves what was not saved yet
	o := w.options()
	o.Open = Open{Continue: true}
	s, end = w.open(o, 80, 24)
	s.WaitForText("half a thought")
	s.Press("ctrl+c")
	s.WaitFor(func(string) bool {
		_, err := store.Newest(context.Background(), session.KindChat)
		return errors.Is(err, session.ErrNotFound)
	})
	s.Type("again")
	waitForKept(s, store, func(n session.Session) bool { return n.Draft == "again" && n.ID == kept.ID })
	w.turn(s, " and sent", "an answer")
	waitForKept(s, store, func(n session.Session) bool {
		return n.Draft == "" && n.ID == kept.ID && n.Title == "again and sent" && n.TitleBy == session.TitleByWords
	})
	end()
}

// Each session has its own draft.
func TestDraftsOfSessions(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "the first", "first answer")
	s.WaitForText("first answer", "tok")
	s.Type("for the first")
	s.Press("ctrl+n")
	s.WaitForNoText("for the first")
	w.turn(s, "the second", "second answer")
	s.WaitForText("second answer", "tok")
	s.Type("for the other")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "the first")
	s.Type("the first")
	s.Press("enter")
	s.WaitForText("first answer", "for the first")
	s.WaitForNoText("for the other")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "the second")
	s.Type("the second")
	s.Press("enter")
	s.WaitForText("second answer", "for the other")
}

// What is attached to a draft is kept with it, in each session.
func TestFilesOfDraftsAreKept(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	keeps := func(s *uitest.Screen, draft string, names ...string) session.Session {
		t.Helper()
		return waitForKept(s, store, func(n session.Session) bool {
			var got []string
			for _, q := range n.Queue {
				for _, f := range q.Files {
					if r, err := store.Content(f); err == nil && q.Draft {
						got = append(got, f.Name)
						_ = r.Close()
					}
				}
			}
			return n.Draft == draft && slices.Equal(got, names)
		})
	}
	s, end := w.open(w.withFiles(), 80, 24)
	s.Type("/attach ~/photo.png\n")
	first := keeps(s, "", "photo.png") // without a word
	s.Type("look")
	keeps(s, "look", "photo.png")
	s.Press("ctrl+n")
	s.WaitForNoText("photo.png")
	w.turn(s, "another one", "an answer")
	s.WaitForText("an answer", "tok")
	s.Type("/attach ~/plan.pdf\n")
	keeps(s, "", "plan.pdf")
	s.WaitForNoText("tab plan.pdf") // nobody types its path any more
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "draft: plan.pdf", "look")
	s.Type("look")
	s.Press("enter")
	s.WaitForText("▪ photo.png", "look")
	s.WaitForNoText("plan.pdf")
	s.Press("ctrl+a", "backspace")
	keeps(s, "look")
	s.Press("ctrl+e")
	s.Type(" @~/photo.png")
	s.WaitForText("tab photo.png")
	s.Press("tab")
	keeps(s, "look ", "photo.png")
	end()

	o := w.withFiles()
	o.Open = Open{Ref: first.ID}
	o.Files = []api.File{{Name: "more.txt", MIME: "text/plain", Data: []byte("more")}}
	s, end = w.open(o, 80, 24)
	s.WaitForText("▪ photo.png", "▪ more.txt", "look")
	s.Press("enter")
	c := w.next()
	if c.files() != "photo.png, more.txt" || c.texts() != "user: look " {
		t.Errorf("sent %q with %q", c.texts(), c.files())
	}
	c.finish("seen")
	keeps(s, "")
	end()
}

// What was taken back while it could not be saved is not there again later.
func TestATakenBackDraftIsForgotten(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok")
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE UPDATE OF draft ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	s.Type("never mind")
	s.WaitForText("not saved; it is tried again")
	s.Press("ctrl+u")
	must(t, exec(lock, "DROP TRIGGER full"))
	must(t, lock.Close())
	s.WaitForText("all is saved again")
	s.WaitForNoText("it is tried again")
	waitForKept(s, store, func(n session.Session) bool { return n.Draft == "" })
	end()
}

// What is being edited is kept beside what was written before.
func TestDraftWhileEditing(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok")
	s.WaitForNoText("esc stop")
	s.Type("a draft")
	s.Press("esc", "e")
	s.WaitForText("editing")
	s.Type(" anew")
	waitForKept(s, store, func(n session.Session) bool { return n.Draft == "a draft\none anew" })
	s.Press("esc")
	waitForKept(s, store, func(n session.Session) bool { return n.Draft == "a draft" })
	end()
}

// A slash command is no draft: it makes no session.
func TestCommandsAreNoDraft(t *testing.T) {
	m := New(t.Context(), nil, newWorld(t).options())
	for text, want := range map[string]string{
		"/": "", "/mo": "", "/model": "", "/new ": "", "/etc/passwd": "/etc/passwd", "/system Be brief": "/system Be brief", "words": "words",
	} {
		m.composer.SetValue(text)
		if got := m.draftOf(m.conv).text; got != want {
			t.Errorf("of %q the draft is %q", text, got)
		}
	}
}

// What waits to be sent is there after a crash, and waits until the person
// sends.
func TestQueueIsKept(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	s, end := w.open(w.options(), 80, 24)
	c := w.ask(s, "first")
	for _, text := range []string{"second", "third"} {
		s.Type(text)
		s.Press("enter")
	}
	queue := func(texts ...string) {
		t.Helper()
		waitForKept(s, store, func(n session.Session) bool {
			var got []string
			for _, q := range n.Queue {
				got = append(got, q.Text)
			}
			return strings.Join(got, "|") == strings.Join(texts, "|")
		})
	}
	queue("second", "third")
	c.finish("first answer")
	c = w.next()
	queue("third")
	c.events <- api.Answer{Text: "half"}
	s.WaitForText("half")
	end()

	o := w.options()
	o.Open, o.Prompt = Open{Continue: true}, "of the command line"
	s, end = w.open(o, 80, 24)
	c = w.next()
	if !strings.HasSuffix(c.texts(), "user: of the command line") {
		t.Errorf("sent\n%s", c.texts())
	}
	c.finish("its answer")
	s.WaitForText("its answer", "1 queued, held")
	s.Press("enter")
	if c = w.next(); !strings.HasSuffix(c.texts(), "user: third") {
		t.Errorf("then sent\n%s", c.texts())
	}
	c.finish("third answer")
	queue()
	end()
}

// What the database does not take is tried again by itself, told once.
func TestSavingIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	s, end := w.open(w.options(), 80, 30)
	s.WaitForText("2 models")
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "not saved", "the disk is full")
	w.turn(s, "two", "second answer")
	s.WaitForText("second answer")
	s.WaitForNoText("esc stop")
	if n := strings.Count(s.Text(), "This is not saved"); n != 1 {
		t.Errorf("told %d times:\n%s", n, s.Text())
	}
	must(t, exec(lock, "DROP TRIGGER full"))
	must(t, lock.Close())
	s.WaitForText("all is saved again")
	n := waitForKept(s, store, func(session.Session) bool { return true })
	path, err := store.Path(context.Background(), n.ID)
	must(t, err)
	if len(path) != 4 || path[3].Content() != "second answer" || path[1].Content() != "first answer" {
		t.Errorf("saved %+v", path)
	}
	end()
}
