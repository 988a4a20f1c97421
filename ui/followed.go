// This file owns how what another program wrote comes into a conversation that is
// on the screen: what is there already stays as it is, an answer that arrives
// grows, and the rest is what opening the session anew would show.

package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// tail is the end of the path of a session.
type tail struct {
	after    string // the id of the message before it; "": it is all of the path
	messages []session.Message
}

// lastIDs are the ids of the last messages, to which a tail is likely to fit.
func (c *conversation) lastIDs() map[string]string {
	before := map[string]string{} // by id, that of the message before
	for i := max(1, len(c.messages)-2*atFirst); i < len(c.messages); i++ {
		before[c.messages[i].ID] = c.messages[i-1].ID
	}
	return before
}

// readTail reads as much of the end of a path as takes to reach what is known of
// it: of a message, the one before.
func readTail(ctx context.Context, store *session.Store, id string, known map[string]string) (tail, error) {
	messages, err := store.PathTail(ctx, id, atFirst+1)
	if err != nil || len(messages) <= atFirst {
		return tail{messages: messages}, err
	}
	if before := known[messages[0].ID]; before != "" {
		return tail{before, messages}, nil
	}
	messages, err = store.Path(ctx, id)
	return tail{messages: messages}, err
}

// goWith makes the model on the screen the one that answered last.
func (c *conversation) goWith() {
	for _, msg := range slices.Backward(c.messages) {
		if msg.Role == api.Assistant {
			c.provider, c.model = msg.Provider, msg.Model
			return
		}
	}
}

// takeIn shows the end of the path as it is now. It reports whether it fits to
// what is on the screen.
func (m *Model) takeIn(c *conversation, t tail) bool {
	from := 0
	if t.after != "" {
		from = slices.IndexFunc(c.messages, func(msg session.Message) bool { return msg.ID == t.after }) + 1
		if from == 0 {
			return false
		}
	}
	n := from
	for n < len(c.messages) && n-from < len(t.messages) && c.grown(n, &t.messages[n-from], m.now) {
		n++
	}
	rest := t.messages[n-from:]
	if n < len(c.messages) {
		for n > 0 && (c.continues(n) || len(rest) > 0 && rest[0].Role == api.Assistant && endedEarly(&c.messages[n-1])) {
			n-- // an answer and its continuation are drawn as one
			rest = slices.Insert(slices.Clone(rest), 0, c.messages[n])
		}
		c.cut(n)
		c.joins = 0
	}
	c.guesses, c.billed = nil, bill{}
	c.extend(rest, m.savedPath)
	c.view.Extend()
	return true
}

// extend adds messages to the end of the conversation.
func (c *conversation) extend(more []session.Message, saved func(api.File) string) {
	n := len(c.messages)
	c.messages = append(c.messages[:n:n], more...)
	c.goWith()
	for n > 0 && c.continues(n) {
		entry := c.view.AnswerOf(n - 1)
		if entry == nil {
			break
		}
		msg := &c.messages[n]
		c.hear(msg.Provider)
		c.view.GoOn(entry, transcript.Part{Model: msg.Model, Provider: msg.Provider, Reply: replyOf(msg), Branch: branchOf(msg)})
		entry.Live = false
		n++
	}
	if was := c.answeredBefore(n); n == len(c.messages)-len(more) && n > 0 && len(more) > 0 &&
		more[0].Role == api.Assistant && was != (answerer{}) && was != by(&more[0]) {
		n-- // above the question stands who answers from there on
		c.view.KeepMessages(n)
	}
	c.show(n, saved)
}

// grown takes over what is new of message n, and reports whether that needs no
// more than an answer that grows.
func (c *conversation) grown(n int, is *session.Message, now time.Time) bool {
	was := &c.messages[n]
	switch {
	case was.ID != is.ID:
		return false
	case was.Finish == is.Finish && was.Siblings == is.Siblings && was.Sibling == is.Sibling &&
		(is.Role == api.User || is.Finish != ""):
		was.Digest = is.Digest
		return true
	}
	a := c.view.AnswerOf(n)
	if a == nil || was.Finish != "" {
		return false
	}
	r := replyOf(is)
	if !a.Live && (a.Reply.Finish != is.Finish || a.Reply.Answer.Len() != r.Answer.Len() || a.Reply.Reasoning.Len() != r.Reasoning.Len()) {
		return false // it does not look as it did
	}
	if !strings.HasPrefix(r.Answer.String(), a.Reply.Answer.String()) || !strings.HasPrefix(r.Reasoning.String(), a.Reply.Reasoning.String()) {
		return false
	}
	if is.Finish == "" && r.Answer.Len() > 0 { // how long it thought is not known before its end
		r.Timing.Thinking = a.Reply.Timing.Thinking
		if a.Reply.Answer.Len() == 0 {
			r.Timing.Thinking = max(0, now.Sub(r.Sent()))
		}
	}
	c.messages[n] = *is
	a.Reply, a.Branch, a.Live = r, branchOf(is), is.Finish == ""
	return true
}

// enliven shows the last answer as one that arrives, if it does: as long as the
// other program has the session.
func (c *conversation) enliven(now time.Time) {
	last := c.last()
	if last == nil || last.Role != api.Assistant || last.Finish != "" {
		return
	}
	a := c.view.AnswerOf(len(c.messages) - 1)
	if a == nil {
		return
	}
	if a.Live = !c.following.free; !a.Live {
		a.Reply.Finish = api.FinishInterrupted // as whoever takes it over marks it
	}
	c.view.Tick(now)
}

// inherit takes over what waits in the session in the database.
func (c *conversation) inherit() {
	c.kept = waitingIn(c.session)
	c.draft, c.queue = c.kept.draft, slices.Clone(c.kept.queue)
	c.hold()
}
