package dialog

// decide.go owns how a person is asked which of a few ways to go. It refuses to
// know what lies on them.

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// Course is one of several ways to go on.
type Course struct {
	Name string // "fork it"
	Text string // what comes of it; shown where there is room
}

// Decision is what a person is to decide among ways. The first of them is taken
// where the person does not choose, so it must do no harm.
type Decision struct {
	Title string
	Text  string   // may have several lines
	Ways  []Course // at most nine
}

// Decided ends a [Decide]: its number among the ways, from 0.
type Decided struct{ Way int }

func (Decided) action() {}

// Decide is the dialog that asks for a decision. To close it is to take the
// first way.
type Decide struct {
	page
	d  Decision
	at int // the way that enter takes
}

// NewDecide returns the dialog.
func NewDecide(theme themes.Theme, d Decision) *Decide {
	w := &Decide{d: d}
	w.title, w.arrange = sanitize.Line(d.Title), w.lay
	w.widest, w.lowest = 72, edgedHeight
	w.SetTheme(theme)
	return w
}

// SetTheme changes the colours.
func (d *Decide) SetTheme(theme themes.Theme) {
	d.look = newLook(theme)
	d.lay()
}

// Press acts on a key. No letter is one: who types on unawares chooses nothing.
func (d *Decide) Press(key tea.KeyPressMsg) Action {
	n := len(d.d.Ways)
	switch name := key.String(); name {
	case "esc", "ctrl+c":
		return Decided{}
	case "enter":
		return Decided{d.at}
	case "up", "shift+tab":
		d.at = (d.at + n - 1) % n
	case "down", "tab":
		d.at = (d.at + 1) % n
	case "pgup", "pgdown":
		d.ScrollBy(scroll(key, d.room(), len(d.lines)))
	default:
		if i, err := strconv.Atoi(name); err == nil && i >= 1 && i <= n {
			return Decided{i - 1}
		}
	}
	return nil
}

func (d *Decide) lay() {
	d.screen(d.screenWidth, d.screenHeight, maxHeight)
	w, _ := d.inner()
	text := strings.ReplaceAll(sanitize.Text(d.d.Text), "\t", "    ")
	d.lines = nil
	for _, row := range sanitize.Wrap(text, w) {
		d.lines = append(d.lines, d.look.text.Render(row))
	}
	d.screen(d.screenWidth, d.screenHeight, len(d.lines)+1+len(d.d.Ways))
	d.ScrollBy(0)
}

// ScrollBy moves the text by n rows, down if positive. The ways stay.
func (d *Decide) ScrollBy(n int) { d.top = max(min(d.top+n, len(d.lines)-d.room()), 0) }

// room is the rows that the text has.
func (d *Decide) room() int {
	_, h := d.inner()
	return max(h-1-len(d.d.Ways), 0)
}

// View draws the dialog on an otherwise empty screen.
func (d *Decide) View() string {
	w, h := d.inner()
	body := slices.Clone(d.lines[d.top:min(d.top+d.room(), len(d.lines))])
	if h > len(d.d.Ways) {
		body = append(body, "")
	}
	first := max(0, min(d.at, len(d.d.Ways)-h)) // of the ways, where not all have room
	for i := first; i < len(d.d.Ways); i++ {
		body = append(body, d.way(i, w))
	}
	from, to := thumb(d.room(), len(d.lines), d.top)
	return d.draw(d.title, []string{"enter choose", "up/down", "1–" + strconv.Itoa(len(d.d.Ways)), "esc the first"}, body, from, to)
}

// way draws a way, the one that enter takes marked.
func (d *Decide) way(i, width int) string {
	w := d.d.Ways[i]
	mark, style := "  ", d.look.text
	if i == d.at {
		mark, style = "▸ ", d.look.title
	}
	row := style.Render(mark + strconv.Itoa(i+1) + " " + sanitize.Line(w.Name))
	if more := d.look.muted.Render(" · " + sanitize.Line(w.Text)); w.Text != "" && ansi.StringWidth(row)+ansi.StringWidth(more) <= width {
		row += more
	}
	return row
}
