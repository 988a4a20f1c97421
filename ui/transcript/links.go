// This file owns what entries link to. It opens nothing.

package transcript

import (
	"strings"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Link is something that can be opened: its URL is printable ASCII, the host in
// punycode, of the scheme http, https or mailto.
type Link struct {
	Citation int    // its number among the citations, from 1; 0: it stands in the text
	Title    string // in one line; "" when there is only the address
	URL      string
}

// Links returns the citations, then what the answer links to, then files that
// a service keeps.
func (a *Answer) Links() []Link {
	var links []Link
	for i, c := range a.citations() {
		links = appendLink(links, Link{
			Citation: i + 1,
			Title:    strings.TrimSpace(sanitize.Line(c.Title)),
			URL:      markdown.NewAddress(c.URL).Target,
		})
	}
	links = textLinks(links, a.Text())
	for _, f := range a.files() {
		links = appendLink(links, Link{Title: fileName(&f), URL: markdown.NewAddress(f.URL).Target})
	}
	return links
}

// textLinks appends what a text links to.
func textLinks(links []Link, text string) []Link {
	for _, l := range markdown.Links(text) {
		links = appendLink(links, Link{Title: strings.TrimSpace(l.Label), URL: l.Target})
	}
	return links
}

// appendLink appends a link that can be opened and is not there yet.
func appendLink(links []Link, l Link) []Link {
	if l.URL == "" {
		return links
	}
	for i := range links {
		if links[i].URL == l.URL {
			return links
		}
	}
	return append(links, l)
}
