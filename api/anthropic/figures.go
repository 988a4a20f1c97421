package anthropic

// This file owns what an answer cost: tokens, money, and the name of the model
// that took them. It refuses to compute one figure from another, credits to
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

func (f *figures) addModel(name string) {
	if name != "" && !f.resolved {
		f.model = name
	}
}

// addBeginning takes over what a message counts as it begins: what is written is
// not known yet, though a number is there.
func (f *figures) addBeginning(u *usage) {
	if u == nil {
		return
	}
	f.prompt.Update(u.InputTokens.Or(u.PromptTokens))
	f.cached.Update(u.CacheRead)
}

func (f *figures) addUsage(u *usage) {
	if u == nil {
		return
	}
	f.addBeginning(u)
	f.completion.Update(u.OutputTokens.Or(u.CompletionTokens))
	f.reasoning.Update(u.OutputDetails.ThinkingTokens.Or(u.OutputDetails.ReasoningTokens))
	f.total.Update(u.TotalTokens)
}

func (f *figures) addMeta(m *meta) {
	if m == nil {
		return
	}
	if m.Model != "" {
		f.model, f.resolved = m.Model, true
	}
	f.addCost(m.Usage.USDSpent, m.Usage.CreditsUsed)
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
