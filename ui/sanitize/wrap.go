// This file owns where a line of foreign text is broken to fit. It refuses
// styled text, and text that has not been sanitised.

package sanitize

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a line at blanks and hyphens, and inside a word that is longer
// than width, which is in cells.
func Wrap(line string, width int) []string {
	width = max(1, width)
	var rows []string
	for row := range strings.SplitSeq(ansi.Wrap(line, width, ""), "\n") {
		if ansi.StringWidth(row) > width { // what follows a hyphen at the edge stays behind it
			row = ansi.Hardwrap(row, width, true)
		}
		rows = append(rows, strings.Split(row, "\n")...)
	}
	return rows
}
