// This file owns running text, however long: it is parsed and laid out in
// stretches, cut where nothing is open, so that what has been drawn is not drawn
// again when more text comes. Where the cuts are depends on the text before them
// alone. It refuses to decide what a stretch means.
//
// The stars of an emphasis that is not closed yet are shown as they are. To draw
// it as if it were closed would need a document that knows its end, where the
// last rows would change once more when the stars turn out to be stars; and what
// a reader sees would no longer be what the text says.

package markdown

import (
	"bytes"
	"slices"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// laidText is the part of a running text that is drawn for good.
type laidText struct {
	flow   *flow
	wanted map[string]target
}

// running draws text over base, with what laid holds of it.
func (r *renderer) running(l *leaf, text []byte, base look, laid *laid) {
	if laid.used == 0 {
		laid.text = laidText{}
	} else {
		laid.text.flow.restore(r.page)
	}
	f := newFlow(r.page)
	if laid.text.flow != nil {
		f = laid.text.flow.clone(r.page)
	} else {
		f.feed(r.head)
	}
	wanted, ahead := laid.text.wanted, text
	if len(r.after) > 0 {
		ahead = slices.Concat(text, r.after)
	}
	for {
		n, gap := cut(ahead[laid.used:])
		if n == 0 || laid.used+n >= len(text) {
			break
		}
		rest := text[laid.used:]
		spans, more := r.stretch(rest[:n], base)
		wanted = joinWanted(wanted, more)
		f.feed(spans)
		if gap > 0 {
			f.feed(between(rest[n:n+gap], base))
		}
		laid.used += n + gap
		laid.text = laidText{flow: f.clone(r.page), wanted: wanted}
		laid.text.flow.keep(r.page)
	}
	spans, more := r.stretch(text[laid.used:], base)
	f.feed(spans)
	f.finishAs(r.end)
	l.wanted = labels{laid: wanted, rest: more}
}

// stretch returns the spans of a part of a text, and the labels in it.
func (r *renderer) stretch(text []byte, base look) ([]span, map[string]target) {
	if len(text) == 0 {
		return nil, nil
	}
	if simple(text) {
		return []span{{text: sanitize.Line(string(text)), look: base}}, nil
	}
	if hostile(text) {
		return []span{{text: expandTabs(sanitize.Text(string(text))), look: base}}, nil
	}
	root, sc := r.parse(words(), text)
	var spans []span
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		spans = append(spans, r.inline(n, text, base)...)
	}
	return spans, sc.wanted
}

// simple tells whether a text has nothing in it that could be more than words,
// so that it need not be parsed.
func simple(text []byte) bool {
	return len(text) > 0 && text[0] > ' ' && text[len(text)-1] > ' ' &&
		!bytes.ContainsAny(text, "\\$`[]!<>*_~&:@\t\n") && !bytes.Contains(text, []byte("www."))
}

// between returns what stands in a gap between stretches: spaces, or the end of
// a line.
func between(gap []byte, base look) []span {
	if bytes.IndexByte(gap, '\n') >= 0 {
		return []span{{text: "\n", look: base}}
	}
	return []span{{text: string(gap), look: base}}
}

func joinWanted(all, more map[string]target) map[string]target {
	if len(more) == 0 {
		return all
	}
	if all == nil {
		all = make(map[string]target, len(more))
	}
	for label, t := range more {
		all[label] = t
	}
	return all
}
