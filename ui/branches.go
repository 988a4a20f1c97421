// This file owns how a person goes from branch to branch of a session, puts one
// away and gets it back. The database knows the tree: what is done to it is done
// in commands, and ends with the path that is shown then.

package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

func (m *Model) siblingBefore() tea.Cmd { return m.step(-1) }
func (m *Model) siblingAfter() tea.Cmd  { return m.step(1) }

// step shows the branch before or after that of the selected message, or of the
// nearest one above it that has any.
func (m *Model) step(by int) tea.Cmd {
	c := m.conv
	at := c.view.Position() + len(m.selectedParts()) - 1 // a joined answer branches anywhere
	if at < 0 || at >= len(c.messages) {
		at = len(c.messages) - 1
	}
	for at >= 0 && c.messages[at].Siblings < 2 {
		at--
	}
	if at < 0 {
		m.say("there is no other branch here")
		return nil
	}
	return m.move(at, func(ctx context.Context, s *session.Store) (string, error) {
		return s.Step(ctx, c.session.ID, c.messages[at].ID, by)
	})
}

// branchMsg brings a path of a session that is open.
type branchMsg struct {
	conv     *conversation
	messages []session.Message
	at       int    // the place of the message to look at
	id       string // the same, by its id; "": by its place
	said     string
	err      error
}

// move goes to another path of the session, whose leaf is what to returns, and
// looks there at the message in place at.
func (m *Model) move(at int, to func(context.Context, *session.Store) (leaf string, err error)) tea.Cmd {
	return m.rearrange(func(ctx context.Context, s *session.Store, msg *branchMsg) error {
		msg.at = at
		_, err := to(ctx, s)
		return err
	})
}

// rearrange changes the tree of the session on the screen, and shows the path
// that it stands at then.
func (m *Model) rearrange(change func(context.Context, *session.Store, *branchMsg) error) tea.Cmd {
	c, store := m.conv, m.store
	switch {
	case !m.resting():
		return nil
	case store == nil || !c.saved:
		m.say("nothing is saved here: there are no branches")
		return nil
	case len(c.unsaved) > 0:
		m.say("not all of this is saved yet: its branches can't be changed")
		return nil
	}
	ctx, id := context.WithoutCancel(m.ctx), c.session.ID
	return func() tea.Msg {
		msg := branchMsg{conv: c}
		if msg.err = change(ctx, store, &msg); msg.err != nil {
			return msg
		}
		msg.messages, msg.err = store.Path(ctx, id)
		return msg
	}
}

// branched shows the path that a change led to.
func (m *Model) branched(msg branchMsg) {
	c := msg.conv
	switch {
	case errors.Is(msg.err, session.ErrNotFound):
		m.say("%s", cmp.Or(msg.said, "there is nothing more"))
		return
	case msg.err != nil:
		c.view.Append(&transcript.Notice{Text: fmt.Sprintf("This did not work: %v", msg.err), Warning: true})
		return
	case c.turn != nil: // one began meanwhile, and is on the screen
		return
	}
	m.hintAgain(c, c.showPath(msg.messages, m.savedPath))
	at := msg.at
	for i := range c.messages {
		if msg.id != "" && c.messages[i].ID == msg.id {
			at = i
		}
	}
	if c == m.conv && m.focus == reading {
		c.view.SelectMessage(at)
	}
	if msg.said != "" {
		m.say("%s", msg.said)
	}
}

// showPath shows another path of the session. What both paths share stays as it
// is on the screen. It returns the answer with which the path ends, nil for none.
func (c *conversation) showPath(path []session.Message, saved func(api.File) string) *transcript.Answer {
	same := 0
	for same < len(path) && same < len(c.messages) && path[same].ID == c.messages[same].ID {
		same++
	}
	for goesOn(path, same) || c.continues(same) {
		same-- // an answer and its continuation are drawn as one
	}
	c.cut(same)
	c.joins = 0
	c.messages = append(c.messages, path[same:]...)
	c.guesses = nil
	return c.show(same, saved)
}

// hideMessage puts the selected message away, with all that follows it.
func (m *Model) hideMessage() tea.Cmd {
	if msg := m.selectedMessage(); msg != nil {
		return m.hide(msg.ID, m.conv.view.Position())
	}
	m.say("select a message first")
	return nil
}

// hideLast puts the last message away.
func (m *Model) hideLast() tea.Cmd {
	if last := m.conv.last(); last != nil {
		return m.hide(last.ID, len(m.conv.messages)-1)
	}
	m.say("nothing was said yet")
	return nil
}

func (m *Model) hide(id string, at int) tea.Cmd {
	from, undo := m.conv.session.ID, m.keyOf("unhide")
	if m.focus == composing {
		undo = m.keyOf("undo")
	}
	return m.rearrange(func(ctx context.Context, s *session.Store, b *branchMsg) error {
		b.at, b.said = max(0, at-1), "hidden, with all that followed; "+undo+" brings it back"
		return s.Hide(ctx, from, id)
	})
}

// unhide brings back what was hidden last.
func (m *Model) unhide() tea.Cmd {
	from := m.conv.session.ID
	return m.rearrange(func(ctx context.Context, s *session.Store, b *branchMsg) (err error) {
		b.said = "nothing is hidden"
		if b.id, err = s.Unhide(ctx, from); err != nil {
			return err
		}
		b.said = "it is back"
		_, err = s.Jump(ctx, from, b.id)
		return err
	})
}

// purge removes what is hidden in the session for good, once the person has said
// yes to that: it is the one thing here that can't be undone.
func (m *Model) purge() tea.Cmd {
	if !m.resting() {
		return nil
	}
	from, at := m.conv.session.ID, m.conv.view.Position()
	m.confirm(dialog.Question{
		Title: "Remove what is hidden?",
		Text:  "Hidden messages of this session go for good, with their files. What was paid for them stays in the sums.",
		Yes:   "remove it", No: "keep it",
	}, func(yes bool) tea.Cmd {
		if !yes {
			return nil
		}
		return m.rearrange(func(ctx context.Context, s *session.Store, b *branchMsg) error {
			n, err := s.Purge(ctx, from)
			b.at, b.said = at, "nothing is hidden"
			if n > 0 {
				b.said = fmt.Sprintf("removed for good: %d messages", n)
			}
			return err
		})
	})
	return nil
}

// fork makes a session of its own of all up to the selected message.
func (m *Model) fork() tea.Cmd {
	c, store := m.conv, m.store
	msg := c.last()
	if parts := m.selectedParts(); len(parts) > 0 {
		msg = &parts[len(parts)-1]
	}
	switch {
	case msg == nil:
		m.say("nothing was said yet")
		return nil
	case !m.still():
		return nil
	case store == nil || !c.saved || len(c.unsaved) > 0:
		m.say("what is not saved can't be forked")
		return nil
	}
	ctx, from, at, id := context.WithoutCancel(m.ctx), c.session.ID, msg.ID, session.NewID(m.opts.Now())
	return func() tea.Msg {
		_, err := store.Fork(ctx, from, at, id)
		return toldMsg(func(m *Model) tea.Cmd {
			if err != nil {
				m.say("this can't be forked: %v", err)
				return nil
			}
			m.say("a session of its own; the other one stays as it is")
			return m.openSession(id)
		})
	}
}

// showTree lists the branches of the session.
func (m *Model) showTree() tea.Cmd {
	c, store, ctx := m.conv, m.store, m.ctx
	if store == nil || !c.saved {
		m.say("nothing is saved here: there are no branches")
		return nil
	}
	id, selected := c.session.ID, ""
	if msg := m.selectedMessage(); msg != nil {
		selected = msg.ID
	}
	theme, now, leaf := m.theme, m.opts.Now(), c.leaf()
	return func() tea.Msg {
		tree, err := store.Tree(ctx, id)
		if err != nil {
			return toldMsg(func(m *Model) tea.Cmd { m.say("the branches can't be read: %v", err); return nil })
		}
		d := dialog.NewTree(theme, now, tree, leaf) // here: thousands of rows take their time
		if selected != "" {
			d.Select(selected)
		}
		return toldMsg(func(m *Model) tea.Cmd {
			if m.conv == c {
				d.SetTheme(m.theme)
				m.open(d)
			}
			return nil
		})
	}
}

// jump shows the branch on which a message stands.
func (m *Model) jump(id string) tea.Cmd {
	from := m.conv.session.ID
	m.setFocus(reading)
	return m.rearrange(func(ctx context.Context, s *session.Store, b *branchMsg) error {
		b.id = id
		_, err := s.Jump(ctx, from, id)
		return err
	})
}
