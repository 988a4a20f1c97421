// This file owns how a person finds a place in the conversation: from question
// to question, and by words.

package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
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
