package catalog

// continue.go owns the one table of how a model goes on with an answer that
// broke off: which writes on from the last message by itself, and how it is told
// to. Every other is asked to, in words. It refuses to have a model write on that
// thinks: it would think in the middle of its answer.
//
// The contract with AI/ML API knows no prefix on chat completions: the schemas of
// its pages give an assistant's message a role, a content, a name, tool calls and
// a refusal, and nothing else. So its models are asked in words there.

import (
	"cmp"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// continuation is one way to have a model write on.
type continuation struct {
	base     *api.Pattern // of the service; nil: any
	model    *api.Pattern
	protocol api.Protocol
	mark     string // the field of the last message that says so; "": its role does
	trims    bool   // white space at the end is not sent
}

// continuations are tried in order.
var continuations = []continuation{
	// Anthropic: "prefill", up to the models of version 4.5, which refuse it while
	// they think, and white space at its end always. Newer ones answer with a 400
	// (platform.claude.com, migration guide). AI/ML API takes the same body on its
	// /v1/messages (contract §6).
	{
		model:    api.NewPattern(`(^|/)claude-(instant|2|3)|(^|/)claude-(opus|sonnet|haiku)-4([.-][0-5])?(-\d{8}|-latest)?$`),
		protocol: api.Messages, trims: true,
	},
	// DeepSeek: "chat prefix completion", below /beta only (api-docs.deepseek.com).
	{
		base: api.NewPattern(`^https://api\.deepseek\.com/beta`), model: api.NewPattern(`^deepseek-chat$`),
		protocol: api.Chat, mark: "prefix",
	},
	// Mistral: "prefix"; its reply repeats it (docs.mistral.ai).
	{
		base: api.NewPattern(`^https://api\.mistral\.ai/`), model: api.NewPattern(`^(mistral|ministral|codestral|devstral|pixtral|open-)`),
		protocol: api.Chat, mark: "prefix",
	},
	// Moonshot: "partial mode" (platform.kimi.ai).
	{
		base: api.NewPattern(`^https://api\.moonshot\.(ai|cn)/`), model: api.NewPattern(`^(moonshot-v1|kimi-k2(-\d{4})?(-turbo)?(-preview)?$)`),
		protocol: api.Chat, mark: "partial",
	},
	// Alibaba: "partial mode", of what does not think unasked (help.aliyun.com).
	{
		base:  api.NewPattern(`^https://dashscope[a-z-]*\.aliyuncs\.com/`),
		model: api.NewPattern(`^(qwen-(max|plus|flash|turbo|coder)|qwen3-max|qwen3-coder|qwen2\.5-coder)`), protocol: api.Chat, mark: "partial",
	},
}

// writesOn returns how the model of r writes on by one of the protocols that
// both sides speak.
func (r *router) writesOn(spoken ...api.Protocol) *continuation {
	if !r.req.Continue || r.o.noPrefix {
		return nil
	}
	id := cmp.Or(r.m.ID, r.req.Model)
	for _, p := range spoken {
		for i := range continuations {
			c := &continuations[i]
			if c.protocol == p && c.model.MatchString(id) && (c.base == nil || c.base.MatchString(r.o.Base)) {
				return c
			}
		}
	}
	return nil
}

// goOn has the answer gone on with. It comes when all fields are known.
func (r *router) goOn() {
	if !r.req.Continue {
		return
	}
	asked, seam, broken := api.AskOn(r.req)
	way := r.writesOn(r.req.Protocol)
	switch {
	case !broken && len(asked.Messages) < len(r.req.Messages):
		r.notice("the answer broke off before its first word; it is asked for anew")
	case !broken:
		r.notice("there is no answer to go on with; the prompt is asked")
	case way != nil && !r.thinks():
		asked = r.req
		asked.Mark = way.mark
		seam.WritesOn, seam.Trimmed = true, way.trims
	}
	asked.Continue = false
	r.req, r.seam = asked, seam
}

// thinks reports whether the model was told to, by whomever.
func (r *router) thinks() bool {
	switch t := r.req.Fields["thinking"].(type) {
	case nil:
	case map[string]any:
		if t["type"] != "disabled" {
			return true
		}
	}
	on, _ := r.req.Fields["enable_thinking"].(bool)
	return on || r.req.Fields["reasoning"] != nil || r.req.Fields["reasoning_effort"] != nil
}

// withoutThought leaves out the wish for thought where the model writes on: it
// has thought already.
func (r *router) withoutThought() bool {
	if r.writesOn(r.req.Protocol) == nil || strings.TrimSpace(lastAnswer(r.req.Messages)) == "" {
		return false
	}
	if want := (thought{r.req.Effort, r.req.ThinkingBudget}); want != (thought{}) {
		r.notice("%s can't think in the middle of an answer; %s is left out", r.req.Model, want.words())
	}
	return true
}

// lastAnswer is the text of the last message, if it is an answer.
func lastAnswer(all []api.Message) string {
	if last := len(all) - 1; last >= 0 && all[last].Role == api.Assistant {
		return all[last].Content()
	}
	return ""
}
