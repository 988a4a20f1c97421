// This file owns the first picture of a session with long answers: it is drawn
// before the session comes to the screen, beside the screen's goroutine, which
// goes on taking keys. It refuses to touch a conversation that is on the screen.

package ui

import tea "charm.land/bubbletea/v2"

// longText is how many bytes of a message take longer to draw than a frame may.
const longText = 16 << 10

// drawFirst does what puts a conversation on the screen: at once, or when it has
// been drawn.
func (m *Model) drawFirst(c *conversation, then func(*Model) tea.Cmd) tea.Cmd {
	if !c.hasLongText() {
		return then(m)
	}
	m.ready = false // nothing is sent to what is on its way
	view := c.view
	view.Resize(m.layout.answer, m.layout.transcript)
	view.SetBeside(m.layout.thought > 0)
	return func() tea.Msg {
		view.Layout()
		return toldMsg(func(m *Model) tea.Cmd {
			m.ready = true
			return then(m)
		})
	}
}

// hasLongText reports whether drawing may take longer than a frame.
func (c *conversation) hasLongText() bool {
	for i := range c.messages {
		size := 0
		for _, p := range c.messages[i].Parts {
			size += len(p.Text)
		}
		if size > longText {
			return true
		}
	}
	return false
}
