// This file owns the division of long leaves into segments, which are drawn one
// without the other: a paragraph, a block of code or a table may be as long as the
// whole text, and a screen is not. Where they end depends on the text before
// alone. It refuses to draw.
//
// What a segment needs of those before it is kept small. A table's columns have
// their widths from its first measuredRows bytes. A text without a line break goes
// on in a new row where a segment ends, though there was room in the one before.

package markdown

import (
	"bytes"
	"unicode/utf8"
)

const (
	// segmentSize is how many bytes a segment has, if it can end there.
	segmentSize = 4 << 10
	// longestSegment is where it ends inside of a line, of which there is no end.
	longestSegment = 8 << 10
	// measuredRows is how many bytes of a table decide about its columns.
	measuredRows = 12 << 10
)

// segment is what a leaf is of a long one.
type segment struct {
	of    *whole  // nil: it is all
	off   int     // where it begins in the text of the whole
	n     int     // bytes of it; -1: the rest
	end   ending  // if it is not the rest
	mid   bool    // it begins inside of a line
	at    context // of code: where it begins
	first int     // of a table: which of its lines comes first
}

// ending is how the last row of a segment ends.
type ending struct {
	soft bool // it goes on in the next segment,
	gap  int  // behind so many spaces
}

// goesOn tells whether a leaf is a segment and not the first.
func (g *segment) goesOn() bool { return g.off > 0 }

// isDone tells whether a leaf is a segment that has its end.
func (g *segment) isDone() bool { return g.of != nil && g.n >= 0 }

func (g *segment) length() int {
	if g.n >= 0 {
		return g.n
	}
	return g.of.leaf.size() - g.off
}

// behind returns what follows a segment in the text of the whole leaf, as far as
// anybody looks ahead.
func (g *segment) behind(document []byte) []byte {
	if !g.isDone() {
		return nil
	}
	rest := g.of.leaf.text(document)[g.off+g.n:]
	return rest[:min(len(rest), longestStretch+utf8.UTFMax)]
}

// whole is a long leaf.
type whole struct {
	leaf *leaf // as it was read last
	size int   // of its text
	done []*leaf
	next segment // begins behind those

	scan   int     // bytes of next that were looked at
	lines  int     // of a table, in them
	inLine bool    // of code: they end inside of a line that is too long for colours
	at     context // of code, behind them

	grid grid
}

// wholeOf returns the whole that l is read as; a new one when it is another leaf.
func (d *Document) wholeOf(l *leaf) *whole {
	slot, size := &d.wholes[l.id%len(d.wholes)], l.size()
	w := *slot
	if w == nil || w.leaf.id != l.id || w.leaf.start != l.start || w.leaf.kind != l.kind || len(w.leaf.path) != len(l.path) {
		w = &whole{}
		if l.kind == leafFence || l.kind == leafIndented {
			w.at = newContext(l.fence.language())
			w.next.at = w.at.clone()
		}
		*slot = w
	}
	if w.size > size {
		w.shrink(size)
	}
	w.leaf, w.size = l, size
	return w
}

// shrink takes back what was decided with a look at text that is gone.
func (w *whole) shrink(size int) {
	n := len(w.done)
	for n > 0 && w.done[n-1].off+w.done[n-1].n+segmentSize > size {
		n--
	}
	if n < len(w.done) {
		w.next = w.done[n].segment
		w.next.of, w.next.n, w.next.end = nil, 0, ending{}
	}
	w.done = w.done[:n:n]
	w.scan, w.lines, w.inLine, w.at = 0, 0, w.next.mid, w.next.at.clone()
	if w.grid.size > size {
		w.grid = grid{}
	}
}

// appendSegments appends the segments of a leaf, or the leaf where it is short.
func (d *Document) appendSegments(leaves []*leaf, l *leaf) []*leaf {
	if l.size() <= segmentSize || !l.divisible() {
		return append(leaves, l)
	}
	w := d.wholeOf(l)
	text := l.text(d.text)
	for n, end := w.find(text); n > 0; n, end = w.find(text) {
		w.take(n, end)
	}
	if len(w.done) == 0 {
		return append(leaves, l)
	}
	leaves = append(leaves, w.done...)
	if w.next.off == len(text) {
		return leaves
	}
	rest := *l
	rest.own, rest.segment, rest.gap, rest.fresh = nil, w.next, false, 0
	rest.of, rest.n = w, -1
	return append(leaves, &rest)
}

// take makes a segment of the next n bytes.
func (w *whole) take(n int, end ending) {
	part := *w.leaf
	part.own, part.picture, part.ready, part.open, part.final = nil, picture{}, false, false, true
	part.segment = w.next
	part.of, part.n, part.end = w, n, end
	if part.goesOn() {
		part.gap, part.fresh = false, 0
	}
	w.done = append(w.done, &part)
	w.next = segment{off: w.next.off + n, mid: end.soft, at: w.at.clone(), first: w.next.first + w.lines}
	w.scan, w.lines = 0, 0
}

// divisible tells whether a leaf may have segments.
func (l *leaf) divisible() bool {
	switch l.kind {
	case leafText, leafHeading, leafFence, leafIndented, leafTable:
		return true
	}
	return false
}

// find returns the length of the next segment of a text and how it ends; 0 when
// that cannot be told yet. The answer stays when more text comes.
func (w *whole) find(text []byte) (n int, end ending) {
	rest := text[w.next.off:]
	switch w.leaf.kind {
	case leafTable:
		return w.findRow(text, rest), ending{}
	case leafFence, leafIndented:
		n = w.findChunk(rest)
		return n, ending{soft: w.inLine}
	}
	return w.findCut(rest)
}

// findCut ends a segment of a running text where it is cut: behind a line, or
// inside of one that is long.
func (w *whole) findCut(text []byte) (int, ending) {
	for {
		n, gap := cut(text[w.scan:])
		if n == 0 {
			return 0, ending{}
		}
		at := w.scan + n
		w.scan = at + gap
		line := bytes.IndexByte(text[at:w.scan], '\n') >= 0
		switch {
		case line && w.scan >= segmentSize:
			return w.scan, ending{}
		case !line && w.scan >= longestSegment:
			return w.scan, ending{soft: true, gap: gap}
		}
	}
}

// findChunk ends a segment of code behind a chunk, or inside of a long line.
func (w *whole) findChunk(text []byte) int {
	for w.scan < segmentSize {
		rest := text[w.scan:]
		if !w.inLine && !isLong(rest) {
			n, complete := nextChunk(rest, true)
			if !complete {
				return 0
			}
			w.at.feed(string(rest[:n]))
			w.scan += n
			continue
		}
		line := rest[:min(len(rest), longPiece+utf8.UTFMax)]
		n := bytes.IndexByte(line, '\n')
		switch {
		case n >= 0:
			w.scan, w.inLine = w.scan+n+1, false
		case len(line) < longPiece+utf8.UTFMax:
			return 0
		default:
			w.scan, w.inLine = w.scan+pieceEnd(line), true
		}
	}
	return w.scan
}

// findRow ends a segment of a table behind a row, once its columns are known.
func (w *whole) findRow(text, rest []byte) int {
	if w.grid.size == 0 && !w.grid.find(text) {
		return 0
	}
	for w.scan < segmentSize {
		n := bytes.IndexByte(rest[w.scan:], '\n')
		if n < 0 {
			return 0
		}
		w.scan += n + 1
		w.lines++
	}
	return w.scan
}

// mayDefine tells whether a leaf could hold definitions of links.
func (l *leaf) mayDefine(document []byte) bool {
	return l.kind == leafText && l.of == nil && l.size() <= 4*mostDefinitions && defines(l.text(document))
}
