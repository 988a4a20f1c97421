package markdown

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

const manyBlocks = "Look:\n\n```go\nfunc f() {\n\treturn\n}\n```\n\n- item\n\n  ```\n  a\tb\n  ```\n\n> quote\n> ~~~ sh\n> ls  \n>\n> ~~~\n\n" +
	"| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n    indented\n    \tmore\n\n1. `x`\n2. ```\n   open\n"

func TestBlocks(t *testing.T) {
	d := NewDocument(NewStyle(themes.Plain(), Options{}))
	d.Extend(manyBlocks)
	lines := strings.Split(manyBlocks, "\n")
	for _, width := range []int{80, 30, 12} {
		rows := d.Lines(width)
		blocks := d.Blocks()
		wants := []struct {
			kind                 BlockKind
			language, text, line string
			row                  string // what is in its first row
		}{
			{Code, "go", "func f() {\n\treturn\n}", "```go", "go"},
			{Code, "", "a\tb", "  ```", "a   b"},
			{Code, "sh", "ls  \n", "> ~~~ sh", "sh"},
			{Table, "", "", "| a | b |", "a"},
			{Rule, "", "", "---", "──"},
			{Code, "", "indented\n\tmore", "    indented", "indented"},
			{Code, "", "open", "2. ```", "open"},
		}
		if len(blocks) != len(wants) {
			t.Fatalf("width %d: %d blocks: %+v", width, len(blocks), blocks)
		}
		for i, want := range wants {
			b := blocks[i]
			if b.Kind != want.kind || b.Language != want.language || b.Text != want.text || lines[b.Line] != want.line {
				t.Errorf("width %d: block %d is %+v in line %q, want %+v", width, i, b, lines[b.Line], want)
			}
			if row := ansi.Strip(rows[d.parts[b.Part].at+b.Row].Text); !strings.Contains(row, want.row) {
				t.Errorf("width %d: block %d begins with the row %q", width, i, row)
			}
		}
	}
}
