// This file owns going on with an answer that ended early: which one, from where,
// and what is said where none can be. What goes on is a message of its own, a
// child of what broke off; on the screen both are one answer.

package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// endedEarly reports whether there should be more of an answer than there is.
func endedEarly(m *session.Message) bool {
	if m.Role != api.Assistant {
		return false
	}
	switch m.Finish {
	case api.FinishLength, api.FinishStopped, api.FinishInterrupted, api.FinishError:
		return true
	}
	return false
}

// continues reports whether message i goes on with the one before.
func (c *conversation) continues(i int) bool { return goesOn(c.messages, i) }

func goesOn(path []session.Message, i int) bool {
	return i > 0 && i < len(path) && path[i].Role == api.Assistant && endedEarly(&path[i-1])
}

// chain returns the places of the messages that are one answer with message i:
// from the first up to but without the second.
func (c *conversation) chain(i int) (from, to int) {
	from, to = i, i+1
	for c.continues(from) {
		from--
	}
	for c.continues(to) {
		to++
	}
	return from, to
}

// said is the text of messages that are one answer.
func said(parts []session.Message) string {
	var b strings.Builder
	for i := range parts {
		b.WriteString(parts[i].Content())
	}
	return b.String()
}

// continuable reports whether the last answer can be gone on with.
func (c *conversation) continuable() bool {
	last := c.last()
	if c.turn != nil || last == nil || !endedEarly(last) {
		return false
	}
	from, to := c.chain(len(c.messages) - 1)
	return strings.TrimSpace(said(c.messages[from:to])) != ""
}

// goOn has the selected answer go on from where it broke off, or the last one,
// by the model that is chosen now.
func (m *Model) goOn() tea.Cmd {
	c := m.conv
	if !m.resting() {
		return nil
	}
	at := c.view.Position()
	if at < 0 || at >= len(c.messages) {
		at = len(c.messages) - 1
	} else if c.messages[at].Role == api.User {
		at++ // its answer
	}
	if at < 0 || at >= len(c.messages) || c.messages[at].Role != api.Assistant {
		m.say("there is no answer to go on with")
		return nil
	}
	from, to := c.chain(at)
	if !endedEarly(&c.messages[to-1]) {
		m.say("this answer is whole; %s answers again", m.keyOf("regenerate"))
		return nil
	}
	if strings.TrimSpace(said(c.messages[from:to])) == "" {
		m.say("it broke off before its first word: it is asked anew")
		return m.withinCap(c, true, func() tea.Cmd { return m.answerAgain(c, from) })
	}
	last := c.messages[to-1].ID
	return m.withinCap(c, true, func() tea.Cmd {
		if c.turn != nil || to > len(c.messages) || c.messages[to-1].ID != last {
			return nil // it is another conversation by now
		}
		return m.continueFrom(c, to)
	})
}

// continueFrom asks for what comes after the answer that ends before place to.
// What followed it stays, as another branch.
func (m *Model) continueFrom(c *conversation, to int) tea.Cmd {
	entry := c.view.AnswerOf(to - 1)
	if entry == nil {
		return nil
	}
	c.cut(to)
	c.held = false
	reply := m.replyFrom(c)
	c.view.GoOn(entry, transcript.Part{Model: c.model, Provider: c.provider, Reply: api.NewReply(m.opts.Now()), Branch: c.branch(&reply)})
	c.view.Bottom()
	return m.pumpInto(c, entry, reply, nil)
}

// hintAgain writes into the last answer how to go on with it, and how to ask
// again: by what works in the composer, and by what works where it is read.
func (m *Model) hintAgain(c *conversation, a *transcript.Answer) {
	last := c.last()
	if c.again = nil; a == nil || last == nil || !endedEarly(last) {
		return
	}
	c.again = a
	var slashes, keys []string
	if c.continuable() {
		slashes = append(slashes, "/continue goes on")
		keys = append(keys, m.keyOf("continue")+" goes on")
	}
	again := "/retry asks again"
	if c.failed() {
		again = m.keyOf("send") + " or " + again
	}
	slashes = append(slashes, again)
	if last.Err != nil && last.Err.Kind == api.ErrInvalid && tight(c.used(), m.windowOf(c)) {
		slashes = append(slashes, "/compact makes room") // there may be too much
	}
	keys = append(keys, m.keyOf("regenerate")+" answers again")
	a.Retry, a.RetryHere = strings.Join(slashes, " · "), strings.Join(keys, " · ")
}

// unhint takes back what was said of asking again.
func (c *conversation) unhint() {
	if c.again != nil {
		c.again.Retry, c.again.RetryHere, c.again = "", "", nil
	}
}
