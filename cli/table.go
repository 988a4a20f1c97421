// This file lays out plain tables, of help and of lists. Cells are text that
// may be wide or come from a model; it draws no borders and no colours.

package cli

import (
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// writeTable writes rows with their columns aligned. The last column is as
// long as it is.
func writeTable(w io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			row[i] = sanitize.Line(cell)
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		padding := 0
		for i, cell := range row {
			if cell == "" {
				padding += widths[i] + 2
				continue
			}
			b.WriteString(strings.Repeat(" ", padding) + cell)
			padding = widths[i] - runewidth.StringWidth(cell) + 2
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
