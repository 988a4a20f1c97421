package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// A selection stays at its words when the width changes, or goes: it is never at
// other words.
func TestSelectionKeepsItsWords(t *testing.T) {
	kept, gone := 0, 0
	for _, s := range fixtures {
		for at := 0; at < 400; at += 31 {
			tr := New(themes.Plain(), false)
			tr.Resize(80, 100)
			tr.Append(&User{Text: "what is it, and why does it take so long to say so in a few words?"})
			tr.Append(&Answer{Model: "m", Reply: reply(s.thought, s.answer)})
			tr.CycleFold()
			tr.Layout()
			last := tr.lay(0).height() + tr.lay(1).height()
			tr.Mark(at*3%70, at%last, ByCell)
			tr.MarkTo(at*5%70, at*11%last)
			tr.EndMark()
			want := untitled(tr.MarkedText())
			for _, width := range []int{60, 33, 120, 41, 80} {
				tr.Resize(width, 100)
				tr.Layout()
				if !tr.Marked() {
					gone++
					break
				}
				kept++
				// Tables are drawn anew, and blanks at the ends may go.
				if got := untitled(tr.MarkedText()); got != want && s.name != "table" {
					t.Fatalf("%s %d at width %d: marked %q, was %q", s.name, at, width, got, want)
				}
			}
		}
	}
	if kept < 5*gone {
		t.Errorf("%d selections were kept, %d were gone", kept, gone)
	}
}

// While the button is down, a resize changes nothing of what is marked, and the
// mouse goes on from there.
func TestResizingWhileMarking(t *testing.T) {
	var words []string
	for i := range 60 {
		words = append(words, fmt.Sprintf("word%02d", i))
	}
	tr := shown(strings.Join(words, " "), 80)
	x, y := find(t, tr, "word03")
	tr.Mark(x, y, ByCell)
	x, y = find(t, tr, "word20")
	tr.MarkTo(x+5, y)
	tr.Resize(44, 60)
	tr.Layout()
	if got, want := tr.MarkedText(), strings.Join(words[3:21], " "); got != want {
		t.Errorf("marked %q, want %q", got, want)
	}
	x, y = find(t, tr, "word31")
	tr.MarkTo(x+5, y)
	if got, want := tr.MarkedText(), strings.Join(words[3:32], " "); got != want {
		t.Errorf("marked %q, want %q", got, want)
	}
}

// untitled is a text without the titles of thoughts, which are cut to fit.
func untitled(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "Thought") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}
