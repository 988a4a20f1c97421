// Package sanitize makes text that others wrote safe to draw.
//
// It owns one rule, product.md §8: which runes of a foreign text may reach a
// terminal. It runs where text leaves (cells, after markdown decoding; links;
// titles; the clipboard; print mode) and nowhere else: stored text stays exact.
// It refuses to interpret: an escape sequence is not recognised and skipped, it
// merely loses the control byte that made it one, so that its remains are seen.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s as it may be drawn over several lines: valid UTF-8 (an invalid
// byte becomes U+FFFD), lines ended by a single newline, tabs kept, and without
// control characters, bidirectional overrides and isolates, tag characters, and
// joiners or variation selectors that join or vary nothing. A carriage return
// is dropped wherever it stands: before a newline it is noise, alone it would
// let one text overwrite another. Text(Text(s)) == Text(s); clean text is
// returned as it is, without a copy.
func Text(s string) string { return clean(s, false) }

// Line returns s as it may be drawn in one line (titles, model names, errors):
// as [Text] does, with every newline, tab and line separator made a space.
func Line(s string) string { return clean(s, true) }

// clean is Text and Line; flat asks for one line.
func clean(s string, flat bool) string {
	i := plainPrefix(s, flat)
	if i == len(s) {
		return s
	}
	var (
		b    strings.Builder
		prev = lastRune(s[:i])
		from = 0 // s[from:i] is clean and not yet written
	)
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		out := r
		if r == utf8.RuneError && n == 1 {
			out = 0 // an invalid byte: replaced below
		}
		switch {
		case out == 0 && r != 0:
			b.WriteString(s[from:i])
			b.WriteRune(utf8.RuneError)
			from, prev = i+n, utf8.RuneError
		case flat && breaks(r):
			b.WriteString(s[from:i])
			b.WriteByte(' ')
			from, prev = i+n, ' '
		case forbidden(r) || misplaced(prev, r, s[i+n:]):
			b.WriteString(s[from:i])
			from = i + n
		default:
			prev = r
		}
		i += n
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// plainPrefix returns the length of the leading part of s that needs no look
// rune by rune: printable ASCII, and the newlines and tabs that may stay.
func plainPrefix(s string, flat bool) int {
	for i := range len(s) {
		c := s[i]
		if c < ' ' && (flat || c != '\n' && c != '\t') || c >= 0x7f {
			return i
		}
	}
	return len(s)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// breaks tells whether r starts a new line or column, which one line cannot hold.
func breaks(r rune) bool {
	return r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029'
}

// forbidden tells whether r is never drawn, wherever it stands.
func forbidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t'
	case r < 0x7f:
		return false
	case r <= 0x9f: // DEL and C1
		return true
	}
	return r >= 0x202a && r <= 0x202e || // embeddings and overrides
		r >= 0x2066 && r <= 0x2069 || // isolates
		r >= 0xe0000 && r <= 0xe007f // tags: text that nobody sees
}

// misplaced tells whether r is a joiner or variation selector that has nothing
// to join or to vary. prev is the last rune that was kept, rest what follows.
// The answer must not depend on runes that the output loses, else a second pass
// would see another text: hence only bases, which are always kept, count in rest.
func misplaced(prev, r rune, rest string) bool {
	switch {
	case r == '\u200d':
		if joins(prev) {
			return false
		}
		next, _ := utf8.DecodeRuneInString(rest)
		return !emoji(next) || !emoji(prev) && !varies(prev)
	case r == '\u200c':
		return !joins(prev)
	case varies(r):
		return prev <= ' ' || varies(prev) || prev == '\u200d' || prev == '\u200c' ||
			prev < 0x80 && !keycap(prev)
	}
	return false
}

// varies tells whether r is a variation selector.
func varies(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

// keycap tells whether r is one of the ASCII bases of emoji.
func keycap(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// emoji tells whether r can stand in an emoji sequence. The ranges are wider
// than Unicode's property: what they let through is a joiner between symbols.
func emoji(r rune) bool {
	switch {
	case r < 0xa9:
		return false
	case r >= 0x1f000 && r <= 0x1faff, r >= 0x2190 && r <= 0x2bff, r == 0x20e3:
		return true
	}
	switch r {
	case 0xa9, 0xae, 0x203c, 0x2049, 0x2122, 0x2139, 0x3030, 0x303d, 0x3297, 0x3299:
		return true
	}
	return false
}

// joining are the scripts whose letters change shape, or part, by a joiner.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Mandaic, unicode.Thaana,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
	unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
	unicode.Thai, unicode.Lao, unicode.Tibetan, unicode.Balinese, unicode.Javanese, unicode.Adlam,
	unicode.Hanifi_Rohingya, unicode.Phags_Pa, unicode.Manichaean, unicode.Psalter_Pahlavi, unicode.Sogdian,
}

// joins tells whether r belongs to a script that uses joiners.
func joins(r rune) bool {
	return r >= 0x0600 && unicode.IsOneOf(joining, r) || unicode.Is(unicode.Inherited, r) && unicode.Is(unicode.Mn, r) && !varies(r)
}
