// Package transcript draws a conversation: what was asked, what was thought,
// what was answered, each in a view of its own.
//
// Its rules:
//
//   - It is virtual. The place of the reader is an anchor (entry, section of
//     the entry, line of the section); nothing off the screen is measured or
//     rendered, so a long conversation costs what the screen costs.
//   - The reader is never thrown about. While it follows, the end is in view;
//     scrolling up pauses that, and from then on the anchored line stays where
//     it is, whatever arrives, folds or is resized.
//   - Live and done are drawn by the same code, so finishing moves nothing.
//   - Verbs change it, [Transcript.Layout] arranges it, View only reads.
//
// It knows no backend, no session and no clock: time is handed in.
package transcript

import (
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/themes"
)

// Fold says how the reasoning of a conversation is shown.
type Fold int

// The ways to show reasoning, in the order in which a person cycles them.
const (
	Folded Fold = iota // its tail while it streams, one line once it's done
	Open               // all of it, always
	Hidden             // none of it; while it streams, that there is some
)

// String returns the name of the fold for the status line.
func (f Fold) String() string { return [...]string{"folded", "open", "hidden"}[f] }

// Transcript is the pane in which a conversation is read.
type Transcript struct {
	entries []Entry
	style   *style
	width   int
	height  int
	fold    Fold
	byHand  []*Answer // folded or unfolded by the person
	folds   int       // how often the person did
	now     time.Time

	follow   bool
	anchor   anchor // the top line, while not following
	unread   bool   // text arrived below while not following
	selected int    // index of the entry under the cursor; -1: none
	marked   selection
	numbered bool // the code blocks of the selected entry show their keys

	frame []string // the lines on screen, as Layout left them
	more  bool     // there are lines below them
	pale  bool     // code in them has not all of its colours
	rough []place  // of what was counted below them, sections that are not laid out
	seen  seen     // the last line that the reader can know
	fresh int      // lines below that and below the screen

	heading Heading // of what begins above the screen

	beside    bool     // thoughts are shown elsewhere
	raw       bool     // answers are shown as they were written
	providers bool     // answers name theirs
	find      *finding // nil: nothing is looked for

	warm warm
	work work
}

// New returns an empty transcript, drawn in the given theme.
func New(theme themes.Theme, links bool) *Transcript {
	return &Transcript{style: newStyle(theme, links), follow: true, selected: -1}
}

// SetTheme redraws everything in another theme. The same one changes nothing.
func (t *Transcript) SetTheme(theme themes.Theme, links bool) {
	if theme == t.style.theme && links == t.style.links {
		return
	}
	t.style = newStyle(theme, links)
}

// Resize gives the pane its size in cells. Any size is legal.
func (t *Transcript) Resize(width, height int) {
	width, height = max(width, 0), max(height, 0)
	if width != t.width && t.marked.begun {
		t.resizeMarked(width)
	}
	if width != t.width && !t.follow {
		t.reanchor(width)
	}
	t.width, t.height = width, height
}

// Append adds an entry at the end.
func (t *Transcript) Append(e Entry) {
	t.entries = append(t.entries, e)
	t.noteUnread()
}

// RemoveLast takes the last n entries away.
func (t *Transcript) RemoveLast(n int) {
	t.entries = t.entries[:max(0, len(t.entries)-n)]
	t.find.keepTallies(len(t.entries))
	t.Unmark()
	for t.selected >= len(t.entries) || t.selected >= 0 && !t.entries[t.selected].selectable() {
		t.selected--
	}
	if t.anchor.entry >= len(t.entries) {
		t.follow = true
	}
}

// NameProviders has each answer name its provider, from now on: several have
// answered.
func (t *Transcript) NameProviders() { t.providers = true }

// NamesProviders reports whether it does.
func (t *Transcript) NamesProviders() bool { return t.providers }

// Last returns the last entry, nil when there is none.
func (t *Transcript) Last() Entry {
	if len(t.entries) == 0 {
		return nil
	}
	return t.entries[len(t.entries)-1]
}

// Len returns the number of entries.
func (t *Transcript) Len() int { return len(t.entries) }

// Extend tells the transcript that text arrived in one of its answers.
func (t *Transcript) Extend() { t.noteUnread() }

// Tick hands in the time, for the clocks of what is live.
func (t *Transcript) Tick(now time.Time) { t.now = now }

// CycleFold shows reasoning in the next way, and returns it. Folds that the
// person set by hand on single entries are undone.
func (t *Transcript) CycleFold() Fold {
	t.fold = (t.fold + 1) % 3
	for _, a := range t.byHand {
		a.unfolded = nil
	}
	t.byHand = nil
	return t.fold
}

// ToggleFold folds or unfolds the reasoning of one answer. The top line stays,
// even while the end is followed: who unfolds a thought wants to read it from
// its beginning.
func (t *Transcript) ToggleFold(a *Answer) {
	t.setAnchor(t.top())
	a.toggleFold(t.fold)
	t.byHand, t.folds = append(t.byHand, a), t.folds+1
	t.follow = t.follow && !before(t.resolve(t.anchor), t.end())
}

// Unread reports whether text arrived below the screen since the reader
// scrolled away from the end.
func (t *Transcript) Unread() bool { return t.unread && t.more }

// More reports whether there are lines below the screen, as of the last
// Layout.
func (t *Transcript) More() bool { return t.more }

// Following reports whether the end is kept in view.
func (t *Transcript) Following() bool { return t.follow }

// View returns the pane: exactly as many lines as it is high, none wider than
// it is wide.
func (t *Transcript) View() string { return strings.Join(t.frame, "\n") }

func (t *Transcript) noteUnread() {
	if !t.follow {
		t.unread = true
	}
}

// context returns what entries are drawn with.
func (t *Transcript) context(i int) context {
	return context{
		style:     t.style,
		width:     t.width,
		height:    t.height,
		fold:      t.fold,
		raw:       t.raw,
		beside:    t.beside,
		providers: t.providers,
		now:       t.now,
		selected:  i == t.selected,
	}
}
