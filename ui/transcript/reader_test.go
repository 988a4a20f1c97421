package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
)

// Dragging a window makes it every width in between. The reader ends where the
// reader began.
func TestDraggingDoesNotDrift(t *testing.T) {
	var words []string
	for i := range 400 {
		words = append(words, fmt.Sprintf("word%d", i))
	}
	tr := New(themes.Plain(), false)
	tr.Resize(100, 12)
	tr.Append(&Answer{Model: "m", Reply: reply("", strings.Join(words, " "))})
	tr.Top()
	tr.ScrollBy(12)
	want := lines(tr)[0]
	for _, w := range []int{40, 100, 200, 100} {
		for tr.width != w {
			step := 1
			if w < tr.width {
				step = -1
			}
			tr.Resize(tr.width+step, 12)
			if word := strings.Fields(want)[0] + " "; !strings.Contains(lines(tr)[0]+" ", word) {
				t.Fatalf("at width %d the top line %q lost %q", tr.width, lines(tr)[0], word)
			}
		}
	}
	if got := lines(tr)[0]; got != want {
		t.Errorf("at the end the top line is %q, want %q", got, want)
	}
}

// Going to the transcript selects what is in view and moves nothing.
func TestFirstSelectionMovesNothing(t *testing.T) {
	for _, scroll := range []int{0, -7, -20, -60} {
		tr := conversation(6, 60, 8) // answers are higher than the pane
		tr.ScrollBy(scroll)
		want, followed := lines(tr), tr.Following()
		tr.Select(-1)
		got := strings.ReplaceAll(strings.Join(lines(tr), "\n"), "█", " ")
		if !sameWords(got, strings.Join(want, "\n")) {
			t.Errorf("scrolled by %d, selecting moved the view from\n%s\nto\n%s", scroll, strings.Join(want, "\n"), got)
		}
		if tr.Following() != followed || tr.Selected() == nil || !strings.Contains(plainView(tr), "█") {
			t.Errorf("scrolled by %d: following %v, selected %v", scroll, tr.Following(), tr.Selected())
		}
	}
}

func sameWords(a, b string) bool {
	clean := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "▌", " ")), " ") }
	return clean(a) == clean(b)
}

// Who unfolds a thought at the end of the conversation sees its beginning, not
// the end of the answer that it pushes down.
func TestUnfoldingAtTheEndShowsTheThought(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 12)
	a := &Answer{Model: "m", Reply: reply("the first thought\n\n"+strings.Repeat("more\n\n", 30), "the answer")}
	tr.Append(a)
	before := lines(tr)[1]
	tr.ToggleFold(a)
	if v := plainView(tr); lines(tr)[1] != before || !strings.Contains(v, "the first thought") {
		t.Errorf("unfolded it shows\n%s", v)
	}
	if !tr.More() || tr.Following() {
		t.Error("it does not say that there is more")
	}
	tr.ScrollBy(3)
	tr.ToggleFold(a)
	if v := plainView(tr); tr.More() || !strings.Contains(v, "the answer") {
		t.Errorf("folded again it shows\n%s", v)
	}
}

// A thought that folds under a paused reader leaves the line that it folds to.
func TestFoldingUnderTheReader(t *testing.T) {
	tr := conversation(2, 60, 10)
	r := api.NewReply(start)
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	tr.CycleFold()
	r.Add(api.Reasoning{Text: strings.Repeat("a thought\n\n", 20)}, start)
	tr.Layout()
	tr.ScrollBy(-3)
	tr.CycleFold()
	tr.CycleFold()
	r.Add(api.Answer{Text: strings.Repeat("text\n\n", 20)}, start)
	tr.Extend()
	if top := lines(tr)[0]; !strings.Contains(top, "Thought for") {
		t.Errorf("the top line is %q", top)
	}
}

// Nothing below the screen, nothing said of it.
func TestNoMoreWhereAllIsInView(t *testing.T) {
	tr := conversation(1, 60, 10)
	tr.ScrollBy(-2)
	if tr.Layout(); !tr.More() {
		t.Fatal("there is more")
	}
	tr.Append(&User{Text: "x"})
	tr.Resize(60, 60)
	if tr.Layout(); tr.More() || tr.Unread() {
		t.Error("all is in view")
	}
}

func TestRemovingKeepsTheSelectionOnAMessage(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	tr.Append(&Notice{Text: "n"})
	tr.Append(&User{Text: "q"})
	tr.Append(&Divider{Text: "d"})
	tr.Append(&Answer{Model: "m", Reply: reply("", "a")})
	tr.Select(-1)
	tr.RemoveLast(1)
	if u, ok := tr.Selected().(*User); !ok || u.Text != "q" {
		t.Errorf("selected %v", tr.Selected())
	}
}

// What a key does to a message, it does to one that is in view, wherever the
// reader has scrolled.
func TestTheCursorComesAlong(t *testing.T) {
	tr := conversation(6, 60, 8)
	tr.Select(-1)
	for _, by := range []int{-1, -7, -20, 3, -200, 9, 1, 200} {
		tr.ScrollBy(by)
		if v := plainView(tr); !strings.Contains(v, "█") {
			t.Errorf("scrolled by %d, the selected message is out of view:\n%s", by, v)
		}
	}
	tr.Deselect()
	if tr.ScrollBy(-20); tr.Selected() != nil {
		t.Error("scrolling selects")
	}
	tr.SelectEnd(-1)
	tr.Top()
	if v := lines(tr)[1]; !strings.Contains(v, "█ you") {
		t.Errorf("at the top the first line is %q", v)
	}
}
