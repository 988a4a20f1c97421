// This file owns what a person does with messages that wait to be sent, and how
// they are shown above the composer.

package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/charmbracelet/x/ansi"
)

// hold keeps what is queued until the person sends again.
func (c *conversation) hold() { c.held, c.first = len(c.queue) > 0, 0 }

// letGo sends what is queued, as soon as that can be.
func (c *conversation) letGo() { c.held, c.first = false, 0 }

// unqueue takes the newest queued message back into the composer.
func (m *Model) unqueue() tea.Cmd { return m.takeQueued(1) }

// takeQueued takes a queued message back into the composer; the newest is 1.
func (m *Model) takeQueued(fromEnd int) tea.Cmd {
	p, ok := m.dropQueued(fromEnd)
	if !ok {
		m.say("nothing is queued")
		return nil
	}
	m.write(p) // what is there can be had back
	m.setFocus(composing)
	return nil
}

// dropQueued takes a queued message away.
func (m *Model) dropQueued(fromEnd int) (p prompt, ok bool) {
	c := m.conv
	at := len(c.queue) - fromEnd
	if at < 0 || at >= len(c.queue) {
		return p, false
	}
	p = c.queue[at]
	c.queue = slices.Delete(slices.Clone(c.queue), at, at+1)
	if at < c.first {
		c.first--
	}
	return p, true
}

// moveQueued moves a queued message towards the front, or the end.
func (m *Model) moveQueued(fromEnd, by int) {
	c := m.conv
	at := len(c.queue) - fromEnd
	to := at + by
	if min(at, to) < 0 || max(at, to) >= len(c.queue) {
		return
	}
	c.queue = slices.Clone(c.queue)
	c.queue[at], c.queue[to] = c.queue[to], c.queue[at]
	m.showQueue()
	if d, is := m.dialog.(*dialog.Queue); is {
		d.Select(fromEnd - by)
	}
}

// openQueue lists the queued messages.
func (m *Model) openQueue() tea.Cmd {
	if len(m.conv.queue) == 0 {
		m.say("nothing is queued")
		return nil
	}
	m.open(dialog.NewQueue(m.theme))
	m.showQueue()
	return nil
}

// showQueue shows the queue as it is in its dialog, if that is open.
func (m *Model) showQueue() {
	d, is := m.dialog.(*dialog.Queue)
	if !is {
		return
	}
	texts := make([]string, len(m.conv.queue))
	for i, p := range m.conv.queue {
		texts[i] = p.words()
	}
	d.SetMessages(texts)
}

// words are what a prompt says, or the names of its files.
func (p prompt) words() string {
	if strings.TrimSpace(p.text) != "" {
		return p.text
	}
	names := make([]string, len(p.files))
	for i, f := range p.files {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// viewQueue shows the messages that are sent next, in as many rows as they were
// given: their first words, and how many more there are.
func (m *Model) viewQueue() []string {
	rows := make([]string, m.layout.queue)
	queue := m.conv.queue
	for i := range rows {
		text := "+" + fmt.Sprint(len(queue)-i) + " more"
		if len(rows) == 1 || i < len(rows)-1 || len(queue) == len(rows) {
			text = firstWords(queue[i])
		}
		row := strings.Repeat(" ", margin) + m.chrome.faint.Render("┊ ") + m.chrome.muted.Render(text)
		rows[i] = ansi.Truncate(row, max(0, m.layout.width-margin), "…")
	}
	return rows
}

// firstWords is the first line of a prompt that says something. A prompt may be
// a megabyte: no more of it is looked at than a screen is wide.
func firstWords(p prompt) string {
	text := strings.TrimLeft(p.words(), " \t\r\n")
	text = strings.ToValidUTF8(text[:min(len(text), 1<<10)], "")
	line, _, _ := strings.Cut(text, "\n")
	return sanitize.Line(line)
}

// queueHelp says what can be done about queued messages.
func (m *Model) queueHelp() string {
	help := " · " + m.keyOf("unqueue") + " takes it back"
	if len(m.conv.queue) > 1 {
		help = " · " + m.keyOf("unqueue") + " takes the last back · " + m.keyOf("queue") + " changes them"
	}
	if m.conv.held && !m.conv.failed() {
		help = ", held · " + m.keyOf("send") + " sends it" + help
	}
	return help
}
