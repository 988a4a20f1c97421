// This file owns code blocks: fences, their lines, their division into chunks
// that are coloured once. It refuses to know languages.

package markdown

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// chunkLines is how many complete lines are coloured together. More would show
// truer colours in constructs over many lines, and cost more per frame. The last
// lines of a block that is still open are coloured one by one until they fill a
// chunk: every line is coloured twice at most, however slowly it arrives.
const chunkLines = 10

// chunkBytes is how many bytes a chunk has at most, and a line that is coloured:
// what some lexers cost grows with the square of it, and can't be interrupted.
const chunkBytes = 512

// codeIndent sets code apart. It is an indent, not a bar, so that what a
// terminal selects is code.
const codeIndent = "  "

// codeBlock draws code below what its fence says about it. What laid holds is not
// done again.
func (r *renderer) codeBlock(l *leaf, body []byte, laid *laid) {
	defer r.codeMargin()()
	language, open := l.fence.language(), l.open
	inLine := l.mid && laid.used == 0
	if laid.used == 0 {
		laid.code = laidCode{at: l.at.clone()}
		if !l.goesOn() {
			r.codeName(l.fence.info)
			laid.code.at = newContext(language)
		}
		laid.code.lines = r.page.lines
	}
	r.page.resume(laid.code.lines)
	r.catchUp(laid.code.later)
	at := laid.code.at.clone()
	mid := laid.code.flow
	for pos := laid.used; pos < len(body); {
		if inLine || mid != nil || isLong(body[pos:]) || r.end.soft && bytes.IndexByte(body[pos:], '\n') < 0 {
			pos, mid, inLine = r.longLine(body, pos, open, laid, mid), nil, false
			continue
		}
		n, whole := nextChunk(body[pos:], open)
		if r.draft {
			r.plainChunk(language, body[pos:pos+n], whole, &at)
		} else {
			r.codeChunk(language, body[pos:pos+n], whole, &at)
		}
		pos += n
		if whole && open {
			laid.used, laid.code = pos, laidCode{at: at.clone(), lines: r.page.lines, later: slices.Clip(r.later)}
		}
	}
	l.later = r.later
}

// codeMargin opens the margin of code and returns what closes it.
func (r *renderer) codeMargin() (outdent func()) {
	indent := span{text: codeIndent}
	r.page.indent(indent, indent, true)
	return r.page.outdent
}

func (r *renderer) codeName(info string) {
	if info != "" {
		r.page.verbatim([]span{{text: sanitize.Line(info), look: r.style.muted}})
	}
}

func (r *renderer) codeChunk(language string, chunk []byte, whole bool, at *context) {
	for _, line := range r.code.lines(language, string(chunk), whole, at) {
		r.page.verbatim(line)
	}
}

// nextChunk returns the length of the first chunk of code, and whether it is
// there to stay: chunkLines complete lines, fewer where more had over chunkBytes, or
// what is left of them in a block that has ended. A line that is not complete, or
// long, stands alone.
func nextChunk(code []byte, open bool) (n int, whole bool) {
	first := 0
	for line := range chunkLines {
		i := bytes.IndexByte(code[n:], '\n')
		switch {
		case line > 0 && (n+i >= chunkBytes || isLong(code[n:])):
			return n, true
		case i >= 0:
			n += i + 1
		case n == 0:
			return len(code), !open
		case open:
			return first, false
		default:
			return n, true
		}
		if line == 0 {
			first = n
		}
	}
	return n, true
}

// isLong tells whether the first line of code is too long for colours.
func isLong(code []byte) bool {
	return len(code) > chunkBytes && bytes.IndexByte(code[:chunkBytes], '\n') < 0
}

// longPiece is how many bytes of a long line are laid out at once.
const longPiece = 2 << 10

// longLine lays out a line that is too long for colours, from pos on and as much
// as there is, and returns where it ends. What cannot change is laid out for
// good; mid is where an earlier call left off in the line.
func (r *renderer) longLine(body []byte, pos int, open bool, laid *laid, mid *flow) int {
	f, col := newFlow(r.page), 0
	f.exact = true
	if mid != nil {
		f, col = mid.clone(r.page), laid.code.column
		r.page.goesOn = mid.goesOn
	}
	end, complete := len(body), false
	if i := bytes.IndexByte(body[pos:], '\n'); i >= 0 {
		end, complete = pos+i, true
	}
	for pos < end {
		n := pieceEnd(body[pos:end])
		var text string
		text, col = plainCode(string(body[pos:pos+n]), col)
		f.feed([]span{{text: text, look: r.style.syntax[roleText]}})
		pos += n
		if open && n < end-pos+n {
			laid.used, laid.code.flow, laid.code.column, laid.code.lines = pos, f.clone(r.page), col, r.page.lines
			laid.code.flow.keep(r.page)
			laid.code.later = slices.Clip(r.later)
		}
	}
	if !complete {
		f.finishAs(r.end)
		return pos
	}
	f.finish()
	if open {
		laid.used, laid.code = pos+1, laidCode{at: laid.code.at, lines: r.page.lines, later: slices.Clip(r.later)}
	}
	return pos + 1
}

// pieceEnd returns how much of a long line is laid out next: never a part of a
// character.
func pieceEnd(line []byte) int {
	if len(line) < longPiece+utf8.UTFMax {
		return len(line)
	}
	for n := longPiece; n > longPiece/2; n-- {
		if utf8.RuneStart(line[n]) && !combines(line[n:]) {
			return n
		}
	}
	return longPiece
}

// plainCode returns code without colours, from a column on, and the column
// after it.
func plainCode(code string, col int) (string, int) {
	text := expandTabs(strings.Repeat("x", col%4) + sanitize.Text(code))[col%4:]
	return text, col + ansi.StringWidth(text)
}

// fence is the opening line of a fenced code block.
type fence struct {
	mark   byte
	length int
	indent int
	info   string
}

// parseFence reads the opening of a fence.
func parseFence(rest []byte) (fence, bool) {
	if len(rest) < 3 || rest[0] != '`' && rest[0] != '~' {
		return fence{}, false
	}
	n := len(rest) - len(bytes.TrimLeft(rest, string(rest[:1])))
	info := bytes.TrimSpace(rest[n:])
	if n < 3 || rest[0] == '`' && bytes.IndexByte(info, '`') >= 0 {
		return fence{}, false
	}
	return fence{mark: rest[0], length: n, info: decode(info)}, true
}

// closedBy tells whether a line, without the white space at its start, ends the
// block.
func (f fence) closedBy(rest []byte) bool {
	rest = bytes.TrimRight(rest, " \t")
	return len(rest) >= f.length && f.only(rest)
}

// closing tells whether a line that is still arriving may become the end of the
// block: it is not shown, since it would vanish again.
func (f fence) closing(rest []byte) bool { return len(rest) > 0 && f.only(rest) }

func (f fence) only(rest []byte) bool { return len(bytes.Trim(rest, string([]byte{f.mark}))) == 0 }

// language returns the first word of the info string.
func (f fence) language() string {
	if words := strings.Fields(f.info); len(words) > 0 {
		return words[0]
	}
	return ""
}

// laidCode is the part of a block of code that is laid out for good.
type laidCode struct {
	at     context
	lines  []Line
	later  []*uncoloured
	flow   *flow // inside a line that is too long for colours
	column int
}

// fenced draws a fenced block, closed or still open.
func (r *renderer) fenced(l *leaf, body []byte, laid *laid) {
	if len(body) == 0 {
		if l.fence.info != "" {
			defer r.codeMargin()()
			r.codeName(l.fence.info)
		} else if len(l.path) > 0 {
			r.page.text(nil)
		}
		return
	}
	r.codeBlock(l, body, laid)
}

// indented draws code that is told by its indent. Blank lines at its end are
// none of it.
func (r *renderer) indented(l *leaf, body []byte, laid *laid) {
	if l.isDone() {
		r.codeBlock(l, body, laid)
		return
	}
	n := len(bytes.TrimRight(body, " \t\n"))
	if i := bytes.IndexByte(body[n:], '\n'); i >= 0 {
		n += i + 1
	} else {
		n = len(body)
	}
	r.codeBlock(l, body[:n], laid)
}
