package ui

import (
	"context"
	"errors"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

func TestExport(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	asked := make(chan string, 4)
	o.Export = func(ctx context.Context, s *session.Store, id, path string) (string, error) {
		msgs, err := s.Path(ctx, id)
		if err != nil || len(msgs) != 2 || msgs[1].Content() != "an answer" {
			t.Errorf("the store has %v, %v", msgs, err)
		}
		asked <- path
		if path == "there.md" {
			return "", errors.New("there is there.md already")
		}
		return "/home/me/" + path + "!", nil
	}
	s, _ := w.open(o, 80, 24)
	s.Type("/export")
	s.Press("enter")
	s.WaitForText("nothing to export yet")
	w.turn(s, "hi", "an answer")
	s.WaitForText("an answer", "tok", "enter send")
	for path, told := range map[string]string{"": "exported to /home/me/!", "a b.html": "exported to /home/me/a b.html!", "there.md": "there is there.md already"} {
		s.Type("/export " + path)
		s.Press("enter")
		s.WaitForText(told)
		if got := <-asked; got != path {
			t.Errorf("asked for %q, not %q", got, path)
		}
	}
}

func TestExportWithoutAWay(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "hi", "an answer")
	s.WaitForText("an answer", "tok")
	s.Type("/export x.md\n")
	s.WaitForText("nothing can be exported here")
}
