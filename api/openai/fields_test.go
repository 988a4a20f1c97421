package openai

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestTools(t *testing.T) {
	req := question
	req.Tools = []api.Tool{
		{Name: "now"},
		{Name: "add", Description: "adds", Parameters: json.RawMessage(`{"type":"object","properties":{"a":{"type":["number","null"],"default":null}},"big":12345678901234567890}`)},
	}
	req.Fields = map[string]any{"tools": []any{map[string]any{"type": "builtin_function", "function": map[string]any{"name": "$web_search"}}}}
	var body struct{ Tools json.RawMessage }
	if err := json.Unmarshal([]byte(bodyOf(t, req)), &body); err != nil {
		t.Fatal(err)
	}
	const want = `[{"type":"function","function":{"name":"now","parameters":{"properties":{},"type":"object"}}},` +
		`{"type":"function","function":{"name":"add","description":"adds","parameters":{"big":12345678901234567890,"properties":{"a":{"type":["number","null"]}},"type":"object"}}},` +
		`{"function":{"name":"$web_search"},"type":"builtin_function"}]`
	if string(body.Tools) != want {
		t.Errorf("got  %s\nwant %s", body.Tools, want)
	}
	if req.Fields["tools"] == nil {
		t.Error("the request was changed")
	}

	req.Tools = []api.Tool{{Name: "odd", Parameters: json.RawMessage(`{`)}}
	if _, err := encode(req, habits{}); err == nil || !strings.Contains(err.Error(), "the parameters of the tool odd") {
		t.Errorf("got %v", err)
	}
}

func TestFields(t *testing.T) {
	temperature := 0.5
	req := question
	req.Temperature = &temperature
	req.Fields = map[string]any{
		"model": "thief", "messages": []any{}, "stream": false,
		"reasoning_effort": "high", "temperature": 1, "web_search_options": map[string]any{},
		"thinking": map[string]any{"type": "enabled", "budget_tokens": 1024, "display": nil},
		"nothing":  nil, "typed": (*int)(nil), "list": []any{nil, "a < b"},
	}
	var got map[string]any
	body := bodyOf(t, req)
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"model": `"m"`, "messages": `[{"content":"Hi","role":"user"}]`, "stream": "true", "max_tokens": "8192",
		"stream_options": `{"include_usage":true}`, "reasoning_effort": `"high"`, "temperature": "1", "web_search_options": "{}",
		"thinking": `{"budget_tokens":1024,"type":"enabled"}`, "list": `["a < b"]`,
	} {
		value, _ := marshal(got[name])
		if string(bytes.TrimSpace(value)) != want {
			t.Errorf("%s: got %s, want %s", name, value, want)
		}
		delete(got, name)
	}
	if len(got) != 0 {
		t.Errorf("also sent: %v", got)
	}

	req.Fields = map[string]any{"max_completion_tokens": 5}
	if body := bodyOf(t, req); strings.Contains(body, "max_tokens") {
		t.Errorf("two limits: %s", body)
	}
	req.Fields = map[string]any{"odd": make(chan int)}
	if _, err := encode(req, habits{}); err == nil || !strings.Contains(err.Error(), "the field odd") {
		t.Errorf("got %v", err)
	}
}

// FuzzEncode builds a request out of anything, and looks for null, for reasoning
// and for an assistant without content.
func FuzzEncode(f *testing.F) {
	f.Add("m", "Hi", "plan", "Hello", `{"a":null}`, `{"google":{"thought_signature":"x"}}`, []byte("text"), "text/plain", 7)
	f.Add("", "", "", "", `null`, `null`, []byte{0, 1}, "image/png", -1)
	f.Add("m\xff", "null", "\x00", "a < b", `[null,[null]]`, `{}`, []byte("```"), "application/pdf", 0)
	f.Fuzz(func(t *testing.T, model, prompt, thought, answer, schema, extra string, data []byte, mime string, limit int) {
		thought = "<secret>" + thought
		req := api.Request{
			Model: model, MaxTokens: limit, Stop: []string{answer},
			Messages: []api.Message{
				{Role: api.User, Parts: []api.Part{{Kind: api.TextPart, Text: prompt}, file(answer, mime, string(data)), {Kind: api.FilePart}}},
				{Role: api.Assistant, Model: model, Parts: []api.Part{
					{Kind: api.ReasoningPart, Text: thought},
					{Kind: api.TextPart, Text: answer},
					call(prompt, answer, schema),
					{Kind: api.ToolCallPart},
					opaque(api.Chat, `{"extra_content":`+extra+`}`),
					{Kind: api.OpaquePart},
				}},
				result(prompt, answer, thought[8:]),
			},
		}
		if json.Valid([]byte(schema)) {
			req.Tools = []api.Tool{{Name: model, Parameters: json.RawMessage(schema)}}
			req.Fields = map[string]any{prompt: json.RawMessage(schema)}
		}
		body, err := encode(req, habits{})
		if err != nil {
			return // a file that nobody takes
		}
		if !strings.Contains(prompt+answer+schema+extra+model+string(data), "<secret>") && bytes.Contains(body, []byte("<secret>")) {
			t.Fatalf("reasoning in %s", body)
		}
		if null := nullIn(t, body); null && !strings.Contains(extra, "null") {
			t.Fatalf("null in %s", body)
		}
	})
}

// nullIn reports whether anything in body is null.
func nullIn(t *testing.T, body []byte) bool {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return false
		}
		if err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		if token == nil {
			return true
		}
	}
}
