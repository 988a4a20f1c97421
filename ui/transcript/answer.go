// This file owns the look of a model's turn: thought and answer, and the order
// in which all else stands around them. It adds nothing to what a reply holds,
// and leaves nothing out.

package transcript

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"
	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// tailLines is how much of a live thought is in view while it is folded.
const tailLines = 8

// Answer is a model's turn: its thought and its answer, live or done. The root
// adds to Reply as events arrive; the answer draws what is there.
//
// One that broke off and was continued has several replies. Reply, with Model,
// Provider and Branch, is the last of them: the others have ended.
type Answer struct {
	Earlier []Part // what was there when it was continued, oldest first

	Model    string // the id that was asked
	Provider string // of Model; shown where [Transcript.NameProviders] was called
	Reply    *api.Reply
	Live     bool
	Note     string // what is being waited for, while nothing has arrived

	Branch Branch // its place among the answers to the same question

	// Retry tells how to ask again, after a failure: "enter tries again"; RetryHere
	// how to while the answer is selected, "" where that is the same.
	Retry, RetryHere string

	// Saved tells where a file of the reply lies on this machine; "" when it
	// does not, or not yet. It is asked whenever the answer is drawn, and only
	// looks something up. Nil: nothing is saved.
	Saved func(api.File) string

	unfolded *bool // set by hand; nil: thought as in the whole conversation, all else folded

	answer, thought, later arriving
	written                rawText
	tools                  []*toolView
	whole                  strings.Builder // the text of several parts
	seams                  seams

	key  answerKey // of done, what it was drawn for
	done sections  // as drawn last, once nothing more arrives
}

// answerKey is all that the look of an answer that has ended depends on.
type answerKey struct {
	style    *style
	width    int
	fold     Fold
	raw      bool
	beside   bool
	selected bool
	unfolded *bool
	parts    int
	retry    string
	paths    string
	branch   Branch
	named    bool // the provider is
}

func (a *Answer) selectable() bool { return true }

// toggleFold unfolds all that this answer has folded: its thought, its tool
// calls, its list of sources. Where nothing is folded it folds all of it.
func (a *Answer) toggleFold(whole Fold) {
	open := !a.isOpen(whole)
	if !open && !a.isUnfolded() { // only the thought is open
		open = len(a.toolCalls()) > 0 || len(a.citations()) > fewCitations+1
	}
	a.unfolded = &open
}

// isOpen reports whether the thought is shown.
func (a *Answer) isOpen(whole Fold) bool {
	if a.unfolded != nil {
		return *a.unfolded
	}
	return whole == Open
}

// isUnfolded reports whether the person asked to see all of this answer.
func (a *Answer) isUnfolded() bool { return a.unfolded != nil && *a.unfolded }

func (a *Answer) sections(c context) sections {
	if a.Live {
		return a.draw(c)
	}
	key := answerKey{c.style, c.width, c.fold, c.raw, c.beside, c.selected, a.unfolded, len(a.Earlier), a.retry(c), a.paths(), a.Branch, c.providers}
	if a.done == nil || a.key != key {
		a.key, a.done = key, a.draw(c)
	}
	return a.done
}

func (a *Answer) draw(c context) sections {
	bar := blankBar
	if c.selected {
		bar = c.style.selectedBar
	}
	ss := sections{gap, {kind: sectionHead, bar: bar, lines: oneLine(a.head(c), c.width-barWidth)}}
	ss = append(ss, section{kind: sectionNotices, bar: bar, lines: a.noticeLines(c)})
	ss = a.thoughtSections(ss, c, bar)
	ss = a.text(ss, c, bar)
	ss = a.laterThought(a.returned(ss, c, bar), c, bar)
	if foot := a.foot(c); len(foot) > 0 {
		ss = append(ss, section{kind: sectionFoot, bar: bar, lines: foot})
	}
	return ss
}

// text is the answer itself, drawn or as it was written.
func (a *Answer) text(ss sections, c context, bar string) sections {
	text, width, from := a.Text(), c.measure(barWidth), len(ss)
	like := section{kind: sectionText, bar: bar}
	switch {
	case text == "":
		return ss
	case c.raw:
		like.lines = a.written.lines(c.style, text, width)
		ss = append(ss, like)
	default:
		ss = a.answer.sections(ss, c.style.answer, text, width, like)
	}
	a.overlay(c, ss[from:], width)
	return ss
}

// substitute is the model that answered in the place of the one that was asked,
// as the service names it; "" when it is the same one, a dated version of it at
// most.
func (p *Part) substitute() string {
	name := func(id string) string {
		return strings.ReplaceAll(strings.ToLower(id[strings.LastIndexByte(id, '/')+1:]), ".", "-")
	}
	asked, did := name(p.Model), name(p.Reply.Model)
	if did == "" || asked == "" || strings.HasPrefix(did, asked) || strings.HasPrefix(asked, did) {
		return ""
	}
	return flat(p.Reply.Model)
}

// returned are the sources, files and tool calls, apart from the text.
func (a *Answer) returned(ss sections, c context, bar string) sections {
	if a.Live && a.empty() { // some services name their sources first
		return ss
	}
	more := sections{
		{kind: sectionCitations, bar: bar, lines: a.citationLines(c)},
		{kind: sectionFiles, bar: bar, lines: a.fileLines(c)},
	}
	more = a.toolSections(more, c, bar)
	if a.Text() != "" && more.height() > 0 {
		ss = append(ss, section{kind: sectionBreak, bar: bar, lines: gap.lines})
	}
	return append(ss, more...)
}

// thinking reports whether the answer, or what goes on with it, is still to come.
func (a *Answer) thinking() bool { return a.Live && a.Reply.Answer.Len() == 0 }

func (a *Answer) thoughtSections(ss sections, c context, bar string) sections {
	text, thinking := a.reasoning(), a.thinking() && len(a.Earlier) == 0
	if text == "" {
		return append(ss, section{kind: sectionThoughtTitle, bar: bar, lines: a.hiddenThought(c)})
	}
	open := a.isOpen(c.fold) && !c.beside
	if c.fold == Hidden && !thinking && !open {
		return ss
	}
	title := oneLine(a.thoughtTitle(c, open), c.width-barWidth)
	ss = append(ss, section{kind: sectionThoughtTitle, bar: bar, lines: title})
	if c.beside || !open && (!thinking || c.fold == Hidden) {
		return ss
	}
	from := len(ss)
	ss = a.thought.sections(ss, c.style.thought, text, c.measure(2*barWidth), section{kind: sectionThought, bar: c.style.thoughtBar})
	return append(ss[:from], a.inView(c, ss[from:])...)
}

// inView leaves of a live thought what is shown while it is folded: its tail.
func (a *Answer) inView(c context, ss sections) sections {
	if a.isOpen(c.fold) {
		return ss
	}
	tail := min(tailLines, max(1, c.height/3))
	for i := len(ss) - 1; i >= 0; i-- {
		h := ss[i].height()
		if h >= tail {
			ss[i].above = h - tail
			return ss[i:]
		}
		tail -= h
	}
	return ss
}

// thinkingTitle stands above a thought that is still arriving.
func (a *Answer) thinkingTitle(c context) string {
	took := max(0, c.now.Sub(a.Reply.Sent())-a.Reply.Timing.FirstToken)
	return c.style.thinking.Render(fmt.Sprintf("%s Thinking · %s", sign(c.now), figures.Seconds(took)))
}

// thoughtTitle is the line that a thought folds to.
func (a *Answer) thoughtTitle(c context, open bool) string {
	if a.thinking() && len(a.Earlier) == 0 {
		return a.thinkingTitle(c)
	}
	mark := "▸"
	if open {
		mark = "▾"
	}
	took, n := a.thoughtFigures()
	text := fmt.Sprintf("%s Thought for %s", mark, figures.Seconds(took))
	if n != nil && *n > 0 {
		text += " · " + figures.Tokens(*n) + " tokens"
	}
	return c.style.thinking.Render(text)
}

// foot is what stands under the text: a sign of life, figures, or a failure.
func (a *Answer) foot(c context) []markdown.Line {
	width := c.measure(barWidth)
	if a.Live {
		if !a.Reply.Empty() {
			return nil
		}
		note := a.Note
		if note == "" {
			note = "waiting"
		}
		took := max(0, c.now.Sub(a.Reply.Sent()))
		return oneLine(c.style.muted.Render(fmt.Sprintf("%s %s · %s", sign(c.now), sanitize.Line(note), figures.Seconds(took))), width)
	}
	var lines []markdown.Line
	if a.Reply.Err != nil {
		lines = a.failure(c, width)
	}
	if why := ended(a.Reply); why != "" { // nobody takes this for the whole answer
		lines = append(lines, paint(c.style.warning, hanging("■ ", joinNonEmpty(" · ", why, a.again(c)), width))...)
	}
	return append(lines, a.figureLines(c, width)...)
}

func (a *Answer) failure(c context, width int) []markdown.Line {
	err, st := a.Reply.Err, c.style
	what := err.Message
	if err.Status != 0 && !strings.Contains(what, fmt.Sprint(err.Status)) {
		what = fmt.Sprintf("%s (%d)", what, err.Status)
	}
	lines := paint(st.err, hanging("✗ ", sanitize.Line(what), width))
	todo := joinNonEmpty(" · ", sanitize.Line(err.Hint), a.retry(c))
	if todo != "" {
		lines = append(lines, paint(st.muted, hanging("  ", todo, width))...)
	}
	return lines
}

// figures is the line of numbers, the least telling ones left out first where
// the width does not take them all. Name and why stand around them, "" for none.
func (p *Part) figures(width int, name, why string) string {
	r := p.Reply
	var first, took, rate, tokens, cost string
	if r.Timing.FirstToken > 0 {
		first = figures.Seconds(r.Timing.FirstToken) + " to first"
	}
	if r.Timing.Total > 0 {
		took = figures.Seconds(r.Timing.Total)
	}
	if n := r.Usage.Completion; n != nil {
		tokens = figures.Tokens(*n) + " tok"
		rate = figures.Rate(*n, r.Timing.Total-r.Timing.FirstToken)
	}
	if v := r.Cost.USD; v != nil {
		cost = figures.USD(*v)
		if r.Cost.Source == api.Estimated {
			cost = "≈ " + cost
		}
	}
	branch, short := p.Branch.String(), name[strings.LastIndexByte(name, '/')+1:]
	return fitting(width,
		[]string{name, took, first, rate, tokens, cost, branch, why},
		[]string{name, took, rate, tokens, cost, branch, why},
		[]string{name, took, tokens, cost, branch, why},
		[]string{short, took, tokens, cost, branch, why},
		[]string{short, took, tokens, cost, branch},
		[]string{short, took, cost, branch},
		[]string{short, branch},
	)
}

// again tells how to ask again, where nothing failed.
func (a *Answer) again(c context) string {
	switch a.Reply.Finish {
	case api.FinishStopped, api.FinishInterrupted, api.FinishLength:
		return a.retry(c)
	}
	return ""
}

// retry tells how to ask again from where the reader is.
func (a *Answer) retry(c context) string {
	if c.selected && a.RetryHere != "" {
		return a.RetryHere
	}
	return a.Retry
}

// ended says why an answer stopped, when it did not simply end.
func ended(r *api.Reply) string {
	switch r.Finish {
	case api.FinishStop, api.FinishTools, api.FinishError, "":
		return ""
	case api.FinishStopped:
		return "stopped by you"
	case api.FinishInterrupted:
		return "interrupted"
	case api.FinishLength:
		return "cut at the token limit"
	case api.FinishFilter:
		if r.Protocol == api.Messages { // there it means nothing else
			return "the model refused"
		}
		return "refused, or stopped by a content filter"
	default:
		return "ended: " + flat(string(r.Finish))
	}
}

// sign is a sign of life for a given moment: no state, no timer.
func sign(now time.Time) string {
	s := spinner.MiniDot
	return s.Frames[uint64(now.UnixMilli())/uint64(s.FPS.Milliseconds())%uint64(len(s.Frames))] //nolint:gosec // any number will do
}

func paint(st lipgloss.Style, lines []markdown.Line) []markdown.Line {
	for i := range lines {
		lines[i].Text = st.Render(lines[i].Text)
	}
	return lines
}

func joinNonEmpty(sep string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
