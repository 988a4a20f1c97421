// This file knows what is known of the models of a provider: it reads and
// writes the catalogue's cache, asks the provider anew when told to, and finds
// the model that a person means.

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/demo"
)

// list is what is known of a provider's models.
type list struct {
	models  []api.Model
	fetched time.Time // zero: never, the list is compiled in or of the config
}

func (a *app) cacheFile(provider string) string {
	return filepath.Join(a.env.Dirs.Cache, "models", url.QueryEscape(provider)+".json") // of a host, its port's colon too
}

// knownModels returns what is known without asking: the cache, else what is
// compiled in or configured.
//
//nolint:contextcheck,nolintlint // the demo answers from memory: there is nothing to cancel
func (b *backends) knownModels(provider string) list {
	if provider == providerDemo {
		l, _ := b.askModels(context.Background(), provider) // it answers from memory
		return l
	}
	if data, err := os.ReadFile(b.cacheFile(provider)); err == nil {
		if models, fetched, err := catalog.Decode(data); err == nil {
			return list{models, fetched}
		}
	}
	if provider == providerAIMLAPI {
		return list{models: catalog.Snapshot()}
	}
	return list{models: b.configuredModels(provider)}
}

// configuredModels are the ids that the config lists, for servers that do not
// list their own.
func (b *backends) configuredModels(provider string) []api.Model {
	conf, err := b.config()
	if err != nil {
		return nil
	}
	var models []api.Model
	for _, m := range conf.Providers[provider].Models {
		models = append(models, api.Model{ID: m.ID})
	}
	return models
}

// askModels asks the provider which chat models it has, and keeps the answer.
func (b *backends) askModels(ctx context.Context, provider string) (list, error) {
	backend, err := b.get(provider)
	if err != nil {
		return list{}, err
	}
	fresh, err := backend.Models(ctx)
	if err != nil {
		return list{}, err
	}
	l := list{models: catalog.Chat(fresh), fetched: b.env.Now()}
	if provider == providerDemo {
		return l, nil
	}
	l.models = catalog.Merge(l.models, b.knownModels(provider).models)
	if data, err := catalog.Encode(l.models, l.fetched); err == nil {
		_ = writeFile(b.cacheFile(provider), data) // without a cache the next run asks again
	}
	return l, nil
}

// lookup returns a function that finds a model of a provider by id or alias.
// The catalogue is read when it is first asked.
func (b *backends) lookup(provider string) func(id string) (api.Model, bool) {
	known := sync.OnceValue(func() *catalog.Catalog { return catalog.New(b.knownModels(provider).models) })
	return func(id string) (api.Model, bool) { return known().Lookup(id) }
}

// resolve finds the model that ref means. One that nobody knows is sent as it
// is, with a notice.
func (b *backends) resolve(provider, ref string) (model, notice string, err error) {
	known := b.knownModels(provider)
	m, err := catalog.New(known.models).Resolve(ref)
	if e, ok := errors.AsType[*catalog.AmbiguousError](err); ok {
		return "", "", usagef("name one of them", "%w", e)
	}
	switch {
	case err == nil:
		return m.ID, "", nil
	case len(known.models) == 0:
		return ref, "", nil // nothing is known, so nothing is missing
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
	if known := b.knownModels(provider).models; len(known) == 1 {
		return known[0].ID
	}
	return ""
}
