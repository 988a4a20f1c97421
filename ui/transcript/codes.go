// This file owns the code blocks of the selected message: what they hold, and
// the numbers by which a person picks one. It refuses to copy.

package transcript

import (
	"strconv"

	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// CodeKeys are the keys of code blocks, in their order. Where there are more,
// blocks have numbers.
const CodeKeys = "123456789abcdefghijklmnopqrstuvwxyz"

// CodeName is what a person calls block i of n, both counted from 0 on.
func CodeName(i, n int) string {
	if n <= len(CodeKeys) {
		return CodeKeys[i : i+1]
	}
	return strconv.Itoa(i + 1)
}

// Codes returns what the code blocks of the selected message hold, as it was
// written: without fences and without the last newline.
func (t *Transcript) Codes() []string {
	var codes []string
	for _, b := range t.codeBlocks() {
		codes = append(codes, b.Text)
	}
	return codes
}

// NumberCodes shows the keys of the code blocks beside them, or no longer.
func (t *Transcript) NumberCodes(on bool) { t.numbered = on }

// codeBlocks are those of the selected message. Of an answer in its own look
// they are told with their rows.
func (t *Transcript) codeBlocks() []markdown.Block {
	var all, codes []markdown.Block
	switch e := t.Selected().(type) {
	case *User:
		all = markdown.Blocks(e.Text)
	case *Answer:
		if t.raw || t.width == 0 {
			all = markdown.Blocks(e.Text())
			break
		}
		t.lay(t.selected)
		if e.answer.doc != nil {
			all = e.answer.doc.Blocks()
		}
	}
	for _, b := range all {
		if b.Kind == markdown.Code && b.Text != "" {
			codes = append(codes, b)
		}
	}
	return codes
}

// paintNumbers shows in the frame the keys of the code blocks.
func (t *Transcript) paintNumbers(top place) {
	if !t.numbered || t.Selected() == nil {
		return
	}
	s := t.lay(t.selected).section(anchor{section: sectionText})
	if s == nil {
		return
	}
	blocks, key := t.codeRows(s), 0
	above := func(b *markdown.Block, p point) bool { // b ends above p
		return b.Part < p.part || b.Part == p.part && b.Row+b.Rows <= p.row
	}
	badge := lipgloss.NewStyle().Reverse(true).Bold(true)
	t.eachRow(top, len(t.frame), func(y int, p point, _ *section, _ markdown.Line) {
		if p.entry != t.selected || p.section != sectionText {
			return
		}
		for key < len(blocks) && above(&blocks[key], p) {
			key++ // it is above the screen
		}
		if key == len(blocks) || p.part < blocks[key].Part || p.row < blocks[key].Row {
			return
		}
		label := ansi.Truncate("["+CodeName(key, len(blocks))+"]", t.width, "")
		rest := ansi.Cut(t.frame[y], len(label), max(len(label), ansi.StringWidth(t.frame[y])))
		t.frame[y] = badge.Render(label) + rest
		key++
	})
}

// codeRows returns the code blocks with their rows.
func (t *Transcript) codeRows(s *section) []markdown.Block {
	blocks := t.codeBlocks()
	row, line := 0, 0
	if s.doc != nil {
		return blocks
	}
	rows := s.rows()
	for i := range blocks {
		b := &blocks[i]
		for ; row < len(rows) && line < b.Line; row++ { // a line of it is one on the screen
			if !rows[row].Soft {
				line++
			}
		}
		b.Row, b.Rows = row, 1
	}
	return blocks
}
