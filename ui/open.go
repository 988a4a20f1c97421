// This file owns the way of sessions to the screen: opening the database after
// the first frame, finding a session, claiming it, showing it.

package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// storeMsg says that the database is open, or that it can't be.
type storeMsg struct {
	store *session.Store
	err   error
}

// openStore opens the database, off the screen's goroutine.
func (m *Model) openStore() tea.Cmd {
	open, ctx, failures := m.opts.Store, m.ctx, m.unsaved
	return func() tea.Msg {
		if open == nil {
			return storeMsg{}
		}
		s, err := open(ctx, func(err error) {
			select {
			case failures <- err:
			default: // one is waiting to be shown already
			}
		})
		return storeMsg{s, err}
	}
}

// unsavedMsg tells that what arrives is not being saved.
type unsavedMsg struct{ err error }

// awaitUnsaved waits until saving fails.
func (m *Model) awaitUnsaved() tea.Cmd {
	ctx, failures := m.ctx, m.unsaved
	return func() tea.Msg {
		select {
		case err := <-failures:
			return unsavedMsg{err}
		case <-ctx.Done():
			return nil
		}
	}
}

func (m *Model) storeOpened(msg storeMsg) tea.Cmd {
	m.store, m.ready = msg.store, true
	if msg.err != nil {
		m.warn(m.conv, "nothing is saved", fmt.Sprintf("Nothing is saved: %v", msg.err))
	}
	o := m.opts.Open
	switch {
	case m.store == nil:
	case o.Pick:
		return tea.Batch(m.chooseSession(), m.sendPrompt())
	case o.Continue, o.Ref != "":
		m.ready = false // until it is loaded: a first prompt belongs to it
		return m.load(o.Ref)
	}
	return m.sendPrompt()
}

// sendPrompt sends the prompt of the command line, once.
func (m *Model) sendPrompt() tea.Cmd {
	if p := m.opts.Prompt; p != "" {
		m.opts.Prompt = ""
		m.conv.queue = append(m.conv.queue, p)
		m.composer.Remember(p)
		return tea.Batch(m.remember(p), m.sendNext(m.conv))
	}
	return m.sendNext(m.conv)
}

// loadedMsg brings a session from the database.
type loadedMsg struct {
	session  session.Session
	messages []session.Message
	claim    *session.Claim
	claimed  *session.ClaimedError // another aimlchat has it open
	err      error
}

// load fetches a session: the one named, or the newest chat for "".
func (m *Model) load(ref string) tea.Cmd {
	store, ctx := m.store, m.ctx
	return func() tea.Msg {
		s, err := find(ctx, store, ref)
		if err != nil {
			return loadedMsg{err: err}
		}
		msg := loadedMsg{session: s}
		if msg.claim, err = store.Claim(s.ID); err != nil && !errors.As(err, &msg.claimed) {
			return loadedMsg{err: err}
		}
		if msg.messages, err = store.Path(ctx, s.ID); err != nil {
			return loadedMsg{err: err}
		}
		return msg
	}
}

func find(ctx context.Context, store *session.Store, ref string) (session.Session, error) {
	if ref == "" {
		return store.Newest(ctx, session.KindChat)
	}
	return store.Find(ctx, ref)
}

// loaded shows a session that came from the database.
func (m *Model) loaded(msg loadedMsg) tea.Cmd {
	m.ready = true
	if msg.err != nil {
		m.conv.view.Append(&transcript.Notice{Text: openFailure(msg.err), Warning: true})
		return m.sendPrompt()
	}
	c := &conversation{
		session: msg.session, messages: msg.messages, claim: msg.claim, saved: true,
		provider: msg.session.Provider, model: msg.session.Model,
		view: transcript.New(m.theme, m.chrome.links),
	}
	if m.opts.ModelForced || c.model == "" {
		c.provider, c.model = m.opts.Provider, m.opts.Model
		m.opts.ModelForced = false
	}
	c.show(m.retryHint())
	if msg.claimed != nil {
		c.view.Append(&transcript.Notice{Warning: true, Text: fmt.Sprintf(
			"This session is open in another aimlchat (process %d). What you send here becomes a branch of its own.", msg.claimed.PID)})
	}
	m.swap(c)
	first := m.opts.Open != Open{}
	m.opts.Open = Open{}
	if system := m.opts.System; first && system != "" && system != c.session.System {
		return tea.Batch(m.setSystem(system), m.sendPrompt())
	}
	return m.sendPrompt()
}

func openFailure(err error) string {
	if errors.Is(err, session.ErrNotFound) {
		return "There is no such session. This is a new one."
	}
	return fmt.Sprintf("The session can't be opened: %v. This is a new one.", err)
}

// swap puts another conversation on the screen. A turn that is live in the old
// one goes on behind it.
func (m *Model) swap(c *conversation) {
	if old := m.conv; old != c && old.turn == nil {
		old.release()
	}
	m.conv = c
	c.view.SetTheme(m.theme, m.chrome.links)
	m.setFocus(composing)
}

// startNew begins a new session with the same model.
func (m *Model) startNew() tea.Cmd {
	m.swap(m.newConversation())
	return nil
}

// openSession shows a session: from behind the screen, if its turn is live
// there, else from the database.
func (m *Model) openSession(id string) tea.Cmd {
	if id == m.conv.session.ID {
		return nil
	}
	for _, c := range m.live {
		if c.session.ID == id {
			m.swap(c)
			return nil
		}
	}
	return m.load(id)
}

// release gives up the claim on the session, so that another aimlchat can have
// it.
func (c *conversation) release() {
	if c.claim != nil {
		c.claim.Release()
		c.claim = nil
	}
}
