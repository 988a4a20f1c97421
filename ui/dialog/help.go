package dialog

// help.go owns how the keys are shown. Which there are it is told.

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const (
	twoColumns = 84 // the least inner width for two
	columnGap  = 4
	maxKeys    = 22 // wider keys have a row of their own
	indent     = 2
)

// Section is keys that belong together.
type Section struct {
	Title string
	Rows  []Row
}

// Row says what a key does.
type Row struct{ Keys, Text string }

// Help is the dialog that shows the keys.
type Help struct {
	page
	sections []Section
}

// NewHelp returns the dialog of the given sections.
func NewHelp(theme themes.Theme, sections []Section) *Help {
	d := &Help{}
	d.title, d.arrange = "Keys", d.lay
	for _, s := range sections {
		clean := Section{Title: sanitize.Line(s.Title)}
		for _, r := range s.Rows {
			clean.Rows = append(clean.Rows, Row{sanitize.Line(r.Keys), sanitize.Line(r.Text)})
		}
		d.sections = append(d.sections, clean)
	}
	d.SetTheme(theme)
	return d
}

// SetTheme changes the colours.
func (d *Help) SetTheme(theme themes.Theme) {
	d.look = newLook(theme)
	d.lay()
}

// Press acts on a key.
func (d *Help) Press(key tea.KeyPressMsg) Action {
	if k := key.String(); k == "?" || k == "f1" {
		return Close{}
	}
	return d.press(key)
}

// lay lays the sections out, in two columns where there is room.
func (d *Help) lay() {
	d.screen(d.screenWidth, d.screenHeight, maxHeight)
	w, _ := d.inner()
	if w < twoColumns {
		d.fill(d.column(d.sections, w))
		return
	}
	w = (w - columnGap) / 2
	n := d.half(w)
	d.fill(beside(d.column(d.sections[:n], w), d.column(d.sections[n:], w), w))
}

// half returns how many sections belong in the left column, so that the two
// are as equally long as can be.
func (d *Help) half(w int) int {
	best, least := len(d.sections), len(d.column(d.sections, w))
	for n := range d.sections {
		longer := max(len(d.column(d.sections[:n], w)), len(d.column(d.sections[n:], w)))
		if longer < least {
			best, least = n, longer
		}
	}
	return best
}

func beside(left, right []string, w int) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		if i < len(left) {
			lines[i] = left[i]
		}
		if i < len(right) && right[i] != "" {
			lines[i] += strings.Repeat(" ", max(w-ansi.StringWidth(lines[i]), 0)+columnGap) + right[i]
		}
	}
	return lines
}

// column draws sections below each other.
func (d *Help) column(sections []Section, w int) []string {
	var lines []string
	left := keysWidth(sections, w)
	for i, s := range sections {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, d.look.heading.Render(ansi.Truncate(s.Title, w, "…")))
		for _, r := range s.Rows {
			lines = append(lines, d.row(r, left, w)...)
		}
	}
	return lines
}

// keysWidth is the room for keys: that of the longest which is not too long,
// or, with little room, none.
func keysWidth(sections []Section, w int) int {
	keys := 0
	for _, s := range sections {
		for _, r := range s.Rows {
			if n := ansi.StringWidth(r.Keys); n <= maxKeys {
				keys = max(keys, n)
			}
		}
	}
	left := indent + keys + 2
	if w-left < keys {
		left = 2 * indent
	}
	return left
}

// row draws keys and, beside them, what they do; below them where the keys are
// too long.
func (d *Help) row(r Row, left, w int) []string {
	text := strings.Split(ansi.Wrap(r.Text, max(w-left, 1), ""), "\n")
	keys := strings.Repeat(" ", indent) + d.look.accent.Render(r.Keys)
	var lines []string
	if n := ansi.StringWidth(keys); n+2 <= left {
		lines = append(lines, keys+strings.Repeat(" ", left-n)+d.look.text.Render(text[0]))
		text = text[1:]
	} else {
		lines = append(lines, keys)
	}
	for _, t := range text {
		lines = append(lines, strings.Repeat(" ", left)+d.look.text.Render(t))
	}
	return lines
}
