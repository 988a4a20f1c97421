// Package markdown draws a growing markdown text as rows of a terminal.
//
// A [Document] takes text as it arrives and gives back rows. What it shows
// after any sequence of [Document.Extend] is exactly what a fresh document shows
// that is given the same text at once, so an answer looks the same while it
// streams and when it has ended. The text is divided into pieces ([splitter]);
// a piece that can no longer change is drawn once per width and style, and only
// what is still open is parsed again.
//
// Nothing is eaten: raw HTML, formulas, footnote marks and link definitions are
// shown as they were written. What is drawn is sanitised after decoding. The
// package does no IO, knows no clock, and is not for concurrent use.
package markdown

import "bytes"

// Document is one markdown text.
type Document struct {
	style *Style
	text  []byte // as it arrived, without carriage returns
	split splitter
	read  int // text[:read] has been split: complete lines only
	open  int // where the open piece starts

	width  int
	closed []*block // final pieces
	tail   []*block // what follows them, at the last call of Lines

	defs    map[string]target // link definitions: the first of a label counts
	defined int               // closed[:defined] have given their definitions
	late    []definition      // definitions in the tail

	shown int // closed[:shown] have their rows in rows[:drawn]
	drawn int
	rows  []Line
	seen  int // length of the text that rows show
	code  highlighter
	laid  laidCode
	table liveTable
}

// block is a piece of the text and what became of it.
type block struct {
	from, to int
	form     form
	before   listState
	picture
	ready bool // picture belongs to this text, at this width, in this style
}

// picture is a drawn piece.
type picture struct {
	lines       []Line
	first, last listState
	wanted      map[string]target
	found       []definition
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
	d.style, d.code.style = s, s
	d.redraw()
}

// redraw forgets every picture.
func (d *Document) redraw() {
	for _, b := range d.closed {
		b.ready = false
	}
	d.tail, d.laid, d.table = nil, laidCode{}, liveTable{}
	d.restart(0)
}

// restart drops the rows of closed[n:].
func (d *Document) restart(n int) {
	if n < d.shown {
		d.shown, d.drawn, d.rows = 0, 0, d.rows[:0]
	}
}

// Lines returns the rows of the document at a width in cells; none for a width
// below 1. No row is wider. The slice is the document's own: it is valid until
// the next call, and not to be changed.
func (d *Document) Lines(width int) []Line {
	if width < 1 {
		return nil
	}
	if width != d.width {
		d.width = width
		d.redraw()
	}
	if d.shown == len(d.closed) && d.seen == len(d.text) && d.shown+len(d.tail) > 0 {
		return d.rows
	}
	d.advance()
	d.drawClosed()
	d.drawTail(d.lookAhead())
	d.drawOutdated()
	d.seen = len(d.text)
	return d.assemble()
}

// advance splits the complete lines that have arrived.
func (d *Document) advance() {
	for {
		n := bytes.IndexByte(d.text[d.read:], '\n')
		if n < 0 {
			return
		}
		was := d.split
		if d.split.line(d.text[d.read:d.read+n]) && d.read > d.open {
			d.closed = append(d.closed, &block{from: d.open, to: d.read, form: was.form})
			d.open = d.read
		}
		d.read += n + 1
	}
}

// drawClosed draws the pieces that have been closed since the last call.
func (d *Document) drawClosed() {
	prev := d.lastWithRows(d.shown)
	for _, b := range d.closed[d.shown:] {
		prev = d.drawAfter(prev, b)
	}
	for ; d.defined < len(d.closed); d.defined++ {
		d.define(d.closed[d.defined].found)
	}
}

// lookAhead returns the pieces after the closed ones, as they would be if the
// last line were complete.
func (d *Document) lookAhead() []*block {
	var tail []*block
	ahead, from := d.split, d.open
	if d.read < len(d.text) && ahead.line(d.text[d.read:]) && d.read > from {
		tail = append(tail, &block{from: from, to: d.read, form: d.split.form})
		from = d.read
	}
	if from < len(d.text) {
		tail = append(tail, &block{from: from, to: len(d.text), form: ahead.form})
	}
	return tail
}

// drawTail draws the pieces that may still change.
func (d *Document) drawTail(tail []*block) {
	d.tail, d.late = tail, nil
	prev := d.lastWithRows(len(d.closed))
	for _, b := range tail {
		prev = d.drawAfter(prev, b)
		d.late = append(d.late, b.found...)
	}
}

// drawOutdated draws again what uses a link definition that has come, changed
// or gone.
func (d *Document) drawOutdated() {
	for i, b := range d.closed {
		if d.outdated(b) {
			d.draw(b)
			d.restart(i)
		}
	}
	for _, b := range d.tail {
		if d.outdated(b) {
			d.draw(b)
		}
	}
}

// outdated tells whether a label in a block means something else by now.
func (d *Document) outdated(b *block) bool { return d.changed(b.wanted) }

func (d *Document) changed(wanted map[string]target) bool {
	for label, was := range wanted {
		if is, _ := d.resolve(label); is != was {
			return true
		}
	}
	return false
}

// define takes the definitions of a closed block, which come after all earlier
// ones.
func (d *Document) define(found []definition) {
	for _, def := range found {
		if _, ok := d.defs[def.label]; ok {
			continue
		}
		if d.defs == nil {
			d.defs = make(map[string]target)
		}
		d.defs[def.label] = def.target
	}
}

// resolve implements references.
func (d *Document) resolve(label string) (target, bool) {
	if t, ok := d.defs[label]; ok {
		return t, true
	}
	for _, def := range d.late {
		if def.label == label {
			return def.target, true
		}
	}
	return target{}, false
}

// drawAfter draws a block that follows prev, unless it is drawn, and returns
// what the next block follows. An item goes on counting where prev's list ended.
func (d *Document) drawAfter(prev, b *block) *block {
	var before listState
	if prev != nil {
		before = prev.last
	}
	if !b.ready || b.before != before {
		b.before = before
		d.draw(b)
	}
	if len(b.lines) == 0 {
		return prev
	}
	return b
}

// lastWithRows returns the last of closed[:n] that has rows, or nil.
func (d *Document) lastWithRows(n int) *block {
	for n--; n >= 0; n-- {
		if len(d.closed[n].lines) > 0 {
			return d.closed[n]
		}
	}
	return nil
}

// draw draws a block.
func (d *Document) draw(b *block) {
	r := renderer{style: d.style, src: d.text[b.from:b.to], page: &page{width: d.width}, code: &d.code, before: b.before}
	switch {
	case b.form == formCode:
		r.fenced(b.from, &d.laid)
	case b.form == formTable:
		b.wanted = d.liveGrid(&r, b.from)
	case b.form == formFormula || hostile(r.src):
		r.literal(bytes.Trim(r.src, "\n"), d.style.text)
	default:
		root, sc := parse(r.src, d)
		b.wanted, b.found = sc.wanted, sc.found
		r.document(root)
	}
	b.lines, b.first, b.last, b.ready = r.page.lines, r.first, r.last, true
}

// assemble brings the rows up to date.
func (d *Document) assemble() []Line {
	rows := d.rows[:d.drawn]
	prev := d.lastWithRows(d.shown)
	for _, b := range d.closed[d.shown:] {
		rows, prev = place(rows, prev, b)
	}
	d.shown, d.drawn = len(d.closed), len(rows)
	for _, b := range d.tail {
		rows, prev = place(rows, prev, b)
	}
	d.rows = rows
	return rows
}

// place appends the rows of a block after those of prev: a blank row between
// blocks, none between items of a list.
func place(rows []Line, prev, b *block) ([]Line, *block) {
	if len(b.lines) == 0 {
		return rows, prev
	}
	if prev != nil && (!b.first.follows(prev.last) || prev.last.airy) {
		rows = append(rows, Line{})
	}
	return append(rows, b.lines...), b
}
