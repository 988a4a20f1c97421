// This file owns the way of sessions to the screen: opening the database after
// the first frame, finding a session, claiming it, showing it.

package ui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
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

// obstacleMsg tells what keeps the provider from being asked.
type obstacleMsg struct{ err *api.Error }

// check finds out, before anything is asked, whether it could be.
func (m *Model) check() tea.Cmd {
	check, ctx, provider := m.opts.Check, m.ctx, m.opts.Provider
	if check == nil {
		return nil
	}
	return func() tea.Msg { return obstacleMsg{api.AsError(check(ctx, provider))} }
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

// doubt tells that saving fails, and waits for the next failure.
func (m *Model) doubt(err error) tea.Cmd {
	for _, c := range m.live {
		c.turn.doubted = true // one of them; the next message finds out
	}
	m.trouble(m.conv, err)
	return m.awaitUnsaved()
}

func (m *Model) storeOpened(msg storeMsg) tea.Cmd {
	m.store, m.ready = msg.store, true
	if msg.err != nil {
		m.closed(msg.err)
	}
	if m.store == nil {
		m.opts.Open = Open{}
	}
	return tea.Batch(m.sweep(), m.begin())
}

// begin shows the session to begin with, or sends what waits in a new one.
func (m *Model) begin() tea.Cmd {
	o := m.opts.Open
	switch {
	case o.Pick: // a first prompt waits for the choice
		return m.chooseSession("")
	case o.Continue, o.Ref != "":
		m.ready = false // until it is loaded: a first prompt belongs to it
		return m.load(o.Ref, false)
	}
	return m.sendPrompt()
}

// sweep removes what a crash may have left beside the database. Failing is no
// matter: the next start tries again.
func (m *Model) sweep() tea.Cmd {
	store, ctx := m.store, m.ctx
	if store == nil {
		return nil
	}
	return func() tea.Msg {
		_, _ = store.Sweep(ctx)
		return nil
	}
}

// sendPrompt sends the prompt of the command line, once, before what the
// person sent while there was nowhere to send it to.
func (m *Model) sendPrompt() tea.Cmd {
	if p := m.opts.Prompt; p != "" {
		first := prompt{p, m.composer.Files()} // those of the command line
		m.opts.Prompt = ""
		m.composer.SetFiles(nil)
		m.conv.queue = slices.Insert(m.conv.queue, 0, first)
		m.conv.first++
		m.composer.Remember(p)
		return tea.Batch(m.remember(p), m.sendNext(m.conv, true))
	}
	return m.sendNext(m.conv, true)
}

// loadedMsg brings a session from the database.
type loadedMsg struct {
	session  session.Session
	messages []session.Message
	more     bool // there are others before them
	claim    *session.Claim
	claimed  *session.ClaimedError // another aimlchat has it open
	later    bool                  // asked for by the person, not by the command line
	carried  prompt                // written for it before it was there
	err      error
}

// load fetches a session: the one named, or the newest chat for "".
func (m *Model) load(ref string, later bool) tea.Cmd {
	store, ctx := m.store, m.ctx
	return func() tea.Msg {
		s, err := find(ctx, store, ref)
		if err != nil {
			return loadedMsg{err: err, later: later}
		}
		msg := loadedMsg{session: s, later: later}
		if msg.claim, err = store.Claim(s.ID); err != nil && !errors.As(err, &msg.claimed) {
			return loadedMsg{err: err, later: later}
		}
		if msg.messages, msg.more, err = latest(ctx, store, s.ID); err != nil {
			msg.claim.Release() // or nobody could open it while we run
			return loadedMsg{err: err, later: later}
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
	first, named := m.opts.Open != Open{}, m.opts.Open.Ref != ""
	m.opts.Open = Open{}
	if msg.err != nil && named {
		m.failure = msg.err
		return m.quit()
	}
	if msg.err != nil {
		text := openFailure(msg.err)
		if !msg.later {
			text += " This is a new one."
		}
		m.conv.view.Append(&transcript.Notice{Text: text, Warning: true})
		m.landing = ""
		return m.sendPrompt()
	}
	if c := m.opened(msg.session.ID); c != nil { // asked for twice
		msg.claim.Release()
		m.swap(c)
		return m.land()
	}
	c := &conversation{
		session: msg.session, messages: msg.messages, claim: msg.claim, saved: true,
		provider: msg.session.Provider, model: msg.session.Model,
		view: transcript.New(m.theme, m.chrome.links),
	}
	gone := c.provider
	forced := m.opts.ModelForced || c.model == "" || !m.known(c.provider)
	if forced {
		c.provider, c.model = m.opts.Provider, m.opts.Model
		m.opts.ModelForced = false
	}
	if first && !msg.more {
		m.tellNotices(c)
	}
	c.sends.unfoldKey = m.keyOf("fold")
	if msg.claimed != nil {
		c.follow(msg.claimed.PID, forced)
	}
	m.hintAgain(c, c.show(0, m.savedPath))
	if !m.known(gone) {
		c.view.Append(&transcript.Notice{Warning: true, Text: fmt.Sprintf(
			"There is no provider %s any more: the config does not name it. What you send goes to %s; %s chooses another.", gone, c.next().name(), m.keyOf("model"))})
	}
	if msg.claim != nil {
		c.inherit()
		c.draft = c.draft.with(msg.carried)
	} else {
		c.unhint()
		c.enliven(m.opts.Now())
	}
	return m.drawFirst(c, func(m *Model) tea.Cmd { return m.present(c, first, msg.more) })
}

// known reports whether there is a provider of that name.
func (m *Model) known(provider string) bool {
	return provider == "" || m.opts.Known == nil || m.opts.Known(provider)
}

// present puts a conversation on the screen that came from the database: of the
// command line, if it is the first one, and without its beginning, if there is
// more.
func (m *Model) present(c *conversation, first, more bool) tea.Cmd {
	if first { // what was written meanwhile was written for it
		c.draft = c.draft.with(prompt{m.composer.Value(), m.composer.Files()})
		m.composer.Put("", nil)
	}
	m.swap(c)
	var cmds []tea.Cmd
	if c.following != nil && m.opts.Prompt == "" && len(c.queue) == 0 {
		m.askWay()
	} else if c.following != nil { // what is to be sent does not wait
		m.join(c)
	}
	if system := m.opts.System; c.following == nil && first && system != "" && system != c.session.System {
		cmds = append(cmds, m.setSystem(system))
	}
	if more {
		cmds = append(cmds, m.loadEarlier(c, first))
	}
	return tea.Batch(append(cmds, m.land(), m.sendPrompt())...)
}

func openFailure(err error) string {
	if errors.Is(err, session.ErrNotFound) {
		return "There is no such session."
	}
	return fmt.Sprintf("The session can't be opened: %v.", err)
}

// swap puts another conversation on the screen. A turn that is live in the old
// one goes on behind it. What was sent in one that never began, because the
// database was not there yet, goes to the new one.
func (m *Model) swap(c *conversation) {
	m.leaveEditing()
	old := m.conv
	old.draft = prompt{m.composer.Value(), m.composer.Files()}
	m.conv = c
	m.composer.Put(c.draft.text, c.draft.files)
	switch {
	case old == c || old.turn != nil:
	case len(old.messages) == 0 && !old.saved && len(old.queue) > 0:
		c.queue, old.queue = slices.Concat(old.queue, c.queue), nil
		if c.held {
			c.first += len(c.queue) - len(c.kept.queue)
		}
		m.park(old)
	default:
		m.park(old)
	}
	m.parked = slices.DeleteFunc(m.parked, func(p *conversation) bool { return p == c })
	c.view.SetTheme(m.theme, m.chrome.links)
	m.setFocus(composing)
}

// startNew begins a new session with the same model.
func (m *Model) startNew() tea.Cmd {
	m.swap(m.newConversation())
	return m.sendNext(m.conv, true)
}

// openSession shows a session: from behind the screen, if it is there, else
// from the database.
func (m *Model) openSession(id string) tea.Cmd {
	if c := m.opened(id); c != nil {
		if c != m.conv {
			m.swap(c)
		}
		return nil
	}
	return m.load(id, true)
}

// opened is the conversation that holds a session, on the screen or behind it;
// nil when none does.
func (m *Model) opened(id string) *conversation {
	behind := slices.AppendSeq(slices.Clone(m.parked), maps.Values(m.live))
	for _, c := range append(behind, m.conv) {
		if c.session.ID == id {
			return c
		}
	}
	return nil
}

// park keeps a conversation behind the screen in which something would be
// lost, and lets go of any other.
func (m *Model) park(c *conversation) {
	m.parked = slices.DeleteFunc(m.parked, func(p *conversation) bool { return p == c })
	if len(c.queue) == 0 && len(c.unsaved) == 0 && c.sends.digest == nil && !c.saving && !m.dirty(c) && (c.ours() || c.draft.blank()) {
		m.takeBack(c)
		c.release()
		return
	}
	m.parked = append(m.parked, c)
}

// release gives up the claim on the session, so that another aimlchat can have
// it.
func (c *conversation) release() {
	if c.claim != nil {
		c.claim.Release()
		c.claim = nil
	}
}
