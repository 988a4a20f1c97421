// This file finds the servers that answer on this machine without a key, so that
// a newcomer has somebody to talk to. It asks loopback only, for nothing but the
// list of models, bears no key, and takes no longer than a glance.

package cli

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/openai"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/ui"
)

// localServers are the servers that people run on their own machine, by the port
// that each has unless told otherwise.
var localServers = []struct{ name, title, port string }{
	{"ollama", "Ollama", "11434"},
	{"llamacpp", "llama.cpp", "8080"},
	{"lmstudio", "LM Studio", "1234"},
	{"vllm", "vLLM", "8000"},
}

// glance is how long the servers of this machine have to answer.
const glance = 300 * time.Millisecond

// nearby returns what looks for servers on this machine that the config does not
// name. Those that are found can be asked from then on.
func (b *backends) nearby(conf config.Config) func(context.Context) []ui.Nearby {
	return func(ctx context.Context) []ui.Nearby {
		ctx, cancel := context.WithTimeout(ctx, glance)
		defer cancel()
		found := make([]*ui.Nearby, len(localServers))
		var asking sync.WaitGroup
		for i, s := range localServers {
			if _, named := conf.Providers[s.name]; named || usesPort(conf, s.port) {
				continue
			}
			asking.Go(func() { found[i] = b.glanceAt(ctx, s.name, s.title, s.port) })
		}
		asking.Wait()
		var all []ui.Nearby
		for _, f := range found {
			if f != nil {
				all = append(all, *f)
			}
		}
		return all
	}
}

// usesPort reports whether the config names a server at that port of this machine.
func usesPort(conf config.Config, port string) bool {
	for _, p := range conf.Providers {
		if _, at, err := net.SplitHostPort(hostOf(p.BaseURL)); err == nil && at == port && loopback(p.BaseURL) {
			return true
		}
	}
	return false
}

// glanceAt asks for the models at a port, by both addresses of this machine at
// once; nil when nobody answers with any.
func (b *backends) glanceAt(ctx context.Context, name, title, port string) *ui.Nearby {
	addresses := []string{"127.0.0.1", "::1"}
	lists := make([][]api.Model, len(addresses))
	var asking sync.WaitGroup
	for i, address := range addresses {
		asking.Go(func() { lists[i] = b.modelsAt(ctx, name, localURL(address, port)) })
	}
	asking.Wait()
	i := slices.IndexFunc(lists, func(l []api.Model) bool { return len(l) > 0 })
	if i < 0 {
		return nil
	}
	b.local.Store(name, localURL(addresses[i], port))
	b.mu.Lock()
	b.catalogs[name] = catalog.New(lists[i])
	b.mu.Unlock()
	p, err := b.provider(name)
	if err != nil {
		return nil
	}
	n := &ui.Nearby{Title: title, Provider: name}
	for _, m := range lists[i] {
		n.Choices = append(n.Choices, b.choiceOf(p, m))
	}
	return n
}

func localURL(address, port string) string {
	return "http://" + net.JoinHostPort(address, port) + "/v1"
}

// modelsAt asks one address, once; none when it does not answer as these servers
// do.
func (b *backends) modelsAt(ctx context.Context, name, baseURL string) []api.Model {
	transport := b.env.Local
	if transport == nil {
		transport = &http.Transport{DisableKeepAlives: true} // without a proxy, which has nothing to do with this machine
	}
	client, err := openai.New(openai.Config{
		Name: name, BaseURL: baseURL, Transport: transport, UserAgent: "aimlchat/" + b.env.Version,
		Retry: api.RetryPolicy{Attempts: -1},
	})
	if err != nil {
		return nil
	}
	models, err := client.Models(ctx)
	if err != nil {
		return nil
	}
	return catalog.Chat(models)
}

// localProvider is a server of this machine that the config does not name, where
// it was found, or else is by habit: a session can name it.
func (b *backends) localProvider(name string) (provider, bool) {
	for _, s := range localServers {
		if s.name == name {
			baseURL := localURL("127.0.0.1", s.port)
			if at, found := b.local.Load(name); found {
				baseURL, _ = at.(string)
			}
			return provider{name: name, kind: kindOpenAI, baseURL: baseURL, keyHint: "name " + s.title + " in the config, with its key"}, true
		}
	}
	return provider{}, false
}
