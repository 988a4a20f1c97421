package picker

// view.go owns how the picker looks and where its cursor stands. It only reads.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const prompt = "› "

// look is the theme as the picker needs it.
type look struct {
	text, chosen, muted, accent, heading, mark lipgloss.Style
	match                                      ansi.Style // lipgloss underlines letter by letter
}

func newLook(t themes.Theme) look {
	ink := lipgloss.NewStyle
	match := ansi.NewStyle().Underline(true)
	if t.Match != nil {
		match = match.ForegroundColor(t.Match)
	}
	return look{
		text:    ink().Foreground(t.Text),
		chosen:  ink().Foreground(t.Accent).Bold(true),
		muted:   ink().Foreground(t.Muted),
		accent:  ink().Foreground(t.Accent),
		heading: ink().Foreground(t.Heading).Bold(true),
		mark:    ink().Foreground(t.Good),
		match:   match,
	}
}

// SetEmpty sets what is said where there is nothing to choose from at all:
// that it is being loaded, or that there is nothing.
func (p *Picker) SetEmpty(s string) { p.empty = sanitize.Line(s) }

// View draws the picker in as many rows as it was given, each of at most the
// width that it was given.
func (p *Picker) View() string {
	if p.width == 0 || p.height == 0 {
		return ""
	}
	lines := make([]string, p.height)
	lines[0] = p.viewFilter()
	first := p.listTop()
	list := lines[first : first+p.listHeight()]
	if len(p.found) == 0 && len(list) > 0 {
		list[0] = p.viewNothing()
	}
	for i := range list {
		if y := p.top + i; y < len(p.rows) {
			list[i] = p.viewRow(p.rows[y])
		}
	}
	if p.tells() && len(p.found) > 0 {
		about := p.items[p.found[p.cursor].item].About
		lines[p.height-1] = p.clip(strings.Repeat(" ", markWidth) + p.look.muted.Render(about))
	}
	return strings.Join(lines, "\n")
}

// Cursor returns where the terminal's cursor belongs, in cells from the upper
// left corner of View; ok is false when there is no room for one.
func (p *Picker) Cursor() (x, y int, ok bool) {
	if p.width == 0 || p.height == 0 {
		return 0, 0, false
	}
	return min(ansi.StringWidth(prompt+p.shownFilter()), p.width-1), 0, true
}

// Thumb returns the rows of View beside which a scroll bar's thumb belongs,
// from ≤ row < to; ok is false when everything is in view.
func (p *Picker) Thumb() (from, to int, ok bool) {
	n := p.listHeight()
	if n == 0 || len(p.rows) <= n {
		return 0, 0, false
	}
	size := max(n*n/len(p.rows), 1)
	from = p.listTop() + (n-size)*p.top/(len(p.rows)-n)
	return from, from + size, true
}

// Letters reports whether badges are drawn as letters, which want a legend.
func (p *Picker) Letters() bool { return p.table.badges > 0 && !p.table.words }

func (p *Picker) clip(s string) string { return ansi.Truncate(s, p.width, "…") }

// shownFilter is the end of the filter, as much as there is room for.
func (p *Picker) shownFilter() string {
	room := max(p.width-ansi.StringWidth(prompt)-1, 1)
	s := sanitize.Line(p.filter)
	if over := ansi.StringWidth(s) - room; over > 0 {
		return ansi.TruncateLeft(s, over+1, "…")
	}
	return s
}

func (p *Picker) viewFilter() string {
	left := p.look.accent.Render(prompt) + p.look.text.Render(p.shownFilter())
	if p.filter == "" {
		left = p.look.accent.Render(prompt) + p.look.muted.Render("type to "+cmp.Or(p.opts.Verb, "filter")+" "+p.opts.Noun)
	}
	count := fmt.Sprintf("%d/%d", len(p.found), len(p.items))
	if p.given {
		count = fmt.Sprint(len(p.found))
	}
	space := p.width - ansi.StringWidth(left) - len(count)
	if space < gap || len(p.items) == 0 {
		return p.clip(left)
	}
	return left + strings.Repeat(" ", space) + p.look.muted.Render(count)
}

func (p *Picker) viewNothing() string {
	text := p.empty
	if len(p.items) > 0 {
		text = fmt.Sprintf("no matches for %q", strings.TrimSpace(sanitize.Line(p.filter)))
	}
	return p.clip(strings.Repeat(" ", markWidth) + p.look.muted.Render(text))
}

func (p *Picker) viewRow(r row) string {
	if r.below {
		return p.clip(p.viewBelow(&p.items[p.found[r.found].item], r.found == p.cursor))
	}
	if !r.item {
		if r.heading == "" {
			return ""
		}
		return p.clip(" " + p.look.heading.Render(r.heading))
	}
	m := p.found[r.found]
	return p.clip(p.viewItem(&p.items[m.item], m, r.found == p.cursor))
}

// viewItem draws an item in its columns.
func (p *Picker) viewItem(it *Item, m match, selected bool) string {
	var b strings.Builder
	title := p.look.text
	bar, mark := " ", " "
	if it.Dimmed {
		title, mark = p.look.muted, p.look.muted.Render("†")
	}
	if selected {
		title, bar = p.look.chosen, p.look.accent.Render("▌")
	}
	if it.Marked {
		mark = p.look.mark.Render("•")
	}
	b.WriteString(bar + mark + " ")
	t := p.table
	cell := func(s string, drawn string, width int) {
		b.WriteString(drawn + strings.Repeat(" ", max(width-ansi.StringWidth(s), 0)+gap))
	}
	if t.lead > 0 {
		s := ansi.Truncate(it.Lead, t.lead, "…")
		cell(s, p.look.muted.Render(s), t.lead)
	}
	s := ansi.Truncate(it.Title, t.title, "…")
	drawn := paint(s, m.title, title, p.look.match)
	if left := t.title - ansi.StringWidth(s) - gap; it.Prose != "" && (left >= minProse || ansi.StringWidth(it.Prose) <= left) {
		prose := strings.Repeat(" ", gap) + ansi.Truncate(it.Prose, left, "…")
		s, drawn = s+prose, drawn+p.look.muted.Render(prose)
	}
	cell(s, drawn, t.title)
	if t.detail > 0 {
		s := ansi.Truncate(it.detail(p.flat(), t.detail), t.detail, "…")
		cell(s, paint(s, m.about, p.look.muted, p.look.match), t.detail)
	}
	for i, w := range t.columns {
		if w > 0 {
			s := ansi.Truncate(it.column(i), w, "…")
			b.WriteString(strings.Repeat(" ", w-ansi.StringWidth(s)))
			cell(s, p.look.muted.Render(s), 0)
		}
	}
	if t.badges > 0 {
		s := it.letters(p.opts.Badges)
		if t.words {
			s = strings.Join(it.words(p.opts.Badges), " ")
		}
		cell(s, p.look.muted.Render(s), t.badges)
	}
	return strings.TrimRight(b.String(), " ")
}

// viewBelow draws the second row of an item, under its title. What is marked in
// it is in view, as far as there is room.
func (p *Picker) viewBelow(it *Item, selected bool) string {
	bar, indent := " ", markWidth
	if selected {
		bar = p.look.accent.Render("▌")
	}
	if p.table.lead > 0 {
		indent += p.table.lead + gap
	}
	s, marks := it.Below, it.BelowMarks
	room := max(p.width-indent, 1)
	if len(marks) > 0 && ansi.StringWidth(s[:marks[0].To]) > room-1 {
		from := marks[0].From
		for from > 0 && ansi.StringWidth(s[from:marks[0].To]) < room/2 {
			_, size := utf8.DecodeLastRuneInString(s[:from])
			from -= size
		}
		const dots = "…"
		s = dots + s[from:]
		marks = slices.Clone(marks)
		for i := range marks {
			marks[i] = Range{marks[i].From - from + len(dots), marks[i].To - from + len(dots)}
		}
	}
	s = ansi.Truncate(s, room, "…")
	return bar + strings.Repeat(" ", indent-1) + paint(s, letters(s, marks), p.look.muted, p.look.match)
}

func (it *Item) column(i int) string {
	if i < len(it.Columns) {
		return it.Columns[i]
	}
	return ""
}

// flat reports whether the list is one ranking rather than groups.
func (p *Picker) flat() bool { return p.given || strings.TrimSpace(p.filter) != "" }

// paint draws s with the characters at the given offsets in another ink.
func paint(s string, at []int, ink lipgloss.Style, found ansi.Style) string {
	if len(at) == 0 {
		return ink.Render(s)
	}
	var b strings.Builder
	run, hit := 0, false
	flush := func(to int) {
		switch {
		case run == to:
		case hit:
			b.WriteString(found.Styled(s[run:to]))
		default:
			b.WriteString(ink.Render(s[run:to]))
		}
		run = to
	}
	for i := 0; i < len(s); {
		c, _ := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
		is := slices.ContainsFunc(at, func(o int) bool { return o >= i && o < i+len(c) })
		if r, _ := utf8.DecodeRuneInString(c); r == '…' {
			is = false
		}
		if is != hit {
			flush(i)
			hit = is
		}
		i += len(c)
	}
	flush(len(s))
	return b.String()
}
