// This file owns how a person makes branches of a session: by asking something
// else, and by having it answered again. Nothing is overwritten: what was there
// stays beside it. How branches are gone to is in branches.go.

package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// edited is a message that is being written anew.
type edited struct {
	conv  *conversation
	at    int    // its place among the messages
	id    string // of it
	said  prompt // what it said
	draft prompt // what was in the composer before
}

// changed is what of a prompt the message does not say.
func (e *edited) changed(p prompt) prompt {
	if p.text == e.said.text {
		p.text = ""
	}
	p.files = slices.DeleteFunc(p.files, func(f api.File) bool {
		return slices.ContainsFunc(e.said.files, func(g api.File) bool { return sameFile(f, g) })
	})
	return p
}

// editMessage takes the selected question, or the one before the selected
// answer, back into the composer. Sent again it is a branch of its own.
func (m *Model) editMessage() tea.Cmd {
	c := m.conv
	at := min(c.view.Position(), len(c.messages)-1)
	for at >= 0 && c.messages[at].Role != api.User {
		at--
	}
	if at < 0 {
		m.say("select a message first")
		return nil
	}
	if !m.resting() {
		return nil
	}
	msg := c.messages[at]
	m.editing = &edited{
		conv: c, at: at, id: msg.ID, said: prompt{msg.Content(), filesOf(msg.Parts)}, draft: prompt{m.composer.Value(), m.composer.Files()},
	}
	m.write(m.editing.said)
	m.setFocus(composing)
	return nil
}

// write puts a prompt into the composer, in the place of what is there.
func (m *Model) write(p prompt) {
	m.composer.Reset()
	m.composer.SetValue(p.text)
	m.composer.SetFiles(p.files)
}

// leaveEditing gives the composer back what it held, and reports whether there
// was anything to leave.
func (m *Model) leaveEditing() bool {
	e := m.editing
	if e == nil {
		return false
	}
	m.editing = nil
	m.write(e.draft)
	return true
}

// resend sends the message that was written anew, where the first one stands.
func (m *Model) resend(p prompt) tea.Cmd {
	e, c := m.editing, m.conv
	m.editing = nil
	if e.conv != c || e.at >= len(c.messages) || c.messages[e.at].ID != e.id {
		return m.enqueue(p) // the conversation is another one: there is no place to go back to
	}
	return m.withinCap(c, true, func() tea.Cmd {
		c.cut(e.at)
		c.held = false
		c.queue = slices.Insert(c.queue, 0, p)
		c.view.Bottom()
		return m.sendOldest(c)
	})
}

// cut takes the messages from place at on off the path, to make room for
// another branch there.
func (c *conversation) cut(at int) {
	if at < len(c.messages) {
		c.joins = max(1, c.messages[at].Siblings)
	}
	c.messages = c.messages[:at:at]
	c.view.KeepMessages(at)
	c.showDigest()
	c.unhint()
}

// branch numbers the next message among those that it joins.
func (c *conversation) branch(msg *session.Message) transcript.Branch {
	if n := c.joins; n > 0 {
		msg.Sibling, msg.Siblings = n+1, n+1
	}
	c.joins = 0
	return branchOf(msg)
}

func branchOf(msg *session.Message) transcript.Branch {
	return transcript.Branch{At: msg.Sibling, Of: msg.Siblings}
}

// resting reports whether no answer arrives in the conversation, and says so
// where one does. In one of another aimlchat nothing rests.
func (m *Model) resting() bool { return !m.onlyFollowed() && m.still() }

// still is resting where nothing is changed.
func (m *Model) still() bool {
	if m.conv.turn != nil {
		m.say("an answer is arriving; %s stops it", m.keyOf("escape"))
		return false
	}
	if !m.ready {
		m.say("the session is not here yet")
		return false
	}
	if m.conv.sends.digest != nil {
		m.say("a summary is being written; %s stops it", m.keyOf("escape"))
		return false
	}
	return true
}

// regenerate has the selected question answered again, or the last one, by the
// model that is chosen now.
func (m *Model) regenerate() tea.Cmd {
	at := m.answerAt()
	if at < 0 || !m.resting() {
		return nil
	}
	c := m.conv
	return m.withinCap(c, true, func() tea.Cmd { return m.answerAgain(c, at) })
}

// answerAt is the place of the answer to give again: that of the selected
// message, else the last one; -1, said, when nothing was asked.
func (m *Model) answerAt() int {
	c := m.conv
	at := c.view.Position()
	if _, is := c.view.Selected().(*transcript.Digest); is {
		m.say("select a message first")
		return -1
	}
	if at < 0 || at >= len(c.messages) {
		at = len(c.messages) - 1
	}
	if at < 0 {
		m.say("nothing was asked yet")
		return -1
	}
	if c.messages[at].Role == api.User {
		return at + 1
	}
	for at > 0 && c.messages[at-1].Role == api.Assistant { // it was continued
		at--
	}
	return at
}

func (m *Model) answerAgain(c *conversation, at int) tea.Cmd {
	if c.turn != nil || at > len(c.messages) || at == 0 {
		return nil
	}
	c.cut(at)
	c.view.Bottom()
	c.held = false
	cmd := m.ask(c, nil)
	if m.focus == reading {
		c.view.SelectMessage(at)
	}
	return cmd
}

// regenerateWith lets the person choose who answers again.
func (m *Model) regenerateWith() tea.Cmd {
	at := m.answerAt()
	if at < 0 || !m.resting() {
		return nil
	}
	c := m.conv
	cmd := m.chooseModel("")
	m.chosen = func() tea.Cmd {
		return m.withinCap(c, true, func() tea.Cmd { return m.answerAgain(c, at) })
	}
	return cmd
}

// viewEditing says above the composer that what is in it takes the place of an
// earlier message; "" when it is a new one.
func (m *Model) viewEditing() string {
	if m.editing == nil {
		return ""
	}
	return m.chrome.accent.Render("editing") + m.chrome.muted.Render(fmt.Sprintf(
		" · %s sends it as a branch of its own · %s leaves it", m.keyOf("send"), m.keyOf("escape")))
}

// branchHints are the keys that go on with the selected message, make branches
// of it, and go to those that it has.
func (m *Model) branchHints() []hint {
	msg := m.selectedMessage()
	if msg == nil || m.conv.turn != nil || m.conv.following != nil {
		return nil
	}
	hs := []hint{{m.keyOf("edit"), "edit"}}
	if msg.Role == api.Assistant {
		hs = []hint{{m.keyOf("regenerate"), "answer again"}}
	}
	if parts := m.selectedParts(); endedEarly(&parts[len(parts)-1]) {
		hs = slices.Insert(hs, 0, hint{m.keyOf("continue"), "go on"})
	}
	if msg.Siblings > 1 {
		hs = append(hs, hint{m.keyOf("previous-branch") + " " + m.keyOf("next-branch"), "branches"})
	}
	return hs
}
