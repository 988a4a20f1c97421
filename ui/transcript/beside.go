// This file owns the pane in which the thought of one answer is read beside the
// conversation. It scrolls by itself and knows nothing of the conversation's
// place.

package transcript

import (
	"fmt"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/markdown"
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
	style         *style
	width, height int
	now           time.Time

	of     *Answer // nil: none
	doc    arriving
	follow bool
	top    int // the first line in view, while not following
	frame  []string
}

// NewBeside returns a pane that shows nothing, drawn in the given theme.
func NewBeside(theme themes.Theme, links bool) *Beside {
	return &Beside{style: newStyle(theme, links)}
}

// SetTheme redraws the pane in another theme.
func (b *Beside) SetTheme(theme themes.Theme, links bool) { b.style = newStyle(theme, links) }

// Tick hands in the time, for the clock of a live thought.
func (b *Beside) Tick(now time.Time) { b.now = now }

// Show shows the thought of an answer: from its beginning, or the end of one
// that still arrives. Showing the same one again moves nothing.
func (b *Beside) Show(a *Answer) {
	if a != b.of {
		b.of, b.doc, b.top = a, arriving{}, 0
		b.follow = a != nil && a.thinking()
	}
}

// Resize gives the pane its size in cells. Any size is legal.
func (b *Beside) Resize(width, height int) {
	width, height = max(width, 0), max(height, 0)
	if width != b.width && b.width > 0 && width > 0 && !b.follow {
		s := section{lines: b.lines()}
		at := s.spot(b.top)
		b.width = width
		s.lines = b.lines()
		b.top = s.find(at)
	}
	b.width, b.height = width, height
}

// ScrollBy moves the view by lines, up when n is negative. Reaching the end of
// a thought that arrives follows it.
func (b *Beside) ScrollBy(n int) {
	end := b.end()
	top := b.top
	if b.follow || top > end {
		top = end
	}
	b.top = min(max(top+n, 0), end)
	b.follow = b.of != nil && b.of.thinking() && b.top == end
}

// Page is how many lines a person goes on by at once.
func (b *Beside) Page() int { return max(1, b.room()-1) }

// Layout arranges the rows of the pane.
func (b *Beside) Layout() {
	b.frame = b.frame[:0]
	if b.width == 0 || b.height == 0 {
		return
	}
	lines, end := b.lines(), b.end()
	top := min(b.top, end)
	if b.follow {
		top = end
	}
	b.frame = append(b.frame, b.title(len(lines)-top-b.room()))
	for _, l := range lines[top:min(len(lines), top+b.room())] {
		b.frame = append(b.frame, l.Text)
	}
	for len(b.frame) < b.height {
		b.frame = append(b.frame, "")
	}
}

// Rows returns the pane: exactly as many rows as it is high, none wider than it
// is wide. They are valid until the next Layout.
func (b *Beside) Rows() []string { return b.frame }

// room is how many lines are in view below the title.
func (b *Beside) room() int { return max(b.height-1, 0) }

// end is the first line in view when the last one is the bottom row.
func (b *Beside) end() int { return max(0, len(b.lines())-b.room()) }

func (b *Beside) lines() []markdown.Line {
	if b.of == nil || b.width == 0 || b.of.Reply.Reasoning.Len() == 0 {
		return nil
	}
	return b.doc.lines(b.style.thought, b.of.Reply.Reasoning.String(), min(b.width, maxMeasure))
}

// title says how long it thought, and how many lines are below.
func (b *Beside) title(below int) string {
	text := b.style.muted.Render("no reasoning")
	c := context{style: b.style, width: b.width + barWidth, now: b.now}
	switch {
	case b.of == nil:
	case b.of.Reply.Reasoning.Len() > 0:
		text = strings.Replace(b.of.thoughtTitle(c, true), "▾ ", "", 1)
	default:
		if hidden := b.of.hiddenThought(c); len(hidden) > 0 {
			text = hidden[0].Text
		}
	}
	if below > 0 {
		text += b.style.faint.Render(fmt.Sprintf(" · ↓ %d more", below))
	}
	return ansi.Truncate(text, b.width, "…")
}
