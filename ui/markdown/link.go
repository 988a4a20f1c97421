// This file owns links: what a reader sees of an address, and which addresses a
// terminal may open. It refuses to dress an address up as another one.

package markdown

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/idna"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// link draws a link or an image: its label, and its address unless the terminal
// can carry that unseen and the label does not claim to be somewhere else.
func (in *inliner) link(n ast.Node, rawURL, rawTitle string, l look) {
	address := newAddress(decodeURL(rawURL))
	from := len(in.out)
	ll := in.style.link.over(l)
	if in.style.links {
		ll.url = address.target
	}
	in.children(n, ll)
	label := plainText(in.out[from:])
	if strings.TrimSpace(label) == "" {
		label = address.shown
		in.put(address.shown, ll)
	} else if isNumber(label) { // a citation: its brackets are part of it
		in.out = append(in.out[:from], append([]span{{text: "[", look: ll}}, in.out[from:]...)...)
		in.put("]", ll)
	}
	var beside []string
	title := sanitize.Line(decode([]byte(rawTitle)))
	if address.shown != "" && !address.sameAs(label) && (ll.url == "" || address.disguisedBy(label) || address.disguisedBy(title)) {
		beside = append(beside, address.shown)
	}
	if title != "" && title != label {
		beside = append(beside, `"`+title+`"`)
	}
	if len(beside) > 0 {
		in.put(" ", l)
		in.put("("+strings.Join(beside, " ")+")", in.style.muted.over(l))
	}
}

// autoLink draws an address that stands in the text as itself.
func (in *inliner) autoLink(n *ast.AutoLink, l look) {
	target := string(n.URL(in.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	address := newAddress(target)
	shown := sanitize.Line(string(n.Label(in.src)))
	if a := newAddress(shown); a.host != "" && a.shown != shown {
		shown = a.shown
	}
	ll := in.style.link.over(l)
	if in.style.links {
		ll.url = address.target
	}
	in.put(shown, ll)
}

// address is a link's destination.
type address struct {
	shown  string // for the reader: sanitised, its host in ASCII
	target string // for OSC 8; empty when no terminal should open it
	host   string
}

func newAddress(raw string) address {
	shown := sanitize.Line(raw)
	a := address{shown: shown}
	u, err := url.Parse(strings.TrimSpace(shown))
	if err != nil {
		return a
	}
	a.host = strings.ToLower(u.Hostname())
	if ascii, err := idna.Punycode.ToASCII(a.host); err == nil && ascii != a.host {
		a.shown = strings.Replace(shown, u.Hostname(), ascii, 1)
		u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
		a.host = ascii
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if a.host != "" && isASCII(a.host) {
			a.target = printable(a.shown)
		}
	case "mailto":
		a.target = printable(a.shown)
	}
	return a
}

// sameAs tells whether a label shows this address already.
func (a address) sameAs(label string) bool {
	bare := func(s string) string {
		s = strings.TrimSpace(s)
		for _, scheme := range []string{"https://", "http://", "mailto:"} {
			if rest, ok := strings.CutPrefix(s, scheme); ok {
				s = rest
				break
			}
		}
		return strings.TrimSuffix(s, "/")
	}
	return bare(label) == bare(a.shown)
}

// disguisedBy tells whether a label looks like an address other than a: then
// the reader must see where the link leads.
func (a address) disguisedBy(label string) bool {
	for word := range strings.FieldsSeq(dots.Replace(label)) {
		word = strings.Trim(word, ".,;:!?()[]<>\"'")
		if !strings.Contains(word, ".") && !strings.Contains(word, "://") && !strings.Contains(word, "@") {
			continue
		}
		if _, rest, ok := strings.Cut(word, "://"); ok {
			word = rest
		}
		host, _, _ := strings.Cut(word, "/")
		if strings.ToLower(host) != a.host {
			return true
		}
	}
	return false
}

// dots are what looks like the dot of a host, or is read as one.
var dots = strings.NewReplacer("\u2024", ".", "\u3002", ".", "\uff0e", ".", "\uff61", ".", "\ufe52", ".", "\u0701", ".", "\u0702", ".", "\ua4f8", ".")

// decodeURL resolves the escapes and entities of a written destination.
func decodeURL(raw string) string {
	return strings.NewReplacer(`\(`, "(", `\)`, ")", `\[`, "[", `\]`, "]").Replace(decode([]byte(raw)))
}

// printable percent-encodes every byte that an OSC string should not hold.
func printable(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func plainText(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

func isNumber(s string) bool {
	return s != "" && len(s) <= 4 && strings.Trim(s, "0123456789") == ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
