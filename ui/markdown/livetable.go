// This file owns tables that grow: their rows are parsed once, however often
// the table is laid out. It refuses to lay out.

package markdown

import (
	"bytes"

	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// liveTable remembers the rows of one top-level table.
type liveTable struct {
	from int    // where the table starts in the document
	head string // its header and the line below
	rows map[string]*gridRow
	last string // the row that was last: it may have been incomplete
}

// reset forgets what belongs to another table.
func (t *liveTable) reset(from int, head []byte) {
	if t.rows == nil || t.from != from || t.head != string(head) {
		*t = liveTable{from: from, head: string(head), rows: make(map[string]*gridRow)}
	}
}

// isTable tells whether line, the second of a paragraph, makes a table of the
// first.
func isTable(first, line []byte) bool {
	return len(first) > 0 && bytes.IndexByte(first, '|') >= 0 && first[0] != '[' &&
		len(parseDelimiter(line)) == len(splitRow(text.NewSegment(0, len(first)), first))
}

// liveGrid draws a top-level table, and returns the link labels in it.
func (d *Document) liveGrid(r *renderer, from int) map[string]target {
	lines := bytes.Split(bytes.TrimRight(r.src, "\n \t"), []byte("\n"))
	head := r.src[:len(lines[0])+1+len(lines[1])]
	d.table.reset(from, head)
	known := d.table.rows
	delete(known, d.table.last)
	d.table.last = string(lines[len(lines)-1])
	var missing [][]byte
	for _, line := range append(lines[2:len(lines):len(lines)], nil) {
		if row := known[string(line)]; row == nil || d.changed(row.wanted) {
			missing = append(missing, line)
		}
	}
	d.parseRows(r, head, missing)
	g := grid{align: parseDelimiter(lines[1]), rows: []*gridRow{known[""]}}
	wanted := make(map[string]target)
	for _, line := range lines[2:] {
		g.rows = append(g.rows, known[string(line)])
	}
	for _, row := range g.rows {
		for label, t := range row.wanted {
			wanted[label] = t
		}
	}
	r.grid(g)
	return wanted
}

// parseRows reads rows of a table under its header; the empty line stands for
// the header itself.
func (d *Document) parseRows(r *renderer, head []byte, lines [][]byte) {
	for _, line := range lines {
		part := renderer{style: r.style, src: append(append(bytes.Clone(head), '\n'), line...)}
		row := &gridRow{}
		if hostile(line) {
			row.cells = []cell{newCell(part.raw(line))}
		} else {
			root, sc := parse(part.src, d)
			row.wanted = sc.wanted
			if table, ok := root.FirstChild().(*east.Table); ok {
				n := table.FirstChild()
				if len(line) > 0 {
					n = table.LastChild()
				}
				row.cells = part.cells(n)
			} else {
				row.cells = []cell{newCell(part.raw(line))}
			}
		}
		d.table.rows[string(line)] = row
	}
}
