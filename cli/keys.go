// This file knows where the key of a provider is looked for, and what is said
// when there is none. A key goes to its own provider's host and nowhere else;
// no error holds one.

package cli

import (
	"context"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"sync"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/config/keys"
	"github.com/aimlchat/aimlchat/ui"
)

// aimlapiKeys is where a person gets a key of AI/ML API.
const aimlapiKeys = "https://aimlapi.com/app/keys"

type keyFunc func(context.Context) (string, error)

// keyOf returns where the key of a provider comes from. It looks when it is
// first asked, and again until it has found one.
func (a *app) keyOf(name, baseURL string, set config.Provider) *remembered {
	source := a.keySource(name, set)
	return remember(func(ctx context.Context) (string, error) {
		key, _, err := keys.Resolve(ctx, source)
		if errors.Is(err, keys.ErrNone) && !needsKey(name, baseURL, set) {
			return "", nil
		}
		return key, keyError(name, keyHint(name, set), err)
	})
}

// needsKey reports whether a provider can't do without a key: a server of one's
// own may.
func needsKey(name, baseURL string, set config.Provider) bool {
	return name == providerAIMLAPI || name == providerAIXplain || set.Kind == kindAIXplain || !loopback(baseURL) && set.KeyEnv != ""
}

// keySource says where the key of a provider may be.
func (a *app) keySource(name string, set config.Provider) keys.Source {
	source := keys.Source{
		Provider: name,
		Command:  set.APIKeyCommand,
		File:     filepath.Join(a.env.Dirs.Config, "keys", name),
		Keyring:  a.env.Keyring,
		Lend:     a.lend,
	}
	var variables []string
	if set.KeyEnv != "" {
		variables = append(variables, set.KeyEnv)
	}
	if name == providerAIMLAPI {
		variables = append(variables, "AIMLAPI_API_KEY", "AIML_API_KEY")
	}
	if name == providerAIXplain {
		variables = append(variables, "AIXPLAIN_API_KEY", "TEAM_API_KEY")
	}
	source.Env = a.env.variables(variables...)
	return source
}

// asks reports whether finding the key of a provider runs a command.
func (a *app) asks(name string, set config.Provider) bool {
	key, _, err := keys.FromEnv(a.keySource(name, set).Env)
	return len(set.APIKeyCommand) > 0 && key == "" && err == nil
}

// lend gives a command the terminal, to ask the person: that of the chat, or
// what of it is not used for something else.
func (a *app) lend(ctx context.Context, use func(in io.Reader, errs io.Writer) error) error {
	if a.lender != nil {
		return a.lender.Lend(ctx, func(s ui.Streams) error {
			defer leaveInterrupts(ctx)()
			if a.env.Terminal.Stderr {
				return use(s.In, s.Err)
			}
			return use(s.In, s.Out)
		})
	}
	var in io.Reader
	if a.env.Terminal.Stdin {
		in = a.stdin
	}
	var errs io.Writer
	if a.env.Terminal.Stderr {
		errs = a.stderr
	}
	return use(in, errs)
}

// variables reads the named variables.
func (e Env) variables(names ...string) []keys.Variable {
	all := make([]keys.Variable, len(names))
	for i, name := range names {
		all[i] = keys.Variable{Name: name, Value: e.getenv(name)}
	}
	return all
}

// adhocHint says what to do about the key for a URL given by flag.
const adhocHint = "set AIMLCHAT_API_KEY"

// keyHint says what to do about the key of a provider.
func keyHint(name string, set config.Provider) string {
	switch login := "aimlchat auth login"; {
	case name == providerAIMLAPI:
		return "set AIMLAPI_API_KEY, or run " + login + " (get a key at " + aimlapiKeys + "), or try aimlchat --demo"
	case name == providerAIXplain:
		return "set AIXPLAIN_API_KEY, or run " + login + " " + name
	case set.KeyEnv != "":
		return "set " + set.KeyEnv + ", or run " + login + " " + name
	default:
		return "run " + login + " " + name + ", or give providers." + name + " a key_env or an api_key_command in the config"
	}
}

// keyError words the failure to find a key.
func keyError(name, hint string, err error) error {
	if err == nil {
		return nil
	}
	e := &api.Error{Kind: api.ErrAuth, Message: err.Error(), Hint: hint, Err: err}
	switch {
	case errors.Is(err, keys.ErrNone):
		e.Message = "there is no key for " + name
	case errors.Is(err, context.Canceled):
		e.Kind = api.ErrCanceled
	}
	return e
}

// adhocKey is the key for a URL given by flag. OpenAI's own key leaves only
// for OpenAI, or for the host that OPENAI_BASE_URL says is it.
func (a *app) adhocKey(baseURL string) keyFunc {
	host := hostOf(baseURL)
	variables := []string{"AIMLCHAT_API_KEY"}
	if host == "api.openai.com" || host == hostOf(a.env.getenv("OPENAI_BASE_URL")) {
		variables = append(variables, "OPENAI_API_KEY")
	}
	return func(context.Context) (string, error) {
		key, _, err := keys.FromEnv(a.env.variables(variables...))
		return key, keyError(host, adhocHint, err)
	}
}

// remembered is a key that is looked for until it is found, and then no more: a
// keyring may ask the person each time.
type remembered struct {
	find keyFunc

	mu    sync.Mutex
	known string
}

func remember(find keyFunc) *remembered { return &remembered{find: find} }

func (r *remembered) get(ctx context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known != "" {
		return r.known, nil
	}
	key, err := r.find(ctx)
	r.known = key
	return key, err
}

// isKnown reports whether the key was found; while it is looked for, it was not.
func (r *remembered) isKnown() bool {
	if !r.mu.TryLock() {
		return false
	}
	defer r.mu.Unlock()
	return r.known != ""
}

// hostOf returns the host of a URL, with its port if it names one; "" for what
// is no URL.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// loopback reports whether a URL leads to this machine.
func loopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	return wire.Loopback(u.Hostname())
}
