// This file owns what becomes of the conversations that are open when the file of
// the database is removed, or replaced by another one: that is put back, and
// opened again, and what is open here goes on in it.

package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// lostFile reports whether what could not be saved has no file any more.
func (m *Model) lostFile() bool { return errors.Is(m.keeping.why, session.ErrGone) }

// rescue puts the database back and opens it again, as soon as no answer arrives:
// the turns that are live know the old one only.
func (m *Model) rescue() tea.Cmd {
	if len(m.live) > 0 {
		return m.retryLater()
	}
	store, open, ctx := m.store, m.openStore(), context.WithoutCancel(m.ctx)
	return func() tea.Msg {
		beside, err := store.PutBack(ctx)
		opened, _ := open().(storeMsg)
		return toldMsg(func(m *Model) tea.Cmd {
			m.rescued(beside, err, opened)
			return nil
		})
	}
}

// rescued goes on in the database as it is now. The old one stays open until the
// program ends.
func (m *Model) rescued(beside string, err error, opened storeMsg) {
	if opened.err != nil {
		m.trouble(m.conv, fmt.Errorf("%w: %w", session.ErrGone, opened.err))
		return
	}
	m.store, m.keeping.failing = opened.store, false
	text := "The file in which sessions are saved was removed while aimlchat had it open. It is there again, with all that was in it."
	switch {
	case err != nil:
		text = fmt.Sprintf("The file in which sessions are saved was removed or replaced while aimlchat had it open, and could not be put back: %v. What is open here is saved anew.", err)
	case beside != "":
		text = "The file in which sessions are saved was replaced by another one while aimlchat had it open. All that was in it is in " + beside + " now; what is open here goes on in the other one."
	}
	for c := range m.conversations() {
		if c.ours() && !c.partial && (beside != "" || err != nil) { // it has only what was there before
			c.saved, c.unsaved, c.kept.unsure = false, slices.Clone(c.messages), true
			c.session.Leaf, c.session.Chosen = "", ""
		}
	}
	m.conv.view.Append(&transcript.Notice{Text: text, Warning: true})
	m.relieved()
}
