// This file knows who answers: it turns the name of a provider into a backend,
// with its address, its key and its prices. Keys are looked for when the first
// request needs one, and bound to the provider's host.

package cli

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/demo"
	"github.com/aimlchat/aimlchat/api/openai"
	"github.com/aimlchat/aimlchat/config"
)

// The providers that need no config.
const (
	providerAIMLAPI = "aimlapi"
	providerDemo    = "demo"
)

const aimlapiURL = "https://api.aimlapi.com/v1"

// provider is what it takes to reach one.
type provider struct {
	name      string
	baseURL   string
	headers   map[string]string
	key       keyFunc           // nil: none is sent
	asks      bool              // finding the key runs a command
	keyHint   string            // what to do about a key that is missing or refused
	transport http.RoundTripper // nil: the network
}

// backends makes the backends of one run, each once. It is safe for use by
// several goroutines.
type backends struct {
	*app
	adhoc string // the URL of --base-url, "" without it
	paced bool   // the demo takes its time, as a person likes it

	mu   sync.Mutex
	made map[string]api.Backend
}

func (a *app) newBackends(o *options) *backends {
	return &backends{app: a, adhoc: o.BaseURL, paced: !o.Print, made: map[string]api.Backend{}}
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
	client, err := b.client(p)
	if err != nil {
		return nil, err
	}
	b.made[name] = catalog.Priced(&limited{client, b.lookup(name)}, b.lookup(name))
	return b.made[name], nil
}

func (b *backends) client(p provider) (*openai.Client, error) {
	conf, err := b.config()
	if err != nil {
		return nil, err
	}
	client, err := openai.New(openai.Config{
		Name:      p.name,
		BaseURL:   p.baseURL,
		Key:       p.key,
		Headers:   p.headers,
		Transport: p.transport,
		Timeouts:  api.Timeouts(conf.Timeouts),
		Retry:     b.env.Retry,
		UserAgent: "aimlchat/" + b.env.Version,
		KeyHint:   p.keyHint,
	})
	if err != nil { // only the address can be wrong
		_, hint := explain(err)
		return nil, &usageError{what: err.Error(), hint: hint, err: err}
	}
	return client, nil
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
		return provider{name: name, baseURL: b.adhoc, key: b.adhocKey(b.adhoc), keyHint: adhocHint}, nil
	case name == providerAIMLAPI, configured && speaksOpenAI(set.Kind):
		return b.configured(name, set), nil
	case configured, slices.Contains(config.Builtin, name):
		return provider{}, usagef("aimlapi, demo and OpenAI-compatible servers can", "the provider %s can't be asked by this version", name)
	}
	hint := "known are: " + strings.Join(b.providerNames(), ", ") + "; any other server needs --base-url"
	return provider{}, usagef(hint, "there is no provider %q", name)
}

func speaksOpenAI(kind string) bool { return kind == "" || kind == "openai" || kind == "aimlapi" }

func (b *backends) demo() provider {
	speed := 0.0
	if b.paced {
		speed = 1
	}
	return provider{
		name: providerDemo, baseURL: demo.BaseURL, transport: demo.New(demo.Options{Speed: speed}),
		// It takes any key; with one, its refusals are those of a service.
		key: func(context.Context) (string, error) { return "demo", nil },
	}
}

// configured is AI/ML API, or a server that the config names.
func (b *backends) configured(name string, set config.Provider) provider {
	p := provider{name: name, baseURL: set.BaseURL, headers: set.Headers}
	if name == providerAIMLAPI {
		p.baseURL = cmp.Or(b.env.getenv("AIMLAPI_BASE_URL", "AIML_API_URL"), set.BaseURL, aimlapiURL)
	}
	p.key, p.keyHint, p.asks = b.keyOf(name, p.baseURL, set), keyHint(name, set), len(set.APIKeyCommand) > 0
	return p
}

// limited is a backend that asks for no longer an answer than the model can
// give, when nobody said how long it may be.
type limited struct {
	api.Backend
	lookup func(id string) (api.Model, bool)
}

func (l *limited) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	if req.MaxTokens == 0 {
		m, _ := l.lookup(req.Model)
		req.MaxTokens = answerLimit(m)
	}
	return l.Backend.Stream(ctx, req)
}

// maxAnswer bounds what is asked for unasked: some services hold back the
// price of the longest answer before they begin.
const maxAnswer = 32 << 10

// answerLimit is how many tokens an answer of m may have. Half of a window
// that is known stays for the question.
func answerLimit(m api.Model) int {
	limit := api.DefaultMaxTokens
	if m.OutputMax > 0 {
		limit = min(m.OutputMax, maxAnswer)
	}
	if m.Context > 0 {
		limit = min(limit, m.Context/2)
	}
	return max(limit, 1)
}
