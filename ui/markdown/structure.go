// This file owns the blocks of a growing text: which line belongs to which
// block. Lines are read once, in CommonMark's way: first the quotes and items
// that go on, then those that begin, then text. A leaf that has been closed is
// final, for the decision at a line never depends on what follows; where
// CommonMark's does, as in the heading that is underlined, the leaf is still
// open. It refuses to look inside leaves.

package markdown

import (
	"bytes"
	"slices"
)

const (
	// deepest is how many quotes and items may stand in each other. What is
	// deeper is text: no person and no honest model writes it.
	deepest = 40
	// longestHeading is how many bytes of text can be made a heading by a line
	// below them.
	longestHeading = 4000
	// longestFormulaBlock is how many bytes a formula over several lines may have.
	longestFormulaBlock = 4000
	// mostDefinitions is how many bytes of link definitions are read together.
	mostDefinitions = 1000
)

// childKind is what the latest block in a container is.
type childKind uint8

const (
	childNone childKind = iota
	childText
	childList
	childOther
)

// listState is a place between two items of a list.
type listState struct {
	marker byte // the list's bullet or delimiter
	next   int  // the next item's number
	airy   bool // the last item holds more than text and lists: a blank row follows
}

// frame is a container that is open; the document is the first.
type frame struct {
	*container
	last  childKind
	list  listState // while last is childList
	texts int
	other bool // it holds something that is neither text nor a list
	drawn bool // it holds a leaf
	gap   bool // before its first leaf, inside the first depth containers
	depth int
}

// airy tells whether an item holds more than one text and nested lists.
func (f *frame) airy() bool { return f.texts > 1 || f.other }

// structure reads lines.
type structure struct {
	text  []byte // the document
	stack []frame
	leaf  *leaf // open, or nil
	count int
	out   []*leaf // closed, in their order, to be taken by the document
}

// input is a line that is being read.
type input struct {
	cursor
	from     int // of the line in the document
	complete bool
}

// content returns what is left of the line, and its place in the document.
func (in *input) content() (line []byte, at int) {
	line, at = in.rest()
	if at < 0 {
		return line, -1
	}
	return line, in.from + at
}

// trimmed is content without the white space at its start.
func (in *input) trimmed() (line []byte, at int) {
	_, line = in.indent()
	return line, in.from + len(in.line) - len(line)
}

// ahead returns the leaves after the closed ones, as they would be if line were
// complete. The structure stays as it is.
func (s *structure) ahead(line []byte, at int) []*leaf {
	c := *s
	c.stack, c.out = slices.Clone(s.stack), nil
	if s.leaf != nil {
		l := *s.leaf
		l.ready = false
		c.leaf = &l
	}
	if len(line) > 0 {
		c.line(line, at, false)
	}
	if c.leaf == nil {
		c.emitEmpty()
	}
	if c.leaf != nil {
		c.out = append(c.out, c.leaf)
	}
	return c.out
}

// line reads a line without its newline; at is its place in the document.
func (s *structure) line(line []byte, at int, complete bool) {
	if len(s.stack) == 0 {
		s.stack = []frame{{container: &container{}}}
	}
	in := &input{cursor: cursor{line: line}, from: at, complete: complete}
	matched := s.match(&in.cursor)
	all := matched == len(s.stack)
	switch {
	case all && s.leaf != nil && s.goesOn(in):
	case in.blank():
		if s.leaf != nil && s.leaf.kind != leafIndented {
			s.closeLeaf()
		}
		s.closeTo(matched)
	default:
		s.begin(in, matched)
	}
}

// match moves over the marks of the containers that go on in this line, and
// returns how many do.
func (s *structure) match(c *cursor) int {
	for n, f := range s.stack[1:] {
		columns, rest := c.indent()
		switch {
		case f.quote:
			if columns > 3 || len(rest) == 0 || rest[0] != '>' {
				return n + 1
			}
			skipQuote(c, columns)
		case len(rest) == 0:
			if !f.drawn {
				return n + 1
			}
			c.skip(columns)
		case columns < f.offset:
			return n + 1
		default:
			c.skip(f.offset)
		}
	}
	return len(s.stack)
}

// skipQuote moves over a quote's mark.
func skipQuote(c *cursor, columns int) {
	c.skip(columns)
	c.advance(1)
	c.skip(1)
}

// goesOn gives a line to the open leaf where that alone decides about it.
func (s *structure) goesOn(in *input) bool {
	l := s.leaf
	columns, rest := in.indent()
	switch l.kind {
	case leafFence:
		s.code(in, columns, rest)
		return true
	case leafIndented:
		if columns < 4 && len(rest) > 0 {
			s.closeLeaf()
			return false
		}
		in.skip(4)
		line, at := in.content()
		l.add(s.text, line, at, in.complete)
		return true
	case leafFormula:
		if len(rest) == 0 || l.size() > longestFormulaBlock {
			s.closeLeaf()
			return len(rest) == 0
		}
		line, at := in.content()
		l.add(s.text, line, at, in.complete)
		if bytes.Contains(line, []byte(l.until)) {
			s.closeLeaf()
		}
		return true
	}
	return false
}

// code reads a line of fenced code.
func (s *structure) code(in *input, columns int, rest []byte) {
	l := s.leaf
	if columns <= 3 && l.fence.closedBy(rest) {
		l.open = false
		s.closeLeaf()
		return
	}
	if !in.complete && columns <= 3 && l.fence.closing(rest) {
		return // it may become the end of the block, and would vanish again
	}
	in.skip(min(columns, l.fence.indent))
	line, at := in.content()
	l.add(s.text, line, at, in.complete)
}

// begin reads a line that is not blank: blocks that begin in it, or text.
func (s *structure) begin(in *input, matched int) {
	all, inside := matched == len(s.stack), true // inside: no container has begun in this line
	for {
		columns, rest := in.indent()
		running := inside && s.leaf != nil && (s.leaf.kind == leafText || all && s.leaf.kind == leafTable)
		kind := classify(columns, rest)
		if running && all && s.underlines(columns, rest) {
			s.underline(rest[0])
			return
		}
		switch {
		case kind == lineIndented && running, kind == lineText,
			kind == lineItem && running && all && !interrupts(rest):
			s.words(in, matched, running)
			return
		case kind != lineQuote && kind != lineItem:
			s.closeTo(matched)
			s.closeLeaf()
			s.whole(in, kind, columns, rest)
			return
		case len(s.stack) > deepest:
			s.words(in, matched, running)
			return
		}
		s.closeTo(matched)
		s.closeLeaf()
		if kind == lineQuote {
			skipQuote(&in.cursor, columns)
			s.push(&container{quote: true}, childOther)
		} else {
			s.push(item(&in.cursor, columns, rest), childList)
		}
		all, inside, matched = true, false, len(s.stack)
		if in.blank() {
			return
		}
	}
}

// underlines tells whether a line makes a heading of the open text.
func (s *structure) underlines(columns int, rest []byte) bool {
	l := s.leaf
	if columns > 3 || l.kind != leafText || rest[0] != '-' && rest[0] != '=' || l.size() > longestHeading {
		return false
	}
	line := bytes.TrimRight(rest, " \t")
	return len(bytes.Trim(line, string(line[:1]))) == 0 && !defines(l.text(s.text))
}

func (s *structure) underline(mark byte) {
	s.leaf.kind, s.leaf.level = leafHeading, 1
	if mark == '-' {
		s.leaf.level = 2
	}
	s.becomes(childOther)
	s.closeLeaf()
}

// becomes says that the open text turned out to be something else.
func (s *structure) becomes(kind childKind) {
	f := &s.stack[len(s.stack)-1]
	f.last, f.other, f.texts = kind, true, f.texts-1
}

// words reads text: a new one, or more of the one that is open, even where the
// containers around it do not go on.
func (s *structure) words(in *input, matched int, running bool) {
	line, at := in.trimmed()
	if running && s.leaf.kind == leafText && s.leaf.size() > 0 && s.parts(line) {
		running = false
	}
	if !running {
		s.closeTo(matched)
		s.newText(line, at, in.complete)
		return
	}
	if s.leaf.kind == leafText && matched == len(s.stack) && isTable(s.leaf.lastLine(s.text), line) {
		s.makeTable()
	}
	s.leaf.add(s.text, line, at, in.complete)
}

// newText starts a text.
func (s *structure) newText(line []byte, at int, complete bool) {
	joined := s.leaf != nil // link definitions follow each other closely
	if joined {
		joined = len(line) > 0 && line[0] == '['
		s.closeLeaf()
	}
	l := s.add(&leaf{kind: leafText, start: at, open: true}, childText)
	l.gap = l.gap && !joined
	if f := s.stack[len(s.stack)-1]; len(s.stack) > 1 && l.fresh > 0 && !f.quote && !f.ordered && f.task == 0 {
		f.task = box(line)
	}
	l.add(s.text, line, at, complete)
}

// parts tells whether the open text consists of link definitions and line is
// not part of them: definitions are read a few at a time, and what follows
// them is a text of its own.
func (s *structure) parts(line []byte) bool {
	text := s.leaf.text(s.text)
	if text[0] != '[' || !defines(text) || len(text) > 4*mostDefinitions {
		return false
	}
	if !isDefinition(s.leaf.lastLine(s.text)) {
		return false
	}
	switch line[0] {
	case '"', '\'', '(':
		return false
	case '[':
		return len(text) > mostDefinitions && defines(line)
	}
	return true
}

// makeTable turns the last line of the open text into the header of a table.
func (s *structure) makeTable() {
	l := s.leaf
	if l.last == 0 {
		l.kind = leafTable
		s.becomes(childOther)
		return
	}
	head := l.cutLast()
	s.closeLeaf()
	l = s.add(&leaf{kind: leafTable, start: head.start, open: true}, childOther)
	l.from, l.to, l.own = head.from, head.to, head.own
}

// whole starts a leaf that is more than text.
func (s *structure) whole(in *input, kind lineKind, columns int, rest []byte) {
	at := in.from + len(in.line) - len(rest)
	l := &leaf{start: at, open: true}
	switch kind {
	case lineIndented:
		l.kind = leafIndented
		s.add(l, childOther)
		in.skip(4)
		line, at := in.content()
		l.add(s.text, line, at, in.complete)
	case lineFence:
		l.kind = leafFence
		l.fence, _ = parseFence(rest)
		l.fence.indent = columns
		s.add(l, childOther)
	case lineFormula:
		l.kind, l.until = leafFormula, formulaEnd(rest)
		s.add(l, childOther)
		l.add(s.text, rest, at, in.complete)
	case lineHeading:
		l.kind = leafHeading
		l.level = len(rest) - len(bytes.TrimLeft(rest, "#"))
		s.add(l, childOther)
		title := headingText(rest)
		l.add(s.text, title, at+bytes.Index(rest, title), false)
		s.closeLeaf()
	default:
		l.kind = leafRule
		s.add(l, childOther)
		s.closeLeaf()
	}
}
