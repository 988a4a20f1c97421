// This file owns the drawing of leaves: margins for the containers around them,
// and which rows they become. It refuses to parse and to measure.

package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// renderer draws a leaf on a page.
type renderer struct {
	style *Style
	page  *page
	code  *highlighter
	work  *work
	refs  references
	head  []span        // what stands before the text
	after []byte        // the text that follows, of which more is drawn by itself
	end   ending        // how the last row ends
	draft bool          // code stays plain for now
	later []*uncoloured // what does
}

// laid is the part of an open leaf that is drawn for good.
type laid struct {
	id, start, off, depth int
	kind                  leafKind
	divided               bool // it is a segment
	used                  int  // bytes of the leaf's text
	code                  laidCode
	text                  laidText
	table                 laidTable
}

// is tells whether it is of l.
func (d *laid) is(l *leaf) bool {
	return d.id == l.id && d.start == l.start && d.off == l.off && d.depth == len(l.path) && d.kind == l.kind &&
		(l.kind != leafTable || d.divided == (l.of != nil))
}

// of returns what is laid of l; nothing when it is another leaf, or lost text.
func (d *laid) of(l *leaf, size int) *laid {
	if !d.is(l) || d.used >= size && d.used > 0 && (l.kind == leafText || l.kind == leafHeading) {
		*d = laid{id: l.id, start: l.start, off: l.off, depth: len(l.path), kind: l.kind, divided: l.of != nil}
	}
	return d
}

// begun tells whether some of a leaf is laid.
func (d *Document) begun(l *leaf) bool {
	slot := &d.laid[l.id%len(d.laid)]
	return slot.is(l) && slot.used > 0
}

// slot returns what is laid of a leaf that is still open, or was when it was drawn
// last.
func (d *Document) slot(l *leaf) *laid { return d.laid[l.id%len(d.laid)].of(l, l.size()) }

// draw draws a leaf, with what is laid of it.
func (d *Document) draw(l *leaf, slot *laid) {
	text := l.text(d.text)
	slot = slot.of(l, len(text))
	r := d.renderer(l)
	r.page.goesOn = l.mid
	l.picture = picture{}
	d.work.blocks++
	switch l.kind {
	case leafText:
		r.paragraph(l, text, slot)
	case leafHeading:
		r.running(l, r.trim(text), r.style.heading[l.level-1], slot)
	case leafRule:
		r.rule([]int{r.page.room()})
	case leafFence:
		r.draft = d.draft && lexerFor(l.fence.language()) != nil
		r.fenced(l, text, slot)
		d.pale = d.pale || len(l.later) > 0
	case leafIndented:
		r.indented(l, text, slot)
	case leafTable:
		d.table(r, l, text, slot)
	case leafFormula:
		r.formula(text, l.until)
	case leafEmpty:
		r.page.text(nil)
	}
	l.lines, l.ready = r.page.lines, true
	l.between = d.blankRow(l)
}

// table draws a table, or a segment of one.
func (d *Document) table(r *renderer, l *leaf, text []byte, slot *laid) {
	if l.of == nil {
		r.table(l, text, slot)
		return
	}
	r.rows(l, text, d.grid(l.of), slot)
}

// renderer returns what draws a leaf, inside its containers.
func (d *Document) renderer(l *leaf) *renderer {
	r := &renderer{style: d.style, page: &page{width: d.width, work: &d.work}, code: &d.code, work: &d.work, refs: viewpoint{d, l.start}, after: l.behind(d.text), end: l.end}
	r.margins(l.path, len(l.path)-l.fresh)
	return r
}

// blankRow returns the row before a leaf: bars of quotes go on through it.
func (d *Document) blankRow(l *leaf) Line {
	if !l.gap || l.depth == 0 {
		return Line{}
	}
	r := &renderer{style: d.style, page: &page{width: d.width, work: &d.work}}
	r.margins(l.path[:l.depth], l.depth)
	r.page.blank()
	return r.page.lines[0]
}

// margins opens the margins of containers; the marks of the first used ones
// have been drawn.
func (r *renderer) margins(path []*container, used int) {
	for i, c := range path {
		first, rest := r.mark(c)
		r.page.indent(first, rest, c.quote)
		r.page.margins[i].used = i < used
	}
}

// mark returns what stands before the first row of a container, and before the
// others.
func (r *renderer) mark(c *container) (first, rest span) {
	mark, l := "• ", r.style.muted
	switch {
	case c.quote:
		bar := span{text: "│ ", look: r.style.faint}
		return bar, bar
	case c.ordered:
		mark = fmt.Sprintf("%d%c ", c.number, c.marker)
	case c.task != 0:
		mark, l = r.box(c.task)
	}
	return span{text: mark, look: l}, span{text: strings.Repeat(" ", len([]rune(mark)))}
}

func (r *renderer) box(state byte) (string, look) {
	if state == 'x' {
		return "[x] ", r.style.good
	}
	return "[ ] ", r.style.muted
}

// paragraph draws a text: in an item it may begin with a check box, and it may
// begin with definitions of links.
func (r *renderer) paragraph(l *leaf, text []byte, slot *laid) {
	text = r.trim(text)
	if n := len(l.path); n > 0 && l.fresh > 0 && !l.path[n-1].quote {
		if state := box(text); state != 0 && l.path[n-1].ordered {
			r.head = r.numberedBox(state)
			text = bytes.TrimLeft(text[3:], " \t")
		} else if state != 0 {
			text = bytes.TrimLeft(text[3:], " \t")
		}
	}
	if l.of == nil && defines(text) && len(text) <= 4*mostDefinitions {
		r.definitions(l, text)
		return
	}
	r.running(l, text, r.style.text, slot)
}

// trim returns text without the white space at its end, which is then among what
// comes after it.
func (r *renderer) trim(text []byte) []byte {
	bare := bytes.TrimRight(text, " \t\n")
	if len(r.after) > 0 {
		r.after = slices.Concat(text[len(bare):], r.after)
	}
	return bare
}

// numberedBox is the box of a task that has a number for its mark.
func (r *renderer) numberedBox(state byte) []span {
	mark, l := r.box(state)
	if state == 'x' {
		return []span{{text: "[x]", look: l.over(r.style.text)}, {text: " ", look: r.style.text}}
	}
	return []span{{text: mark, look: l.over(r.style.text)}}
}

// definitions draws a text that may begin with definitions of links.
func (r *renderer) definitions(l *leaf, text []byte) {
	root, sc := r.parse(definers(), text)
	l.wanted.rest, l.found = sc.wanted, sc.found
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindTextBlock && !n.HasChildren() && n.Lines().Len() == 0 {
			continue // nothing but definitions
		}
		if n != root.FirstChild() {
			r.page.blank()
		}
		if def, ok := n.(*definitionBlock); ok {
			r.literal(def.Lines().Value(text), r.style.muted)
		} else {
			r.page.text(r.inline(n, text, r.style.text))
		}
	}
}

// parse parses text, and notes it.
func (r *renderer) parse(p parser.Parser, text []byte) (ast.Node, *scope) {
	r.work.parsed += len(text)
	return parse(p, text, r.refs)
}

// literal draws text as it is, line for line.
func (r *renderer) literal(raw []byte, l look) {
	text := strings.TrimRight(string(raw), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		r.page.text([]span{{text: expandTabs(sanitize.Text(line)), look: l}})
	}
}

// formula draws a formula over several lines: in one if it is understood, as it
// was written if not, or while its end is missing.
func (r *renderer) formula(raw []byte, end string) {
	raw = bytes.TrimSpace(raw)
	if body, after, ok := strings.Cut(string(raw[min(2, len(raw)):]), end); ok && len(after) < 3 && environmentEnd(raw) == "" {
		if text, ok := unicodeFormula(body); ok && isFormula([]byte(body)) {
			r.page.text([]span{{text: sanitize.Line(text), look: r.style.text.with(italic)}, {text: sanitize.Line(after), look: r.style.text}})
			return
		}
	}
	r.literal(bytes.Trim(raw, "\n"), r.style.text)
}

// raw returns a line of text as it is.
func (r *renderer) raw(line []byte) []span {
	return []span{{text: sanitize.Line(string(line)), look: r.style.text}}
}
