package catalog

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// broken is a conversation whose answer broke off.
func broken(model string) api.Request {
	return api.Request{Model: model, Continue: true, Messages: []api.Message{
		api.Text(api.User, "Count."), api.Text(api.Assistant, "one, two, three, four, five, six "),
	}}
}

func TestContinue(t *testing.T) {
	budget := func(req api.Request) api.Request { req.ThinkingBudget = 2048; return req }
	extra := func(fields map[string]any) RouteOptions {
		return RouteOptions{Extra: func(string) map[string]any { return fields }}
	}
	claude := api.Model{ID: "anthropic/claude-sonnet-4.5", Endpoints: []string{chatEndpoint, messagesEndpoint}, Controls: []api.Control{api.ControlThinkingBudget}}
	newer := claude
	newer.ID = "anthropic/claude-sonnet-4.6"
	for name, test := range map[string]struct {
		m        api.Model
		req      api.Request
		o        RouteOptions
		protocol api.Protocol
		writesOn bool
		mark     string
	}{
		"claude writes on":           {m: claude, req: broken(claude.ID), protocol: api.Messages, writesOn: true},
		"and does not think then":    {m: claude, req: budget(broken(claude.ID)), protocol: api.Messages, writesOn: true},
		"unless the config says so":  {m: claude, req: broken(claude.ID), o: extra(map[string]any{"thinking": map[string]any{"type": "enabled"}}), protocol: api.Messages},
		"by chat it is asked":        {m: claude, req: broken(claude.ID), o: RouteOptions{Speaks: []api.Protocol{api.Chat}}, protocol: api.Chat},
		"a newer claude":             {m: newer, req: broken(newer.ID), protocol: api.Chat},
		"a newer one that thinks":    {m: newer, req: budget(broken(newer.ID)), protocol: api.Messages},
		"deepseek at AI/ML API":      {req: broken("deepseek-chat"), o: RouteOptions{Base: "https://api.aimlapi.com/v1"}, protocol: api.Chat},
		"deepseek, not beta":         {req: broken("deepseek-chat"), o: RouteOptions{Base: "https://api.deepseek.com/v1"}, protocol: api.Chat},
		"deepseek itself":            {req: broken("deepseek-chat"), o: RouteOptions{Base: "https://api.deepseek.com/beta"}, protocol: api.Chat, writesOn: true, mark: "prefix"},
		"deepseek's reasoner":        {req: broken("deepseek-reasoner"), o: RouteOptions{Base: "https://api.deepseek.com/beta"}, protocol: api.Chat},
		"mistral":                    {req: broken("mistral-large-latest"), o: RouteOptions{Base: "https://api.mistral.ai/v1"}, protocol: api.Chat, writesOn: true, mark: "prefix"},
		"moonshot":                   {req: broken("kimi-k2-0905-preview"), o: RouteOptions{Base: "https://api.moonshot.ai/v1"}, protocol: api.Chat, writesOn: true, mark: "partial"},
		"moonshot's thinker":         {req: broken("kimi-k2-thinking"), o: RouteOptions{Base: "https://api.moonshot.ai/v1"}, protocol: api.Chat},
		"qwen":                       {req: broken("qwen-max"), o: RouteOptions{Base: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"}, protocol: api.Chat, writesOn: true, mark: "partial"},
		"qwen that thinks by config": {req: broken("qwen-plus"), o: RouteOptions{Base: "https://dashscope.aliyuncs.com/v1", Extra: extra(map[string]any{"enable_thinking": true}).Extra}, protocol: api.Chat},
		"anything else":              {req: broken("llama"), protocol: api.Chat},
	} {
		r, err := route(test.m, test.m.ID != "", test.req, "", test.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		last := r.req.Messages[len(r.req.Messages)-1]
		if r.req.Protocol != test.protocol || r.seam.WritesOn != test.writesOn || r.req.Mark != test.mark || (last.Role == api.Assistant) != test.writesOn {
			t.Errorf("%s: by %s, writes on %t, mark %q, last %s", name, r.req.Protocol, r.seam.WritesOn, r.req.Mark, last.Role)
		}
		if r.seam.Text != "one, two, three, four, five, six " || r.req.Continue || len(test.req.Messages) != 2 {
			t.Errorf("%s: %+v", name, r.seam)
		}
		thinks := r.req.Fields["thinking"] != nil
		if test.writesOn && (thinks || test.req.ThinkingBudget > 0 != (len(r.notices) > 0)) {
			t.Errorf("%s: %v, %q", name, r.req.Fields, r.notices)
		}
	}
}

func TestContinueNothing(t *testing.T) {
	thought := broken("any")
	thought.Messages[1] = api.Message{Role: api.Assistant, Parts: []api.Part{{Kind: api.ReasoningPart, Text: "Hm"}}}
	prompt := broken("any")
	prompt.Messages = prompt.Messages[:1]
	for want, req := range map[string]api.Request{"asked for anew": thought, "no answer to go on with": prompt} {
		got, notices, err := Route(api.Model{}, false, req, "", RouteOptions{})
		if err != nil || len(got.Messages) != 1 || len(notices) != 1 || !strings.Contains(notices[0], want) {
			t.Errorf("%s: %+v, %q, %v", want, got.Messages, notices, err)
		}
	}
}

// picky refuses every conversation that ends in an answer.
type picky struct{ asked []api.Request }

func (p *picky) Name() string                                { return "picky" }
func (p *picky) Models(context.Context) ([]api.Model, error) { return nil, nil }

func (p *picky) Stream(_ context.Context, req api.Request) iter.Seq2[api.Event, error] {
	p.asked = append(p.asked, req)
	return func(yield func(api.Event, error) bool) {
		if req.Messages[len(req.Messages)-1].Role == api.Assistant {
			yield(nil, &api.Error{Kind: api.ErrInvalid, Status: 400, Message: "The conversation must end with a user message."})
			return
		}
		_ = yield(api.Start{}, nil) && yield(api.Answer{Text: "three, four, five, six"}, nil) && yield(api.Answer{Text: " seven"}, nil) && yield(api.Finish{Reason: api.FinishStop}, nil)
	}
}

func TestRefusedPrefix(t *testing.T) {
	p := &picky{}
	b := Routed("picky", map[api.Protocol]api.Backend{api.Messages: p}, func(string) (api.Model, bool) { return api.Model{}, false },
		RouteOptions{Forced: func(string) api.Protocol { return api.Messages }})
	for _, asked := range []int{2, 3} { // the second time it is known
		var r api.Reply
		for ev, err := range b.Stream(t.Context(), broken("claude-opus-4-1-latest")) {
			if err != nil {
				t.Fatal(err)
			}
			r.Add(ev, r.Sent())
		}
		if r.Answer.String() != "seven" || r.Finish != api.FinishStop || len(p.asked) != asked {
			t.Errorf("%q, %q, asked %d times", r.Answer.String(), r.Finish, len(p.asked))
		}
	}
}
