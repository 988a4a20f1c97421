package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
)

// What a person does while text arrives, all at once.
func TestRoughHandling(t *testing.T) { bubble(t, handleRoughly) }

func handleRoughly(t *testing.T) {
	w, _, s := boarded(t, 120, 30)
	c := w.ask(s, "go")
	c.events <- api.Reasoning{Text: strings.Repeat("I weigh 桜 and 👩‍👩‍👧.\n\n", 20)}
	c.events <- api.Answer{Text: strings.Repeat("שלום 桜の花 👍🏽 one two [x](https://a.example) `a.*b`\n\n", 30)}
	s.WaitForText("one two")
	x, y := spot(t, s, "one two")
	s.MousePress(x, y)
	for i, size := range [][2]int{{40, 10}, {0, 0}, {200, 60}, {1, 1}, {99, 20}, {120, 30}} {
		s.Resize(size[0], size[1])
		s.MouseMove(i*7, i*3)
		c.events <- api.Answer{Text: fmt.Sprintf("more %d\n\n", i)}
	}
	s.MouseRelease(3, 3)
	s.Paste(strings.Repeat("pasted while it streams\n", 5_000))
	s.WaitForText("pasted 5")
	s.Press("alt+m", "alt+m", "alt+t")
	for _, query := range []string{"a.*b", "👍🏽", "שלום", "((", "ONE"} {
		s.Press("ctrl+f")
		s.Type(query)
		s.Press("enter", "shift+enter")
		s.Resize(40, 10)
		s.Resize(120, 30)
		if want := query == "((" || query == "ONE"; strings.Contains(s.Text(), "nothing found") != want {
			t.Errorf("nothing found for %q: not %v\n%s", query, want, s.Text())
		}
		s.Press("esc")
	}
	s.Send(toldMsg(func(m *Model) tea.Cmd { // between two frames
		for y := range 30 {
			for n := range 1 + y%3 {
				at := tea.Mouse{X: 30 + 70*(n%2), Y: y, Button: tea.MouseLeft}
				m.useMouse(tea.MouseClickMsg(at))
				m.useMouse(tea.MouseReleaseMsg(at))
				m.arrange()
			}
		}
		return nil
	}))
	c.finish("the end")
	s.WaitFor(func(text string) bool { return !strings.Contains(text, "esc stop") })
}

// Two quick clicks on different lines are two clicks.
func TestClicksApart(t *testing.T) {
	w, b, s := boarded(t, 60, 24)
	w.turn(s, "hello", "first words\n\nsecond words")
	s.WaitForText("second", "tok")
	x, y := spot(t, s, "first")
	s.Click(x, y, 1)
	s.Click(x, y+2, 1)
	if len(b.copies) > 0 || strings.Contains(s.Styled(), "\x1b[7m") {
		t.Error("they marked something")
	}
}
