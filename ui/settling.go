// This file owns what comes in later frames, a little in each: the colours of much
// code, and the exact numbers of lines that are not in view. It refuses to lay out
// what nobody counts.

package ui

import tea "charm.land/bubbletea/v2"

// settle goes on with counting, if anything was not counted exactly.
func (m *Model) settle() tea.Cmd {
	if m.settling || !m.conv.view.Rough() && !(hasBeside(m) && m.beside.Text().Rough()) {
		return nil
	}
	m.settling = true
	return func() tea.Msg {
		return toldMsg(func(m *Model) tea.Cmd {
			m.settling = false
			m.conv.view.Settle()
			if hasBeside(m) {
				m.beside.Text().Settle()
			}
			return nil
		})
	}
}
