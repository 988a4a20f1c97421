package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
)

const twoBlocks = "First:\n\n```sh\nmake\tall  \n```\n\nthen, in a list:\n\n- an item\n\n  ```go\n  if x {\n  \treturn\n  }\n  ```\n\nand `none` here."

func TestCopyCode(t *testing.T) {
	w, b, s := boarded(t, 60, 30)
	w.turn(s, "how?", twoBlocks)
	s.WaitForText("and", "tok")
	s.Press("esc", "c")
	s.WaitForText("[1]", "[2]", "which code block? 1–2")
	s.Golden(t)
	s.Press("2")
	s.WaitForText("copied 3 lines (xclip)")
	s.WaitForNoText("[1]")
	if got := b.took(t); got != "if x {\n\treturn\n}" {
		t.Errorf("copied %q", got)
	}
	s.Press("c", "1")
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "make\tall  " {
		t.Errorf("copied %q", got)
	}
	s.Press("c", "esc")
	s.WaitForNoText("[1]")
	s.Press("c", "j")
	s.WaitForNoText("[1]")
	if len(b.copies) > 0 {
		t.Errorf("without a choice copied %q", <-b.copies)
	}
	s.Press("k", "c")
	s.WaitForText("no code in this message")
	s.Press("i")
	w.turn(s, "one", "```\nonly\n```")
	s.WaitForText("only")
	s.Press("esc", "c")
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "only" {
		t.Errorf("copied %q", got)
	}
}

func TestCopyCodeOfMany(t *testing.T) {
	w, b, s := boarded(t, 60, 60)
	var text strings.Builder
	for i := range 12 {
		fmt.Fprintf(&text, "```\nblock-%d\n```\n\n", i+1)
	}
	w.turn(s, "how?", text.String())
	s.WaitForText("block-12", "tok")
	s.Press("alt+r", "esc", "c")
	s.WaitForText("[a]", "[c]", "1–c")
	s.Press("b")
	s.WaitForText("copied 1 line")
	if got := b.took(t); got != "block-11" {
		t.Errorf("copied %q", got)
	}
}

// More blocks than there are keys have numbers, which are written.
func TestCopyCodeOfVeryMany(t *testing.T) {
	w, b, s := boarded(t, 60, 60)
	var text strings.Builder
	for i := range 120 {
		fmt.Fprintf(&text, "```\nblock-%d\n```\n\n", i+1)
	}
	w.turn(s, "how?", text.String())
	s.WaitForText("block-120", "tok")
	s.Press("esc", "c")
	s.WaitForText("[119]", "[120]", "write its number, 1–120")
	s.Press("esc")
	for keys, want := range map[string]string{"1 2 0": "block-120", "9 9": "block-99", "3 5": "block-35", "7 enter": "block-7", "5 backspace 1 2 enter": "block-12"} {
		names := append([]string{"c"}, strings.Fields(keys)...)
		s.Press(names...)
		s.WaitFor(func(string) bool { return len(b.copies) > 0 })
		if got := b.took(t); got != want {
			t.Errorf("%s copied %q, want %q", keys, got, want)
		}
	}
	s.Press("c", "1", "esc")
	s.WaitForNoText("[120]")
	if len(b.copies) > 0 {
		t.Errorf("without a choice copied %q", <-b.copies)
	}
}

func TestWriteMessage(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	wrote := make(chan [2]string, 4)
	o.Write = func(_ context.Context, path, text string) (string, error) {
		if path == "old" {
			return "", &api.Error{Message: "there is a file old already", Hint: "name another one"}
		}
		wrote <- [2]string{path, text}
		return "/home/me/" + path, nil
	}
	s, _ := w.open(o, 80, 24)
	w.turn(s, "a question", "an **answer**\n\twith a tab")
	s.WaitForText("answer", "tok")
	s.Type("a draft")
	s.Press("esc", "k", "w")
	s.WaitForText("/write ")
	s.Type("notes.md\n")
	s.WaitForText("wrote 1 line to /home/me/notes.md", "a draft")
	if got := <-wrote; got != [2]string{"notes.md", "a question\n"} {
		t.Errorf("wrote %q", got)
	}
	s.Press("ctrl+u")
	s.Type("/write old\n")
	s.WaitForText("there is a file old already · name another one")
	s.Press("esc", "k", "w", "ctrl+u") // thought better of
	s.Type("/write new.md\n")
	s.WaitForText("wrote 2 lines to /home/me/new.md")
	if got := <-wrote; got != [2]string{"new.md", "an **answer**\n\twith a tab\n"} {
		t.Errorf("wrote %q", got)
	}
}

func TestPasteFromTheClipboard(t *testing.T) {
	_, b, s := boarded(t, 80, 24)
	b.image = []byte("\x89PNG\r\n\x1a\npicture")
	s.Press("ctrl+v")
	s.WaitForText("▪ clipboard.png")
	b.image, b.text = nil, "from elsewhere"
	s.Press("ctrl+v")
	s.WaitForText("from elsewhere")
	b.text = ""
	s.Press("ctrl+v")
	s.WaitForText("asked the terminal for its own")
	s.Send(tea.ClipboardMsg{Content: ", from the terminal"})
	s.WaitForText("from elsewhere, from the terminal")
}

func TestPastedImageIsSent(t *testing.T) {
	w, b, s := boarded(t, 80, 24)
	b.image = []byte("\x89PNG\r\n\x1a\npicture")
	s.Press("ctrl+v")
	s.Type("what is it?")
	s.Press("enter")
	c := w.next()
	f := filesOf(c.req.Messages[0].Parts)
	if len(f) != 1 || f[0].Name != "clipboard.png" || f[0].MIME != "image/png" || string(f[0].Data) != string(b.image) || len(f[0].SHA256) != 64 {
		t.Errorf("sent %+v", f)
	}
	c.finish("A picture.")
	s.WaitForText("A picture.")
}
