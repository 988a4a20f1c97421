// This file owns answers that broke off and were continued: they are drawn as
// one, of which each part keeps who wrote it, how long it took and what it cost.
// Where one part ends and the next begins is in seam.go.

package transcript

import (
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// Part is one reply of an answer that took several.
type Part struct {
	Model    string // the id that was asked
	Reply    *api.Reply
	Branch   Branch
	Provider string // of Model
}

// parts are all replies of the answer, in their order.
func (a *Answer) parts() []Part {
	return append(slices.Clip(a.Earlier), Part{a.Model, a.Reply, a.Branch, a.Provider})
}

// first is the model that began the answer.
func (a *Answer) first() string {
	if len(a.Earlier) > 0 {
		return a.Earlier[0].Model
	}
	return a.Model
}

// Text returns the whole answer as it was written, as far as it has arrived.
func (a *Answer) Text() string {
	if len(a.Earlier) == 0 {
		return a.Reply.Answer.String()
	}
	at := 0
	for _, p := range a.parts() { // it only ever grows
		text := p.Reply.Answer.String()
		if from := a.whole.Len() - at; from < len(text) {
			a.whole.WriteString(text[from:])
		}
		at += len(text)
	}
	return a.whole.String()
}

// reasoning is all that was thought, but for what is being thought to go on:
// that stands below the text which it follows.
func (a *Answer) reasoning() string {
	if a.goingOn() {
		return joinThoughts(a.Earlier)
	}
	return a.allReasoning()
}

func (a *Answer) allReasoning() string {
	if len(a.Earlier) == 0 {
		return a.Reply.Reasoning.String()
	}
	return joinThoughts(a.parts())
}

func joinThoughts(parts []Part) string {
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.Reply.Reasoning.String())
	}
	return joinNonEmpty("\n\n", texts...)
}

// goingOn reports whether the model thinks about how to go on.
func (a *Answer) goingOn() bool {
	return len(a.Earlier) > 0 && a.thinking() && a.Reply.Reasoning.Len() > 0
}

// thoughtFigures are how long was thought in all, and the tokens of it that were
// counted; nil: none were.
func (a *Answer) thoughtFigures() (took time.Duration, tokens *int64) {
	parts := a.parts()
	if a.goingOn() {
		parts = a.Earlier
	}
	for _, p := range parts {
		took += p.Reply.Timing.Thinking
		if n := p.Reply.Usage.Reasoning; n != nil {
			sum := *n
			if tokens != nil {
				sum += *tokens
			}
			tokens = &sum
		}
	}
	return took, tokens
}

func (a *Answer) toolCalls() []api.ToolCall {
	return collect(a, func(r *api.Reply) []api.ToolCall { return r.ToolCalls })
}

func (a *Answer) citations() []api.Citation {
	return collect(a, func(r *api.Reply) []api.Citation { return r.Citations })
}

func (a *Answer) files() []api.File {
	return collect(a, func(r *api.Reply) []api.File { return r.Files })
}

func (a *Answer) notices() []string {
	return collect(a, func(r *api.Reply) []string { return r.Notices })
}

// collect returns what all parts have of a kind.
func collect[T any](a *Answer, of func(*api.Reply) []T) []T {
	all := of(a.Reply)
	for _, p := range slices.Backward(a.Earlier) {
		if some := of(p.Reply); len(some) > 0 {
			all = slices.Concat(some, all)
		}
	}
	return all
}

// empty reports whether nothing has arrived, of any part, that a person could
// read.
func (a *Answer) empty() bool {
	return a.Reply.Empty() && !slices.ContainsFunc(a.Earlier, func(p Part) bool { return !p.Reply.Empty() })
}

// head names who wrote the answer: each model where it took over, and, where the
// conversation has several, its provider.
func (a *Answer) head(c context) string {
	var names []string
	st := c.style
	for _, p := range a.parts() {
		name := st.model.Render(sanitize.Line(p.Model))
		if c.providers && p.Provider != "" {
			name = st.muted.Render(sanitize.Line(p.Provider)+" · ") + name
		}
		if other := p.substitute(); other != "" {
			name += st.muted.Render(" · answered by " + other)
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return strings.Join(names, st.muted.Render(" · then "))
}

// figureLines are the numbers of each part; a later one begins with a plus.
func (a *Answer) figureLines(c context, width int) []markdown.Line {
	var lines []markdown.Line
	parts := a.parts()
	named := slices.ContainsFunc(parts, func(p Part) bool { return p.Model != parts[0].Model })
	for i, p := range parts {
		lead, name, why := "", "", ""
		if i > 0 {
			lead = "+ "
		}
		if i < len(a.Earlier) {
			why = brokeOff(p.Reply)
		}
		if named {
			name = flat(p.Model)
		}
		text := p.figures(max(0, width-len(lead)), name, why)
		if text == "" || i > 0 && p.Reply.Empty() && p.Reply.Cost.USD == nil && i < len(a.Earlier) { // it never began
			continue
		}
		lines = append(lines, oneLine(c.style.muted.Render(lead+text), width)...)
	}
	return lines
}

// brokeOff says why a part ended before the answer did.
func brokeOff(r *api.Reply) string {
	if r.Finish == api.FinishError {
		return "broke off"
	}
	return ended(r)
}

// fitting returns the first of several lines that has room, the last one cut
// where none has.
func fitting(width int, choices ...[]string) string {
	var out string
	for _, parts := range choices {
		if out = joinNonEmpty(" · ", parts...); ansi.StringWidth(out) <= width {
			return out
		}
	}
	return ansi.Truncate(out, width, "…")
}

// laterThought is what the model thinks before it goes on, while it does: below
// the text, where the reader is.
func (a *Answer) laterThought(ss sections, c context, bar string) sections {
	if !a.goingOn() {
		return ss
	}
	title := oneLine(a.thinkingTitle(c), c.width-barWidth)
	ss = append(ss, section{kind: sectionLaterTitle, bar: bar, lines: title})
	if c.beside || c.fold == Hidden && !a.isOpen(c.fold) {
		return ss
	}
	from := len(ss)
	ss = a.later.sections(ss, c.style.thought, a.Reply.Reasoning.String(), c.measure(2*barWidth), section{kind: sectionLater, bar: c.style.thoughtBar})
	return append(ss[:from], a.inView(c, ss[from:])...)
}

// GoOn makes an answer live again that broke off: reply is to go on with it, by
// the given model. What was said about its end is taken away.
func (t *Transcript) GoOn(a *Answer, next Part) {
	i := slices.Index(t.entries, Entry(a))
	if i < 0 {
		return
	}
	after := slices.Clone(t.entries[i+1:])
	t.RemoveLast(len(after))
	t.find.keepTallies(i)
	a.Earlier = append(slices.Clip(a.Earlier), Part{a.Model, a.Reply, a.Branch, a.Provider})
	a.Model, a.Reply, a.Branch, a.Provider = next.Model, next.Reply, next.Branch, next.Provider
	a.Live, a.Note, a.Retry, a.RetryHere, a.later = true, "", "", "", arriving{}
	for _, e := range after {
		if _, is := e.(*Divider); !is { // which said who comes next
			t.Append(e)
		}
	}
}

// AnswerOf returns the answer that shows message n, counted from 0; nil when
// none does.
func (t *Transcript) AnswerOf(n int) *Answer {
	if i := t.entryOf(n); i < len(t.entries) {
		a, _ := t.entries[i].(*Answer)
		return a
	}
	return nil
}
