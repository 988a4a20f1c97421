// This file owns the words that name the message at the top of the screen once
// its beginning is above it.

package transcript

import (
	"strings"

	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// Heading names the message of which the first rows are above the screen: who
// wrote it, and its first words.
type Heading struct {
	Name  string // of the model; "you"; "" when the top of the screen says it
	Words string
	Yours bool // the person wrote it
}

// Heading returns what stands above the screen, as of the last Layout.
func (t *Transcript) Heading() Heading { return t.heading }

// longestHeading bounds the first words, in cells.
const longestHeading = 200

func (t *Transcript) findHeading() Heading {
	top := t.top()
	if top.entry >= len(t.entries) || top.section < 2 { // the first line is blank, the second the head
		return Heading{}
	}
	var h Heading
	switch e := t.entries[top.entry].(type) {
	case *User:
		h = Heading{Name: "you", Yours: true}
	case *Answer:
		h.Name = flat(e.first())
	default:
		return h
	}
	ss := t.lay(top.entry)
	for i := range ss[:top.section+1] {
		if s := &ss[i]; s.kind != sectionText || s.part > 0 || i == top.section && top.line == 0 { // or it is in view
			continue
		}
		rows := ss[i].rows()
		for _, l := range rows[:min(len(rows), 8)] {
			h.Words += " " + ansi.Strip(l.Text)
			if len(h.Words) > longestHeading {
				break
			}
		}
	}
	h.Words = ansi.Truncate(strings.Join(strings.Fields(sanitize.Line(h.Words)), " "), longestHeading, "…")
	return h
}
