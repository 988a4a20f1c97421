package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// besides opens a chat in which a thought stands beside its answer.
func besides(t *testing.T, thought, answer string) (*board, *uitest.Screen) {
	t.Helper()
	w, b := newWorld(t), newBoard()
	o := w.options()
	o.Clipboard, o.Mouse = b, true
	s, _ := w.open(o, 120, 20)
	c := w.ask(s, "why")
	c.events <- api.Reasoning{Text: thought}
	c.finish(answer)
	s.WaitForText(" tok")
	s.Press("alt+t")
	return b, s
}

func TestDragInTheReasoningBeside(t *testing.T) {
	b, s := besides(t, "I weigh "+strings.Repeat("each word ", 12)+"\n\n```go\nif x {\n\treturn\n}\n```\n", "The answer\n\nhas rows\n\nof its own.")
	x1, y1 := spot(t, s, "weigh")
	x2, y2 := spot(t, s, "}")
	s.Drag(x1, y1, x2, y2)
	s.WaitForText("copied 6 lines")
	want := "weigh " + strings.TrimSpace(strings.Repeat("each word ", 12)) + "\n\ngo\nif x {\n\treturn\n}"
	if got := b.took(t); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	x, y := spot(t, s, "return")
	s.Drag(x+6, y, 3, y) // into the answer: it stays in the pane
	s.WaitForText("copied 1 line ")
	if got := b.took(t); got != "\treturn" {
		t.Errorf("copied %q", got)
	}
	s.Press("esc")
	if strings.Contains(s.Styled(), "\x1b[7m") {
		t.Error("esc does not clear the selection")
	}
	x1, y1 = spot(t, s, "The answer")
	x2, y2 = spot(t, s, "own.")
	s.Drag(x1, y1, x2+60, y2) // over the pane: it stays in the answer
	s.WaitForText("copied 5 lines")
	if got := b.took(t); got != "The answer\n\nhas rows\n\nof its own." {
		t.Errorf("copied %q", got)
	}
}

func TestDragBeyondTheReasoningScrollsIt(t *testing.T) {
	var lines []string
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("step-%d", i))
	}
	b, s := besides(t, strings.Join(lines, "\n\n"), "short")
	x, y := spot(t, s, "step-0")
	s.MousePress(x, y)
	s.MouseMove(x+8, 19)
	s.WaitForText("step-59", "short")
	s.MouseRelease(x+8, 19)
	s.WaitForText("copied 119 lines")
	if got := b.took(t); got != strings.Join(lines, "\n\n") {
		t.Errorf("copied %q", got)
	}
}

func TestFindInTheReasoningBeside(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 120, 20)
	for i := range 3 {
		c := w.ask(s, fmt.Sprint("question ", i))
		c.events <- api.Reasoning{Text: strings.Repeat("on and on\n\n", 30) + fmt.Sprintf("a *cherry* of %d\n\n", i) + strings.Repeat("and on\n\n", 30)}
		c.finish(fmt.Sprintf("Answer %d says cherry.", i))
		s.WaitForText(fmt.Sprintf("Answer %d", i), "enter send")
	}
	s.Press("alt+t", "ctrl+f")
	s.Type("cherry")
	s.WaitForText("/6")
	for range 6 {
		s.Press("enter")
		if !strings.Contains(s.Text(), "1/6") {
			continue
		}
		s.WaitForText("cherry of 0", "Answer 0")
		s.Press("enter")
		s.WaitForText("2/6", "cherry of 0", "Answer 0")
		s.Press("enter")
		s.WaitForText("3/6", "cherry of 1", "Answer 1")
		s.Press("shift+pgup", "shift+pgup", "shift+pgup")
		s.WaitForNoText("cherry of 1")
		s.Press("enter", "shift+enter")
		s.WaitForText("3/6", "cherry of 1")
		s.Press("esc")
		s.WaitForText("cherry of 1")
		return
	}
	t.Errorf("no first match:\n%s", s.Text())
}

func TestAClickPlacesTheCursor(t *testing.T) {
	_, _, s := boarded(t, 60, 24)
	s.Type("hello world")
	x, y := spot(t, s, "world")
	s.Click(x, y, 1)
	s.Type("wide ")
	s.WaitForText("hello wide world")
}
