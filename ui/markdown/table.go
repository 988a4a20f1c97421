// This file owns tables: columns by display width, shrunk to the row, cells
// wrapped; a list of records where not even that fits. No outer borders: right
// ones break as soon as a terminal disagrees about an emoji.

package markdown

import (
	"slices"
	"strings"

	east "github.com/yuin/goldmark/extension/ast"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const (
	columnGap    = " │ "
	columnCross  = "─┼─"
	narrowest    = 3 // cells of a column, below which a table becomes records
	gapWidth     = 3
	recordIndent = "  "
)

// cell is the content of a table's cell.
type cell struct {
	spans   []span
	natural int // cells of its widest line
	word    int // cells of its longest word
}

// laidCell is a cell in its column.
type laidCell struct {
	rows   []string
	widths []int  // of each row
	glued  []bool // nothing stood at the break behind a row
}

// gridRow is a row of a table. It remembers how it was laid out last.
type gridRow struct {
	cells  []cell
	wanted map[string]target // link labels in it

	widths []int // of the columns when laid was made; nil: never
	laid   []laidCell
}

// measure returns the widths of the columns, and whether the table fits into
// columns at all.
func (r *renderer) measure(natural, words []int) (widths []int, fits bool) {
	columns := len(natural)
	space := r.page.room() - gapWidth*(columns-1)
	if space < columns*narrowest && total(natural) > space {
		return nil, false
	}
	return shrink(natural, words, space), true
}

// lay wraps the cells of a row into columns, unless they are, and tells whether
// any takes more than one line.
func (row *gridRow) lay(widths []int) (wrapped bool) {
	if !slices.Equal(row.widths, widths) {
		row.widths = widths
		row.laid = make([]laidCell, len(widths))
		for c := range row.cells {
			row.laid[c] = row.cells[c].lay(widths[c])
		}
	}
	return slices.ContainsFunc(row.laid, func(l laidCell) bool { return len(l.rows) > 1 })
}

// breakLines makes <br> in a cell what it is meant to be: it is the only way to
// break a line in one.
func breakLines(spans []span) []span {
	for i, s := range spans {
		switch strings.ToLower(strings.ReplaceAll(s.text, " ", "")) {
		case "<br>", "<br/>":
			spans[i].text = "\n"
		}
	}
	return merge(spans)
}

func newCell(spans []span) cell {
	c := cell{spans: spans}
	line, word := 0, 0
	for _, s := range spans {
		for text := s.text; text != ""; {
			cluster, w := nextCluster(text)
			text, w = text[len(cluster):], sanitize.WidestCluster(cluster, w)
			switch {
			case cluster == "\n":
				line, word = 0, 0
			case cluster == " ":
				line, word = line+1, 0
			case breakable(cluster, w):
				line, word = line+w, w
			default:
				line, word = line+w, word+w
			}
			c.natural, c.word = max(c.natural, line), max(c.word, word)
		}
	}
	return c
}

// lay wraps a cell into a column.
func (c cell) lay(width int) laidCell {
	p := page{width: width}
	if c.natural <= width && !slices.ContainsFunc(c.spans, func(s span) bool { return strings.Contains(s.text, "\n") }) {
		for _, s := range c.spans {
			p.paint.write(s.text, s.look)
		}
		return laidCell{rows: []string{p.paint.finish()}, widths: []int{c.natural}}
	}
	p.text(c.spans)
	var l laidCell
	for _, line := range p.lines {
		l.rows = append(l.rows, line.Text)
		l.glued = append(l.glued, line.Soft && !line.Space)
		l.widths = append(l.widths, sanitize.WidestWidth(line.Text))
	}
	return l
}

func total(widths []int) (sum int) {
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shrink makes widths fit space: wide columns get an equal share of what the
// narrow ones leave, but where there is room for it no word is broken.
func shrink(natural, words []int, space int) []int {
	if total(natural) <= space {
		return natural
	}
	least := slices.Clone(words)
	for limit := slices.Max(words); total(least) > space; limit-- {
		for c := range least {
			least[c] = min(least[c], max(limit, 1))
		}
		if limit <= 1 {
			break
		}
	}
	widths := share(natural, space)
	fixed := make([]bool, len(widths))
	for again := true; again; {
		again = false
		free, rest := []int{}, space
		for c := range widths {
			if !fixed[c] && widths[c] < least[c] {
				fixed[c], again = true, true
			}
			if fixed[c] {
				rest -= least[c]
				widths[c] = least[c]
			} else {
				free = append(free, c)
			}
		}
		wanted := make([]int, len(free))
		for i, c := range free {
			wanted[i] = natural[c]
		}
		for i, w := range share(wanted, rest) {
			widths[free[i]] = w
		}
	}
	return widths
}

// share gives each column what it wants, or an equal part of what is left.
func share(natural []int, space int) []int {
	widths := slices.Clone(natural)
	order := make([]int, len(widths))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural[a] - natural[b] })
	for done, c := range order {
		widths[c] = min(natural[c], max(space/(len(order)-done), 1))
		space -= widths[c]
	}
	return widths
}

// tableRow draws one row of a table, as high as its highest cell.
func (r *renderer) tableRow(cells []laidCell, widths []int, align []east.Alignment) {
	height := 0
	for _, c := range cells {
		height = max(height, len(c.rows))
	}
	for i := range height {
		p := r.page
		gutter := p.open(false)
		for c, laid := range cells {
			if c > 0 {
				p.paint.write(columnGap, r.style.faint)
			}
			text, pad := "", widths[c]
			if i < len(laid.rows) {
				text, pad = laid.rows[i], pad-laid.widths[i]
			}
			left := 0
			switch align[c] {
			case east.AlignRight:
				left = pad
			case east.AlignCenter:
				left = pad / 2
			}
			p.paint.write(spaces(left), look{})
			p.paint.change(look{})
			p.paint.b.WriteString(text)
			p.paint.write(spaces(pad-left), look{})
		}
		p.close(gutter)
		if i < height-1 {
			p.lines[len(p.lines)-1].Breaks = breaks(cells, i)
		}
	}
}

// breaks says how cells go on behind one of their rows; see [Line].
func breaks(cells []laidCell, row int) string {
	b := make([]byte, len(cells))
	for c, laid := range cells {
		if b[c] = ' '; row < len(laid.glued) && laid.glued[row] {
			b[c] = 0
		}
	}
	return string(b)
}

// spaces returns n spaces, none when n is negative.
func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// rule draws a line across columns: below a header, between rows of several
// lines, or from one side to the other.
func (r *renderer) rule(widths []int) {
	parts := make([]string, len(widths))
	for i, w := range widths {
		parts[i] = strings.Repeat("─", w)
	}
	gutter := r.page.open(false)
	r.page.paint.write(strings.Join(parts, columnCross), r.style.faint)
	r.page.close(gutter)
	r.page.count()
}

// record draws a row of a table that is too wide for columns as a list of named
// values.
func (r *renderer) record(header []cell, row *gridRow, first bool) {
	if !first {
		r.page.blank()
	}
	for c, value := range row.cells {
		if c < len(header) && len(header[c].spans) > 0 {
			r.page.text(header[c].spans)
		}
		indent := span{text: recordIndent}
		r.page.indent(indent, indent, false)
		r.page.text(value.spans)
		r.page.outdent()
	}
}
