// Package composer is the field in which a person writes to a model: several
// lines, wrapped, growing as they are written, with the keys of readline, a
// history of prompts, and large pastes folded to one word.
//
// It edits a text of its own rather than the textarea of bubbles, which drops
// tabs and control characters from what it is given, moves by code point where
// a person sees one character, and lays out the whole text on every key. Here
// the stored text is exact; what a terminal must not see is left out when it
// is drawn.
//
// It neither sends nor completes nor reads files or clipboards: enter, tab,
// ctrl+v and all it has no use for are reported as not handled.
package composer

// composer.go owns the verbs that the root calls. Editing is in draft.go and
// keys.go, the screen in layout.go and view.go.

import (
	"slices"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
)

// Composer is the field. Make one with [New].
type Composer struct {
	draft
	folds  folds
	value  string // text, unfolded
	tokens int64  // it takes
	past   history
	rows   layout
	files  []api.File // attached

	look        look
	placeholder string
	focused     bool
	compact     bool
	width       int // of the whole, in cells
	maxHeight   int // of the whole, in rows
	top         int // the first row in view
	goal        int // the column that up and down keep to; -1: that of the cursor
}

// New returns an empty, unfocused composer of no size.
func New(theme themes.Theme) *Composer {
	c := &Composer{placeholder: "Ask anything", goal: -1}
	c.SetTheme(theme)
	c.changed()
	return c
}

// SetTheme changes the colours.
func (c *Composer) SetTheme(theme themes.Theme) { c.look = newLook(theme) }

// SetPlaceholder changes what is shown while nothing is written.
func (c *Composer) SetPlaceholder(s string) { c.placeholder = s }

// SetCompact asks for a single bar at the left instead of a frame, which saves
// two rows.
func (c *Composer) SetCompact(on bool) {
	if on != c.compact {
		c.compact = on
		c.changed()
	}
}

// Resize sets the width of the whole in cells, and the most rows that it may
// take, frame included. Every size is legal; where a frame does not fit, there
// is none.
func (c *Composer) Resize(width, maxHeight int) {
	width, maxHeight = max(width, 0), max(maxHeight, 0)
	if width != c.width || maxHeight != c.maxHeight {
		c.width, c.maxHeight, c.goal = width, maxHeight, -1
		c.changed()
	}
}

// Focus makes the composer take keys.
func (c *Composer) Focus() { c.focused = true }

// Blur makes it refuse them.
func (c *Composer) Blur() { c.focused = false }

// Focused reports whether it takes keys.
func (c *Composer) Focused() bool { return c.focused }

// Value returns what was written, exactly, with folded pastes unfolded.
// Newlines are \n however they came, and bytes that are no UTF-8 are U+FFFD.
func (c *Composer) Value() string { return c.value }

// Tokens guesses how many tokens it takes.
func (c *Composer) Tokens() int64 { return c.tokens }

// Empty reports whether nothing is written or attached.
func (c *Composer) Empty() bool { return c.text == "" && len(c.files) == 0 }

// SetValue replaces what is written, if it is different, folding nothing, and
// goes to its end.
// What was written before can be had back as after [Composer.Reset].
func (c *Composer) SetValue(s string) {
	if s = clean(s); s == c.Value() {
		return
	}
	c.past.leave(c.text)
	c.show(s)
	c.forget()
}

// Put replaces what is written and attached by what was written elsewhere. What
// was there is somebody else's to keep: it can't be had back.
func (c *Composer) Put(s string, files []api.File) {
	c.past.place, c.past.draft, c.past.fresh = len(c.past.sent), "", false
	c.files = slices.Clone(files)
	c.show(clean(s))
	c.forget()
}

// Reset clears the composer. What was written can be had back (ctrl+_, or up)
// unless it was remembered as sent, and with it what was attached.
func (c *Composer) Reset() {
	c.past.leave(c.text)
	if len(c.files) > 0 {
		c.past.lose(c.text, c.files)
	}
	c.files = nil
	c.show("")
	c.forget()
}

// Paste writes s at the cursor, whether focused or not. More than 20 lines, or
// 16 KB, are folded.
func (c *Composer) Paste(s string) {
	if s != "" {
		c.write(c.at, c.at, c.folds.paste(clean(s)))
	}
}

// write replaces text[from:to] by s. Deleting all of a draft at once loses it,
// but not for good.
func (c *Composer) write(from, to int, s string) {
	if s == "" && to-from == len(c.text) && !blank(c.text) {
		if first := cluster(c.text); len(first) < len(c.text) || first[0] == foldByte {
			c.past.lose(c.text, nil)
		}
	}
	c.replace(from, to, s)
	c.touched()
	c.changed()
}

// show replaces the whole text and goes to its end.
func (c *Composer) show(text string) {
	c.draft = draft{text, len(text)}
	c.touched()
	c.changed()
}

// touched notes that the cursor was moved on purpose.
func (c *Composer) touched() { c.goal, c.past.fresh = -1, false }

// changed lays the text out again and brings the cursor into view.
func (c *Composer) changed() {
	if c.text != c.rows.text {
		c.value, c.tokens = c.folds.unfold(c.text), c.folds.count(c.text)
	}
	c.rows.set(c.text, c.textWidth(), &c.folds)
	c.follow()
}

// follow scrolls as little as needed to have the cursor in view and no empty
// row below the text.
func (c *Composer) follow() {
	y, _ := c.rows.find(&c.draft, &c.folds, c.at)
	n := c.textHeight()
	c.top = min(max(c.top, y-n+1), y, max(len(c.rows.rows)-n, 0))
	c.top = max(c.top, 0)
}

// forget drops the folds that nothing mentions any more.
func (c *Composer) forget() {
	c.folds.keepOnly(append([]string{c.text, c.past.draft, c.past.lost}, c.past.sent...)...)
}
