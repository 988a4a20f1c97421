// Package markdown draws a growing markdown text as rows of a terminal.
//
// A [Document] takes text as it arrives and gives back rows. What it shows
// after any sequence of [Document.Extend] is exactly what a fresh document shows
// that is given the same text at once, so an answer looks the same while it
// streams and when it has ended. The text is divided into leaves ([structure]);
// one that can no longer change is drawn once per width and style, and of the one
// that is still open only what may change is drawn again.
//
// Nothing is eaten: raw HTML, formulas, footnote marks and link definitions are
// shown as they were written. What is drawn is sanitised after decoding. The
// package does no IO, knows no clock, and is not for concurrent use.
package markdown

import (
	"bytes"
)

// Document is one markdown text. Its leaves are gathered in parts, and a leaf that
// is long is drawn in segments (see segment.go), so that what is seen of a text can be
// laid out without the rest of it.
type Document struct {
	style *Style
	text  []byte // as it arrived, without carriage returns
	read  int    // text[:read] has been read: complete lines only
	seen  int    // no newline is in text[read:seen]
	lines structure

	width  int
	closed []*leaf   // final; of a long one its segments
	tail   []*leaf   // what follows them, at the last update
	wholes [2]*whole // of the open leaf, and of one that may follow it
	parts  []*part   // what closed and tail are gathered in
	fixed  position  // behind closed, in parts

	defs    map[string]meaning // link definitions: the first of a label counts
	late    []definition       // definitions in the tail
	waiting map[string]waiting // what waits for labels that are not defined
	unknown []*leaf            // closed leaves with labels that nobody has looked at
	stale   []*leaf            // closed leaves that a definition has changed

	checked int // len(defs) when the labels in the tail were last looked up

	size    int    // of the text as of the last update
	current bool   // nothing else has changed since
	rows    []Line // of the parts, as Lines joined them
	code    highlighter
	draft   bool    // code may stay without colours
	pale    bool    // some does
	laid    [2]laid // of the open leaf, and of one that may follow it
	work    work
}

// mostAtOnce is how many bytes of text are drawn as soon as they arrive; of more,
// which was there before somebody looked at it, what is asked for.
const mostAtOnce = 6 << 10

// work counts what has been done, for tests.
type work struct {
	blocks   int // leaves drawn and rows of tables read
	parsed   int // bytes of text parsed
	lines    int // rows laid out
	coloured int // bytes of code coloured, where a test adds them
	looked   int // labels looked up again
}

// NewDocument returns an empty document.
func NewDocument(s *Style) *Document {
	return &Document{style: s, code: highlighter{style: s}}
}

// Extend appends text, however it is cut, even inside a character. It costs a
// copy; the work is done by Lines.
func (d *Document) Extend(text string) {
	for {
		i := indexReturn(text)
		d.text = append(d.text, text[:i]...)
		if i == len(text) {
			return
		}
		text = text[i+1:]
	}
}

// indexReturn returns the place of the first carriage return, or the length.
func indexReturn(s string) int {
	for i := range len(s) {
		if s[i] == '\r' {
			return i
		}
	}
	return len(s)
}

// SetStyle changes how everything is drawn.
func (d *Document) SetStyle(s *Style) {
	if s == d.style {
		return
	}
	alike := s.links == d.style.links && s.plain == d.style.plain
	d.style, d.code.style = s, s
	d.redraw(alike)
}

// Forget drops what was drawn, and keeps what was read. It costs more to read a
// long text than to draw what is seen of it.
func (d *Document) Forget() {
	d.code.known, d.code.passing = nil, nil
	d.redraw(true)
}

// redraw forgets every picture, but not how many rows it has when others will be
// as many. What labels wait for stays: it is the same in every look.
func (d *Document) redraw(alike bool) {
	for _, p := range d.parts {
		width := p.width
		p.drop()
		if p.rows = nil; alike {
			p.width = width
		}
		for _, l := range p.leaves {
			l.lines, l.later, l.ready = nil, nil, false
		}
	}
	d.pale, d.rows, d.current = false, nil, false
	for i := range d.laid {
		d.laid[i] = laid{}
	}
}

// Lines returns the rows of the document at a width in cells; none for a width
// below 1. No row is wider. The slice is the document's own: it is valid until
// the next call, and not to be changed. It is for short texts, and for tests: of
// a long one [Document.Parts] lays out what is seen.
func (d *Document) Lines(width int) []Line {
	if width < 1 {
		return nil
	}
	d.update(width)
	for i := range d.parts {
		d.partRows(i)
	}
	for i := range d.parts {
		if d.pale {
			ink := Ink(len(d.text))
			d.Colour(i, 0, len(d.parts[i].rows), &ink)
		}
	}
	d.pale = false
	return d.join()
}

// update reads what has arrived, and draws what may change with the next piece.
func (d *Document) update(width int) {
	if width != d.width {
		d.width = width
		d.redraw(false)
	}
	if d.current && d.size == len(d.text) {
		return
	}
	known := len(d.closed)
	for _, l := range d.advance() {
		d.closed = d.appendSegments(d.closed, l)
	}
	was := d.late
	d.late = nil // what is closed is drawn as if nothing followed
	d.close(d.closed[known:])
	d.drawTail()
	d.drawOutdated(was)
	d.drawStale()
	d.gather(known)
	d.size, d.current = len(d.text), true
}

// advance reads the complete lines that have arrived, and returns the leaves that
// they closed.
func (d *Document) advance() []*leaf {
	d.lines.text = d.text
	for {
		n := bytes.IndexByte(d.text[d.seen:], '\n')
		if n < 0 {
			d.seen = len(d.text)
			break
		}
		end := d.seen + n
		d.lines.line(d.text[d.read:end], d.read, true)
		d.read, d.seen = end+1, end+1
	}
	closed := d.lines.out
	d.lines.out = nil
	return closed
}

// close draws leaves that have been closed, or notes that they wait to be drawn.
// Their definitions come after all earlier ones.
func (d *Document) close(leaves []*leaf) {
	atOnce := few(leaves)
	for _, l := range leaves {
		l.open, l.final, l.closed = false, true, true
		if !l.ready && (atOnce || d.begun(l) || l.mayDefine(d.text)) {
			d.draw(l, d.slot(l))
		}
		if !d.know(l) && l.wantsLabels(d.text) {
			d.unknown = append(d.unknown, l)
		}
		for _, def := range l.found {
			d.learn(def.label)
			d.define(def, l.start)
		}
	}
}

// few tells whether leaves can be drawn in a frame.
func few(leaves []*leaf) bool {
	size := 0
	for _, l := range leaves {
		if !l.ready {
			size += l.size() + leafCost
		}
	}
	return size <= mostAtOnce
}

// drawTail draws the leaves that may still change.
func (d *Document) drawTail() {
	d.tail, d.late = d.tail[:0], nil
	for _, l := range d.lines.ahead(d.text[d.read:], d.read) {
		d.tail = d.appendSegments(d.tail, l)
	}
	atOnce := few(d.tail)
	for _, l := range d.tail {
		if !l.ready && (atOnce || d.begun(l) || !l.isDone()) {
			d.draw(l, d.slot(l))
		}
		for _, def := range l.found {
			d.learn(def.label)
			def.from = d.reach(def.label, l.start)
			d.late = append(d.late, def)
		}
	}
}
