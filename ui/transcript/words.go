// This file owns what a double click takes for a word: addresses and paths
// whole, ideographs by their run, anything else by its kind.

package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// glyphKind tells what belongs together.
type glyphKind int

const (
	glyphSpace glyphKind = iota
	glyphWord
	glyphIdeograph
	glyphMark // punctuation and pictures: each alone
)

// inWords are the marks that words and paths have inside.
const inWords = "@-./_~?&=%+#:'’"

func kindOf(cluster string) glyphKind {
	r, _ := utf8.DecodeRuneInString(cluster)
	switch {
	case strings.TrimSpace(cluster) == "":
		return glyphSpace
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー':
		return glyphIdeograph
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), strings.ContainsRune(inWords, r):
		return glyphWord
	}
	return glyphMark
}

// wordAt returns which glyphs make up the word in a cell of a row; none when
// nothing is there.
func wordAt(glyphs []glyph, row, cell int) (from, to int) {
	at := -1
	for i, g := range glyphs {
		if g.row == row && cell >= g.cell && cell < g.cell+g.width {
			at = i
		}
	}
	if at < 0 {
		return 0, 0
	}
	if from, to := addressAt(glyphs, at); to > from {
		return from, to
	}
	kind := kindOf(glyphs[at].text)
	if from, to = at, at+1; kind == glyphMark {
		return from, to
	}
	for from > 0 && kindOf(glyphs[from-1].text) == kind {
		from--
	}
	for to < len(glyphs) && kindOf(glyphs[to].text) == kind {
		to++
	}
	if kind == glyphWord {
		return trimMarks(glyphs, from, to, at)
	}
	return from, to
}

// trimMarks leaves out the marks at the ends of a word that belong to the
// sentence, unless that is where the person clicked.
func trimMarks(glyphs []glyph, from, to, at int) (int, int) {
	for to-1 > at && strings.Contains(".?:'’", glyphs[to-1].text) {
		to--
	}
	for from < at && strings.Contains(":?'’", glyphs[from].text) {
		from++
	}
	return from, to
}

// addressAt returns the web address that glyph at is part of; nothing when it is
// part of none.
func addressAt(glyphs []glyph, at int) (from, to int) {
	from, to = at, at
	for from > 0 && kindOf(glyphs[from-1].text) != glyphSpace {
		from--
	}
	for to < len(glyphs) && kindOf(glyphs[to].text) != glyphSpace {
		to++
	}
	var b strings.Builder
	starts := make([]int, 0, to-from)
	for _, g := range glyphs[from:to] {
		starts = append(starts, b.Len())
		b.WriteString(g.text)
	}
	begin, end := findAddress(b.String())
	for to = from + len(starts); to > from && starts[to-from-1] >= end; to-- {
	}
	for _, start := range starts {
		if start < begin {
			from++
		}
	}
	if at < from || at >= to {
		return 0, 0
	}
	return from, to
}

// findAddress returns where the first web address in a text without blanks
// stands; 0, 0 when there is none.
func findAddress(text string) (from, to int) {
	from = -1
	for _, scheme := range []string{"https://", "http://", "mailto:", "www."} {
		if i := strings.Index(text, scheme); i >= 0 && (from < 0 || i < from) {
			from = i
		}
	}
	if from < 0 {
		return 0, 0
	}
	address := text[from:]
	if i := strings.IndexAny(address, "<>\"`|"); i >= 0 {
		address = address[:i]
	}
	for {
		n := len(address)
		address = strings.TrimRight(address, ".,;:!?'*_’”、。，")
		for _, pair := range []string{"()", "[]", "{}", "「」", "（）"} {
			r, size := utf8.DecodeRuneInString(pair)
			shut := pair[size:]
			if strings.HasSuffix(address, shut) && strings.Count(address, shut) > strings.Count(address, string(r)) {
				address = strings.TrimSuffix(address, shut)
			}
		}
		if len(address) == n {
			return from, from + n
		}
	}
}
