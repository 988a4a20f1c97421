// This file owns the mouse wheel: a terminal tells of every notch, and what was
// turned between two frames scrolls once.

package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// notch is how many lines a notch of the wheel scrolls.
const notch = 3

// wheeled is what the wheel was turned since it last scrolled.
type wheeled struct {
	lines   int
	x       int  // the column at which it is
	pausing bool // a frame has not passed since it scrolled
}

// wheelMsg says that a frame has passed since the wheel scrolled.
type wheelMsg struct{}

// holdWheels keeps what the wheel says between two frames from being drawn for
// nothing. It is a filter for [tea.WithFilter], which runs before Update.
func holdWheels(model tea.Model, msg tea.Msg) tea.Msg {
	if w, is := msg.(tea.MouseWheelMsg); is {
		if m, is := model.(*Model); is && m.holdWheel(w) {
			return nil
		}
	}
	return msg
}

// holdWheel adds a notch to what is scrolled with the next frame, and reports
// whether it did.
func (m *Model) holdWheel(msg tea.MouseWheelMsg) bool {
	if !m.wheels.pausing {
		return false
	}
	m.wheels.lines += lines(msg)
	m.wheels.x = msg.X
	return true
}

// wheel scrolls at once when nothing was scrolled since the last frame.
func (m *Model) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	if m.holdWheel(msg) {
		return nil
	}
	m.wheels.lines, m.wheels.x = lines(msg), msg.X
	return m.scrollWheeled()
}

// scrollWheeled scrolls by what the wheel was turned, and waits a frame.
func (m *Model) scrollWheeled() tea.Cmd {
	w := m.wheels
	m.wheels = wheeled{}
	switch {
	case w.lines == 0:
		return nil
	case m.dialog != nil:
		m.dialog.ScrollBy(w.lines)
	default:
		m.scrollAt(w.x, w.lines)
	}
	m.wheels.pausing = true
	return tea.Tick(time.Second/framesPerSecond, func(time.Time) tea.Msg { return wheelMsg{} })
}

func lines(msg tea.MouseWheelMsg) int {
	switch msg.Button {
	case tea.MouseWheelUp:
		return -notch
	case tea.MouseWheelDown:
		return notch
	}
	return 0
}
