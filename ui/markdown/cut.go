// This file owns where a long running text may be cut: at a space or between
// two letters where no emphasis, link, code, tag or formula is open. It reads
// only as far as it must, and takes what it cannot be sure of for open; after
// too long a stretch it cuts all the same, so that no text costs more than its
// length. It refuses to parse.

package markdown

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

const (
	shortestStretch = 200
	// longestStretch is also how far an end of something open is looked for.
	longestStretch = 2000
)

// cutter looks for the first cut in a text.
type cutter struct {
	text  []byte
	at    int
	open  [3]int   // characters of open emphasis: * _ ~
	outer [][3]int // the same, where brackets and tags began
}

// cut returns the length of the first stretch of text, and that of the white
// space after it; 0 when the text must stay in one piece for now. The answer
// stays when more text comes.
func cut(text []byte) (n, gap int) {
	text = text[:min(len(text), longestStretch+utf8.UTFMax)] // the decision needs no more
	c := cutter{text: text}
	for c.at < min(len(text), longestStretch) {
		if c.at >= shortestStretch && len(c.outer) == 0 && c.open == [3]int{} {
			if gap, ok := gapAt(text, c.at); ok {
				return c.at, gap
			}
		}
		if !c.step() {
			break
		}
	}
	if len(text) < longestStretch+utf8.UTFMax {
		return 0, 0
	}
	return forced(text)
}

// forced returns the last place to cut in a stretch in which something is open
// all the time.
func forced(text []byte) (n, gap int) {
	for at := longestStretch; at > longestStretch/2; at-- {
		if gap, ok := gapAt(text, at); ok && gap > 0 {
			return at, gap
		}
	}
	for at := longestStretch; at > longestStretch/2; at-- {
		if utf8.RuneStart(text[at]) && !combines(text[at:]) {
			return at, 0
		}
	}
	for at := longestStretch; ; at-- {
		if utf8.RuneStart(text[at]) || at == longestStretch/2 {
			return at, 0
		}
	}
}

// combines tells whether a text starts with what may belong to the character
// before it, or with what a bracket or a mark was about to escape.
func combines(text []byte) bool {
	r, _ := utf8.DecodeRune(text)
	return r >= 0x80 && (unicode.In(r, unicode.M, unicode.Cf) || r >= 0x1f1e6 && r <= 0x1f1ff || r >= 0x1f3fb && r <= 0x1f3ff) ||
		r >= 0x1100 && r < 0x1200 || r == utf8.RuneError
}

// gapAt tells whether a text may be cut at a place, and how much white space is
// there.
func gapAt(text []byte, at int) (gap int, ok bool) {
	rest := text[at:]
	before := text[at-1]
	switch rest[0] {
	case ' ', '\n':
		n := bytes.IndexFunc(rest, func(r rune) bool { return r != ' ' && r != '\n' })
		return n, n > 0 && rest[n] != '\t' && before != '\\' && before != ' ' && before != '\t' && before != '\n' &&
			utf8.FullRune(rest[n:]) && !combines(rest[n:])
	}
	if before < utf8.RuneSelf || !utf8.RuneStart(rest[0]) || len(rest) < utf8.UTFMax {
		return 0, false
	}
	last, _ := utf8.DecodeLastRune(text[:at])
	next, _ := utf8.DecodeRune(rest)
	return 0, ideograph(last) && ideograph(next)
}

// ideograph tells whether a row may break on both sides of r, and r never joins
// what stands beside it.
func ideograph(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa
}

// step moves over the next thing; false: what it is cannot be told yet.
func (c *cutter) step() bool {
	rest := c.text[c.at:]
	switch b := rest[0]; b {
	case '\\':
		return c.escape(rest)
	case '`':
		n := runLength(rest)
		return c.until(rest, n, rest[:n])
	case '$':
		return c.dollars(rest)
	case '*', '_', '~':
		return c.emphasis(rest, b)
	case '[':
		c.outer = append(c.outer, c.open)
		c.at++
	case '<':
		if len(rest) > 1 && (isLetter(rest[1]) || rest[1] == '/' || rest[1] == '!' || rest[1] == '?') {
			if bytes.IndexByte(rest, '>') < 0 {
				return false
			}
			c.outer = append(c.outer, c.open)
		}
		c.at++
	case ']', '>':
		c.leave()
		c.at++
		if b == ']' && c.at < len(c.text) && c.text[c.at] == '(' {
			return c.destination()
		}
	default:
		c.at++
	}
	return true
}

// leave ends a bracket or a tag. What was open before it may be open still.
func (c *cutter) leave() {
	if n := len(c.outer); n > 0 {
		for i, was := range c.outer[n-1] {
			c.open[i] = max(c.open[i], was)
		}
		c.outer = c.outer[:n-1]
	}
}

// destination moves over the address of a link.
func (c *cutter) destination() bool {
	depth := 0
	for i := c.at; i < len(c.text); i++ {
		switch c.text[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				c.at = i + 1
				return true
			}
		}
	}
	return false
}

func (c *cutter) escape(rest []byte) bool {
	if len(rest) < 2 {
		return false
	}
	switch rest[1] {
	case '(':
		return c.until(rest, 2, []byte(`\)`))
	case '[':
		return c.until(rest, 2, []byte(`\]`))
	}
	if end := environmentEnd(rest); end != "" {
		return c.until(rest, 2, []byte(end))
	}
	if begins(rest) {
		return false
	}
	c.at += 2
	if rest[1] >= utf8.RuneSelf || rest[1] == '\n' {
		c.at--
	}
	return true
}

// begins tells whether what has arrived at the end of a text may become the
// beginning of an environment.
func begins(rest []byte) bool {
	const mark = `\begin{`
	n := min(len(rest), len(mark))
	return string(rest[:n]) == mark[:n] && len(rest) < len(mark)+longestEnvironment+2 && bytes.IndexByte(rest, '}') < 0
}

// until moves behind the next closing mark.
func (c *cutter) until(rest []byte, from int, mark []byte) bool {
	for {
		i := bytes.Index(rest[from:], mark)
		if i < 0 {
			return false
		}
		end := from + i + len(mark)
		if mark[0] != '`' {
			c.at += end
			return true
		}
		if end == len(rest) { // more backticks may come
			return false
		}
		from += i
		n := runLength(rest[from:])
		if from += n; n == len(mark) {
			c.at += from
			return true
		}
	}
}

func (c *cutter) dollars(rest []byte) bool {
	if len(rest) < 2 {
		return false
	}
	if rest[1] == '$' {
		return c.until(rest, 2, []byte("$$"))
	}
	line, _, whole := bytes.Cut(rest, []byte("\n"))
	if n := dollars(line); n > 0 && n < len(rest) {
		c.at += n
		return true
	}
	if !whole && !priced(line) {
		return false
	}
	c.at++
	return true
}

// priced tells whether the dollar at the start of line opens no formula,
// whatever comes.
func priced(line []byte) bool {
	return len(line) > 1 && (line[1] == ' ' || line[1] == '\t') || len(line) >= longestFormula || closesBadly(line)
}

// emphasis counts a run of marks.
func (c *cutter) emphasis(rest []byte, mark byte) bool {
	n := runLength(rest)
	if !utf8.FullRune(rest[n:]) {
		return false
	}
	before, _ := utf8.DecodeLastRune(c.text[:c.at])
	after, _ := utf8.DecodeRune(rest[n:])
	if c.at == 0 {
		before = ' '
	}
	left := !unicode.IsSpace(after) && (!punct(after) || unicode.IsSpace(before) || punct(before))
	right := !unicode.IsSpace(before) && (!punct(before) || unicode.IsSpace(after) || punct(after))
	opens, closes := left, right
	if mark == '_' {
		opens, closes = left && (!right || punct(before)), right && (!left || punct(after))
	}
	i := bytes.IndexByte([]byte("*_~"), mark)
	free := n
	if closes {
		took := min(n, c.open[i])
		c.open[i] -= took
		free -= took
	}
	if opens {
		c.open[i] += free
	}
	c.at += n
	return true
}

func punct(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// runLength returns how often text repeats its first byte at its start.
func runLength(text []byte) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	return n
}
