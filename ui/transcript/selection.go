// This file owns which text the person has marked with the mouse: from where to
// where, in terms of the conversation, so that neither scrolling nor arriving
// text moves it. It refuses to know what is done with it.

package transcript

import (
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// Unit is what a selection is made of.
type Unit int

// The units, by the number of clicks that ask for them.
const (
	ByCell Unit = iota
	ByWord
	ByLine // a whole line of text, however many rows it takes
)

// point is a cell of the conversation. The cells of a row are counted from
// where its bar ends; row is among all rows of its section, those too that the
// section does not show.
type point struct {
	entry   int
	section sectionKind
	part    int
	row     int
	cell    int
}

// less orders points as they are read.
func (p point) less(q point) bool {
	switch {
	case p.entry != q.entry:
		return p.entry < q.entry
	case p.section != q.section:
		return p.section < q.section
	case p.part != q.part:
		return p.part < q.part
	case p.row != q.row:
		return p.row < q.row
	}
	return p.cell < q.cell
}

// at returns the point in another cell of the same row.
func (p point) at(cell int) point { p.cell = cell; return p }

// in returns the point at the start of another row of the same section.
func (p point) in(row int) point { p.row, p.cell = row, 0; return p }

// extent is from one point to another one, which is not part of it.
type extent struct{ from, to point }

// join is the extent that holds both.
func (e extent) join(f extent) extent {
	if f.from.less(e.from) {
		e.from = f.from
	}
	if e.to.less(f.to) {
		e.to = f.to
	}
	return e
}

// cells returns which cells of the row at p are inside, none when to <= from.
func (e extent) cells(p point, l markdown.Line) (from, to int) {
	from, to = l.Gutter, ansi.StringWidth(l.Text)
	start, end := p.at(0), p.at(to)
	if end.less(e.from) || e.to.less(start) {
		return 0, 0
	}
	if start.less(e.from) && e.from.in(0) == p.in(0) && e.from.row == p.row {
		from = max(from, e.from.cell)
	}
	if e.to.less(end) {
		to = e.to.cell
	}
	return from, to
}

// selection is what is marked.
type selection struct {
	begun  bool
	on     bool // something is marked
	raw    bool // of answers as they were written
	unit   Unit
	begin  point  // where the button went down
	anchor extent // the unit there
	extent
}

// Mark begins a selection at a cell, and reports whether that is one of the pane.
// By cells it is empty as long as [Transcript.MarkTo] stays at that cell.
func (t *Transcript) Mark(x, y int, unit Unit) bool {
	t.marked = selection{}
	p, ok := t.pointAt(x, y)
	if !ok || x >= t.width || y >= t.height {
		return false
	}
	anchor := t.unitAt(p, unit)
	t.marked = selection{begun: true, raw: t.raw, on: unit != ByCell, unit: unit, begin: p, anchor: anchor, extent: anchor}
	return true
}

// MarkTo extends the selection to a cell. Above or below the pane it goes to the
// edge. The end is not followed while text is being marked: it would slip away
// under the mouse.
func (t *Transcript) MarkTo(x, y int) {
	if !t.marked.begun {
		return
	}
	switch {
	case y < 0:
		x, y = 0, 0
	case y >= t.height:
		x, y = t.width, t.height-1
	}
	p, ok := t.pointAt(x, y)
	if !ok {
		return
	}
	s := &t.marked
	s.on = s.unit != ByCell || p != s.begin
	s.extent = s.anchor.join(t.unitAt(p, s.unit))
	if s.on && t.follow {
		t.setAnchor(t.top())
		t.follow = false
	}
}

// EndMark says that the selection is as it is to be. The end is followed again
// if it is in view.
func (t *Transcript) EndMark() {
	if t.width > 0 && !t.follow && !before(t.resolve(t.anchor), t.end()) {
		t.Bottom()
	}
}

// Marked reports whether text is selected.
func (t *Transcript) Marked() bool { return t.marked.on }

// Unmark takes the selection away, and reports whether there was one.
func (t *Transcript) Unmark() bool {
	was := t.marked.on
	t.marked = selection{}
	return was
}

// SelectAt puts the cursor on the message that shows in row y of the pane, and
// reports whether one does.
func (t *Transcript) SelectAt(y int) bool {
	p, ok := t.pointAt(0, y)
	if !ok || p.section == sectionGap || !t.entries[p.entry].selectable() {
		return false
	}
	t.selected = p.entry
	return true
}

// eachRow visits the rows in view, at most n, from the one at top on.
func (t *Transcript) eachRow(top place, n int, visit func(y int, p point, s *section, l markdown.Line)) {
	y, skip := 0, top.line
	for i := top.entry; i < len(t.entries) && y < n; i++ {
		ss := t.lay(i)
		for k := range ss {
			if i == top.entry && k < top.section || y >= n {
				continue
			}
			s, rows := &ss[k], ss[k].rows()
			for j := skip; j < len(rows) && y < n; j++ {
				visit(y, point{entry: i, section: s.kind, part: s.part, row: s.above + j}, s, rows[j])
				y++
			}
			skip = max(0, skip-len(rows))
		}
	}
}

// pointAt returns what lies in a cell of the pane. Below the last line it is the
// end of that.
func (t *Transcript) pointAt(x, y int) (found point, ok bool) {
	if t.width == 0 || t.height == 0 || y < 0 {
		return point{}, false
	}
	t.eachRow(t.top(), y+1, func(at int, p point, s *section, l markdown.Line) {
		found, ok = p.at(x-ansi.StringWidth(s.bar)), true
		if at < y {
			found.cell = ansi.StringWidth(l.Text)
		}
	})
	return found, ok
}

// section returns the section in which a point lies, nil when it is gone.
func (t *Transcript) section(p point) *section {
	if p.entry >= len(t.entries) {
		return nil
	}
	return t.lay(p.entry).section(anchor{entry: p.entry, section: p.section, part: p.part})
}

// unitAt returns the extent of the unit at a point.
func (t *Transcript) unitAt(p point, unit Unit) extent {
	s := t.section(p)
	if s == nil || p.row < s.above || p.row-s.above >= s.height() {
		return extent{p, p}
	}
	rows, row := s.rows(), p.row-s.above
	if unit == ByCell {
		l := rows[row]
		from, to := clusterAt(l, p.cell)
		return extent{p.at(from), p.at(to)}
	}
	first, last := s.hardLine(row)
	if unit == ByLine {
		end := rows[last]
		return extent{p.in(s.above + first), p.in(s.above + last).at(ansi.StringWidth(end.Text))}
	}
	glyphs := glyphsOf(rows[first : last+1])
	from, to := wordAt(glyphs, row-first, p.cell)
	if from == to {
		return extent{p, p}
	}
	g, h := glyphs[from], glyphs[to-1]
	return extent{p.in(s.above + first + g.row).at(g.cell), p.in(s.above + first + h.row).at(h.cell + h.width)}
}

// hardLine returns the first and the last row of the line of text that a row is
// part of.
func (s *section) hardLine(row int) (first, last int) {
	rows := s.rows()
	for first = row; first > 0 && rows[first-1].Soft; first-- {
	}
	for last = row; last < len(rows)-1 && rows[last].Soft; last++ {
	}
	return first, last
}

// clusterAt returns the cells of the character that a cell belongs to; nothing,
// at the nearer end of the text, where there is none.
func clusterAt(l markdown.Line, cell int) (from, to int) {
	if cell < l.Gutter {
		return l.Gutter, l.Gutter
	}
	at := 0
	for text := ansi.Strip(l.Text); text != ""; {
		cluster, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		if text = text[len(cluster):]; cell < at+w {
			return at, at + w
		}
		at += w
	}
	return at, at
}
