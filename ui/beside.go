// This file owns how answers are looked at: as they were written, or with their
// reasoning beside them.

package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/charmbracelet/x/ansi"
)

func (m *Model) toggleRaw() tea.Cmd {
	if m.conv.view.ToggleRaw() {
		m.say("answers as they were written")
	} else {
		m.say("answers drawn")
	}
	return nil
}

// toggleBeside shows reasoning beside the answers, or in them again.
func (m *Model) toggleBeside() tea.Cmd {
	switch {
	case m.layout.width < besideFrom:
		m.say("reasoning beside the answer needs %d columns", besideFrom)
	case m.beside != nil:
		m.beside = nil
		m.say("reasoning in the answer")
	default:
		m.beside = transcript.NewBeside(m.theme, m.chrome.links)
		m.say("reasoning beside the answer; %s and %s scroll it", m.keyOf("thought-up"), m.keyOf("thought-down"))
	}
	return nil
}

// arrangeReading gives the conversation its place, and the reasoning beside it.
func (m *Model) arrangeReading() {
	view, l := m.conv.view, &m.layout
	answer, thought := l.width, 0
	if m.beside != nil {
		answer, thought = split(l.width)
	}
	l.answer, l.thought = answer, thought
	view.SetBeside(thought > 0)
	view.Resize(answer, l.transcript)
	view.Tick(m.now)
	view.Layout()
	if thought > 0 {
		m.beside.Resize(thought, l.transcript)
		m.beside.Show(view)
		m.beside.Tick(m.now)
		m.beside.Layout()
	}
}

func hasBeside(m *Model) bool { return m.layout.thought > 0 }

func (m *Model) thoughtUp() tea.Cmd   { m.beside.ScrollBy(-m.beside.Page()); return nil }
func (m *Model) thoughtDown() tea.Cmd { m.beside.ScrollBy(m.beside.Page()); return nil }

// scrollAt scrolls what stands at a column of the screen.
func (m *Model) scrollAt(x, lines int) {
	if hasBeside(m) && x > m.layout.answer {
		m.beside.ScrollBy(lines)
		return
	}
	m.conv.view.ScrollBy(lines)
}

// viewBeside puts the reasoning right of the conversation.
func (m *Model) viewBeside(conversation string) string {
	rows := strings.Split(conversation, "\n")
	bar := m.chrome.faint.Render(divider)
	for i, thought := range m.beside.Rows() {
		if i < len(rows) {
			blank := max(0, m.layout.answer+1-ansi.StringWidth(rows[i]))
			rows[i] = strings.TrimRight(rows[i]+strings.Repeat(" ", blank)+bar+" "+thought, " ")
		}
	}
	return strings.Join(rows, "\n")
}
