// This file owns the segments of a long table: rows that are drawn in columns
// which others have measured. It refuses to measure.

package markdown

import "bytes"

// grid is what the rows of a long table have in common: its first rows.
type grid struct {
	size  int // bytes of them; 0: there are too few yet
	style *Style
	width int // at which form was decided; 0: it was not
	laidTable
}

// find looks for the end of the rows that are measured, and reports whether they
// are all there.
func (g *grid) find(text []byte) bool {
	if len(text) < measuredRows {
		return false
	}
	n := bytes.IndexByte(text[measuredRows-1:], '\n')
	if n < 0 {
		return false
	}
	g.size = measuredRows + n
	return true
}

// grid returns the grid of a table, measured for the present look.
func (d *Document) grid(w *whole) *grid {
	g, r := &w.grid, d.renderer(w.done[0])
	if g.style != d.style {
		*g = grid{size: g.size, style: d.style}
		for line := range bytes.Lines(w.leaf.text(d.text)[:g.size]) {
			g.read(r, bytes.TrimSuffix(line, []byte("\n")))
		}
	}
	if g.width != d.width {
		g.width, g.form = d.width, g.shape(r)
	}
	return g
}

// rows draws a segment, with what slot holds of it.
func (r *renderer) rows(l *leaf, text []byte, g *grid, slot *laid) {
	t := &slot.table
	l.columns = r.borders(g.form)
	if slot.used == 0 {
		*t = laidTable{drawn: l.first}
	} else {
		r.page.resume(t.lines)
	}
	var rest map[string]target
	for line := range bytes.Lines(text[slot.used:]) {
		bare, complete := bytes.CutSuffix(line, []byte("\n"))
		wanted := r.gridLine(g, bare, t.drawn)
		if !complete {
			rest = wanted
			break
		}
		t.wanted = joinWanted(t.wanted, wanted)
		t.drawn, t.lines = t.drawn+1, r.page.lines
		slot.used += len(line)
	}
	l.wanted = labels{laid: t.wanted, rest: rest}
}

// gridLine draws line n of a table, of which the second shows nothing.
func (r *renderer) gridLine(g *grid, line []byte, n int) (wanted map[string]target) {
	i := n
	if n > 0 {
		i--
	}
	switch {
	case n == 1:
		return nil
	case i < len(g.laidTable.rows):
		row := g.laidTable.rows[i]
		r.row(&g.laidTable, g.form, row, i)
		return row.wanted
	}
	row := r.cells(line, false)
	row.fit(len(g.natural))
	r.row(&g.laidTable, g.form, row, i)
	return row.wanted
}
