// This file owns how sessions are found and tidied up: the list, the search while
// a person types, and what is done to a session from there. Whatever reads or
// writes the database is a command; of searches only the newest counts.

package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// The list of sessions: those in view come first, then as many as anybody scrolls
// through; the search reaches all.
const firstListed, allListed = 100, 1000

// sessionsMsg brings the list of sessions.
type sessionsMsg struct {
	sessions []session.Summary
	err      error
	next     tea.Cmd
}

// chooseSession opens the picker of sessions, with words to search for, if any.
func (m *Model) chooseSession(words string) tea.Cmd {
	switch {
	case !m.ready:
		m.say("the sessions are not here yet")
		return nil
	case m.store == nil:
		m.say("no sessions: nothing is saved")
		return nil
	}
	d := dialog.NewSessions(m.theme, m.opts.Now())
	d.SetCurrent(m.conv.session.ID)
	d.SetStates(m.sessionStates())
	d.SetLoading(true)
	d.SetFilter(words)
	m.open(d)
	return tea.Batch(m.listSessions(), m.searchTyped())
}

// listSessions reads the list of sessions.
func (m *Model) listSessions() tea.Cmd {
	store, ctx := m.store, m.ctx
	list := func(limit int, next tea.Cmd) tea.Cmd {
		return func() tea.Msg {
			list, err := store.List(ctx, session.Query{Kind: session.KindChat, Limit: limit})
			if len(list) < limit {
				next = nil
			}
			return sessionsMsg{list, err, next}
		}
	}
	return list(firstListed, list(allListed, nil))
}

func (m *Model) sessionsListed(msg sessionsMsg) tea.Cmd {
	d, ok := m.dialog.(*dialog.Sessions)
	if !ok {
		return nil
	}
	d.SetLoading(false)
	if msg.err != nil {
		d.SetError(msg.err.Error())
		return nil
	}
	d.SetSessions(msg.sessions)
	return msg.next
}

// sessionStates says what goes on in the sessions that are open here.
func (m *Model) sessionStates() map[string]string {
	states := map[string]string{}
	for _, c := range m.parked {
		states[c.session.ID] = held(c)
	}
	states[m.conv.session.ID] = held(m.conv)
	for _, c := range m.live {
		states[c.session.ID] = "answering"
		if len(c.queue) > 0 {
			states[c.session.ID] = fmt.Sprintf("answering, %d queued", len(c.queue))
		}
	}
	return states
}

func held(c *conversation) string {
	if n := len(c.queue); n > 0 {
		return waits(n)
	}
	return ""
}

// finder is the search that runs, and the one that is wanted.
type finder struct {
	typed   string // what is wanted
	number  int    // of what is wanted
	running int    // of what runs, or ran last
	stop    context.CancelFunc
	busy    bool
}

// foundMsg brings what a search found.
type foundMsg struct {
	number int
	typed  string
	hits   []session.Hit
	newest int // of so many messages, the newest; 0: of all
	err    error
}

// searchTyped searches for what is typed in the picker of sessions.
func (m *Model) searchTyped() tea.Cmd {
	if d, ok := m.dialog.(*dialog.Sessions); ok && (d.Typed() != "" || m.finder.typed != "") {
		return m.search(d.Typed())
	}
	return nil
}

// search searches for a text as soon as the search before it has stopped. There
// is never more than one.
func (m *Model) search(typed string) tea.Cmd {
	f := &m.finder
	f.typed = typed
	f.number++
	if f.busy {
		f.stop()
		return nil
	}
	return m.searchNow()
}

func (m *Model) searchNow() tea.Cmd {
	f := &m.finder
	number, typed, store := f.number, f.typed, m.store
	if typed == "" {
		if d, ok := m.dialog.(*dialog.Sessions); ok {
			d.SetHits("", nil)
		}
		return nil
	}
	q := session.ParseSearch(typed, m.opts.Now())
	if !strings.Contains(strings.ToLower(typed), "kind:") {
		q.Kind = session.KindChat
	}
	ctx, stop := context.WithCancel(m.ctx)
	f.busy, f.running, f.stop = true, number, stop
	return func() tea.Msg {
		found, err := store.Search(ctx, q)
		return foundMsg{number, typed, found.Hits, found.Newest, err}
	}
}

// sessionsFound shows what was found, if nothing else was typed since.
func (m *Model) sessionsFound(msg foundMsg) tea.Cmd {
	f := &m.finder
	if msg.number != f.running {
		return nil
	}
	f.stop()
	f.busy = false
	if msg.number != f.number {
		return m.searchNow()
	}
	d, ok := m.dialog.(*dialog.Sessions)
	if !ok {
		return nil
	}
	chosen := d.SetHits(msg.typed, msg.hits)
	d.SetError("")
	switch {
	case msg.err != nil:
		d.SetError(fmt.Sprintf("titles only: %v", msg.err))
	case msg.newest > 0 && len(msg.hits) == 0:
		d.SetError(fmt.Sprintf("not in the newest %d that could fit; aimlchat sessions search looks at all", msg.newest))
	}
	return m.act(chosen)
}

// keepHouse carries out what the picker of sessions asks for, and shows what is
// there then.
func (m *Model) keepHouse(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case dialog.SearchSessions:
		return m.search(a.Text)
	case dialog.ChangeSession:
		if c := m.opened(a.ID); c != nil {
			c.adopt(a.Change)
		}
		return m.tidy(func(ctx context.Context, s *session.Store) error { return s.Update(ctx, a.ID, a.Change) })
	case dialog.TrashSession:
		return m.tidy(func(ctx context.Context, s *session.Store) error {
			if a.Back {
				return s.Restore(ctx, a.ID)
			}
			return s.Trash(ctx, a.ID)
		})
	case dialog.DeleteSession:
		return m.tidy(func(ctx context.Context, s *session.Store) error { return s.Delete(ctx, a.ID) })
	}
	return nil
}

// tidy changes sessions from the picker.
func (m *Model) tidy(change func(context.Context, *session.Store) error) tea.Cmd {
	store, ctx := m.store, context.WithoutCancel(m.ctx)
	return func() tea.Msg {
		err := change(ctx, store)
		return toldMsg(func(m *Model) tea.Cmd {
			d, ok := m.dialog.(*dialog.Sessions)
			if !ok {
				return nil
			}
			d.SetError("")
			if err != nil {
				d.SetError(whyNotKept(err))
			}
			return tea.Batch(m.listSessions(), m.searchTyped())
		})
	}
}

func whyNotKept(err error) string {
	if _, open := errors.AsType[*session.ClaimedError](err); open {
		return "it is open: leave it there first"
	}
	return err.Error()
}

// adopt takes over what was changed of the session.
func (c *conversation) adopt(ch session.Change) {
	if ch.Title != nil {
		c.session.Title, c.session.TitleBy = *ch.Title, *cmp.Or(ch.TitleBy, new(session.TitleByPerson))
	}
	if ch.Tags != nil {
		c.session.Tags = *ch.Tags
	}
	if ch.Pinned != nil {
		c.session.Pinned = *ch.Pinned
	}
}

// openAt opens a session and goes to a message of it, if one is named.
func (m *Model) openAt(id, messageID string) tea.Cmd {
	m.landing = messageID
	cmd := m.openSession(id)
	if cmd == nil { // it was behind the screen, or on it
		return m.land()
	}
	return cmd
}

// land goes to the message that the session was opened for. While all of the
// session is on its way, or an answer arrives, that is for later, or not at all.
func (m *Model) land() tea.Cmd {
	to := m.landing
	if to == "" || !m.ready {
		return nil
	}
	m.landing = ""
	for i := range m.conv.messages {
		if m.conv.messages[i].ID == to {
			m.setFocus(reading)
			m.conv.view.SelectMessage(i)
			return nil
		}
	}
	if m.conv.turn != nil {
		m.say("an answer is arriving; what was found is on another branch")
		return nil
	}
	return m.jump(to)
}

// tag sets the tags of the session.
func (m *Model) tag(words string) tea.Cmd {
	c := m.conv
	if words == "" {
		m.composer.SetValue("/tag " + strings.Join(c.session.Tags, " "))
		return nil
	}
	tags := strings.Fields(strings.ReplaceAll(words, ",", " "))
	if len(tags) == 1 && tags[0] == "none" {
		tags = []string{}
	}
	ch := session.Change{Tags: &tags}
	c.adopt(ch)
	return m.change(c, ch)
}
