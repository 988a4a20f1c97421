// This file owns the pane in which the thought of one answer is read beside the
// conversation: a transcript of its own, of nothing but that thought, under a
// title. It scrolls by itself; of the conversation it knows which answer is
// looked at, and what is looked for.

package transcript

import (
	"fmt"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

// SetBeside says whether thoughts are shown in a [Beside]; then the transcript
// shows a line of each.
func (t *Transcript) SetBeside(on bool) { t.beside = on }

// Thinker returns the answer whose thought a person wants to see: the selected
// one, that to the selected question, else the last one; nil when there is none.
func (t *Transcript) Thinker() *Answer {
	from := t.selected
	if from < 0 {
		from = len(t.entries)
	}
	for i := from; i < len(t.entries) && i <= from+2; i++ {
		if a, is := t.entries[i].(*Answer); is {
			return a
		}
	}
	for i := min(from, len(t.entries)) - 1; i >= 0; i-- {
		if a, is := t.entries[i].(*Answer); is {
			return a
		}
	}
	return nil
}

// Beside is a pane that shows the thought of one answer.
type Beside struct {
	text  *Transcript // of one entry: the thought
	of    *Answer     // nil: none
	width int
	rows  []string

	sought *finding // the search that is followed; nil: none
	step   int      // of it, that was followed last
}

// BesideTitle is how many rows of the pane stand above its text.
const BesideTitle = 1

// NewBeside returns a pane that shows nothing, drawn in the given theme.
func NewBeside(theme themes.Theme, links bool) *Beside {
	return &Beside{text: New(theme, links)}
}

// SetTheme redraws the pane in another theme.
func (b *Beside) SetTheme(theme themes.Theme, links bool) { b.text.SetTheme(theme, links) }

// Tick hands in the time, for the clock of a live thought.
func (b *Beside) Tick(now time.Time) { b.text.Tick(now) }

// Text is what is read in the pane, below its title: to scroll in, and to mark.
func (b *Beside) Text() *Transcript { return b.text }

// Show shows the thought of the answer that is looked at in a conversation: from
// its beginning, or the end of one that still arrives. Showing the same one
// again moves nothing. What the conversation looks for is looked for here too.
func (b *Beside) Show(in *Transcript) {
	if a := in.Thinker(); a != b.of {
		b.of, b.sought = a, nil
		t := b.text
		t.Unmark()
		t.entries, t.anchor = nil, anchor{}
		t.follow = a != nil && a.thinking()
		if a != nil {
			t.entries = []Entry{&bareThought{of: a}}
		}
	}
	b.search(in)
}

// search marks what a conversation looks for in the thought, and goes to the
// match that it has gone to.
func (b *Beside) search(in *Transcript) {
	t, f := b.text, in.find
	if f == nil || len(t.entries) == 0 || t.width == 0 {
		t.find, b.sought = nil, nil
		return
	}
	if b.sought != f || t.find == nil || t.find.pattern != f.pattern {
		b.sought, b.step = f, 0
		t.find = &finding{pattern: f.pattern}
	}
	if !f.shown || f.drawn.hit.kind != sectionThought || in.entries[f.at.entry] != Entry(b.of) {
		t.find.shown = false
		return
	}
	if b.step != f.step {
		b.step = f.step
		t.tally()
		if hits := t.hits(0); f.at.nth < len(hits) {
			t.showMatch(0, f.at.nth, hits)
		}
	}
}

// Resize gives the pane its size in cells. Any size is legal.
func (b *Beside) Resize(width, height int) {
	b.width = max(width, 0)
	b.text.Resize(width, height-BesideTitle)
}

// ScrollBy moves the view by lines, up when n is negative. Reaching the end of
// a thought that arrives follows it.
func (b *Beside) ScrollBy(n int) { b.text.ScrollBy(n) }

// Page is how many lines a person goes on by at once.
func (b *Beside) Page() int { return max(1, b.text.height-1) }

// Layout arranges the rows of the pane.
func (b *Beside) Layout() {
	b.rows = b.rows[:0]
	if b.width == 0 {
		return
	}
	b.text.Layout()
	b.rows = append(append(b.rows, b.title(b.below())), b.text.frame...)
}

// below counts the lines below the pane.
func (b *Beside) below() int {
	if len(b.text.entries) == 0 || b.text.width == 0 {
		return 0
	}
	return max(0, b.text.below(b.text.top())+1-b.text.height)
}

// Rows returns the pane: as many rows as it is high, none wider than it is wide.
// They are valid until the next Layout.
func (b *Beside) Rows() []string { return b.rows }

// title says how long it thought, and how many lines are below.
func (b *Beside) title(below int) string {
	st := b.text.style
	text := st.muted.Render("no reasoning")
	c := context{style: st, width: b.width + barWidth, now: b.text.now}
	switch {
	case b.of == nil:
	case b.of.goingOn():
		text = b.of.thinkingTitle(c)
	case b.of.allReasoning() != "":
		text = strings.Replace(b.of.thoughtTitle(c, true), "▾ ", "", 1)
	default:
		if hidden := b.of.hiddenThought(c); len(hidden) > 0 {
			text = hidden[0].Text
		}
	}
	if below > 0 {
		text += st.faint.Render(fmt.Sprintf(" · ↓ %d more", below))
	}
	return ansi.Truncate(text, b.width, "…")
}

// bareThought is the reasoning of an answer as an entry.
type bareThought struct {
	of  *Answer
	doc arriving
}

func (*bareThought) selectable() bool { return false }

// Links returns nothing: those of a thought are nobody's sources.
func (*bareThought) Links() []Link { return nil }

func (e *bareThought) sections(c context) sections {
	text := e.of.allReasoning()
	if text == "" {
		return nil
	}
	return e.doc.sections(nil, c.style.thought, text, min(max(c.width-barWidth, 1), maxMeasure), section{kind: sectionThought})
}
