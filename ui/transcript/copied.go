// This file owns the way back from rows to text: what is copied of a selection.
// It leaves out what only holds the text on the screen: bars, borders, padding,
// and the breaks that wrapping made.

package transcript

import (
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// MarkedText returns the text that is selected, "" for none. Lines that wrapping
// broke are whole, tabs are tabs, the columns of tables stand behind tabs.
func (t *Transcript) MarkedText() string {
	if !t.marked.on {
		return ""
	}
	c := copier{extent: t.marked.extent}
	for i := c.from.entry; i <= c.to.entry && i < len(t.entries); i++ {
		ss := t.lay(i)
		for k := range ss {
			if c.reaches(i, &ss[k]) {
				c.section(t, i, &ss[k])
			}
		}
	}
	return strings.Trim(strings.Join(c.lines, "\n"), "\n")
}

// copier collects lines of text.
type copier struct {
	extent
	lines  []string
	goesOn bool // the last one does in the next section
}

// reaches reports whether the extent reaches a section.
func (c *copier) reaches(entry int, s *section) bool {
	first := point{entry: entry, section: s.kind, part: s.part}
	after := first
	after.part++
	return c.from.less(after) && !c.to.less(first)
}

// add adds a line, or what the last one goes on with.
func (c *copier) add(line string, ok bool) {
	n := len(c.lines)
	switch {
	case !ok:
	case c.goesOn && n > 0:
		c.lines[n-1] += line
	default:
		c.lines = append(c.lines, line)
	}
	c.goesOn = false
}

// section takes what is marked of a section.
func (c *copier) section(t *Transcript, entry int, s *section) {
	p, rows := point{entry: entry, section: s.kind, part: s.part}, s.rows()
	inside := func(row int) bool {
		q := p.in(s.above + row)
		return !q.at(ansi.StringWidth(rows[row].Text)).less(c.from) && !c.to.less(q)
	}
	var o *origin
	for row := 0; row < len(rows); row++ {
		if !inside(row) {
			continue
		}
		if o == nil {
			o = t.origin(entry, s)
		}
		last := row
		for last < len(rows)-1 && (rows[last].Soft || rows[last].Breaks != "") && inside(last+1) {
			last++
		}
		c.add(c.line(p, s, row, last, o))
		if end := rows[last]; last == len(rows)-1 && end.Soft && p.in(s.above+last+1).less(c.to) {
			c.goesOn = true
			if end.Space {
				c.lines[len(c.lines)-1] += gapOf(end)
			}
		}
		row = last
	}
}

// line returns what is marked of rows that are one line of text; none when they
// hold only a border.
func (c *copier) line(p point, s *section, row, last int, o *origin) (string, bool) {
	rows := s.rows()
	if b := o.block(s.above + row); b != nil && b.Kind != markdown.Code {
		if b.Kind == markdown.Rule || isBorder(rows[row]) {
			return "", false
		}
		return c.record(p, s, row, last, b.Columns), true
	}
	first, end := s.hardLine(row)
	if source, ok := o.line(s, first); ok && (last > row || strings.Contains(source, "\t")) {
		glyphs := glyphsOf(rows[first : end+1])
		if restore(glyphs, source, o.tab) {
			return c.glyphs(p, s, first, last, glyphs), true
		}
	}
	var b strings.Builder
	for i := row; i <= last; i++ {
		l := rows[i]
		from, to := c.cells(p.in(s.above+i), l)
		b.WriteString(cut(l.Text, from, to))
		if i < last && l.Space {
			b.WriteString(gapOf(l))
		}
	}
	if o.decorated {
		return strings.Trim(b.String(), "─ "), true
	}
	return b.String(), true
}

// glyphs returns what is marked of a line of text that begins in row first; rows
// after last are not marked.
func (c *copier) glyphs(p point, s *section, first, last int, glyphs []glyph) string {
	var b strings.Builder
	rows := s.rows()
	row, from, to := -1, 0, 0
	for _, g := range glyphs {
		if first+g.row > last {
			break
		}
		if g.row != row {
			row = g.row
			from, to = c.cells(p.in(s.above+first+row), rows[first+row])
		}
		switch {
		case g.width == 0 && first+row == last: // a break beyond the end
		case g.width == 0 && p.in(s.above+first+row).at(g.cell).less(c.from):
		case g.width > 0 && (g.cell+g.width <= from || g.cell >= to):
		default:
			b.WriteString(g.text)
		}
	}
	return b.String()
}

// glyph is a character of a line of text: in which of its rows, and where.
type glyph struct {
	text             string
	row, cell, width int // width 0: a space that a soft break took the place of
}

// glyphsOf returns the characters of rows that are one line of text.
func glyphsOf(rows []markdown.Line) []glyph {
	var glyphs []glyph
	for i, l := range rows {
		cell := 0
		for text := ansi.Strip(l.Text); text != ""; {
			cluster, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
			text = text[len(cluster):]
			if cell >= l.Gutter && w > 0 {
				glyphs = append(glyphs, glyph{text: cluster, row: i, cell: cell, width: w})
			}
			cell += w
		}
		if l.Soft && l.Space && i < len(rows)-1 {
			glyphs = append(glyphs, glyph{text: gapOf(l), row: i, cell: cell})
		}
	}
	return glyphs
}

// gapOf is what the break at the end of a row took the place of.
func gapOf(l markdown.Line) string { return strings.Repeat(" ", max(1, l.Blanks)) }

// restore gives characters back what they were in the line that was drawn: tabs,
// and all blanks at a break. It reports whether they are that line.
func restore(glyphs []glyph, source string, tab func(col int) int) bool {
	col, spaces := 0, 0 // spaces: of a tab, still to come
	for i := range glyphs {
		g := &glyphs[i]
		switch {
		case spaces > 0 && g.text == " ":
			g.text, spaces = "", spaces-1
		case g.width == 0:
			n := len(source) - len(strings.TrimLeft(source, " \t"))
			if i+1 < len(glyphs) && glyphs[i+1].text == " " {
				n = min(n, 1)
			}
			g.text, source = source[:n], source[n:]
			spaces = 0
		case strings.HasPrefix(source, "\t") && g.text == " ":
			g.text, source = "\t", source[1:]
			spaces = tab(col) - 1
		case strings.HasPrefix(source, g.text):
			source = source[len(g.text):]
			spaces = 0
		default:
			return false
		}
		col += g.width
	}
	return true
}

// cut returns the text in cells of a row.
func cut(row string, from, to int) string {
	if to <= from {
		return ""
	}
	return ansi.Strip(ansi.Cut(row, from, to))
}

// origin is what a section was drawn from. It is asked about one row after the
// other, from top to bottom.
type origin struct {
	blocks    []markdown.Block
	source    []string // the lines of the text, where each is a line on screen
	tab       func(col int) int
	decorated bool            // lines stand around the text
	next      int             // the first block that does not end above the rows asked for
	lines     []string        // of the block in
	in        *markdown.Block // whose lines have been counted
	row, at   int             // the line on screen that begins in row is lines[at], or source[at]
}

func (t *Transcript) origin(entry int, s *section) *origin {
	o := &origin{tab: func(int) int { return 4 }}
	switch e := t.entries[entry].(type) {
	case *User:
		if s.kind == sectionText {
			o.source = plainLines(e.Text)
		}
	case *Answer:
		switch {
		case s.kind == sectionText && t.raw:
			o.source = plainLines(e.Text())
		}
	case *Divider:
		o.decorated = s.kind == sectionText
	case *Digest:
		if o.decorated = s.kind == sectionHead; s.kind == sectionText {
			o.source = plainLines(e.shown())
		}
	}
	if s.doc != nil {
		o.blocks = s.doc.PartBlocks(s.part)
	}
	if o.blocks != nil {
		o.tab = func(col int) int { return 4 - col%4 }
	}
	return o
}

// plainLines are the lines of a text that is shown as it is.
func plainLines(text string) []string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = sanitize.Text(strings.TrimSuffix(lines[i], "\r"))
	}
	return lines
}

// block returns the block that a row is part of; nil for none.
func (o *origin) block(row int) *markdown.Block {
	for o.next < len(o.blocks) && row >= o.blocks[o.next].Row+o.blocks[o.next].Rows {
		o.next++
	}
	if o.next == len(o.blocks) || row < o.blocks[o.next].Row {
		return nil
	}
	return &o.blocks[o.next]
}

// line returns the line of the text that was drawn as the line on screen that
// begins in row first, where that is known.
func (o *origin) line(s *section, first int) (string, bool) {
	if o.source != nil {
		o.count(s, first)
		if s.above > 0 || o.at >= len(o.source) {
			return "", false
		}
		return o.source[o.at], true
	}
	b := o.block(s.above + first)
	if b == nil || b.Kind != markdown.Code || b.Row < s.above {
		return "", false
	}
	if o.in != b {
		o.in, o.lines, o.row, o.at = b, strings.Split(b.Text, "\n"), b.Row-s.above, 0
		if b.Language != "" && !b.GoesOn {
			o.at = -1
		}
	}
	o.count(s, first)
	if o.at < 0 || o.at >= len(o.lines) {
		return "", false
	}
	return sanitize.Text(o.lines[o.at]), true
}

// count moves on to the line on screen that begins in row first.
func (o *origin) count(s *section, first int) {
	rows := s.rows()
	for ; o.row < first; o.row++ {
		if !rows[o.row].Soft {
			o.at++
		}
	}
}

// isBorder tells whether a row is nothing but a line across.
func isBorder(l markdown.Line) bool {
	text := cut(l.Text, l.Gutter, ansi.StringWidth(l.Text))
	return strings.Trim(text, "─┼ ") == "" && strings.Contains(text, "─")
}

// record returns what is marked of rows that are one row of a table, the columns
// apart by tabs, without padding.
func (c *copier) record(p point, s *section, row, last int, borders []int) string {
	columns := make([]string, len(borders)+1)
	lo, hi := len(borders), 0 // the columns that are marked
	rows := s.rows()
	for i := row; i <= last; i++ {
		l := rows[i]
		from, to := c.cells(p.in(s.above+i), l)
		start := l.Gutter
		for n, border := range append(slices.Clone(borders), ansi.StringWidth(l.Text)+1) {
			if start < to && border > from {
				lo, hi = min(lo, n), max(hi, n)
				text := strings.TrimSpace(cut(l.Text, max(from, start), min(to, border)))
				if text != "" && columns[n] != "" && !glued(rows[i-1], n) {
					columns[n] += " "
				}
				columns[n] += text
			}
			start = border + 1
		}
	}
	return strings.Join(columns[min(lo, hi):hi+1], "\t")
}

// glued tells whether nothing stood at the break behind a row of a cell.
func glued(l markdown.Line, column int) bool {
	if l.Breaks == "" {
		return !l.Space
	}
	return column < len(l.Breaks) && l.Breaks[column] == 0
}
