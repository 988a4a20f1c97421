// This file owns when a text holds what a person looks for. It knows no screen.

package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is what a person looks for. A capital in it makes case count; a blank
// stands for any white space. The zero value is found nowhere.
type pattern struct {
	text  string // in lower case, where that does not count
	exact bool
	heads [2]string // the ways in which its first letter may be written
}

func newPattern(query string) pattern {
	p := pattern{text: strings.Join(strings.Fields(query), " ")}
	p.exact = strings.IndexFunc(p.text, unicode.IsUpper) >= 0
	if !p.exact {
		p.text = strings.Map(unicode.ToLower, p.text)
	}
	first, _ := utf8.DecodeRuneInString(p.text)
	if p.text == "" {
		return p
	}
	p.heads[0] = string(first)
	if upper := unicode.ToUpper(first); !p.exact && upper != first {
		p.heads[1] = string(upper)
	}
	return p
}

func (p *pattern) empty() bool { return p.text == "" }

// narrows reports whether only what holds q can hold p.
func (p *pattern) narrows(q pattern) bool {
	if q.empty() {
		return false
	}
	return p.exact == q.exact && strings.HasPrefix(p.text, q.text) || !q.exact && strings.HasPrefix(strings.ToLower(p.text), q.text)
}

// each yields where the pattern stands in text from a byte on, one place after
// the other, until yield returns false. With marks, the marks of markdown
// between its letters are passed over.
func (p *pattern) each(text string, from int, marks bool, yield func(begin, end int) bool) {
	next := [2]int{p.index(0, text, from), p.index(1, text, from)}
	for {
		k := 0
		if next[1] < next[0] {
			k = 1
		}
		begin := next[k]
		if begin >= len(text) {
			return
		}
		next[k] = p.index(k, text, begin+1)
		if begin < from {
			continue
		}
		if end := p.ends(text, begin, marks); end > 0 {
			if !yield(begin, end) {
				return
			}
			from = end
		}
	}
}

// count returns how often the pattern stands in text.
func (p *pattern) count(text string, marks bool) (n int) {
	if utf8.RuneCountInString(p.text) == 1 { // most of a long conversation holds it
		for _, head := range p.heads {
			if head != "" {
				n += strings.Count(text, head)
			}
		}
		return n
	}
	p.each(text, 0, marks, func(int, int) bool { n++; return true })
	return n
}

// index returns the first place from a byte on where the pattern may begin; the
// length of text where there is none.
func (p *pattern) index(head int, text string, from int) int {
	if p.heads[head] == "" || from >= len(text) {
		return len(text)
	}
	n := strings.Index(text[from:], p.heads[head])
	if n < 0 {
		return len(text)
	}
	return from + n
}

// ends returns the end of the pattern that begins at a byte; 0 when it does not.
func (p *pattern) ends(text string, at int, marks bool) int {
	for i, want := range p.text {
		var n int
		switch {
		case want == ' ':
			if marks {
				at += passable(text[at:])
			}
			n = len(text[at:]) - len(strings.TrimLeft(text[at:], " \n\t"))
		case i > 0 && marks:
			n = p.letter(text[at:], want)
			if skip := passable(text[at:]); n == 0 && skip > 0 {
				at += skip
				n = p.letter(text[at:], want)
			}
		default:
			n = p.letter(text[at:], want)
		}
		if n == 0 {
			return 0
		}
		at += n
	}
	return at
}

// letter returns how many bytes of text are the wanted letter.
func (p *pattern) letter(text string, want rune) int {
	r, n := utf8.DecodeRuneInString(text)
	if n > 0 && (r == want || !p.exact && unicode.ToLower(r) == want) {
		return n
	}
	return 0
}

// passable counts the marks of markdown at the start of text, a few at most.
func passable(text string) int {
	n := 0
	for n < min(len(text), 8) && strings.IndexByte("*_~`\\[", text[n]) >= 0 {
		n++
	}
	return n
}
