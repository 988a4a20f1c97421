// This file owns the way from spans to lines: margins, wrapping, widths. It
// refuses to know markdown.

package markdown

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Line is one row of the screen.
type Line struct {
	// Text is the row: its own complete SGR state, ended by a reset; no padding
	// at its end, no tab, no control byte but those of SGR and OSC 8.
	Text string
	// Soft says that the break which ends this row was made by wrapping: what
	// follows belongs to the same line of text. Rows of tables are never soft.
	Soft bool
	// Space says that the soft break took the place of a space.
	Space bool
	// Gutter counts the cells at the row's start that are not text: quote bars,
	// the indent of code, and on a row that continues a soft break its whole
	// indent. Bullets and the indents of lists are text.
	Gutter int
}

// margin is what stands to the left of a block's rows.
type margin struct {
	first, rest span // of equal width; first on the block's first row only
	width       int
	decor       bool // not text: see Line.Gutter
	used        bool
}

// page collects rows of a width, inside nested margins.
type page struct {
	width   int
	lines   []Line
	margins []margin
	paint   painter
	goesOn  bool // the last row ended softly
	work    *work
}

// indent opens a margin, to be closed by outdent.
func (p *page) indent(first, rest span, decor bool) {
	p.margins = append(p.margins, margin{first: first, rest: rest, width: ansi.StringWidth(rest.text), decor: decor})
}

func (p *page) outdent() { p.margins = p.margins[:len(p.margins)-1] }

// room returns the cells left for text. Where margins would eat the row they
// are cut instead, from the inside.
func (p *page) room() int {
	w := p.width
	for _, m := range p.margins {
		w -= m.width
	}
	return max(w, min(p.width, max(4, p.width/4)))
}

// open writes the margins of the next row and returns its gutter. On a blank
// row first margins stay unused: they belong to the first text.
func (p *page) open(blank bool) (gutter int) {
	left := p.width - p.room()
	at := 0
	for i := range p.margins {
		m := &p.margins[i]
		s := m.rest
		if !m.used && !blank {
			s, m.used = m.first, true
		}
		text, w := s.text, m.width
		if w > left {
			text, w = ansi.Truncate(text, left, ""), left
		}
		p.paint.write(text, s.look)
		left -= w
		at += w
		if m.decor {
			gutter = at
		}
	}
	if p.goesOn {
		gutter = at
	}
	return gutter
}

// blank adds an empty row; bars of quotes go on through it.
func (p *page) blank() {
	p.goesOn = false
	gutter := p.open(true)
	text := p.paint.finish()
	bare := strings.TrimRight(ansi.Strip(text), " ")
	if bare == "" {
		text = ""
	}
	p.lines = append(p.lines, Line{Text: trimEnd(text), Gutter: min(gutter, ansi.StringWidth(bare))})
}

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

// resume puts rows that were drawn before on an empty page.
func (p *page) resume(lines []Line) {
	p.lines = lines
	for i := range p.margins {
		p.margins[i].used = p.margins[i].used || len(lines) > 0
	}
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
	f.end(false, false)
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
		f.cluster(pc, cluster, w)
	}
}

// cluster lays one character out; it is never wider than a row.
func (f *flow) cluster(pc piece, cluster string, w int) {
	switch {
	case f.exact:
		if f.rowW+w > f.room && f.rowW > 0 {
			f.end(true, false)
		}
		f.row = join(f.row, pc)
		f.rowW += w
	case cluster == "\n":
		f.settle()
		f.end(false, false)
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
		f.end(true, false)
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
			f.end(true, f.gapW > 0)
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
func (f *flow) end(soft, space bool) {
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
	p.lines = append(p.lines, Line{Text: text, Soft: soft, Space: space, Gutter: gutter})
	p.count()
	p.goesOn = soft
	f.row, f.rowW = f.row[:0], 0
	if !soft {
		f.gap, f.gapW = f.gap[:0], 0
	}
}

// close ends a row that was written by hand.
func (p *page) close(gutter int) {
	p.lines = append(p.lines, Line{Text: trimEnd(p.paint.finish()), Gutter: gutter})
	p.goesOn = false
}

// count notes that a row was laid out.
func (p *page) count() {
	if p.work != nil {
		p.work.lines++
	}
}

const reset = "\x1b[m"

// trimEnd drops spaces at the end of a row, where they show nothing.
func trimEnd(s string) string {
	if t, ok := strings.CutSuffix(s, reset); ok && strings.HasSuffix(t, " ") {
		return strings.TrimRight(t, " ") + reset
	}
	return strings.TrimRight(s, " ")
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
