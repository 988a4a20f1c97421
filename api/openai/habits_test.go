package openai

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// picky answers as a model that refuses each request for which refusal has words.
func picky(t *testing.T, refusal func(body map[string]any) string) (*Client, *[]map[string]any) {
	t.Helper()
	var bodies []map[string]any
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		bodies = append(bodies, body)
		if words := refusal(body); words != "" {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": words}})
			return
		}
		send(w, half+"data: [DONE]\n\n")
	}), &bodies
}

func TestLearnsLimit(t *testing.T) {
	for _, tt := range []struct {
		words string // %d is the limit that was sent
		want  int
	}{
		{"max_tokens is too large: %d. This model supports at most 4096 completion tokens, whereas you provided %[1]d.", 4096},
		{"`max_tokens` must be less than or equal to `4096`, the maximum value for `max_tokens` is less than the `context_window` for this model", 4096},
		{"Invalid max_tokens value, the valid range of max_tokens is [1, 4096]", 4096},
		{"max_tokens: %d > 4096, which is the maximum allowed number of output tokens for claude-3-5-haiku-20241022", 4096},
		{"Range of max_tokens should be [1, 4096]", 4096},
		{"'max_tokens' or 'max_completion_tokens' is too large: %d. This model's maximum context length is 4096 tokens and your request has 96 input tokens", 4000},
		{"This model's maximum context length is 4096 tokens. However, you requested %d tokens (96 in the messages, %[1]d in the completion).", 4000},
	} {
		client, bodies := picky(t, func(body map[string]any) string {
			if limit := body["max_tokens"].(float64); limit > float64(tt.want) {
				return strings.Split(fmt.Sprintf(tt.words, int(limit)), "%!")[0]
			}
			return ""
		})
		for range 2 {
			if reply := ask(t, client); reply.Err != nil {
				t.Errorf("%s: %v", tt.words, reply.Err)
			}
		}
		last := (*bodies)[len(*bodies)-1]["max_tokens"]
		if len(*bodies) != 3 || last != float64(tt.want) {
			t.Errorf("%s: asked %d times, at last for %v", tt.words, len(*bodies), last)
		}
	}
}

// TestLearnsNothing: a refusal that names no lesson is passed on.
func TestLearnsNothing(t *testing.T) {
	temperature := 100.0
	req := question
	req.Temperature = &temperature
	req.Fields = map[string]any{"reasoning_effort": "high"}
	for _, words := range []string{
		"Validation: Temperature must be between 0 and 2, got 100",
		"max_tokens must be greater than thinking.budget_tokens",
		"max_tokens must be less than 5 whatever you do",
		"This endpoint's maximum context length is 2000 tokens. However, you requested about 25000 tokens (25000 of text input).",
		"This model's maximum context length is 2000 tokens, max_tokens included; your request has 2500 input tokens.",
		"The model is not available",
	} {
		client, bodies := picky(t, func(map[string]any) string { return words })
		reply := add(client.Stream(t.Context(), req))
		if reply.Err == nil || reply.Err.Kind != api.ErrInvalid || len(*bodies) != 1 {
			t.Errorf("%s: asked %d times, %+v", words, len(*bodies), reply.Err)
		}
	}
}

func TestLearnsFields(t *testing.T) {
	half, seed := 0.5, int64(1)
	req := question
	req.Temperature, req.TopP, req.Seed, req.Stop = &half, &half, &seed, []string{"END"}
	req.Tools = []api.Tool{{Name: "f"}}
	req.Fields = map[string]any{"web_search_options": map[string]any{}, "reasoning_effort": "high"}
	refusals := map[string]string{
		"temperature":        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
		"stop":               "Unsupported parameter: 'stop' is not supported with this model.",
		"web_search_options": "Web search options not supported with this model.",
		"tools":              "maker/test-1 does not support tools",
	}
	client, bodies := picky(t, func(body map[string]any) string {
		for name, words := range refusals {
			if body[name] != nil {
				return words
			}
		}
		return ""
	})
	for range 2 {
		reply := add(client.Stream(t.Context(), req))
		const want = "[m takes no stop: it was left out m takes no temperature: it was left out " +
			"m takes no tools: it was left out m takes no web_search_options: it was left out]"
		if reply.Err != nil || fmt.Sprint(reply.Notices) != want {
			t.Errorf("%v, %q", reply.Err, reply.Notices)
		}
	}
	last := (*bodies)[len(*bodies)-1]
	if len(*bodies) != len(refusals)+2 || last["seed"] == nil || last["top_p"] == nil || last["reasoning_effort"] != "high" {
		t.Errorf("asked %d times, at last %v", len(*bodies), last)
	}
	if reply := ask(t, client); len(reply.Notices) != 0 {
		t.Errorf("nothing was wished: %q", reply.Notices)
	}
}
