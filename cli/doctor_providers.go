// This file holds the checks of doctor that ask: where the key of each provider
// comes from, whether the provider answers to it, what is known of its models,
// and how the current model would be asked.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/config/keys"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// askWithin bounds the asking of one provider.
const askWithin = 10 * time.Second

// providers examines all providers but the demo, and returns the keys that it
// came upon, which nobody may see.
func (a *app) providers(ctx context.Context) (findings []finding, secrets []string) {
	conf, err := a.config()
	if err != nil {
		return nil, nil // told by the check of the config
	}
	b := a.newBackends(&options{Print: true})
	current := cmp.Or(conf.Provider, providerAIMLAPI)
	for _, name := range a.providerNames() {
		if name == providerDemo {
			continue
		}
		more, secret := b.examineProvider(ctx, name, conf.Providers[name], name == current)
		findings, secrets = append(findings, more...), append(secrets, secret)
	}
	return append(findings, b.checkModel()), secrets
}

// examineProvider looks for a provider's key, and asks it. One that nobody uses
// may lack its key.
func (b *backends) examineProvider(ctx context.Context, name string, set config.Provider, current bool) (findings []finding, secret string) {
	p, err := b.provider(name)
	if err != nil {
		return []finding{doubtful(name, "choose another provider", "%s", err)}, ""
	}
	check := "key of " + name
	secret, from, err := keys.Resolve(ctx, b.keySource(name, set))
	switch {
	case err == nil:
		findings = append(findings, fine(check, "from %s", from))
	case !errors.Is(err, keys.ErrNone):
		return append(findings, failed(check, keyError(name, p.keyHint, err))), ""
	case !needsKey(name, p.baseURL, set):
		findings = append(findings, fine(check, "none, and none may be needed"))
	case !current:
		return append(findings, fine(check, "none; it is not the current provider")), ""
	default:
		return append(findings, failed(check, keyError(name, p.keyHint, err))), ""
	}
	p.key = func(context.Context) (string, error) { return secret, nil }
	return append(findings, b.checkAnswer(ctx, p), b.checkCatalogue(name)), secret
}

// checkAnswer asks a provider for what shows most: the balance where there is
// one, since that takes a good key, else its models.
func (b *backends) checkAnswer(ctx context.Context, p provider) finding {
	check := "request to " + p.name
	began := b.env.Now()
	said, err := b.tryWithin(ctx, p)
	if err != nil {
		return failed(check, err)
	}
	return fine(check, "%s answered in %s: %s", hostOf(p.baseURL), figures.Seconds(b.env.Now().Sub(began)), said)
}

// tryWithin tries p out, but not for ever.
func (b *backends) tryWithin(ctx context.Context, p provider) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, askWithin, &api.Error{
		Kind: api.ErrTimeout, Message: fmt.Sprintf("%s did not answer within %s", hostOf(p.baseURL), askWithin), Hint: "check the network connection and the base URL",
	})
	defer cancel()
	said, err := b.tryOut(ctx, p)
	if err != nil {
		if cause, ok := errors.AsType[*api.Error](context.Cause(ctx)); ok {
			err = cause
		}
	}
	return said, err
}

func (b *backends) tryOut(ctx context.Context, p provider) (string, error) {
	if p.kind == kindAIMLAPI || p.kind == kindAIXplain {
		balance, err := b.balance(ctx, p)
		if err == nil {
			return "balance " + inUSD(balance), nil
		}
		if api.AsError(err).Kind != api.ErrNotFound {
			return "", err
		}
	}
	var client api.Backend
	var err error
	if client, err = b.openai(p); p.kind == kindAnthropic {
		client, err = b.anthropic(p)
	} else if p.kind == kindAIXplain {
		client, err = b.aixplain(p)
	}
	if err != nil {
		return "", err
	}
	models, err := client.Models(ctx)
	return fmt.Sprintf("%d models", len(models)), err
}

// checkCatalogue says what is known of a provider's models.
func (b *backends) checkCatalogue(provider string) finding {
	check := "models of " + provider
	l := b.knownModels(provider)
	refresh := "aimlchat models --refresh --provider " + provider
	switch age := b.env.Now().Sub(l.Fetched); {
	case l.Fetched.IsZero() && len(l.Models) == 0:
		return doubtful(check, refresh, "none are known")
	case l.Fetched.IsZero():
		return fine(check, "%d, as this program was built with or the config has them", len(l.Models))
	case age > 7*24*time.Hour:
		return doubtful(check, refresh, "%d, of %s", len(l.Models), l.Fetched.Format(time.DateOnly))
	default:
		return fine(check, "%d, asked for %s ago, version %s", len(l.Models), age.Round(time.Minute), cmp.Or(l.ETag, "unknown"))
	}
}

// checkModel says how the model would be asked that a chat begins with.
func (b *backends) checkModel() finding {
	const check = "current model"
	c, err := b.choose(&options{}, session.Session{})
	if err != nil {
		return failed(check, err)
	}
	p, err := b.provider(c.Provider)
	if err != nil {
		return failed(check, err)
	}
	m, known := b.lookup(c.Provider)(c.Model)
	if !known {
		m.ID = c.Model
	}
	by := b.describe(p, m)[0]
	text := fmt.Sprintf("%s of %s, %s %s", c.Model, c.Provider, by.Name, by.Value)
	switch {
	case m.Status != "":
		return doubtful(check, "name "+cmp.Or(m.ReplacedBy, "another")+" with -m, or in the config", "%s · it is %s", text, m.Status)
	case !known && len(b.catalogue(c.Provider).Models()) > 0:
		return doubtful(check, "aimlchat models lists those that are known", "%s · it is not in the catalogue", text)
	}
	return fine(check, "%s", text)
}
