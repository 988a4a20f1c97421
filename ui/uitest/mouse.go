package uitest

// Owns: what a mouse sends. Refuses: all but the left button and the wheel.

import "github.com/charmbracelet/x/ansi"

// MousePress presses the left button over a cell, and leaves it down.
func (s *Screen) MousePress(x, y int) { s.t.Helper(); s.mouse(ansi.MouseLeft, x, y, false, false) }

// MouseMove moves the mouse to a cell while the left button is down.
func (s *Screen) MouseMove(x, y int) { s.t.Helper(); s.mouse(ansi.MouseLeft, x, y, true, false) }

// MouseRelease lets the left button go over a cell.
func (s *Screen) MouseRelease(x, y int) { s.t.Helper(); s.mouse(ansi.MouseLeft, x, y, false, true) }

// Click presses the left button over a cell and lets it go, n times.
func (s *Screen) Click(x, y, n int) {
	s.t.Helper()
	for range n {
		s.MousePress(x, y)
		s.MouseRelease(x, y)
	}
}

// Drag presses the left button over a cell, moves to another one and lets it go.
func (s *Screen) Drag(x1, y1, x2, y2 int) {
	s.t.Helper()
	s.MousePress(x1, y1)
	s.MouseMove(x2, y2)
	s.MouseRelease(x2, y2)
}

func (s *Screen) mouse(button ansi.MouseButton, x, y int, motion, release bool) {
	s.t.Helper()
	code := ansi.EncodeMouseButton(button, motion, false, false, false)
	s.send(ansi.MouseSgr(code, x, y, release), 1)
	s.settle()
}
