// This file owns code that is laid out before it is coloured: colours cost more
// than all else together, and of a long text only a few rows are seen. It refuses
// to change how many rows there are.

package markdown

// uncoloured is a chunk of code that was laid out without its colours.
type uncoloured struct {
	language string
	text     []byte
	at       context
	from, to int // its rows among those of the leaf
}

// Draft returns the rows that [Document.Lines] returns, except that code which
// arrived whole may be without its colours, until [Document.Colour] is called
// for its rows. The slice is that of Lines, with the same promises.
func (d *Document) Draft(width int) []Line {
	d.draft = true
	defer func() { d.draft = false }()
	return d.update(width)
}

// Colour gives the rows from up to but without to, as the last Draft or Lines
// returned them, the colours that they lack. The rows are changed in place; what
// lies outside of them is not touched, or coloured too.
func (d *Document) Colour(from, to int) {
	rest := d.pale[:0]
	for _, l := range d.pale {
		if l.row < to && l.row+len(l.lines) > from {
			d.colour(l, from-l.row, to-l.row)
		}
		if len(l.later) > 0 {
			rest = append(rest, l)
		}
	}
	d.pale = rest
}

// colour colours the chunks of a leaf that have one of these rows.
func (d *Document) colour(l *leaf, from, to int) {
	rest := l.later[:0]
	for _, u := range l.later {
		if u.from >= to || u.to <= from {
			rest = append(rest, u)
			continue
		}
		r := d.renderer(l)
		defer r.codeMargin()()
		for i := range r.page.margins {
			r.page.margins[i].used = r.page.margins[i].used || u.from > 0
		}
		at := u.at
		r.codeChunk(u.language, u.text, true, &at)
		if len(r.page.lines) == u.to-u.from {
			copy(l.lines[u.from:u.to], r.page.lines)
			copy(d.rows[l.row+u.from:l.row+u.to], r.page.lines)
		}
	}
	l.later = rest
}

// plainChunk lays a chunk out without colours.
func (r *renderer) plainChunk(language string, chunk []byte, at *context) {
	u := uncoloured{language: language, text: chunk, at: at.clone(), from: len(r.page.lines)}
	at.feed(string(chunk))
	for _, line := range r.code.split(string(chunk), nil) {
		r.page.verbatim(line)
	}
	u.to = len(r.page.lines)
	*r.later = append(*r.later, u)
}
