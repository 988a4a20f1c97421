// This file owns what waits in a session: a draft, a queue, changes and messages
// that could not be saved yet. It says when that is saved, and again after a
// failure; how is in keeper.go. Nothing runs while all is saved.

package ui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

const (
	draftPause = 700 * time.Millisecond // at most so long a draft waits to be saved
	retryPause = 5 * time.Second        // between two attempts to save after a failure
)

// waiting is what waits in a session, here or in the database.
type waiting struct {
	draft  prompt
	queue  []prompt
	unsure bool // whether the database has it: the last attempt to save failed
}

func (w waiting) blank() bool { return w.draft.blank() && len(w.queue) == 0 }

// keeping is how it stands with saving.
type keeping struct {
	drafting bool  // a draft is saved soon
	retrying bool  // what failed is tried again soon
	failing  bool  // the last attempt failed: nothing is tried until then
	why      error // the last of them
	told     bool  // the person knows that something is not saved
	closed   bool  // the database can't be opened; that is tried again too
}

// keptMsg tells what became of an attempt to save.
type keptMsg struct {
	conv *conversation
	done *keeper
}

// pausedMsg says that the time has come to save a draft.
type pausedMsg struct{}

// againMsg says that the time has come to try again.
type againMsg struct{}

// open are the conversations on the screen and behind it.
func (m *Model) conversations() iter.Seq[*conversation] {
	return func(yield func(*conversation) bool) {
		both := func(c *conversation) bool { return yield(c) && (c.beside == nil || yield(c.beside)) }
		if !both(m.conv) {
			return
		}
		for _, c := range m.live {
			if c != m.conv && !both(c) {
				return
			}
		}
		for _, c := range m.parked {
			if c != m.conv && c.turn == nil && !both(c) {
				return
			}
		}
	}
}

// keepUp saves what changed: a queue at once, a draft when its time has come. It
// follows every message, and is nothing when nothing changed.
func (m *Model) keepUp() tea.Cmd {
	if m.leaving {
		return nil
	}
	if m.keeping.failing || m.keeping.closed {
		return m.retryLater()
	}
	if m.store == nil || !m.ready {
		return nil
	}
	var cmds []tea.Cmd
	for c := range m.conversations() {
		switch {
		case c.busy() || !m.dirty(c):
		case c != m.conv || m.urgent(c):
			cmds = append(cmds, m.keep(c))
		case !m.keeping.drafting:
			m.keeping.drafting = true
			cmds = append(cmds, tea.Tick(draftPause, func(time.Time) tea.Msg { return pausedMsg{} }))
		}
	}
	return tea.Batch(cmds...)
}

// keepDraft saves the draft on the screen, if it still has to be.
func (m *Model) keepDraft() tea.Cmd {
	m.keeping.drafting = false
	c := m.conv
	if m.store == nil || !m.ready || m.keeping.failing || c.busy() || !m.dirty(c) {
		return nil
	}
	return m.keep(c)
}

// dirty reports whether the database lacks something of a conversation that it
// could have by now.
func (m *Model) dirty(c *conversation) bool {
	return c.sending == nil && c.ours() && (c.kept.unsure || !samePrompt(m.draftOf(c), c.kept.draft)) || m.urgent(c) || c.lodges() && m.behindBeside(c)
}

// urgent reports the same of what does not wait for a pause.
func (m *Model) urgent(c *conversation) bool {
	switch {
	case c.sending != nil: // first of all, that is saved
		return false
	case c.turn == nil && len(c.unsaved) > 0, c.saved && c.missed != session.Change{}:
		return true
	case !c.ours():
		return false
	}
	return !samePrompts(c.queue, c.kept.queue) || !c.kept.draft.blank() && m.draftOf(c).blank()
}

// ours reports whether what waits in a session is this program's to save: not
// while another one has the session, nor while a turn makes it.
func (c *conversation) ours() bool {
	if c.saved {
		return c.claim != nil
	}
	return c.turn == nil
}

// waits is the queue, with what was taken from the one that is saved and is no
// message yet.
func (c *conversation) waits() []prompt {
	if c.sending == nil || len(c.kept.queue) == 0 || !samePrompt(*c.sending, c.kept.queue[0]) {
		return c.queue
	}
	return slices.Insert(slices.Clone(c.queue), 0, *c.sending)
}

func samePrompts(a, b []prompt) bool { return slices.EqualFunc(a, b, samePrompt) }

func samePrompt(a, b prompt) bool {
	return a.text == b.text && slices.EqualFunc(a.files, b.files, sameFile)
}

func sameFile(f, g api.File) bool { return f.Name == g.Name && f.SHA256 == g.SHA256 }

// draftOf is what is written in a conversation and not sent, and attached to it.
func (m *Model) draftOf(c *conversation) prompt {
	if c != m.conv {
		return c.draft
	}
	p := prompt{m.composer.Draft(), m.composer.Files()}
	if m.writing != nil && strings.HasPrefix(p.text, "/write") {
		p.text = m.writing.draft
	}
	if e := m.editing; e != nil {
		return e.draft.with(e.changed(p))
	}
	if m.commanding(p.text) {
		p.text = ""
	}
	return p
}

// commanding reports whether a text is a slash command without words of the
// person's, or on its way to be one.
func (m *Model) commanding(text string) bool {
	if !strings.HasPrefix(text, "/") {
		return false
	}
	c, arg := m.slash(text)
	return c != nil && arg == "" || text == m.composer.Value() && len(m.completions()) > 0
}

// joined is one text of two.
func joined(a, b string) string {
	if strings.TrimSpace(a) == "" || strings.TrimSpace(b) == "" {
		return a + b
	}
	return a + "\n" + b
}

// keep saves what waits in a conversation.
func (m *Model) keep(c *conversation) tea.Cmd {
	if !m.urgent(c) {
		c = m.keeps(c)
	}
	k, ctx := m.keeper(c), context.WithoutCancel(m.ctx)
	c.saving, c.saver, c.missed = true, k, session.Change{}
	return func() tea.Msg {
		k.attempt(ctx)
		return keptMsg{c, k}
	}
}

// keptUp takes in what became of an attempt to save.
func (m *Model) keptUp(msg keptMsg) {
	c, k := msg.conv, msg.done
	c.saving, c.saver = false, nil
	if k.known && !c.saved {
		c.missed = merged(c.changedSince(k.session), c.missed)
	}
	if k.rests && c.turn == nil && k.turn == m.turns { // else a turn knows better
		c.saved, c.unsaved = k.known, k.unsaved
	}
	if c.claim == nil {
		c.claim = k.claim
	} else if !c.saved {
		c.release() // an empty session went
	}
	if k.err != nil {
		c.missed = merged(k.change, c.missed)
		c.kept.unsure = c.kept.unsure || k.mine
		m.trouble(c, k.err)
	} else {
		c.kept = k.waiting
		m.relieved()
	}
	if c != m.conv && c.turn == nil && !c.lent {
		m.park(c)
	}
}

// merged is one change of two, of which the second is newer.
func merged(a, b session.Change) session.Change {
	for _, f := range [][2]**string{
		{&a.Title, &b.Title}, {&a.Provider, &b.Provider}, {&a.Model, &b.Model}, {&a.System, &b.System}, {&a.TitleBy, &b.TitleBy},
	} {
		if *f[1] != nil {
			*f[0] = *f[1]
		}
	}
	if b.Pinned != nil {
		a.Pinned = b.Pinned
	}
	if b.Tags != nil {
		a.Tags = b.Tags
	}
	return a
}

// trouble tells, once, that something is not saved.
func (m *Model) trouble(c *conversation, err error) {
	m.keeping.failing, m.keeping.why = true, err
	if m.keeping.told {
		return
	}
	m.keeping.told = true
	m.warn(c, "not saved; it is tried again", "This is not saved: "+faultOf(err)+
		". The conversation goes on, and what is missing is saved by itself as soon as that can be.")
}

// faultOf is why something is not saved, without what was attempted.
func faultOf(err error) string {
	if fault, is := errors.AsType[*session.Fault](err); is {
		return fault.Error()
	}
	return err.Error()
}

// relieved tells that all is saved again, if it is.
func (m *Model) relieved() {
	m.keeping.failing, m.keeping.why = false, nil
	if !m.keeping.told || m.unkept() {
		return
	}
	m.keeping.told, m.status.warning = false, ""
	m.say("all is saved again")
}

// unkept reports whether something is not saved. A draft that is being written
// is not counted: it has its time.
func (m *Model) unkept() bool {
	for c := range m.conversations() {
		if m.urgent(c) || len(c.unsaved) > 0 || c.turn != nil && c.turn.doubted {
			return true
		}
	}
	return false
}

// retryLater tries again to save, a little later, while anything is unsaved.
func (m *Model) retryLater() tea.Cmd {
	if m.keeping.retrying || !m.anyDirty() {
		return nil
	}
	m.keeping.retrying = true
	return tea.Tick(retryPause, func(time.Time) tea.Msg { return againMsg{} })
}

func (m *Model) anyDirty() bool {
	for c := range m.conversations() {
		if m.dirty(c) && !c.busy() {
			return true
		}
	}
	return false
}

// tryAgain opens the database that could not be opened, or lets what is unsaved
// be saved: a draft too, now.
func (m *Model) tryAgain() tea.Cmd {
	m.keeping.retrying = false
	if m.keeping.closed {
		m.keeping.closed = false
		return m.openStore()
	}
	if m.lostFile() {
		return m.rescue()
	}
	m.keeping.failing = false
	return m.keepDraft()
}

// closed tells that the database can't be opened. What can change is waited for.
func (m *Model) closed(err error) {
	_, newer := errors.AsType[*session.VersionError](err)
	m.keeping.closed, m.keeping.why = !newer && !session.IsDamaged(err), err
	if m.keeping.told {
		return
	}
	m.keeping.told = true
	m.warn(m.conv, "nothing is saved", fmt.Sprintf("Nothing is saved: %v", err))
}
