// This file owns which paragraphs are tables, and their rows and cells. It
// refuses to lay them out.

package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// tables finds GFM tables in paragraphs. Unlike goldmark's own it keeps the
// cells of a row that has more of them than the header: nothing is eaten.
type tables struct{}

// Transform implements parser.ParagraphTransformer.
func (tables) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	src, lines := reader.Source(), node.Lines()
	for i := 1; i < lines.Len(); i++ {
		delimiter := lines.At(i)
		alignments := parseDelimiter(delimiter.Value(src))
		if alignments == nil {
			continue
		}
		cells := splitRow(lines.At(i-1), src)
		if len(cells) != len(alignments) {
			return
		}
		table := east.NewTable()
		table.Alignments = alignments
		table.AppendChild(table, east.NewTableHeader(tableRow(cells, alignments)))
		for j := i + 1; j < lines.Len(); j++ {
			table.AppendChild(table, tableRow(splitRow(lines.At(j), src), alignments))
		}
		lines.SetSliced(0, i-1)
		node.Parent().InsertAfter(node.Parent(), node, table)
		if i == 1 {
			node.Parent().RemoveChild(node.Parent(), node)
		}
		return
	}
}

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
func splitRow(row text.Segment, src []byte) []text.Segment {
	row = row.TrimLeftSpace(src)
	row = row.TrimRightSpace(src)
	at, end := row.Start, row.Stop
	if at < end && src[at] == '|' {
		at++
	}
	var cells []text.Segment
	for from := at; ; at++ {
		for at < end && src[at] != '|' {
			if src[at] == '\\' && at+1 < end && util.IsPunct(src[at+1]) {
				at++
			}
			at++
		}
		if at >= end && from >= end && len(cells) > 0 {
			return cells
		}
		cell := text.NewSegment(from, min(at, end))
		cell = cell.TrimLeftSpace(src)
		cells = append(cells, cell.TrimRightSpace(src))
		if at >= end {
			return cells
		}
		from = at + 1
	}
}

// tableRow makes a row of cells, with empty ones where the header has more.
func tableRow(cells []text.Segment, alignments []east.Alignment) *east.TableRow {
	row := east.NewTableRow(alignments)
	for i := range max(len(cells), len(alignments)) {
		cell := east.NewTableCell()
		if i < len(alignments) {
			cell.Alignment = alignments[i]
		}
		if i < len(cells) && cells[i].Len() > 0 {
			cell.Lines().Append(cells[i])
		}
		row.AppendChild(row, cell)
	}
	return row
}
