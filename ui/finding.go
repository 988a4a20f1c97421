// This file owns how a person finds a place in the conversation: from question
// to question, and by words.

package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func (m *Model) questionUp() tea.Cmd { return m.question(-1, "no question before this one") }

func (m *Model) questionDown() tea.Cmd { return m.question(1, "no question after this one") }

func (m *Model) question(delta int, none string) tea.Cmd {
	if !m.conv.view.SelectQuestion(delta) {
		m.say("%s", none)
	}
	return nil
}

// newLines says how much has arrived below the screen.
func newLines(n int) string {
	switch {
	case n == 0: // the last line grew
		return "↓ new text"
	case n == 1:
		return "↓ 1 new line"
	case n >= 999:
		return "↓ many new lines"
	}
	return fmt.Sprintf("↓ %d new lines", n)
}

// viewRule is the line under the header. It names the message at the top of the
// transcript, once its beginning is above.
func (m *Model) viewRule() string {
	h := m.conv.view.Heading()
	w := m.layout.width
	name := m.chrome.model
	if h.Yours {
		name = m.chrome.accent
	}
	if h.Name == "" || w < small {
		return m.chrome.faint.Render(strings.Repeat("─", w))
	}
	line := m.chrome.faint.Render("─ ") + name.Render(ansi.Truncate(h.Name, w-6, "…")) + " "
	if words := ansi.Truncate(h.Words, max(0, w-5-ansi.StringWidth(line)), "…"); words != "" {
		line += " " + m.chrome.muted.Render(words) + " "
	}
	return line + m.chrome.faint.Render(strings.Repeat("─", max(0, w-ansi.StringWidth(line))))
}
