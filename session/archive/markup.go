package archive

// This file owns how Markdown becomes a part of a page. Nothing that a text says
// becomes an element that Markdown does not know: tags stand there as they were
// written, pictures from elsewhere are links, and links open pages and letters
// only.

import (
	"bytes"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// parser is made once it is needed; it may be used from anywhere.
var parser = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(
			// An alignment in a style would need a policy that lets styles in.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.Strikethrough, extension.TaskList, extension.NewLinkify(),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(safe{}, 1))),
	)
})

// markup returns Markdown as HTML.
func markup(said string) string {
	said = strings.ToValidUTF8(said, "\uFFFD")
	if tangled(said) {
		return "<pre>" + escaped(said) + "</pre>\n"
	}
	said = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || unseen(r) {
			return -1
		}
		return r
	}, said)
	var b bytes.Buffer
	if err := parser().Convert([]byte(said), &b); err != nil {
		return "<pre>" + escaped(said) + "</pre>\n"
	}
	return b.String()
}

// safe renders what could be more than a text.
type safe struct{}

func (safe) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, rawHTML)
	r.Register(ast.KindHTMLBlock, htmlBlock)
	r.Register(ast.KindLink, link)
	r.Register(ast.KindAutoLink, autoLink)
	r.Register(ast.KindImage, image)
}

func rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		segments := n.(*ast.RawHTML).Segments
		for i := range segments.Len() {
			at := segments.At(i)
			_, _ = w.WriteString(escaped(string(at.Value(source))))
		}
	}
	return ast.WalkSkipChildren, nil
}

func htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<pre>")
	block := n.(*ast.HTMLBlock)
	for i := range block.Lines().Len() {
		at := block.Lines().At(i)
		_, _ = w.WriteString(escaped(string(at.Value(source))))
	}
	if block.HasClosure() {
		_, _ = w.WriteString(escaped(string(block.ClosureLine.Value(source))))
	}
	_, _ = w.WriteString("</pre>\n")
	return ast.WalkSkipChildren, nil
}

func link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	address := safeURL(string(n.(*ast.Link).Destination))
	switch {
	case address == "": // its words stay
	case entering:
		_, _ = w.WriteString(anchorTo(address))
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	l := n.(*ast.AutoLink)
	words, address := escaped(string(l.Label(source))), string(l.URL(source))
	if l.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	if address = safeURL(address); address != "" {
		words = anchorTo(address) + words + "</a>"
	}
	_, _ = w.WriteString(words)
	return ast.WalkContinue, nil
}

// image is a link: a page that is opened asks nobody for anything.
func image(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	address := safeURL(string(n.(*ast.Image).Destination))
	for above := n.Parent(); above != nil; above = above.Parent() {
		if above.Kind() == ast.KindLink { // which the words are of, already
			address = ""
		}
	}
	switch {
	case entering && address != "":
		_, _ = w.WriteString(anchorTo(address) + "[image: ")
	case entering:
		_, _ = w.WriteString("[image: ")
	case address != "":
		_, _ = w.WriteString("]</a>")
	default:
		_, _ = w.WriteString("]")
	}
	return ast.WalkContinue, nil
}
