// This file owns on what width of a text all terminals agree.

package sanitize

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// WidestWidth is how many cells s, styled or not, takes at most. Terminals that
// join no emoji, such as tmux, draw each character of a family or of a hand with a
// colour by itself; others leave the variation selector out.
func WidestWidth(s string) int {
	return max(ansi.StringWidth(s), ansi.StringWidthWc(s))
}

// WidestCluster is that of a grapheme cluster which takes w cells here. Terminals
// disagree only about more characters than one.
func WidestCluster(cluster string, w int) int {
	if len(cluster) <= utf8.UTFMax {
		return w
	}
	return max(w, WidestWidth(cluster))
}

// CertainWidth reports whether all terminals agree about the width of s: that
// it holds no emoji, no joined or combined characters, nothing ambiguous. What
// stands right of other text may not line up.
func CertainWidth(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x300 && r != 0xAD, r >= 0x370 && r < 0x483, r >= 0x2010 && r < 0x2028, // Latin, Greek, Cyrillic, dashes and quotes
			r >= 0x2039 && r < 0x203B, r == '▌', r >= 0x2190 && r < 0x2194, // what we draw ourselves
			r >= 0x3001 && r < 0x302A, r >= 0x3041 && r < 0x3097, r >= 0x30A1 && r < 0x3100, // CJK marks, kana
			r >= 0x4E00 && r < 0xA000, r >= 0xAC00 && r < 0xD7A4, r >= 0xFF01 && r < 0xFF61: // Han, Hangul, full width
		default:
			return false
		}
	}
	return true
}
