// This file knows what the chat offers: of which providers, in which order, and
// which of their models. Each provider is asked by itself.

package cli

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/ui"
)

// quietFor is how long the chat does not ask a provider for its models again. A
// server on this machine is asked each time: its models come and go.
const quietFor = time.Hour

// offering names the providers whose models the chat offers, the current one
// first: all that can be asked. The demo stays alone when it is the current one,
// since it promises to stay off the network.
func (b *backends) offering(current string, conf config.Config) []string {
	providers := []string{current}
	if current == providerDemo {
		return providers
	}
	others := append([]string{providerAIMLAPI, providerAIXplain}, slices.Sorted(maps.Keys(conf.Providers))...)
	for _, p := range append(others, providerDemo) {
		if !slices.Contains(providers, p) && b.isOffered(p, current) {
			providers = append(providers, p)
		}
	}
	return providers
}

// isOffered reports whether the models of a provider are offered beside those of
// the current one.
func (b *backends) isOffered(name, current string) bool {
	p, err := b.provider(name)
	return err == nil && b.offers(p, current)
}

// has reports whether there is a provider of that name that can be asked.
func (b *backends) has(name string) bool {
	_, err := b.provider(name)
	return err == nil
}

// choices lists the models that the chat offers of a provider. A provider that
// does not list its models has not failed where the config names some. A command
// that gives a key may ask the person something, so it is run for who wants that.
func (b *backends) choices(ctx context.Context, name string, how ui.Asking) ([]ui.Choice, error) {
	p, err := b.provider(name)
	if err != nil {
		return nil, err
	}
	switch {
	case how == ui.Quietly && b.wouldAsk(name) && b.isDue(p):
		err = ui.Unasked("its key comes from a command, which may ask you something")
	case how == ui.AtOnce, how == ui.Quietly && b.isDue(p):
		_, err = b.askModels(ctx, name)
	}
	if err != nil && api.AsError(err).Kind == api.ErrNotFound && len(b.configuredModels(name)) > 0 {
		err = nil
	}
	var all []ui.Choice
	for _, m := range b.catalogue(name).Models() {
		all = append(all, b.choiceOf(p, m))
	}
	return all, err
}

// isDue reports whether it is time to ask p for its models again.
func (b *backends) isDue(p provider) bool {
	return p.kind == kindOpenAI && loopback(p.baseURL) || b.env.Now().Sub(b.knownModels(p.name).Fetched) > quietFor
}

// choiceOf is a model as the chat offers it.
func (b *backends) choiceOf(p provider, m api.Model) ui.Choice {
	c := ui.Choice{Provider: p.name, Model: m}
	for _, f := range b.describe(p, m) {
		c.Facts = append(c.Facts, ui.Fact{Name: f.Name, Value: f.Value})
	}
	return c
}

// describe are the facts of a model that depend on how it is asked.
func (b *backends) describe(p provider, m api.Model) []catalog.Fact {
	if p.kind == kindAIXplain {
		return describeAIXplain(m)
	}
	return catalog.Describe(m, b.forced(p, m.ID), b.route(p))
}
