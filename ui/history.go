// This file owns the way back to what was sent before: the dialog that finds a
// prompt, and what becomes of the one that was found.

package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// findPrompt opens the prompts sent before, in this run and in earlier ones.
// Slash commands, which up recalls too, are none.
func (m *Model) findPrompt(words string) tea.Cmd {
	var sent []string
	for _, p := range m.composer.History() {
		if c, _ := m.slash(p); c == nil {
			sent = append(sent, p)
		}
	}
	d := dialog.NewHistory(m.theme, sent)
	d.SetFilter(words)
	m.open(d)
	return nil
}

// usePrompt writes a prompt into the composer. What was there can be had back.
func (m *Model) usePrompt(text string) tea.Cmd {
	files := m.composer.Files()
	m.composer.SetValue(text)
	m.composer.SetFiles(files)
	m.setFocus(composing)
	return nil
}
