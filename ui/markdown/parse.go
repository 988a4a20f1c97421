// This file owns the dialect: CommonMark and GFM, less what would eat text. Raw
// HTML is no block of its own (a model that writes <think> or Vec<T> means the
// letters), formulas are verbatim, definitions of links stay in sight. It
// refuses to draw.

package markdown

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Blocks are found by [structure]: what is left to parse is one text.
func newParser(transformers ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(
			util.Prioritized(formulas{}, 50),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewRawHTMLParser(), 400),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(), 999),
		),
		parser.WithParagraphTransformers(transformers...),
	)
}

var (
	words    = sync.OnceValue(func() parser.Parser { return newParser() })
	definers = sync.OnceValue(func() parser.Parser { return newParser(util.Prioritized(definitions{}, 100)) })
)

// target is what a link definition says.
type target struct{ url, title string }

// references answers what labels mean in the whole document.
type references interface {
	resolve(label string) (target, bool)
}

// scope is the context of one parse: it looks labels up in the document first
// (the first definition of a label counts), and notes which it was asked for
// and which it saw defined.
type scope struct {
	parser.Context
	outer  references
	wanted map[string]target // as resolved at the time; zero: unknown
	found  []definition
}

// definition is one link definition met in a block.
type definition struct {
	label string
	target
	from int // as in [meaning], where the document has set it
}

// parse parses src. The tree refers into src.
func parse(p parser.Parser, src []byte, outer references) (ast.Node, *scope) {
	sc := &scope{Context: parser.NewContext(), outer: outer}
	return p.Parse(text.NewReader(src), parser.WithContext(sc)), sc
}

// AddReference implements parser.Context.
func (s *scope) AddReference(ref parser.Reference) {
	s.Context.AddReference(ref)
	s.found = append(s.found, definition{
		label:  util.ToLinkReference(ref.Label()),
		target: target{url: string(ref.Destination()), title: string(ref.Title())},
	})
}

// Reference implements parser.Context.
func (s *scope) Reference(label string) (parser.Reference, bool) {
	t, ok := s.outer.resolve(label)
	if !ok {
		if own, found := s.Context.Reference(label); found {
			t, ok = target{url: string(own.Destination()), title: string(own.Title())}, true
		}
	}
	if s.wanted == nil {
		s.wanted = make(map[string]target)
	}
	s.wanted[label] = t
	if !ok {
		return nil, false
	}
	return parser.NewReference([]byte(label), []byte(t.url), []byte(t.title)), true
}

// definitions is goldmark's reader of link definitions, except that what it
// reads stays in the tree as a block of its own, and that footnotes ([^1]: …)
// are text.
type definitions struct{}

// Transform implements parser.ParagraphTransformer.
func (definitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	src := reader.Source()
	before := *node.Lines()
	first := before.At(0)
	if line := bytes.TrimLeft(first.Value(src), " "); len(line) == 0 || line[0] != '[' || bytes.HasPrefix(line, []byte("[^")) {
		return
	}
	parent, prev := node.Parent(), node.PreviousSibling()
	all := before.Sliced(0, before.Len())
	all = append([]text.Segment(nil), all...)
	parser.LinkReferenceParagraphTransformer.Transform(node, reader, pc)
	rest := parent.FirstChild()
	if prev != nil {
		rest = prev.NextSibling()
	}
	taken := len(all)
	if rest == node {
		taken -= node.Lines().Len()
	}
	if taken <= 0 {
		return
	}
	shown := &definitionBlock{}
	shown.Lines().AppendAll(all[:taken])
	parent.InsertBefore(parent, rest, shown)
}

// definitionBlock holds the lines of link definitions.
type definitionBlock struct{ ast.BaseBlock }

var kindDefinition = ast.NewNodeKind("LinkDefinition")

// Kind implements ast.Node.
func (*definitionBlock) Kind() ast.NodeKind { return kindDefinition }

// IsRaw implements ast.Node: the lines are not parsed again.
func (*definitionBlock) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *definitionBlock) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }
