// This file owns how answers are looked at: as they were written, or with their
// reasoning beside them.

package ui

import tea "charm.land/bubbletea/v2"

func (m *Model) toggleRaw() tea.Cmd {
	if m.conv.view.ToggleRaw() {
		m.say("answers as they were written")
	} else {
		m.say("answers drawn")
	}
	return nil
}
