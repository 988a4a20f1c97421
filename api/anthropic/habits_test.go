package anthropic

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func thinking(fields map[string]any) map[string]any { return map[string]any{"thinking": fields} }

// TestLearns asks services that refuse something. Each is asked until it
// answers, and from then on rightly at once.
func TestLearns(t *testing.T) {
	warm, top := 0.5, 0.9
	enabledField := thinking(map[string]any{"type": "enabled", "budget_tokens": 2000})
	adaptiveField := map[string]any{"thinking": map[string]any{"type": "adaptive", "display": "summarized"}, "output_config": map[string]any{"effort": "high"}}
	for _, tt := range []struct {
		name    string
		req     api.Request
		refuse  func(body map[string]any, t map[string]any) string
		asked   int // until it answers
		want    string
		notices []string
	}{
		{"no budget, as the model likes", api.Request{ThinkingBudget: 2000, Fields: enabledField}, func(_, t map[string]any) string {
			if t["type"] == "enabled" {
				return `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`
			}
			return ""
		}, 2, `{"thinking":{"display":"summarized","type":"adaptive"}}`, []string{"the thinking budget is not sent: this model decides itself how long it thinks"}},
		{"no adaptive thinking, nor effort", api.Request{Effort: api.HighEffort, Fields: adaptiveField}, func(b, t map[string]any) string {
			switch {
			case t["type"] == "adaptive":
				return "adaptive thinking is not supported on this model"
			case b["output_config"] != nil:
				return "This model does not support the effort parameter."
			}
			return ""
		}, 3, `{"thinking":{"budget_tokens":4096,"type":"enabled"}}`, []string{"the effort is not sent: the model refuses it"}},
		{"no display", api.Request{Fields: adaptiveField}, func(_, t map[string]any) string {
			if t["display"] != nil {
				return "thinking.adaptive.display: Extra inputs are not permitted"
			}
			return ""
		}, 2, `{"output_config":{"effort":"high"},"thinking":{"type":"adaptive"}}`, nil},
		{"no thinking at all", api.Request{ThinkingBudget: 2000, Fields: enabledField}, func(_, t map[string]any) string {
			if t != nil {
				return "'claude-3-haiku-20240307' does not support thinking."
			}
			return ""
		}, 2, `{}`, []string{"this model can't be asked to think"}},
		{"temperature, while it thinks", api.Request{Temperature: &warm, TopP: &top, Fields: enabledField}, func(b, t map[string]any) string {
			switch {
			case b["temperature"] != nil && t != nil:
				return "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation at https://docs.example/extended-thinking"
			case b["top_p"] != nil && t != nil:
				return "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."
			}
			return ""
		}, 3, `{"thinking":{"budget_tokens":2000,"type":"enabled"}}`, []string{"temperature is not sent: the model refuses it", "top_p is not sent: the model refuses it"}},
		{"temperature or top_p", api.Request{Temperature: &warm, TopP: &top}, func(b, _ map[string]any) string {
			if b["temperature"] != nil && b["top_p"] != nil {
				return "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
			}
			return ""
		}, 2, `{"temperature":0.5}`, []string{"top_p is not sent: the model refuses it"}},
		{"a shorter answer", api.Request{}, func(b, _ map[string]any) string {
			if b["max_tokens"].(float64) > 4096 {
				return "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"
			}
			return ""
		}, 2, `{}`, nil},
		{"a longer thought", api.Request{Fields: thinking(map[string]any{"type": "enabled", "budget_tokens": 5})}, func(_, t map[string]any) string {
			if t["budget_tokens"].(float64) < 1024 {
				return "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
			}
			return ""
		}, 2, `{"thinking":{"budget_tokens":1024,"type":"enabled"}}`, []string{"the thinking budget is raised to 1024 tokens, the least that the model takes"}},
		{"no search", api.Request{Fields: map[string]any{"tools": []any{map[string]any{"type": "web_search_20250305", "name": "web_search"}}}}, func(b, _ map[string]any) string {
			if b["tools"] != nil {
				return "'claude-3-haiku-20240307' does not support tool types: web_search_20250305. Did you mean one of custom?"
			}
			return ""
		}, 2, `{}`, []string{"this model has no web search"}},
		{"a field that nobody knows", api.Request{Fields: map[string]any{"inference_geo": "eu"}}, func(b, _ map[string]any) string {
			if b["inference_geo"] != nil {
				return "inference_geo: Extra inputs are not permitted"
			}
			return ""
		}, 2, `{}`, []string{"inference_geo is not sent: the model refuses it"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			var last map[string]any
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n++
				last = decodeBody(r)
				inner, _ := last["thinking"].(map[string]any)
				if why := tt.refuse(last, inner); why != "" {
					w.WriteHeader(http.StatusBadRequest)
					_ = json.NewEncoder(w).Encode(map[string]any{"type": "error", "error": map[string]any{"type": "invalid_request_error", "message": why}})
					return
				}
				send(w, begun, half, over, stopped)
			})
			tt.req.Model, tt.req.Messages = asked.Model, asked.Messages
			for range 2 {
				reply := add(client.Stream(t.Context(), tt.req))
				if reply.Err != nil || !slices.Equal(reply.Notices, tt.notices) {
					t.Fatalf("%+v, notices %q", reply.Err, reply.Notices)
				}
			}
			if n != tt.asked+1 {
				t.Errorf("asked %d times, want %d and then 1", n, tt.asked)
			}
			for _, name := range []string{"model", "messages", "max_tokens", "stream"} {
				delete(last, name)
			}
			if got, _ := json.Marshal(last); string(got) != tt.want {
				t.Errorf("sent at last %s, want %s", got, tt.want)
			}
		})
	}
}

// TestHabitsAreOfTheirManner: what a model refuses while it thinks it may take
// otherwise.
func TestHabitsAreOfTheirManner(t *testing.T) {
	warm := 0.5
	var got []any
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b := decodeBody(r)
		if b["temperature"] != nil && b["thinking"] != nil {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("{\"error\":{\"message\":\"`temperature` may only be set to 1 when thinking is enabled.\"}}"))
			return
		}
		got = append(got, b["temperature"])
		send(w, half, stopped)
	})
	req := asked
	req.Temperature = &warm
	plainly := req
	req.Fields = thinking(map[string]any{"type": "enabled", "budget_tokens": 2000})
	add(client.Stream(t.Context(), req))
	add(client.Stream(t.Context(), plainly))
	if len(got) != 2 || got[0] != nil || got[1] != 0.5 {
		t.Errorf("sent %v", got)
	}
}

func TestNoLesson(t *testing.T) {
	sent := body{"temperature": 0.5, "max_tokens": int64(100), "thinking": map[string]any{"type": "enabled", "budget_tokens": int64(50)}, "metadata": 1}
	for _, message := range []string{
		"prompt is too long: 200001 tokens > 200000 maximum",
		"input length and `max_tokens` exceed context limit: 190000 + 8192 > 200000",
		"messages: roles must alternate",
		"max_tokens: 100 > 4096, which is not so",
		"the unsupported word isn't metadata_id, nor mytemperature",
		"temperature: Input should be less than or equal to 1",
	} {
		if _, learned := (habits{}).learn(&api.Error{Status: http.StatusBadRequest, Message: message}, sent); learned {
			t.Errorf("learned from %q", message)
		}
	}
	for _, status := range []int{0, 401, 404, 429, 500} {
		if _, learned := (habits{}).learn(&api.Error{Status: status, Message: "temperature is not supported"}, sent); learned {
			t.Errorf("learned from a %d", status)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		message string
		want    bool
	}{
		{"`top_p` is", true},
		{"top_p", true},
		{"top_pp and xtop_p", false},
		{"xtop_p, but TOP_P.", true},
		{"", false},
	} {
		if got := names(tt.message, "top_p"); got != tt.want {
			t.Errorf("%q: got %t", tt.message, got)
		}
	}
	if strings.Contains(words("web_search"), "_") {
		t.Error("no words for people")
	}
}
