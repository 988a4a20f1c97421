// This file owns the drawing of blocks: which rows a tree becomes. It refuses
// to parse and to measure.

package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// renderer draws one piece of text, parsed, on a page.
type renderer struct {
	style *Style
	src   []byte
	page  *page
	code  *highlighter

	// A list may begin in an earlier piece. before is where that one ended,
	// first and last say how this one begins and ends.
	before, first, last listState
}

// listState is a place between two items of a list.
type listState struct {
	marker byte // the list's bullet or delimiter; 0: not in a list
	next   int  // the next item's number
	airy   bool // the last item holds more than text and lists: a blank row follows
}

// follows tells whether a list that starts as s is the continuation of t.
func (s listState) follows(t listState) bool { return s.marker != 0 && s.marker == t.marker }

// document draws the blocks of a parsed piece.
func (r *renderer) document(root ast.Node) {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if !drawn(n) {
			continue
		}
		r.last = listState{}
		if len(r.page.lines) > 0 {
			r.page.blank()
			r.before = listState{}
		}
		list, ok := n.(*ast.List)
		if !ok {
			r.block(n)
			r.before = listState{}
			continue
		}
		start := listState{marker: list.Marker, next: list.Start}
		if len(r.page.lines) == 0 {
			r.first = start
		}
		if start.follows(r.before) {
			start.next = r.before.next
		}
		r.last = r.list(list, start.next)
	}
}

// drawn tells whether a block makes any row.
func drawn(n ast.Node) bool {
	return n.Kind() != ast.KindTextBlock || n.HasChildren() || n.Lines().Len() > 0
}

func (r *renderer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.page.text(r.inline(n, r.style.heading[n.Level-1]))
	case *ast.ThematicBreak:
		r.page.text([]span{{text: strings.Repeat("─", r.page.room()), look: r.style.faint}})
	case *ast.Blockquote:
		r.quote(n)
	case *ast.List:
		r.list(n, n.Start)
	case *ast.FencedCodeBlock:
		r.codeBlock(string(n.Language(r.src)), n.Lines().Value(r.src))
	case *ast.CodeBlock:
		r.codeBlock("", n.Lines().Value(r.src))
	case *east.Table:
		r.table(n)
	case *definitionBlock:
		r.literal(n.Lines().Value(r.src), r.style.muted)
	default: // paragraphs
		r.page.text(r.inline(n, r.style.text))
	}
}

// quote draws a block quote behind a bar.
func (r *renderer) quote(n ast.Node) {
	bar := span{text: "│ ", look: r.style.faint}
	r.page.indent(bar, bar, true)
	if !r.children(n) {
		r.page.text(nil)
	}
	r.page.outdent()
}

// children draws the blocks inside a container, one blank row between them but
// none around a list that belongs to the text before it.
func (r *renderer) children(n ast.Node) (drew bool) {
	var prev ast.Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if !drawn(c) {
			continue
		}
		if prev != nil && !(n.Kind() == ast.KindListItem && c.Kind() == ast.KindList && isText(prev)) {
			r.page.blank()
		}
		r.block(c)
		prev = c
	}
	return prev != nil
}

// list draws a list whose first item has the number start. Tight and loose
// lists look alike: whether a list is loose is known only when it ends.
func (r *renderer) list(n *ast.List, start int) listState {
	state := listState{marker: n.Marker, next: start}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if item != n.FirstChild() && state.airy {
			r.page.blank()
		}
		r.item(item, n.IsOrdered(), state)
		state.next++
		state.airy = airy(item)
	}
	return state
}

// item draws one item behind its bullet, number or check box.
func (r *renderer) item(n ast.Node, ordered bool, state listState) {
	mark := "• "
	switch {
	case ordered:
		mark = fmt.Sprintf("%d%c ", state.next, state.marker)
	case isTask(n):
		mark = "" // the box is the mark; its text hangs behind it
	}
	hang := span{text: strings.Repeat(" ", len([]rune(mark)))}
	first := span{text: mark, look: r.style.muted}
	if mark == "" {
		first, hang = r.takeBox(n)
	}
	r.page.indent(first, hang, false)
	if !r.children(n) {
		r.page.text(nil)
	}
	r.page.outdent()
}

// isTask tells whether an item begins with a check box.
func isTask(item ast.Node) bool { return box(item) != nil }

func box(item ast.Node) *east.TaskCheckBox {
	if text := item.FirstChild(); text != nil && text.FirstChild() != nil {
		b, _ := text.FirstChild().(*east.TaskCheckBox)
		return b
	}
	return nil
}

// takeBox removes the check box of a task from its text and returns it as a
// margin.
func (r *renderer) takeBox(item ast.Node) (first, rest span) {
	b := box(item)
	b.Parent().RemoveChild(b.Parent(), b)
	rest = span{text: "    "}
	if b.IsChecked {
		return span{text: "[x] ", look: r.style.good}, rest
	}
	return span{text: "[ ] ", look: r.style.muted}, rest
}

// airy tells whether an item holds more than one text and nested lists.
func airy(item ast.Node) bool {
	texts := 0
	for c := item.FirstChild(); c != nil; c = c.NextSibling() {
		switch {
		case !drawn(c):
		case isText(c):
			texts++
		case c.Kind() != ast.KindList:
			return true
		}
	}
	return texts > 1
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

// literal draws text as it is, line for line.
func (r *renderer) literal(raw []byte, l look) {
	text := strings.TrimRight(string(raw), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		r.page.text([]span{{text: expandTabs(sanitize.Text(line)), look: l}})
	}
}

// raw returns a line of text as it is.
func (r *renderer) raw(line []byte) []span {
	return []span{{text: sanitize.Line(string(line)), look: r.style.text}}
}
