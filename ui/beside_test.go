package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestBeside(t *testing.T) {
	for _, size := range [][2]int{{100, 20}, {120, 30}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newWorld(t).talk(size[0], size[1])
			s.Press("alt+t")
			s.WaitForText("│ Thought for", "time 2.")
			s.Press("esc", "k", "k", "k")
			s.WaitForText("time 1.")
			s.Golden(t)
		})
	}
}

func TestBesideScrollsByItself(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 120, 16)
	c := w.ask(s, "why")
	s.Press("alt+t")
	for i := range 30 {
		c.events <- api.Reasoning{Text: fmt.Sprintf("thought %d\n\n", i)}
	}
	s.WaitForText("thought 29") // followed while it arrives
	s.Press("shift+pgup")
	s.WaitForNoText("thought 29")
	c.events <- api.Reasoning{Text: "the last thought\n\n"}
	c.finish(strings.Repeat("row\n\n", 20) + "finis")
	s.WaitForText("finis", "more")
	s.WaitForNoText("the last thought")
	for range 9 {
		s.Wheel(100, 6, 1)
	}
	s.WaitForText("finis", "the last thought")
	for range 9 {
		s.Wheel(10, 6, -1)
	}
	s.WaitForText("the last thought")
	s.WaitForNoText("finis")
	s.Resize(99, 16)
	s.WaitForNoText("the last thought")
	s.Press("alt+t")
	s.WaitForText("needs 100 columns")
	s.Resize(140, 16)
	s.WaitForText("the last thought")
	s.Press("alt+t")
	s.WaitForNoText("the last thought")
	s.WaitForText("reasoning in the answer")
}

func TestBesideKeepsThePlace(t *testing.T) {
	s := newWorld(t).talk(120, 14)
	s.Press("tab", "{")
	s.Wheel(3, 4, 1)
	top := strings.Fields(strings.Split(s.Text(), "\n")[2])
	s.Press("alt+t", "alt+t")
	if got := strings.Fields(strings.Split(s.Text(), "\n")[2]); strings.Join(got, " ") != strings.Join(top, " ") {
		t.Errorf("the top line was %q, now it is %q", top, got)
	}
}
