// This file owns where a line of foreign text is broken to fit. It refuses
// styled text, and text that has not been sanitised.

package sanitize

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks a line at blanks and hyphens, and inside a word that is longer
// than width, which is in cells: of a row with emoji, of any terminal's.
func Wrap(line string, width int) []string {
	width = max(1, width)
	rows := wrap(line, width)
	for narrower := width - 1; narrower > width/widening && overflows(rows, width); narrower-- {
		rows = wrap(line, narrower)
	}
	return rows
}

// widening is how many times wider than elsewhere a row of emoji can be.
const widening = 4

func overflows(rows []string, width int) bool {
	return slices.ContainsFunc(rows, func(row string) bool {
		return len(row) > width && WidestWidth(row) > width // no cell takes less than a byte
	})
}

func wrap(line string, width int) (rows []string) {
	for row := range strings.SplitSeq(ansi.Wrap(line, width, ""), "\n") {
		if ansi.StringWidth(row) > width { // what follows a hyphen at the edge stays behind it
			row = ansi.Hardwrap(row, width, true)
		}
		rows = append(rows, strings.Split(row, "\n")...)
	}
	return rows
}
