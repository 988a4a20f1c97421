package ui

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// emptied makes a database with a session of n messages.
func (w *world) emptied(id string, n int) {
	w.t.Helper()
	store, err := w.options().Store(w.t.Context(), func(error) {})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		w.t.Fatal(err)
	}
	fill(w.t, w, id, n)
}

// A long session is there whole: on the screen, and in what is sent, also when
// that is asked for before anything has been read.
func TestALongSessionIsWhole(t *testing.T) {
	for _, n := range []int{atFirst, atFirst + 1, 3 * atFirst} {
		w := newWorld(t)
		w.emptied("long", n)
		o := w.options()
		o.Open, o.Prompt, o.Notices = Open{Continue: true}, "one more", []string{"Mind the gap."}
		s, _ := w.open(o, 100, 30)
		c := w.next()
		if got := len(c.req.Messages); got != n+1 || c.req.Messages[0].Content() != "question 0 about the trees" {
			t.Errorf("of %d messages and one more, %d are sent", n, got)
		}
		c.finish("the answer")
		s.WaitForText("the answer", " tok")
		s.Press("esc", "g")
		s.WaitForText("Mind the gap.", "question 0 about")
		notices, dividers := 0, 0
		s.Send(toldMsg(func(m *Model) tea.Cmd {
			notices, dividers = count(m, "Notice"), count(m, "Divider")
			return nil
		}))
		if notices != 1 || dividers != 0 {
			t.Errorf("%d messages: %d notices, %d dividers", n, notices, dividers)
		}
	}
}

// count counts the entries of a kind.
func count(m *Model, kind string) (n int) {
	view := m.conv.view
	for view.Len() > 0 {
		if strings.HasSuffix(fmt.Sprintf("%T", view.Last()), kind) {
			n++
		}
		view.RemoveLast(1)
	}
	return n
}

// Who talks to another model in the middle sees where that began, wherever the
// end that is shown first begins.
func TestTheDividerBetweenWhatIsShownFirstAndTheRest(t *testing.T) {
	w := newWorld(t)
	w.emptied("even", 2*atFirst)
	fill(t, w, "odd0", 2*atFirst+1)
	o := w.options()
	store, err := o.Store(t.Context(), func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, id := range []string{"even", "odd0"} {
		for at := atFirst - 2; at < atFirst+3; at++ {
			w.exec(fmt.Sprintf(`UPDATE messages SET model = iif(CAST(substr(id, 5) AS INTEGER) < %d, 'test/quick', 'test/thinker') WHERE role = 'assistant'`, at))
			m := New(t.Context(), nil, o)
			m.store, m.ready = store, true
			finish(m, m.load(id, true))
			if got := count(m, "Divider"); got != 1 {
				t.Errorf("%s messages, another model from %d on: %d dividers", id, at, got)
			}
			m.conv.release()
		}
	}
}

// What is shown of a long session comes from as many messages as of a short one.
func TestTheFirstFrameOfALongSession(t *testing.T) {
	for _, n := range []int{2 * atFirst, 20 * atFirst} {
		w := newWorld(t)
		w.emptied("long", n)
		o := w.options()
		store, err := o.Store(t.Context(), func(error) {})
		if err != nil {
			t.Fatal(err)
		}
		m := New(t.Context(), nil, o)
		m.store, m.ready = store, true
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		msg := m.load("long", true)()
		if got := len(msg.(loadedMsg).messages); got != atFirst {
			t.Errorf("of %d messages %d are read first", n, got)
		}
		_, cmd := m.Update(msg)
		if got := m.conv.view.Len(); got != atFirst {
			t.Errorf("of %d messages %d are shown first", n, got)
		}
		if m.ready {
			t.Error("it could be sent to before it is whole")
		}
		shown := m.conv.view.View()
		finish(m, cmd)
		if got := m.conv.view.Len(); got != n || len(m.conv.messages) != n || !m.ready {
			t.Errorf("of %d messages %d are there at last", n, got)
		}
		if m.conv.view.View() != shown {
			t.Error("what came before moved what is shown")
		}
		m.close()
	}
}

// What can't be read is told, and the end of the session stays.
func TestTheBeginningOfASessionIsMissing(t *testing.T) {
	w := newWorld(t)
	w.emptied("long", 2*atFirst)
	o := w.options()
	o.Open = Open{Continue: true}
	store, err := o.Store(t.Context(), func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	m := New(t.Context(), nil, o)
	m.store, m.ready = store, true
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	_, cmd := m.Update(m.load("long", true)())
	w.exec(`UPDATE sessions SET leaf = 'long000010'`) // as another program might
	finish(m, cmd)
	if v := m.View().Content; !strings.Contains(v, "changed by another aimlchat") || !m.ready || m.conv.view.Len() != atFirst+1 {
		t.Errorf("it shows\n%s", v)
	}
	m.close()
}

func (w *world) exec(query string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		w.t.Fatal(err)
	}
}

// fill writes a session of n messages, in one piece.
func fill(tb testing.TB, w *world, id string, n int) {
	tb.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		tb.Fatal(err)
	}
	do := func(query string, args ...any) {
		if _, err := tx.Exec(query, args...); err != nil {
			tb.Fatal(err)
		}
	}
	name := func(i int) string { return fmt.Sprintf("%s%06d", id, i) }
	do(`INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched)
		VALUES (?, 'chat', ?, 'test', 'test/thinker', '', '', ?, 0, 0, ?)`, id, id, name(n-1), n)
	for i := range n {
		parent, role, finish, text := any(name(i-1)), "user", "", fmt.Sprintf("question %d about the trees", i)
		if i == 0 {
			parent = nil
		}
		if i%2 == 1 {
			role, finish = "assistant", "stop"
			text = benchAnswer(i)
		}
		do(`INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures)
			VALUES (?, ?, ?, ?, 'test', 'test/thinker', '', ?, ?, '', '{}')`, name(i), id, parent, role, 1000*i, finish)
		do(`INSERT INTO parts (message_id, ord, kind, text) VALUES (?, 0, 'text', ?)`, name(i), text)
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}
