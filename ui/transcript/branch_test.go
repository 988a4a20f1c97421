package transcript

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// branched is a conversation of two questions with something said between them.
func branched() *Transcript {
	t := New(themes.Plain(), false)
	t.Resize(60, 40)
	for _, e := range []Entry{
		&User{Text: "first?"},
		&Answer{Model: "m", Reply: reply("", "one"), Branch: Branch{2, 3}},
		&Divider{Text: "switched to n"},
		&User{Text: "second?", Branch: Branch{1, 2}},
		&Answer{Model: "n", Reply: reply("", "two"), Branch: Branch{1, 1}},
		&Notice{Text: "a word"},
	} {
		t.Append(e)
	}
	return t
}

func TestBranchesAreNumbered(t *testing.T) {
	view := plainView(branched())
	for _, want := range []string{"you  ‹1/2›", "$0.0004 · ‹2/3›"} {
		if !strings.Contains(view, want) {
			t.Errorf("no %q in\n%s", want, view)
		}
	}
	if strings.Contains(view, "‹1/1›") {
		t.Error("a message that stands alone is numbered")
	}
}

func TestABranchStaysNumberedWhereThereIsNoRoom(t *testing.T) {
	tr := branched()
	tr.Resize(14, 40)
	if view := plainView(tr); !strings.Contains(view, "‹2/3›") {
		t.Errorf("the place is gone:\n%s", view)
	}
}

func TestKeepMessages(t *testing.T) {
	for n, want := range []int{0, 1, 2, 4, 6, 6} {
		tr := branched()
		tr.KeepMessages(n)
		if tr.Len() != want {
			t.Errorf("of %d messages %d entries stay, want %d", n, tr.Len(), want)
		}
	}
}

func TestSelectMessage(t *testing.T) {
	tr := branched()
	tr.Resize(60, 5)
	for n, want := range []int{0, 1, 2, 3, 3} {
		tr.SelectMessage(n)
		if tr.Position() != want {
			t.Errorf("message %d: %d is selected", n, tr.Position())
		}
		if view := plainView(tr); !strings.Contains(view, "█") {
			t.Errorf("message %d is out of view:\n%s", n, view)
		}
	}
	empty := New(themes.Plain(), false)
	empty.SelectMessage(3)
	if empty.Selected() != nil {
		t.Error("something is selected where nothing is")
	}
}
