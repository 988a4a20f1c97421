// This file owns a session that another aimlchat talks in: the question what to
// do about that, how it is watched, and how it is taken over when the other lets
// go. Nothing is sent or changed there meanwhile. It is looked at once a second,
// and only while it is on the screen. How what is new comes to the screen is in
// followed.go.

package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// lookEvery is how often a session of another aimlchat is looked at.
const lookEvery = time.Second

// following is what is known of the other aimlchat.
type following struct {
	pid     int   // 0: unknown
	version int64 // of what is on the screen; 0: not known
	free    bool  // it let go, as of the last look
	blind   bool  // the last look failed
	taking  bool  // the person takes it over
	looked  bool  // at least once

	provider, model string // what the person wants to go on with; "": what the session says
}

// by names the other aimlchat.
func (f *following) by() string { return "another aimlchat" + process(f.pid) }

// follow begins to follow what another aimlchat says in the session. The model
// on the screen is the one that answers there.
func (c *conversation) follow(pid int, forced bool) {
	c.following = &following{pid: pid}
	if forced {
		c.following.provider, c.following.model = c.provider, c.model
	}
	c.goWith()
}

// The ways to go on with a session that another aimlchat has. To follow is what
// is done already while the question is open.
const (
	followIt = iota
	forkIt
	joinIn
)

// askWay asks how to go on with the session on the screen.
func (m *Model) askWay() {
	m.confirmed(dialog.NewDecide(m.theme, dialog.Decision{
		Title: "Open elsewhere",
		Text:  "Another aimlchat has this session open" + process(m.conv.following.pid) + ", and may write in it.",
		Ways: []dialog.Course{
			followIt: {Name: "follow it here", Text: "read what comes, take over later"},
			forkIt:   {Name: "fork it", Text: "go on in a copy, a session of its own"},
			joinIn:   {Name: "write in it too, as a branch", Text: "beside the other's"},
		},
	}))
}

// process says which one, where that is known.
func process(pid int) string {
	if pid == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// confirmed opens a dialog to which no key of the person's led: one that comes too
// soon is no answer to it.
func (m *Model) confirmed(d modal) {
	m.open(d)
	m.decide, m.asked = func(bool) tea.Cmd { return nil }, m.opts.Now()
}

// wayChosen goes on as the person decided.
func (m *Model) wayChosen(way int) tea.Cmd {
	m.decide = nil
	c := m.conv
	if c.following == nil {
		return nil
	}
	switch way {
	case forkIt:
		return m.forkFollowed(c)
	case joinIn:
		m.join(c)
		return m.sendNext(c, true)
	}
	return nil
}

// join ends following, and lets the person write beside the other aimlchat.
func (m *Model) join(c *conversation) {
	by := c.following.pid
	m.unfollow(c)
	c.view.Append(&transcript.Notice{Warning: true, Text: "This session is open in another aimlchat" + process(by) +
		". What you send here becomes a branch of its own."})
}

// unfollow makes an ordinary conversation of one that was followed.
func (m *Model) unfollow(c *conversation) {
	f := c.following
	c.following = nil
	if a := c.view.AnswerOf(len(c.messages) - 1); a != nil {
		a.Live = false
		m.hintAgain(c, a)
	}
	provider, model := f.provider, f.model
	if model == "" {
		provider, model = c.session.Provider, c.session.Model
	}
	if model != "" && c.next() != (answerer{provider, model}) {
		c.switchTo(provider, model)
	}
}

// forkFollowed goes on in a copy of the session, with what the person wrote
// here.
func (m *Model) forkFollowed(c *conversation) tea.Cmd {
	last := c.last()
	if m.store == nil || last == nil {
		m.say("nothing was said yet")
		return nil
	}
	store, ctx, at, id := m.store, context.WithoutCancel(m.ctx), last.ID, session.NewID(m.opts.Now())
	from := c.session.ID
	return func() tea.Msg {
		_, err := store.Fork(ctx, from, at, id)
		return toldMsg(func(m *Model) tea.Cmd {
			switch {
			case err != nil:
				m.say("this can't be forked: %v", err)
				return nil
			case m.conv != c: // the person turned to something else; it is in the list
				return nil
			}
			m.say("a session of its own; the other one stays as it is")
			return m.carryOn(id)
		})
	}
}

// carryOn opens a session, with what is in the composer.
func (m *Model) carryOn(id string) tea.Cmd {
	c, load := m.conv, m.load(id, true)
	return func() tea.Msg {
		msg := load()
		return toldMsg(func(m *Model) tea.Cmd {
			loaded, is := msg.(loadedMsg)
			if is && loaded.err == nil && m.conv == c {
				loaded.carried = prompt{m.composer.Value(), m.composer.Files()}
				m.composer.Put("", nil)
			}
			return m.loaded(loaded)
		})
	}
}

// onlyFollowed reports, and says, that nothing can be done in the session on the
// screen but to read it.
func (m *Model) onlyFollowed() bool {
	f := m.conv.following
	if f == nil {
		return false
	}
	if f.free {
		m.say("it is free now · %s takes it over", m.keyOf("send"))
	} else {
		m.say("following · %s writes here", f.by())
	}
	return true
}

// viewFollowing says above the composer whose session this is; "" when it is
// the person's.
func (m *Model) viewFollowing() string {
	f := m.conv.following
	switch {
	case f == nil:
		return ""
	case f.taking:
		return m.chrome.muted.Render("taking it over …")
	case f.free:
		return m.chrome.accent.Render("it is free now") + m.chrome.muted.Render(" · "+m.keyOf("send")+" takes it over")
	case f.blind:
		return m.chrome.accent.Render("following") + m.chrome.muted.Render(" · it can't be read just now")
	}
	return m.chrome.accent.Render("following") + m.chrome.muted.Render(" · "+f.by()+" writes here")
}

// placeholder is what an empty composer says.
func (m *Model) placeholder() string {
	switch f := m.conv.following; {
	case f == nil:
		return "Ask anything"
	case f.free:
		return "Enter takes this session over"
	}
	return "Following: nothing is sent from here"
}

// watch looks at the session on the screen, a little later, while it is followed.
func (m *Model) watch() tea.Cmd {
	if m.watching || m.leaving || m.conv.following == nil {
		return nil
	}
	m.watching = true
	if !m.conv.following.looked && !m.conv.partial {
		return m.look()
	}
	return tea.Tick(lookEvery, func(time.Time) tea.Msg { return toldMsg((*Model).look) })
}

// looked is what a look at a session found.
type looked struct {
	conv    *conversation
	free    bool
	version int64
	changed bool
	path    tail
	session session.Session
	err     error
}

// look finds out what is new in the session that is followed.
func (m *Model) look() tea.Cmd {
	c := m.conv
	if c.following == nil || c.partial || c.following.taking {
		m.watching = false
		return nil
	}
	store, ctx, got, known := m.store, m.ctx, looked{conv: c, version: c.following.version}, c.lastIDs()
	id := c.session.ID
	return func() tea.Msg {
		got.free = !store.Taken(id) // first: then nobody goes on with what is read below
		version, err := store.Version(ctx, id)
		if err == nil && version != got.version {
			got.version, got.changed = version, true
			if got.path, err = readTail(ctx, store, id, known); err == nil {
				got.session, err = store.Find(ctx, id)
			}
		}
		got.err = err
		return toldMsg(func(m *Model) tea.Cmd { m.seen(got); return nil })
	}
}

// seen shows what is new.
func (m *Model) seen(msg looked) {
	m.watching, m.now = false, m.opts.Now()
	c := msg.conv
	f := c.following
	if f == nil || f.taking {
		return
	}
	f.looked = true
	if f.blind = msg.err != nil; f.blind {
		return
	}
	if f.free && !msg.free { // somebody else has it now
		f.pid = 0
	}
	f.free = msg.free
	if msg.changed {
		if !m.takeIn(c, msg.path) {
			f.version = 0 // the screen shows something else by now
			return
		}
		f.version = msg.version
		c.session.Title, c.session.TitleBy, c.session.Tags = msg.session.Title, msg.session.TitleBy, msg.session.Tags
		c.session.Provider, c.session.Model, c.session.System = msg.session.Provider, msg.session.Model, msg.session.System
	}
	c.enliven(m.now)
}

// taken is a session that the person takes over.
type taken struct {
	conv    *conversation
	claim   *session.Claim
	path    tail
	session session.Session
	err     error
}

// takeOver makes the session that is followed this program's own, if the other
// one let go. Else the person is asked again.
func (m *Model) takeOver() tea.Cmd {
	c := m.conv
	if c.partial || !m.ready {
		m.say("the session is not here yet")
		return nil
	}
	if c.following.taking {
		return nil
	}
	c.following.taking = true
	store, ctx, id, known := m.store, context.WithoutCancel(m.ctx), c.session.ID, c.lastIDs()
	return func() tea.Msg {
		got := taken{conv: c}
		if got.claim, got.err = store.Claim(id); got.err == nil {
			if got.path, got.err = readTail(ctx, store, id, known); got.err == nil {
				got.session, got.err = store.Find(ctx, id)
			}
		}
		if got.err != nil {
			got.claim.Release()
		}
		return toldMsg(func(m *Model) tea.Cmd { m.tookOver(got); return nil })
	}
}

// tookOver goes on with a session as one of this program's own.
func (m *Model) tookOver(msg taken) {
	c := msg.conv
	f := c.following
	f.taking = false
	claimed, isTaken := errors.AsType[*session.ClaimedError](msg.err)
	switch {
	case isTaken:
		f.pid, f.free = claimed.PID, false
		if m.conv == c && m.dialog == nil {
			m.askWay()
		}
		return
	case msg.err != nil:
		m.say("it can't be taken over: %v", msg.err)
		return
	case m.conv != c || !m.takeIn(c, msg.path):
		msg.claim.Release()
		f.version = 0
		return
	}
	c.session, c.claim = msg.session, msg.claim
	m.takeBack(c)
	c.enliven(m.opts.Now())
	c.inherit()
	both := c.draft.with(prompt{m.composer.Value(), m.composer.Files()})
	m.composer.Put(both.text, both.files)
	c.draft = prompt{}
	m.unfollow(c)
	m.say("it is yours now")
}

// submitFollowed is what enter does in a session that is followed, but for slash
// commands: it takes it over, if the other one let go. What is written stays.
func (m *Model) submitFollowed(p prompt) tea.Cmd {
	if p.blank() || m.conv.following.free {
		return m.takeOver()
	}
	m.onlyFollowed()
	return nil
}
