package dialog

// frame.go owns the box that dialogs are drawn in: its size, its place on the
// screen, its edges. It refuses to know what is inside.

import (
	"cmp"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const (
	maxWidth  = 100
	maxHeight = 36
	minHeight = 16 // a dialog that loads its list grows little

	// The least box with edges.
	edgedWidth, edgedHeight = 20, 6
)

// look is the theme as dialogs need it.
type look struct{ text, muted, faint, accent, title, heading, warning, err, good lipgloss.Style }

func newLook(t themes.Theme) look {
	ink := lipgloss.NewStyle
	return look{
		text:    ink().Foreground(t.Text),
		muted:   ink().Foreground(t.Muted),
		faint:   ink().Foreground(t.Faint),
		accent:  ink().Foreground(t.Accent),
		title:   ink().Foreground(t.Accent).Bold(true),
		heading: ink().Foreground(t.Heading).Bold(true),
		warning: ink().Foreground(t.Warning),
		err:     ink().Foreground(t.Error),
		good:    ink().Foreground(t.Good),
	}
}

// frame is a box in the middle of a screen.
type frame struct {
	look                      look
	widest, lowest            int // bounds of the box; 0: [maxWidth], [minHeight]
	screenWidth, screenHeight int
	width, height             int // of the box, edges included
}

// screen sets the size of the screen, and that of the box for a body of so
// many rows.
func (f *frame) screen(width, height, rows int) {
	f.screenWidth, f.screenHeight = max(width, 0), max(height, 0)
	f.width = min(f.screenWidth, cmp.Or(f.widest, maxWidth))
	f.height = min(max(rows+2, cmp.Or(f.lowest, minHeight)), maxHeight, f.screenHeight)
}

func (f *frame) edged() bool { return f.width >= edgedWidth && f.height >= edgedHeight }

// inner is the size of the body.
func (f *frame) inner() (width, height int) {
	if f.edged() {
		return f.width - 4, f.height - 2
	}
	return f.width, f.height
}

// margin is the empty space at the left of the box and above it.
func (f *frame) margin() (left, top int) {
	return (f.screenWidth - f.width) / 2, (f.screenHeight - f.height) / 3
}

// origin is the cell of the screen where the body begins.
func (f *frame) origin() (x, y int) {
	x, y = f.margin()
	if f.edged() {
		return x + 2, y + 1
	}
	return x, y
}

// draw draws the body in the box, with a thumb of a scroll bar beside the rows
// from ≤ row < to of it.
func (f *frame) draw(title string, help, body []string, from, to int) string {
	if f.width == 0 || f.height == 0 {
		return ""
	}
	w, h := f.inner()
	left, top := f.margin()
	lines := make([]string, top, f.screenHeight)
	pad := strings.Repeat(" ", left)
	if f.edged() {
		lines = append(lines, pad+f.top(title))
	}
	for i := range h {
		row := ""
		if i < len(body) {
			row = ansi.Truncate(body[i], w, "…")
		}
		if f.edged() {
			row = f.side(row, w, i >= from && i < to)
		}
		lines = append(lines, pad+row)
	}
	if f.edged() {
		lines = append(lines, pad+f.bottom(help))
	}
	return strings.Join(lines, "\n")
}

// ours are signs that dialogs draw: a terminal that takes them for wide ones
// takes the edges for wide ones too.
var ours = strings.NewReplacer("█", "", "░", "", "≈", "", "▸", "", "†", "", "•", "", "✗", "", "├", "", "│", "")

// side draws a row between the edges. The right one is left out where
// terminals may disagree about the width of the row.
func (f *frame) side(row string, w int, thumb bool) string {
	left := f.look.faint.Render("│") + " "
	if !sanitize.CertainWidth(ours.Replace(ansi.Strip(row))) {
		return left + row
	}
	right := f.look.faint.Render("│")
	if thumb {
		right = f.look.accent.Render("┃")
	}
	return left + row + strings.Repeat(" ", max(w-ansi.StringWidth(row), 0)+1) + right
}

func (f *frame) top(title string) string {
	title = ansi.Truncate(title, f.width-6, "…")
	dashes := strings.Repeat("─", f.width-5-ansi.StringWidth(title))
	return f.look.faint.Render("╭─ ") + f.look.title.Render(title) + f.look.faint.Render(" "+dashes+"╮")
}

// bottom holds as many of the hints as there is room for.
func (f *frame) bottom(help []string) string {
	text := ""
	for _, h := range help {
		longer := h
		if text != "" {
			longer = text + " · " + h
		}
		if ansi.StringWidth(longer) > f.width-6 {
			break
		}
		text = longer
	}
	if text == "" {
		return f.look.faint.Render("╰" + strings.Repeat("─", f.width-2) + "╯")
	}
	dashes := strings.Repeat("─", f.width-5-ansi.StringWidth(text))
	return f.look.faint.Render("╰─ ") + f.look.muted.Render(text) + f.look.faint.Render(" "+dashes+"╯")
}
