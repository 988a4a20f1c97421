// This file owns the refusal to parse what was made to be slow: texts whose
// nesting or number of brackets no person and no honest model writes. They are
// shown as they are.

package markdown

import "bytes"

const (
	deepest      = 40  // nested quotes and lists on one line
	mostBrackets = 400 // unmatched openings in one piece
	mostMarks    = 4000
)

// hostile tells whether a piece would cost more than it is worth.
func hostile(src []byte) bool {
	if len(src) < deepest {
		return false
	}
	open := bytes.Count(src, []byte("[")) - bytes.Count(src, []byte("]"))
	if open > mostBrackets || bytes.Count(src, []byte("[[[[")) > 16 {
		return true
	}
	marks := 0
	for _, c := range src {
		switch c {
		case '*', '_', '~', '[', '<', '`':
			marks++
		}
	}
	if marks > mostMarks {
		return true
	}
	for line := range bytes.Lines(src) {
		if nesting(line) > deepest {
			return true
		}
	}
	return false
}

// nesting counts the markers of containers at the start of a line, and the
// indents that would put it as deep.
func nesting(line []byte) (n int) {
	spaces := 0
	for len(line) > 0 {
		switch c := line[0]; {
		case c == ' ':
			spaces++
			line = line[1:]
		case c == '\t':
			spaces += 4
			line = line[1:]
		case c == '>':
			n++
			line = line[1:]
		default:
			m := marker(bytes.TrimRight(line, "\n"))
			if m == 0 {
				return n
			}
			n++
			line = line[m:]
		}
	}
	return n
}
