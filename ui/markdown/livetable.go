// This file owns tables that grow: their rows are parsed once, and drawn again
// only when a column changes. After measuredRows bytes no column does: later cells
// wrap into what there is. It refuses to lay out.

package markdown

import (
	"bytes"
	"slices"

	east "github.com/yuin/goldmark/extension/ast"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const (
	// mostColumns is how many columns a table may have; more are one.
	mostColumns = 100
	// longestRow is how many bytes of a row are read as cells.
	longestRow = 8 << 10
)

// laidTable is a table as far as its lines are complete.
type laidTable struct {
	rows   []*gridRow // the header first
	align  []east.Alignment
	wanted map[string]target

	natural, words []int // of these rows

	form  tableForm
	drawn int // rows[:drawn] are in lines, which were drawn in this form
	lines []Line
}

// tableForm is what all rows of a table have in common.
type tableForm struct {
	widths  []int
	fits    bool
	wrapped bool // a cell has more than one line: rules between all rows
	align   []east.Alignment
}

func (f tableForm) same(g tableForm) bool {
	return f.fits == g.fits && f.wrapped == g.wrapped && slices.Equal(f.widths, g.widths) && slices.Equal(f.align, g.align)
}

// isTable tells whether a line makes a table of the one above it.
func isTable(first, line []byte) bool {
	if len(line) == 0 || bytes.IndexByte([]byte("|-:"), line[0]) < 0 || bytes.IndexByte(first, '|') < 0 ||
		len(first) > longestRow || len(line) > longestRow || defines(first) {
		return false
	}
	align := parseDelimiter(line)
	return align != nil && len(align) == len(splitRow(first))
}

// table draws a table.
func (r *renderer) table(l *leaf, text []byte, slot *laid) {
	t := &slot.table
	for {
		n := bytes.IndexByte(text[slot.used:], '\n')
		if n < 0 {
			break
		}
		t.read(r, text[slot.used:slot.used+n])
		slot.used += n + 1
	}
	all := *t
	all.natural, all.words = slices.Clone(t.natural), slices.Clone(t.words)
	if rest := text[slot.used:]; len(rest) > 0 {
		all.rows = t.rows[:len(t.rows):len(t.rows)]
		all.wanted = nil
		all.read(r, rest)
	}
	l.wanted = labels{laid: t.wanted}
	if len(all.rows) > len(t.rows) {
		l.wanted.rest = all.wanted
	}
	form := all.shape(r)
	l.columns = r.borders(form)
	if !form.same(t.form) || t.drawn == 0 {
		t.form, t.drawn, t.lines = form, 0, nil
	} else {
		r.page.resume(t.lines)
	}
	for ; t.drawn < len(t.rows); t.drawn++ {
		r.row(&all, form, t.rows[t.drawn], t.drawn)
		t.lines = r.page.lines
	}
	if n := len(t.rows); len(all.rows) > n {
		r.row(&all, form, all.rows[n], n)
	}
	if len(all.rows) == 1 && !form.fits {
		for _, name := range all.rows[0].cells {
			r.page.text(name.spans)
		}
	}
}

// read adds a line to the table: its header, the line under it, or a row.
func (t *laidTable) read(r *renderer, line []byte) {
	if len(t.rows) == 1 && t.align == nil {
		t.align = parseDelimiter(line)
		for len(t.align) < len(t.natural) { // a delimiter that is still arriving
			t.align = append(t.align, east.AlignNone)
		}
		return
	}
	row := r.cells(line, len(t.rows) == 0)
	if len(t.rows) > 0 {
		row.fit(min(max(len(t.natural), len(row.cells)), mostColumns))
		for len(t.align) < len(row.cells) {
			t.align = append(t.align[:len(t.align):len(t.align)], east.AlignNone)
		}
	}
	t.rows = append(t.rows, row)
	t.wanted = joinWanted(t.wanted, row.wanted)
	for i, c := range row.cells {
		if i == len(t.natural) {
			t.natural, t.words = append(t.natural, 1), append(t.words, 1)
		}
		t.natural[i], t.words[i] = max(t.natural[i], c.natural), max(t.words[i], c.word)
	}
}

// fit gives a row n cells: the last one takes what is too much.
func (row *gridRow) fit(n int) {
	for len(row.cells) < n {
		row.cells = append(row.cells, cell{})
	}
	if len(row.cells) == n {
		return
	}
	spans := row.cells[n-1].spans
	for _, c := range row.cells[n:] {
		spans = append(append(spans, span{text: " | "}), c.spans...)
	}
	row.cells = append(row.cells[:n-1], newCell(merge(spans)))
}

// shape decides how the table is drawn.
func (t *laidTable) shape(r *renderer) tableForm {
	f := tableForm{align: t.align}
	if f.widths, f.fits = r.measure(t.natural, t.words); !f.fits {
		return f
	}
	for _, row := range t.rows {
		f.wrapped = row.lay(f.widths) || f.wrapped
	}
	return f
}

// borders returns the cells in which the borders between columns stand.
func (r *renderer) borders(f tableForm) (at []int) {
	if !f.fits {
		return nil
	}
	cell := r.page.width - r.page.room()
	for _, w := range f.widths[:len(f.widths)-1] {
		at = append(at, cell+w+1)
		cell += w + gapWidth
	}
	return at
}

// row draws a row, which is number i.
func (r *renderer) row(t *laidTable, f tableForm, row *gridRow, i int) {
	switch {
	case !f.fits && i == 0:
		return
	case !f.fits:
		r.record(t.rows[0].cells, row, i == 1)
		return
	case i == 1 || i > 1 && f.wrapped:
		r.rule(f.widths)
	}
	row.lay(f.widths)
	r.tableRow(row.laid, f.widths, t.align)
}

// cells reads a line as cells.
func (r *renderer) cells(line []byte, header bool) *gridRow {
	row := &gridRow{}
	base := r.style.text
	if header {
		base = base.with(bold)
	}
	if hostile(line) || len(line) > longestRow {
		row.cells = []cell{newCell(r.raw(line))}
		return row
	}
	r.work.blocks++
	for _, text := range splitRow(line) {
		if simple(text) {
			row.cells = append(row.cells, newCell([]span{{text: sanitize.Line(string(text)), look: base}}))
			continue
		}
		root, sc := r.parse(words(), text)
		in := inliner{style: r.style, src: text, cell: true}
		if root.FirstChild() != nil {
			in.children(root.FirstChild(), base)
		}
		row.cells = append(row.cells, newCell(breakLines(in.out)))
		row.wanted = joinWanted(row.wanted, sc.wanted)
	}
	if header && len(row.cells) > mostColumns {
		row.fit(mostColumns)
	}
	return row
}
