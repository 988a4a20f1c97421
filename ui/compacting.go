// This file owns what of a long conversation is sent: choosing it, having a
// digest written of the rest, and offering that when a message would not fit.
// What is not sent stays on the screen and in the database.

package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

const (
	tightShare = 0.9 // of the window, above which there is little room
	keptTurns  = 4   // are kept as they are, unless the person says otherwise
	keptShare  = 4   // of the window: what is kept by default takes at most a quarter
)

// sending is what a conversation sends of itself.
type sending struct {
	from      int        // the first message that is sent as it is
	digest    *digesting // what is being made of those before; nil: nothing is
	recount   int        // messages whose services counted a request that carried something else
	hinted    bool       // the person was told that there is little room
	waits     bool       // the oldest queued message waits for what the person chooses
	held      bool       // and whether the queue was held before, and how many of it not
	first     int
	unfoldKey string // that shows a digest, for people
}

// digesting is a digest on its way.
type digesting struct {
	cancel   context.CancelFunc
	messages int // that it is of
}

// compact asks what of the conversation is to be sent.
func (m *Model) compact() tea.Cmd {
	switch {
	case !m.resting():
	case len(m.conv.messages) == 0:
		m.say("nothing was said yet")
	default:
		m.open(dialog.NewCompacting(m.theme, m.weigh(m.conv, false)))
	}
	return nil
}

// weigh says what there is to choose from; with waiting, for the oldest message
// of the queue.
func (m *Model) weigh(c *conversation, waiting bool) dialog.Conversation {
	d := dialog.Conversation{
		ID: c.session.ID, Turns: c.turns(), Sent: c.used(), Window: m.windowOf(c), Model: c.model, Compacted: c.sentDigest() != nil, Waiting: waiting,
	}
	if waiting {
		d.Sent += c.queue[0].tokens()
	}
	if choice := m.choice(c.provider, c.model); choice != nil {
		d.PriceIn = choice.PriceIn
	}
	var tokens int64
	for _, t := range slices.Backward(d.Turns) {
		if tokens += t.Tokens; d.Keep == keptTurns || d.Keep > 0 && d.Window > 0 && tokens > d.Window/keptShare {
			break
		}
		d.Keep++
	}
	return d
}

// turns weighs the turns of a conversation: by what the services counted, where
// all of it was sent, spread as the lengths of the texts are.
func (c *conversation) turns() []dialog.Turn {
	var turns []dialog.Turn
	var all int64
	for i := range c.messages {
		if c.messages[i].Role == api.User || len(turns) == 0 {
			turns = append(turns, dialog.Turn{})
		}
		t := &turns[len(turns)-1]
		t.Messages++
		t.Tokens += c.guess(i)
		all += c.guess(i)
	}
	if used := c.used(); c.sentDigest() == nil && all > 0 && used > all {
		for i := range turns {
			turns[i].Tokens = turns[i].Tokens * used / all
		}
	}
	return turns
}

// compacted carries out what the person chose.
func (m *Model) compacted(a dialog.Compact) tea.Cmd {
	c := m.conv
	if a.ID != c.session.ID { // another one came to the screen meanwhile
		return m.decided(false)
	}
	if m.decide = nil; c.sends.waits { // else what was held stays so
		c.held, c.first, c.sends.waits = c.sends.held, c.sends.first, false
	}
	if a.Way == dialog.AsIs {
		return m.sendNext(c, true)
	}
	if !m.resting() {
		c.hold()
		return nil
	}
	if a.Way == dialog.Everything {
		return m.sendFrom(c, -1, nil)
	}
	at := len(c.messages)
	for turns := 0; at > 0 && turns < a.Keep; {
		if at--; c.messages[at].Role == api.User {
			turns++
		}
	}
	switch {
	case at == 0:
		m.say("nothing is older than that")
		return nil
	case a.Way == dialog.LeaveOut:
		return m.sendFrom(c, at, &session.Digest{Created: m.opts.Now()})
	}
	return m.withinCap(c, true, func() tea.Cmd { return m.digest(c, at) })
}

// digest has the model sum up what was said before message at.
func (m *Model) digest(c *conversation, at int) tea.Cmd {
	if c.sends.digest != nil || c.turn != nil || at >= len(c.messages) {
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	c.sends.digest = &digesting{cancel: cancel, messages: at}
	provider, backend := c.provider, m.opts.Backend
	w := &digestWriter{
		model: c.model, provider: provider, now: m.opts.Now, window: m.windowOf(c),
		backend: func() (api.Backend, error) { return backend(provider) },
	}
	older := session.History("", slices.Clone(c.messages[:at]))
	store, id := m.store, c.session.ID
	return func() tea.Msg {
		defer cancel()
		d, err := w.write(ctx, older)
		if err != nil && store != nil && d.Usage != (api.Usage{}) {
			err = errors.Join(err, store.Book(context.WithoutCancel(ctx), id, session.Payment{
				Kind: session.ForDigest, Provider: d.Provider, Model: d.Model, Usage: d.Usage, Cost: d.Cost,
			}))
		}
		return toldMsg(func(m *Model) tea.Cmd {
			if err != nil {
				return m.digestFailed(c, api.Failure(ctx, err))
			}
			return m.sendFrom(c, at, &d)
		})
	}
}

func (m *Model) digestFailed(c *conversation, err *api.Error) tea.Cmd {
	c.sends.digest = nil
	c.hold()
	switch {
	case err.Kind != api.ErrCanceled:
		c.view.Append(&transcript.Notice{Text: "There is no summary: " + joinHint(err.Message, err.Hint), Warning: true})
	case c == m.conv:
		m.say("stopped: nothing is summed up")
	}
	if c != m.conv {
		m.park(c)
	}
	return nil
}

// stopDigest gives up the digest that is being written, and reports whether one
// was.
func (m *Model) stopDigest() bool {
	d := m.conv.sends.digest
	if d == nil {
		return false
	}
	d.cancel()
	m.stopped = m.opts.Now()
	return true
}

// sendFrom lets requests begin at message at, after a digest, or with the first
// message without one; and has the database know.
func (m *Model) sendFrom(c *conversation, at int, d *session.Digest) tea.Cmd {
	if c.sends.digest == nil {
		c.sends.digest = &digesting{cancel: func() {}, messages: max(0, at)}
	}
	var ids []string // of messages that have a digest which is no longer true
	for i := max(0, at); i < len(c.messages); i++ {
		if i != at && c.messages[i].Digest != nil {
			ids = append(ids, c.messages[i].ID)
		}
	}
	first, store, ctx, id := "", m.store, context.WithoutCancel(m.ctx), c.session.ID
	if at >= 0 {
		first = c.messages[at].ID
	}
	if !c.saved {
		store = nil
	}
	return func() tea.Msg {
		var err error
		if store != nil && first != "" {
			err = store.Compact(ctx, id, first, d)
		}
		for _, other := range ids {
			if store != nil && err == nil {
				err = store.Compact(ctx, id, other, nil)
			}
		}
		return toldMsg(func(m *Model) tea.Cmd { return m.sendsFrom(c, first, d, ids, err) })
	}
}

// sendsFrom shows what is sent from now on, and goes on with what waits.
func (m *Model) sendsFrom(c *conversation, first string, d *session.Digest, gone []string, err error) tea.Cmd {
	c.sends.digest = nil
	if err != nil {
		c.view.Append(&transcript.Notice{Text: fmt.Sprintf("What is sent is not saved: %v. It holds until you leave.", err), Warning: true})
	}
	for i := range c.messages {
		switch msg := &c.messages[i]; {
		case msg.ID == first && first != "":
			msg.Digest = d
		case slices.Contains(gone, msg.ID):
			msg.Digest = nil
		}
	}
	if d == nil {
		c.sends.recount = len(c.messages)
	}
	c.sends.hinted = false
	c.billed = bill{}
	c.showDigest()
	cmd := m.sendNext(c, false)
	switch {
	case c == m.conv:
		m.say("the next message takes about %s tokens along; /compact changes that", figures.Tokens(c.used()))
	case c.turn == nil:
		m.park(c)
	}
	return cmd
}

// sentDigest is the digest that requests begin with; nil when they begin with
// the first message.
func (c *conversation) sentDigest() *session.Digest {
	if c.sends.from < len(c.messages) {
		return c.messages[c.sends.from].Digest
	}
	return nil
}

// showDigest finds out from which message on the path is sent, and marks the
// place.
func (c *conversation) showDigest() {
	c.sends.from = 0
	c.sends.recount = min(c.sends.recount, len(c.messages))
	for i := range slices.Backward(c.messages) {
		if c.messages[i].Digest != nil {
			c.sends.from = i
			break
		}
	}
	d := c.sentDigest()
	if d == nil {
		c.view.SetDigest(nil, 0)
		return
	}
	mark := &transcript.Digest{Messages: c.sends.from, Text: d.Text, About: aboutDigest(d), Key: c.sends.unfoldKey}
	if c.partial {
		mark.Messages = 0
	}
	c.view.SetDigest(mark, c.sends.from)
}

// aboutDigest says who wrote it, and what that cost.
func aboutDigest(d *session.Digest) string {
	if d.Model == "" {
		return ""
	}
	parts := []string{d.Model}
	if n := d.Usage.Completion; n != nil {
		parts = append(parts, figures.Tokens(*n)+" tok")
	}
	if usd := d.Cost.USD; usd != nil {
		about := ""
		if d.Cost.Source == api.Estimated {
			about = "≈ "
		}
		parts = append(parts, about+figures.USD(*usd))
	}
	return strings.Join(parts, " · ")
}

// withinWindow does what sends the oldest queued message. Where there is little
// room for it, the person is asked first what to send, once in a conversation;
// one who did not just press a key is not asked.
func (m *Model) withinWindow(c *conversation, asked bool, do func() tea.Cmd) tea.Cmd {
	if m.offered[c.session.ID] || !asked || c != m.conv || m.dialog != nil {
		return do()
	}
	d := m.weigh(c, true)
	if len(d.Turns) < 2 || !tight(d.Sent, d.Window) {
		return do()
	}
	m.offered[c.session.ID] = true
	c.sends.waits, c.sends.held, c.sends.first = true, c.held, c.first
	c.hold()
	m.open(dialog.NewCompacting(m.theme, d))
	m.decide, m.asked = func(bool) tea.Cmd {
		c.sends.waits = false
		m.hold(c, "choose what to send with /compact, or send it as it is")
		return nil
	}, m.opts.Now()
	return nil
}

func tight(tokens, window int64) bool {
	return window > 0 && float64(tokens) > tightShare*float64(window)
}

// hintWindow says, once, that there is little room left.
func (m *Model) hintWindow(c *conversation) {
	used, window := c.used(), m.windowOf(c)
	if c != m.conv || c.sends.hinted || !tight(used, window) {
		return
	}
	c.sends.hinted = true
	m.say("%d %% of what %s reads is taken; /compact makes room", used*100/window, c.model)
}

// viewDigesting says what is being done; "" for nothing.
func (m *Model) viewDigesting() string {
	d := m.conv.sends.digest
	if d == nil {
		return ""
	}
	return m.chrome.muted.Render(fmt.Sprintf("summing up %s … · %s stops it", messagesCount(d.messages), m.keyOf("escape")))
}

func messagesCount(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}
