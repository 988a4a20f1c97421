package picker

// rows.go owns the rows that the items make, which of them are in view, and
// the keys that move among them. Only rows in view are ever drawn.

import (
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// The rows that are not list, at most: the filter, the line about what is
// selected, a blank row at each.
const filterRows, aboutRows = 2, 2

// With fewer rows than this there is no line about the selected item, and no
// blank row.
const (
	aboutHeight = 7
	airyHeight  = 14
)

// row is a row of the list: a match, or a heading or blank row above one.
type row struct {
	found   int // in Picker.found
	heading string
	item    bool
	below   bool // the second row of the item above
}

// arrange makes the rows, measures their columns and keeps the cursor in view.
func (p *Picker) arrange() {
	p.rows = p.rows[:0]
	grouped, group := !p.flat(), ""
	for i, m := range p.found {
		if g := p.items[m.item].Group; grouped && g != "" && g != group {
			if i > 0 && p.airy() {
				p.rows = append(p.rows, row{found: i})
			}
			p.rows = append(p.rows, row{found: i, heading: g})
			group = g
		}
		p.rows = append(p.rows, row{found: i, item: true})
		if p.items[m.item].Below != "" {
			p.rows = append(p.rows, row{found: i, below: true})
		}
	}
	want := p.grouped
	if !grouped {
		want = p.ranked
	}
	p.table = fit(want, p.opts.Badges, p.width)
	p.follow()
}

func (p *Picker) airy() bool { return p.height >= airyHeight }

// listTop is the row of View where the list begins.
func (p *Picker) listTop() int {
	if p.airy() {
		return 2
	}
	return 1
}

// listHeight is how many rows of the list are in view.
func (p *Picker) listHeight() int {
	n := p.height - p.listTop()
	switch {
	case p.tells() && p.airy():
		n -= 2
	case p.tells():
		n--
	}
	return max(n, 0)
}

// tells reports whether the line about the selected item is shown.
func (p *Picker) tells() bool { return p.about && p.height >= aboutHeight }

// follow scrolls as little as needed to have the cursor in view, with the
// heading above it, and no empty row below the list.
func (p *Picker) follow() {
	n := p.listHeight()
	if n == 0 || len(p.rows) == 0 {
		p.top = 0
		return
	}
	first := p.rowOf(p.cursor)
	y := first
	for !p.rows[y].item {
		y++
	}
	if n > 1 && y+1 < len(p.rows) && p.rows[y+1].below {
		y++
	}
	first = max(first, y-n+1)
	p.top = min(max(p.top, y-n+1), first, max(len(p.rows)-n, 0))
	p.top = max(p.top, 0)
}

// rowOf returns the first row of a match. Rows hold the matches in their order, so
// it can be found by halving. It is that of the heading, for the first of a
// group.
func (p *Picker) rowOf(found int) int {
	return sort.Search(len(p.rows), func(y int) bool { return p.rows[y].found >= found })
}

// Press acts on a key and reports whether it had a use for it. Enter and esc
// are the caller's.
func (p *Picker) Press(key tea.KeyPressMsg) (handled bool) {
	if text := key.Text; text != "" && text >= " " && text[0] != 0x7F {
		p.SetFilter(p.filter + text)
		return true
	}
	page := max(p.listHeight()-1, 1)
	switch key.Keystroke() {
	case "up", "ctrl+p", "shift+tab":
		p.step(-1)
	case "down", "ctrl+n", "tab":
		p.step(1)
	case "pgup":
		p.move(p.cursor - page)
	case "pgdown":
		p.move(p.cursor + page)
	case "home", "ctrl+home":
		p.move(0)
	case "end", "ctrl+end":
		p.move(len(p.found) - 1)
	case "backspace", "shift+backspace":
		p.SetFilter(DropLast(p.filter))
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		s := strings.TrimRight(p.filter, " ")
		p.SetFilter(s[:strings.LastIndexByte(s, ' ')+1])
	case "ctrl+u":
		p.SetFilter("")
	default:
		return false
	}
	return true
}

// step goes one item on, around the ends.
func (p *Picker) step(by int) {
	if n := len(p.found); n > 0 {
		p.move((p.cursor + by + n) % n)
	}
}

func (p *Picker) move(to int) {
	p.cursor = max(min(to, len(p.found)-1), 0)
	p.follow()
}

// ScrollBy moves the selection, as a wheel does.
func (p *Picker) ScrollBy(n int) { p.move(p.cursor + n) }
