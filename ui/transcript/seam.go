// This file owns the seams of an answer that was continued: in which rows new
// text begins, and how faintly that is shown. No row is added for it: a rule
// takes the place of the empty row between two blocks, and within a block a mark
// stands in the bar. It refuses to know how a text became rows; it counts the
// letters, in which both are alike.

package transcript

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// overlay is another look of a row.
type overlay struct {
	row       int
	bar, text string // "": as it is
}

// seams remembers what was counted to find them.
type seams struct {
	key    seamKey
	ends   []int // the letters before each seam
	counts []letterCount
}

// seamKey is all that the number of letters before the seams depends on, besides
// the texts, which are final.
type seamKey struct {
	style *style
	width int
	raw   bool
	parts int
}

type letterCount struct {
	row string
	n   int
}

// overlay gives the rows their looks in which the text of a part begins. To find
// them all is laid out: few answers are continued, and few of those are long.
func (a *Answer) overlay(c context, ss sections, width int) {
	if len(a.Earlier) == 0 {
		return
	}
	var rows []markdown.Line
	for i := range ss {
		rows = append(rows, ss[i].rows()...)
	}
	all := a.overlays(c, rows, width)
	for i := range ss {
		h := ss[i].height()
		for _, o := range all {
			if o.row >= 0 && o.row < h {
				ss[i].overlays = append(ss[i].overlays, o)
			}
		}
		for k := range all {
			all[k].row -= h
		}
	}
}

// overlays are the looks of rows.
func (a *Answer) overlays(c context, rows []markdown.Line, width int) []overlay {
	s := &a.seams
	if key := (seamKey{c.style, width, c.raw, len(a.Earlier)}); s.key != key || s.ends == nil {
		s.key, s.ends = key, a.seamEnds(c, width)
	}
	var all []overlay
	for _, at := range s.rows(rows) {
		o := overlay{row: at.row, bar: c.style.seamBar}
		switch {
		case at.begins && !c.raw && at.row > 0 && rows[at.row-1].Text == "" && !a.inCode(at.row-1):
			o = overlay{row: at.row - 1, text: c.style.faint.Render(strings.Repeat("╌", width))}
		case c.selected:
			o.bar = c.style.selectedSeamBar
		}
		if (at.row > 0 || !at.begins) && !slices.Contains(all, o) {
			all = append(all, o)
		}
	}
	return all
}

// seamEnds counts the letters that are shown of the text before each seam.
func (a *Answer) seamEnds(c context, width int) []int {
	doc, written := markdown.NewDocument(c.style.answer), rawText{}
	ends, text := make([]int, 0, len(a.Earlier)), ""
	for _, p := range a.Earlier {
		piece := p.Reply.Answer.String()
		text += piece
		var rows []markdown.Line
		if c.raw {
			rows = written.lines(c.style, text, width)
		} else {
			doc.Extend(piece)
			rows = doc.Lines(max(1, width))
		}
		n := 0
		for i := range rows {
			n += letters(rows[i].Text)
		}
		ends = append(ends, n)
	}
	return ends
}

// seamRow is a row in which new text begins.
type seamRow struct {
	row    int
	begins bool // nothing older stands in it
}

// rows returns the rows that have the first letter after each seam, as far as it
// has come.
func (s *seams) rows(rows []markdown.Line) []seamRow {
	s.counts = append(s.counts[:min(len(s.counts), len(rows))], make([]letterCount, max(0, len(rows)-len(s.counts)))...)
	found, before := make([]seamRow, 0, len(s.ends)), 0
	for i := range rows {
		k := &s.counts[i]
		if k.row != rows[i].Text {
			*k = letterCount{rows[i].Text, letters(rows[i].Text)}
		}
		for len(found) < len(s.ends) && before+k.n > s.ends[len(found)] {
			found = append(found, seamRow{i, before >= s.ends[len(found)]})
		}
		before += k.n
	}
	return found
}

// letters counts the letters and digits that are shown in a row.
func letters(row string) (n int) {
	for _, r := range ansi.Strip(row) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// inCode reports whether a row of the answer is of a code block, where an empty
// row is no gap.
func (a *Answer) inCode(row int) bool {
	for part := 0; row >= 0; part++ {
		if slices.ContainsFunc(a.answer.doc.PartBlocks(part), func(b markdown.Block) bool {
			return b.Kind == markdown.Code && row >= b.Row && row < b.Row+b.Rows
		}) {
			return true
		}
		row -= len(a.answer.doc.Rows(part))
	}
	return false
}
