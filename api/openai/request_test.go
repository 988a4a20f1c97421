package openai

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// capture returns a transport that keeps the last request and its body.
func capture(request **http.Request, body *string) transport {
	return func(r *http.Request) (*http.Response, error) {
		*request = r
		if r.Body != nil {
			data, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			*body = string(data)
		}
		return answering(http.StatusOK, "text/event-stream", half, "data: [DONE]\n\n")(r)
	}
}

func TestRequestBody(t *testing.T) {
	zero, half, seed := 0.0, 0.5, int64(7)
	for _, tt := range []struct {
		name string
		req  api.Request
		want string
	}{
		{
			"the least",
			api.Request{Model: "m", Messages: []api.Message{api.Text(api.User, "a < b & c")}},
			`{"model":"m","messages":[{"role":"user","content":"a < b & c"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":8192}`,
		},
		{
			"the most",
			api.Request{
				Model: "m", MaxTokens: 100, Temperature: &zero, TopP: &half, Seed: &seed, Stop: []string{"END"},
				Messages: []api.Message{api.Text(api.User, "q")},
			},
			`{"model":"m","messages":[{"role":"user","content":"q"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":100,"temperature":0,"top_p":0.5,"seed":7,"stop":["END"]}`,
		},
		{
			"history",
			api.Request{Model: "m", MaxTokens: 1, Messages: []api.Message{
				api.Text(api.User, "q1"),
				{Role: api.Assistant, Model: "other", Parts: []api.Part{{Kind: api.ReasoningPart, Text: "secret thought"}, {Kind: api.TextPart, Text: "a1"}}},
				api.Text(api.System, "be brief"),
				{Role: api.Assistant, Parts: []api.Part{{Kind: api.ReasoningPart, Text: "stopped while thinking"}}},
				{Role: api.Assistant, Parts: []api.Part{{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "1", Name: "f"}}}},
				api.Text(api.User, "q2"),
			}},
			`{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"q1"},{"role":"assistant","content":"a1"},{"role":"user","content":"q2"}],` +
				`"stream":true,"stream_options":{"include_usage":true},"max_tokens":1}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r *http.Request
			var body string
			add(newClient(t, Config{Transport: capture(&r, &body)}).Stream(t.Context(), tt.req))
			if got := strings.TrimSpace(body); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if strings.Contains(body, "null") || !json.Valid([]byte(body)) {
				t.Errorf("null in %s", body)
			}
		})
	}
}

func TestRequestHeaders(t *testing.T) {
	var r *http.Request
	var body string
	config := Config{
		BaseURL: "https://api.aimlapi.com/v1/", UserAgent: "aimlchat/1", Headers: map[string]string{"X-Extra": "1"},
		Transport: capture(&r, &body), Key: func(context.Context) (string, error) { return " k\n", nil },
	}
	req := question
	req.ID = "turn-1.a:b_C"
	add(newClient(t, config).Stream(t.Context(), req))
	if got := r.URL.String(); got != "https://api.aimlapi.com/v1/chat/completions" {
		t.Errorf("asked %s", got)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer k", "Accept": "text/event-stream", "Content-Type": "application/json",
		"X-Aimlapi-Source": "agent/aimlchat", "X-Client-Request-Id": "turn-1.a:b_C", "User-Agent": "aimlchat/1", "X-Extra": "1",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}

	config.Key, config.BaseURL = nil, "https://api.aimlapi.com.example.com/v1"
	for _, id := range []string{"", "no spaces", "né", strings.Repeat("x", 129), "a\nb"} {
		req.ID = id
		add(newClient(t, config).Stream(t.Context(), req))
		for _, name := range []string{"Authorization", "X-Aimlapi-Source", "X-Client-Request-Id"} {
			if got := r.Header.Get(name); got != "" {
				t.Errorf("%q: %s is sent: %q", id, name, got)
			}
		}
	}
}

func TestModelsRequest(t *testing.T) {
	var r *http.Request
	var body string
	config := Config{
		BaseURL: "https://api.aimlapi.com/v1", Transport: capture(&r, &body),
		Key: func(context.Context) (string, error) { return testKey, nil },
	}
	_, _ = newClient(t, config).Models(t.Context())
	if r.URL.RawQuery != "include=pricing,modalities,capabilities" || r.Header.Get("Authorization") != "" {
		t.Errorf("asked %s with %v", r.URL, r.Header)
	}
	config.BaseURL = "https://example.com/v1"
	_, _ = newClient(t, config).Models(t.Context())
	if r.URL.RawQuery != "" || r.Header.Get("Authorization") != "Bearer "+testKey {
		t.Errorf("asked %s with %v", r.URL, r.Header)
	}
	config.Key = func(context.Context) (string, error) { return "", &api.Error{Kind: api.ErrAuth} }
	_, _ = newClient(t, config).Models(t.Context())
	if r.Header.Get("Authorization") != "" {
		t.Error("a key from nowhere")
	}
}

func TestNewRefusesWhatIsNoURL(t *testing.T) {
	for _, url := range []string{"", "api.example.com/v1", "ftp://example.com", "http://", "http://user:pass word@h"} {
		if _, err := New(Config{Name: "test", BaseURL: url}); api.AsError(err) == nil || api.AsError(err).Kind != api.ErrInvalid {
			t.Errorf("%q: got %v", url, err)
		}
	}
}
