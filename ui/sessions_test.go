package ui

import (
	"context"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

// stored opens the database of a world, as another program would.
func (w *world) stored(t *testing.T) *session.Store {
	t.Helper()
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// A person finds a word that was said in another session, on a branch that is not
// shown, and lands on it.
func TestFindsASessionByWhatWasSaid(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "about birds", "The wren sings in **spring**.")
	s.WaitForText("The wren", "tok")
	s.Press("esc", "r")
	w.next().finish("The nightingale does.")
	s.WaitForText("nightingale", "2/2")
	s.Press("ctrl+n")
	s.WaitForNoText("nightingale")
	w.turn(s, "about fish", "The carp is silent.")
	s.WaitForText("The carp", "tok")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "about birds")
	s.Type("wren spri")
	s.WaitForText("The wren sings in **spring**")
	s.Press("enter")
	s.WaitForText("The wren sings in spring.", "1/2")
	s.WaitForNoText("The carp")
}

// What is done in the picker is kept, and undone there.
func TestTidiesUpInThePicker(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 100, 30)
	w.turn(s, "about birds", "The wren sings.")
	s.WaitForText("The wren", "tok")
	s.Press("ctrl+n")
	w.turn(s, "about fish", "The carp is silent.")
	s.WaitForText("The carp", "tok")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "about birds", "about fish")
	s.Press("down", "ctrl+e", "ctrl+u")
	s.Type("Wings")
	s.Press("enter")
	s.WaitForText("Wings")
	s.Press("ctrl+t")
	s.Type("garden, birds")
	s.Press("enter")
	s.WaitForText("#birds #garden")
	s.Press("ctrl+f")
	s.WaitForText("Pinned")
	s.Type("tag:garden")
	s.WaitForText("Wings", "pinned")
	s.WaitForNoText("about fish")
	s.Press("ctrl+u")
	s.WaitForText("about fish", "Pinned")
	s.Press("ctrl+d")
	s.WaitForNoText("Wings")
	s.WaitForText("ctrl+z undo")
	s.Press("ctrl+z")
	s.WaitForText("Wings")
	s.Press("ctrl+d")
	s.WaitForNoText("Wings")
	s.Type("is:trash")
	s.WaitForText("Trash", "Wings")
	s.Press("ctrl+d")
	s.WaitForText("for good?")
	s.Type("y")
	s.WaitForText("nothing is in the trash")
	list, err := w.stored(t).List(t.Context(), session.Query{})
	if err != nil || len(list) != 1 || list[0].Title != "about fish" {
		t.Errorf("left are %+v, %v", list, err)
	}
}

// Of what is searched for only the newest counts, however late the others come.
func TestLateHitsAreDropped(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "about birds", "The wren sings.")
	s.WaitForText("The wren", "tok")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "about birds")
	s.Type("wren")
	s.WaitForText("The wren sings.")
	s.Send(foundMsg{number: 1, typed: "w", hits: []session.Hit{{Summary: session.Summary{Session: session.Session{ID: "x", Title: "too late"}}}}})
	s.WaitForText("The wren sings.")
	s.WaitForNoText("too late")
	s.Type("x")
	s.WaitForText("no matches for \"wrenx\"")
	s.Send(foundMsg{number: 5, typed: "wrenx", newest: 4000})
	s.WaitForText("not in the newest 4000 that could fit")
}

func TestTagsTheSession(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "about birds", "The wren sings.")
	s.WaitForText("The wren", "tok")
	s.Type("/tag Garden, birds")
	s.Press("enter")
	s.Type("/resume tag:garden")
	s.Press("enter")
	s.WaitForText("Sessions", "#birds #garden")
	s.Press("esc")
	s.Type("/tag")
	s.Press("enter")
	s.WaitForText("/tag Garden birds")
	end()
	found, err := w.stored(t).Search(t.Context(), session.SearchQuery{Tags: []string{"garden"}})
	list := found.Hits
	if err != nil || len(list) != 1 || strings.Join(list[0].Tags, " ") != "birds garden" {
		t.Errorf("got %+v, %v", list, err)
	}
}
