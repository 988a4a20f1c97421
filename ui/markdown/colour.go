// This file owns code that is laid out before it is coloured: colours cost more
// than all else together, and of a long text only a few rows are seen. It refuses
// to change how many rows there are.

package markdown

// uncoloured is a chunk of code that was laid out without its colours.
type uncoloured struct {
	language string
	text     []byte
	whole    bool // it is there to stay
	at       context
	from, to int    // its rows among those of the leaf
	rows     []Line // with colours; nil: not yet
}

// Ink is how many bytes of code may still be coloured in a frame. What is coloured
// last may be longer, by a chunk.
type Ink int

// Colour gives rows of a part, as the last Rows returned them, the colours that
// they lack, from up to but without to, and reports whether they have all of them:
// the ink may not reach. The rows are changed in place; what lies outside of them
// is not touched, or coloured too.
func (d *Document) Colour(part, from, to int, ink *Ink) (all bool) {
	p := d.parts[part]
	all = true
	for _, l := range p.leaves {
		if len(l.later) > 0 && l.row < to && l.row+len(l.lines) > from {
			all = d.colour(l, from-l.row, to-l.row, ink) && all
		}
	}
	return all
}

// colour colours the chunks of a leaf that have one of these rows.
func (d *Document) colour(l *leaf, from, to int, ink *Ink) (all bool) {
	rest := l.later[:0:0]
	all = true
	for _, u := range l.later {
		seen := u.from < to && u.to > from
		if !seen || *ink <= 0 && !d.code.knows(u) {
			all = all && !seen
			rest = append(rest, u)
			continue
		}
		r := d.renderer(l)
		outdent := r.codeMargin()
		for i := range r.page.margins {
			r.page.margins[i].used = r.page.margins[i].used || u.from > 0
		}
		at, before := u.at.clone(), d.code.tried
		r.codeChunk(u.language, u.text, u.whole, &at)
		outdent()
		*ink -= Ink(d.code.tried - before)
		if u.rows = r.page.lines; len(u.rows) != u.to-u.from {
			u.rows = l.lines[u.from:u.to]
		}
		copy(l.lines[u.from:u.to], u.rows)
		if l.in.laid {
			copy(l.in.rows[l.row+u.from:l.row+u.to], u.rows)
			l.in.joined = false
		}
	}
	l.later = rest
	return all
}

// plainChunk lays a chunk out without colours.
func (r *renderer) plainChunk(language string, chunk []byte, whole bool, at *context) {
	u := &uncoloured{language: language, text: chunk, whole: whole, at: at.clone(), from: len(r.page.lines)}
	at.feed(string(chunk))
	for _, line := range r.code.split(string(chunk), nil) {
		r.page.verbatim(line)
	}
	u.to = len(r.page.lines)
	r.later = append(r.later, u)
}

// catchUp puts the colours that chunks have got since on the rows that are there,
// and goes on with those that have none.
func (r *renderer) catchUp(chunks []*uncoloured) {
	r.later = nil
	for _, u := range chunks {
		if u.rows == nil {
			r.later = append(r.later, u)
			continue
		}
		copy(r.page.lines[u.from:u.to], u.rows)
	}
}
