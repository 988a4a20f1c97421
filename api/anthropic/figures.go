package anthropic

// This file owns where the figures of an answer stand. It refuses to know what
// they add up to (package wire).

import "github.com/aimlchat/aimlchat/api/wire"

// figures are those known so far.
type figures struct{ wire.Figures }

// addBeginning takes over what a message counts as it begins: what is written is
// not known yet, though a number is there.
func (f *figures) addBeginning(u *usage) {
	if u == nil {
		return
	}
	f.Prompt.Update(u.InputTokens.Or(u.PromptTokens))
	f.Cached.Update(u.CacheRead)
}

func (f *figures) addUsage(u *usage) {
	if u == nil {
		return
	}
	f.addBeginning(u)
	f.Completion.Update(u.OutputTokens.Or(u.CompletionTokens))
	f.Reasoning.Update(u.OutputDetails.ThinkingTokens.Or(u.OutputDetails.ReasoningTokens))
	f.Total.Update(u.TotalTokens)
}
