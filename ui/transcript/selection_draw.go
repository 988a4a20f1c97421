// This file owns what a selection looks like.

package transcript

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// paintMarked shows in the frame what is selected.
func (t *Transcript) paintMarked(top place) {
	if t.marked.raw != t.raw {
		t.Unmark() // its rows are others
	}
	if !t.marked.on {
		return
	}
	t.eachRow(top, len(t.frame), func(y int, p point, s *section, l markdown.Line) {
		if from, to := t.marked.cells(p, l); to > from {
			bar := ansi.StringWidth(s.bar)
			t.frame[y] = invert(t.frame[y], bar+from, bar+to)
		}
	})
}

// invert turns cells of a row around: what was behind the text is its colour.
func invert(row string, from, to int) string {
	width := ansi.StringWidth(row)
	if to = min(to, width); to <= from {
		return row
	}
	middle := lipgloss.NewStyle().Reverse(true).Render(ansi.Strip(ansi.Cut(row, from, to)))
	return strings.TrimRight(ansi.Cut(row, 0, from)+middle+ansi.Cut(row, to, width), " ")
}
