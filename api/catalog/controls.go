package catalog

// controls.go owns the one table of how a model is told to think: which control
// is written in which shape, and what each of them can say. It is §4.5 of the
// contract with AI/ML API. It refuses to choose a protocol.

import (
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// Endpoints, as the documentation writes them.
const (
	chatEndpoint      = "/v1/chat/completions"
	responsesEndpoint = "/v1/responses"
	messagesEndpoint  = "/v1/messages"
)

// measure is what a control can be told.
type measure int

const (
	bySwitch measure = iota // only that the model should think
	byEffort                // low, medium or high
	byBudget                // a number of tokens
)

// thought is how hard a model is asked to think: an effort, a budget in tokens,
// or neither, and then just that it thinks.
type thought struct {
	effort api.Effort
	budget int
}

// shape is one way to say it.
type shape struct {
	control  api.Control
	protocol api.Protocol
	measure  measure
	fields   func(t thought) map[string]any
	budgets  bool // the request carries a number, which max_tokens must exceed
}

// shapes are in order of preference: of those that a model has and that can say
// what is wished, the first is sent.
var shapes = []shape{
	// OpenAI, and many others.
	{control: api.ControlEffort, protocol: api.Chat, measure: byEffort, fields: func(t thought) map[string]any {
		return map[string]any{"reasoning_effort": string(t.effort)}
	}},
	// The shape of OpenRouter. It takes either; only one of them in a request.
	{control: api.ControlReasoning, protocol: api.Chat, measure: byEffort, fields: func(t thought) map[string]any {
		return map[string]any{"reasoning": map[string]any{"effort": string(t.effort)}}
	}},
	{control: api.ControlReasoning, protocol: api.Chat, measure: byBudget, budgets: true, fields: func(t thought) map[string]any {
		return map[string]any{"reasoning": map[string]any{"max_tokens": t.budget}}
	}},
	// Claude, in its own protocol and in that of OpenAI.
	{control: api.ControlThinkingBudget, protocol: api.Messages, measure: byBudget, budgets: true, fields: claudeBudget},
	{control: api.ControlThinkingBudget, protocol: api.Chat, measure: byBudget, budgets: true, fields: claudeBudget},
	{control: api.ControlThinkingAuto, protocol: api.Messages, measure: bySwitch, fields: claudeAdaptive},
	{control: api.ControlThinkingAuto, protocol: api.Chat, measure: bySwitch, fields: claudeAdaptive},
	// Qwen, and what Alibaba and Baidu host.
	{control: api.ControlBudget, protocol: api.Chat, measure: byBudget, budgets: true, fields: func(t thought) map[string]any {
		return map[string]any{"enable_thinking": true, "thinking_budget": t.budget}
	}},
	{control: api.ControlEnable, protocol: api.Chat, measure: bySwitch, fields: func(thought) map[string]any {
		return map[string]any{"enable_thinking": true}
	}},
	// Zhipu and LongCat.
	{control: api.ControlThinking, protocol: api.Chat, measure: bySwitch, fields: func(thought) map[string]any {
		return map[string]any{"thinking": map[string]any{"type": "enabled"}}
	}},
	// OpenAI's responses have one shape, under whichever name the page has it.
	{control: api.ControlReasoning, protocol: api.Responses, measure: byEffort, fields: responsesReasoning},
	{control: api.ControlEffort, protocol: api.Responses, measure: byEffort, fields: responsesReasoning},
}

// silences are how models are told not to think that do so unasked. An effort is
// only sent to OpenAI's, since it makes others think that would not.
var silences = []shape{
	{control: api.ControlEnable, protocol: api.Chat, fields: func(thought) map[string]any {
		return map[string]any{"enable_thinking": false}
	}},
	{control: api.ControlThinking, protocol: api.Chat, fields: func(thought) map[string]any {
		return map[string]any{"thinking": map[string]any{"type": "disabled"}}
	}},
}

func claudeBudget(t thought) map[string]any {
	return map[string]any{"thinking": map[string]any{"type": "enabled", "budget_tokens": t.budget}}
}

// claudeAdaptive asks for a summary too: the models that decide themselves think
// unseen without.
func claudeAdaptive(thought) map[string]any {
	return map[string]any{"thinking": map[string]any{"type": "adaptive", "display": "summarized"}}
}

// responsesReasoning asks for a summary too: without one nothing of the thought
// is shown, and it costs nothing more.
func responsesReasoning(t thought) map[string]any {
	reasoning := map[string]any{"summary": "auto"}
	if t.effort != "" {
		reasoning["effort"] = string(t.effort)
	}
	return map[string]any{"reasoning": reasoning}
}

// common is what a model gets of which nothing is known.
var common = map[api.Protocol]api.Control{
	api.Chat:      api.ControlEffort,
	api.Responses: api.ControlReasoning,
	api.Messages:  api.ControlThinkingBudget,
}

// shapeOf returns the shape in which a model with these controls is told what is
// wished; without one that can say it, one that can say less.
func shapeOf(controls []api.Control, p api.Protocol, want measure) (shape, bool) {
	other := byEffort
	if want == byEffort {
		other = byBudget
	}
	for _, m := range []measure{want, other, bySwitch} {
		for _, s := range shapes {
			if s.protocol == p && s.measure == m && slices.Contains(controls, s.control) {
				return s, true
			}
		}
	}
	return shape{}, false
}

// efforts says how many tokens of thought an effort stands for where a model
// only takes a budget.
var efforts = []struct {
	effort api.Effort
	budget int
}{
	{api.LowEffort, 2048},
	{api.MediumEffort, 8192},
	{api.HighEffort, 24576},
}

func budgetOf(effort api.Effort) int {
	for _, e := range efforts {
		if e.effort == effort {
			return e.budget
		}
	}
	return 0
}

// effortOf returns the effort whose budget is nearest, by how many times it is
// larger or smaller.
func effortOf(budget int) api.Effort {
	for i, e := range efforts[:len(efforts)-1] {
		if budget*budget < e.budget*efforts[i+1].budget {
			return e.effort
		}
	}
	return api.HighEffort
}
