// This file owns the look of a message of the person's: the words as they were
// typed, and a chip for each file that goes with them.

package transcript

import (
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// User is a message of the person's. Its text is shown as it was typed: what a
// person pastes is not markdown. None of its fields changes once it is drawn.
type User struct {
	Text   string
	At     time.Time
	Files  []api.File // what was attached
	Branch Branch     // its place among the questions asked there

	key         wrapKey
	text, chips []markdown.Line
}

type wrapKey struct {
	style *style
	width int
}

func (u *User) selectable() bool { return true }

// Links returns the addresses in the text.
func (u *User) Links() []Link { return textLinks(nil, u.Text) }

func (u *User) sections(c context) sections {
	key := wrapKey{c.style, c.width}
	if u.key != key {
		u.key, u.text, u.chips = key, nil, nil
		if text := strings.TrimRight(u.Text, "\n"); text != "" || len(u.Files) == 0 {
			u.text = wrapPlain(text, c.measure(barWidth))
		}
		for i := range u.Files {
			u.chips = append(u.chips, c.style.chip(&u.Files[i], c.measure(barWidth))...)
		}
	}
	head := c.style.user.Render("you")
	if !u.At.IsZero() {
		head += c.style.muted.Render("  " + u.At.Format("15:04"))
	}
	if b := u.Branch.String(); b != "" {
		head += c.style.muted.Render("  " + b)
	}
	bar := c.style.userBar
	if c.selected {
		bar = c.style.selectedBar
	}
	return sections{
		gap,
		{kind: sectionHead, bar: bar, lines: oneLine(head, c.width-barWidth)},
		{kind: sectionText, bar: bar, lines: u.text},
		{kind: sectionFiles, bar: bar, lines: u.chips},
	}
}

// chip is an attached file as it is listed.
func (st *style) chip(f *api.File, width int) []markdown.Line {
	runs := st.separated(
		run{text: fileName(f), ink: st.text},
		run{text: strings.TrimSpace(sanitize.Line(f.MIME)), ink: st.muted},
		run{text: size(f), ink: st.muted})
	return hang(run{text: "▪ ", ink: st.user}, runs, width)
}

// fileName is what a file is called; what it is where it has no name.
func fileName(f *api.File) string {
	if name := strings.TrimSpace(sanitize.Line(f.Name)); name != "" {
		return name
	}
	return "a file without a name"
}

// size is that of a file; "" when it is not known.
func size(f *api.File) string {
	if f.Size <= 0 {
		return ""
	}
	return figures.Bytes(f.Size)
}
