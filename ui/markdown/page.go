// This file owns rows and the margins they stand in. It refuses to wrap.

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
	// Blanks is of how many spaces, where it was more than one.
	Blanks int
	// Breaks says of a row of a table whose cells go on in the next one, for each
	// column in a byte, what the break took the place of: a ' ', or nothing.
	Breaks string
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

// resume puts rows that were drawn before on an empty page.
func (p *page) resume(lines []Line) {
	p.lines = lines
	for i := range p.margins {
		p.margins[i].used = p.margins[i].used || len(lines) > 0
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
