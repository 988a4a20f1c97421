package markdown

import (
	"bytes"
	"strings"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// This file owns code blocks: fences, their lines, their division into chunks
// that are coloured once. It refuses to know languages.

// chunkLines is how many complete lines are coloured together. More would show
// truer colours in constructs over many lines, and cost more per frame: the
// last chunk of an open block is coloured anew whenever a line arrives.
const chunkLines = 10

// codeIndent sets code apart. It is an indent, not a bar, so that what a
// terminal selects is code.
const codeIndent = "  "

// codeBlock draws code below the name of its language.
func (r *renderer) codeBlock(language string, code []byte) {
	language = sanitize.Line(language)
	if language == "" && len(code) == 0 {
		r.page.text(nil)
		return
	}
	indent := span{text: codeIndent}
	r.page.indent(indent, indent, true)
	defer r.page.outdent()
	if language != "" {
		r.page.verbatim([]span{{text: language, look: r.style.faint}})
	}
	at := newContext(language)
	for len(code) > 0 {
		chunk := string(code[:chunkEnd(code)])
		code = code[len(chunk):]
		for _, line := range r.code.lines(language, chunk, &at) {
			r.page.verbatim(line)
		}
	}
}

// chunkEnd returns the length of the first chunk of code: chunkLines complete
// lines, or fewer at its end, where a line that is not complete stands alone.
func chunkEnd(code []byte) int {
	end := 0
	for range chunkLines {
		n := bytes.IndexByte(code[end:], '\n')
		if n < 0 {
			break
		}
		end += n + 1
	}
	if end == 0 {
		return len(code)
	}
	return end
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

// fenced draws a whole fenced block, closed or still open.
func (r *renderer) fenced(src []byte) {
	opening, rest, _ := bytes.Cut(src, []byte("\n"))
	f, _ := parseFence(opening)
	body := rest
	for at := 0; at < len(rest); {
		line, _, complete := bytes.Cut(rest[at:], []byte("\n"))
		if f.closedBy(line) || !complete && f.closing(line) {
			body = rest[:at]
			break
		}
		at += len(line) + 1
	}
	if len(body) > 0 || f.info != "" {
		r.codeBlock(f.language(), unindent(body, f.indent))
	}
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
