// This file owns what is known of one session while it is open: what both the
// transcript and the next request are made of. It does no IO.

package ui

import (
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// conversation is one session as it is on the screen, or goes on behind it
// while its turn is live. It holds what both the transcript and the next
// request are made of; it does no IO.
type conversation struct {
	session  session.Session // ID "" until the first prompt is on its way
	saved    bool            // the database has it
	claim    *session.Claim  // nil: another aimlchat has it, or nothing is saved
	messages []session.Message
	partial  bool              // messages before these are still on their way from the database
	unsaved  []session.Message // of messages, what the database would not take
	guesses  [][]guess         // of messages: the tokens of their texts
	taken    int64             // tokens of all of it, as of the last Update
	billed   bill
	view     *transcript.Transcript

	provider, model string // what the next message goes to
	voice           string // the provider of the first answer that is known of; "": none is

	turn      *turn      // the live one; nil between turns
	following *following // what another aimlchat says in it; nil: the person talks here
	queue     []prompt   // sent while a turn was live, oldest first
	named     bool       // a model was asked for its title
	held      bool       // the queue waits until the person sends again
	first     int        // how many of the queue do not, although it is held
	sending   *prompt    // the last one taken from the queue, until it is a message; nil: it is one

	draft  prompt         // what was written, while another conversation is on the screen
	kept   waiting        // what the database has of draft and queue
	missed session.Change // what it has not of the session, beside them
	saving bool           // something of it is on its way there
	saver  *keeper        // that attempt; nil: none is on its way
	beside *conversation  // keeps what is written in this one, which lodges; nil: nothing does
	lent   bool           // it keeps what is written in another one

	again *transcript.Answer // which tells how to ask again; nil: none does
	sends sending            // what goes along with the next message
	joins int                // beside how many others the next message comes to stand; 0: it is the first there
}

// prompt is what a person sends.
type prompt struct {
	text  string
	files []api.File
}

func (p prompt) blank() bool { return strings.TrimSpace(p.text) == "" && len(p.files) == 0 }

// with is what is written first, and then what else is: each file once.
func (p prompt) with(more prompt) prompt {
	sum := prompt{joined(p.text, more.text), slices.Clone(p.files)}
	for _, f := range more.files {
		if !slices.ContainsFunc(p.files, func(g api.File) bool { return sameFile(f, g) }) {
			sum.files = append(sum.files, f)
		}
	}
	return sum
}

func (p prompt) parts() []api.Part {
	var parts []api.Part
	if p.text != "" {
		parts = append(parts, api.Part{Kind: api.TextPart, Text: p.text})
	}
	for i := range p.files {
		parts = append(parts, api.Part{Kind: api.FilePart, File: &p.files[i]})
	}
	return parts
}

// filesOf are the files among parts.
func filesOf(parts []api.Part) []api.File {
	var files []api.File
	for _, p := range parts {
		if p.File != nil {
			files = append(files, *p.File)
		}
	}
	return files
}

// leaf is the id of the last message, to which the next one is attached.
func (c *conversation) leaf() string {
	if n := len(c.messages); n > 0 {
		return c.messages[n-1].ID
	}
	return ""
}

// last returns the last message, nil in an empty conversation.
func (c *conversation) last() *session.Message {
	if n := len(c.messages); n > 0 {
		return &c.messages[n-1]
	}
	return nil
}

// failed reports whether the last turn failed, so that asking again is what a
// person most likely wants next.
func (c *conversation) failed() bool {
	last := c.last()
	return c.turn == nil && last != nil && (last.Role == api.User || last.Finish == api.FinishError)
}

// retryable reports whether the last turn ended in a way that a person may
// want to repeat: it failed, was stopped or was interrupted.
func (c *conversation) retryable() bool {
	last := c.last()
	if c.turn != nil || last == nil {
		return false
	}
	if last.Role == api.User {
		return true
	}
	switch last.Finish {
	case api.FinishError, api.FinishStopped, api.FinishInterrupted:
		return true
	}
	return false
}

// show fills the transcript from the messages, from place i on, as when a session
// is opened. Saved tells where the files of answers lie. It returns the answer with
// which the conversation ends; nil when there is none.
func (c *conversation) show(i int, saved func(api.File) string) (last *transcript.Answer) {
	before := c.answeredBefore(i)
	for ; i < len(c.messages); i++ {
		m := &c.messages[i]
		if m.Role == api.User {
			if next := c.answeredAfter(i); before.model != "" && next.model != "" && next != before {
				c.view.Append(&transcript.Divider{Text: next.after(before)})
			}
			last = nil
			c.view.Append(&transcript.User{Text: m.Content(), At: m.Created, Files: filesOf(m.Parts), Branch: branchOf(m)})
			c.tellDamage(m)
			continue
		}
		c.hear(m.Provider)
		part := transcript.Part{Model: m.Model, Reply: replyOf(m), Branch: branchOf(m), Provider: m.Provider}
		if last != nil && c.continues(i) {
			last.Earlier = append(last.Earlier, transcript.Part{Model: last.Model, Reply: last.Reply, Branch: last.Branch, Provider: last.Provider})
			last.Model, last.Reply, last.Branch, last.Provider = part.Model, part.Reply, part.Branch, part.Provider
		} else {
			last = &transcript.Answer{Model: part.Model, Provider: part.Provider, Reply: part.Reply, Saved: saved, Branch: part.Branch}
			c.view.Append(last)
		}
		before = answerer{m.Provider, m.Model}
		c.tellDamage(m)
	}
	if next := c.next(); before.model != "" && next != before {
		c.view.Append(&transcript.Divider{Text: next.after(before)})
	}
	c.showDigest()
	return last
}

// tellDamage says below a message that it is not what was saved.
func (c *conversation) tellDamage(m *session.Message) {
	if m.Damaged {
		c.view.Append(&transcript.Notice{Warning: true, Text: "This message is damaged: the disk does not hold what was saved. " +
			"aimlchat doctor --repair recovers what can be read."})
	}
}

// replyOf makes a stored answer drawable by the code that draws live ones.
func replyOf(m *session.Message) *api.Reply {
	r := api.NewReply(m.Created)
	r.Reasoning.WriteString(m.Reasoning())
	r.Answer.WriteString(m.Content())
	for _, p := range m.Parts {
		if p.Kind == api.ToolCallPart {
			r.ToolCalls = append(r.ToolCalls, *p.Tool)
		}
	}
	r.Files, r.Citations = filesOf(m.Parts), m.Citations
	r.Model, r.InferenceID, r.Protocol = m.AnsweredBy, m.InferenceID, m.Protocol
	r.Usage, r.Cost, r.Timing = m.Usage, m.Cost, m.Timing
	r.Finish, r.Err = m.Finish, m.Err
	return r
}

// settle writes the end of a turn into the last message, so that the next
// request carries it.
func (c *conversation) settle(r *api.Reply) {
	last := c.last()
	if last == nil || last.Role != api.Assistant {
		return
	}
	last.Parts = r.Message(last.Model).Parts
	last.Citations = r.Citations
	last.AnsweredBy, last.InferenceID, last.Protocol = r.Model, r.InferenceID, r.Protocol
	last.Usage, last.Cost, last.Timing = r.Usage, r.Cost, r.Timing
	last.Finish, last.Err = r.Finish, r.Err
}

// switchTo chooses who answers the next message, and leaves a divider when
// somebody else answered before.
func (c *conversation) switchTo(provider, model string) {
	c.provider, c.model = provider, model
	next := c.next()
	if _, ok := c.view.Last().(*transcript.Divider); ok {
		c.view.RemoveLast(1)
	}
	if last := c.last(); last != nil && by(last) != next && (c.turn != nil || last.Role == api.Assistant) {
		c.view.Append(&transcript.Divider{Text: next.after(c.answeredBefore(len(c.messages)))})
	}
}

// answers counts them.
func (c *conversation) answers() int {
	n := 0
	for _, m := range c.messages {
		if m.Role == api.Assistant {
			n++
		}
	}
	return n
}
