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

// Document is one markdown text.
type Document struct {
	style *Style
	text  []byte // as it arrived, without carriage returns
	read  int    // text[:read] has been read: complete lines only
	seen  int    // no newline is in text[read:seen]
	lines structure

	width  int
	closed []*leaf // final
	tail   []*leaf // what follows them, at the last call of Lines

	defs    map[string]meaning // link definitions: the first of a label counts
	late    []definition       // definitions in the tail
	waiting map[string]waiting // what waits for labels that are not defined
	stale   []*leaf            // closed leaves that a definition has changed

	checked int // len(defs) when the labels in the tail were last looked up

	shown  int // closed[:shown] have their rows in rows[:drawn]
	drawn  int
	placed placed
	rows   []Line
	size   int // of the text that rows show
	code   highlighter
	draft  bool    // code may stay without colours
	pale   []*leaf // those that hold such code
	laid   [2]laid // of the open leaf, and of one that may follow it
	work   work
}

// placed says how many rows of a leaf follow rows[:drawn] and will stay.
type placed struct{ id, version, lines int }

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
	d.style, d.code.style = s, s
	d.redraw()
}

// redraw forgets every picture.
func (d *Document) redraw() {
	for _, l := range d.closed {
		l.ready = false
	}
	d.tail, d.waiting, d.pale, d.placed = nil, nil, nil, placed{}
	for i := range d.laid {
		d.laid[i] = laid{version: d.laid[i].version + 1}
	}
	d.restart(0)
}

// restart drops the rows of closed[n:].
func (d *Document) restart(n int) {
	if n < d.shown {
		d.shown, d.drawn, d.rows, d.placed = 0, 0, d.rows[:0], placed{}
	}
}

// Lines returns the rows of the document at a width in cells; none for a width
// below 1. No row is wider. The slice is the document's own: it is valid until
// the next call, and not to be changed.
func (d *Document) Lines(width int) []Line {
	rows := d.update(width)
	if len(d.pale) > 0 {
		d.Colour(0, len(rows))
	}
	return rows
}

// update brings the rows up to date.
func (d *Document) update(width int) []Line {
	if width < 1 {
		return nil
	}
	if width != d.width {
		d.width = width
		d.redraw()
	}
	if d.shown == len(d.closed) && d.size == len(d.text) && d.shown+len(d.tail) > 0 {
		return d.rows
	}
	d.advance()
	was := d.late
	d.late = nil // what is closed is drawn as if nothing followed
	d.drawClosed()
	d.drawTail()
	d.drawOutdated(was)
	d.drawStale()
	d.size = len(d.text)
	return d.assemble()
}

// advance reads the complete lines that have arrived.
func (d *Document) advance() {
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
	d.closed = append(d.closed, d.lines.out...)
	d.lines.out = nil
}

// drawClosed draws the leaves that have been closed since the last call. Their
// definitions come after all earlier ones.
func (d *Document) drawClosed() {
	for _, l := range d.closed[d.shown:] {
		if !l.ready {
			l.open, l.final = false, true
			d.draw(l)
			d.wait(l)
		}
		for _, def := range l.found {
			d.define(def, l.start)
		}
	}
}

// again draws a leaf from its start.
func (d *Document) again(l *leaf) {
	slot := &d.laid[l.id%len(d.laid)]
	*slot = laid{version: slot.version + 1}
	d.draw(l)
}

// drawTail draws the leaves that may still change.
func (d *Document) drawTail() {
	d.tail, d.late = d.lines.ahead(d.text[d.read:], d.read), nil
	for _, l := range d.tail {
		d.draw(l)
		for _, def := range l.found {
			def.from = d.reach(def.label, l.start)
			d.late = append(d.late, def)
		}
	}
}

// assemble brings the rows up to date.
func (d *Document) assemble() []Line {
	rows := d.rows[:d.drawn]
	if d.shown < len(d.closed) {
		for _, l := range d.closed[d.shown:] {
			rows = d.place(rows, l)
		}
		d.shown, d.drawn = len(d.closed), len(rows)
	}
	for i, l := range d.tail {
		rows = d.place(rows, l)
		if i == 0 {
			d.placed = placed{id: l.id, version: l.version, lines: l.stable}
		}
	}
	d.rows = rows
	return rows
}

// place appends the rows of a leaf, those that are there already not again.
func (d *Document) place(rows []Line, l *leaf) []Line {
	if len(l.lines) == 0 {
		return rows
	}
	if l.gap && len(rows) > 0 {
		rows = append(rows, l.between)
	}
	l.row = len(rows)
	if d.placed.id == l.id && d.placed.version == l.version && d.placed.lines > 0 {
		n := d.placed.lines
		d.placed = placed{}
		return append(rows[:len(rows)+n], l.lines[n:]...)
	}
	return append(rows, l.lines...)
}
