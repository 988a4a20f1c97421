package dialog

// page.go owns a dialog that is read: lines that scroll. What they say is given
// by who embeds it.

import (
	tea "charm.land/bubbletea/v2"
)

// page is a dialog of lines.
type page struct {
	frame
	title string
	help  []string // hints below the lines, the most needed first
	lines []string // drawn for the size at hand
	top   int

	arrange func() // draws lines anew for the size of the screen
}

// Resize sets the size of the screen. Every size is legal.
func (p *page) Resize(width, height int) {
	if width != p.screenWidth || height != p.screenHeight {
		p.screenWidth, p.screenHeight = max(width, 0), max(height, 0)
		p.arrange()
	}
}

// fill takes lines drawn for the width at hand, and makes room for them.
func (p *page) fill(lines []string) {
	p.lines = lines
	p.screen(p.screenWidth, p.screenHeight, len(lines))
	p.ScrollBy(0)
}

// Paste has nowhere to go.
func (p *page) Paste(string) {}

// ScrollBy moves the view by n rows, down if positive.
func (p *page) ScrollBy(n int) {
	_, h := p.inner()
	p.top = max(min(p.top+n, len(p.lines)-h), 0)
}

// Cursor is nowhere: nothing can be typed.
func (p *page) Cursor() (x, y int, ok bool) { return 0, 0, false }

// press acts on a key that means the same on every page.
func (p *page) press(key tea.KeyPressMsg) Action {
	switch key.String() {
	case "esc", "ctrl+c", "q", "enter":
		return Close{}
	}
	_, h := p.inner()
	p.ScrollBy(scroll(key, h, len(p.lines)))
	return nil
}

// scroll is how far a key moves the view of a text, in rows.
func scroll(key tea.KeyPressMsg, page, all int) int {
	switch key.String() {
	case "up", "k", "ctrl+p":
		return -1
	case "down", "j", "ctrl+n":
		return 1
	case "pgup", "ctrl+u":
		return 1 - page
	case "pgdown", "ctrl+d", "space", " ":
		return page - 1
	case "home", "g":
		return -all
	case "end", "G":
		return all
	}
	return 0
}

// View draws the dialog on an otherwise empty screen.
func (p *page) View() string {
	_, h := p.inner()
	from, to := thumb(h, len(p.lines), p.top)
	help := []string{"esc close"}
	if to > 0 {
		help = append(help, "up/down scroll")
	}
	return p.draw(p.title, append(help, p.help...), p.lines[min(p.top, len(p.lines)):], from, to)
}

// thumb is the rows beside which the thumb of a scroll bar stands; none where
// all n rows are in view.
func thumb(height, n, top int) (from, to int) {
	if n <= height || height <= 0 {
		return 0, 0
	}
	size := max(height*height/n, 1)
	from = (height - size) * top / (n - height)
	return from, from + size
}
