package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
)

// Nothing in view moves when earlier messages come to stand before it, whatever
// the reader does at that moment.
func TestPrependingMovesNothing(t *testing.T) {
	for name, do := range map[string]func(tr *Transcript){
		"following": func(*Transcript) {},
		"scrolled":  func(tr *Transcript) { tr.ScrollBy(-7) },
		"selected":  func(tr *Transcript) { tr.Select(-1); tr.Select(-1) },
		"at the top": func(tr *Transcript) {
			tr.Top()
			tr.Layout()
		},
		"marked": func(tr *Transcript) { tr.Mark(0, 2, ByLine); tr.MarkTo(20, 5); tr.ScrollBy(-3) },
		"found":  func(tr *Transcript) { tr.Find("paragraph 3"); tr.FindNext(-1) },
		"unread": func(tr *Transcript) {
			tr.ScrollBy(-20)
			tr.Layout()
			tr.Append(&User{Text: "one more\nand another"})
		},
	} {
		tr := conversation(10, 80, 12)
		tr.Layout()
		do(tr)
		tr.Layout()
		shown, marked, total, fresh := tr.View(), tr.MarkedText(), tr.Found().Total, tr.NewLines()
		more := conversation(30, 80, 12)
		tr.Prepend(more)
		tr.Layout()
		if tr.View() != shown {
			t.Errorf("%s: shown is\n%s\nwas\n%s", name, ansi.Strip(tr.View()), ansi.Strip(shown))
		}
		if got := tr.MarkedText(); got != marked {
			t.Errorf("%s: marked is %q, was %q", name, got, marked)
		}
		if got := tr.NewLines(); got != fresh {
			t.Errorf("%s: %d new lines, were %d", name, got, fresh)
		}
		if f := tr.Found(); total > 0 && (f.Total != 4*total || f.Current <= 3*total) {
			t.Errorf("%s: found %+v, of %d before", name, f, total)
		}
		tr.Top()
		if !strings.Contains(plainView(tr), "question 0") || tr.Len() < 80 {
			t.Errorf("%s: the first message is not there", name)
		}
	}
}

// A few messages that fill no screen are joined by those before them.
func TestPrependingFillsTheScreen(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(80, 12)
	tr.Append(&User{Text: "the last"})
	tr.Layout()
	before := New(themes.Plain(), false)
	for i := range 9 {
		before.Append(&User{Text: fmt.Sprintf("question %d", i)})
	}
	tr.Prepend(before)
	if got := lines(tr); !strings.Contains(got[11], "the last") || !strings.Contains(got[0]+got[1]+got[2], "question") {
		t.Errorf("it shows\n%s", strings.Join(got, "\n"))
	}
}
