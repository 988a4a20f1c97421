// This file owns the mouse over the transcript: marking text, which is copied
// when the button goes up, and choosing messages. The composer it only focuses.

package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

const (
	// clickAgain is how soon a click must follow another one to make it double.
	clickAgain = 400 * time.Millisecond
	// dragEvery is how often the transcript scrolls while the mouse drags beyond it.
	dragEvery = 50 * time.Millisecond
)

// mouseDrag is what the left button is doing.
type mouseDrag struct {
	down    bool
	clicks  int       // in a row, up to three
	at      time.Time // of the last one
	x, y    int       // of the last one; of the transcript's pane
	lastX   int       // where the mouse is
	lastY   int
	ticking bool
}

// useMouse takes what the buttons and the movements of the mouse say.
func (m *Model) useMouse(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return m.pressMouse(msg)
	case tea.MouseMotionMsg:
		return m.moveMouse(msg)
	case tea.MouseReleaseMsg:
		return m.releaseMouse()
	}
	return nil
}

// pressMouse begins to mark text.
func (m *Model) pressMouse(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.dialog != nil {
		return nil
	}
	m.stopPicking()
	m.unmark()
	y := msg.Y - m.layout.header
	if y < 0 || y >= m.layout.transcript {
		if y >= m.layout.transcript+m.layout.status && y < m.layout.transcript+m.layout.status+m.layout.composer {
			m.setFocus(composing)
		}
		return nil
	}
	d, now := &m.drag, m.opts.Now()
	again := now.Sub(d.at) < clickAgain && d.y == y && d.x-msg.X <= 1 && msg.X-d.x <= 1
	if again && d.clicks < 3 {
		d.clicks++
	} else {
		d.clicks = 1
	}
	d.at, d.x, d.y, d.lastX, d.lastY = now, msg.X, y, msg.X, y
	d.down = m.conv.view.Mark(msg.X, y, []transcript.Unit{transcript.ByCell, transcript.ByWord, transcript.ByLine}[d.clicks-1])
	return nil
}

// moveMouse extends what is marked.
func (m *Model) moveMouse(msg tea.MouseMotionMsg) tea.Cmd {
	if !m.drag.down {
		return nil
	}
	m.drag.lastX, m.drag.lastY = msg.X, msg.Y-m.layout.header
	m.conv.view.MarkTo(m.drag.lastX, m.drag.lastY)
	return m.dragOn()
}

// beyond is by how many rows the mouse is above the transcript, less than 0, or
// below it. Where nothing is above, its first row counts as beyond.
func (m *Model) beyond() int {
	y := m.drag.lastY
	switch {
	case y <= 0 && m.layout.header == 0:
		return -1
	case y < 0:
		return y
	case y >= m.layout.transcript:
		return y - m.layout.transcript + 1
	}
	return 0
}

// dragOn makes the transcript scroll as long as the mouse is beyond it.
func (m *Model) dragOn() tea.Cmd {
	if m.drag.ticking || !m.drag.down || m.beyond() == 0 {
		return nil
	}
	m.drag.ticking = true
	return tea.Tick(dragEvery, func(time.Time) tea.Msg { return toldMsg((*Model).dragged) })
}

// dragged scrolls on, the faster the farther away the mouse is.
func (m *Model) dragged() tea.Cmd {
	m.drag.ticking = false
	if n := m.beyond(); m.drag.down && n != 0 {
		m.conv.view.ScrollBy(min(max(n, -4), 4))
		m.conv.view.MarkTo(m.drag.lastX, m.drag.lastY)
	}
	return m.dragOn()
}

// releaseMouse copies what is marked. A click alone chooses the message.
func (m *Model) releaseMouse() tea.Cmd {
	if !m.drag.down {
		return nil
	}
	m.drag.down = false
	view := m.conv.view
	view.EndMark()
	if view.Marked() {
		if text := view.MarkedText(); text != "" {
			return m.copy(text)
		}
		view.Unmark()
		return nil
	}
	if m.drag.clicks == 1 && view.SelectAt(m.drag.y) {
		m.setFocus(reading)
	}
	return nil
}

// unmark takes away what is marked, and reports whether something was.
func (m *Model) unmark() bool {
	m.drag.down = false
	return m.conv.view.Unmark()
}
