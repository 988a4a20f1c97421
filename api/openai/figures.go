package openai

// This file owns where the figures of an answer stand. It refuses to know what
// they add up to (package wire).

import "github.com/aimlchat/aimlchat/api/wire"

// figures are those known so far.
type figures struct {
	wire.Figures

	resold bool // the cost beside the tokens is what the service itself paid
}

func (f *figures) add(c *chunk) {
	f.Name(c.Model)
	f.addUsage(c.Usage)
	for _, s := range []*state{c.State, c.XGroq} {
		if s != nil {
			f.addUsage(s.Usage)
		}
	}
	f.AddMeta(c.Meta)
}

// addUsage takes over what u knows. All zeros know nothing: so count services
// that can't, and late chunks of some that did.
func (f *figures) addUsage(u *usage) {
	if u == nil || u.total() == 0 {
		return
	}
	f.Prompt.Update(u.PromptTokens.Or(u.InputTokens))
	f.Completion.Update(u.CompletionTokens.Or(u.OutputTokens))
	f.Reasoning.Update(u.CompletionDetails.ReasoningTokens.Or(u.OutputDetails.ReasoningTokens, u.ReasoningTokens))
	f.Total.Update(u.TotalTokens)
	if !f.resold {
		f.Charge(u.Cost)
	}
	f.Cached.Update(u.PromptDetails.CachedTokens.Or(u.InputDetails.CachedTokens, u.CacheRead, u.CacheHit))
}

func (u *usage) total() float64 {
	return u.PromptTokens.Value() + u.InputTokens.Value() + u.CompletionTokens.Value() + u.OutputTokens.Value() + u.TotalTokens.Value()
}
