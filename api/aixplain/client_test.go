package aixplain

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
	"github.com/aimlchat/aimlchat/api/wire"
)

// roundTrip is a network of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inMemory asks h without a network, so that time can be a bubble's.
func inMemory(h http.Handler) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		asked := r.Clone(r.Context())
		asked.Host = r.URL.Host
		if asked.Body == nil {
			asked.Body = http.NoBody
		}
		reply := httptest.NewRecorder()
		h.ServeHTTP(reply, asked)
		return reply.Result(), nil
	}
}

func testConfig(transport http.RoundTripper) Config {
	return Config{
		Config: wire.Config{
			Name: "aixplain", Transport: transport, KeyHint: "set AIXPLAIN_API_KEY",
			Key: func(context.Context) (string, error) { return aixplaintest.Key, nil },
		},
		PlatformURL: "http://localhost:1", ModelsURL: "http://localhost:2",
	}
}

func newClient(t *testing.T, h http.Handler) *Client {
	t.Helper()
	c, err := New(testConfig(inMemory(h)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask asks model something and adds up what comes.
func ask(ctx context.Context, c *Client, model string, said ...api.Message) *api.Reply {
	return sum(ctx, c, api.Request{Model: model, Messages: said})
}

func sum(ctx context.Context, c *Client, req api.Request) *api.Reply {
	reply := api.NewReply(time.Now())
	for ev, err := range c.Stream(ctx, req) {
		if err != nil {
			reply.Fail(api.Failure(ctx, err), time.Now())
			continue
		}
		reply.Add(ev, time.Now())
	}
	return reply
}

func user(text string) api.Message { return api.Text(api.User, text) }

// sentTo returns the last body that went to a path.
func sentTo(t *testing.T, s *aixplaintest.Server, prefix string) map[string]any {
	t.Helper()
	all := s.Asked(prefix)
	if len(all) == 0 {
		t.Fatalf("nothing was sent to %s", prefix)
	}
	var sent map[string]any
	if err := json.Unmarshal([]byte(all[len(all)-1].Body), &sent); err != nil {
		t.Fatalf("%v: %s", err, all[len(all)-1].Body)
	}
	return sent
}

func TestModelsAnswer(t *testing.T) {
	for _, tt := range []struct {
		model, answer, reasoning string
		usd                      float64
		completion               int64
	}{
		{"model:echo", "You said: hi", "", 0.00025, 5},
		{"model:later", "You said: hi", "", 0.00025, 5},
		{"model:stream", "You said: hi", "", 0, 0},
		{"model:thinker", "You said: hi", "The person said something.", 0, 9},
		{"model:translate", "Vous avez dit : hi", "", 0.00025, 5},
	} {
		t.Run(tt.model, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, new(aixplaintest.Server))
				r := ask(t.Context(), c, tt.model, user("hi"))
				if r.Err != nil || r.Answer.String() != tt.answer || r.Reasoning.String() != tt.reasoning || r.Finish != api.FinishStop {
					t.Errorf("got %q, %q, %q, %v", r.Answer.String(), r.Reasoning.String(), r.Finish, r.Err)
				}
				if r.Protocol != Protocol || len(r.Notices) > 0 {
					t.Errorf("by %s, notices %q", r.Protocol, r.Notices)
				}
				if tt.usd > 0 && (r.Cost.USD == nil || *r.Cost.USD != tt.usd || *r.Cost.Credits != tt.usd || r.Cost.Source != api.Billed) {
					t.Errorf("cost %+v", r.Cost)
				}
				if tt.completion > 0 && (r.Usage.Completion == nil || *r.Usage.Completion != tt.completion) {
					t.Errorf("usage %+v", r.Usage)
				}
			})
		})
	}
}

func TestModelIsToldTheConversation(t *testing.T) {
	server := new(aixplaintest.Server)
	c := newClient(t, server)
	temperature := 0.5
	r := sum(t.Context(), c, api.Request{
		Model: "model:echo", MaxTokens: 50, Temperature: &temperature, Stop: []string{"END"},
		Fields: map[string]any{"options": map[string]any{"x": 1}},
		Messages: []api.Message{
			api.Text(api.System, "Be brief."), user("one"), api.Text(api.Assistant, "1"), user("two"),
		},
	})
	if r.Err != nil || r.Answer.String() != "You said: two (of 4 messages)" {
		t.Errorf("got %q, %v", r.Answer.String(), r.Err)
	}
	sent, _ := json.Marshal(sentTo(t, server, "/api/v2/execute/echo"))
	want := `{"max_tokens":50,"options":{"x":1},"stop":["END"],"temperature":0.5,"text":[{"content":"Be brief.","role":"system"},{"content":"one","role":"user"},{"content":"1","role":"assistant"},{"content":"two","role":"user"}]}`
	if string(sent) != want {
		t.Errorf("sent\n%s, want\n%s", sent, want)
	}
	ask(t.Context(), c, "model:stream", user("hi"))
	if sent := sentTo(t, server, "/api/v2/execute/stream"); sent["text"] != "hi" || sent["options"].(map[string]any)["stream"] != true {
		t.Errorf("sent %v", sent)
	}
	r = ask(t.Context(), c, "model:translate", user("one"), api.Text(api.Assistant, "un"), user("two"))
	if r.Err != nil || r.Answer.String() != "Vous avez dit : two" || len(r.Notices) != 1 {
		t.Errorf("got %q, %q, %v", r.Answer.String(), r.Notices, r.Err)
	}
}

func TestModelFails(t *testing.T) {
	server := new(aixplaintest.Server)
	c := newClient(t, server)
	r := ask(t.Context(), c, "model:failing", user("hi"))
	if r.Err == nil || !strings.Contains(r.Err.Message, "out of order") || r.Err.Hint == "" || r.Err.Kind != api.ErrServer {
		t.Errorf("got %+v", r.Err)
	}
	if n := len(server.Asked("/api/v2/execute")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	for _, model := range []string{"model:nobody", "agent:nobody"} {
		if r := ask(t.Context(), c, model, user("hi")); r.Err == nil || r.Err.Kind != api.ErrNotFound {
			t.Errorf("%s: got %+v", model, r.Err)
		}
	}
	for _, model := range []string{"", "echo", "model:", "model:..", "pipeline:x", "model:a b", "model:a\nb"} {
		if r := ask(t.Context(), c, model, user("hi")); r.Err == nil || r.Err.Kind != api.ErrInvalid {
			t.Errorf("%q: got %+v", model, r.Err)
		}
	}
}

func TestAgentRunsInSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(aixplaintest.Server)
		c := newClient(t, server)
		var kinds []string
		for ev, err := range c.Stream(t.Context(), api.Request{Model: "agent:helper", Messages: []api.Message{user("hi")}}) {
			if err != nil {
				t.Fatal(err)
			}
			if ev, is := ev.(api.Reasoning); is {
				kinds = append(kinds, ev.Text)
			}
		}
		if want := []string{"Researcher · openai/gpt-4o · look it up\n", "Writer · openai/gpt-4o-mini · write it down\n"}; !slices.Equal(kinds, want) {
			t.Errorf("reasoning came as %q, want %q", kinds, want)
		}
		sent := sentTo(t, server, "/v2/agents/helper/run")
		budget := sent["executionParams"].(map[string]any)["budget"].(map[string]any)
		if budget["maxCost"] != 1.0 || budget["maxDurationSeconds"] != 300.0 || budget["maxIterations"] != 30.0 {
			t.Errorf("budget %v", budget)
		}
		if sent["sessionId"] != nil || sent["history"] != nil {
			t.Errorf("sent %v", sent)
		}
		r := ask(t.Context(), c, "agent:helper", user("hi"))
		if r.Err != nil || *r.Cost.Credits != 0.5 || *r.Usage.Prompt != 20 || *r.Usage.Completion != 4 || r.InferenceID != "run-2" {
			t.Errorf("got %+v, %+v, %s, %v", r.Cost, r.Usage, r.InferenceID, r.Err)
		}
		if len(r.Notices) != 1 || r.Notices[0] != "the run took 3s, 0.5 credits, 2 calls" {
			t.Errorf("notices %q", r.Notices)
		}
		r = ask(t.Context(), c, "agent:failing", user("hi"))
		if r.Err == nil || !strings.Contains(r.Err.Message, "lost its way") || r.Reasoning.Len() == 0 {
			t.Errorf("got %+v", r.Err)
		}
	})
}

func TestBothHeaders(t *testing.T) {
	for _, name := range []string{"X-Api-Key", "X-Aixplain-Key"} {
		server := &aixplaintest.Server{KeyHeader: name}
		c := newClient(t, server)
		for range 2 {
			if r := ask(t.Context(), c, "model:echo", user("hi")); r.Err != nil {
				t.Errorf("%s: %v", name, r.Err)
			}
		}
		for _, r := range server.Asked("/") {
			if r.Header.Get("X-Api-Key") != "" && r.Header.Get("X-Aixplain-Key") != "" {
				t.Errorf("both headers at once")
			}
		}
		last := server.Asked("/api/v2/execute")
		if n := len(last); last[n-1].Header.Get(name) == "" || n != 2 {
			t.Errorf("%s: %d requests", name, n)
		}
	}
	config := testConfig(inMemory(&aixplaintest.Server{KeyHeader: "X-Api-Key"}))
	config.Key = func(context.Context) (string, error) { return "wrong-key-987654321", nil }
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if r := ask(t.Context(), c, "agent:helper", user("hi")); r.Err == nil || r.Err.Kind != api.ErrAuth || r.Err.Hint != "set AIXPLAIN_API_KEY" {
		t.Errorf("got %+v", r.Err)
	}
	if _, err := c.Balance(t.Context()); api.AsError(err) == nil || api.AsError(err).Kind != api.ErrAuth {
		t.Errorf("got %v", err)
	}
	config.Key = func(context.Context) (string, error) { return "", errors.New("no keyring") }
	if c, err = New(config); err != nil {
		t.Fatal(err)
	}
	if r := ask(t.Context(), c, "agent:helper", user("hi")); r.Err == nil || r.Err.Message != "no keyring" {
		t.Errorf("got %+v", r.Err)
	}
}

func TestBrokenAnswerGoesOn(t *testing.T) {
	server := new(aixplaintest.Server)
	r := sum(t.Context(), newClient(t, server), api.Request{
		Model: "model:echo", Continue: true,
		Messages: []api.Message{user("one"), api.Text(api.Assistant, "half an")},
	})
	if r.Err != nil || len(sentTo(t, server, "/api/v2/execute/echo")["text"].([]any)) != 3 {
		t.Errorf("got %v", r.Err)
	}
}

// TestOverTheNetwork asks two servers of one service.
func TestOverTheNetwork(t *testing.T) {
	service := new(aixplaintest.Server)
	platform, models := httptest.NewServer(service), httptest.NewServer(service)
	defer platform.Close()
	defer models.Close()
	config := testConfig(nil)
	config.Transport, config.PlatformURL, config.ModelsURL = nil, platform.URL, models.URL
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"model:stream", "model:thinker", "model:echo"} {
		if r := ask(t.Context(), c, model, user("hi")); r.Err != nil || r.Answer.String() != "You said: hi" {
			t.Errorf("%s: %q, %v", model, r.Answer.String(), r.Err)
		}
	}
	if all, err := c.Models(t.Context()); err != nil || len(all) != 9 {
		t.Errorf("got %v, %v", all, err)
	}
}
