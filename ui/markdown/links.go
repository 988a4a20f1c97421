// This file owns what a text links to, for those who want to list or to open
// it. It refuses to open anything, and to tell of what is only shown: code, raw
// HTML, formulas.

package markdown

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Address is a destination that somebody else wrote, made safe.
type Address struct {
	Shown  string // for the reader, in one line: the host in ASCII
	Target string // to open: printable ASCII, of http, https or mailto; "" when nothing should open it
	Host   string // in ASCII; "" when there is none
}

// NewAddress makes an address safe. It never fails: what is no address is shown
// and has no target.
func NewAddress(raw string) Address {
	a := newAddress(raw)
	return Address{Shown: a.shown, Target: a.target, Host: a.host}
}

// DisguisedBy reports whether a label looks like an address other than a, so
// that the reader must be shown where it leads.
func (a Address) DisguisedBy(label string) bool { return address{host: a.Host}.disguisedBy(label) }

// Link is something in a text that leads elsewhere.
type Link struct {
	Label string // in one line; "" when the address stands for itself
	Address
}

// Links returns the links and images of a markdown text in their order, as a
// [Document] of it draws them. It parses the whole text: it is for a moment in
// which a person asks, not for a frame.
func Links(text string) []Link {
	d := NewDocument(nil)
	d.Extend(text)
	d.advance()
	blocks := slices.Concat(d.closed, d.lookAhead())
	for _, b := range blocks {
		if src := d.text[b.from:b.to]; b.holdsLinks(src) {
			_, sc := parse(src, d)
			d.define(sc.found)
		}
	}
	var links []Link
	for _, b := range blocks {
		if src := d.text[b.from:b.to]; b.holdsLinks(src) {
			root, _ := parse(src, d)
			links = appendLinks(links, root, src)
		}
	}
	return links
}

// holdsLinks tells whether a block is drawn by parsing it.
func (b *block) holdsLinks(src []byte) bool {
	return b.form != formCode && b.form != formFormula && !hostile(src) &&
		(bytes.IndexByte(src, '[') >= 0 || bytes.IndexByte(src, ':') >= 0 || bytes.IndexByte(src, '@') >= 0 || bytes.Contains(src, []byte("www.")))
}

func appendLinks(links []Link, root ast.Node, src []byte) []Link {
	add := func(n ast.Node, raw string) {
		in := inliner{style: &Style{}, src: src}
		in.children(n, look{})
		links = append(links, Link{Label: sanitize.Line(plainText(in.out)), Address: NewAddress(decodeURL(raw))})
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			add(n, string(n.Destination))
		case *ast.Image:
			add(n, string(n.Destination))
		case *ast.AutoLink:
			links = append(links, Link{Address: NewAddress(autoTarget(n, src))})
		}
		return ast.WalkContinue, nil
	})
	return links
}

// autoTarget is where an address that stands in a text leads.
func autoTarget(n *ast.AutoLink, src []byte) string {
	target := string(n.URL(src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		return "mailto:" + target
	}
	return target
}
