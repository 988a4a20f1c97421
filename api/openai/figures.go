package openai

// This file owns what an answer cost: tokens, money, and the name of the model
// that took them. It refuses to compute one figure from another, credits to
// dollars aside.

import (
	"net/http"

	"github.com/aimlchat/aimlchat/api"
)

// creditsPerUSD is AI/ML API's rate.
const creditsPerUSD = 2_000_000

// figures are those known so far.
type figures struct {
	model    string
	resolved bool // meta named the model; short names no longer count

	prompt, completion, reasoning, total, cached figure
	usd, credits                                 figure
}

func (f *figures) add(c *chunk) {
	if c.Model != "" && !f.resolved {
		f.model = c.Model
	}
	f.addUsage(c.Usage)
	for _, s := range []*state{c.State, c.XGroq} {
		if s != nil {
			f.addUsage(s.Usage)
		}
	}
	if c.Meta != nil {
		if c.Meta.Model != "" {
			f.model, f.resolved = c.Meta.Model, true
		}
		f.addCost(c.Meta.Usage.USDSpent, c.Meta.Usage.CreditsUsed)
	}
}

// addUsage takes over what u knows. All zeros know nothing: so count services
// that can't, and late chunks of some that did.
func (f *figures) addUsage(u *usage) {
	if u == nil || u.total() == 0 {
		return
	}
	f.prompt.update(u.PromptTokens.or(u.InputTokens))
	f.completion.update(u.CompletionTokens.or(u.OutputTokens))
	f.reasoning.update(u.CompletionDetails.ReasoningTokens.or(u.OutputDetails.ReasoningTokens, u.ReasoningTokens))
	f.total.update(u.TotalTokens)
	f.cached.update(u.PromptDetails.CachedTokens.or(u.InputDetails.CachedTokens, u.CacheRead, u.CacheHit))
}

func (u *usage) total() float64 {
	return u.PromptTokens.value + u.InputTokens.value + u.CompletionTokens.value + u.OutputTokens.value + u.TotalTokens.value
}

func (f *figures) addCost(usd, credits figure) {
	if !usd.known && credits.known {
		usd = figure{credits.value / creditsPerUSD, true}
	}
	f.usd.update(usd)
	f.credits.update(credits)
}

// addHeader takes the cost of an answer that did not stream, whose reply names
// it at its head.
func (f *figures) addHeader(h http.Header) {
	f.addCost(parseFigure(h.Get("X-Aimlapi-Usd-Spent")), parseFigure(h.Get("X-Aimlapi-Credits-Used")))
}

// update takes over a figure, but no zero over a known one: the last state of
// the old wrapper counts only what the first did not.
func (f *figure) update(later figure) {
	if later.known && (later.value != 0 || !f.known) {
		*f = later
	}
}

func (f *figures) metered() api.Metered {
	m := api.Metered{Model: f.model, Usage: api.Usage{
		Prompt:     f.prompt.int(),
		Completion: f.completion.int(),
		Reasoning:  f.reasoning.int(),
		Total:      f.total.int(),
		Cached:     f.cached.int(),
	}}
	if f.usd.known || f.credits.known {
		m.Cost = api.Cost{USD: f.usd.float(), Credits: f.credits.float(), Source: api.Billed}
	}
	return m
}
