// This file owns how a conversation goes out into a file: the database has all
// of it, and Options writes it, in a command.

package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
)

// exportSession writes the conversation to a file, of which the name says the
// format; without a name it gets one.
func (m *Model) exportSession(path string) tea.Cmd {
	c, store, export := m.conv, m.store, m.opts.Export
	switch {
	case len(c.messages) == 0 || !m.ready:
		m.say("nothing to export yet")
		return nil
	case export == nil || store == nil || !c.saved:
		m.say("nothing can be exported here: it is not saved")
		return nil
	case len(c.unsaved) > 0:
		m.say("not all of this is saved yet: it can't be exported")
		return nil
	}
	ctx, id := context.WithoutCancel(m.ctx), c.session.ID
	return func() tea.Msg {
		where, err := export(ctx, store, id, path)
		return toldMsg(func(m *Model) tea.Cmd {
			if err != nil {
				e := api.AsError(err)
				m.say("%s", joinHint(e.Message, e.Hint))
				return nil
			}
			m.say("exported to %s", where)
			return nil
		})
	}
}
