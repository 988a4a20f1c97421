package ui

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// What is kept of the sum is right, whatever becomes of the conversation, and is
// all but the last messages, so that a frame adds up a few.
func TestTheBillIsThatOfAllMessages(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := &conversation{}
	for step := range 2000 {
		switch n := len(c.messages); rng.IntN(12) {
		case 0: // another branch, or the rest of it
			c.messages = c.messages[:rng.IntN(n+1)]
		case 1: // what is before it
			c.messages = append([]session.Message{billed(step, "before", rng)}, c.messages...)
		case 2: // nothing of it is saved
			c.messages = append(c.messages, billed(step, "", rng))
		default:
			c.messages = append(c.messages, billed(step, "m", rng))
		}
		if rng.IntN(3) > 0 {
			c.addUp()
		}
		var want bill
		for i := range c.messages {
			want.add(&c.messages[i])
		}
		usd, estimated, unknown := c.spent()
		if usd != want.usd || estimated != want.estimated || unknown != want.unknown {
			t.Fatalf("step %d: %v %v %v, want %+v", step, usd, estimated, unknown, want)
		}
	}
	c = &conversation{}
	for i := range 5000 {
		c.messages = append(c.messages, billed(i, "m", rng))
	}
	if c.addUp(); len(c.messages)-c.billed.messages > unsettled {
		t.Errorf("%d of %d messages are added up in each frame", len(c.messages)-c.billed.messages, len(c.messages))
	}
}

func billed(i int, id string, rng *rand.Rand) session.Message {
	m := session.Message{Role: api.Assistant, Parts: []api.Part{{Kind: api.TextPart, Text: "x"}}}
	if id != "" {
		m.ID = fmt.Sprintf("%s%d", id, i)
	}
	if cost := float64(rng.IntN(4)); cost > 0 {
		m.Cost = api.Cost{USD: &cost, Source: []api.CostSource{api.Billed, api.Estimated}[rng.IntN(2)]}
	}
	return m
}
