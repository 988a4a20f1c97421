// This file owns how tables are written: their rows and cells, and the line
// under the header. It refuses to lay them out.

package markdown

import (
	"bytes"

	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// parseDelimiter reads the line under a table's header, or returns nil when
// line is none.
func parseDelimiter(line []byte) []east.Alignment {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || bytes.IndexByte(line, '-') < 0 || len(bytes.Trim(line, "-|: \t")) > 0 {
		return nil
	}
	bars := bytes.IndexByte(line, '|') >= 0
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("|")), []byte("|"))
	var out []east.Alignment
	for col := range bytes.SplitSeq(line, []byte("|")) {
		col = bytes.TrimSpace(col)
		left, right := bytes.HasPrefix(col, []byte(":")), bytes.HasSuffix(col, []byte(":"))
		dashes := bytes.TrimSuffix(bytes.TrimPrefix(col, []byte(":")), []byte(":"))
		if len(dashes) == 0 || len(bytes.Trim(dashes, "-")) > 0 {
			return nil
		}
		switch {
		case left && right:
			out = append(out, east.AlignCenter)
		case left:
			out = append(out, east.AlignLeft)
		case right:
			out = append(out, east.AlignRight)
		default:
			out = append(out, east.AlignNone)
		}
	}
	if !bars && len(out) < 2 {
		return nil
	}
	return out
}

// splitRow cuts a row at its unescaped bars.
func splitRow(row []byte) (cells [][]byte) {
	row = bytes.TrimPrefix(bytes.TrimSpace(row), []byte("|"))
	for from, at := 0, 0; ; at++ {
		for at < len(row) && row[at] != '|' {
			if row[at] == '\\' && at+1 < len(row) && util.IsPunct(row[at+1]) {
				at++
			}
			at++
		}
		if at >= len(row) && from >= len(row) && len(cells) > 0 {
			return cells
		}
		cells = append(cells, bytes.TrimSpace(row[from:min(at, len(row))]))
		if at >= len(row) {
			return cells
		}
		from = at + 1
	}
}
