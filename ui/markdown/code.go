// This file owns code blocks: fences, their lines, their division into chunks
// that are coloured once. It refuses to know languages.

package markdown

import (
	"bytes"
	"strings"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// chunkLines is how many complete lines are coloured together. More would show
// truer colours in constructs over many lines, and cost more per frame. The last
// lines of a block that is still open are coloured one by one until they fill a
// chunk: every line is coloured twice at most, however slowly it arrives.
const chunkLines = 10

// codeIndent sets code apart. It is an indent, not a bar, so that what a
// terminal selects is code.
const codeIndent = "  "

// codeBlock draws code that has ended, below the name of its language.
func (r *renderer) codeBlock(language string, code []byte) {
	if language == "" && len(code) == 0 {
		r.page.text(nil)
		return
	}
	defer r.codeMargin()()
	r.codeName(language)
	at := newContext(language)
	for len(code) > 0 {
		n, _ := nextChunk(code, false)
		r.codeChunk(language, code[:n], true, &at)
		code = code[n:]
	}
}

// codeMargin opens the margin of code and returns what closes it.
func (r *renderer) codeMargin() (outdent func()) {
	indent := span{text: codeIndent}
	r.page.indent(indent, indent, true)
	return r.page.outdent
}

func (r *renderer) codeName(language string) {
	if language != "" {
		r.page.verbatim([]span{{text: sanitize.Line(language), look: r.style.muted}})
	}
}

func (r *renderer) codeChunk(language string, chunk []byte, whole bool, at *context) {
	for _, line := range r.code.lines(language, string(chunk), whole, at) {
		r.page.verbatim(line)
	}
}

// nextChunk returns the length of the first chunk of code, and whether it is
// there to stay: chunkLines complete lines, or what is left of them in a block
// that has ended. A line that is not complete stands alone.
func nextChunk(code []byte, open bool) (n int, whole bool) {
	first := 0
	for line := range chunkLines {
		i := bytes.IndexByte(code[n:], '\n')
		switch {
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

// fence is the opening line of a fenced code block.
type fence struct {
	mark   byte
	length int
	indent int
	info   string
}

// parseFence reads the opening of a fence; line has no newline.
func parseFence(line []byte) (fence, bool) {
	indent := leadingSpaces(line)
	rest := line[indent:]
	if indent > 3 || len(rest) < 3 || rest[0] != '`' && rest[0] != '~' {
		return fence{}, false
	}
	n := len(rest) - len(bytes.TrimLeft(rest, string(rest[:1])))
	info := bytes.TrimSpace(rest[n:])
	if n < 3 || rest[0] == '`' && bytes.IndexByte(info, '`') >= 0 {
		return fence{}, false
	}
	return fence{mark: rest[0], length: n, indent: indent, info: decode(info)}, true
}

// closedBy tells whether line ends the block.
func (f fence) closedBy(line []byte) bool {
	indent := leadingSpaces(line)
	rest := bytes.TrimRight(line[indent:], " \t")
	return indent <= 3 && len(rest) >= f.length && len(bytes.Trim(rest, string([]byte{f.mark}))) == 0
}

// language returns the first word of the info string.
func (f fence) language() string {
	if words := strings.Fields(f.info); len(words) > 0 {
		return words[0]
	}
	return ""
}

// laidCode is the part of an open block that is laid out for good.
type laidCode struct {
	from  int // where the block starts in the document
	width int // 0: nothing is laid out
	used  int // bytes of the block's body
	at    context
	lines []Line
}

// fenced draws a top-level fenced block, closed or still open. from is its place
// in the document. What laid holds of this very block is not done again.
func (r *renderer) fenced(from int, laid *laidCode) {
	opening, body, _ := bytes.Cut(r.src, []byte("\n"))
	f, _ := parseFence(opening)
	if len(body) == 0 {
		if f.info != "" {
			defer r.codeMargin()()
			r.codeName(f.language())
		}
		return
	}
	defer r.codeMargin()()
	if laid.from != from || laid.width != r.page.width {
		r.codeName(f.language())
		*laid = laidCode{from: from, width: r.page.width, at: newContext(f.language()), lines: r.page.lines}
	}
	r.page.lines = laid.lines
	at := laid.at.clone()
	body, open := f.body(body[laid.used:])
	for len(body) > 0 {
		n, whole := nextChunk(body, open)
		r.codeChunk(f.language(), unindent(body[:n], f.indent), whole, &at)
		body = body[n:]
		if whole && open {
			laid.used += n
			laid.at, laid.lines = at.clone(), r.page.lines
		}
	}
	if !open {
		*laid = laidCode{}
	}
}

// body returns what of rest belongs to the block, and whether it is still open.
func (f fence) body(rest []byte) (body []byte, open bool) {
	for at := 0; at < len(rest); {
		line, _, complete := bytes.Cut(rest[at:], []byte("\n"))
		if f.closedBy(line) {
			return rest[:at], false
		}
		if !complete && f.closing(line) {
			return rest[:at], true
		}
		at += len(line) + 1
	}
	return rest, true
}

// closing tells whether a line that is still arriving may become the end of the
// block: it is not shown, since it would vanish again.
func (f fence) closing(line []byte) bool {
	rest := bytes.TrimLeft(line, " ")
	return len(rest) > 0 && len(line)-len(rest) <= 3 && len(bytes.Trim(rest, string([]byte{f.mark}))) == 0
}

// unindent takes up to n spaces from the start of every line.
func unindent(body []byte, n int) []byte {
	if n == 0 {
		return body
	}
	var out []byte
	for line := range bytes.Lines(body) {
		out = append(out, line[min(n, leadingSpaces(line)):]...)
	}
	return out
}

func leadingSpaces(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }
