// This file owns the texts in which a search looks: those of the messages, as
// far as they are shown, and the rows that they became.

package transcript

import (
	"strings"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// tally is how often something was found in an entry.
type tally struct {
	n     int
	size  int  // bytes of text
	exact bool // counted in what is shown
	known bool
	stale bool // to be counted anew
	state shownParts

	live   bool
	taken  [2]int // bytes of thought and answer that were counted while it was live
	counts [2]int
	ends   [2]int // of the last matches
}

// shownParts says which parts of an entry are searched.
type shownParts struct {
	any, thought, unfolded, raw bool
}

func (p shownParts) show(k sectionKind) bool {
	switch k {
	case sectionText, sectionTools, sectionCitations, sectionFiles:
		return p.any
	case sectionThought, sectionLater:
		return p.thought
	}
	return false
}

func (t *Transcript) partsOf(e Entry) shownParts {
	switch e := e.(type) {
	case *User:
		return shownParts{any: true}
	case *Digest:
		return shownParts{any: e.open}
	case *bareThought:
		return shownParts{any: true, thought: true}
	case *Answer:
		return shownParts{any: true, thought: e.isOpen(t.fold) || t.beside, unfolded: e.isUnfolded(), raw: t.raw}
	}
	return shownParts{}
}

// apart returns what an entry shows beside the transcript: its thought, where it
// is read in a [Beside]. Its rows are not those of that pane.
func (t *Transcript) apart(i int) sections {
	a, is := t.entries[i].(*Answer)
	if !is || !t.beside || a.allReasoning() == "" {
		return nil
	}
	c := t.context(i)
	return sections{{kind: sectionThought, lines: a.thought.lines(c.style.thought, a.allReasoning(), c.measure(2*barWidth))}}
}

func (t *Transcript) count(ta *tally, e Entry) {
	p := &t.find.pattern
	if p.empty() {
		return
	}
	switch e := e.(type) {
	case *User:
		*ta = tally{state: ta.state}
		ta.add(p, e.Text)
		for i := range e.Files {
			ta.add(p, e.Files[i].Name)
		}
	case *Digest:
		*ta = tally{state: ta.state}
		ta.add(p, e.Text)
		ta.add(p, e.About)
	case *bareThought:
		ta.live = e.of.Live
		ta.n, ta.size = 0, 0
		ta.grow(0, p, e.of.allReasoning(), true)
	case *Answer:
		if !e.Live && ta.live { // once, now that it has ended
			*ta = tally{state: ta.state}
		}
		ta.live = e.Live
		t.countAnswer(ta, e)
	}
}

func (t *Transcript) countAnswer(ta *tally, a *Answer) {
	p, marks := &t.find.pattern, !t.raw
	was := ta.n
	ta.n, ta.size = 0, 0
	if ta.state.thought {
		ta.grow(0, p, a.allReasoning(), true)
	}
	ta.grow(1, p, a.Text(), marks)
	for _, call := range a.toolCalls() {
		ta.add(p, call.Name)
		if first, _ := firstArgument(call.Arguments); ta.state.unfolded {
			ta.add(p, call.Arguments)
		} else {
			ta.add(p, first)
		}
	}
	for i, cited := range a.citations() {
		if i < fewCitations || ta.state.unfolded {
			ta.add(p, cited.Title)
		}
	}
	ta.exact = ta.exact && ta.n == was
}

// add counts in a text that is no markdown.
func (ta *tally) add(p *pattern, text string) {
	ta.size += len(text)
	ta.n += p.count(text, false)
}

// grow counts in a text that was longer at each time, reading only what is new.
func (ta *tally) grow(k int, p *pattern, text string, marks bool) {
	from := max(ta.ends[k], ta.taken[k]-9*len(p.text)-64) // a match may have begun there
	if ta.taken[k] == 0 && !ta.live {
		ta.counts[k] = p.count(text, marks)
	} else if ta.taken[k] < len(text) {
		p.each(text, max(0, from), marks, func(_, end int) bool {
			ta.counts[k]++
			ta.ends[k] = end
			return true
		})
	}
	ta.taken[k] = len(text)
	ta.size += len(text)
	ta.n += ta.counts[k]
}

// textLine is a line of text made of its rows.
type textLine struct {
	text    string
	starts  []int // of the rows in text
	gutters []int // cells before the text of a row
}

// joinRows puts rows together that wrapping has set apart.
func joinRows(rows []markdown.Line) textLine {
	var b strings.Builder
	l := textLine{starts: make([]int, len(rows)), gutters: make([]int, len(rows))}
	for i, row := range rows {
		l.starts[i], l.gutters[i] = b.Len(), row.Gutter
		text := row.Text
		if row.Gutter > 0 {
			text = ansi.TruncateLeft(text, row.Gutter, "")
		}
		b.WriteString(ansi.Strip(text))
		if row.Space {
			b.WriteByte(' ')
		}
	}
	l.text = b.String()
	return l
}

// cell returns the row and the cell at which a byte of the text is drawn; rows
// count from base.
func (l *textLine) cell(at, base int) (row, cell int) {
	for row < len(l.starts)-1 && l.starts[row+1] <= at {
		row++
	}
	return base + row, l.gutters[row] + ansi.StringWidth(l.text[l.starts[row]:at])
}

// cellBefore is where what ends before a byte ends.
func (l *textLine) cellBefore(end, base int) (row, cell int) {
	for row < len(l.starts)-1 && l.starts[row+1] < end {
		row++
	}
	return base + row, l.gutters[row] + ansi.StringWidth(l.text[l.starts[row]:end])
}

// span is a part of a row of the screen that is marked, in cells.
type span struct {
	from, to int
	current  bool
}

// span is what a match takes of a row, its bar included.
func (s *section) span(row int, h hit, current bool) span {
	bar, m := ansi.StringWidth(s.bar), span{current: current}
	line := s.rows()[row]
	m.from, m.to = bar+line.Gutter, bar+ansi.StringWidth(line.Text)
	if row == h.first {
		m.from = bar + h.from
	}
	if row == h.last {
		m.to = min(m.to, bar+h.to)
	}
	return m
}

// markRow marks parts of a row of the screen.
func (st *style) markRow(row string, spans []span) string {
	var b strings.Builder
	ink, in := "", false // in which the row is drawn; a mark is being drawn
	leave := func() {
		b.WriteString("\x1b[m" + ink)
		spans, in = spans[1:], false
	}
	cell := 0
	for at, state := 0, byte(0); at < len(row); {
		seq, w, n, next := ansi.DecodeSequence(row[at:], state, nil)
		at, state = at+n, next
		if isInk := strings.HasPrefix(seq, "\x1b["); isInk {
			if ink += seq; seq == "\x1b[m" {
				ink = ""
			}
			if in {
				continue
			}
		}
		if w > 0 {
			if in && cell >= spans[0].to {
				leave()
			}
			if !in && len(spans) > 0 && cell >= spans[0].from && cell < spans[0].to {
				b.WriteString("\x1b[m" + st.matchInk(spans[0].current))
				in = true
			}
		}
		b.WriteString(seq)
		cell += w
	}
	if in {
		leave()
	}
	return b.String()
}

func (st *style) matchInk(current bool) string {
	if current {
		return st.current.String()
	}
	return st.match.String()
}
