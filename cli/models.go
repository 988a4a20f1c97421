// This file knows what is known of the models of a provider: it reads and
// writes the catalogue's cache, asks the provider anew when told to, and finds
// the model that a person means.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/demo"
	"github.com/aimlchat/aimlchat/api/openai"
	"github.com/aimlchat/aimlchat/config"
)

func (a *app) cacheFile(provider string) string {
	return filepath.Join(a.env.Dirs.Cache, "models", url.QueryEscape(provider)+".json") // of a host, its port's colon too
}

// knownModels returns what is known without asking: what was kept, and what the
// config says.
func (b *backends) knownModels(provider string) catalog.Listing {
	return b.configure(provider, b.keptModels(provider))
}

// keptModels is the cache, else what is compiled in.
//
//nolint:contextcheck,nolintlint // the demo answers from memory: there is nothing to cancel
func (b *backends) keptModels(provider string) catalog.Listing {
	if provider == providerDemo {
		l, _ := b.askModels(context.Background(), provider) // it answers from memory
		return l
	}
	if data, err := os.ReadFile(b.cacheFile(provider)); err == nil {
		if l, err := catalog.Decode(data); err == nil {
			return l
		}
	}
	if b.kind(provider) == kindAIMLAPI {
		return catalog.Compiled()
	}
	return catalog.Listing{}
}

// kind is the kind of a provider, "" of one that can't be asked.
func (b *backends) kind(name string) string {
	p, err := b.provider(name)
	if err != nil {
		return ""
	}
	return p.kind
}

// configuredModels are those that the config names: for servers that do not list
// their own, or tell nothing of them but ids.
func (b *backends) configuredModels(provider string) []config.Model {
	conf, err := b.config()
	if err != nil {
		return nil
	}
	return conf.Providers[provider].Models
}

// configure is l with what the config says of models, which comes first. Those
// that l does not know are added.
func (b *backends) configure(provider string, l catalog.Listing) catalog.Listing {
	l.Models, l.Withdrawals = slices.Clone(l.Models), slices.Clone(l.Withdrawals)
	for _, said := range b.configuredModels(provider) {
		known := func(m api.Model) bool { return m.ID == said.ID || slices.Contains(m.Aliases, said.ID) }
		list, i := l.Models, slices.IndexFunc(l.Models, known)
		if i < 0 {
			list, i = l.Withdrawals, slices.IndexFunc(l.Withdrawals, known)
		}
		if i >= 0 {
			override(&list[i], said)
			continue
		}
		l.Models = append(l.Models, api.Model{ID: said.ID})
		override(&l.Models[len(l.Models)-1], said)
	}
	return l
}

// override puts what the config says of a model over what its list does.
func override(m *api.Model, said config.Model) {
	m.Context, m.OutputMax = cmp.Or(said.Context, m.Context), cmp.Or(said.MaxTokens, m.OutputMax)
	if said.Input != nil {
		m.Input = said.Input
		m.Capabilities = slices.DeleteFunc(slices.Clone(m.Capabilities), func(word string) bool { return word == "vision" || word == "audio_input" })
	}
}

// askModels asks the provider which chat models it has, and keeps the answer.
func (b *backends) askModels(ctx context.Context, provider string) (catalog.Listing, error) {
	p, err := b.provider(provider)
	if err != nil {
		return catalog.Listing{}, err
	}
	if provider == providerDemo {
		client, err := b.openai(p)
		if err != nil {
			return catalog.Listing{}, err
		}
		models, err := client.Models(ctx)
		return catalog.Listing{Models: catalog.Chat(models), Fetched: b.env.Now()}, err
	}
	l, err := b.renew(ctx, p, b.keptModels(provider))
	if err != nil {
		return catalog.Listing{}, err
	}
	if data, err := catalog.Encode(l); err == nil {
		_ = writeFile(b.cacheFile(provider), data) // without a cache the next run asks again
	}
	l = b.configure(provider, l)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.catalogs[provider] = l.Catalog()
	return l, nil
}

// renew asks for what has changed since l was had.
func (b *backends) renew(ctx context.Context, p provider, l catalog.Listing) (catalog.Listing, error) {
	if p.kind == kindAnthropic {
		client, err := b.anthropic(p)
		if err != nil {
			return l, err
		}
		models, err := client.Models(ctx)
		l.Models, l.Fetched = catalog.Merge(catalog.Chat(models), l.Models), b.env.Now()
		return l, err
	}
	if p.kind == kindAIXplain {
		return b.renewAIXplain(ctx, p, l)
	}
	client, err := b.openai(p)
	if err != nil {
		return l, err
	}
	list, err := client.List(ctx, l.ETag)
	if err != nil {
		return l, err
	}
	var facts [][]api.Model
	if p.kind == kindAIMLAPI {
		facts = [][]api.Model{catalog.Snapshot(), catalog.Unlisted()}
	}
	if list.Unchanged {
		l.Models = catalog.Fill(l.Models, facts...) // this program may know more than the one that asked
	} else {
		l.Models, l.ETag = catalog.Merge(catalog.Chat(list.Models), l.Models, facts...), list.ETag
	}
	l.Fetched = b.env.Now()
	if p.kind == kindAIMLAPI && !b.wouldAsk(p.name) {
		b.renewWithdrawals(ctx, client, &l)
	}
	return l, nil
}

// wouldAsk reports whether to ask a provider for what it lists would run a command
// for the key, which may ask the person: also again, when it gave none. The lists
// of AI/ML API are public.
func (b *backends) wouldAsk(name string) bool {
	p, err := b.provider(name)
	return err == nil && p.asks && hostOf(p.baseURL) != hostOf(aimlapiURL)
}

// renewWithdrawals asks what becomes of models that are given up. Nobody waits
// for that, so a failure changes nothing and is not told.
func (b *backends) renewWithdrawals(ctx context.Context, client *openai.Client, l *catalog.Listing) {
	given, err := client.Deprecations(ctx, l.WithdrawalsETag)
	if err != nil {
		return
	}
	if !given.Unchanged {
		l.Withdrawals, l.WithdrawalsETag = given.Models, given.ETag
	}
	l.WithdrawalsFetched = b.env.Now()
}

// catalogue is what is known of a provider's models. It is read once, and again
// when the provider was asked.
func (b *backends) catalogue(provider string) *catalog.Catalog {
	b.mu.Lock()
	known, ok := b.catalogs[provider]
	b.mu.Unlock()
	if ok {
		return known
	}
	known = b.knownModels(provider).Catalog()
	b.mu.Lock()
	defer b.mu.Unlock()
	if asked, ok := b.catalogs[provider]; ok {
		return asked
	}
	b.catalogs[provider] = known
	return known
}

// lookup returns a function that finds a model of a provider by id or alias.
func (b *backends) lookup(provider string) func(id string) (api.Model, bool) {
	return func(id string) (api.Model, bool) { return b.catalogue(provider).Lookup(id) }
}

// resolve finds the model that ref means. One that nobody knows is sent as it
// is, with a notice.
func (b *backends) resolve(provider, ref string) (model, notice string, err error) {
	known := b.catalogue(provider)
	m, err := known.Resolve(ref)
	if e, ok := errors.AsType[*catalog.AmbiguousError](err); ok {
		return "", "", usagef("name one of them", "%w", e)
	}
	hint := ""
	if err != nil {
		hint = b.elsewhere(provider, ref)
	}
	switch {
	case err == nil:
		return m.ID, "", nil
	case hint != "":
		return ref, fmt.Sprintf("%s is not known to be at %s; %s", ref, provider, hint), nil
	case len(known.Models()) == 0:
		return ref, "", nil // nothing is known, so nothing is missing
	case len(catalog.Nearest(known.Models(), ref, 1)) > 0:
		return ref, "", nil // the backend names those that are near
	}
	return ref, fmt.Sprintf("%s is not in the catalogue of %s (aimlchat models --refresh renews it); asking for it as it is", ref, provider), nil
}

// firstModel is asked when nobody ever named one: "" when there is no telling.
func (b *backends) firstModel(provider string) string {
	switch provider {
	case providerAIMLAPI:
		return catalog.DefaultModel
	case providerDemo:
		return demo.DefaultModel
	}
	if configured := b.configuredModels(provider); len(configured) > 0 {
		return configured[0].ID
	}
	if known := b.catalogue(provider).Models(); len(known) == 1 {
		return known[0].ID
	}
	return ""
}
