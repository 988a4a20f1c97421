// This file owns what a person does with what was said: folding, copying,
// counting.

package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

func (m *Model) cycleReasoning() tea.Cmd {
	m.say("reasoning: %s", m.conv.view.CycleFold())
	return nil
}

func (m *Model) foldSelected() tea.Cmd {
	switch e := m.conv.view.Selected().(type) {
	case *transcript.Answer:
		m.conv.view.ToggleFold(e)
	case *transcript.Digest:
		m.conv.view.ToggleDigest(e)
	}
	return nil
}

// copyLast copies the last answer: its text, never its thought.
func (m *Model) copyLast() tea.Cmd {
	if text := m.lastAnswer(); text != "" {
		return m.copy(text)
	}
	m.say("nothing to copy yet")
	return nil
}

// lastAnswer is what the last answer says, as far as it has arrived; "" when
// nothing does.
func (m *Model) lastAnswer() string {
	if c := m.conv; c.turn != nil && c.turn.entry.Text() != "" {
		return c.turn.entry.Text()
	}
	for i := len(m.conv.messages) - 1; i >= 0; i-- {
		msg := m.conv.messages[i]
		if msg.Role != api.Assistant {
			continue
		}
		from, to := m.conv.chain(i)
		if text := said(m.conv.messages[from:to]); text != "" {
			return text
		}
	}
	return ""
}

func (m *Model) copySelected() tea.Cmd {
	return m.copy(written(m.conv.view.Selected()))
}

func (m *Model) toggleMouse() tea.Cmd {
	m.mouse = !m.mouse
	m.unmark()
	if m.mouse {
		m.say("the mouse is ours: drag copies, the wheel scrolls")
	} else {
		m.say("the mouse is the terminal's")
	}
	return nil
}

// used is how many tokens of the conversation are sent: what the last answer's
// service counted, if it was sent the same, and a guess for what it has not seen.
func (m *Model) used() int64 { return m.conv.used() }

func (c *conversation) used() int64 { return c.usedBefore(len(c.messages)) }

// usedBefore is the same of what stands before message n.
func (c *conversation) usedBefore(n int) int64 {
	var guess int64
	digest, from := c.sentDigest(), c.sends.from
	if n <= from { // it would be sent from the beginning
		digest, from = nil, 0
	}
	for i := n - 1; i >= from; i-- {
		msg := &c.messages[i]
		same := i >= c.sends.recount && (digest == nil || !msg.Created.Before(digest.Created))
		if n := counted(msg.Usage); n > 0 && same {
			return n + guess
		}
		guess += c.guess(i)
	}
	if digest != nil {
		guess += figures.EstimateTokens(digest.Text)
	}
	return guess + figures.EstimateTokens(c.session.System)
}

// counted is how many tokens of the window an answer and all before it took, as
// its service counted them; 0 when it did not.
func counted(u api.Usage) int64 {
	switch {
	case u.Total != nil && *u.Total > 0:
		return *u.Total
	case u.Prompt != nil && u.Completion != nil:
		return *u.Prompt + *u.Completion
	}
	return 0
}

// window is the context window of the model that the next message goes to, in
// tokens; 0 when it is unknown.
func (m *Model) window() int64 { return m.windowOf(m.conv) }

func (m *Model) windowOf(c *conversation) int64 {
	if choice := m.choice(c.provider, c.model); choice != nil {
		return int64(choice.Context)
	}
	return 0
}
