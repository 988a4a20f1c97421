// This file owns what an entry is and of which sections it is made, and the
// looks of the plain ones: dividers and notices.

package transcript

import (
	"cmp"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// Entry is one thing drawn in the transcript: a [User] message, an [Answer], a
// [Divider], a [Digest] or a [Notice].
type Entry interface {
	// sections returns what the entry shows, from top to bottom. It caches
	// what is costly, keyed by all it depends on.
	sections(context) sections
	selectable() bool

	// Links returns what the entry links to, each address once, in the order
	// in which it is shown. It may take a while: it is for when a person asks.
	Links() []Link
}

// context is all that the look of an entry depends on, besides itself.
type context struct {
	style     *style
	width     int
	height    int // of the pane
	fold      Fold
	raw       bool // answers as they were written
	beside    bool // thoughts are shown elsewhere
	providers bool // answers name theirs
	now       time.Time
	selected  bool
}

// maxMeasure is the longest line of text in cells: longer ones, on a very wide
// screen, make the eye lose the way back.
const maxMeasure = 120

// airy is the width in cells from which text keeps as far from the right edge
// as from the left one.
const airy = 60

// measure is how long lines of text may be that stand right of bars of the
// given width.
func (c context) measure(bars int) int {
	width := c.width - bars
	if c.width >= airy {
		width -= barWidth
	}
	return min(max(width, 1), maxMeasure)
}

// sectionKind orders the sections of an entry.
type sectionKind int

const (
	sectionGap sectionKind = iota
	sectionHead
	sectionNotices
	sectionThoughtTitle
	sectionThought
	sectionText
	sectionBreak // an empty line
	sectionCitations
	sectionFiles
	sectionTools // one for each title, and one for what it unfolds to
	sectionLaterTitle
	sectionLater // a thought about how to go on, while it arrives
	sectionFoot
)

// section is a run of lines of one kind behind one bar. Its lines are shared
// with a cache and never changed. Kind and part name it among the sections of
// its entry, and order them. A text is many sections, each a part of its document,
// so that what is not looked at is not laid out.
type section struct {
	kind  sectionKind
	part  int    // among those of its kind
	bar   string // drawn before each line
	above int    // lines that stand above these and are not shown
	lines []markdown.Line
	doc   *markdown.Document // whose part has the lines; nil: they are in lines

	overlays []overlay // rows that look otherwise than they are
}

// rows returns the lines, laid out.
func (s *section) rows() []markdown.Line {
	if s.doc == nil {
		return s.lines
	}
	return s.doc.Rows(s.part)[s.above:]
}

func (s *section) height() int { return len(s.rows()) }

// guess returns about how many lines there are, and whether it is sure.
func (s *section) guess() (n int, sure bool) {
	if s.doc == nil {
		return len(s.lines), true
	}
	n, sure = s.doc.Guess(s.part)
	return n - s.above, sure
}

// before reports whether the lines of s go on in next.
func (s *section) before(next *section) bool {
	return s.doc != nil && next.doc == s.doc && next.kind == s.kind && next.part == s.part+1
}

// is reports whether s is the section in which an anchor lies.
func (s *section) is(a anchor) bool { return s.kind == a.section && s.part == a.part }

// after reports whether s stands below the section of an anchor.
func (s *section) after(a anchor) bool {
	return s.kind > a.section || s.kind == a.section && s.part > a.part
}

type sections []section

func (ss sections) height() (n int) {
	for i := range ss {
		n += ss[i].height()
	}
	return n
}

// section returns the one in which an anchor lies; nil when it is gone.
func (ss sections) section(a anchor) *section {
	for i := range ss {
		if ss[i].is(a) {
			return &ss[i]
		}
	}
	return nil
}

// appendLines appends at most n lines to dst, leaving out the first skip; all tells
// whether they have the colours of their code, for which there is so much ink.
func (ss sections) appendLines(dst []string, skip, n int, ink *markdown.Ink) (_ []string, all bool) {
	all = true
	for i := 0; i < len(ss) && n > 0; i++ {
		s := &ss[i]
		rows := s.rows()
		if skip >= len(rows) {
			skip -= len(rows)
			continue
		}
		to := min(skip+n, len(rows))
		if s.doc != nil {
			all = s.doc.Colour(s.part, s.above+skip, s.above+to, ink) && all
		}
		for row := skip; row < to; row++ {
			dst = append(dst, strings.TrimRight(s.drawn(rows, row), " "))
		}
		n -= to - skip
		skip = 0
	}
	return dst, all
}

// drawn is one of the rows with what stands before it.
func (s *section) drawn(rows []markdown.Line, row int) string {
	bar, text := s.bar, rows[row].Text
	for _, o := range s.overlays {
		if o.row == row {
			bar, text = cmp.Or(o.bar, bar), cmp.Or(o.text, text)
		}
	}
	return bar + text
}

// spot returns where a line begins, in terms that no width changes.
func (s *section) spot(line int) (at spot) {
	rows := s.rows()
	for _, l := range rows[:min(line, len(rows))] {
		if l.Soft {
			at.cells += ansi.StringWidth(l.Text) + 1 // the space at which it was wrapped
		} else {
			at = spot{hard: at.hard + 1}
		}
	}
	return at
}

// find is the inverse of spot: the line that holds the place. If the lines do not
// reach so far, it is the rest of the way in what they go on in.
func (s *section) find(at spot) (line int, rest spot, ok bool) {
	for i, l := range s.rows() {
		switch {
		case at.hard > 0:
			if !l.Soft {
				at.hard--
			}
		case !l.Soft || at.cells <= ansi.StringWidth(l.Text):
			return i, spot{}, true
		default:
			at.cells -= ansi.StringWidth(l.Text) + 1
		}
	}
	return 0, at, false
}

// find is where a place in the section of an anchor is now.
func (ss sections) find(a anchor, at spot) anchor {
	for i := range ss {
		s := &ss[i]
		if !s.is(a) {
			continue
		}
		var ok bool
		if a.line, at, ok = s.find(at); ok {
			break
		}
		if i+1 == len(ss) || !s.before(&ss[i+1]) {
			a.line = max(0, s.height()-1)
			break
		}
		a.part++ // it was divided
	}
	return a
}

var gap = section{kind: sectionGap, lines: []markdown.Line{{}}}

// Divider marks a place between two messages.
type Divider struct {
	Text    string
	Warning string // what to know about what follows; may have several lines; "": nothing
}

func (d *Divider) selectable() bool { return false }

// Links returns nothing.
func (d *Divider) Links() []Link { return nil }

func (d *Divider) sections(c context) sections {
	label := ansi.Truncate(sanitize.Line(d.Text), max(0, c.measure(barWidth)-6), "…")
	rule := max(0, c.measure(barWidth)-ansi.StringWidth(label)-4)
	line := c.style.faint.Render("── ") + c.style.muted.Render(label) + c.style.faint.Render(" "+strings.Repeat("─", rule))
	ss := sections{gap, {kind: sectionText, bar: blankBar, lines: oneLine(line, c.width-barWidth)}}
	if d.Warning != "" {
		ss = append(ss, section{kind: sectionFoot, bar: blankBar, lines: paint(c.style.warning, wrapPlain(d.Warning, c.measure(barWidth)))})
	}
	return ss
}

// Notice is a word of aimlchat's own.
type Notice struct {
	Text    string
	Warning bool
}

func (n *Notice) selectable() bool { return false }

// Links returns nothing.
func (n *Notice) Links() []Link { return nil }

func (n *Notice) sections(c context) sections {
	st := c.style.muted
	if n.Warning {
		st = c.style.warning
	}
	lines := wrapPlain(n.Text, c.measure(barWidth))
	for i := range lines {
		lines[i].Text = st.Render(lines[i].Text)
	}
	return sections{gap, {kind: sectionText, bar: blankBar, lines: lines}}
}

// wrapPlain wraps text that is not markdown, at most width cells a line.
func wrapPlain(text string, width int) []markdown.Line {
	text = strings.ReplaceAll(sanitize.Text(text), "\t", "    ")
	var lines []markdown.Line
	for hard := range strings.SplitSeq(text, "\n") {
		wrapped := sanitize.Wrap(hard, width)
		rest := hard
		for i, l := range wrapped {
			rest = strings.TrimPrefix(rest, l)
			line := markdown.Line{Text: l, Soft: i < len(wrapped)-1}
			gap := len(rest) - len(strings.TrimLeft(rest, " "))
			if rest = rest[gap:]; line.Soft && gap > 0 {
				line.Space, line.Blanks = true, gap
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// hanging wraps text behind a sign of two cells, under which nothing stands.
func hanging(sign, text string, width int) []markdown.Line {
	if width < 12 {
		return wrapPlain(sign+text, width)
	}
	lines := wrapPlain(text, width-2)
	for i := range lines {
		lines[i].Text, lines[i].Gutter = "  "+lines[i].Text, 2
	}
	if sign != "  " {
		lines[0].Text, lines[0].Gutter = sign+lines[0].Text[2:], 0
	}
	return lines
}

func oneLine(styled string, width int) []markdown.Line {
	return []markdown.Line{{Text: ansi.Truncate(styled, max(0, width), "…")}}
}
