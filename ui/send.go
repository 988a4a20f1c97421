// This file owns the life of a turn on the screen: sending, what arrives,
// the end, and asking again.

package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// submit sends what is in the composer, or calls the slash command that it
// names. With nothing in it, it asks again after a failure, or sends what a
// stopped answer held up; it never replaces an answer that the person stopped.
func (m *Model) submit() tea.Cmd {
	if path, ok := m.namesFile(); ok {
		return m.takePath(path)
	}
	if m.reading > 0 {
		m.sends = true
		m.say("reading the file …")
		return nil
	}
	p := prompt{m.composer.Value(), m.composer.Files()}
	if called, _ := m.slash(p.text); m.conv.following != nil && called == nil {
		return m.submitFollowed(p)
	}
	if p.blank() {
		if m.conv.failed() {
			return m.regenerate()
		}
		m.conv.letGo()
		return m.sendNext(m.conv, true)
	}
	m.status.text = ""
	if c, arg := m.slash(p.text); c != nil {
		m.composer.Remember(p.text)
		m.composer.Reset()
		m.composer.SetFiles(p.files) // they wait for the message
		return c.run(m, arg)
	}
	if why := m.refuses(p.files); why != "" {
		m.sayRefused(why)
		return nil
	}
	m.composer.Remember(p.text)
	m.composer.Reset()
	if m.editing != nil {
		return tea.Batch(m.remember(p.text), m.resend(p))
	}
	return tea.Batch(m.remember(p.text), m.enqueue(p))
}

// enqueue sends a prompt as soon as what was sent before it is answered.
func (m *Model) enqueue(p prompt) tea.Cmd {
	c := m.conv
	c.letGo()
	c.queue = append(c.queue, p)
	if c.turn == nil {
		c.view.Bottom() // a queued one, sent later by itself, leaves the reader alone
	}
	return m.sendNext(c, true)
}

// remember keeps a prompt for the next run of the program.
func (m *Model) remember(text string) tea.Cmd {
	keep := m.opts.Remember
	if keep == nil || text == "" {
		return nil
	}
	return func() tea.Msg { keep(text); return nil }
}

// sendNext sends the oldest queued message, once the database is there and the
// turn before it has ended, and no cap is in the way. Asked says that a key of
// the person's wants that now.
func (m *Model) sendNext(c *conversation, asked bool) tea.Cmd {
	if !m.sendable(c) {
		return nil
	}
	if why := m.refusesFor(c, c.queue[0].files); why != "" { // the model was switched since
		m.hold(c, why)
		return nil
	}
	return m.withinWindow(c, asked, func() tea.Cmd {
		return m.withinCap(c, asked, func() tea.Cmd { return m.sendOldest(c) })
	})
}

func (m *Model) sendable(c *conversation) bool {
	return m.ready && !m.leaving && c.turn == nil && c.sends.digest == nil && c.following == nil && (!c.held || c.first > 0) && len(c.queue) > 0
}

func (m *Model) sendOldest(c *conversation) tea.Cmd {
	if !m.sendable(c) {
		return nil
	}
	p := c.queue[0]
	c.queue, c.first, c.sending = c.queue[1:], max(0, c.first-1), &p
	now := m.opts.Now()
	c.unhint() // it would be something else that is asked again
	msg := &session.Message{ParentID: c.leaf(), Role: api.User, Parts: p.parts(), Created: now}
	c.view.Append(&transcript.User{Text: p.text, At: now, Files: p.files, Branch: c.branch(msg)})
	if c.session.Title == "" {
		c.session.Title, c.session.TitleBy = msg.Title(), session.TitleByWords
		c.missed.Title, c.missed.TitleBy = new(c.session.Title), new(session.TitleByWords) // if it was made for its draft
	}
	c.messages = append(c.messages, *msg)
	return m.ask(c, msg)
}

// ask starts the turn that answers the last message of c. A prompt that is not
// in the database yet is saved first.
func (m *Model) ask(c *conversation, prompt *session.Message) tea.Cmd {
	reply := m.replyFrom(c)
	entry := &transcript.Answer{
		Model: c.model, Provider: c.provider, Reply: api.NewReply(m.opts.Now()), Live: true, Saved: m.savedPath, Branch: c.branch(&reply),
	}
	c.view.Append(entry)
	return m.pumpInto(c, entry, reply, prompt)
}

// replyFrom is an answer to the last message of c, by the model that is chosen.
func (m *Model) replyFrom(c *conversation) session.Message {
	return session.Message{ParentID: c.leaf(), Role: api.Assistant, Provider: c.provider, Model: c.model}
}

// pumpInto asks for reply, which arrives in an entry of the transcript.
func (m *Model) pumpInto(c *conversation, entry *transcript.Answer, reply session.Message, prompt *session.Message) tea.Cmd {
	m.turns++
	ctx, cancel := context.WithCancel(m.ctx)
	c.turn = &turn{number: m.turns, cancel: cancel, batch: newBatch(m.turns), entry: entry}
	m.live[m.turns] = c

	var moved session.Change
	if c.session.Provider != c.provider || c.session.Model != c.model {
		moved.Provider, moved.Model = &reply.Provider, &reply.Model
	}
	c.session.Provider, c.session.Model = c.provider, c.model
	c.hear(c.provider)
	req := m.opts.Request
	req.Model, req.Messages = c.model, session.History(c.session.System, session.For(c.provider, c.messages))
	req.Continue = len(entry.Earlier) > 0
	provider := c.provider
	p := &pump{
		batch: c.turn.batch, now: m.opts.Now, store: m.store, request: req,
		backend: func() (api.Backend, error) { return m.opts.Backend(provider) },
		session: c.session, known: c.saved, claim: c.claim, prompt: prompt, reply: reply,
		said: slices.Clone(c.messages), unsaved: slices.Clone(c.unsaved),
		refuses: func(f api.File) string { return m.opts.refuses(provider, req.Model, f) },
	}
	m.pumps.Go(func() { p.run(ctx) })
	return tea.Batch(c.turn.batch.await(m.ctx, 0), m.change(c, moved))
}

// arrived takes in a batch of a live turn, and asks for the next one.
func (m *Model) arrived(msg turnMsg) tea.Cmd {
	c := m.live[msg.number]
	if c == nil {
		return nil // the conversation is gone from the screen and all it had is saved
	}
	m.now = m.opts.Now()
	t := c.turn
	t.batch.arrived()
	var cmd tea.Cmd
	if msg.lost != nil {
		c.view.Append(&transcript.Notice{Text: fmt.Sprintf("%v. It is sent all the same.", msg.lost), Warning: true})
	}
	if msg.placed != nil {
		if t.recorded = m.store != nil && msg.placed.err == nil; msg.placed.err != nil {
			m.trouble(c, msg.placed.err)
		}
		cmd = m.change(c, c.place(msg.placed))
		if t.recorded && !t.doubted {
			m.relieved()
		}
	}
	for _, a := range msg.arrivals {
		t.entry.Reply.Add(a.event, a.at)
		if r, ok := a.event.(api.Retry); ok {
			t.retry, t.retryAt = &r, a.at.Add(r.After)
			t.countDown(m.now)
		}
	}
	c.view.Extend()
	if msg.done {
		return tea.Batch(cmd, m.ended(c, msg))
	}
	t.pause = pause(msg.arrivals, t.pause)
	return tea.Batch(cmd, t.batch.await(m.ctx, t.pause))
}

// countDown says when the next attempt comes.
func (t *turn) countDown(now time.Time) {
	if t.retry != nil {
		when := ""
		if wait := t.retryAt.Sub(now); wait > 0 {
			when = " in " + figures.Seconds(wait)
		}
		t.entry.Note = fmt.Sprintf("attempt %d%s: %s", t.retry.Attempt, when, t.retry.Err.Message)
	}
}

// place gives a turn its place in the session, as the pump settled it. It
// returns what was changed meanwhile, which the pump could not know.
func (c *conversation) place(p *placed) (missed session.Change) {
	missed = c.changedSince(p.session)
	c.sending = nil
	c.session.ID, c.session.Created, c.session.Updated = p.session.ID, p.session.Created, p.session.Updated
	if p.claim != nil { // else whoever saved its draft has it
		c.claim = p.claim
	}
	c.saved, c.unsaved = p.known, p.unsaved
	if p.prompt.ID != "" {
		c.messages[len(c.messages)-1] = p.prompt
	}
	c.messages = append(c.messages, p.reply)
	return missed
}

// changedSince is what was changed in a session since it was as s says.
func (c *conversation) changedSince(s session.Session) (change session.Change) {
	for _, f := range []struct {
		change   **string
		was, now string
	}{
		{&change.Title, s.Title, c.session.Title},
		{&change.System, s.System, c.session.System},
		{&change.Provider, s.Provider, c.provider},
		{&change.Model, s.Model, c.model},
	} {
		if f.was != f.now {
			*f.change = &f.now
		}
	}
	return change
}

// ended finishes a turn.
func (m *Model) ended(c *conversation, msg turnMsg) tea.Cmd {
	t := c.turn
	t.cancel()
	delete(m.live, t.number)
	c.turn = nil
	if msg.err != nil {
		t.entry.Reply.Fail(msg.err, msg.at)
	}
	t.entry.Live = false
	c.settle(t.entry.Reply)
	if m.opts.Store != nil && (t.doubted || !t.recorded) {
		c.unsaved = append(c.unsaved, *c.last())
	}
	if c.retryable() {
		c.hold()
	}
	m.hintAgain(c, t.entry)
	if c != m.conv && c.held {
		m.say("%s ended early; %s there", c.session.Title, waits(len(c.queue)))
	}
	m.hintWindow(c)
	cmd := tea.Batch(m.name(c), m.sendNext(c, false))
	if c != m.conv && c.turn == nil { // it went on behind the screen, and is done, or waits
		m.park(c)
	}
	return cmd
}

func waits(n int) string {
	if n == 1 {
		return "1 message waits"
	}
	return fmt.Sprintf("%d messages wait", n)
}
