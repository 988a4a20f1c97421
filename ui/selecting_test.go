package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
	"github.com/charmbracelet/x/ansi"
)

// spot returns the cell of the screen in which a text begins.
func spot(t *testing.T, s *uitest.Screen, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(s.Text(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok && y > 1 { // not in the header
			return ansi.StringWidth(before), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, s.Text())
	return 0, 0
}

// boarded opens a chat with a clipboard that is looked into.
func boarded(t *testing.T, width, height int) (*world, *board, *uitest.Screen) {
	w, b := newWorld(t), newBoard()
	o := w.options()
	o.Clipboard, o.Mouse = b, true
	s, _ := w.open(o, width, height)
	return w, b, s
}

func TestDragCopies(t *testing.T) {
	w, b, s := boarded(t, 40, 24)
	w.turn(s, "Tell me of 京都.", "One two three four five six seven eight nine ten.\n\n> quoted\n\n```go\nif x {\n\treturn\n}\n```\n")
	s.WaitForText("quoted", "tok")
	x1, y1 := spot(t, s, "京都")
	x2, y2 := spot(t, s, "}")
	s.MousePress(x1, y1)
	s.MouseMove(x2, y2)
	s.GoldenStyled(t)
	s.MouseRelease(x2, y2)
	s.WaitForText("copied 11 lines (xclip)")
	want := "京都.\n\ntest/thinker\nOne two three four five six seven eight nine ten.\n\nquoted\n\ngo\nif x {\n\treturn\n}"
	if got := b.took(t); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	s.Press("esc")
	if strings.Contains(s.Styled(), "\x1b[7m") {
		t.Error("esc does not clear the selection")
	}
	s.Type("the composer has the keys still")
	s.WaitForText("the composer has the keys still")
}

func TestClicks(t *testing.T) {
	w, b, s := boarded(t, 60, 24)
	w.turn(s, "hello", "See https://example.com/a_b, it is\nlong.")
	s.WaitForText("example", "tok")
	x, y := spot(t, s, "example")
	s.Click(x, y, 1)
	s.WaitForText("█ test/thinker") // it is selected
	w.pass(time.Second)
	s.Click(x, y, 2)
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "https://example.com/a_b" {
		t.Errorf("a double click copied %q", got)
	}
	s.Click(x, y, 1)
	s.WaitFor(func(string) bool { return len(b.copies) > 0 })
	if got := b.took(t); got != "See https://example.com/a_b, it is" {
		t.Errorf("a triple click copied %q", got)
	}
	w.pass(time.Second)
	s.Click(x, y, 1)
	if strings.Contains(s.Styled(), "\x1b[7m") {
		t.Error("a click does not clear the selection")
	}
	if len(b.copies) > 0 {
		t.Error("a click copied something")
	}
	s.Click(5, 21, 1)
	s.Type("x")
	s.WaitForText("│ x")
}

func TestDraggingBeyondTheEdgeScrolls(t *testing.T) {
	w, b, s := boarded(t, 60, 16)
	var lines, want []string
	for i := range 60 {
		lines = append(lines, fmt.Sprintf("line-%d", i))
	}
	w.turn(s, "count", strings.Join(lines, "\n\n"))
	s.WaitForText("line-59", "tok")
	x, y := spot(t, s, "line-58")
	s.MousePress(x+6, y)
	s.MouseMove(x, 0)
	s.WaitForText("line-20")
	s.MouseMove(x, 6) // back inside: it stands still
	row := 6
	if !strings.Contains(strings.Split(s.Text(), "\n")[row], "line-") {
		row++
	}
	_, top, _ := strings.Cut(strings.Split(s.Text(), "\n")[row], "line-")
	s.MouseMove(2, row)
	s.MouseRelease(2, row)
	var first int
	if _, err := fmt.Sscan(top, &first); err != nil {
		t.Fatalf("no line in row %d:\n%s", row, s.Text())
	}
	for i := first; i <= 58; i++ {
		want = append(want, lines[i])
	}
	s.WaitForText("copied")
	if got := b.took(t); got != strings.Join(want, "\n\n") {
		t.Errorf("copied %q, want %q", got, strings.Join(want, "\n\n"))
	}
}

// While text arrives, what is being marked stays under the mouse.
func TestMarkingWhileItStreams(t *testing.T) {
	w, b, s := boarded(t, 60, 16)
	c := w.ask(s, "go")
	c.events <- api.Answer{Text: strings.Repeat("before\n\n", 10) + "the marked text\n\n"}
	s.WaitForText("the marked text")
	x, y := spot(t, s, "marked")
	s.MousePress(x, y)
	s.MouseMove(x+5, y)
	c.events <- api.Answer{Text: strings.Repeat("after\n\n", 10)}
	c.finish("end")
	s.WaitForText("new")
	if _, now := spot(t, s, "the marked text"); now != y {
		t.Errorf("it was in row %d and is in row %d:\n%s", y, now, s.Text())
	}
	s.MouseRelease(x+5, y)
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "marked" {
		t.Errorf("copied %q", got)
	}
}

func TestTheMouseCanBeGivenBack(t *testing.T) {
	w, b, s := boarded(t, 60, 24)
	w.turn(s, "hello", "some text")
	s.WaitForText("some text", "tok")
	s.Press("alt+m")
	s.WaitForText("the mouse is the terminal's")
	s.Press("alt+m")
	x, y := spot(t, s, "some")
	s.Drag(x, y, x+3, y)
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "some" {
		t.Errorf("copied %q", got)
	}
}

// What is being marked goes with the pane in which it is: neither its words nor
// other ones are copied when that is gone, or shows something else.
func TestThePaneGoesWhileMarking(t *testing.T) {
	w, b, s := boarded(t, 120, 24)
	c := w.ask(s, "go")
	c.events <- api.Reasoning{Text: "a thought of cherries"}
	c.finish("the answer of **cherries**")
	s.WaitForText("the answer", "tok")
	mark := func(text string) (x, y int) {
		w.pass(time.Second)
		x, y = spot(t, s, text)
		s.MousePress(x, y)
		s.MouseMove(x+4, y)
		return x, y
	}
	x, y := mark("answer of")
	s.Press("alt+r") // other rows
	s.MouseMove(x+5, y)
	s.MouseRelease(x+5, y)
	s.Press("alt+r")

	x, y = mark("answer of")
	s.Press("alt+t") // the same words
	s.MouseMove(x+5, y)
	s.MouseRelease(x+5, y)
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "answer" {
		t.Errorf("copied %q", got)
	}

	x, y = mark("thought of")
	s.Press("alt+t") // the pane is gone
	s.MouseMove(x+5, y)
	s.MouseRelease(x+5, y)
	s.Press("alt+t")
	_, y = mark("thought of")
	s.Resize(90, 24)
	s.MouseMove(10, y)
	s.MouseRelease(10, y)
	s.Resize(120, 24)
	x, y = mark("answer of")
	s.Press("ctrl+n") // another conversation
	s.MouseMove(x+5, y)
	s.MouseRelease(x+5, y)
	if len(b.copies) > 0 {
		t.Errorf("copied %q", <-b.copies)
	}
}
