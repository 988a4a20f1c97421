package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

// digested is a conversation of six turns of which the last two are sent as they
// are.
func digested(width, height int) (*Transcript, *Digest) {
	t := New(themes.Dark(), true)
	t.Resize(width, height)
	for i := range 6 {
		t.Append(&User{Text: fmt.Sprint("question ", i)})
		t.Append(&Answer{Model: "m", Reply: reply("", fmt.Sprint("answer ", i))})
	}
	d := &Digest{
		Messages: 8, Key: "enter", About: "m · 44 tok · ≈ $0.002",
		Text: "They spoke of a needle, and of the many places where such a thing may be found.\n\n- a\ttab\n",
	}
	t.SetDigest(d, 8)
	return t, d
}

func TestDigestSaysWhatItIs(t *testing.T) {
	for want, d := range map[string]*Digest{
		"── 8 earlier messages are sent as a summary · enter shows it ──": {Messages: 8, Text: "x", Key: "enter"},
		"── 1 earlier message is sent as a summary ──":                    {Messages: 1, Text: "x"},
		"── what is above is sent as a summary ──":                        {Text: "x"},
		"── 2 earlier messages are not sent ──":                           {Messages: 2, Key: "enter"},
		"── 1 earlier message is not sent ──":                             {Messages: 1},
	} {
		tr := New(themes.Plain(), false)
		tr.Resize(80, 10)
		tr.SetDigest(d, 0)
		if view := plainView(tr); !strings.Contains(view, want) {
			t.Errorf("no %q in\n%s", want, view)
		}
	}
	for width, want := range map[int]string{44: "── 8 earlier messages: a summary ─", 60: "8 earlier messages: a summary · enter hides it", 12: "── 8 e"} {
		tr, d := digested(80, 40)
		tr.ToggleDigest(d)
		tr.Resize(width, 60)
		if view := plainView(tr); !strings.Contains(view, want) {
			t.Errorf("width %d: no %q in\n%s", width, want, view)
		}
	}
}

// Whatever a model wrote into it, it stays in its rows.
func TestDigestStaysInItsRows(t *testing.T) {
	tr, d := digested(80, 40)
	d = &Digest{Messages: d.Messages, Text: "\x1b[31mred\x1b]0;t\a \u202eright\u202c 京都 " + strings.Repeat("long ", 50), About: "a\nb\x1b[m"}
	tr.SetDigest(d, 8)
	tr.ToggleDigest(d)
	for width := range 50 {
		tr.Resize(width, 60)
		tr.Layout()
		for row := range strings.SplitSeq(tr.View(), "\n") {
			if ansi.StringWidth(row) > width || strings.ContainsAny(ansi.Strip(row), "\x1b\a\u202e") {
				t.Fatalf("width %d: the row %q", width, row)
			}
		}
	}
}

func TestDigestFolds(t *testing.T) {
	tr, d := digested(60, 12)
	tr.SelectMessage(8)
	tr.Select(-1)
	if tr.Selected() != d || tr.Position() != -1 {
		t.Fatalf("selected is %T, at %d", tr.Selected(), tr.Position())
	}
	top := lines(tr)[0]
	tr.ToggleDigest(d)
	for _, want := range []string{"enter hides it", "They spoke of a needle", "- a    tab", "m · 44 tok · ≈ $0.002"} {
		if view := plainView(tr); !strings.Contains(view, want) || lines(tr)[0] != top {
			t.Errorf("no %q, or another line at the top, in\n%s", want, view)
		}
	}
	tr.ToggleDigest(d)
	if view := plainView(tr); strings.Contains(view, "needle") || lines(tr)[0] != top {
		t.Errorf("it is not folded:\n%s", view)
	}
	none := &Digest{Messages: 8}
	tr.SetDigest(none, 8)
	if tr.ToggleDigest(none); none.open {
		t.Error("one that says nothing unfolds")
	}
}

// What it says is found while it is unfolded, as a thought is.
func TestDigestIsFound(t *testing.T) {
	tr, d := digested(60, 12)
	tr.Top()
	tr.Find("needle")
	found(t, tr, 0, 0)
	tr.ToggleDigest(d)
	tr.FindNext(1)
	found(t, tr, 1, 1)
	if view := plainView(tr); !strings.Contains(view, "needle") || tr.Selected() != d {
		t.Errorf("it is not shown:\n%s", view)
	}
	if marked(tr) != "needle" {
		t.Errorf("marked is %q", marked(tr))
	}
	tr.ToggleDigest(d)
	found(t, tr, 0, 0)
	tr.Find("44 tok")
	tr.ToggleDigest(d)
	tr.FindNext(1)
	found(t, tr, 1, 1)
	tr.SetDigest(nil, 0)
	found(t, tr, 0, 0)
}

func TestDigestIsCopied(t *testing.T) {
	tr, d := digested(40, 60)
	tr.ToggleDigest(d)
	want := "They spoke of a needle, and of the many places where such a thing may be found.\n\n- a\ttab\nm · 44 tok · ≈ $0.002"
	if got := drag(t, tr, "They spoke", "≈ $0.002"); got != want {
		t.Errorf("copied\n%q\nwant\n%q", got, want)
	}
	if got := drag(t, tr, "──", "summary"); got != "8 earlier messages: a summary" {
		t.Errorf("of the line %q is copied", got)
	}
	_, y := find(t, tr, "8 earlier")
	tr.Deselect()
	if tr.SelectAt(y); tr.Selected() != d {
		t.Error("a click does not select it")
	}
}

// It comes and goes without moving what is read, and counts as no message.
func TestDigestMovesNothing(t *testing.T) {
	tr, d := digested(60, 9)
	tr.SelectMessage(10)
	tr.ScrollBy(-2)
	before := plainView(tr)
	same := func(what string) {
		t.Helper()
		if got := plainView(tr); got != before || tr.Position() != 10 || tr.Selected().(*User).Text != "question 5" {
			t.Errorf("%s: message %d is selected in\n%s\nbefore\n%s", what, tr.Position(), got, before)
		}
	}
	tr.SetDigest(nil, 0)
	same("gone")
	tr.SetDigest(d, 8)
	same("back")
	tr.ToggleDigest(d)
	same("unfolded")
	tr.SetDigest(&Digest{Messages: d.Messages, Text: d.Text, About: d.About, Key: d.Key}, 8)
	if same("the same again"); !d.open || tr.entries[8] != Entry(d) {
		t.Error("the same mark folds")
	}
	tr.SetDigest(&Digest{Messages: 4}, 4)
	same("moved")
	marks := 0
	for _, e := range tr.entries {
		if _, is := e.(*Digest); is {
			marks++
		}
	}
	if marks != 1 || tr.entryOf(4) != 5 {
		t.Errorf("%d marks, message 4 is entry %d", marks, tr.entryOf(4))
	}
	tr.KeepMessages(4)
	if _, is := tr.Last().(*Answer); !is || tr.Len() != 4 {
		t.Errorf("%d entries stay, the last is a %T", tr.Len(), tr.Last())
	}
}
