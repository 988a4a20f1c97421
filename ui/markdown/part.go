// This file owns the parts of a document: leaves that follow each other, a few
// screens of text at most, laid out when somebody looks at them. It refuses to
// draw.

package markdown

// partSize is how many bytes of text a part has before the leaf begins that is its
// last. What that is does not depend on how long it will be, so that rows stay in
// their part while it grows.
const partSize = 2 << 10

// part is some leaves and their rows.
type part struct {
	leaves []*leaf
	rows   []Line
	laid   bool // rows are those of leaves
	height int  // how many they are
	width  int  // at this width

	joined bool // and they are
	at     int  // from here on among the rows of the document
}

// drop forgets the rows.
func (p *part) drop() {
	if p != nil {
		p.laid, p.joined, p.width = false, false, 0
	}
}

// position is a place behind some leaves.
type position struct{ part, leaf, size int }

// gather puts the closed leaves after the known ones into parts, and the tail.
func (d *Document) gather(known int) {
	at := d.fixed
	for _, l := range d.closed[known:] {
		at = d.put(at, l)
	}
	d.fixed = at
	for _, l := range d.tail {
		at = d.put(at, l)
	}
	d.parts = d.parts[:min(len(d.parts), at.part+1)]
	if at.part < len(d.parts) {
		if p := d.parts[at.part]; len(p.leaves) > at.leaf {
			p.leaves = p.leaves[:at.leaf]
			p.drop()
		}
	}
}

// put says that a leaf is at a position, and returns the next one.
func (d *Document) put(at position, l *leaf) position {
	if at.size >= partSize {
		at = position{part: at.part + 1}
	}
	if at.part == len(d.parts) {
		d.parts = append(d.parts, &part{})
	}
	p := d.parts[at.part]
	if at.leaf == len(p.leaves) || p.leaves[at.leaf] != l {
		p.leaves = append(p.leaves[:at.leaf], l)
		p.drop()
	}
	l.in = p
	at.leaf++
	at.size += l.size() + leafCost
	return at
}

// Parts returns how many parts the document has at a width in cells: none for a
// width below 1. Those that have their end stay when text is added.
func (d *Document) Parts(width int) int {
	if width < 1 {
		return 0
	}
	d.draft = true
	d.update(width)
	d.draft = false
	return len(d.parts)
}

// Rows returns the rows of a part, as they are among those that [Document.Lines]
// returns at the width for which the parts were asked; code may be without its
// colours until [Document.Colour] is called for it. The slice is the document's
// own: it is valid until something changes, and not to be changed.
func (d *Document) Rows(part int) []Line {
	d.draft = true
	rows := d.partRows(part)
	d.draft = false
	return rows
}

// Guess returns about how many rows a part has, without laying it out: as many as
// it has where it is.
func (d *Document) Guess(part int) (rows int, exact bool) {
	p, ready := d.parts[part], true
	for _, l := range p.leaves {
		ready = ready && l.ready
		rows += 1 + l.size()/d.width
	}
	switch {
	case p.width == d.width:
		return p.height, true
	case ready:
		return len(d.partRows(part)), true
	}
	return rows, false
}

// Offset is where in the text, without its carriage returns, a part begins; its
// length behind the last one.
func (d *Document) Offset(part int) int {
	if part >= len(d.parts) {
		return len(d.text)
	}
	l := d.parts[part].leaves[0]
	return l.start + l.off
}

// partRows lays a part out, unless it is.
func (d *Document) partRows(i int) []Line {
	p := d.parts[i]
	if p.laid {
		return p.rows
	}
	rows := p.rows[:0]
	for _, l := range p.leaves {
		if !l.ready {
			d.draw(l, &laid{})
			d.know(l)
		}
		if len(l.lines) == 0 {
			continue
		}
		if l.gap && (i > 0 || len(rows) > 0) {
			rows = append(rows, l.between)
		}
		l.row = len(rows)
		rows = append(rows, l.lines...)
	}
	p.rows, p.laid, p.joined, p.height, p.width = rows, true, false, len(rows), d.width
	return rows
}

// join brings the rows of the document up to date with those of its parts.
func (d *Document) join() []Line {
	at, same := 0, true
	for _, p := range d.parts {
		if same = same && p.joined && p.at == at && at+len(p.rows) <= len(d.rows); !same {
			d.rows = append(d.rows[:at], p.rows...)
			p.joined, p.at = true, at
		}
		at += len(p.rows)
	}
	d.rows = d.rows[:at]
	return d.rows
}

// Laid reports whether the rows of a part are there.
func (d *Document) Laid(part int) bool { return d.parts[part].laid }
