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
	"slices"
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

	defs  map[string]target  // link definitions: the first of a label counts
	late  []definition       // definitions in the tail
	users map[string][]*leaf // closed leaves by the labels in them

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
	d.tail, d.users, d.pale, d.placed = nil, nil, nil, placed{}
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
	d.drawClosed()
	d.drawTail()
	d.drawOutdated(was)
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
			d.use(l)
		}
		for _, def := range l.found {
			if _, ok := d.defs[def.label]; !ok {
				d.define(def)
			}
		}
	}
}

// define adds a definition, and draws anew what waits for it.
func (d *Document) define(def definition) {
	if d.defs == nil {
		d.defs = make(map[string]target)
	}
	d.defs[def.label] = def.target
	d.drawUsers(def.label)
}

// use notes which labels a closed leaf depends on.
func (d *Document) use(l *leaf) {
	for label := range l.wanted.all {
		if d.users == nil {
			d.users = make(map[string][]*leaf)
		}
		d.users[label] = append(d.users[label], l)
	}
}

// drawUsers draws the closed leaves anew that use a label which means something
// else by now.
func (d *Document) drawUsers(label string) {
	is, _ := d.resolve(label)
	for _, l := range d.users[label] {
		if l.wanted.of(label) != is {
			d.again(l)
			d.restart(0)
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
		d.late = append(d.late, l.found...)
	}
}

// drawOutdated draws again what uses a link definition that has come, changed
// or gone; was are the definitions in the tail before.
func (d *Document) drawOutdated(was []definition) {
	if !slices.Equal(was, d.late) {
		for _, def := range append(was[:len(was):len(was)], d.late...) {
			d.drawUsers(def.label)
		}
	}
	if len(was)+len(d.late) == 0 && d.checked == len(d.defs) {
		return
	}
	d.checked = len(d.defs)
	for _, l := range d.tail {
		if d.outdated(l) {
			d.again(l)
		}
	}
}

// outdated tells whether a label in a leaf means something else by now.
func (d *Document) outdated(l *leaf) bool {
	for label, was := range l.wanted.all {
		d.work.looked++
		if is, _ := d.resolve(label); is != was {
			return true
		}
	}
	return false
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
