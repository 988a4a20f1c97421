// This file owns where one piece of a growing text ends and the next begins. A
// piece is a top-level block, an item of a top-level list, or a few small blocks
// together. The decision at a line depends on that line and on what came before
// it, never on what follows: so a piece that has ended is final, and a text
// fares alike whether it arrives at once or letter by letter. Where the reading
// here is coarser than CommonMark's, pieces are larger than blocks; they are
// parsed properly later. It refuses to parse.

package markdown

import (
	"bytes"
)

// kind is what a piece is, as far as its end depends on it.
type kind uint8

const (
	kindNone    kind = iota // nothing is open: any text starts a piece
	kindText                // a paragraph, and whatever else
	kindList                // an item of a list
	kindQuote               //
	kindIndent              // indented code
	kindFence               // fenced code, open
	kindFormula             // a formula over several lines, open
)

// form is how a piece is to be drawn.
type form uint8

const (
	formParsed  form = iota
	formCode         // one fenced block, and nothing else
	formFormula      // one formula over several lines
	formTable        // one table
)

// splitter reads lines. It is a value: a copy can look ahead.
type splitter struct {
	kind  kind
	form  form // of the open piece
	blank bool // the line before was blank
	fence fence
	until string // what ends the formula
	first []byte // the piece's first line, until the second is read
}

// line reads a line without its newline, and tells whether it starts a piece.
func (s *splitter) line(line []byte) (starts bool) {
	indent, rest := indentation(line)
	switch {
	case s.kind == kindFence:
		if s.fence.closedBy(line) {
			s.kind = kindNone
		}
		return false
	case len(rest) == 0:
		s.blank = true
		if s.kind == kindFormula { // it was none
			s.kind, s.form = kindText, formParsed
		}
		return false
	case s.kind == kindFormula:
		if bytes.Contains(line, []byte(s.until)) {
			s.kind = kindNone
		}
		return false
	}
	next := classify(line, indent, rest)
	starts = s.begins(next, indent, rest)
	switch {
	case starts:
		s.start(next, line, rest)
	case s.kind == kindText && !s.blank && indent < 4 && isTable(s.first, rest):
		s.form = formTable
	}
	if !starts {
		s.first = nil
	}
	s.blank = false
	return starts
}

// begins tells whether a line that by itself would be of the kind next starts a
// piece after what is open now.
func (s *splitter) begins(next lineKind, indent int, rest []byte) bool {
	switch s.kind {
	case kindNone:
		return true
	case kindList:
		if indent >= 2 { // may belong to the item
			return false
		}
		return s.blank || next != lineText
	case kindQuote:
		return s.blank || next != lineText && next != lineQuote
	case kindIndent:
		return indent < 4
	}
	if indent >= 4 {
		return s.blank
	}
	switch next {
	case lineText:
		return s.blank
	case lineItem:
		return s.blank || interrupts(rest)
	case lineRule: // dashes make a heading of the paragraph above them
		return s.blank || s.form == formTable || rest[0] != '-' || bytes.ContainsAny(rest, " \t")
	}
	return true
}

// start opens a piece of the kind that a line begins.
func (s *splitter) start(next lineKind, line, rest []byte) {
	*s = splitter{kind: kindText}
	switch next {
	case lineText:
		s.first = rest
	case lineFence:
		s.fence, _ = parseFence(line)
		s.kind, s.form = kindFence, formCode
	case lineHeading, lineRule:
		s.kind = kindNone
	case lineItem:
		s.kind = kindList
	case lineQuote:
		s.kind = kindQuote
	case lineIndented:
		s.kind = kindIndent
	case lineFormula:
		s.until = `\]`
		if rest[0] == '$' {
			s.until = "$$"
		}
		if !bytes.Contains(rest[2:], []byte(s.until)) {
			s.kind, s.form = kindFormula, formFormula
		}
	}
}

// lineKind is what a line would be at the start of a text.
type lineKind uint8

const (
	lineText lineKind = iota
	lineFence
	lineHeading
	lineRule
	lineItem
	lineQuote
	lineIndented
	lineFormula
)

func classify(line []byte, indent int, rest []byte) lineKind {
	if indent >= 4 {
		return lineIndented
	}
	switch c := rest[0]; c {
	case '`', '~':
		if _, ok := parseFence(line); ok {
			return lineFence
		}
	case '#':
		n := len(rest) - len(bytes.TrimLeft(rest, "#"))
		if n <= 6 && (n == len(rest) || rest[n] == ' ' || rest[n] == '\t') {
			return lineHeading
		}
	case '>':
		return lineQuote
	case '$', '\\':
		if bytes.HasPrefix(rest, []byte("$$")) || bytes.HasPrefix(rest, []byte(`\[`)) {
			return lineFormula
		}
	case '-', '*', '_', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if isRule(rest) {
			return lineRule
		}
		if marker(rest) > 0 {
			return lineItem
		}
	}
	return lineText
}

// isRule tells whether rest is a thematic break.
func isRule(rest []byte) bool {
	c, n := rest[0], 0
	if c != '-' && c != '*' && c != '_' {
		return false
	}
	for _, b := range rest {
		switch b {
		case c:
			n++
		case ' ', '\t':
		default:
			return false
		}
	}
	return n >= 3
}

// marker returns the length of the list marker at the start of rest, or 0.
func marker(rest []byte) int {
	n := 0
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	switch {
	case n > 9 || n == len(rest):
		return 0
	case n > 0 && rest[n] != '.' && rest[n] != ')':
		return 0
	case n == 0 && rest[0] != '-' && rest[0] != '*' && rest[0] != '+':
		return 0
	}
	n++
	if n < len(rest) && rest[n] != ' ' && rest[n] != '\t' {
		return 0
	}
	return n
}

// interrupts tells whether a list item may follow a paragraph without a blank
// line: it must hold text, and its number be 1.
func interrupts(rest []byte) bool {
	n := marker(rest)
	if len(bytes.TrimSpace(rest[n:])) == 0 {
		return false
	}
	return n == 1 || n == 2 && rest[0] == '1'
}

// indentation returns the columns of white space before a line's text, and the
// text.
func indentation(line []byte) (columns int, rest []byte) {
	for i, b := range line {
		switch b {
		case ' ':
			columns++
		case '\t':
			columns += 4 - columns%4
		default:
			return columns, line[i:]
		}
	}
	return columns, nil
}
