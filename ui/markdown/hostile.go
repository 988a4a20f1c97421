// This file owns the refusal to parse what was made to be slow: more brackets
// and marks than a person or an honest model writes. They are shown as they are.

package markdown

import "bytes"

const (
	mostBrackets = 100 // unmatched openings in one stretch
	mostMarks    = 500 // of emphasis
	mostLinks    = 100 // whose address has no end
)

// hostile tells whether a stretch would cost more than it is worth.
func hostile(src []byte) bool {
	if len(src) < mostBrackets {
		return false
	}
	open, marks := 0, 0
	for _, c := range src {
		switch c {
		case '[':
			open++
		case ']':
			open--
		case '*', '_', '~', '<':
			marks++
		}
	}
	return open > mostBrackets || marks > mostMarks || bytes.Count(src, []byte("[[[[")) > 16 ||
		bytes.Count(src, []byte("]("))-bytes.Count(src, []byte(")")) > mostLinks
}
