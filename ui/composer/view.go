package composer

// view.go owns how the composer looks and where its cursor stands. It only
// reads.

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// The least width with a frame, and with a bar.
const (
	frameWidth = 12
	barWidth   = 6
)

// look is the theme as the composer needs it.
type look struct{ text, fold, hint, active, idle lipgloss.Style }

func newLook(t themes.Theme) look {
	ink := lipgloss.NewStyle
	return look{
		text:   ink().Foreground(t.Text),
		fold:   ink().Foreground(t.Accent),
		hint:   ink().Foreground(t.Muted),
		active: ink().Foreground(t.Accent),
		idle:   ink().Foreground(t.Faint),
	}
}

func (c *Composer) framed() bool { return !c.compact && c.width >= frameWidth && c.maxHeight >= 3 }

// textWidth is the widest row. Beside it there is always a column for the
// cursor: the frame's padding, or one left free.
func (c *Composer) textWidth() int {
	switch {
	case c.framed():
		return c.width - 4
	case c.width >= barWidth:
		return c.width - 3
	default:
		return max(c.width-1, 1)
	}
}

// textHeight is how many rows of text are in view.
func (c *Composer) textHeight() int {
	room := c.maxHeight - c.chipRows()
	if c.framed() {
		room -= 2
	}
	return max(min(len(c.rows.rows), room), 1)
}

// Height returns the rows that View takes: 0 when it has no room at all.
func (c *Composer) Height() int {
	switch {
	case c.width == 0 || c.maxHeight == 0:
		return 0
	case c.framed():
		return c.chipRows() + c.textHeight() + 2
	default:
		return c.chipRows() + c.textHeight()
	}
}

// Cursor returns where the terminal's cursor belongs, in cells from the upper
// left corner of View; ok is false when it belongs elsewhere.
func (c *Composer) Cursor() (x, y int, ok bool) {
	if !c.focused || c.Height() == 0 {
		return 0, 0, false
	}
	y, x = c.rows.find(&c.draft, &c.folds, c.at)
	y += c.chipRows() - c.top
	switch {
	case c.framed():
		return x + 2, y + 1, true
	case c.width >= barWidth:
		return x + 2, y, true
	default:
		return min(x, c.width-1), y, true
	}
}

// View draws the composer in Height rows of at most the width given.
func (c *Composer) View() string {
	if c.Height() == 0 {
		return ""
	}
	n := c.textHeight()
	lines := make([]string, 0, n+2)
	above, below := c.top, len(c.rows.rows)-c.top-n
	if c.framed() {
		lines = append(lines, c.rule("╭", "╮", "↑", above))
	}
	if c.chipRows() > 0 {
		lines = append(lines, c.side(c.chips(c.textWidth())))
	}
	for y := c.top; y < c.top+n; y++ {
		lines = append(lines, c.row(y))
	}
	if c.framed() {
		lines = append(lines, c.rule("╰", "╯", "↓", below))
	}
	return strings.Join(lines, "\n")
}

// rule draws an edge of the frame, saying how many rows are hidden behind it.
func (c *Composer) rule(left, right, arrow string, hidden int) string {
	if hidden == 0 {
		return c.edge().Render(left + strings.Repeat(c.dash(), c.width-2) + right)
	}
	label := fmt.Sprintf(" %s %d ", arrow, hidden)
	dashes := max(c.width-3-ansi.StringWidth(label), 0)
	return c.edge().Render(left+strings.Repeat(c.dash(), dashes)) + c.look.hint.Render(label) + c.edge().Render(c.dash()+right)
}

// edge is the ink of the frame; dash is its line, which tells of the focus
// where there are no colours.
func (c *Composer) edge() lipgloss.Style {
	if c.focused {
		return c.look.active
	}
	return c.look.idle
}

func (c *Composer) dash() string {
	if c.focused {
		return "─"
	}
	return "┄"
}

// row draws one row between the sides of the frame. The right one is left out
// where terminals may disagree about the width of what was written, so that no
// frame is ever broken.
func (c *Composer) row(y int) string { return c.side(c.ink(c.rows.rows[y])) }

func (c *Composer) side(text string, width int, plain bool) string {
	switch {
	case c.framed() && plain:
		gap := strings.Repeat(" ", max(c.width-3-width, 0))
		return c.edge().Render("│") + " " + text + gap + c.edge().Render("│")
	case c.framed():
		return c.edge().Render("│") + " " + text
	case c.width >= barWidth && c.focused:
		return c.edge().Render("▌") + " " + text
	case c.width >= barWidth:
		return c.edge().Render("│") + " " + text
	default:
		return ansi.Truncate(text, c.width, "") // without the blank that hangs over
	}
}

// ink draws the text of a row, and tells its width and whether every terminal
// agrees about it.
func (c *Composer) ink(r row) (drawn string, width int, plain bool) {
	if c.text == "" {
		s := ansi.Truncate(sanitize.Line(c.placeholder), c.rows.width, "…")
		return c.look.hint.Render(s), ansi.StringWidth(s), sanitize.CertainWidth(s)
	}
	var b, run strings.Builder
	plain = true
	flush := func() {
		s := sanitize.Text(run.String())
		width += ansi.StringWidth(s)
		plain = plain && sanitize.CertainWidth(s)
		if s != "" {
			b.WriteString(c.look.text.Render(s))
		}
		run.Reset()
	}
	for i := r.start; i < r.end; {
		char := cluster(c.text[i:])
		i += len(char)
		switch char[0] {
		case '\t':
			run.WriteString(strings.Repeat(" ", min(tabWidth, c.rows.width)))
		case foldByte:
			flush()
			label := ansi.Truncate(c.folds.of(char).label, c.rows.width, "…")
			width += ansi.StringWidth(label)
			b.WriteString(c.look.fold.Render(label))
		default:
			run.WriteString(char)
		}
	}
	flush()
	return b.String(), width, plain
}
