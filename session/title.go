package session

// This file owns titles: one short line made of a prompt's words, or of its files.

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// titleCells is the width of the longest title, wordsCells of the first words.
const titleCells, wordsCells = 60, 120

// Title makes a session's title of its first prompt: its words on one line,
// at most 60 cells wide, cut at a word with "…", without the marks of headings
// and code fences. It is "" if the prompt has no words.
func Title(prompt string) string { return words(prompt, titleCells) }

// DraftWords are the first words of what is written and not sent, else the name of
// the first file that is attached to it; "": neither.
func (s Session) DraftWords() string {
	if w := words(s.Draft, wordsCells); w != "" {
		return w
	}
	for _, q := range s.Queue {
		if q.Draft && len(q.Files) > 0 {
			return words(q.Files[0].Name, wordsCells)
		}
	}
	return ""
}

// Title makes a session's title of m, its first prompt: of what it says, else of
// the names of its files. It is "" if there is neither.
func (m Message) Title() string {
	if t := Title(m.Content()); t != "" {
		return t
	}
	var names []string
	for _, p := range m.Parts {
		if p.File != nil {
			names = append(names, p.File.Name)
		}
	}
	return Title(strings.Join(names, ", "))
}

// mostRead bounds how much of a text is looked at for a line of its words: a
// flood of runes without width would go on for ever.
const mostRead = 4096

// words puts the first words of a text on one line of at most so many cells.
func words(text string, cells int) string {
	text = strings.TrimLeftFunc(text, apart)
	text = text[:min(len(text), mostRead)]
	if t := join(text, cells, unmark); t != "" {
		return t
	}
	return join(text, cells, func(line string) string { return line })
}

func join(text string, cells int, unmark func(line string) string) string {
	var (
		b    strings.Builder
		wide int
	)
	for line := range strings.Lines(text) {
		for word := range strings.FieldsFuncSeq(unmark(line), apart) {
			w := cellsOf(word)
			if b.Len() > 0 {
				w++
			}
			if wide+w > cells {
				return cut(b.String(), word, cells)
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strings.ToValidUTF8(word, "\uFFFD"))
			wide += w
		}
	}
	return b.String()
}

// cut ends the line before a word that does not fit, or within it if the line
// would be left more than half empty.
func cut(line, word string, cells int) string {
	left := cells - cellsOf(line) - 1 // for the …
	if left >= cells/2 {
		if line != "" {
			line, left = line+" ", left-1
		}
		for _, r := range word {
			w := runeCells(r)
			if w > left {
				break
			}
			line, left = line+string(r), left-w
		}
	}
	if left < 0 { // full to the last cell
		line = shorten(line, cells)
	}
	return strings.TrimRight(line, " ,;:.–—-\u200d") + "…"
}

// shorten makes room for a … at the end of a line that is full: it takes the
// last word, or the last rune if the line would be left more than half empty.
func shorten(line string, cells int) string {
	if i := strings.LastIndexByte(line, ' '); i >= 0 && cellsOf(line[:i]) >= cells/2 {
		return line[:i]
	}
	for cellsOf(line) >= cells {
		_, size := utf8.DecodeLastRuneInString(line)
		line = line[:len(line)-size]
	}
	return line
}

// unmark takes from a line the marks that Markdown begins it with.
func unmark(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
		return ""
	}
	rest := strings.TrimLeft(line, "#")
	if marks := len(line) - len(rest); marks == 0 || marks > 6 || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return line
	}
	return rest
}

func apart(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func cellsOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// runeCells is how many cells a terminal gives r, or more: what the terminal
// joins into one emoji is counted piece by piece.
func runeCells(r rune) int {
	if r == '\uFE0F' { // asks for the wide form of the rune before it
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
