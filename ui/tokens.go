// This file owns what is guessed of the tokens of messages that no service has
// counted yet: of each text once, since a pasted file is long and the guess is
// shown in every frame; of files by what they are and how large.

package ui

import (
	"fmt"
	"strings"

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
		if p.File != nil {
			tokens += fileTokens(*p.File)
		}
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

// tokens guesses how many tokens a prompt takes.
func (p prompt) tokens() int64 {
	n := figures.EstimateTokens(p.text)
	for _, f := range p.files {
		n += fileTokens(f)
	}
	return n
}

// imageTokens is what services count for a picture of usual size.
const imageTokens = 1000

// fileTokens guesses how many tokens a file takes: of a text well, of others
// roughly, since each service counts them in its own way.
func fileTokens(f api.File) int64 {
	switch kind := strings.ToLower(f.MIME); {
	case strings.HasPrefix(kind, "image/"):
		return imageTokens
	case strings.HasPrefix(kind, "audio/"):
		return f.Size / 1000 // ten a second, as MP3 goes
	case kind == "application/pdf":
		return f.Size / 50 // a page has text and pictures
	}
	return f.Size / 4
}

// estimate says what sending what is written would take: it, and all before it.
func (m *Model) estimate() string {
	before, others := m.conv.taken, 0
	if e := m.editing; e != nil && e.conv == m.conv && e.at < len(m.conv.messages) {
		before = m.conv.usedBefore(e.at)
	}
	tokens := before + m.composer.Tokens()
	for _, f := range m.composer.Files() {
		if strings.HasPrefix(f.MIME, "text/") {
			tokens += fileTokens(f)
		} else {
			others++ // which each service counts in its own way
		}
	}
	style, out := m.chrome.muted, "≈ "+figures.Tokens(tokens)+" tok"
	if window := m.window(); window > 0 && tokens > window {
		style, out = m.chrome.err, out+" of "+figures.Tokens(window)
	}
	if others == 1 {
		out += " + the file"
	} else if others > 1 {
		out += fmt.Sprintf(" + %d files", others)
	}
	if c := m.choice(m.conv.provider, m.conv.model); c != nil && c.PriceIn != nil {
		out += " · ≈ " + figures.USD(float64(tokens)**c.PriceIn/1e6)
	}
	return style.Render(out)
}
