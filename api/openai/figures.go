package openai

// This file owns what an answer cost: tokens, money, and the name of the model
// that took them. It refuses to compute one wire.Figure from another, credits to
// dollars aside.

import (
	"net/http"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// figures are those known so far.
type figures struct {
	model    string
	resolved bool // meta named the model; short names no longer count

	prompt, completion, reasoning, total, cached wire.Figure
	usd, credits                                 wire.Figure
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
	f.prompt.Update(u.PromptTokens.Or(u.InputTokens))
	f.completion.Update(u.CompletionTokens.Or(u.OutputTokens))
	f.reasoning.Update(u.CompletionDetails.ReasoningTokens.Or(u.OutputDetails.ReasoningTokens, u.ReasoningTokens))
	f.total.Update(u.TotalTokens)
	f.cached.Update(u.PromptDetails.CachedTokens.Or(u.InputDetails.CachedTokens, u.CacheRead, u.CacheHit))
}

func (u *usage) total() float64 {
	return u.PromptTokens.Value() + u.InputTokens.Value() + u.CompletionTokens.Value() + u.OutputTokens.Value() + u.TotalTokens.Value()
}

func (f *figures) addCost(usd, credits wire.Figure) {
	if !usd.Known() && credits.Known() {
		usd = wire.NewFigure(credits.Value() / api.CreditsPerUSD)
	}
	f.usd.Update(usd)
	f.credits.Update(credits)
}

// addHeader takes the cost of an answer that did not stream, whose reply names
// it at its head.
func (f *figures) addHeader(h http.Header) {
	f.addCost(wire.ParseFigure(h.Get("X-Aimlapi-Usd-Spent")), wire.ParseFigure(h.Get("X-Aimlapi-Credits-Used")))
}

func (f *figures) metered() api.Metered {
	m := api.Metered{Model: f.model, Usage: api.Usage{
		Prompt:     f.prompt.Int(),
		Completion: f.completion.Int(),
		Reasoning:  f.reasoning.Int(),
		Total:      f.total.Int(),
		Cached:     f.cached.Int(),
	}}
	if f.usd.Known() || f.credits.Known() {
		m.Cost = api.Cost{USD: f.usd.Float(), Credits: f.credits.Float(), Source: api.Billed}
	}
	return m
}
