// This file owns the pieces that a text is divided into. A leaf is a block that
// holds text and no other block, together with the quotes and items around it:
// what is drawn, and remembered, by itself. It refuses to know how leaves are
// found and how they are drawn.

package markdown

import "bytes"

// leafKind is what a leaf is.
type leafKind uint8

const (
	leafText    leafKind = iota
	leafHeading          // its text is that of the heading
	leafRule
	leafFence    // fenced code: the text below the opening
	leafIndented // indented code
	leafTable
	leafFormula // a formula over several lines
	leafEmpty   // nothing, in an item or a quote
)

// container is a quote or an item of a list. It does not change once it is
// there, except that the first text in it makes it a task.
type container struct {
	quote   bool
	offset  int // of an item: the columns before its content
	ordered bool
	number  int
	marker  byte // the bullet, or what follows the number
	task    byte // ' ' or 'x' for a task, else 0
}

// leaf is a piece of the text and what became of it.
type leaf struct {
	id    int // counts leaves; a leaf that is still read may be another one a byte later
	kind  leafKind
	level int // of a heading
	path  []*container
	fresh int // the innermost containers in which this leaf is the first
	gap   bool
	depth int // where there is a gap, it is inside path[:depth]
	fence fence
	until string // what ends a formula
	open  bool   // more of this very text may come
	final bool   // no more of it comes

	start    int // where its content starts in the document
	from, to int // its text in the document, where it stands there in one piece
	own      []byte
	last     int // where its last line starts in its text

	segment

	picture
	row    int // where its rows begin in those of its part
	in     *part
	stale  bool // picture lacks a definition that has come: it is among the document's stale ones
	ready  bool // picture belongs to this text, at this width, in this style
	closed bool // the document has it among its closed ones
	known  bool // its labels have been looked at since
}

// picture is a drawn leaf.
type picture struct {
	between Line // the blank row before it, if there is a gap
	lines   []Line
	wanted  labels
	columns []int // of a table: where borders stand
	found   []definition
	later   []*uncoloured // chunks of code that lack their colours
}

// labels are those of links in a leaf, as they were resolved when it was drawn:
// in what is drawn for good, which may be many, and in the rest.
type labels struct{ laid, rest map[string]target }

// of returns what a label was resolved to.
func (w labels) of(label string) target {
	if t, ok := w.rest[label]; ok {
		return t
	}
	return w.laid[label]
}

// all yields them; one that is in both parts twice.
func (w labels) all(yield func(string, target) bool) {
	for _, part := range []map[string]target{w.laid, w.rest} {
		for label, t := range part {
			if !yield(label, t) {
				return
			}
		}
	}
}

// add appends a line; at is its place in the document, or -1 where it does not
// stand there as it is. A complete line brings its newline.
func (l *leaf) add(text, line []byte, at int, complete bool) {
	n := len(line)
	if complete {
		n++
	}
	size := l.size()
	l.last = size
	switch {
	case l.own == nil && at >= 0 && (size == 0 || at == l.to):
		if size == 0 {
			l.from = at
		}
		l.to = at + n
		return
	case l.own == nil:
		l.own = append(make([]byte, 0, size+n+64), text[l.from:l.to]...)
	}
	l.own = append(l.own, line...)
	if complete {
		l.own = append(l.own, '\n')
	}
}

// size returns the length of the leaf's text.
func (l *leaf) size() int {
	if l.of != nil {
		return l.length()
	}
	if l.own != nil {
		return len(l.own)
	}
	return l.to - l.from
}

// text returns the leaf's text; document is what it was read from.
func (l *leaf) text(document []byte) []byte {
	if l.of != nil {
		return l.of.leaf.text(document)[l.off : l.off+l.length()]
	}
	if l.own != nil {
		return l.own
	}
	return document[l.from:l.to]
}

// lastLine returns the last line of the leaf's text, without its newline.
func (l *leaf) lastLine(document []byte) []byte {
	return bytes.TrimSuffix(l.text(document)[l.last:], []byte("\n"))
}

// cutLast takes the last line away, and returns a leaf that begins with it.
func (l *leaf) cutLast() *leaf {
	head := *l
	if l.own != nil {
		head.own = bytes.Clone(l.own[l.last:])
		l.own = l.own[:l.last:l.last]
	} else {
		head.from = l.from + l.last
		l.to = head.from
	}
	head.start, head.last = l.start+l.last, 0
	return &head
}
