// This file owns the way from spans to lines: wrapping and widths. It refuses to
// know markdown.

package markdown

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// piece is a part of a span, laid on a row.
type piece struct{ span, from, to int }

// flow lays spans out in rows, as they come.
type flow struct {
	p     *page
	spans []span
	room  int

	row, gap, word    []piece // gap: the spaces between row and word
	rowW, gapW, wordW int
	loose             bool // a row may break after the word's last character
	glue              bool // it may not: an opening bracket
	exact             bool // keep spaces at soft breaks, and break anywhere

	// What a page must be for the flow to go on; see keep.
	lines  []Line
	goesOn bool
}

func newFlow(p *page) *flow { return &flow{p: p, room: p.room()} }

// clone returns a flow that goes on by itself, and holds no more than it needs.
func (f *flow) clone(p *page) *flow {
	c := *f
	c.p, c.spans = p, nil
	own := func(pieces []piece) []piece {
		out := make([]piece, 0, len(pieces))
		for _, pc := range pieces {
			s := span{look: f.spans[pc.span].look}
			if pc.from >= 0 {
				s.text = f.spans[pc.span].text[pc.from:pc.to]
				pc.from, pc.to = 0, len(s.text)
			}
			pc.span = len(c.spans)
			c.spans = append(c.spans, s)
			out = append(out, pc)
		}
		return out
	}
	c.row, c.gap, c.word = own(f.row), own(f.gap), own(f.word)
	return &c
}

// keep remembers the rows that the page has, for restore.
func (f *flow) keep(p *page) { f.lines, f.goesOn = p.lines, p.goesOn }

// restore makes an empty page what it was at keep.
func (f *flow) restore(p *page) {
	p.resume(f.lines)
	p.goesOn = f.goesOn
}

// text lays spans out as running text: broken at spaces, or where a word is
// wider than a row between characters; newlines in it are kept.
func (p *page) text(spans []span) {
	f := newFlow(p)
	f.feed(spans)
	f.finish()
}

// verbatim lays one line of spans out character by character: nothing is
// dropped, and what is too long goes on in the next row.
func (p *page) verbatim(spans []span) {
	f := newFlow(p)
	f.exact = true
	f.feed(spans)
	f.finish()
}

// finish ends the last row.
func (f *flow) finish() {
	f.settle()
	f.end(false, 0)
}

// finishAs ends the last row of a segment.
func (f *flow) finishAs(e ending) {
	f.settle()
	f.end(e.soft, e.gap)
}

// feed lays more spans out.
func (f *flow) feed(spans []span) {
	at := len(f.spans)
	f.spans = append(f.spans, merge(spans)...)
	for i, end := at, len(f.spans); i < end; i++ {
		f.span(i)
	}
}

// span lays span i out, by grapheme clusters.
func (f *flow) span(i int) {
	text := f.spans[i].text
	for at := 0; at < len(text); {
		if n := f.plainWord(text[at:]); n > 0 {
			f.addWord(piece{span: i, from: at, to: at + n}, n)
			at += n
			continue
		}
		cluster, w := nextCluster(text[at:])
		pc := piece{span: i, from: at, to: at + len(cluster)}
		at += len(cluster)
		if w > f.room {
			pc, cluster, w = f.standIn(i), "…", 1
		}
		f.cluster(pc, cluster, sanitize.WidestCluster(cluster, w))
	}
}

// cluster lays one character out; it is never wider than a row.
func (f *flow) cluster(pc piece, cluster string, w int) {
	switch {
	case f.exact:
		if f.rowW+w > f.room && f.rowW > 0 {
			f.end(true, 0)
		}
		f.row = join(f.row, pc)
		f.rowW += w
	case cluster == "\n":
		f.settle()
		f.end(false, 0)
	case cluster == " ":
		f.settle()
		f.gap = join(f.gap, pc)
		f.gapW++
	default:
		free := breakable(cluster, w)
		if (free || f.loose) && !f.glue && !clinging(cluster) {
			f.settle()
		}
		f.add(pc, w)
		f.loose, f.glue = free, opening(cluster)
	}
}

// plainWord returns the length of the ASCII letters and the like at the start of
// s that can be laid at once; 0 when they must be looked at one by one.
func (f *flow) plainWord(s string) int {
	if f.exact || f.loose || f.glue {
		return 0
	}
	n, most := 0, min(len(s), f.room-f.wordW+1)
	for n < most && s[n] > ' ' && s[n] < 0x7f {
		n++
	}
	if n < len(s) && s[n] >= 0x7f { // may combine with the last letter
		n--
	}
	if n <= 1 || f.wordW+n > f.room {
		return 0
	}
	return n
}

func (f *flow) addWord(pc piece, w int) {
	f.word = join(f.word, pc)
	f.wordW += w
}

// standIn returns a piece that shows an ellipsis in the look of span i: for a
// character wider than the whole row.
func (f *flow) standIn(i int) piece {
	f.spans = append(f.spans, span{look: f.spans[i].look})
	return piece{span: len(f.spans) - 1, from: -1}
}

// nextCluster returns the first grapheme cluster of s and its width in cells.
func nextCluster(s string) (string, int) {
	if s[0] < 0x80 && (len(s) == 1 || s[1] < 0x80) {
		if s[0] < ' ' {
			return s[:1], 0
		}
		return s[:1], 1
	}
	return ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
}

// add puts a cluster to the word, breaking the word when it outgrows a row.
func (f *flow) add(pc piece, w int) {
	if f.wordW+w > f.room {
		f.settle()
		f.end(true, 0)
	}
	f.word = join(f.word, pc)
	f.wordW += w
}

// settle moves the word to the row, or to a new row when it does not fit.
func (f *flow) settle() {
	f.loose, f.glue = false, false
	if len(f.word) == 0 {
		return
	}
	if f.rowW+f.gapW+f.wordW > f.room {
		if f.rowW > 0 {
			f.end(true, f.gapW)
		}
		f.gap, f.gapW = f.gap[:0], 0
	}
	for _, pc := range f.gap {
		f.row = join(f.row, pc)
	}
	for _, pc := range f.word {
		f.row = join(f.row, pc)
	}
	f.rowW += f.gapW + f.wordW
	f.gap, f.gapW = f.gap[:0], 0
	f.word, f.wordW = f.word[:0], 0
}

// end closes the row. A gap at the end of a line of text shows nothing and goes.
func (f *flow) end(soft bool, gap int) {
	p := f.p
	gutter := p.open(false)
	for _, pc := range f.row {
		s := f.spans[pc.span]
		if pc.from < 0 {
			p.paint.write("…", s.look)
			continue
		}
		p.paint.write(s.text[pc.from:pc.to], s.look)
	}
	text := p.paint.finish()
	if !soft || !f.exact {
		text = trimEnd(text)
	}
	if f.exact && !soft && strings.HasSuffix(text, "m"+reset) && strings.TrimSpace(ansi.Strip(text)) == "" {
		text = "" // nothing but white space, in whatever colour
	}
	l := Line{Text: text, Soft: soft, Space: gap > 0, Gutter: gutter}
	if gap > 1 {
		l.Blanks = gap
	}
	p.lines = append(p.lines, l)
	p.count()
	p.goesOn = soft
	f.row, f.rowW = f.row[:0], 0
	if !soft {
		f.gap, f.gapW = f.gap[:0], 0
	}
}

// join appends a piece, as part of the last one where it continues it.
func join(pieces []piece, pc piece) []piece {
	if n := len(pieces); n > 0 && pieces[n-1].span == pc.span && pieces[n-1].to == pc.from && pc.from >= 0 {
		pieces[n-1].to = pc.to
		return pieces
	}
	return append(pieces, pc)
}

// merge joins neighbours of one look, so that no character is torn apart, and
// drops empty spans.
func merge(spans []span) []span {
	out := make([]span, 0, len(spans))
	for i := 0; i < len(spans); {
		j, n := i, 0
		for ; j < len(spans) && (spans[j].look == spans[i].look || spans[j].text == ""); j++ {
			n += len(spans[j].text)
		}
		text := spans[i].text
		if n > len(text) {
			var b strings.Builder
			b.Grow(n)
			for _, s := range spans[i:j] {
				b.WriteString(s.text)
			}
			text = b.String()
		}
		if n > 0 {
			out = append(out, span{text: text, look: spans[i].look})
		}
		i = j
	}
	return out
}

// breakable tells whether a row may break before and after a cluster without a
// space: ideographs and kana.
func breakable(cluster string, w int) bool {
	if w != 2 {
		return false
	}
	for _, r := range cluster {
		return r >= 0x2e80 && r <= 0xa4cf || r >= 0xf900 && r <= 0xfaff || r >= 0xff01 && r <= 0xff60 ||
			r >= 0x20000 && r <= 0x3ffff
	}
	return false
}

// clinging tells whether a cluster must not start a row.
func clinging(cluster string) bool {
	return strings.Contains(",.;:!?)]}%\"'、。，．！？）」』】》〉〕：；ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ", cluster)
}

// opening tells whether a cluster must not end a row.
func opening(cluster string) bool { return strings.Contains("（「『【《〈〔", cluster) }
