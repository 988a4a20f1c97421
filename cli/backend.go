// This file knows who answers: it turns the name of a provider into a backend,
// with its address, its key and its prices. Keys are looked for when the first
// request needs one, and bound to the provider's host.

package cli

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/api/anthropic"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/demo"
	"github.com/aimlchat/aimlchat/api/openai"
	"github.com/aimlchat/aimlchat/api/wire"
	"github.com/aimlchat/aimlchat/config"
)

// The providers that need no config.
const (
	providerAIMLAPI = "aimlapi"
	providerDemo    = "demo"
)

// Where the kinds of providers are that have one place.
const (
	aimlapiURL   = "https://api.aimlapi.com/v1"
	anthropicURL = "https://api.anthropic.com/v1"
)

// provider is what it takes to reach one.
type provider struct {
	name      string
	kind      string // one of the kinds below
	baseURL   string
	headers   map[string]string
	key       keyFunc           // nil: none is sent
	asks      bool              // finding the key runs a command, which may ask the person
	keyHint   string            // what to do about a key that is missing or refused
	transport http.RoundTripper // nil: the network
	set       config.Provider   // what the config says of it
}

// The kinds of providers that can be asked.
const (
	kindAIMLAPI   = "aimlapi"   // all protocols, a balance, a feed of what is given up
	kindOpenAI    = "openai"    // chat completions, and what the config says
	kindAnthropic = "anthropic" // messages alone
)

// backends makes the backends of one run, each once. It is safe for use by
// several goroutines.
type backends struct {
	*app
	adhoc    string // the URL of --base-url, "" without it
	paced    bool   // the demo takes its time, as a person likes it
	thinking bool   // the person wants to see what is thought

	mu       sync.Mutex
	made     map[string]api.Backend
	found    sync.Map // the *remembered key of each provider, by its name
	catalogs map[string]*catalog.Catalog

	askers askers // of aiXplain

	local sync.Map // of servers found on this machine: the base URL, by name
}

func (a *app) newBackends(o *options) *backends {
	return &backends{
		app: a, adhoc: o.BaseURL, paced: !o.Print, thinking: !o.Print || o.Reasoning || o.Output == outputJSON || o.Output == outputStream,
		made: map[string]api.Backend{}, catalogs: map[string]*catalog.Catalog{},
	}
}

// get returns the backend of the provider of that name.
func (b *backends) get(name string) (api.Backend, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if made, ok := b.made[name]; ok {
		return made, nil
	}
	p, err := b.provider(name)
	if err != nil {
		return nil, err
	}
	answers, err := b.answers(p)
	if err != nil {
		return nil, err
	}
	b.made[name] = &fetching{catalog.Priced(answers, b.lookup(name)), newDownloader(b.env.Downloads)}
	return b.made[name], nil
}

// answers is who answers for p.
func (b *backends) answers(p provider) (api.Backend, error) {
	if p.kind == kindAIXplain {
		return b.aixplainBackend(p)
	}
	wires, err := b.wires(p)
	if err != nil {
		return nil, err
	}
	return b.point(p, catalog.Routed(p.name, wires, b.lookup(p.name), b.route(p)))
}

// wires returns the backends of the protocols by which a provider is asked.
func (b *backends) wires(p provider) (map[api.Protocol]api.Backend, error) {
	chat, err := b.openai(p)
	if err != nil {
		return nil, err
	}
	messages, err := b.anthropic(p)
	if err != nil {
		return nil, err
	}
	wires := map[api.Protocol]api.Backend{}
	for _, protocol := range p.protocols() {
		if wires[protocol] = chat; protocol == api.Messages {
			wires[protocol] = messages
		}
	}
	return wires, nil
}

// protocols are those by which p is asked: where nobody knows what a server
// speaks, chat completions and what the config says.
func (p provider) protocols() []api.Protocol {
	switch p.kind {
	case kindAIMLAPI:
		return []api.Protocol{api.Chat, api.Responses, api.Messages}
	case kindAnthropic:
		return []api.Protocol{api.Messages}
	case kindAIXplain:
		return []api.Protocol{aixplain.Protocol}
	}
	spoken := []api.Protocol{api.Chat}
	if p.set.Protocol != "" {
		spoken = append(spoken, api.Protocol(p.set.Protocol))
	}
	for _, m := range p.set.Models {
		if m.Protocol != "" {
			spoken = append(spoken, api.Protocol(m.Protocol))
		}
	}
	slices.Sort(spoken)
	return slices.Compact(spoken)
}

// route is what stands beside each question to p.
func (b *backends) route(p provider) catalog.RouteOptions {
	return catalog.RouteOptions{
		Forced:   func(model string) api.Protocol { return b.forced(p, model) },
		Thinking: b.thinking,
		Extra:    func(model string) map[string]any { return b.said(p, model).ExtraBody },
		Speaks:   p.protocols(),
		Base:     p.baseURL,
		Models:   func() []api.Model { return b.catalogue(p.name).Models() },
	}
}

// forced is the protocol that the config, or the provider's kind, settles for a
// model; "" for none.
func (b *backends) forced(p provider, model string) api.Protocol {
	if p.kind == kindAnthropic {
		return api.Messages
	}
	return api.Protocol(b.said(p, model).Protocol)
}

// said is what the config says of a model, which it may call by any of its names.
func (b *backends) said(p provider, model string) config.Model {
	names := []string{model}
	if m, ok := b.lookup(p.name)(model); ok {
		names = append(append(names, m.ID), m.Aliases...)
	}
	return p.set.Model(names...)
}

// wire is how p is reached, whatever is said then.
func (b *backends) wire(p provider) (wire.Config, error) {
	conf, err := b.config()
	return wire.Config{
		Name:      p.name,
		BaseURL:   p.baseURL,
		Versioned: p.kind != kindAIXplain,
		Key:       p.key,
		Headers:   p.headers,
		Transport: p.transport,
		Timeouts:  api.Timeouts(conf.Timeouts),
		Retry:     b.env.Retry,
		UserAgent: "aimlchat/" + b.env.Version,
		KeyHint:   p.keyHint,
	}, err
}

func (b *backends) openai(p provider) (*openai.Client, error) {
	how, err := b.wire(p)
	if err != nil {
		return nil, err
	}
	client, err := openai.New(how)
	return client, wrongAddress(err)
}

func (b *backends) anthropic(p provider) (*anthropic.Client, error) {
	how, err := b.wire(p)
	if err != nil {
		return nil, err
	}
	client, err := anthropic.New(anthropic.Config{Config: how, Native: p.kind == kindAnthropic})
	return client, wrongAddress(err)
}

// wrongAddress makes a mistake of the config of a client that can't be: only
// the address can be wrong.
func wrongAddress(err error) error {
	if err == nil {
		return nil
	}
	_, hint := explain(err)
	return &usageError{what: err.Error(), hint: hint, err: err}
}

// provider finds out what it takes to reach the provider of that name.
func (b *backends) provider(name string) (provider, error) {
	conf, err := b.config()
	if err != nil {
		return provider{}, err
	}
	set, configured := conf.Providers[name]
	switch {
	case name == providerDemo:
		return b.demo(), nil
	case b.adhoc != "" && name == adhocName(b.adhoc):
		return provider{name: name, kind: adhocKind(b.adhoc), baseURL: b.adhoc, key: b.adhocKey(b.adhoc), keyHint: adhocHint}, nil
	case name == providerAIXplain, configured && set.Kind == kindAIXplain:
		return b.aixplainProvider(name, set), nil
	case name == providerAIMLAPI, configured && kindOf(set.Kind) != "":
		return b.configured(name, set), nil
	}
	if p, local := b.localProvider(name); local && !configured {
		return p, nil
	}
	hint := "known are: " + strings.Join(b.providerNames(), ", ") + "; any other server needs --base-url"
	return provider{}, usagef(hint, "there is no provider %q", name)
}

// kindOf returns the kind that the config means, "" for one that can't be asked
// yet.
func kindOf(kind string) string {
	switch kind {
	case "", kindOpenAI:
		return kindOpenAI
	case kindAIMLAPI, kindAnthropic:
		return kind
	}
	return ""
}

// adhocKind is the kind of a server that is only known by its URL.
func adhocKind(baseURL string) string {
	if hostOf(baseURL) == hostOf(aimlapiURL) {
		return kindAIMLAPI
	}
	return kindOpenAI
}

func (b *backends) demo() provider {
	speed := 0.0
	if b.paced {
		speed = 1
	}
	return provider{
		name: providerDemo, kind: kindOpenAI, baseURL: demo.BaseURL, transport: demo.New(demo.Options{Speed: speed}),
		// It takes any key; with one, its refusals are those of a service. A word
		// that it says itself would be taken out of what it says.
		key: func(context.Context) (string, error) { return "the-offline-one", nil },
	}
}

// configured is AI/ML API, or a server that the config names.
func (b *backends) configured(name string, set config.Provider) provider {
	p := provider{name: name, kind: kindOf(set.Kind), baseURL: set.BaseURL, headers: set.Headers, set: set}
	switch p.kind {
	case kindAIMLAPI:
		p.baseURL = cmp.Or(p.baseURL, aimlapiURL)
	case kindAnthropic:
		p.baseURL = cmp.Or(p.baseURL, anthropicURL)
	}
	if name == providerAIMLAPI {
		p.kind = kindAIMLAPI
		p.baseURL = cmp.Or(b.env.getenv("AIMLAPI_BASE_URL", "AIML_API_URL"), set.BaseURL, aimlapiURL)
	}
	return b.withKey(p)
}

// withKey is p with where its key comes from.
func (b *backends) withKey(p provider) provider {
	name, set := p.name, p.set
	kept, _ := b.found.LoadOrStore(name, b.keyOf(name, p.baseURL, set))
	key := kept.(*remembered) //nolint:forcetypeassert // nothing else is stored
	p.key, p.keyHint, p.asks = key.get, keyHint(name, set), b.asks(name, set) && !key.isKnown()
	return p
}
