package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// outline returns the blocks of a text as this package reads them, one leaf a
// line: the containers around it, its kind and its text.
func outline(src string) string {
	d := NewDocument(plain())
	d.Extend(src)
	closed := d.advance()
	var b strings.Builder
	for _, l := range append(closed, d.lines.ahead(d.text[d.read:], d.read)...) {
		for i, c := range l.path {
			first := i >= len(l.path)-l.fresh
			switch {
			case c.quote:
				b.WriteString(">")
			case !first:
				b.WriteString("_")
			case c.ordered:
				fmt.Fprintf(&b, "%d%c", c.number, c.marker)
			default:
				b.WriteByte(c.marker)
			}
		}
		words := strings.Join(strings.Fields(string(l.text(d.text))), " ")
		if l.kind == leafTable {
			words = ""
		}
		fmt.Fprintf(&b, "%s %s\n", [...]string{"text", "heading", "rule", "code", "code", "table", "formula", "empty"}[l.kind], words)
	}
	return b.String()
}

// reference is goldmark with the blocks that this package knows.
func reference() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
	)
}

// referenceOutline is outline as goldmark reads a text.
func referenceOutline(src string) string {
	raw := []byte(strings.ReplaceAll(src, "\r", ""))
	o := outliner{src: raw}
	o.children(reference().Parse(text.NewReader(raw)), nil)
	return o.b.String()
}

type outliner struct {
	src []byte
	b   strings.Builder
}

func (o *outliner) leaf(path []*string, kind, words string) {
	for _, p := range path {
		o.b.WriteString(*p)
		if *p != ">" {
			*p = "_"
		}
	}
	fmt.Fprintf(&o.b, "%s %s\n", kind, strings.Join(strings.Fields(words), " "))
}

func (o *outliner) children(n ast.Node, path []*string) {
	if n.FirstChild() == nil && n.Kind() != ast.KindDocument {
		o.leaf(path, "empty", "")
	}
	var before *ast.List
	number := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Blockquote:
			mark := ">"
			o.children(c, append(path[:len(path):len(path)], &mark))
		case *ast.List:
			if before == nil || before.Marker != c.Marker || before.NextSibling() != ast.Node(c) {
				number = c.Start
			}
			before = c
			for item := c.FirstChild(); item != nil; item = item.NextSibling() {
				mark := string(c.Marker)
				if c.IsOrdered() {
					mark = fmt.Sprintf("%d%c", number, c.Marker)
				}
				number++
				o.children(item, append(path[:len(path):len(path)], &mark))
			}
		case *ast.Heading:
			o.leaf(path, "heading", o.lines(c))
		case *ast.ThematicBreak:
			o.leaf(path, "rule", "")
		case *ast.FencedCodeBlock:
			o.leaf(path, "code", o.lines(c))
		case *ast.CodeBlock:
			o.leaf(path, "code", o.lines(c))
		case *east.Table:
			o.leaf(path, "table", "")
		default:
			o.leaf(path, "text", o.lines(c))
		}
	}
}

func (o *outliner) lines(n ast.Node) string { return string(n.Lines().Value(o.src)) }

// TestBlocksAreThoseOfCommonMark compares the blocks of texts with goldmark's.
// Formulas over several lines are meant to differ, and so is what is too deep.
func TestBlocksAreThoseOfCommonMark(t *testing.T) {
	t.Parallel()
	for n, src := range samples {
		if strings.Contains(src, "\n$$\n") || strings.HasSuffix(src, "\n``") || strings.HasPrefix(src, strings.Repeat("> ", deepest)) {
			continue
		}
		if got, want := outline(src), referenceOutline(src); got != want {
			t.Errorf("sample %d, %q\nis read as\n%s\ngoldmark\n%s", n, src, got, want)
		}
	}
}
