// This file knows aiXplain: where its two hosts are, what a run may take, how its
// models, agents and tools become a backend, and when a name means one of them.
// What is said to it is api/aixplain's.

package cli

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/config/keys"
	"github.com/aimlchat/aimlchat/ui"
)

// providerAIXplain needs no config. Others of its kind may be in it.
const (
	providerAIXplain = "aixplain"
	kindAIXplain     = "aixplain" // models, agents and tools, each asked in the one way
)

// aixplainProvider is aiXplain, or a server like it that the config names. Its
// base URL is that of both hosts; without one each has its own.
func (b *backends) aixplainProvider(name string, set config.Provider) provider {
	p := provider{name: name, kind: kindAIXplain, baseURL: set.BaseURL, headers: set.Headers, set: set}
	if name == providerAIXplain {
		p.baseURL = cmp.Or(b.env.getenv("AIXPLAIN_PLATFORM_URL"), set.BaseURL)
	}
	p.baseURL = cmp.Or(p.baseURL, aixplain.DefaultPlatformURL)
	return b.withKey(p)
}

// modelsURL is where models and tools of p are.
func (b *backends) modelsURL(p provider) string {
	if p.name == providerAIXplain {
		if own := b.env.getenv("AIXPLAIN_MODELS_URL"); own != "" {
			return own
		}
	}
	if p.set.BaseURL != "" && hostOf(p.set.BaseURL) != hostOf(aixplain.DefaultPlatformURL) {
		return p.set.BaseURL
	}
	return aixplain.DefaultModelsURL
}

// askers are the clients of a run, each made once: it knows the key that was
// found, and what refusals taught.
type askers struct {
	mu   sync.Mutex
	made map[string]*aixplain.Client

	listing sync.Mutex
	tools   map[string]toolList
}

// asker returns the client of a provider.
func (b *backends) asker(name string) (*aixplain.Client, error) {
	b.askers.mu.Lock()
	defer b.askers.mu.Unlock()
	if client, ok := b.askers.made[name]; ok {
		return client, nil
	}
	p, err := b.provider(name)
	if err != nil {
		return nil, err
	}
	client, err := b.aixplain(p)
	if err != nil {
		return nil, err
	}
	if b.askers.made == nil {
		b.askers.made = map[string]*aixplain.Client{}
	}
	b.askers.made[name] = client
	return client, nil
}

// aixplain returns a new client of p.
func (b *backends) aixplain(p provider) (*aixplain.Client, error) {
	how, err := b.wire(p)
	if err != nil {
		return nil, err
	}
	how.BaseURL = ""
	client, err := aixplain.New(aixplain.Config{
		Config: how, PlatformURL: p.baseURL, ModelsURL: b.modelsURL(p), Budget: budgetOf(p.set.ExtraBody),
	})
	return client, wrongAddress(err)
}

// budgetOf is what a run of an agent may take: the table "budget" in the extra
// body of the config, in the words of the service.
func budgetOf(extra map[string]any) aixplain.Budget {
	set, _ := extra["budget"].(map[string]any)
	number := func(name string) float64 {
		switch v := set[name].(type) {
		case int64:
			return float64(v)
		case float64:
			return v
		}
		return 0
	}
	return aixplain.Budget{
		Credits:    number("maxCost"),
		Duration:   time.Duration(number("maxDurationSeconds") * float64(time.Second)),
		Iterations: int(number("maxIterations")),
	}
}

// aixplainBackend is what answers for p. It chooses no protocol: there is one.
func (b *backends) aixplainBackend(p provider) (api.Backend, error) {
	client, err := b.asker(p.name)
	if err != nil {
		return nil, err
	}
	return &adding{client, func(model string) map[string]any {
		fields := b.said(p, model).ExtraBody
		delete(fields, "budget")
		return fields
	}}, nil
}

// adding is a backend each of whose requests gets the fields of the config.
type adding struct {
	api.Backend
	fields func(model string) map[string]any // a new map each time
}

// Stream is that of the backend.
func (a *adding) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	if fields := a.fields(req.Model); len(fields) > 0 {
		maps.Copy(fields, req.Fields)
		req.Fields = fields
	}
	return a.Backend.Stream(ctx, req)
}

// atAIXplain reports whether a name is such as aiXplain has.
func atAIXplain(model string) bool {
	return slices.ContainsFunc([]string{"model:", "agent:", "tool:"}, func(kind string) bool {
		return strings.HasPrefix(model, kind) && len(model) > len(kind)
	})
}

// keyAtHand reports whether there is a key of a provider, as far as nobody has to
// be asked for that, no keyring and no command: what went into the keyring by
// aimlchat auth login was noted.
func (b *backends) keyAtHand(name string) bool {
	conf, err := b.config()
	if err != nil {
		return false
	}
	source := b.keySource(name, conf.Providers[name])
	if len(source.Command) > 0 || slices.ContainsFunc(source.Env, func(v keys.Variable) bool { return v.Value != "" }) {
		return true
	}
	if _, err = os.Stat(source.File); err == nil {
		return true
	}
	return slices.Contains(b.inKeyring(), name)
}

// offers reports whether the chat offers the models of a provider that nobody
// configured: one that was used before, or whose key is at hand.
func (b *backends) offers(p provider, current string) bool {
	conf, err := b.config()
	if err != nil || p.name != providerAIXplain || p.name == current {
		return err == nil
	}
	_, configured := conf.Providers[p.name]
	return configured || b.keyAtHand(p.name) || !b.knownModels(p.name).Fetched.IsZero()
}

// renewAIXplain asks which models and agents there are.
func (b *backends) renewAIXplain(ctx context.Context, p provider, l catalog.Listing) (catalog.Listing, error) {
	client, err := b.asker(p.name)
	if err != nil {
		return l, err
	}
	models, err := client.Models(ctx)
	if err == nil {
		l.Models, l.Fetched = models, b.env.Now()
	}
	return l, err
}

// search finds models, agents, tools and more that no list names, for words that a
// person types into the picker. Who can't be asked finds nothing.
func (b *backends) search(ctx context.Context, words string) ([]ui.Choice, error) {
	var found []ui.Choice
	for _, name := range b.providerNames() {
		p, err := b.provider(name)
		if err != nil || p.kind != kindAIXplain || !b.offers(p, "") {
			continue
		}
		client, err := b.asker(name)
		if err != nil {
			return found, err
		}
		models, err := client.Search(ctx, words)
		if err != nil {
			return found, err
		}
		for _, m := range models {
			found = append(found, b.choiceOf(p, m))
		}
	}
	return found, nil
}

// describeAIXplain are the facts of a model.
func describeAIXplain(m api.Model) []catalog.Fact {
	kind, _, _ := strings.Cut(m.ID, ":")
	how := "aiXplain, as a model"
	switch kind {
	case "agent":
		how = "aiXplain, as an agent: its sessions go on, its steps are its reasoning"
	case "tool":
		how = "aiXplain, as a tool: an action and its JSON"
	}
	return []catalog.Fact{{Name: "asked by", Value: how}, {Name: "takes", Value: "text, text files"}}
}
