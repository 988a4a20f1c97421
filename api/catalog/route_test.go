package catalog

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func ptr[T any](v T) *T { return &v }

// One row for each family of models and each kind of wish.
func TestRoute(t *testing.T) {
	c := Compiled().Catalog()
	tool := []api.Tool{{Name: "f"}}
	thinking := RouteOptions{Thinking: true}
	for _, test := range []struct {
		name, model string
		req         api.Request
		o           RouteOptions
		want        string // protocol, fields, max_tokens
		notices     string // joined by " | "
	}{
		// Nothing is wished.
		{"plain", "deepseek/deepseek-v4-flash", api.Request{}, thinking, `chat null 8192`, ""},
		{"OpenAI, thought is to be seen", "openai/gpt-5-5", api.Request{}, thinking, `responses {"reasoning":{"summary":"auto"}} 8192`, ""},
		{"OpenAI, nobody looks", "openai/gpt-5-5", api.Request{}, RouteOptions{}, `chat null 8192`, ""},
		{"OpenAI without thought", "gpt-4o-mini", api.Request{}, thinking, `chat null 8192`, ""},
		{"OpenAI, only responses", "openai/gpt-5-2-pro", api.Request{}, thinking, `responses null 8192`, ""},
		{"OpenAI, only responses, thinks", "openai/gpt-5-4", api.Request{}, thinking, `responses {"reasoning":{"summary":"auto"}} 8192`, ""},
		{"Claude is not billed for thought unasked", "anthropic/claude-sonnet-4.5", api.Request{}, thinking, `chat null 8192`, ""},
		{"Claude, only messages", "claude-opus-4-latest", api.Request{}, thinking, `messages null 8192`, ""},
		{"what chat alone takes", "openai/gpt-5-5", api.Request{Stop: []string{"x"}}, thinking, `chat null 8192`, ""},
		{"as many tokens as the model gives", "zhipu/glm-4.7", api.Request{}, thinking, `chat null 32768`, ""},

		// An effort.
		{"responses", "o1", api.Request{Effort: "low"}, RouteOptions{}, `responses {"reasoning":{"effort":"low","summary":"auto"}} 10240`, ""},
		{"effort", "openai/gpt-oss-120b", api.Request{Effort: "medium"}, RouteOptions{}, `chat {"reasoning_effort":"medium"} 16384`, ""},
		{"OpenAI on chat", "openai/gpt-5.4-nano", api.Request{Effort: "high"}, RouteOptions{}, `chat {"reasoning_effort":"high"} 32768`, ""},
		{"beside tools", "openai/gpt-5.4-nano", api.Request{Effort: "high", Tools: tool}, RouteOptions{}, `chat null 8192`, "openai/gpt-5.4-nano takes no effort together with tools; it is left out"},
		{"beside tools, older", "openai/gpt-5-2", api.Request{Effort: "high", Tools: tool}, RouteOptions{}, `chat {"reasoning_effort":"high"} 32768`, ""},
		{"reasoning", "x-ai/grok-4-5", api.Request{Effort: "high"}, RouteOptions{}, `chat {"reasoning":{"effort":"high"}} 32768`, ""},
		{"Claude", "anthropic/claude-sonnet-4.5", api.Request{Effort: "medium"}, RouteOptions{}, `messages {"thinking":{"budget_tokens":8192,"type":"enabled"}} 16384`, ""},
		{"Claude by an alias", "claude-haiku-4-5-20251001", api.Request{Effort: "low"}, RouteOptions{}, `messages {"thinking":{"budget_tokens":2048,"type":"enabled"}} 10240`, ""},
		{"Claude, only chat", "claude-opus-4-8", api.Request{Effort: "low"}, RouteOptions{}, `chat {"thinking":{"budget_tokens":2048,"type":"enabled"}} 32768`, "claude-opus-4-8 is not known to show its thought by chat completions"},
		{"Qwen", "alibaba/qwen3-32b", api.Request{Effort: "high"}, RouteOptions{}, `chat {"enable_thinking":true,"thinking_budget":24576} 32768`, ""},
		{"GLM", "zhipu/glm-4.5", api.Request{Effort: "high"}, RouteOptions{}, `chat {"thinking":{"type":"enabled"}} 8192`, "zhipu/glm-4.5 can only be told to think, not how hard"},
		{"none", "deepseek/deepseek-r1", api.Request{Effort: "low"}, RouteOptions{}, `chat null 8192`, "deepseek/deepseek-r1 can't be told how hard to think; the effort is left out"},
		{"can't think", "x-ai/grok-4-20-0309-non-reasoning", api.Request{ThinkingBudget: 5000}, RouteOptions{}, `chat null 8192`, "x-ai/grok-4-20-0309-non-reasoning can't be told how hard to think; the thinking budget is left out"},
		{"unknown", "who/knows", api.Request{Effort: "low"}, thinking, `chat {"reasoning_effort":"low"} 10240`, "it is not known how who/knows is told to think; it is asked in the common way"},

		// A budget.
		{"reasoning by budget", "x-ai/grok-4-5", api.Request{ThinkingBudget: 3000}, RouteOptions{}, `chat {"reasoning":{"max_tokens":3000}} 11192`, ""},
		{"budget for an effort", "openai/gpt-oss-20b", api.Request{ThinkingBudget: 3000}, RouteOptions{}, `chat {"reasoning_effort":"low"} 10240`, "openai/gpt-oss-20b takes no thinking budget, but an effort: low"},
		{"budget in responses", "openai/gpt-5-5", api.Request{ThinkingBudget: 60000}, RouteOptions{}, `responses {"reasoning":{"effort":"high","summary":"auto"}} 32768`, "openai/gpt-5-5 takes no thinking budget, but an effort: high"},
		{"both, by effort", "openai/gpt-oss-20b", api.Request{ThinkingBudget: 3000, Effort: "high"}, RouteOptions{}, `chat {"reasoning_effort":"high"} 32768`, "openai/gpt-oss-20b takes an effort, and no thinking budget, which is left out"},
		{"both, by budget", "moonshotai/kimi-k2-thinking", api.Request{ThinkingBudget: 3000, Effort: "high"}, RouteOptions{}, `chat {"reasoning":{"max_tokens":3000}} 11192`, "the thinking budget says more than the effort, which is left out"},
		{"Claude, the limit is raised", "claude-sonnet-4-5", api.Request{ThinkingBudget: 20000, MaxTokens: 5000}, RouteOptions{}, `messages {"thinking":{"budget_tokens":20000,"type":"enabled"}} 25000`, ""},
		{"Claude, an effort gives way", "claude-sonnet-4-5", api.Request{Effort: "high", MaxTokens: 4000}, RouteOptions{}, `messages {"thinking":{"budget_tokens":3000,"type":"enabled"}} 4000`, ""},
		{"Claude, at least", "claude-sonnet-4-5", api.Request{Effort: "low", MaxTokens: 500}, RouteOptions{}, `messages {"thinking":{"budget_tokens":1024,"type":"enabled"}} 1524`, "claude-sonnet-4-5 thinks for at least 1024 tokens; with them its answer may have 1524"},
		{"Claude, a small budget", "claude-sonnet-4-5", api.Request{ThinkingBudget: 10}, RouteOptions{}, `messages {"thinking":{"budget_tokens":1024,"type":"enabled"}} 9216`, "claude-sonnet-4-5 thinks for at least 1024 tokens; with them its answer may have 9216"},
		{"Claude, more than it can", "anthropic/claude-opus-4-7", api.Request{ThinkingBudget: 900000}, RouteOptions{}, `messages {"thinking":{"budget_tokens":96000,"type":"enabled"}} 128000`, "anthropic/claude-opus-4-7 has room for 96000 tokens of thought, not for 900000"},

		// The web.
		{"web options", "mistralai/codestral-2508", api.Request{Web: true}, RouteOptions{}, `chat {"web_search_options":{}} 8192`, ""},
		{"enable_search", "alibaba/qwen3.8-max", api.Request{Web: true}, RouteOptions{}, `chat {"enable_search":true} 8192`, ""},
		{"a tool of responses", "gpt-4o-mini", api.Request{Web: true}, RouteOptions{}, `responses {"tools":[{"type":"web_search"}]} 8192`, ""},
		{"a tool of messages", "anthropic/claude-opus-5", api.Request{Web: true}, RouteOptions{}, `messages {"tools":[{"name":"web_search","type":"web_search_20250305"}]} 8192`, ""},
		{"sonar", "perplexity/sonar-pro", api.Request{Web: true}, RouteOptions{}, `chat {} 8192`, ""},
		{"no web", "deepseek/deepseek-r1", api.Request{Web: true}, RouteOptions{}, `chat null 8192`, "deepseek/deepseek-r1 can't search the web; it answers from what it knows"},
		{"unknown web", "who/knows", api.Request{Web: true}, RouteOptions{}, `chat null 8192`, "it is not known how who/knows is told to search the web; it answers from what it knows"},

		// Sampling.
		{
			"Claude keeps calm", "claude-sonnet-4-5",
			api.Request{Effort: "low", Temperature: ptr(0.2), TopP: ptr(0.5), Seed: ptr(int64(1))},
			RouteOptions{},
			`chat {"thinking":{"budget_tokens":2048,"type":"enabled"}} 10240`,
			"claude-sonnet-4-5 is not known to show its thought by chat completions | claude-sonnet-4-5 takes no temperature while it thinks; it is left out | claude-sonnet-4-5 takes no top_p below 0.95 while it thinks; it is left out",
		},
		{"stops and seed", "openai/gpt-5-4", api.Request{Stop: []string{"x"}, Seed: ptr(int64(1))}, RouteOptions{}, `responses null 8192`, "openai/gpt-5-4 is asked by responses, which know no stop sequences; they are left out | openai/gpt-5-4 is asked by responses, which know no seed; it is left out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.req.Model = test.model
			m, known := c.Lookup(test.model)
			got, notices, err := Route(m, known, test.req, "", test.o)
			if err != nil {
				t.Fatal(err)
			}
			fields, _ := json.Marshal(got.Fields)
			if s := fmt.Sprintf("%s %s %d", got.Protocol, fields, got.MaxTokens); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
			if s := strings.Join(notices, " | "); s != test.notices {
				t.Errorf("notices %q\nwant    %q", s, test.notices)
			}
		})
	}
}

func TestRouteForced(t *testing.T) {
	c := Compiled().Catalog()
	for _, test := range []struct {
		model  string
		forced api.Protocol
		speaks []api.Protocol
		effort api.Effort
		want   string
		notice string
	}{
		{"claude-sonnet-4-5", api.Messages, nil, "", `messages null`, ""},
		{"claude-sonnet-4-5", api.Chat, nil, "low", `chat {"thinking":{"budget_tokens":2048,"type":"enabled"}}`, "claude-sonnet-4-5 is not known to show its thought by chat completions"},
		{"deepseek/deepseek-r1", api.Responses, nil, "", `responses null`, "deepseek/deepseek-r1 is asked by responses as the config says, though it is only known to take chat"},
		{"who/knows", api.Messages, nil, "low", `messages {"thinking":{"budget_tokens":2048,"type":"enabled"}}`, "it is not known how who/knows is told to think; it is asked in the common way"},
		{"who/knows", api.Responses, nil, "low", `responses {"reasoning":{"effort":"low","summary":"auto"}}`, "it is not known how who/knows is told to think; it is asked in the common way"},
		{"o1", api.Messages, []api.Protocol{api.Chat, api.Responses}, "", "this provider can't be asked by the protocol messages", ""},
		{"claude-opus-4-latest", "", []api.Protocol{api.Chat}, "", `chat null`, "claude-opus-4-latest is only known to take messages, which this provider isn't asked by"},
		{"claude-sonnet-4-5", "", []api.Protocol{api.Chat}, "low", `chat {"thinking":{"budget_tokens":2048,"type":"enabled"}}`, "claude-sonnet-4-5 is not known to show its thought by chat completions"},
	} {
		m, known := c.Lookup(test.model)
		got, notices, err := Route(m, known, api.Request{Model: test.model, Effort: test.effort}, test.forced, RouteOptions{Speaks: test.speaks})
		fields, _ := json.Marshal(got.Fields)
		s := fmt.Sprintf("%s %s", got.Protocol, fields)
		if err != nil {
			s = err.Error()
		}
		if s != test.want || strings.Join(notices, " | ") != test.notice {
			t.Errorf("%s by %s: got %s, %q", test.model, test.forced, s, notices)
		}
	}
}

func TestRouteFate(t *testing.T) {
	for _, test := range []struct {
		m                  api.Model
		notice, fail, hint string
	}{
		{api.Model{Status: api.Withdrawn, ReplacedBy: "v/new", Shutdown: "2026-08-10"}, "", "v/old was withdrawn on 2026-08-10; its successor is v/new", "/model v/new or -m v/new"},
		{api.Model{Status: api.Withdrawn}, "", "v/old was withdrawn", "choose another: /model or -m"},
		{api.Model{Status: api.Deprecated, ReplacedBy: "v/new", Shutdown: "2026-12-31"}, "v/old is deprecated: its last day is 2026-12-31; its successor is v/new", "", ""},
		{api.Model{Status: api.Deprecated}, "v/old is deprecated, and may no longer answer", "", ""},
		{api.Model{Status: api.Superseded, ReplacedBy: "v/new"}, "v/old was superseded: v/new answers in its place", "", ""},
		{api.Model{Status: api.Superseded}, "v/old was superseded: another model answers in its place", "", ""},
	} {
		_, notices, err := Route(test.m, true, api.Request{Model: "v/old"}, "", RouteOptions{})
		if e := api.AsError(err); e != nil {
			if e.Message != test.fail || e.Hint != test.hint || e.Kind != api.ErrNotFound {
				t.Errorf("%+v", e)
			}
		} else if test.fail != "" || strings.Join(notices, "|") != test.notice {
			t.Errorf("%+v: %q", test.m, notices)
		}
	}
}

func TestRouteExtra(t *testing.T) {
	o := RouteOptions{Extra: func(string) map[string]any {
		return map[string]any{
			"model": "other", "stream": false, "top_k": 5, "none": nil,
			"reasoning": map[string]any{"effort": "high"}, "tools": []any{map[string]any{"type": "x"}},
		}
	}}
	given := map[string]any{"user": "me"}
	m := api.Model{Endpoints: []string{chatEndpoint, responsesEndpoint}, Controls: []api.Control{api.ControlEffort}}
	got, notices, err := Route(m, true, api.Request{Model: "gpt-x", Effort: "low", Web: true, Fields: given}, "", o)
	fields, _ := json.Marshal(got.Fields)
	const want = `{"reasoning":{"effort":"high"},"tools":[{"type":"web_search"},{"type":"x"}],"top_k":5,"user":"me"}`
	if err != nil || string(fields) != want || len(notices) != 2 || len(given) != 1 {
		t.Errorf("%s, %q, %v", fields, notices, err)
	}
}

// Whatever is wished of whichever model, the request is one that a service can
// take.
func TestRouteIsSound(t *testing.T) {
	models := append(Snapshot(), Unlisted()...)
	models = append(models, api.Model{}, api.Model{ID: "tiny", Context: 16, Endpoints: []string{messagesEndpoint}, Controls: []api.Control{api.ControlThinkingBudget}},
		api.Model{ID: "short", OutputMax: 1024, Endpoints: []string{messagesEndpoint}, Controls: []api.Control{api.ControlThinkingBudget}},
		api.Model{ID: "auto", Endpoints: []string{messagesEndpoint}, Controls: []api.Control{api.ControlThinkingAuto}})
	for _, m := range models {
		for i := range 4 * 4 * 4 * 2 * 2 {
			req := api.Request{
				Model:          m.ID,
				Effort:         []api.Effort{"", "low", "medium", "high"}[i%4],
				ThinkingBudget: []int{0, 1, 20000, 1 << 30}[i/4%4],
				MaxTokens:      []int{0, 1, 1000, 64000}[i/16%4],
				Web:            i/64%2 == 1,
			}
			got, notices, err := Route(m, m.ID != "", req, "", RouteOptions{Thinking: i/128 == 1})
			if err != nil {
				t.Fatalf("%s: %v", m.ID, err)
			}
			if fault := fault(got); fault != "" {
				t.Fatalf("%s, %+v: %s in %v with max_tokens %d", m.ID, req, fault, got.Fields, got.MaxTokens)
			}
			if (req.Effort != "" || req.ThinkingBudget > 0) && len(notices) == 0 && !steered(got.Fields) {
				t.Fatalf("%s: a wish was left out without a word", m.ID)
			}
			if req.Web && len(notices) == 0 && len(got.Fields) == 0 && !strings.Contains(m.ID, "sonar") {
				t.Fatalf("%s: the web was left out without a word", m.ID)
			}
		}
	}
}

func steered(fields map[string]any) bool {
	for _, name := range []string{"reasoning", "reasoning_effort", "thinking", "enable_thinking"} {
		if fields[name] != nil {
			return true
		}
	}
	return false
}

// fault names what a service would refuse.
func fault(req api.Request) string {
	for name, value := range req.Fields {
		if value == nil {
			return name + ", a null"
		}
	}
	_, effort := req.Fields["reasoning_effort"]
	reasoning, both := req.Fields["reasoning"].(map[string]any)
	thinking, _ := req.Fields["thinking"].(map[string]any)
	switch {
	case effort && both:
		return "both shapes"
	case req.MaxTokens < 1:
		return "no limit"
	case req.Protocol == "":
		return "no protocol"
	case thinking["type"] == "enabled" && thinking["budget_tokens"] != nil && thinking["budget_tokens"].(int) < minBudget:
		return "a small budget"
	}
	for _, budget := range []any{thinking["budget_tokens"], reasoning["max_tokens"], req.Fields["thinking_budget"]} {
		if n, ok := budget.(int); ok && (n < 1 || n >= req.MaxTokens) {
			return "a budget without room"
		}
	}
	return ""
}

// TestRouteWithoutControls: a model whose list tells where it is asked, but not
// how it is steered, may well think.
func TestRouteWithoutControls(t *testing.T) {
	native := api.Model{ID: "claude-new", Endpoints: []string{messagesEndpoint}}
	got, notices, err := Route(native, true, api.Request{Model: native.ID, Effort: "low"}, api.Messages, RouteOptions{})
	if thinking, _ := got.Fields["thinking"].(map[string]any); err != nil || thinking["budget_tokens"] != 2048 || len(notices) != 1 || !strings.Contains(notices[0], "not known") {
		t.Errorf("got %v, %q, %v", got.Fields, notices, err)
	}
	native.Controls = []api.Control{api.ControlThinkingAuto}
	got, _, _ = Route(native, true, api.Request{Model: native.ID, Effort: "low"}, api.Messages, RouteOptions{})
	if thinking, _ := got.Fields["thinking"].(map[string]any); thinking["type"] != "adaptive" || thinking["display"] != "summarized" {
		t.Errorf("got %v", got.Fields)
	}
}

// A route doesn't change what it was given.
func TestRouteIsPure(t *testing.T) {
	m := Snapshot()[0]
	req := api.Request{Model: m.ID, Web: true, Fields: map[string]any{"tools": []any{"x"}}, Stop: []string{"a"}}
	before := fmt.Sprintf("%+v", req)
	one, _, _ := Route(m, true, req, api.Responses, RouteOptions{})
	two, _, _ := Route(m, true, req, api.Responses, RouteOptions{})
	if fmt.Sprintf("%+v", req) != before || !reflect.DeepEqual(one, two) {
		t.Errorf("the request became %+v", req)
	}
}

// Who is asked not to think is told so where that is known, and has room for a
// thought elsewhere.
func TestNoEffort(t *testing.T) {
	chat := []string{chatEndpoint}
	for name, test := range map[string]struct {
		m      api.Model
		fields string
		limit  int
	}{
		"qwen":          {api.Model{ID: "qwen", Endpoints: chat, Controls: []api.Control{api.ControlEnable, api.ControlBudget}}, "map[enable_thinking:false]", 512},
		"zhipu":         {api.Model{ID: "glm", Endpoints: chat, Controls: []api.Control{api.ControlThinking}}, "map[thinking:map[type:disabled]]", 512},
		"openai":        {api.Model{ID: "openai/gpt-5", Endpoints: []string{chatEndpoint, responsesEndpoint}, Controls: []api.Control{api.ControlEffort}}, "map[reasoning_effort:low]", 2560},
		"claude":        {api.Model{ID: "anthropic/claude-3-haiku", Endpoints: chat, Controls: []api.Control{api.ControlEffort, api.ControlThinkingBudget}}, "map[]", 2560},
		"unknown":       {api.Model{}, "map[]", 2560},
		"little output": {api.Model{ID: "small", OutputMax: 1000}, "map[]", 1000},
	} {
		req, notices, err := Route(test.m, test.m.ID != "", api.TitleRequest(test.m.ID, "Hi", ""), "", RouteOptions{Thinking: true})
		if err != nil || len(notices) > 0 || fmt.Sprint(req.Fields) != test.fields || req.MaxTokens != test.limit || req.Protocol != api.Chat {
			t.Errorf("%s: %v, %d tokens by %s, %q, %v", name, req.Fields, req.MaxTokens, req.Protocol, notices, err)
		}
	}
}
