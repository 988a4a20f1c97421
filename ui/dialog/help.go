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
	frame
	sections []Section
	lines    []string // drawn for the width at hand
	top      int
}

// NewHelp returns the dialog of the given sections.
func NewHelp(theme themes.Theme, sections []Section) *Help {
	d := &Help{}
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
	d.arrange()
}

// Resize sets the size of the screen. Every size is legal.
func (d *Help) Resize(width, height int) {
	if width != d.screenWidth || height != d.screenHeight {
		d.screenWidth, d.screenHeight = max(width, 0), max(height, 0)
		d.arrange()
	}
}

// Press acts on a key.
func (d *Help) Press(key tea.KeyPressMsg) Action {
	_, page := d.inner()
	switch key.String() {
	case "esc", "ctrl+c", "q", "?", "f1", "enter":
		return Close{}
	case "up", "k", "ctrl+p":
		d.ScrollBy(-1)
	case "down", "j", "ctrl+n":
		d.ScrollBy(1)
	case "pgup", "ctrl+u":
		d.ScrollBy(1 - page)
	case "pgdown", "ctrl+d", "space", " ":
		d.ScrollBy(page - 1)
	case "home", "g":
		d.ScrollBy(-len(d.lines))
	case "end", "G":
		d.ScrollBy(len(d.lines))
	}
	return nil
}

// Paste has nowhere to go.
func (d *Help) Paste(string) {}

// ScrollBy moves the view by n rows, down if positive.
func (d *Help) ScrollBy(n int) {
	_, h := d.inner()
	d.top = max(min(d.top+n, len(d.lines)-h), 0)
}

// Cursor is nowhere: nothing can be typed.
func (d *Help) Cursor() (x, y int, ok bool) { return 0, 0, false }

// View draws the dialog on an otherwise empty screen.
func (d *Help) View() string {
	_, h := d.inner()
	from, to := 0, 0
	if n := len(d.lines); n > h && h > 0 {
		size := max(h*h/n, 1)
		from = (h - size) * d.top / (n - h)
		to = from + size
	}
	help := []string{"esc close"}
	if to > 0 {
		help = append(help, "up/down scroll")
	}
	return d.draw("Keys", help, d.lines[min(d.top, len(d.lines)):], from, to)
}

// arrange lays the sections out, in two columns where there is room.
func (d *Help) arrange() {
	d.screen(d.screenWidth, d.screenHeight, 0)
	w, _ := d.inner()
	if w < twoColumns {
		d.lines = d.column(d.sections, w)
	} else {
		w = (w - columnGap) / 2
		n := d.half(w)
		d.lines = beside(d.column(d.sections[:n], w), d.column(d.sections[n:], w), w)
	}
	d.screen(d.screenWidth, d.screenHeight, len(d.lines))
	d.ScrollBy(0)
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
