package uitest

// Owns: the comparison of what a program's many frames have left on the
// terminal with what its last view alone would have drawn on an empty one.
// Refuses: judging whether the view is right.

import (
	"fmt"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Record keeps what the program's views were, for [Screen.Drift]. It numbers
// the frames in the window's title, and leaves Text and Styled as they were at
// the beginning: a frame is compared, not read. No verb waits for a frame.
func Record() Option { return func(s *settings) { s.record = true } }

// keptViews is how many views a recording keeps: those that may still be on
// their way to the terminal.
const keptViews = 1000

// recording is the views of a program by their numbers.
type recording struct {
	on    bool
	last  int
	views map[int]tea.View
}

// add takes in a view and returns its number.
func (r *recording) add(v tea.View) int {
	if r.views == nil {
		r.views = map[int]tea.View{}
	}
	r.last++
	r.views[r.last] = v
	delete(r.views, r.last-keptViews)
	return r.last
}

// Drift lets the program draw and compares the screen with a fresh render of the view that is on it: the
// cells, their styles as far as they can be seen, the cursor. It returns ""
// when they are the same, else how they differ. A view that does not fit the
// terminal is a difference. A link that is missing is none: the renderer thinks
// that the link of the cell it drew last is still open (ultraviolet,
// TerminalRenderer.updatePen), and does not say it again.
func (s *Screen) Drift() (why string) {
	s.t.Helper()
	s.draw()
	s.until("a whole frame", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.drawing {
			return false
		}
		why = s.drift()
		return true
	})
	return why
}

func (s *Screen) drift() string {
	width, height := s.emu.Width(), s.emu.Height()
	view, ok := s.probe.view(s.view)
	switch {
	case !ok:
		return fmt.Sprintf("view %d is on the screen, and not known", s.view)
	case width == 0 || height == 0:
		return ""
	}
	if why := misfit(view.Content, width, height); why != "" {
		return why
	}
	fresh := s.empty(width, height)
	_, _ = io.WriteString(fresh, alone(view))
	for y := range height {
		for x := range width {
			if !s.sameCell(fresh, x, y) {
				return fmt.Sprintf("the cell at %d,%d differs: line %d is\n%s\nafresh\n%s", x, y, y+1, line(s.emu.Render(), y), line(fresh.emu.Render(), y))
			}
		}
	}
	at := s.emu.CursorPosition()
	switch {
	case s.hidden != (view.Cursor == nil):
		return fmt.Sprintf("the cursor is hidden: %v; to be hidden: %v", s.hidden, view.Cursor == nil)
	case view.Cursor != nil && (at.X != view.Cursor.X || at.Y != view.Cursor.Y):
		return fmt.Sprintf("the cursor is at %v, not at %v", at, view.Cursor.Position)
	}
	return ""
}

// empty returns a terminal of that size on which nothing is.
func (s *Screen) empty(width, height int) *Terminal {
	if s.fresh == nil {
		s.fresh = NewTerminal(1, 1)
		s.fresh.blind = true
	}
	s.fresh.Resize(width, height)
	_, _ = io.WriteString(s.fresh, ansi.ResetStyle+ansi.EraseEntireScreen)
	return s.fresh
}

// sameCell compares a cell with that of another terminal. The colour of a blank
// is nothing that one sees.
func (t *Terminal) sameCell(other *Terminal, x, y int) bool {
	a, b := t.emu.CellAt(x, y), other.emu.CellAt(x, y)
	if a == nil || b == nil {
		return a == b
	}
	one, two := *a, *b
	if one.Content == "" && one.Width > 0 {
		one.Content = " "
	}
	if two.Content == "" && two.Width > 0 {
		two.Content = " "
	}
	if one.Content == " " && two.Content == " " && one.Style.Underline == two.Style.Underline && one.Style.Attrs&inBlanks == two.Style.Attrs&inBlanks {
		one.Style.Fg, one.Style.Attrs = two.Style.Fg, two.Style.Attrs
	}
	linked := one.Link == two.Link || one.Link.IsZero()
	return linked && one.Content == two.Content && one.Width == two.Width && one.Style.Equal(&two.Style)
}

// inBlanks are the attributes that a blank shows too: reverse, strikethrough.
const inBlanks = 1<<5 | 1<<7

func line(screen string, y int) string {
	lines := strings.Split(screen, "\n")
	if y < len(lines) {
		return fmt.Sprintf("%q", lines[y])
	}
	return "missing"
}

// alone is what draws a view on an empty terminal, all at once.
func alone(v tea.View) string {
	var b strings.Builder
	b.WriteString(ansi.SetModeSynchronizedOutput + ansi.ResetModeAutoWrap)
	for y, line := range strings.Split(v.Content, "\n") {
		b.WriteString(ansi.CursorPosition(1, y+1) + line + ansi.ResetStyle)
	}
	b.WriteString(ansi.ResetModeSynchronizedOutput)
	return b.String()
}

// misfit says what of a view is outside the terminal.
func misfit(content string, width, height int) string {
	lines := strings.Split(content, "\n")
	if len(lines) > height {
		return fmt.Sprintf("a view of %d lines on a screen of %d", len(lines), height)
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > width {
			return fmt.Sprintf("a line of %d cells on a screen of %d: %q", w, width, line)
		}
	}
	return ""
}
