// This file owns what the answers of a conversation cost together. It is shown in
// every frame, so that what stands is not added up again.

package ui

import (
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// bill is what the first messages of a conversation cost.
type bill struct {
	messages  int    // of which it is the sum
	last      string // the id of the last one: a path to the same message has the same cost
	usd       float64
	estimated bool
	unknown   int // answers whose cost nobody knows
}

// unsettled is how many messages at the end of a conversation may still change.
const unsettled = 2

// addUp keeps the sum of what will not change.
func (c *conversation) addUp() {
	if !c.billed.fits(c.messages) {
		c.billed = bill{}
	}
	for i := c.billed.messages; i < len(c.messages)-unsettled && c.messages[i].ID != ""; i++ {
		c.billed.add(&c.messages[i])
	}
}

// fits reports whether it is of the first of these messages.
func (b *bill) fits(messages []session.Message) bool {
	return b.messages == 0 || b.messages <= len(messages) && messages[b.messages-1].ID == b.last
}

func (b *bill) add(m *session.Message) {
	b.messages, b.last = b.messages+1, m.ID
	if d := m.Digest; d != nil && d.Cost.USD != nil {
		b.usd += *d.Cost.USD
		b.estimated = b.estimated || d.Cost.Source == api.Estimated
	}
	switch {
	case m.Cost.USD != nil:
		b.usd += *m.Cost.USD
		b.estimated = b.estimated || m.Cost.Source == api.Estimated
	case m.Role == api.Assistant && len(m.Parts) > 0:
		b.unknown++
	}
}

// spent adds up what the answers cost, as far as that is known.
func (c *conversation) spent() (usd float64, estimated bool, unknown int) {
	b := c.billed
	if !b.fits(c.messages) {
		b = bill{}
	}
	for i := b.messages; i < len(c.messages); i++ {
		b.add(&c.messages[i])
	}
	return b.usd, b.estimated, b.unknown
}
