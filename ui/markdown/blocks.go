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
	Part      int   // of the document, where it begins
	Row, Rows int   // its rows among those of the part, as far as they are there and laid out; the name of its language too
	Line      int   // the line of the text where it begins, with its fence; from 0
	GoesOn    bool  // it began in an earlier part; no row names its language
	Columns   []int // of a table: the cells in which borders stand; nil where there are none

	// Of code:
	Language string // "" when it has none; then no row names it
	Text     string // as it was written, without fence and last newline
}

// Blocks returns the blocks whose rows are not simply text.
func (d *Document) Blocks() []Block {
	var blocks []Block
	line, read := 0, 0
	for i, p := range d.parts {
		for _, l := range p.leaves {
			b, ok := d.block(l)
			if !ok || l.goesOn() || p.laid && len(l.lines) == 0 {
				continue
			}
			if l.start > read {
				line += bytes.Count(d.text[read:l.start], []byte("\n"))
				read = l.start
			}
			b.Part, b.Line = i, line
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// PartBlocks returns what of such blocks is in a part, which is laid out; of their
// lines in the text it does not tell.
func (d *Document) PartBlocks(part int) []Block {
	var blocks []Block
	d.Rows(part)
	for _, l := range d.parts[part].leaves {
		if b, ok := d.block(l); ok && len(l.lines) > 0 {
			b.Part = part
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// block returns what a leaf is, if it is a block; of a segment the text is all of
// its block, unless it goes on with it.
func (d *Document) block(l *leaf) (Block, bool) {
	b := Block{GoesOn: l.goesOn(), Columns: l.columns}
	if l.in.laid {
		b.Row, b.Rows = l.row, len(l.lines)
	}
	all := l
	if l.of != nil && !b.GoesOn {
		all = l.of.leaf
	}
	switch l.kind {
	case leafFence:
		b.Text = strings.TrimSuffix(string(all.text(d.text)), "\n")
		b.Language = l.fence.language()
	case leafIndented:
		b.Text = strings.TrimRight(string(all.text(d.text)), " \t\n")
	case leafTable:
		b.Kind = Table
	case leafRule:
		b.Kind = Rule
	default:
		return Block{}, false
	}
	return b, true
}

// Blocks returns the blocks of a text; of their places, only Line is told.
func Blocks(text string) []Block {
	d := NewDocument(NewStyle(themes.Theme{}, Options{}))
	d.Extend(text)
	d.Lines(plainWidth)
	blocks := d.Blocks()
	for i := range blocks {
		blocks[i].Part, blocks[i].Row, blocks[i].Rows = 0, 0, 0
	}
	return blocks
}

// plainWidth is a width at which little is wrapped.
const plainWidth = 200
