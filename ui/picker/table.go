package picker

// table.go owns the columns: which of them there is room for, and how wide
// each is. Widths come from all items, not from those in view, so that nothing
// shifts while one scrolls or types.

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Indent is the cells before what an item says: the selection's bar, the mark, a
// blank. What stands below the list lines up with it.
const Indent = 3

const (
	markWidth = Indent
	gap       = 2 // between columns
	between   = " · "

	minTitle, goodTitle, maxTitle    = 31, 36, 48 // where there is less room than the least, other columns go
	minDetail, goodDetail, maxDetail = 13, 28, 48
	minProse                         = 16
	maxLead, maxColumn               = 16, 24
)

// table is the width of each column, 0 for those not shown. The prose has none
// of its own: it begins behind each title, and widens its column.
type table struct {
	lead, title, detail int
	columns             []int
	badges              int
	words               bool // badges are words, not letters
	prose               int  // the widest title and prose together, as wanted
}

// fit cuts the columns for rows of the given width.
func fit(want table, badges []Badge, width int) table {
	room := max(width-markWidth, 0)
	var t table
	for _, t = range plans(want, badges) {
		if t.width() <= room {
			break
		}
	}
	t.title = min(t.title, room)
	for _, c := range []struct {
		have *int
		want int
	}{{&t.title, want.title}, {&t.detail, want.detail}} {
		if *c.have > 0 {
			*c.have += max(min(c.want-*c.have, room-t.width()), 0)
		}
	}
	t.title += max(min(want.prose-t.title, room-t.width()), 0)
	return t
}

// width is that of a whole row behind its mark.
func (t table) width() int {
	n := t.title
	for _, w := range append([]int{t.lead, t.detail, t.badges}, t.columns...) {
		if w > 0 {
			n += w + gap
		}
	}
	return n
}

// plans are the ways to do with less room, the one with everything first. Words
// for the badges go before names are cut: letters say the same. Then a person
// can do without the detail, the badges, the figures from the last to the
// first, the lead.
func plans(want table, badges []Badge) []table {
	of := func(title, detail int, words bool) table {
		t := want
		t.title, t.detail, t.words = min(want.title, title), min(want.detail, detail), words
		if want.badges > 0 && !words {
			t.badges = len(badges)
		}
		return t
	}
	bare := of(minTitle, 0, false)
	bare.badges = 0
	all := []table{
		of(goodTitle, goodDetail, true),
		of(goodTitle, goodDetail, false),
		of(goodTitle, 0, true),
		of(goodTitle, minDetail, false),
		of(goodTitle, 0, false),
		of(minTitle, 0, false),
		bare,
	}
	for n := len(want.columns) - 1; n >= 0; n-- {
		bare.columns = want.columns[:n]
		all = append(all, bare)
	}
	bare.lead = 0
	return append(all, bare)
}

// measure returns the width that each column would like. In a flat list the
// detail names the family too.
func measure(items []Item, badges []Badge, flat bool) table {
	want := table{words: true}
	widen := func(w *int, s string, limit int) { *w = max(*w, min(ansi.StringWidth(s), limit)) }
	for i := range items {
		it := &items[i]
		widen(&want.lead, it.Lead, maxLead)
		widen(&want.title, it.Title, maxTitle)
		widen(&want.detail, it.detail(flat, maxDetail), maxDetail)
		if it.Prose != "" {
			want.prose = max(want.prose, ansi.StringWidth(it.Title)+gap+ansi.StringWidth(it.Prose))
		}
		widen(&want.badges, strings.Join(it.words(badges), " "), 1<<10)
		for len(want.columns) < len(it.Columns) {
			want.columns = append(want.columns, 0)
		}
		for j, s := range it.Columns {
			widen(&want.columns[j], s, maxColumn)
		}
	}
	return want
}

// detail is what stands beside the title: in a flat list the family too, if
// both fit.
func (it *Item) detail(flat bool, width int) string {
	switch {
	case !flat || it.Family == "":
		return it.Detail
	case it.Detail == "":
		return it.Family
	}
	if both := it.Detail + between + it.Family; ansi.StringWidth(both) <= width {
		return both
	}
	return it.Detail
}

// words are the badges of an item, in the order of all badges.
func (it *Item) words(badges []Badge) []string {
	var words []string
	for _, b := range badges {
		if it.has(b.Word) {
			words = append(words, b.Word)
		}
	}
	return words
}

// letters are the badges of an item, each in a place of its own.
func (it *Item) letters(badges []Badge) string {
	if len(it.Badges) == 0 {
		return ""
	}
	var s strings.Builder
	for _, b := range badges {
		if it.has(b.Word) {
			s.WriteString(b.Letter)
		} else {
			s.WriteString("·")
		}
	}
	return s.String()
}
