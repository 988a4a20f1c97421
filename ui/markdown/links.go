// This file owns what a text links to, for those who want to list or to open
// it. It refuses to open anything, and to tell of what is only shown: code, raw
// HTML, formulas.

package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/aimlchat/aimlchat/themes"
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
	d := NewDocument(NewStyle(themes.Theme{}, Options{}))
	d.Extend(text)
	leaves := d.advance()
	leaves = append(leaves, d.lines.ahead(d.text[d.read:], d.read)...)
	r := renderer{style: d.style, work: &d.work, refs: viewpoint{d, len(d.text)}}
	for _, l := range leaves {
		if body := l.text(d.text); l.kind == leafText && defines(body) {
			_, sc := parse(definers(), body, viewpoint{d, len(d.text)})
			for _, def := range sc.found {
				d.define(def, l.start)
			}
		}
	}
	var links []Link
	for _, l := range leaves {
		r.eachText(l, l.text(d.text), func(root ast.Node, src []byte) {
			links = appendLinks(links, root, src)
		})
	}
	return links
}

// eachText calls visit for the parts of a leaf that may hold links, parsed.
func (r *renderer) eachText(l *leaf, text []byte, visit func(root ast.Node, src []byte)) {
	if bytes.IndexByte(text, '[') < 0 && bytes.IndexByte(text, ':') < 0 && bytes.IndexByte(text, '@') < 0 && !bytes.Contains(text, []byte("www.")) {
		return
	}
	see := func(part []byte) {
		if !hostile(part) && len(part) > 0 {
			root, _ := r.parse(words(), part)
			visit(root, part)
		}
	}
	switch l.kind {
	case leafTable:
		for line := range bytes.Lines(text) {
			if len(line) <= longestRow {
				for _, cell := range splitRow(line) {
					see(cell)
				}
			}
		}
	case leafText, leafHeading:
		if l.kind == leafText && defines(text) && len(text) <= 4*mostDefinitions {
			root, _ := r.parse(definers(), text)
			visit(root, text)
			return
		}
		for {
			n, gap := cut(text)
			if n == 0 {
				break
			}
			see(text[:n])
			text = text[n+gap:]
		}
		see(text)
	}
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
