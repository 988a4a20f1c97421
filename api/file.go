// This file owns how a file stands in the words around it, on every wire that
// sends text files as text. It refuses to judge what is text.

package api

import (
	"strings"
	"unicode"
)

// Framed returns the content of f, a text file, to stand among words: a line
// with its name, then the content between fences of backticks that are longer
// than any in it, so that no content, and no name, can pass for the words
// around it. The content is made valid UTF-8, without a byte order mark.
func (f File) Framed() string {
	text := strings.ToValidUTF8(strings.TrimPrefix(string(f.Data), "\ufeff"), "\ufffd")
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return "File " + onOneLine(f.Name) + ":\n" + fence + "\n" + text + fence
}

// longestRun returns how often b stands in a row in s, at most.
func longestRun(s string, b byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if run++; s[i] != b {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// onOneLine puts a space in the place of whatever may end a line.
func onOneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, name)
}
