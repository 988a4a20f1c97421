// This file owns the raw look of answers: their markdown as the model wrote it,
// every blank and mark in its place, wrapped. It refuses to read markdown.

package transcript

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// ToggleRaw shows answers as they were written, or drawn again, and reports
// which. The words at the top of the screen stay there.
func (t *Transcript) ToggleRaw() bool {
	if t.follow || t.width == 0 || t.anchor.entry >= len(t.entries) {
		t.raw = !t.raw
		return t.raw
	}
	t.setAnchor(t.top())
	a, is := t.entries[t.anchor.entry].(*Answer)
	s := t.lay(t.anchor.entry).section(t.anchor)
	if !is || s == nil || s.kind != sectionText {
		t.raw = !t.raw
		return t.raw
	}
	from, to := a.extent(s)
	here := wordsOf(s.rows())
	key := here.from(t.anchor.line)
	at := from + scale(here.at(t.anchor.line), len(here.text), to-from)
	t.raw = !t.raw
	t.anchor.at = nil
	ss := t.lay(t.anchor.entry)
	for i := range ss {
		s := &ss[i]
		if from, to = a.extent(s); s.kind == sectionText && from <= at && (at < to || to == len(a.Text())) {
			there, text := wordsOf(s.rows()), a.Text()
			guess := scale(lettersOf(text[from:at]), lettersOf(text[from:to]), len(there.text))
			t.anchor.part, t.anchor.line = s.part, there.line(key, guess)
			break
		}
	}
	return t.raw
}

// extent is from where to where the text of a section is that of the answer.
func (a *Answer) extent(s *section) (from, to int) {
	to = len(a.Text())
	if s.doc == nil {
		return 0, to
	}
	from = min(s.doc.Offset(s.part), to)
	return from, min(max(from, s.doc.Offset(s.part+1)), to)
}

// scale is what n of all is of another whole.
func scale(n, all, whole int) int { return n * whole / max(1, all) }

// rawText is a growing text in rows. Those that more text can't change are kept.
type rawText struct {
	style *style
	width int
	taken int // bytes of the text before the first row that may change
	rows  []markdown.Line
	final int // rows[:final] are of text[:taken]
}

func (r *rawText) lines(st *style, text string, width int) []markdown.Line {
	if r.style != st || r.width != width {
		*r = rawText{style: st, width: width}
	}
	r.rows = r.rows[:r.final]
	for {
		line, _, more := strings.Cut(text[r.taken:], "\n")
		end := r.taken + len(line) + 1
		r.wrap(line)
		if !more {
			return r.rows
		}
		r.taken, r.final = end, len(r.rows)
	}
}

// wrap appends the rows of a line, or of what is left of it. All rows but the
// last are final: text that follows can't change them.
func (r *rawText) wrap(line string) {
	shown := strings.TrimSuffix(line, "\r")
	clean := strings.ReplaceAll(sanitize.Text(shown), "\t", "    ")
	rest, used := clean, 0
	for {
		row, next, space := firstRow(rest, r.width)
		soft := next != "" || space
		r.rows = append(r.rows, markdown.Line{Text: paintRaw(r.style, row), Soft: soft, Space: space})
		if !soft {
			break
		}
		used += len(rest) - len(next)
		rest = next
	}
	if clean == line && used > 0 { // its bytes are those of the text, and the last row begins here
		r.taken, r.final = r.taken+used, len(r.rows)-1
	}
}

func paintRaw(st *style, row string) string {
	if row == "" {
		return ""
	}
	return st.text.Render(row)
}

// firstRow cuts off what fits into a row, at the last blank if there is one.
// That blank is left out, and no other.
func firstRow(text string, width int) (row, rest string, space bool) {
	cells, blank := 0, -1
	for at, state := 0, byte(0); at < len(text); {
		seq, w, n, next := ansi.DecodeSequence(text[at:], state, nil)
		if cells+w > width && seq == " " && at > 0 {
			return text[:at], text[at+n:], true
		}
		if cells+w > width && at > 0 {
			if blank > 0 {
				return text[:blank], text[blank+1:], true
			}
			return text[:at], text[at:], false
		}
		if seq == " " && strings.Trim(text[:at], " ") != "" { // not of the indent
			blank = at
		}
		at, cells, state = at+n, cells+w, next
	}
	return text, "", false
}

// words is the letters and digits of lines, in which a text and its picture are
// alike.
type words struct {
	text   string
	starts []int // of the lines in text
}

func wordsOf(lines []markdown.Line) words {
	var b strings.Builder
	w := words{starts: make([]int, len(lines))}
	for i := range lines {
		w.starts[i] = b.Len()
		for _, r := range ansi.Strip(lines[i].Text) {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
	}
	w.text = b.String()
	return w
}

// at is where a line begins.
func (w words) at(line int) int {
	if line >= len(w.starts) {
		return len(w.text)
	}
	return w.starts[line]
}

// from is the words with which a line begins.
func (w words) from(line int) string {
	at := w.at(line)
	return w.text[at:min(len(w.text), at+longestKey)]
}

// longestKey is how many bytes of words are looked for.
const longestKey = 32

// line returns the line that says what key does. Where the same words stand
// several times, it is the one nearest to a guess.
func (w words) line(key string, guess int) int {
	for n := longestKey; n >= 8; n /= 2 {
		if found := nearest(w.text, key[:min(len(key), n)], guess); found >= 0 {
			guess = found
			break
		}
	}
	return max(0, sort.Search(len(w.starts), func(i int) bool { return w.starts[i] > guess })-1)
}

// lettersOf is how many bytes of words are in a text.
func lettersOf(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n += utf8.RuneLen(r)
		}
	}
	return n
}

// nearest returns where key stands in text, the place nearest to guess; -1 when
// it does not.
func nearest(text, key string, guess int) int {
	if key == "" {
		return len(text)
	}
	best := -1
	for at := 0; ; at++ {
		n := strings.Index(text[at:], key)
		if n < 0 {
			return best
		}
		if at += n; best < 0 || max(at-guess, guess-at) < max(best-guess, guess-best) {
			best = at
		}
	}
}
