package ui

import (
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// The first answer gets its session a title, whose cost counts; the second does
// not, nor does anything change what a person called it.
func TestAModelNamesTheSession(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.TitleModel = "test/namer"
	s, end := w.open(o, 80, 24)
	w.turn(s, "about birds", "The wren sings.")
	asked := w.next()
	if asked.req.Model != "test/namer" || asked.req.MaxTokens == 0 {
		t.Errorf("asked %+v", asked.req)
	}
	asked.events <- api.Metered{Cost: api.Cost{USD: new(0.25), Source: api.Billed}}
	asked.finish("\"Songs of the wren\"")
	s.WaitForText("Songs of the wren")
	w.turn(s, "more", "And the nightingale.")
	s.WaitForText("nightingale", "tok")
	end()
	store := w.stored(t)
	list, err := store.List(t.Context(), session.Query{})
	if err != nil || list[0].Title != "Songs of the wren" || list[0].TitleBy != session.TitleByModel {
		t.Errorf("got %+v, %v", list, err)
	}
	if spent, err := store.Spent(t.Context(), list[0].ID, list[0].Created.AddDate(-1, 0, 0)); err != nil || spent.USD < 0.25 {
		t.Errorf("spent %+v, %v", spent, err)
	}
}

func TestAPersonsTitleStays(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.TitleModel = "test/namer"
	s, end := w.open(o, 80, 24)
	w.turn(s, "about birds", "The wren sings.")
	asked := w.next()
	s.Type("/title Mine")
	s.Press("enter")
	s.WaitForText("aimlchat · Mine")
	asked.finish("Songs of the wren")
	w.turn(s, "more", "And the nightingale.")
	s.WaitForText("nightingale", "aimlchat · Mine")
	end()
	list, err := w.stored(t).List(t.Context(), session.Query{})
	if err != nil || list[0].Title != "Mine" {
		t.Errorf("got %+v, %v", list, err)
	}
}
