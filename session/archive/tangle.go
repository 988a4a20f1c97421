package archive

// This file owns the refusal to parse what was made to be slow: more marks and
// brackets in each other than a person or an honest model writes. They are
// shown as they are.

import "strings"

const (
	mostParsed   = 1 << 20 // bytes of one message
	mostQuotes   = 40      // in each other
	mostOpen     = 100     // brackets without an end, in one paragraph
	mostEmphasis = 2000    // marks in one paragraph
	mostCells    = 200_000 // of tables: a short row is filled up to the longest
)

// tangled reports whether a text would cost more to parse than it is worth.
func tangled(said string) bool {
	if len(said) > mostParsed {
		return true
	}
	open, marks, columns, rows := 0, 0, 0, 0
	for line := range strings.Lines(said) {
		if strings.TrimSpace(line) == "" {
			open, marks = 0, 0
			continue
		}
		rows++
		columns = max(columns, strings.Count(line, "|"))
		if nested(line) > mostQuotes || columns*rows > mostCells {
			return true
		}
		for i := range len(line) {
			switch line[i] {
			case '[', '(', '<':
				open++
			case ']', ')', '>':
				open = max(open-1, 0)
			case '*', '_', '~', '`', '!', '\\':
				marks++
			}
		}
		if open > mostOpen || marks > mostEmphasis {
			return true
		}
	}
	return false
}

// nested is how many quotes and items a line can begin.
func nested(line string) int {
	n := 0
	for i := range len(line) {
		switch line[i] {
		case '>', '-', '*', '+':
			n++
		case ' ', '\t', '.', ')', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		default:
			return n
		}
	}
	if strings.Trim(line, "-*+ \t\r\n") == "" { // a rule
		return 0
	}
	return n
}
