package composer

// draft.go owns the text being written: where its characters, words and lines
// begin and end. It refuses to know how any of it looks; widths and rows are
// layout.go's.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// draft is text and the place in it where a person writes. The text is valid
// UTF-8 with \n for every newline, but for the marks of folds (fold.go). The
// place is a byte offset, never inside a mark.
type draft struct {
	text string
	at   int
}

// clean makes s fit for a draft: one kind of newline, and U+FFFD where bytes
// are no UTF-8 (as JSON would have it). Nothing else is touched.
func clean(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// cluster returns what a person takes for the first character of s: a grapheme
// cluster, a newline, or the mark of a fold. s is not empty.
func cluster(s string) string {
	switch {
	case s[0] == foldByte:
		return s[:foldLen]
	case s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf):
		return s[:1]
	}
	if r, n := utf8.DecodeRuneInString(s); alone(r) {
		if next, _ := utf8.DecodeRuneInString(s[n:]); n == len(s) || alone(next) {
			return s[:n]
		}
	}
	c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if i := strings.IndexByte(c, foldByte); i > 0 {
		return c[:i]
	}
	return c
}

// replace puts s in the place of text[from:to] and goes behind it.
func (d *draft) replace(from, to int, s string) {
	d.text = d.text[:from] + s + d.text[to:]
	d.at = from + len(s)
}

// next returns the offset behind the character at offset i.
func (d *draft) next(i int) int {
	if i >= len(d.text) {
		return len(d.text)
	}
	return i + len(cluster(d.text[i:]))
}

// prev returns the offset of the character before offset i.
func (d *draft) prev(i int) int {
	if i <= 0 {
		return 0
	}
	starts := d.starts(i)
	return starts[len(starts)-1]
}

// starts returns where the characters before offset i begin, as far back as it
// had to look: at least one. Clusters can only be read forwards, from a place
// that is certainly between two of them.
func (d *draft) starts(i int) []int {
	p := i - 1
	for p > 0 && !d.between(p) {
		p--
	}
	var starts []int
	for p < i {
		starts = append(starts, p)
		p = d.next(p)
	}
	return starts
}

func (d *draft) between(i int) bool {
	if d.text[i] == foldByte || !utf8.RuneStart(d.text[i]) {
		return d.text[i] == foldByte
	}
	before, _ := utf8.DecodeLastRuneInString(d.text[:i])
	r, _ := utf8.DecodeRuneInString(d.text[i:])
	return alone(before) && alone(r)
}

// firstWide is the first of the runes of alone that take two cells.
const firstWide = 0x3001

// alone holds for runes of which any two, one behind the other, are two
// characters: most letters of the scripts that are written most. It saves
// asking for what any other rune joins, which takes longer.
func alone(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return true
	case r < firstWide:
		return r >= 0xC0 && r < 0x300 || r >= 0x391 && r <= 0x3A1 || r >= 0x3A3 && r <= 0x3FF || r >= 0x400 && r <= 0x482 ||
			r >= 0x48A && r <= 0x52F || r >= 0x5D0 && r <= 0x5EA || r >= 0x620 && r <= 0x64A
	}
	return r <= 0x3029 || r >= 0x3041 && r <= 0x3096 || r >= 0x30A0 && r <= 0x30FF ||
		r >= 0x3400 && r <= 0x4DBF || r >= 0x4E00 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0xFF01 && r <= 0xFF60
}

func (d *draft) lineStart(i int) int { return strings.LastIndexByte(d.text[:i], '\n') + 1 }

func (d *draft) lineEnd(i int) int {
	if n := strings.IndexByte(d.text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(d.text)
}

// wordLeft returns where the word at or before i begins, words being runs of
// characters for which in holds.
func (d *draft) wordLeft(i int, in func(string) bool) int {
	seen := false
	for i > 0 {
		for _, p := range slices.Backward(d.starts(i)) {
			word := in(d.text[p:i])
			if seen && !word {
				return i
			}
			seen = seen || word
			i = p
		}
	}
	return i
}

// wordRight returns where the word at or behind i ends.
func (d *draft) wordRight(i int, in func(string) bool) int {
	seen := false
	for i < len(d.text) {
		n := d.next(i)
		word := in(d.text[i:n])
		if seen && !word {
			break
		}
		seen = seen || word
		i = n
	}
	return i
}

// lettered holds for what alt+b, alt+f and alt+d take for a word.
func lettered(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	return c[0] == foldByte || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// solid holds for what ctrl+w takes for a word: anything but blanks.
func solid(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	return c[0] == foldByte || !unicode.IsSpace(r)
}
