// This file owns what becomes of a selection when the width changes: it stays at
// its words, or goes where these can't be told. It never ends up at others.

package transcript

import (
	"strings"

	"github.com/aimlchat/aimlchat/ui/markdown"
)

// wording is a point in terms that no width changes: by lines of text, and by
// the characters of the line that are no blanks.
type wording struct {
	point        // its section; row and cell mean nothing
	line  int    // of the section; the rows of tables are not counted
	chars int    // of the line that stand before it
	first bool   // it is at the start of the line
	text  string // of the line
}

// resizeMarked gives the pane another width and keeps the selection.
func (t *Transcript) resizeMarked(width int) {
	s := &t.marked
	points := []*point{&s.begin, &s.anchor.from, &s.anchor.to, &s.from, &s.to}
	var words [5]wording
	ok := t.width > 0 && width > 0
	for i, p := range points {
		if ok {
			words[i], ok = t.wordingOf(*p)
		}
	}
	was := t.width
	t.width = width
	for i := 0; ok && i < len(points); i++ {
		*points[i], ok = t.pointOf(&words[i], i == 2 || i == 4)
	}
	if t.width = was; !ok {
		t.Unmark()
	}
}

// wordingOf says where a point is.
func (t *Transcript) wordingOf(p point) (w wording, ok bool) {
	s := t.section(p)
	if s == nil || s.above > 0 || p.row >= s.height() {
		return wording{}, false
	}
	w.point, w.line = p, -1
	rows := s.rows()
	row, _ := s.hardLine(p.row)
	ok = t.eachLine(p, s, func(first, last int) bool {
		w.line++
		if first != row {
			return true
		}
		glyphs := glyphsOf(rows[first : last+1])
		w.text = solidText(glyphs)
		w.first = p.row == first && p.cell <= rows[first].Gutter
		for _, g := range glyphs {
			if solid(g) && (first+g.row < p.row || first+g.row == p.row && g.cell < p.cell) {
				w.chars++
			}
		}
		return false
	})
	return w, ok
}

// pointOf is the inverse of wordingOf: the point before the character that
// follows, or behind the one before.
func (t *Transcript) pointOf(w *wording, behind bool) (p point, ok bool) {
	s := t.section(w.point)
	if s == nil || s.above > 0 {
		return point{}, false
	}
	line, rows := -1, s.rows()
	t.eachLine(w.point, s, func(first, last int) bool {
		if line++; line < w.line {
			return true
		}
		glyphs := glyphsOf(rows[first : last+1])
		if ok = solidText(glyphs) == w.text; !ok {
			return false
		}
		p = w.in(first).at(rows[first].Gutter)
		if w.first || behind && w.chars == 0 {
			return false
		}
		n := 0
		for _, g := range glyphs {
			if !solid(g) {
				continue
			}
			if n == w.chars && !behind {
				p = w.in(first + g.row).at(g.cell)
				return false
			}
			p = w.in(first + g.row).at(g.cell + g.width)
			if n++; n == w.chars && behind {
				return false
			}
		}
		return false
	})
	return p, ok
}

// eachLine visits the lines of text in a section, by their first and last rows,
// and none of tables: their rows are others at each width. It reports whether
// visit returned false.
func (t *Transcript) eachLine(p point, s *section, visit func(first, last int) bool) bool {
	o := t.origin(p.entry, s)
	for row := 0; row < s.height(); row++ {
		_, last := s.hardLine(row)
		if b := o.block(row); b == nil || b.Kind != markdown.Table {
			if !visit(row, last) {
				return true
			}
		}
		row = last
	}
	return false
}

func solid(g glyph) bool { return g.width > 0 && strings.TrimSpace(g.text) != "" }

func solidText(glyphs []glyph) string {
	var b strings.Builder
	for _, g := range glyphs {
		if solid(g) {
			b.WriteString(g.text)
		}
	}
	return b.String()
}
