// This file owns what a line says by itself: which block it could begin. It
// refuses to know what came before.

package markdown

import "bytes"

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

// classify tells what rest begins, which is not empty and stands behind some
// columns of white space.
func classify(indent int, rest []byte) lineKind {
	if indent >= 4 {
		return lineIndented
	}
	switch c := rest[0]; c {
	case '`', '~':
		if _, ok := parseFence(rest); ok {
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
		if formulaEnd(rest) != "" {
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

// formulaEnd returns what ends the formula over several lines that rest begins;
// "" when it begins none.
func formulaEnd(rest []byte) string {
	var end string
	switch {
	case bytes.HasPrefix(rest, []byte("$$")):
		end = "$$"
	case bytes.HasPrefix(rest, []byte(`\[`)):
		end = `\]`
	case environmentEnd(rest) != "":
		if end = environmentEnd(rest); bytes.Contains(rest, []byte(end)) {
			return ""
		}
		return end
	default:
		return ""
	}
	body := bytes.TrimLeft(rest[2:], " \t")
	if len(body) > 0 && len(body) == len(rest)-2 && body[0] != '\\' || bytes.Contains(rest[2:], []byte(end)) {
		return ""
	}
	return end
}

// longestEnvironment is how many letters the name of an environment may have.
const longestEnvironment = 20

// environmentEnd returns what ends the LaTeX environment that text begins; "" when
// it begins none.
func environmentEnd(text []byte) string {
	name, ok := bytes.CutPrefix(text, []byte(`\begin{`))
	if !ok {
		return ""
	}
	n := bytes.IndexByte(name[:min(len(name), longestEnvironment+2)], '}')
	if n < 1 {
		return ""
	}
	for _, c := range name[:n] {
		if !isLetter(c) && c != '*' {
			return ""
		}
	}
	return `\end{` + string(name[:n]) + "}"
}

// headingText returns the text of a line that is a heading.
func headingText(rest []byte) []byte {
	text := bytes.Trim(bytes.TrimLeft(rest, "#"), " \t")
	bare := bytes.TrimRight(text, "#")
	if len(bare) == 0 || bare[len(bare)-1] == ' ' || bare[len(bare)-1] == '\t' {
		return bytes.TrimRight(bare, " \t")
	}
	return text
}

// box returns the state of the check box at the start of a text, ' ' or 'x';
// 0 when there is none.
func box(line []byte) byte {
	if len(line) < 4 || line[0] != '[' || line[2] != ']' || line[3] != ' ' && line[3] != '\t' {
		return 0
	}
	switch line[1] {
	case 'x', 'X':
		return 'x'
	case ' ':
		return ' '
	}
	return 0
}

// longestLabel is how many bytes a label may have, as in CommonMark.
const longestLabel = 999

// label returns the length of the bracketed label at the start of text, or 0.
func label(text []byte) int {
	if len(text) < 3 || text[0] != '[' || text[1] == '^' {
		return 0
	}
	for i := 1; i < min(len(text), longestLabel); i++ {
		switch text[i] {
		case '\\':
			i++
		case '[':
			return 0
		case ']':
			return i + 1
		}
	}
	return 0
}

// defines tells whether text could start with the definition of a link. Notes
// ([^1]: …) define none.
func defines(text []byte) bool {
	n := label(text)
	return n > 0 && n < len(text) && text[n] == ':'
}

// isDefinition tells whether a line is the definition of a link, whole.
func isDefinition(line []byte) bool {
	if !defines(line) {
		return false
	}
	words := bytes.Fields(line[label(line)+1:])
	switch len(words) {
	case 0:
		return false
	case 1:
		return true
	}
	title := bytes.TrimSpace(line[bytes.Index(line, words[0])+len(words[0]):])
	return len(title) > 1 && bytes.IndexByte([]byte("\"')"), title[len(title)-1]) >= 0
}
