package markdown

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// This file owns tables: columns by display width, shrunk to the row, cells
// wrapped; a list of records where not even that fits. No outer borders: right
// ones break as soon as a terminal disagrees about an emoji.

const (
	columnGap    = " │ "
	columnCross  = "─┼─"
	narrowest    = 3 // cells of a column, below which a table becomes records
	gapWidth     = 3
	recordIndent = "  "
)

// grid is a table's content: rows of cells of spans, the header first.
type grid struct {
	rows  [][][]span
	align []east.Alignment
}

func (r *renderer) table(n *east.Table) {
	g := r.grid(n)
	columns := len(g.align)
	space := r.page.room() - gapWidth*(columns-1)
	natural := make([]int, columns)
	for _, row := range g.rows {
		for c, cell := range row {
			natural[c] = max(natural[c], widest(cell), 1)
		}
	}
	if space < columns*narrowest && total(natural) > space {
		r.records(g)
		return
	}
	widths := shrink(natural, space)
	var rows [][][]string
	wrapped := false
	for _, row := range g.rows {
		cells := layCells(row, widths)
		rows = append(rows, cells)
		wrapped = wrapped || slices.ContainsFunc(cells, func(c []string) bool { return len(c) > 1 })
	}
	for i, cells := range rows {
		if i == 1 || i > 1 && wrapped {
			r.tableRule(widths)
		}
		r.tableRow(cells, widths, g.align)
	}
}

// grid collects the cells of a table; short rows are filled up.
func (r *renderer) grid(n *east.Table) grid {
	g := grid{align: slices.Clone(n.Alignments)}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		base := r.style.text
		if row.Kind() == east.KindTableHeader {
			base = base.with(bold)
		}
		var cells [][]span
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, r.cell(cell, base))
		}
		for len(g.align) < len(cells) {
			g.align = append(g.align, east.AlignNone)
		}
		g.rows = append(g.rows, cells)
	}
	for i := range g.rows {
		for len(g.rows[i]) < len(g.align) {
			g.rows[i] = append(g.rows[i], nil)
		}
	}
	return g
}

// cell returns the content of a cell. <br> is the only way to break a line in
// one, and is taken as meant.
func (r *renderer) cell(n ast.Node, base look) []span {
	spans := r.inline(n, base)
	for i, s := range spans {
		switch strings.ToLower(strings.ReplaceAll(s.text, " ", "")) {
		case "<br>", "<br/>":
			spans[i].text = "\n"
		}
	}
	return spans
}

// widest returns the width of the widest line in a cell.
func widest(cell []span) int {
	w := 0
	for line := range strings.SplitSeq(plainText(cell), "\n") {
		w = max(w, ansi.StringWidth(line))
	}
	return w
}

func total(widths []int) (sum int) {
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shrink makes widths fit space by giving the wide columns an equal share of
// what the narrow ones leave.
func shrink(natural []int, space int) []int {
	widths := slices.Clone(natural)
	if total(widths) <= space {
		return widths
	}
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

// layCells wraps every cell of a row into its column.
func layCells(row [][]span, widths []int) [][]string {
	cells := make([][]string, len(row))
	for c, spans := range row {
		p := page{width: widths[c]}
		p.text(spans)
		for _, line := range p.lines {
			cells[c] = append(cells[c], line.Text)
		}
	}
	return cells
}

// tableRow draws one row of a table, as high as its highest cell.
func (r *renderer) tableRow(cells [][]string, widths []int, align []east.Alignment) {
	height := 0
	for _, c := range cells {
		height = max(height, len(c))
	}
	for i := range height {
		p := r.page
		gutter := p.open(false)
		for c, lines := range cells {
			if c > 0 {
				p.paint.write(columnGap, r.style.faint)
			}
			text := ""
			if i < len(lines) {
				text = lines[i]
			}
			pad := widths[c] - ansi.StringWidth(text)
			left := 0
			switch align[c] {
			case east.AlignRight:
				left = pad
			case east.AlignCenter:
				left = pad / 2
			}
			p.paint.write(strings.Repeat(" ", left), look{})
			p.paint.change(look{})
			p.paint.b.WriteString(text)
			if c < len(cells)-1 {
				p.paint.write(strings.Repeat(" ", pad-left), look{})
			}
		}
		p.close(gutter)
	}
}

// tableRule draws the line below a header, or between rows of several lines.
func (r *renderer) tableRule(widths []int) {
	parts := make([]string, len(widths))
	for i, w := range widths {
		parts[i] = strings.Repeat("─", w)
	}
	gutter := r.page.open(false)
	r.page.paint.write(strings.Join(parts, columnCross), r.style.faint)
	r.page.close(gutter)
}

// records draws a table that is too wide for columns: each row as a list of
// named values.
func (r *renderer) records(g grid) {
	header := g.rows[0]
	if len(g.rows) == 1 {
		for _, name := range header {
			r.page.text(name)
		}
	}
	for i, row := range g.rows[1:] {
		if i > 0 {
			r.page.blank()
		}
		for c, value := range row {
			if c < len(header) && len(header[c]) > 0 {
				r.page.text(header[c])
			}
			indent := span{text: recordIndent}
			r.page.indent(indent, indent, false)
			r.page.text(value)
			r.page.outdent()
		}
	}
}
