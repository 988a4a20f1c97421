// This file owns the mark of the place from which on a conversation is sent: what
// stands above it goes as a digest, or not at all, and stays on the screen as it
// is. There is at most one such mark.

package transcript

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// Digest marks the place. None of its fields changes once it is drawn.
type Digest struct {
	Messages int    // that stand before it
	Text     string // what is sent in their place; "": nothing
	About    string // who wrote it and what that cost, in a line; "": nobody did
	Key      string // that opens it, for people

	open bool
	key  wrapKey
	text []markdown.Line
}

func (d *Digest) selectable() bool { return true }

// Links returns nothing.
func (d *Digest) Links() []Link { return nil }

func (d *Digest) sections(c context) sections {
	bar := blankBar
	if c.selected {
		bar = c.style.selectedBar
	}
	ss := sections{gap, {kind: sectionHead, bar: bar, lines: oneLine(d.rule(c), c.width-barWidth)}}
	if d.open {
		ss = append(ss, section{kind: sectionText, bar: bar, lines: d.lines(c)})
	}
	return ss
}

// rule is the line across the conversation.
func (d *Digest) rule(c context) string {
	width := c.measure(barWidth)
	label := ""
	for _, label = range d.labels() {
		if ansi.StringWidth(label)+6 <= width {
			break
		}
	}
	label = ansi.Truncate(label, max(0, width-6), "…")
	rest := max(0, width-ansi.StringWidth(label)-4)
	return c.style.faint.Render("── ") + c.style.muted.Render(label) + c.style.faint.Render(" "+strings.Repeat("─", rest))
}

// labels say what the mark means, the longest way first.
func (d *Digest) labels() []string {
	n := "what is above"
	switch {
	case d.Messages == 1:
		n = "1 earlier message"
	case d.Messages > 1:
		n = fmt.Sprintf("%d earlier messages", d.Messages)
	}
	is := " are"
	if d.Messages < 2 {
		is = " is"
	}
	if d.Text == "" {
		return []string{n + is + " not sent", n + ": not sent"}
	}
	does := "shows"
	if d.open {
		does = "hides"
	}
	long, short := n+is+" sent as a summary", n+": a summary"
	if d.Key == "" {
		return []string{long, short}
	}
	key := " · " + d.Key + " " + does + " it"
	return []string{long + key, short + key, long, short}
}

func (d *Digest) lines(c context) []markdown.Line {
	if key := (wrapKey{c.style, c.width}); d.key != key {
		d.key = key
		d.text = paint(c.style.text, wrapPlain(d.shown(), c.measure(barWidth)))
		if d.About != "" {
			d.text = append(d.text, oneLine(c.style.muted.Render(sanitize.Line(d.About)), c.width-barWidth)...)
		}
	}
	return d.text
}

// shown is the text as it is shown.
func (d *Digest) shown() string { return strings.TrimSpace(d.Text) }

// same reports whether two marks say the same.
func (d *Digest) same(o *Digest) bool {
	return d.Messages == o.Messages && d.Text == o.Text && d.About == o.About && d.Key == o.Key
}

// ToggleDigest shows or hides the text of the digest. The top line stays.
func (t *Transcript) ToggleDigest(d *Digest) {
	if d.Text == "" {
		return
	}
	t.setAnchor(t.top())
	d.open = !d.open
	t.folds++
	t.Unmark()
	t.follow = t.follow && !before(t.resolve(t.anchor), t.end())
}

// SetDigest puts the mark before message n, counted from 0, in the place of the
// one that is there; nil takes that away. Nothing in view moves, as far as there
// is enough above it.
func (t *Transcript) SetDigest(d *Digest, n int) {
	marks := 0
	for i := len(t.entries) - 1; i >= 0; i-- {
		was, is := t.entries[i].(*Digest)
		switch {
		case !is:
		case d != nil && marks == 0 && was.same(d) && t.entryOf(n) == i+1:
			marks++ // it is there, and perhaps open
		default:
			t.splice(i, nil)
		}
	}
	if d != nil && marks == 0 {
		t.splice(t.entryOf(n), d)
	}
}

// splice takes entry i away, or puts e before it.
func (t *Transcript) splice(i int, e Entry) {
	t.Unmark()
	by := 1
	if e == nil {
		by = -1
		if t.selected == i {
			t.selected = -1
		}
		if t.anchor.entry == i {
			t.anchor = anchor{entry: i + 1} // the next one comes to stand there
		}
		t.entries = slices.Delete(t.entries, i, i+1)
	} else {
		t.entries = slices.Insert(t.entries, i, e)
	}
	shift := func(entry *int) {
		if *entry > i || *entry == i && by > 0 {
			*entry += by
		}
	}
	shift(&t.selected)
	shift(&t.anchor.entry)
	shift(&t.seen.entry)
	if f := t.find; f != nil {
		f.shown = f.shown && (e != nil || f.at.entry != i)
		f.keepTallies(0)
		f.counted = countKey{}
		shift(&f.origin.entry)
		shift(&f.at.entry)
		t.tally()
	}
	if t.anchor.entry >= len(t.entries) {
		t.follow = true
	}
}
