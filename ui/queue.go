// This file owns what a person does with messages that wait to be sent.

package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// hold keeps what is queued until the person sends again.
func (c *conversation) hold() { c.held, c.first = len(c.queue) > 0, 0 }

// letGo sends what is queued, as soon as that can be.
func (c *conversation) letGo() { c.held, c.first = false, 0 }

// unqueue takes the newest queued message back into the composer.
func (m *Model) unqueue() tea.Cmd {
	n := len(m.conv.queue)
	if n == 0 {
		m.say("nothing is queued")
		return nil
	}
	m.composer.Reset() // what is there can be had back
	m.composer.SetValue(m.conv.queue[n-1].text)
	m.composer.SetFiles(m.conv.queue[n-1].files)
	m.conv.queue = slices.Delete(m.conv.queue, n-1, n)
	m.setFocus(composing)
	return nil
}
