package ui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestHistoryFindsPrompts(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.History = []string{"when do the cherry trees bloom", "translate this\n\nFrühling", "/model quick"}
	s, _ := w.open(o, 80, 30)
	w.turn(s, "sent in this run", "fine")
	s.WaitForText("fine", "tok")
	s.Type("a draft")
	s.Press("ctrl+p")
	s.Type("prompts")
	s.Press("enter")
	s.WaitForText("History", "sent in this run", "when do the cherry", "translate this", "3/3")
	s.WaitForNoText("/model quick")
	s.Type("cherry")
	s.Press("enter")
	s.WaitForText("│ when do the cherry trees bloom")
	s.Press("ctrl+u", "ctrl+_")
	s.Press("ctrl+_")
	s.Press("ctrl+u")
	s.Type("/history translate\n")
	s.WaitForText("History", "Frühling", "1/3")
	s.Press("esc")
	s.WaitForText("Ask anything")
}

func TestHistoryKeepsTheDraft(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.History = []string{"an old prompt"}
	s, _ := w.open(o, 80, 24)
	s.Type("a draft")
	s.Press("ctrl+p")
	s.Type("prompts")
	s.Press("enter", "enter")
	s.WaitForText("│ an old prompt")
	s.Press("ctrl+_")
	s.WaitForText("│ a draft")
}

func TestEditor(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	var got string
	o.Edit = func(_ context.Context, text string, s Streams) (string, error) {
		if s.In == nil || s.Out == nil || s.Err == nil {
			t.Error("the editor has no terminal")
		}
		got = text
		return text + "\nand more", nil
	}
	s, _ := w.open(o, 80, 24)
	s.Type("some words")
	s.Press("ctrl+g")
	s.WaitForText("│ some words", "│ and more")
	if got != "some words" {
		t.Errorf("the editor was given %q", got)
	}
}

func TestEditorFails(t *testing.T) {
	w := newWorld(t)
	m := New(t.Context(), new(sync.WaitGroup), w.options())
	m.composer.SetValue("some words")
	m.edited("lost", errors.New("vi failed: exit status 1"))
	if v := m.composer.Value(); v != "some words" || m.status.text != "vi failed: exit status 1" {
		t.Errorf("the draft is %q, said is %q", v, m.status.text)
	}
}

// A pasted megabyte is shown as a few words, and sent whole.
func TestPasteOfAMegabyte(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	s.WaitForText("2 models")
	text := strings.Repeat("a line that was pasted\n", 1<<20/23)
	began := time.Now()
	s.Paste(text)
	s.WaitForText("[pasted 45590 lines]", "≈ 262k tok")
	t.Logf("through the terminal in %v", time.Since(began))
	s.Press("enter")
	c := w.next()
	if got := c.req.Messages[0].Content(); got != text {
		t.Errorf("%d bytes were sent, not %d", len(got), len(text))
	}
	c.finish("long")
	s.WaitForText("long")
}
