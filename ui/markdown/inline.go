// This file owns what stands inside a paragraph: emphasis, code, text with its
// escapes and entities. Every text is sanitised here, after decoding.

package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// inliner turns inline nodes into spans.
type inliner struct {
	style *Style
	src   []byte
	cell  bool // inside a table: \| in code means |
	out   []span
}

// inline returns the spans of a text, which was parsed from src, drawn over base.
func (r *renderer) inline(block ast.Node, src []byte, base look) []span {
	in := inliner{style: r.style, src: src}
	in.children(block, base)
	if n := len(in.out); n > 0 {
		in.out[n-1].text = strings.TrimRight(in.out[n-1].text, "\n")
	}
	return in.out
}

func (in *inliner) children(n ast.Node, l look) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		in.node(c, l)
	}
}

func (in *inliner) put(text string, l look) {
	in.out = append(in.out, span{text: text, look: l})
}

func (in *inliner) node(n ast.Node, l look) {
	switch n := n.(type) {
	case *ast.Text:
		in.put(sanitize.Line(decode(n.Segment.Value(in.src))), l)
		if n.HardLineBreak() || n.SoftLineBreak() {
			in.put("\n", l)
		}
	case *ast.String:
		if n.IsCode() { // a formula in Unicode
			l = l.with(italic)
		}
		in.put(expandTabs(sanitize.Text(string(n.Value))), l)
	case *ast.CodeSpan:
		in.code(n, l)
	case *ast.Emphasis:
		f := italic
		if n.Level == 2 {
			f = bold
		}
		in.children(n, l.with(f))
	case *east.Strikethrough:
		in.children(n, l.with(strike))
	case *ast.RawHTML:
		in.put(expandTabs(sanitize.Text(string(n.Segments.Value(in.src)))), l)
	case *ast.AutoLink:
		in.autoLink(n, l)
	case *ast.Link:
		in.link(n, string(n.Destination), string(n.Title), l)
	case *ast.Image:
		in.link(n, string(n.Destination), string(n.Title), l)
	default:
		in.children(n, l)
	}
}

// code draws a code span. Without colours its backticks stay, else nothing
// would tell it from prose.
func (in *inliner) code(n *ast.CodeSpan, l look) {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(in.src))
		}
	}
	text := strings.ReplaceAll(b.String(), "\n", " ")
	if in.cell {
		text = strings.ReplaceAll(text, `\|`, "|")
	}
	text = sanitize.Line(text)
	if in.style.plain {
		tick := "`"
		for strings.Contains(text, tick) {
			tick += "`"
		}
		text = tick + text + tick
	}
	in.put(text, in.style.code.over(l))
}

// decode resolves backslash escapes and entities, except the brackets of LaTeX
// formulas, which keep their backslashes.
func decode(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\\' && i+1 < len(raw) && util.IsPunct(raw[i+1]):
			if bytes.IndexByte([]byte("()[]"), raw[i+1]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(raw[i+1])
			i += 2
		case c == '&':
			n := entity(raw[i:])
			b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(raw[i : i+n])))
			i += n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// entity returns the length of the entity at the start of raw, or 1.
func entity(raw []byte) int {
	const longest = 40 // the longest name has 31 letters
	for i := 1; i < len(raw) && i < longest; i++ {
		if raw[i] == ';' {
			return i + 1
		}
		if !util.IsAlphaNumeric(raw[i]) && raw[i] != '#' {
			break
		}
	}
	return 1
}

// expandTabs replaces tabs by spaces up to the next column that four divides.
func expandTabs(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	col := 0
	for len(s) > 0 {
		c, w := nextCluster(s)
		s = s[len(c):]
		switch c {
		case "\t":
			n := 4 - col%4
			b.WriteString("    "[:n])
			col += n
		case "\n":
			b.WriteByte('\n')
			col = 0
		default:
			b.WriteString(c)
			col += w
		}
	}
	return b.String()
}
