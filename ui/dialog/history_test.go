package dialog

import (
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

func prompts() []string {
	return []string{
		"what is a monad", "twice", "Translate this:\n\nIm Frühling blühen\n\tdie Kirschbäume.\n" + strings.Repeat("und so weiter\n", 20),
		"twice", "京都の桜はいつ咲きますか", " \n", strings.Repeat("a long line of words ", 40),
	}
}

func TestHistoryChooses(t *testing.T) {
	d := NewHistory(themes.Plain(), prompts())
	d.Resize(80, 30)
	if shown, all := d.list.Count(); shown != 5 || all != 5 {
		t.Errorf("%d of %d prompts are offered", shown, all)
	}
	d.Press(down)
	if view := d.View(); !strings.Contains(view, "京都の桜はいつ咲きますか") {
		t.Errorf("not there:\n%s", view)
	}
	d.SetFilter("kirsch")
	if view := d.View(); !strings.Contains(view, "Translate this:") || !strings.Contains(view, "    die Kirschbäume.") {
		t.Errorf("the preview is missing:\n%s", view)
	}
	if a := d.Press(enter); a != (UsePrompt{prompts()[2]}) {
		t.Errorf("enter gives %#v", a)
	}
	d.SetFilter("wtmnd") // letters in their order
	if a := d.Press(enter); a != (UsePrompt{"what is a monad"}) {
		t.Errorf("enter gives %#v", a)
	}
	d.SetFilter("nothing like that")
	if a := d.Press(enter); a != nil {
		t.Errorf("enter without a match: %#v", a)
	}
}

// However long what was sent is, only its beginning is shown and searched.
func TestHistoryOfLongPrompts(t *testing.T) {
	long := make([]string, 50)
	for i := range long {
		long[i] = strings.Repeat("x", i) + strings.Repeat("a line that was pasted\n", 1<<20/23)
	}
	d := NewHistory(themes.Plain(), long)
	d.Resize(80, 30)
	d.Paste("line pasted")
	if shown, _ := d.list.Count(); shown != 50 {
		t.Errorf("%d are found", shown)
	}
	checkView(t, d, 80, 30)
	if a, is := d.Press(enter).(UsePrompt); !is || !slices.Contains(long, a.Text) {
		t.Error("it is not whole")
	}
}
