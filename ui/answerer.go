// This file owns who answers a conversation: a model, and the provider through
// which it is had. It names the provider only where several have answered, since
// most people have one.

package ui

import (
	"slices"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// answerer is a model of a provider.
type answerer struct{ provider, model string }

// by is who answered, or was to.
func by(m *session.Message) answerer { return answerer{m.Provider, m.Model} }

// name is what a person calls it, the provider named.
func (a answerer) name() string {
	if a.provider == "" {
		return a.model
	}
	return a.provider + " · " + a.model
}

// after says that a answers from here on, in the place of another.
func (a answerer) after(before answerer) string {
	if a.provider == before.provider || before.provider == "" {
		return "switched to " + a.model
	}
	return "switched to " + a.name()
}

// next is who the next message goes to.
func (c *conversation) next() answerer { return answerer{c.provider, c.model} }

// answeredBefore is who gave the last answer before message i; zero when there is
// none.
func (c *conversation) answeredBefore(i int) answerer {
	for _, m := range slices.Backward(c.messages[:i]) {
		if m.Role == api.Assistant {
			return by(&m)
		}
	}
	return answerer{}
}

// answeredAfter is who answered message i; zero when nobody did.
func (c *conversation) answeredAfter(i int) answerer {
	if i+1 < len(c.messages) && c.messages[i+1].Role == api.Assistant {
		return by(&c.messages[i+1])
	}
	return answerer{}
}

// hear takes note of a provider that answers. From the second one on, all are
// named.
func (c *conversation) hear(provider string) {
	switch {
	case provider == "":
	case c.voice == "":
		c.voice = provider
	case c.voice != provider:
		c.view.NameProviders()
	}
}

// several reports whether who answers is named with its provider.
func (c *conversation) several() bool {
	return c.view.NamesProviders() || c.voice != "" && c.voice != c.provider
}
