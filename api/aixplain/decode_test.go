package aixplain

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
)

// TestReplies decodes replies of every shape that the contract names.
func TestReplies(t *testing.T) {
	for _, tt := range []struct {
		name, model string
		status      int
		body        string
		want        seen
	}{
		{"at once", "model:x", 200, `{"status":"SUCCESS","completed":true,"data":"four"}`, seen{answer: "four", finish: stop}},
		{"at once, lower case", "model:x", 200, `{"status":"success","data":"four"}`, seen{answer: "four", finish: stop}},
		{"bare", "model:x", 200, `{"data":"four"}`, seen{answer: "four", finish: stop}},
		{"completed, no status", "model:x", 200, `{"completed":"true","data":"four"}`, seen{answer: "four", finish: stop}},
		{"details only", "model:x", 200, `{"status":"SUCCESS","data":"","details":{"message":{"content":"four","reasoning_details":[{"text":"2+"},{"summary":"2"}]},"finish_reason":"length"}}`, seen{answer: "four", reasoning: "2+2", finish: api.FinishLength}},
		{"inline thought", "model:x", 200, `{"status":"SUCCESS","data":"<think>2+2</think>four"}`, seen{answer: "four", reasoning: "2+2", finish: stop}},
		{"object", "tool:x", 200, `{"status":"SUCCESS","data":{"a":1}}`, seen{answer: "```json\n{\n  \"a\": 1\n}\n```", finish: stop}},
		{"number", "model:x", 200, `{"status":"SUCCESS","data":0.5}`, seen{answer: "0.5", finish: stop}},
		{"false", "model:x", 200, `{"status":"SUCCESS","data":false}`, seen{answer: "false", finish: stop}},
		{"null", "model:x", 200, `{"status":"SUCCESS","data":null}`, seen{finish: stop}},
		{"address", "model:x", 200, `{"status":"SUCCESS","completed":true,"data":"https://cdn.example/a.png"}`, seen{answer: "https://cdn.example/a.png", finish: stop}},
		{"failed", "model:x", 200, `{"status":"FAILED","error_message":"no"}`, seen{kind: api.ErrServer, message: "no"}},
		{"failed, the supplier first", "model:x", 200, `{"status":"FAILED","message":"d","error":"c c","errorMessage":"b","supplierError":"a"}`, seen{kind: api.ErrServer, message: ": a"}},
		{"failed without a word", "agent:x", 200, `{"status":"FAILED","data":{"output":null}}`, seen{kind: api.ErrServer, message: "localhost:1 failed"}},
		{"an error and no status", "model:x", 200, `{"error":"Bad things happened"}`, seen{kind: api.ErrServer, message: "Bad things"}},
		{"an unknown end", "model:x", 200, `{"status":"ABORTED","completed":true,"errorMessage":"aborted by admin"}`, seen{kind: api.ErrServer, message: "aborted by admin"}},
		{"agent at once", "agent:x", 200, `{"status":"SUCCESS","data":{"output":{"a":1}}}`, seen{answer: "```json\n{\n  \"a\": 1\n}\n```", finish: stop}},
		{"agent, text", "agent:x", 200, `{"status":"SUCCESS","data":"four"}`, seen{answer: "four", finish: stop}},
		{"agent, older steps", "agent:x", 200, `{"status":"SUCCESS","data":{"output":"four","intermediateSteps":[{"agent":"A","unit":"U"},{"agent":"B"}]}}`, seen{answer: "four", reasoning: "A · U\nB\n", finish: stop}},
		{"agent, later", "agent:x", 201, `{"requestId":"r"}`, seen{answer: "later", finish: stop}},
		{"page", "model:x", 200, `<html>`, seen{kind: api.ErrBadResponse, message: "a web page"}},
		{"nothing promised", "model:x", 200, `{"status":"IN_PROGRESS"}`, seen{kind: api.ErrBadResponse, message: "neither"}},
		{"list", "model:x", 200, `[1]`, seen{kind: api.ErrCut}},
		{"broken", "model:x", 200, `{"status":`, seen{kind: api.ErrCut}},
		{"402", "model:x", 402, `{"statusCode":402,"message":"Pay"}`, seen{kind: api.ErrFunds}},
		{"492", "model:x", 492, `{"message":"URL cannot be fetched"}`, seen{kind: api.ErrInvalid, message: "URL"}},
		{"stream", "model:x", 200, "data: {\"data\":\"fo\"}\n\n: ping\n\ndata: {\"data\":\"ur\"}\n\n", seen{answer: "four", finish: stop}},
		{"stream, mark in a document", "model:x", 200, "data: {\"data\":\"four\"}\n\ndata: {\"data\":\"[DONE]\"}\n\n", seen{answer: "four", finish: stop}},
		{"stream, cut inside", "model:x", 200, "data: {\"data\":\"four\"}\n\ndata: {\"data\":\"fi", seen{answer: "four", kind: api.ErrCut}},
		{"stream of nothing", "model:x", 200, "data: \n\n", seen{kind: api.ErrCut}},
		{"stream, one document in two events", "model:x", 200, "data: {\"data\":\"fo\n\ndata: ur\"}\n\n", seen{answer: "four", finish: stop}},
		{"stream fails", "model:x", 200, "data: {\"data\":\"four\"}\n\ndata: {\"status\":\"FAILED\",\"errorMessage\":\"out\"}\n\n", seen{answer: "four", kind: api.ErrServer, message: "out"}},
		{"stream, error event", "model:x", 200, "data: {\"data\":\"four\"}\n\nevent: error\ndata: {\"message\":\"out\"}\n\n", seen{answer: "four", kind: api.ErrServer, message: "out"}},
		{"stream, never JSON", "model:x", 200, "data: {\"data\":\"four\"}\n\n" + strings.Repeat("data: {nonsense\n\n", 40), seen{answer: "four", kind: api.ErrBadResponse}},
		{"stream, calls", "model:x", 200, `data: {"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"n":1}}},{"id":"b","function":{"name":"g"}}]}}]}` + "\n\n", seen{tools: `a f {"n":1};b g ;`, finish: api.FinishTools}},
		{"stream, second choice", "model:x", 200, `data: {"choices":[{"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}` + "\n\n", seen{answer: "a", finish: stop}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := play(t, strings.Replace(tt.model, "tool:x", "model:x", 1), tt.status, []byte(tt.body)); !got.is(tt.want) {
					t.Errorf("got %+v, want %+v", got, tt.want)
				}
			})
		})
	}
}

func TestProgressOfOlderBuilds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c, _ := flaky(t, func(int32) (*http.Response, error) {
			n++
			return reply(200, []string{
				`{"status":"IN_PROGRESS","progress":{"stage":"planning","tool":null,"reason":""}}`,
				`{"status":"IN_PROGRESS","progress":{"stage":"planning","tool":null,"reason":""}}`,
				`{"status":"RUNNING","completed":false,"progress":{"stage":"tool","tool":"search","reason":"to know"}}`,
				`{"status":"SUCCESS","completed":true,"data":{"output":"four"}}`,
			}[n-1]), nil
		})
		r := ask(t.Context(), c, "agent:helper", user("hi"))
		if r.Err != nil || r.Reasoning.String() != "planning\ntool · search · to know\n" || r.Answer.String() != "four" {
			t.Errorf("got %q, %q, %v", r.Reasoning.String(), r.Answer.String(), r.Err)
		}
	})
}

func TestAddresses(t *testing.T) {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for named, want := range map[string]string{
		"https://models.aixplain.com/api/v1/data/a90c":                "../api/v1/data/a90c",
		"https://MODELS.aixplain.com:443/api/v1/data/a90c":            "../api/v1/data/a90c",
		"https://platform-api.aixplain.com/sdk/agents/190b/result":    "../sdk/agents/190b/result",
		"http://models.aixplain.com/api/v1/data/a90c":                 "",
		"https://models.aixplain.com:444/api/v1/data/a90c":            "",
		"https://models.aixplain.com@evil.example/api/v1/data/a90c":   "",
		"https://models.aixplain.com.evil.example/api/v1/data/a90c":   "",
		"https://evil.example/https://models.aixplain.com/api/v1/dat": "",
		"models.aixplain.com/api/v1/data":                             "",
		"https://%zz":                                                 "",
	} {
		if at, where := bind(named, c.models, c.platform); at.path != want || (where == "") != (want != "") {
			t.Errorf("%s: got %q, %q", named, at.path, where)
		}
	}
	config := testConfig(nil)
	config.ModelsURL = "http://localhost:2/proxy/aix/api/v2/execute/"
	if c, err = New(config); err != nil {
		t.Fatal(err)
	}
	if at, _ := bind("http://localhost:2/api/v1/data/u", c.models); at.host.base.JoinPath(at.path).String() != "http://localhost:2/api/v1/data/u" {
		t.Errorf("got %s", at.host.base.JoinPath(at.path))
	}
}

// TestLessons has models refuse what others take.
func TestLessons(t *testing.T) {
	conversation := []api.Message{api.Text(api.System, "Be brief."), user("one"), api.Text(api.Assistant, "1"), user("two")}
	seed := int64(7)
	for _, tt := range []struct {
		refusal string
		again   func(sent map[string]any) bool // what is refused
	}{
		{"max_tokens is not allowed", func(s map[string]any) bool { return s["max_tokens"] != nil }},
		{"property seed should not exist", func(s map[string]any) bool { return s["seed"] != nil }},
		{"streaming is not supported", func(s map[string]any) bool { return s["options"] != nil }},
		{"text.0.role must be one of: user, assistant", func(s map[string]any) bool { return strings.Contains(fmt.Sprint(s["text"]), "role:system") }},
		{"text must be a string", func(s map[string]any) bool { _, is := s["text"].(string); return !is }},
	} {
		asked := 0
		c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				http.NotFound(w, r)
				return
			}
			asked++
			var sent map[string]any
			if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || tt.again(sent) {
				w.WriteHeader(http.StatusBadRequest)
				_ = json.NewEncoder(w).Encode(map[string]any{"statusCode": 400, "message": []string{tt.refusal}})
				return
			}
			_, _ = io.WriteString(w, `{"data":"fine"}`)
		}))
		for range 2 {
			if r := sum(t.Context(), c, api.Request{Model: "model:x", Messages: conversation, Seed: &seed}); r.Err != nil {
				t.Errorf("%s: %v", tt.refusal, r.Err)
			}
		}
		if asked != 3 {
			t.Errorf("%s: asked %d times", tt.refusal, asked)
		}
	}
}

func TestAgentWithoutHistory(t *testing.T) {
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), `"history"`) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"statusCode":400,"message":"property history should not exist"}`)
			return
		}
		_, _ = io.WriteString(w, `{"status":"SUCCESS","data":"fine"}`)
	}))
	r := ask(t.Context(), c, "agent:x", user("one"), api.Text(api.Assistant, "1"), user("two"))
	if r.Err != nil || r.Answer.String() != "fine" || !slices.Contains(r.Notices, "the agent takes no conversation: only the last message is sent") {
		t.Errorf("got %q, %q, %v", r.Answer.String(), r.Notices, r.Err)
	}
}

func TestWishesAreNotForgotten(t *testing.T) {
	server := new(aixplaintest.Server)
	c := newClient(t, server)
	temperature := 0.0
	req := api.Request{
		Model: "model:echo", Effort: api.HighEffort, Web: true, ThinkingBudget: 5, Tools: []api.Tool{{Name: "f"}}, Temperature: &temperature,
		Messages: []api.Message{api.Text(api.System, "Be brief."), {Role: api.User, Parts: []api.Part{
			{Kind: api.FilePart, File: &api.File{Name: "a.txt", MIME: "text/plain", Data: []byte("content")}}, {Kind: api.TextPart, Text: "hi"},
		}}},
	}
	if r := sum(t.Context(), c, req); r.Err != nil || len(r.Notices) != 3 || !strings.Contains(r.Answer.String(), "content") {
		t.Errorf("got %q, %v", r.Notices, r.Err)
	}
	if sent := sentTo(t, server, "/api/v2/execute/echo"); sent["options"].(map[string]any)["raw"] != true || sent["tools"] == nil {
		t.Errorf("sent %v", sent)
	}
	req.Model = "agent:helper"
	req.Fields = map[string]any{"executionParams": map[string]any{"budget": map[string]any{"maxCost": 0.1}, "maxTime": 5}, "query": map[string]any{"place": "here"}}
	synctest.Test(t, func(t *testing.T) {
		if r := sum(t.Context(), c, req); r.Err != nil || len(r.Notices) != 7 {
			t.Errorf("got %q, %v", r.Notices, r.Err)
		}
	})
	params := sentTo(t, server, "/v2/agents/helper/run")["executionParams"].(map[string]any)
	if budget := params["budget"].(map[string]any); budget["maxCost"] != 0.1 || budget["maxIterations"] != 30.0 || params["maxTime"] != 5.0 {
		t.Errorf("sent %v", params)
	}
	req.Messages[1].Parts[0].File.MIME = "image/png"
	if r := sum(t.Context(), c, req); r.Err == nil || r.Err.Kind != api.ErrInvalid || !strings.Contains(r.Err.Message, "a.txt") {
		t.Errorf("got %+v", r.Err)
	}
	req.Messages = append(req.Messages, api.Text(api.Assistant, "no"), user("then not"))
	if r := sum(t.Context(), c, api.Request{Model: "model:echo", Messages: req.Messages}); r.Err != nil || len(r.Notices) != 1 {
		t.Errorf("got %q, %v", r.Notices, r.Err)
	}
}

func TestTools(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(aixplaintest.Server)
		c := newClient(t, server)
		for _, id := range []string{"scraper", "tool:scraper"} {
			got, err := c.RunTool(t.Context(), id, "scrape", json.RawMessage(`{"url":"https://example.com"}`))
			if err != nil || !strings.Contains(got.Text, `"pages": 1`) || *got.Cost.Credits != 0.00025 {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		if sent := sentTo(t, server, "/api/v2/execute/scraper"); len(sent) != 2 || sent["action"] != "scrape" || fmt.Sprint(sent["data"]) != "map[url:https://example.com]" {
			t.Errorf("sent %v", sent)
		}
		r := ask(t.Context(), c, "tool:scraper", user("one"), api.Text(api.Assistant, "1"), user(" list\n"))
		if r.Err != nil || !strings.Contains(r.Answer.String(), `"list {}"`) {
			t.Errorf("got %q, %v", r.Answer.String(), r.Err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.RunTool(ctx, "scraper", "scrape", nil); api.AsError(err) == nil || api.AsError(err).Kind != api.ErrCanceled {
			t.Errorf("got %v", err)
		}
		for _, line := range []string{"", "{}", "scrape this", "scrape []", "scrape null", `scrape {"a":1} b`} {
			if r := ask(t.Context(), c, "tool:scraper", user(line)); r.Err == nil || r.Err.Kind != api.ErrInvalid || r.Err.Hint == "" {
				t.Errorf("%q: got %+v", line, r.Err)
			}
		}
	})
}

func TestLists(t *testing.T) {
	server := new(aixplaintest.Server)
	c := newClient(t, server)
	all, err := c.Models(t.Context())
	var ids []string
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	if want := "model:echo model:later model:stream model:thinker model:failing model:endless agent:helper agent:failing agent:endless"; err != nil || strings.Join(ids, " ") != want {
		t.Errorf("got %q, %v", ids, err)
	}
	if all, err = c.Search(t.Context(), " translat"); err != nil || len(all) != 1 || all[0].ID != "model:translate" || all[0].Type != "aixplain/translation" {
		t.Errorf("got %+v, %v", all, err)
	}
	if all, err = c.Search(t.Context(), "SCRAPE"); err != nil || len(all) != 1 || all[0].ID != "tool:scraper" || all[0].Type != ToolType {
		t.Errorf("got %+v, %v", all, err)
	}
	tools, err := c.Tools(t.Context())
	if err != nil || len(tools) != 2 || tools[0].ID != "scraper" || len(tools[0].Actions) != 3 || tools[1].Actions != nil {
		t.Errorf("got %+v, %v", tools, err)
	}
	balance, err := c.Balance(t.Context())
	if err != nil || *balance.USD != 4.5 || balance.Credits != nil {
		t.Errorf("got %+v, %v", balance, err)
	}
}

func TestListsThatNeverEnd(t *testing.T) {
	n := 0
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if strings.Contains(r.URL.Path, "agents") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, `{"results":[{"id":"%d"},{"id":"same"},{"id":".."},{"id":null},7],"total":1e300}`, n)
	}))
	if all, err := c.Models(t.Context()); err != nil || n != maxPages+1 || len(all) != maxPages+1 {
		t.Errorf("%d pages, %d models, %v", n, len(all), err)
	}
	for status, body := range map[int]string{200: `"nonsense`, 403: `{}`, 500: `{}`} {
		c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		if all, err := c.Models(t.Context()); err == nil || all != nil {
			t.Errorf("%d: got %v", status, all)
		}
		if _, err := c.Balance(t.Context()); err == nil {
			t.Errorf("%d: no error", status)
		}
	}
}

// FuzzReplies feeds anything as the reply of anything.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{
		`{"status":"SUCCESS","data":"four","usage":{"prompt_tokens":"NaN"},"details":[{"message":{"reasoning":"r"}}]}`,
		`{"status":"IN_PROGRESS","completed":true,"data":"http://localhost:2/u","requestId":"r"}`,
		`{"status":"SUCCESS","data":{"output":"10","steps":[{"id":"1","agent":{"name":"A"},"unit":"U","input_tokens":1}],"executionStats":{"credits":0.5}}}`,
		"data: {\"data\":\"a\"}\n\ndata: {\"choices\":{\"delta\":{\"tool_calls\":{\"function\":{}}}}}\n\ndata: [DONE]\n\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, k := range []kind{aModel, anAgent, aTool} {
			check(t, k, func(d *decoder) ([]api.Event, *api.Error) { return d.Whole(body, nil) })
			check(t, k, func(d *decoder) (all []api.Event, failure *api.Error) {
				for frame, err := range api.Frames(strings.NewReader(string(body)), 1<<20) {
					if err != nil {
						return all, api.AsError(err)
					}
					_, events, failure := d.Frame(frame)
					all = append(all, events...)
					if failure != nil {
						return all, failure
					}
				}
				return all, nil
			})
		}
		_, _ = bind(string(body))
		_, _, _ = ParseAction(string(body))
	})
}

// check holds a decoder to the promises of a stream.
func check(t *testing.T, k kind, decode func(d *decoder) ([]api.Event, *api.Error)) {
	d := &decoder{kind: k, service: api.Service{Host: "host"}}
	events, failure := decode(d)
	if failure == nil {
		last, failure := d.End()
		events = append(slices.Clone(events), last...)
		if failure == nil {
			if _, over := last[len(last)-1].(api.Finish); !over {
				t.Fatal("an end without a finish")
			}
		}
	}
	for _, ev := range events {
		switch ev := ev.(type) {
		case api.Answer:
			if ev.Text == "" {
				t.Fatal("an empty answer")
			}
		case api.Reasoning:
			if ev.Text == "" {
				t.Fatal("an empty thought")
			}
		case api.Metered:
			if u := ev.Cost.USD; u != nil && (math.IsNaN(*u) || *u < 0) {
				t.Fatalf("a cost of %v", *u)
			}
		}
	}
}
