// This file owns what labels mean, [a] and [x][a]: the links that are defined
// somewhere else in the text, mostly at its end. It refuses to draw a long text
// again for a definition that comes late: what a definition reaches depends on
// the text before it alone, so that it is the same live and done.

package markdown

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/util"
)

// mostWaiting bounds the text, in bytes, that is drawn again when the definition
// comes that it waits for. Where more waits, the definition counts for what
// follows it.
const mostWaiting = 32 << 10

// leafCost is what drawing a leaf costs, in bytes of text, however short it is.
const leafCost = 64

// meaning is what a label means from a place in the text on.
type meaning struct {
	target
	from int // 0: everywhere
}

// waiting is what was drawn with a label that nothing defined: none of it where
// it costs more than is drawn again.
type waiting struct {
	leaves []*leaf
	cost   int
}

// viewpoint answers what labels mean in a leaf.
type viewpoint struct {
	*Document
	at int // where the leaf starts
}

// resolve implements references.
func (v viewpoint) resolve(label string) (target, bool) {
	if m, ok := v.defs[label]; ok {
		return m.at(v.at)
	}
	for _, def := range v.late {
		if def.label == label {
			return meaning{def.target, def.from}.at(v.at)
		}
	}
	return target{}, false
}

// at is what the label means to a leaf that starts there.
func (m meaning) at(start int) (target, bool) {
	if start < m.from {
		return target{}, false
	}
	return m.target, true
}

// know notes the labels of a closed leaf, once it has been drawn, and reports
// whether they are known.
func (d *Document) know(l *leaf) bool {
	if l.ready && l.closed && !l.known {
		l.known = true
		d.wait(l)
	}
	return l.known
}

// learn draws the closed leaves that have not been drawn and may wait for a label.
func (d *Document) learn(label string) {
	rest := d.unknown[:0]
	for _, l := range d.unknown {
		if !l.ready && l.mentions(label, d.text) {
			d.draw(l, &laid{})
			d.know(l)
		}
		if !l.known {
			rest = append(rest, l)
		}
	}
	d.unknown = rest
}

// wantsLabels tells whether there could be a label in a leaf.
func (l *leaf) wantsLabels(document []byte) bool {
	switch l.kind {
	case leafText, leafHeading, leafTable:
		return bytes.IndexByte(l.text(document), '[') >= 0
	}
	return false
}

// mentions tells whether a label may stand in a leaf.
func (l *leaf) mentions(label string, document []byte) bool {
	return strings.Contains(util.ToLinkReference(l.text(document)), label)
}

// wait notes the labels that a closed leaf waits for.
func (d *Document) wait(l *leaf) {
	for label := range l.wanted.all {
		if _, ok := d.defs[label]; ok {
			continue
		}
		if d.waiting == nil {
			d.waiting = make(map[string]waiting)
		}
		w := d.waiting[label]
		if n := len(w.leaves); n > 0 && w.leaves[n-1] == l {
			continue
		}
		w.leaves, w.cost = append(w.leaves, l), w.cost+l.size()+leafCost
		if w.cost > mostWaiting {
			d.check(label, w.leaves)
			w.leaves = nil
		}
		d.waiting[label] = w
	}
}

// reach returns from where on a definition counts that stands in a leaf which
// starts at a place.
func (d *Document) reach(label string, at int) int {
	if d.waiting[label].cost > mostWaiting {
		return at
	}
	return 0
}

// define adds the definition of a leaf that starts at a place, unless there is
// one of that label.
func (d *Document) define(def definition, at int) {
	if _, ok := d.defs[def.label]; ok {
		return
	}
	if d.defs == nil {
		d.defs = make(map[string]meaning)
	}
	d.defs[def.label] = meaning{def.target, d.reach(def.label, at)}
	d.check(def.label, d.waiting[def.label].leaves)
	delete(d.waiting, def.label)
}

// check notes which closed leaves were drawn with another meaning of a label.
func (d *Document) check(label string, leaves []*leaf) {
	for _, l := range leaves {
		if !l.ready && l.of == nil {
			continue // it will be drawn as it is
		}
		if is, _ := (viewpoint{d, l.start}).resolve(label); !l.stale && l.wanted.of(label) != is {
			l.stale = true
			d.stale = append(d.stale, l)
		}
	}
}

// drawStale draws closed leaves again, each once, however many definitions came.
func (d *Document) drawStale() {
	for _, l := range d.stale {
		l.stale = false
		d.again(l)
	}
	d.stale = nil
}

// drawOutdated finds what uses a link definition that has come, changed or
// gone, and draws that of the tail again; was are the definitions in the tail
// before.
func (d *Document) drawOutdated(was []definition) {
	if !slices.Equal(was, d.late) {
		for _, def := range append(was[:len(was):len(was)], d.late...) {
			d.check(def.label, d.waiting[def.label].leaves)
		}
	}
	if len(was)+len(d.late) == 0 && d.checked == len(d.defs) {
		return
	}
	d.checked = len(d.defs)
	for _, l := range d.tail {
		if (l.ready || l.of != nil) && d.outdated(l) {
			d.again(l)
		}
	}
}

// again draws a leaf from its start. All segments of a table may look otherwise
// then.
func (d *Document) again(l *leaf) {
	l.ready = false
	if l.of != nil && l.kind == leafTable {
		l.of.grid.style = nil
		for _, other := range l.of.done {
			other.ready = false
			other.in.drop()
		}
	}
	l.in.drop()
	if !l.isDone() && !l.closed {
		*d.slot(l) = laid{}
		d.draw(l, d.slot(l))
	}
}

// outdated tells whether a label in a leaf means something else by now.
func (d *Document) outdated(l *leaf) bool {
	for label, was := range l.wanted.all {
		d.work.looked++
		if is, _ := (viewpoint{d, l.start}).resolve(label); is != was {
			return true
		}
	}
	return false
}
