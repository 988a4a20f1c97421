package ui

import (
	"context"
	"errors"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/clipboard"
)

// board is a clipboard that a test looks into.
type board struct {
	copies chan string
	result clipboard.Result
	err    error
	hold   chan struct{} // nil, or what each copy waits for

	text  string
	image []byte
}

func newBoard() *board {
	return &board{copies: make(chan string, 16), result: clipboard.Result{Way: "xclip", Verified: true}}
}

func (b *board) Copy(_ context.Context, text string) (clipboard.Result, error) {
	b.copies <- text
	if b.hold != nil {
		<-b.hold
	}
	return b.result, b.err
}

func (b *board) ReadText(context.Context) (string, error) {
	if b.text == "" {
		return "", clipboard.ErrNoText
	}
	return b.text, nil
}

func (b *board) ReadImage(context.Context) ([]byte, string, error) {
	if b.image == nil {
		return nil, "", clipboard.ErrNoImage
	}
	return b.image, "image/png", nil
}

// took returns what was copied last.
func (b *board) took(t *testing.T) string {
	t.Helper()
	select {
	case text := <-b.copies:
		return text
	default:
		t.Fatal("nothing was copied")
		return ""
	}
}

func TestCopySaysWhereItWent(t *testing.T) {
	w, b := newWorld(t), newBoard()
	o := w.options()
	o.Clipboard = b
	s, _ := w.open(o, 80, 24)
	w.turn(s, "one", "first\n\n**second**")
	s.WaitForText("second", "tok")
	s.Press("ctrl+y")
	s.WaitForText("copied 3 lines (xclip)")
	if got := b.took(t); got != "first\n\n**second**" {
		t.Errorf("copied %q", got)
	}
	b.result, b.err = clipboard.Result{}, errors.New("the disk is full")
	s.Press("ctrl+y")
	s.WaitForText("nothing was copied: the disk is full")
	b.result, b.err = clipboard.Result{OSC52: "\x1b]52;c;Zmlyc3Q=\x07"}, nil
	s.Press("ctrl+y")
	s.WaitForText("asked the terminal to copy 3 lines")
}

func TestTheLastCopyWins(t *testing.T) {
	w, b := newWorld(t), newBoard()
	b.hold = make(chan struct{})
	o := w.options()
	o.Clipboard = b
	s, _ := w.open(o, 80, 24)
	w.turn(s, "one", "first")
	s.WaitForText("first", "tok")
	s.Press("ctrl+y", "ctrl+y", "esc", "k", "y")
	if got := <-b.copies; got != "first" {
		t.Errorf("first copied %q", got)
	}
	b.hold <- struct{}{}
	if got := <-b.copies; got != "one" {
		t.Errorf("last copied %q", got)
	}
	b.hold <- struct{}{}
	s.WaitForText("copied 1 line (xclip)")
	if len(b.copies) > 0 {
		t.Errorf("and then %q", <-b.copies)
	}
}

// A path that does not fit above the composer is told in the conversation.
func TestThePathOfTheFileIsTold(t *testing.T) {
	w, b := newWorld(t), newBoard()
	b.result = clipboard.Result{File: "/home/somebody/.local/state/aimlchat/copied/copied-3.txt"}
	o := w.options()
	o.Clipboard = b
	s, _ := w.open(o, 100, 24)
	w.turn(s, "one", "first")
	s.WaitForText("first", "tok")
	s.Press("ctrl+y")
	s.WaitForText("no clipboard took it; copied 1 line to " + b.result.File)
	s.Resize(40, 24)
	s.Press("ctrl+y")
	s.WaitForText("opied/copied-3.txt")
}

// Where there is nothing to copy, that is said, and the clipboard is left alone.
func TestNothingToCopy(t *testing.T) {
	w, b := newWorld(t), newBoard()
	o := w.options()
	o.Clipboard = b
	s, _ := w.open(o, 80, 24)
	s.Press("ctrl+y")
	s.WaitForText("nothing to copy yet")
	c := w.ask(s, "one")
	s.Press("ctrl+y", "tab", "j", "y")
	s.WaitForText("nothing to copy")
	c.events <- api.Reasoning{Text: "```\na thought\n```"}
	s.WaitForText("a thought")
	s.Press("c")
	s.WaitForText("no code in this message")
	s.Press("y", "o")
	s.WaitForText("no links in this message")
	s.Press("i", "ctrl+y")
	s.WaitForText("nothing to copy yet")
	c.finish("[an answer](https://example.com/a)")
	s.WaitForText("an answer")
	if len(b.copies) > 0 {
		t.Errorf("copied %q", <-b.copies)
	}
}

// What is copied in a dialog is told there: there is no other screen.
func TestCopiesOfDialogsAreTold(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}} {
		w, b := newWorld(t), newBoard()
		o := w.options()
		o.Clipboard = b
		s, _ := w.open(o, size[0], size[1])
		w.turn(s, "one", "[first](https://example.com/a) and [second](https://example.com/b)")
		s.WaitForText("second", "tok")
		s.Press("tab", "o", "down", "ctrl+y")
		s.WaitForText("Links", "copied 1 line (xclip)")
		if got := b.took(t); got != "https://example.com/b" {
			t.Errorf("copied %q", got)
		}
	}
}
