// Package picker is a list to choose from by typing: a filter line, the items
// that match it, best first, and the figures of each in columns. It knows
// nothing of models or sessions.
//
// Every printable key is typed into the filter; no letter is a command. What
// it is given is foreign text: it is sanitised when it is taken in, to be drawn
// and matched, and comes back to the caller by ID.
//
// It is no list of bubbles: that one takes letters for commands until asked to
// filter, and quits the program on one of them.
package picker

// picker.go owns the verbs that a dialog calls and the choice made; which items
// match is match.go's, which rows they make rows.go's, how they look view.go's.

import (
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Item is one thing to choose. Empty fields take no room.
type Item struct {
	ID     string // names the item for the caller: unique, never shown
	Group  string // heading; the items of a group come one after the other
	Lead   string // a short column before everything: when
	Title  string
	Detail string // beside the title
	Family string // what it belongs to: found too, and named where there are no headings
	Prose  string // a longer text, shown as far as there is room; only whole words of it are matched
	About  string // everything about it in one line, shown while it is selected

	// Below is what else is shown of an item, in a row of its own. In it, and in the
	// title, the marked pieces are drawn as found. See [Picker.SetFound].
	Below                  string
	TitleMarks, BelowMarks []Range

	Columns []string // figures, set to the right; as many in every item
	Badges  []string // words of [Options.Badges]
	Marked  bool     // the one in use
	Dimmed  bool     // better not chosen
}

// Range is a piece of a string: the bytes from From to To, not included.
type Range struct{ From, To int }

// Badge is something that an item can have. Typing is:WORD shows only the
// items that do.
type Badge struct {
	Word   string
	Letter string // one cell, where there is no room for words
}

// Options say what a picker is for.
type Options struct {
	Noun   string  // what is chosen, in the plural: "models"
	Verb   string  // what typing does: "search"; "": "filter"
	Badges []Badge // that items can have, in the order in which they are shown
}

// Picker is a list to choose from. Make one with [New].
type Picker struct {
	opts   Options
	look   look
	width  int
	height int

	items   []Item // as given, but safe to draw
	grouped table  // the columns as the items would like them, in groups
	ranked  table  // and in one ranking
	about   bool   // some item has an About

	given  bool   // the items are what was found for the filter
	empty  string // said when there are none
	filter string
	found  []match // the items that are shown, in their order
	rows   []row
	cursor int // in found
	top    int // the first row in view
	table  table
}

// New returns an empty picker of no size.
func New(theme themes.Theme, o Options) *Picker {
	p := &Picker{opts: o}
	p.SetTheme(theme)
	return p
}

// SetTheme changes the colours.
func (p *Picker) SetTheme(theme themes.Theme) { p.look = newLook(theme) }

// Resize sets the cells that View may take. Every size is legal.
func (p *Picker) Resize(width, height int) {
	width, height = max(width, 0), max(height, 0)
	if width == p.width && height == p.height {
		return
	}
	p.width, p.height = width, height
	p.arrange()
}

// SetItems replaces the items. The selected one stays selected if it is still
// among them, the filter stays as it is.
func (p *Picker) SetItems(items []Item) { p.setItems(items, false) }

// SetFound replaces the items by what somebody else found for the filter, in
// that order: all are shown, whatever is typed, until the next SetFound or
// SetItems.
func (p *Picker) SetFound(items []Item) { p.setItems(items, true) }

func (p *Picker) setItems(items []Item, given bool) {
	id := p.selectedID()
	p.given = given
	p.items = make([]Item, len(items))
	for i, it := range items {
		p.items[i] = safe(it)
	}
	p.grouped, p.ranked = measure(p.items, p.opts.Badges, false), measure(p.items, p.opts.Badges, true)
	p.about = slices.ContainsFunc(p.items, func(it Item) bool { return it.About != "" })
	p.find()
	p.Select(id)
}

// safe returns an item whose texts can be drawn in one line each.
func safe(it Item) Item {
	for _, s := range []*string{&it.Group, &it.Lead, &it.Detail, &it.Family, &it.Prose, &it.About} {
		*s = strings.TrimSpace(sanitize.Line(*s))
	}
	it.Title, it.TitleMarks = clean(it.Title, it.TitleMarks)
	it.Below, it.BelowMarks = clean(it.Below, it.BelowMarks)
	it.Columns = slices.Clone(it.Columns)
	for i, s := range it.Columns {
		it.Columns[i] = sanitize.Line(s)
	}
	return it
}

// clean returns a text that can be drawn in one line, with the same pieces of it
// marked.
func clean(s string, marks []Range) (string, []Range) {
	if len(marks) == 0 {
		return strings.TrimSpace(sanitize.Line(s)), nil
	}
	var b strings.Builder
	var kept []Range
	at := 0
	for _, m := range marks {
		if m.From < at || m.To <= m.From || m.To > len(s) {
			continue
		}
		b.WriteString(sanitize.Line(s[at:m.From]))
		from := b.Len()
		b.WriteString(sanitize.Line(s[m.From:m.To]))
		kept, at = append(kept, Range{from, b.Len()}), m.To
	}
	b.WriteString(sanitize.Line(s[at:]))
	return sanitize.Line(b.String()), kept
}

// Select selects the item of that ID; without one, the first.
func (p *Picker) Select(id string) {
	i := slices.IndexFunc(p.found, func(m match) bool { return p.items[m.item].ID == id })
	p.cursor = max(i, 0)
	p.follow()
}

// Selected returns the ID of the selected item; ok is false when nothing is
// shown.
func (p *Picker) Selected() (id string, ok bool) {
	if len(p.found) == 0 {
		return "", false
	}
	return p.selectedID(), true
}

func (p *Picker) selectedID() string {
	if len(p.found) == 0 {
		return ""
	}
	return p.items[p.found[p.cursor].item].ID
}

// Count returns how many items are shown, and how many there are.
func (p *Picker) Count() (shown, all int) { return len(p.found), len(p.items) }

// Rows returns the rows that would show everything, without a filter.
func (p *Picker) Rows() int {
	n, group := filterRows+len(p.items), ""
	if p.about || len(p.items) == 0 {
		n += aboutRows
	}
	for i := range p.items {
		if p.items[i].Below != "" {
			n++
		}
		if g := p.items[i].Group; g != "" && g != group {
			n++
			if i > 0 {
				n++
			}
			group = g
		}
	}
	return n
}

// Filter returns what was typed.
func (p *Picker) Filter() string { return p.filter }

// SetFilter replaces what was typed, and selects the best match; without a
// filter, what was selected stays so.
func (p *Picker) SetFilter(s string) {
	if s == p.filter {
		return
	}
	id := p.selectedID()
	p.filter = s
	if p.given {
		p.arrange()
		return
	}
	p.find()
	if strings.TrimSpace(s) != "" {
		id = ""
	}
	p.Select(id)
}

// Toggle adds is:WORD for the i-th badge to the filter, or takes it away.
func (p *Picker) Toggle(i int) {
	if i < 0 || i >= len(p.opts.Badges) {
		return
	}
	token := isToken + p.opts.Badges[i].Word
	words := strings.Fields(p.filter)
	if at := slices.Index(words, token); at >= 0 {
		words = slices.Delete(words, at, at+1)
	} else {
		words = append(words, token)
	}
	s := strings.Join(words, " ")
	if s != "" {
		s += " " // so that typing goes on with the next word
	}
	p.SetFilter(s)
}

// Paste types s into the filter.
func (p *Picker) Paste(s string) { p.SetFilter(p.filter + strings.TrimSpace(sanitize.Line(s))) }

// find matches the items against the filter.
func (p *Picker) find() {
	if p.given {
		p.found = all(p.items)
	} else {
		p.found = search(p.items, p.filter)
	}
	p.cursor = 0
	p.arrange()
}
