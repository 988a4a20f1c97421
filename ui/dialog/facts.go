package dialog

// facts.go owns how facts are listed: a column of names, a column of values. It
// refuses to know what they are about.

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Fact is something that is known, and what it is.
type Fact struct {
	Name  string // "protocol"; "" for one that says more of the fact before
	Value string // in one line
	Tone  Tone
}

// Tone says how a fact is meant.
type Tone int

// The tones of facts.
const (
	Plain Tone = iota
	Quiet      // said for completeness: that something is unknown
	Good
	Warning
	Bad
)

// FactGroup is facts that belong together.
type FactGroup struct {
	Title string // "" for none
	Facts []Fact
}

// ink is what a value is drawn in.
func (l look) ink(t Tone) lipgloss.Style {
	return [...]lipgloss.Style{l.text, l.muted, l.good, l.warning, l.err}[t]
}

const (
	maxFactName  = 18
	minFactValue = 16 // with less room it stands below the name
)

// Report is a dialog of facts to be read.
type Report struct {
	page
	groups []FactGroup
	most   int // the widest that it gets, in cells; 0: [maxWidth]
}

// NewReport returns a report. Its text can be copied.
func NewReport(theme themes.Theme, title string, groups []FactGroup) *Report {
	d := &Report{}
	d.title, d.help, d.arrange = sanitize.Line(title), []string{"y copy"}, d.lay
	d.lowest = edgedHeight
	d.look = newLook(theme)
	d.SetGroups(groups)
	return d
}

// SetGroups replaces the facts. The place of the reader stays.
func (d *Report) SetGroups(groups []FactGroup) {
	d.groups = make([]FactGroup, 0, len(groups))
	for _, g := range groups {
		clean := FactGroup{Title: sanitize.Line(g.Title)}
		for _, f := range g.Facts {
			clean.Facts = append(clean.Facts, Fact{sanitize.Line(f.Name), strings.TrimSpace(sanitize.Line(f.Value)), f.Tone})
		}
		if len(clean.Facts) > 0 {
			d.groups = append(d.groups, clean)
		}
	}
	d.lay()
}

// SetTheme changes the colours.
func (d *Report) SetTheme(theme themes.Theme) {
	d.look = newLook(theme)
	d.lay()
}

// Press acts on a key.
func (d *Report) Press(key tea.KeyPressMsg) Action {
	switch key.String() {
	case "y", "ctrl+y":
		return Copy{d.text()}
	}
	return d.press(key)
}

// text is all facts, for the clipboard.
func (d *Report) text() string {
	var b strings.Builder
	for i, g := range d.groups {
		if i > 0 {
			b.WriteByte('\n')
		}
		if g.Title != "" {
			b.WriteString(g.Title + "\n")
		}
		for _, f := range g.Facts {
			b.WriteString(strings.TrimPrefix(f.Name+": ", ": ") + f.Value + "\n")
		}
	}
	return b.String()
}

// leastReport is how wide a report is at least, where there is room for it.
const leastReport = 56

func (d *Report) lay() {
	left, value := 0, 0
	for _, g := range d.groups {
		for _, f := range g.Facts {
			left = max(left, min(ansi.StringWidth(f.Name), maxFactName)+2)
			value = max(value, ansi.StringWidth(f.Value))
		}
	}
	d.widest = min(max(left+value+4, leastReport), cmp.Or(d.most, maxWidth))
	d.screen(d.screenWidth, d.screenHeight, maxHeight)
	w, _ := d.inner()
	var lines []string
	for i, g := range d.groups {
		if i > 0 {
			lines = append(lines, "")
		}
		if g.Title != "" {
			lines = append(lines, d.look.heading.Render(g.Title))
		}
		for _, f := range g.Facts {
			lines = append(lines, d.fact(f, left, w)...)
		}
	}
	d.fill(lines)
}

// fact draws a fact in rows of width w, the values beginning at left.
func (d *Report) fact(f Fact, left, w int) []string {
	var lines []string
	begin := d.look.muted.Render(ansi.Truncate(f.Name, maxFactName, "…"))
	begin += strings.Repeat(" ", max(0, left-ansi.StringWidth(begin)))
	if w-left < minFactValue {
		if f.Name != "" {
			lines = append(lines, d.look.muted.Render(f.Name))
		}
		left = min(indent, w/2)
		begin = strings.Repeat(" ", left)
	}
	ink := d.look.ink(f.Tone)
	for _, row := range sanitize.Wrap(f.Value, w-left) {
		lines = append(lines, begin+ink.Render(row))
		begin = strings.Repeat(" ", left)
	}
	return lines
}
