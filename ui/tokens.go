// This file owns what is guessed of the tokens of messages that no service has
// counted yet: once for each text, since a pasted file is long and the guess is
// shown in every frame.

package ui

import (
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// guess is the tokens that a text takes.
type guess struct {
	text   string
	tokens int64
}

// guess guesses the tokens of message i.
func (c *conversation) guess(i int) (tokens int64) {
	for len(c.guesses) <= i {
		c.guesses = append(c.guesses, nil)
	}
	known := c.guesses[i]
	n := 0
	for _, p := range c.messages[i].Parts {
		if p.Kind != api.TextPart {
			continue
		}
		if n == len(known) {
			known = append(known, guess{})
		}
		if known[n].text != p.Text {
			known[n] = guess{p.Text, figures.EstimateTokens(p.Text)}
		}
		tokens += known[n].tokens
		n++
	}
	c.guesses[i] = known[:n]
	return tokens
}
