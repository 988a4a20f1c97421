// This file owns the beginning of a long session: its end is shown first, and
// what was said before comes to stand above it once it has been read. Until then
// nothing is sent, for the next request carries all of it.

package ui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// atFirst is how many messages of a session are shown first: more than any
// screen takes.
const atFirst = 50

// latest returns the last messages of a session, from a question on, and whether
// there are others before them.
func latest(ctx context.Context, store *session.Store, id string) (messages []session.Message, more bool, err error) {
	messages, err = store.PathTail(ctx, id, atFirst+1)
	if err != nil || len(messages) <= atFirst {
		return messages, false, err
	}
	messages = messages[1:]
	question := slices.IndexFunc(messages, func(msg session.Message) bool { return msg.Role == api.User })
	return messages[max(0, question):], true, nil
}

// earlier is what was said before the messages that are on the screen.
type earlier struct {
	before   string // id of the first of those
	messages []session.Message
	view     *transcript.Transcript
}

// loadEarlier fetches what was said before the messages of c.
func (m *Model) loadEarlier(c *conversation, notices bool) tea.Cmd {
	m.ready, c.partial = false, true
	c.showDigest() // of how many messages is not known yet
	store, ctx := m.store, m.ctx
	before, next, saved := c.messages[0], c.answeredAfter(0), m.savedPath
	e := &earlier{before: before.ID, view: transcript.New(m.theme, m.chrome.links)}
	if notices {
		m.tellNotices(&conversation{view: e.view})
	}
	return func() tea.Msg {
		all, err := store.Path(ctx, before.SessionID)
		if err == nil {
			err = e.take(all, before, next, saved)
		}
		return toldMsg(func(m *Model) tea.Cmd { return m.completed(c, e, err) })
	}
}

// take makes entries of the messages before one of all, which next answers.
func (e *earlier) take(all []session.Message, before session.Message, next answerer, saved func(api.File) string) error {
	n := slices.IndexFunc(all, func(msg session.Message) bool { return msg.ID == before.ID })
	if n < 0 {
		return fmt.Errorf("it was changed by another aimlchat")
	}
	e.messages = all[:n:n]
	c := &conversation{messages: e.messages, view: e.view}
	if next.model == "" { // nobody answered it
		next = c.answeredBefore(n)
	}
	c.provider, c.model = next.provider, next.model
	c.show(0, saved)
	return nil
}

// completed puts what was said before above what is on the screen.
func (m *Model) completed(c *conversation, e *earlier, err error) tea.Cmd {
	c.partial = false
	if m.ready = !m.conv.partial; m.ready {
		m.opts.ModelForced = false // it was for what is open now
	}
	if err != nil {
		m.warn(c, "the session is not whole", fmt.Sprintf("The beginning of this session can't be read: %v. What you send goes without it.", err))
	}
	if len(c.messages) > 0 && c.messages[0].ID == e.before { // else it is another branch, and whole
		c.messages = slices.Concat(e.messages, c.messages)
		for i := range e.messages {
			if m := &e.messages[i]; m.Role == api.Assistant {
				c.hear(m.Provider)
			}
		}
		c.view.Prepend(e.view)
		c.showDigest()
	}
	return tea.Batch(m.land(), m.sendPrompt())
}
