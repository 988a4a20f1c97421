package composer

// draft.go owns the text being written: where its characters, words and lines
// begin and end. It refuses to know how any of it looks; widths and rows are
// layout.go's.

import (
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

// prev returns the offset of the character before offset i. It walks forward
// from a place that is certainly between two characters, since clusters can
// only be read in that direction.
func (d *draft) prev(i int) int {
	if i <= 0 {
		return 0
	}
	p := i - 1
	for p > 0 && !d.between(p) {
		p--
	}
	for p < i {
		n := d.next(p)
		if n >= i {
			break
		}
		p = n
	}
	return p
}

func (d *draft) between(i int) bool {
	return d.text[i] == foldByte || d.text[i-1] < utf8.RuneSelf && d.text[i] < utf8.RuneSelf
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
		p := d.prev(i)
		word := in(d.text[p:i])
		if seen && !word {
			break
		}
		seen = seen || word
		i = p
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
