package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

func parts(parts ...api.Part) []api.Part { return parts }

func said(text string) api.Part { return api.Part{Kind: api.TextPart, Text: text} }

func called(id, name, arguments string) api.Part {
	return api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: id, Name: name, Arguments: arguments}}
}

func resulted(id, text string) api.Part {
	return api.Part{Kind: api.ToolResultPart, Text: text, Tool: &api.ToolCall{ID: id}}
}

func sealed(protocol api.Protocol, data string) api.Part {
	return api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: protocol, Data: json.RawMessage(data)}}
}

func file(name, mime, data string) api.Part {
	return api.Part{Kind: api.FilePart, File: &api.File{Name: name, MIME: mime, Data: []byte(data)}}
}

func thought(text string) api.Part { return api.Part{Kind: api.ReasoningPart, Text: text} }

// sentFor is what is sent for messages.
func sentFor(t *testing.T, req api.Request) (map[string]json.RawMessage, []string) {
	t.Helper()
	b, notes, err := compose(req, habits{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.encode()
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out, notes
}

const (
	signed = `{"type":"thinking","thinking":"a < b & c ","signature":"c2ln/+=="}`
	cipher = `{"type":"redacted_thinking","data":"Q0lQ"}`
)

func TestMessages(t *testing.T) {
	user, model := api.User, "claude-test"
	for _, tt := range []struct {
		name   string
		all    []api.Message
		want   string
		system string
	}{
		{"alternating", []api.Message{
			api.Text(api.System, "Be brief."), api.Text(user, "q1"), api.Text(user, "q2"), api.Text(api.System, " "),
			{Role: api.Assistant, Model: model, Parts: parts(thought("hm"), said("a1"), sealed(api.Messages, signed))},
			{Role: api.Assistant, Parts: parts(thought("stopped while thinking"))},
			api.Text(api.System, "In verse."), api.Text(user, "q3"),
		}, `[{"role":"user","content":[{"type":"text","text":"q1"},{"type":"text","text":"q2"}]},` +
			`{"role":"assistant","content":[{"type":"text","text":"a1"}]},{"role":"user","content":[{"type":"text","text":"q3"}]}]`, `"Be brief.\n\nIn verse."`},
		{"the model begins, blank text, the model is continued", []api.Message{
			api.Text(api.Assistant, "Hello."), api.Text(user, "\n "), api.Text(user, "q"), api.Text(api.Assistant, "a, \n"),
		}, `[{"role":"user","content":[{"type":"text","text":"…"}]},{"role":"assistant","content":[{"type":"text","text":"Hello."}]},` +
			`{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"text","text":"a,"}]}]`, ""},
		{"a turn that goes on", []api.Message{
			api.Text(user, "q"),
			{Role: api.Assistant, Model: model, Parts: parts(thought("hm"), said("Let me look."), called("t1", "f", `{"a": [1, null]}`), called("t2", "g", ""), sealed(api.Messages, signed), sealed(api.Messages, cipher), sealed(api.Chat, `{"x":1}`))},
			{Role: api.ToolRole, Parts: parts(resulted("t2", " \n"))},
			{Role: api.ToolRole, Parts: parts(resulted("t1", "42"), resulted("t1", "again"), resulted("t9", "whose?"))},
		}, `[{"role":"user","content":[{"type":"text","text":"q"}]},` +
			`{"role":"assistant","content":[` + signed + `,` + cipher + `,{"type":"text","text":"Let me look."},{"type":"tool_use","id":"t1","name":"f","input":{"a":[1,null]}},{"type":"tool_use","id":"t2","name":"g","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"t2"},{"type":"tool_result","tool_use_id":"t1","content":"42"}]}]`, ""},
		{"the same when it is over", []api.Message{
			api.Text(user, "q"),
			{Role: api.Assistant, Model: model, Parts: parts(called("t1", "f", `{}`), sealed(api.Messages, signed))},
			{Role: api.ToolRole, Parts: parts(resulted("t1", "42"))},
			{Role: api.Assistant, Model: model, Parts: parts(said("It is 42."), sealed(api.Messages, cipher))},
			api.Text(user, "Sure?"),
		}, `[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"42"}]},{"role":"assistant","content":[{"type":"text","text":"It is 42."}]},` +
			`{"role":"user","content":[{"type":"text","text":"Sure?"}]}]`, ""},
		{"the thought of another model", []api.Message{
			api.Text(user, "q"),
			{Role: api.Assistant, Model: "claude-other", Parts: parts(called("call:1", "f", "no JSON"), sealed(api.Messages, signed))},
			{Role: api.ToolRole, Parts: parts(resulted("call:1", "42"))},
		}, `[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"f","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"42"}]}]`, ""},
		{"a long turn, ids that come twice", []api.Message{
			api.Text(user, "q"),
			{Role: api.Assistant, Model: model, Parts: parts(called("0", "f", `{}`), sealed(api.Messages, signed))},
			{Role: api.ToolRole, Parts: parts(resulted("0", "1"))},
			{Role: api.Assistant, Model: model, Parts: parts(called("0", "f", `{}`), sealed(api.Messages, cipher))},
			{Role: api.ToolRole, Parts: parts(resulted("0", "2"))},
		}, `[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[` + signed + `,{"type":"tool_use","id":"0","name":"f","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"0","content":"1"}]},{"role":"assistant","content":[` + cipher + `,{"type":"tool_use","id":"0_2","name":"f","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","tool_use_id":"0_2","content":"2"}]}]`, ""},
		{"calls without results, results without calls", []api.Message{
			api.Text(user, "q"),
			{Role: api.Assistant, Model: model, Parts: parts(said("Wait."), called("t1", "f", `{}`), sealed(api.Messages, signed))},
			api.Text(user, "Never mind."),
			{Role: api.ToolRole, Parts: parts(resulted("t1", "42"))},
		}, `[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"text","text":"Wait."}]},{"role":"user","content":[{"type":"text","text":"Never mind."}]}]`, ""},
		{"files", []api.Message{{Role: user, Parts: parts(
			said("See"), file("a.jpg", "image/jpg", "J"), file("b.pdf", "application/pdf", "%PDF"), file("c.go", "text/x-go", "package c\n"),
			file("d.svg", "image/svg+xml", "<svg/>"),
			api.Part{Kind: api.FilePart, File: &api.File{Name: "e.png", MIME: "image/png", URL: "https://files.example/e.png"}},
		)}}, `[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"Sg=="}},` +
			`{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"b.pdf"},` +
			"{\"type\":\"text\",\"text\":\"File c.go:\\n```\\npackage c\\n```\"},{\"type\":\"text\",\"text\":\"File d.svg:\\n```\\n<svg/>\\n```\"}," +
			`{"type":"image","source":{"type":"url","url":"https://files.example/e.png"}}]}]`, ""},
		{"nothing", nil, `[]`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, notes := sentFor(t, api.Request{Model: model, Messages: tt.all})
			if string(got["messages"]) != tt.want {
				t.Errorf("got  %s\nwant %s", got["messages"], tt.want)
			}
			if string(got["system"]) != tt.system {
				t.Errorf("system: got %s", got["system"])
			}
			if len(notes) > 0 {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

func TestFilesThatCannotGo(t *testing.T) {
	song := api.Message{Role: api.User, Parts: parts(said("Listen"), file("a.wav", "audio/wav", "RIFF\x00"))}
	req := api.Request{Model: "m", Messages: []api.Message{song}}
	var e *api.Error
	if _, _, err := compose(req, habits{}); !errors.As(err, &e) || e.Kind != api.ErrInvalid || !strings.Contains(e.Message, "sending a.wav") {
		t.Errorf("got %v", err)
	}
	req.Messages = append(req.Messages, api.Text(api.Assistant, "I can't."), api.Text(api.User, "And now?"))
	if _, notes := sentFor(t, req); len(notes) != 1 || !strings.HasPrefix(notes[0], "a.wav is not sent") {
		t.Errorf("notes %q", notes)
	}
	req.Messages[2] = api.Message{Role: api.User, Parts: parts(api.Part{Kind: api.FilePart, File: &api.File{Name: "b.png", MIME: "image/png"}})}
	if _, _, err := compose(req, habits{}); err == nil {
		t.Error("no error for a file that was not loaded")
	}
}

func TestFields(t *testing.T) {
	warm, top, seed := 0.0, 0.5, int64(3)
	got, notes := sentFor(t, api.Request{
		Model: "m", Messages: asked.Messages, MaxTokens: 100, Temperature: &warm, TopP: &top, Seed: &seed, Stop: []string{"END", " "},
		Tools: []api.Tool{
			{Name: "f", Description: "does it", Parameters: json.RawMessage(`{"type":"object","properties":{"a":{"default":null}}}`)},
			{Name: "g"},
		},
		Fields: map[string]any{
			"tools":    []map[string]any{{"type": "web_search_20250305", "name": "web_search"}},
			"metadata": map[string]any{"user_id": "u", "other": nil}, "service_tier": nil, "top_p": 0.7,
		},
	})
	want := map[string]string{
		"model": `"m"`, "stream": "true", "max_tokens": "100", "temperature": "0", "top_p": "0.7", "stop_sequences": `["END"]`,
		"messages": `[{"role":"user","content":[{"type":"text","text":"Hi"}]}]`, "metadata": `{"user_id":"u"}`,
		"tools": `[{"description":"does it","input_schema":{"type":"object","properties":{"a":{"default":null}}},"name":"f"},` +
			`{"input_schema":{"type":"object","properties":{}},"name":"g"},{"name":"web_search","type":"web_search_20250305"}]`,
	}
	for name, value := range got {
		if string(value) != want[name] {
			t.Errorf("%s: got %s, want %s", name, value, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "seed") {
		t.Errorf("notes %q", notes)
	}
	if _, _, err := compose(api.Request{Fields: map[string]any{"x": math.NaN()}}, habits{}); err == nil {
		t.Error("no error for what is no JSON")
	}
}

func TestLimit(t *testing.T) {
	within := func(budget any) map[string]any {
		return map[string]any{"thinking": map[string]any{"type": "enabled", "budget_tokens": budget}}
	}
	for _, tt := range []struct {
		name        string
		max         int
		fields      map[string]any
		habits      habits
		want        string
		budget      string
		notes       int
		messagesToo []api.Message
	}{
		{name: "nothing said", want: "8192"},
		{name: "a negative limit", max: -5, want: "8192"},
		{name: "a budget", fields: within(4000), want: "12192", budget: "4000"},
		{name: "a budget and a larger limit", max: 5000, fields: within(4000), want: "5000", budget: "4000"},
		{name: "a budget and an equal limit", max: 4000, fields: within(4000), want: "8000", budget: "4000", notes: 1},
		{name: "a limit among the fields", max: 1, fields: map[string]any{"max_tokens": int64(77)}, want: "77"},
		{name: "a limit that is none", max: 9, fields: map[string]any{"max_tokens": "many"}, want: "9"},
		{name: "as the model likes", fields: map[string]any{"thinking": map[string]any{"type": "adaptive"}}, want: "32768"},
		{name: "as the model likes, within a limit", max: 50, fields: map[string]any{"thinking": map[string]any{"type": "adaptive"}}, want: "50"},
		{name: "the model gives less", max: 9000, habits: habits{mostTokens: 4096}, want: "4096", notes: 1},
		{name: "the model gives less than the budget", fields: within(9000), habits: habits{mostTokens: 4096}, want: "4096", budget: "2048", notes: 1},
		{name: "the model wants more thought", fields: within(10), habits: habits{leastBudget: 1024}, want: "9216", budget: "1024", notes: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, notes, err := compose(api.Request{Messages: asked.Messages, MaxTokens: tt.max, Fields: tt.fields}, tt.habits)
			if err != nil {
				t.Fatal(err)
			}
			data, _ := b.encode()
			var got struct {
				Max      json.Number `json:"max_tokens"`
				Thinking struct {
					Budget json.Number `json:"budget_tokens"`
				}
			}
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if got.Max.String() != tt.want || got.Thinking.Budget.String() != tt.budget || len(notes) != tt.notes {
				t.Errorf("got %s and a budget of %s, notes %q", got.Max, got.Thinking.Budget, notes)
			}
		})
	}
}

// TestEveryRequest makes requests of all sorts and holds each body to what the
// protocol demands.
func TestEveryRequest(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 3000 {
		req := anyRequest(rng)
		b, _, err := compose(req, habits{mostTokens: int64(rng.IntN(3) * 5000), leastBudget: int64(rng.IntN(2) * 1024)})
		if err != nil {
			t.Fatal(err)
		}
		data, err := b.encode()
		if err != nil {
			t.Fatal(err)
		}
		if why := offence(data); why != "" {
			t.Fatalf("%s: %s", why, data)
		}
	}
}

// offence says what is wrong with a body.
func offence(data []byte) string {
	var b struct {
		Max      float64 `json:"max_tokens"`
		Thinking *struct {
			Budget any `json:"budget_tokens"`
		}
		Messages []struct {
			Role    api.Role
			Content []map[string]any
		}
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return err.Error()
	}
	if b.Max < 1 {
		return "no limit"
	}
	if b.Thinking != nil {
		if budget, ok := b.Thinking.Budget.(float64); ok && budget >= b.Max {
			return "no room for an answer"
		}
	}
	if strings.Contains(string(data), "null") {
		return "null"
	}
	open, used := map[any]bool{}, map[any]bool{}
	for i, m := range b.Messages {
		switch {
		case m.Role != []api.Role{api.User, api.Assistant}[i%2]:
			return "not in turn"
		case len(m.Content) == 0:
			return "an empty turn"
		}
		if len(open) > 0 && m.Role == api.Assistant {
			return "a call without a result"
		}
		for _, block := range m.Content {
			text, isText := block["text"].(string)
			switch id := block["id"]; {
			case block["type"] == "text" && (!isText || strings.TrimSpace(text) == ""):
				return "blank text"
			case block["type"] == "tool_use" && used[id]:
				return "an id twice"
			case block["type"] == "tool_use":
				open[id], used[id] = true, true
			case block["type"] == "tool_result" && !open[block["tool_use_id"]]:
				return "a result without a call"
			case block["type"] == "tool_result":
				delete(open, block["tool_use_id"])
			case block["type"] == "thinking" && m.Role != api.Assistant:
				return "thought of the person"
			}
		}
	}
	if len(open) > 0 {
		return "a call without a result"
	}
	return ""
}

func anyRequest(rng *rand.Rand) api.Request {
	req := api.Request{Model: "m", MaxTokens: rng.IntN(9000) - 1000}
	for range rng.IntN(9) {
		m := api.Message{
			Role:  []api.Role{api.System, api.User, api.Assistant, api.ToolRole, api.Assistant, api.ToolRole}[rng.IntN(6)],
			Model: []string{"m", "n"}[rng.IntN(2)],
		}
		for range rng.IntN(5) {
			id := []string{"", "a", "b", "c:1", "c_1"}[rng.IntN(5)]
			m.Parts = append(m.Parts, []api.Part{
				said(""), said(" \n"), said("words "), thought("hm"), called(id, "f", []string{"", `{"a":1}`, "[1]", `{"a`}[rng.IntN(4)]),
				resulted(id, "r"), sealed(api.Messages, signed),
				{Kind: api.ToolCallPart},
				{Kind: api.ToolResultPart},
				{Kind: api.FilePart},
				{Kind: api.OpaquePart},
				file("a.txt", "text/plain", "text"),
			}[rng.IntN(12)])
		}
		req.Messages = append(req.Messages, m)
	}
	budget := []any{1024, int64(-3), 0, 1e300, -1e300, uint64(math.MaxUint64), 4096.5, "many", nil, rng.IntN(20000), json.Number("1e400")}[rng.IntN(11)]
	kind := []any{"enabled", "adaptive", "disabled", nil, 3}[rng.IntN(5)]
	switch rng.IntN(4) {
	case 0:
		req.Fields = map[string]any{"thinking": map[string]any{"type": kind, "budget_tokens": budget}}
	case 1:
		req.Fields = map[string]any{"thinking": map[string]any{"type": "enabled", "budget_tokens": budget}, "max_tokens": budget}
	case 2:
		req.Fields = map[string]any{"thinking": nil, "max_tokens": rng.IntN(100), "x": []any{map[string]any{"y": nil}}}
	}
	return req
}

// capture keeps the last request, and answers nothing.
func capture(r **http.Request, body *string) transport {
	return func(req *http.Request) (*http.Response, error) {
		*r, *body = req, ""
		if req.Body != nil {
			data, _ := io.ReadAll(req.Body)
			*body = string(data)
		}
		return &http.Response{StatusCode: http.StatusNotFound, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
}

func TestHeaders(t *testing.T) {
	var r *http.Request
	var body string
	config := wire.Config{
		Name: "test", BaseURL: "https://api.aimlapi.com/v1/", Transport: capture(&r, &body),
		Key: func(context.Context) (string, error) { return " k-123\n", nil },
	}
	for _, tt := range []struct {
		native bool
		more   map[string]string
		want   map[string]string
	}{
		{false, nil, map[string]string{"Authorization": "Bearer k-123", "X-Api-Key": "", "Anthropic-Version": "2023-06-01", "Accept": "text/event-stream"}},
		{true, map[string]string{"anthropic-version": "2099-01-01", "anthropic-beta": "b"}, map[string]string{
			"Authorization": "", "X-Api-Key": "k-123", "Anthropic-Version": "2099-01-01", "Anthropic-Beta": "b",
		}},
	} {
		config.Headers = tt.more
		client, err := New(Config{Config: config, Native: tt.native})
		if err != nil {
			t.Fatal(err)
		}
		if client.Name() != "test" {
			t.Errorf("called %q", client.Name())
		}
		add(client.Stream(t.Context(), asked))
		if got := r.URL.String(); got != "https://api.aimlapi.com/v1/messages" {
			t.Errorf("asked %s", got)
		}
		for name, want := range tt.want {
			if got := r.Header.Get(name); got != want {
				t.Errorf("native %t: %s: got %q, want %q", tt.native, name, got, want)
			}
		}
		_, _ = client.Models(t.Context())
		if got := r.URL.RequestURI(); r.Header.Get("Anthropic-Version") == "" || tt.native != (got == "/v1/models?limit=1000") {
			t.Errorf("native %t: asked %s", tt.native, got)
		}
	}
	if _, err := New(Config{Config: wire.Config{BaseURL: "ftp://x"}}); api.AsError(err) == nil {
		t.Error("no error for what is no address")
	}
}
