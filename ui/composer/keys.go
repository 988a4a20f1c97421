package composer

// keys.go owns what each key does. It refuses enter, tab and esc, which are
// the root's, and ctrl+m, ctrl+i, ctrl+h and ctrl+[, which terminals send for
// other keys.

import (
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Press acts on a key and reports whether it had a use for it. A blurred
// composer has none for any.
func (c *Composer) Press(key tea.KeyPressMsg) (handled bool) {
	if !c.focused {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(key.Text); key.Text != "" && r >= ' ' && r != 0x7F {
		c.write(c.at, c.at, clean(key.Text))
		return true
	}
	do, ok := bindings[key.Keystroke()]
	return ok && do(c)
}

// bindings are the editing keys. Each tells whether it had something to do, so
// that the root may use the key otherwise where it had not.
var bindings = map[string]func(*Composer) bool{
	"ctrl+j":      (*Composer).newline,
	"alt+enter":   (*Composer).newline,
	"shift+enter": (*Composer).newline,

	"left":       to(func(c *Composer) int { return c.prev(c.at) }),
	"ctrl+b":     to(func(c *Composer) int { return c.prev(c.at) }),
	"right":      to(func(c *Composer) int { return c.next(c.at) }),
	"ctrl+a":     to((*Composer).home),
	"ctrl+e":     to((*Composer).end),
	"home":       unlessEmpty(to((*Composer).home)),
	"end":        unlessEmpty(to((*Composer).end)),
	"ctrl+home":  unlessEmpty(to(func(*Composer) int { return 0 })),
	"ctrl+end":   unlessEmpty(to(func(c *Composer) int { return len(c.text) })),
	"alt+b":      to((*Composer).back),
	"alt+left":   to((*Composer).back),
	"ctrl+left":  to((*Composer).back),
	"alt+f":      to((*Composer).forth),
	"alt+right":  to((*Composer).forth),
	"ctrl+right": to((*Composer).forth),

	"backspace":       orDetach(kill(func(c *Composer) int { return c.prev(c.at) })),
	"shift+backspace": orDetach(kill(func(c *Composer) int { return c.prev(c.at) })),
	"delete":          kill(func(c *Composer) int { return c.next(c.at) }),
	"ctrl+d":          unlessEmpty(kill(func(c *Composer) int { return c.next(c.at) })),
	"ctrl+u":          kill((*Composer).lineBefore),
	"ctrl+k":          kill((*Composer).lineBehind),
	"ctrl+w":          kill(func(c *Composer) int { return c.wordLeft(c.at, solid) }),
	"alt+backspace":   kill((*Composer).back),
	"ctrl+backspace":  kill((*Composer).back),
	"alt+d":           kill((*Composer).forth),
	"alt+delete":      kill((*Composer).forth),
	"ctrl+delete":     kill((*Composer).forth),

	"up":     (*Composer).up,
	"down":   (*Composer).down,
	"ctrl+_": (*Composer).restore,
	"ctrl+/": (*Composer).restore,

	// The same key as terminals with the kitty protocol report it.
	"ctrl+shift+-": (*Composer).restore,
	"ctrl+shift+_": (*Composer).restore,
}

func (c *Composer) newline() bool {
	c.write(c.at, c.at, "\n")
	return true
}

// to makes a key that moves the cursor to where place says.
func to(place func(*Composer) int) func(*Composer) bool {
	return func(c *Composer) bool {
		c.at = place(c)
		c.touched()
		c.follow()
		return true
	}
}

// kill makes a key that deletes what lies between the cursor and where place
// says.
func kill(place func(*Composer) int) func(*Composer) bool {
	return func(c *Composer) bool {
		p := place(c)
		c.write(min(p, c.at), max(p, c.at), "")
		return true
	}
}

// orDetach makes a key that takes a file away where there is nothing to delete.
func orDetach(do func(*Composer) bool) func(*Composer) bool {
	return func(c *Composer) bool { return c.detach() || do(c) }
}

func unlessEmpty(do func(*Composer) bool) func(*Composer) bool {
	return func(c *Composer) bool { return !c.Empty() && do(c) }
}

func (c *Composer) home() int  { return c.lineStart(c.at) }
func (c *Composer) end() int   { return c.lineEnd(c.at) }
func (c *Composer) back() int  { return c.wordLeft(c.at, lettered) }
func (c *Composer) forth() int { return c.wordRight(c.at, lettered) }

// lineBefore is the beginning of the line; from there, the end of the line
// above, so that the key goes on deleting.
func (c *Composer) lineBefore() int {
	if p := c.home(); p < c.at {
		return p
	}
	return max(c.at-1, 0)
}

// lineBehind is the end of the line; from there, the beginning of the next.
func (c *Composer) lineBehind() int {
	if p := c.end(); p > c.at {
		return p
	}
	return min(c.at+1, len(c.text))
}

// up goes a row up; from the first, and on from a recalled prompt, it recalls
// an older one. An empty composer first gives back the lost draft.
func (c *Composer) up() bool {
	if c.text == "" && c.past.place == len(c.past.sent) && c.restore() {
		return true
	}
	if c.past.fresh && c.older() {
		return true
	}
	y, x := c.rows.find(&c.draft, &c.folds, c.at)
	if y == 0 {
		return c.older()
	}
	c.vertical(y-1, x)
	return true
}

// down is the way back of up.
func (c *Composer) down() bool {
	if c.past.fresh && c.newer() {
		return true
	}
	y, x := c.rows.find(&c.draft, &c.folds, c.at)
	if y == len(c.rows.rows)-1 {
		return c.newer()
	}
	c.vertical(y+1, x)
	return true
}

// vertical goes to row y, to the column from which the way up or down began.
func (c *Composer) vertical(y, x int) {
	if c.goal < 0 {
		c.goal = x
	}
	c.at = c.rows.offset(&c.draft, &c.folds, y, c.goal)
	c.past.fresh = false
	c.follow()
}

// Click puts the cursor where a person clicks: at the character in a cell,
// counted from the upper left corner of View; behind the last one of a row where
// the row is over.
func (c *Composer) Click(x, y int) {
	if c.Height() == 0 {
		return
	}
	row := y + c.top - c.chipRows()
	switch {
	case c.framed():
		x, row = x-2, row-1
	case c.width >= barWidth:
		x -= 2
	}
	row = min(max(row, c.top), c.top+c.textHeight()-1, len(c.rows.rows)-1)
	c.at = c.rows.offset(&c.draft, &c.folds, row, max(x, 0))
	c.touched()
	c.follow()
}
