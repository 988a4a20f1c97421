package dialog

// confirm.go owns how a question is asked. It refuses to know what happens
// then.

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Question is what a person is to decide.
type Question struct {
	ID      string // comes back with the answer
	Title   string
	Text    string // may have several lines
	Yes, No string // what each answer does: "send it"; "" for just "yes", "no"

	// Default is what enter means before anything else is pressed. Only what
	// does no harm may be yes.
	Default bool
}

// Confirm is the dialog that asks a question. It ends with [Answered]; to close
// it is to say no.
type Confirm struct {
	page
	q   Question
	yes bool // the answer that enter gives
}

// NewConfirm returns the dialog.
func NewConfirm(theme themes.Theme, q Question) *Confirm {
	d := &Confirm{q: q, yes: q.Default}
	d.title, d.arrange = sanitize.Line(q.Title), d.lay
	d.widest, d.lowest = 64, edgedHeight
	d.SetTheme(theme)
	return d
}

// SetTheme changes the colours.
func (d *Confirm) SetTheme(theme themes.Theme) {
	d.look = newLook(theme)
	d.lay()
}

// Press acts on a key.
func (d *Confirm) Press(key tea.KeyPressMsg) Action {
	switch key.String() {
	case "y", "Y":
		return Answered{d.q.ID, true}
	case "n", "N", "esc", "ctrl+c", "q":
		return Answered{d.q.ID, false}
	case "enter":
		return Answered{d.q.ID, d.yes}
	case "left", "right", "tab", "shift+tab": // no letters: who types on unawares chooses nothing
		d.yes = !d.yes
		return nil
	}
	d.ScrollBy(scroll(key, d.room(), len(d.lines)))
	return nil
}

func (d *Confirm) lay() {
	d.screen(d.screenWidth, d.screenHeight, maxHeight)
	w, _ := d.inner()
	text := strings.ReplaceAll(sanitize.Text(d.q.Text), "\t", "    ")
	d.lines = nil
	for _, row := range sanitize.Wrap(text, w) {
		d.lines = append(d.lines, d.look.text.Render(row))
	}
	d.screen(d.screenWidth, d.screenHeight, len(d.lines)+2)
	d.ScrollBy(0)
}

// ScrollBy moves the text by n rows, down if positive. The answers stay.
func (d *Confirm) ScrollBy(n int) { d.top = max(min(d.top+n, len(d.lines)-d.room()), 0) }

// room is the rows that the text has.
func (d *Confirm) room() int {
	_, h := d.inner()
	return max(h-2, 0)
}

// View draws the dialog on an otherwise empty screen.
func (d *Confirm) View() string {
	_, h := d.inner()
	body := slices.Clone(d.lines[d.top:min(d.top+d.room(), len(d.lines))])
	if h > 1 {
		body = append(body, "")
	}
	from, to := thumb(d.room(), len(d.lines), d.top)
	return d.draw(d.title, []string{"y yes", "n no", "enter choose"}, append(body, d.answers()), from, to)
}

// answers draws the two of them, the one that enter gives marked.
func (d *Confirm) answers() string {
	one := func(key, text string, chosen bool) string {
		if text = sanitize.Line(text); text != "" {
			text = ", " + text
		}
		if chosen {
			return d.look.title.Render("▸ " + key + text)
		}
		return "  " + d.look.muted.Render(key+text)
	}
	return one("yes", d.q.Yes, d.yes) + "   " + one("no", d.q.No, !d.yes)
}
