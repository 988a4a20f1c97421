// This file owns where the blocks of a document stand among its rows, for those
// who copy. It refuses to copy.

package markdown

import (
	"bytes"
	"strings"

	"github.com/aimlchat/aimlchat/themes"
)

// BlockKind is what a [Block] is.
type BlockKind int

// The kinds of blocks whose rows are not simply text.
const (
	Code  BlockKind = iota
	Table           // columns, or a list of records where they do not fit
	Rule            // a line across
)

// Block is a block of a document.
type Block struct {
	Kind      BlockKind
	Row, Rows int // its rows among those that Lines returned, the name of its language too
	Line      int // the line of the text where it begins, with its fence; from 0

	// Of code:
	Language string // "" when it has none; then no row names it
	Text     string // as it was written, without fence and last newline
}

// Blocks returns the blocks whose rows are not simply text. It belongs to what
// [Document.Lines] returned last.
func (d *Document) Blocks() []Block {
	var blocks []Block
	row, line, read := 0, 0, 0
	for _, leaves := range [][]*leaf{d.closed, d.tail} {
		for _, l := range leaves {
			if len(l.lines) == 0 {
				continue
			}
			if l.gap && row > 0 {
				row++
			}
			if b, ok := d.block(l); ok {
				if l.start > read {
					line += bytes.Count(d.text[read:l.start], []byte("\n"))
					read = l.start
				}
				b.Row, b.Rows, b.Line = row, len(l.lines), line
				blocks = append(blocks, b)
			}
			row += len(l.lines)
		}
	}
	return blocks
}

func (d *Document) block(l *leaf) (Block, bool) {
	switch l.kind {
	case leafFence:
		text := strings.TrimSuffix(string(l.text(d.text)), "\n")
		return Block{Kind: Code, Language: l.fence.language(), Text: text}, true
	case leafIndented:
		return Block{Kind: Code, Text: strings.TrimRight(string(l.text(d.text)), " \t\n")}, true
	case leafTable:
		return Block{Kind: Table}, true
	case leafRule:
		return Block{Kind: Rule}, true
	}
	return Block{}, false
}

// Blocks returns the blocks of a text; of their places, only Line is told.
func Blocks(text string) []Block {
	d := NewDocument(NewStyle(themes.Theme{}, Options{}))
	d.Extend(text)
	d.Lines(plainWidth)
	blocks := d.Blocks()
	for i := range blocks {
		blocks[i].Row, blocks[i].Rows = 0, 0
	}
	return blocks
}

// plainWidth is a width at which little is wrapped.
const plainWidth = 200
