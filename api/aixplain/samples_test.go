package aixplain

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
)

// samples is where payloads from the vendor's own documents and tests lie, beside
// the repository, of which they are no part.
func samples(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "data", "aiml-samples")
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		t.Skip("../shared/data/aiml-samples is not here: it is no part of the repository")
	}
	return dir
}

// seen is what a reply came out as.
type seen struct {
	answer, reasoning, tools string
	finish                   api.FinishReason
	kind                     api.ErrorKind
	message                  string // a part of it
}

// play answers the first request of model with one reply, and each for a result
// with a last one.
func play(t *testing.T, model string, status int, body []byte) seen {
	t.Helper()
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			w.WriteHeader(status)
			_, _ = w.Write(body)
		case strings.HasSuffix(r.URL.Path, "/x"):
			http.NotFound(w, r)
		default:
			_, _ = io.WriteString(w, `{"status":"SUCCESS","completed":true,"data":"later"}`)
		}
	}))
	r := ask(t.Context(), c, model, user("hi"))
	s := seen{answer: r.Answer.String(), reasoning: r.Reasoning.String(), finish: r.Finish}
	for _, c := range r.ToolCalls {
		s.tools += c.ID + " " + c.Name + " " + c.Arguments + ";"
	}
	if r.Err != nil {
		s.kind, s.message = r.Err.Kind, r.Err.Message
	}
	return s
}

func (s seen) is(want seen) bool {
	return s.answer == want.answer && s.reasoning == want.reasoning && s.tools == want.tools && s.kind == want.kind &&
		(s.kind != "" || s.finish == want.finish) && strings.Contains(s.message, want.message)
}

const stop = api.FinishStop

// runs are the samples that a model or an agent may come back with.
var runs = []struct {
	file, model string
	status      int
	want        seen
}{
	{"aix-agent-poll-done.json", "agent:x", 200, seen{answer: "10", reasoning: "Researcher · openai/gpt-4o · look it up\n", finish: api.FinishLength}},
	{"aix-agent-poll-progress.json", "agent:x", 200, seen{reasoning: "Researcher · openai/gpt-4o · look it up\n", kind: api.ErrBadResponse}},
	{"aix-agent-run-accepted-status.json", "agent:x", 200, seen{answer: "later", finish: stop}},
	{"aix-agent-run-accepted.json", "agent:x", 201, seen{answer: "later", finish: stop}},
	{"aix-err-400-query-empty.json", "agent:x", 400, seen{kind: api.ErrInvalid, message: "query should not be empty"}},
	{"aix-err-404-full.json", "agent:x", 404, seen{kind: api.ErrNotFound, message: "Resource not found"}},
	{"aix-err-404.json", "model:x", 404, seen{kind: api.ErrNotFound, message: "Model not found"}},
	{"aix-err-500.json", "model:x", 500, seen{kind: api.ErrServer, message: "Internal server error occurred"}},
	{"aix-err-string-body.json", "model:x", 401, seen{kind: api.ErrAuth, message: "An unspecified error"}},
	{"aix-err-string-body.json", "model:x", 465, seen{kind: api.ErrForbidden, message: "An unspecified error"}},
	{"aix-err-string-body.json", "model:x", 475, seen{kind: api.ErrFunds, message: "An unspecified error"}},
	{"aix-err-string-body.json", "model:x", 485, seen{kind: api.ErrServer, message: "An unspecified error"}},
	{"aix-err-string-body.json", "model:x", 495, seen{kind: api.ErrInvalid, message: "An unspecified error"}},
	{"aix-err-string-body.json", "model:x", 497, seen{kind: api.ErrRateLimit, message: "An unspecified error"}},
	{"aix-model-async-accepted.json", "model:x", 200, seen{kind: api.ErrBadResponse, message: "https://models.aixplain.com"}},
	{"aix-model-failed.json", "model:x", 200, seen{kind: api.ErrServer, message: "Rate limit exceeded"}},
	{"aix-model-poll-progress.json", "model:x", 200, seen{kind: api.ErrBadResponse}},
	{"aix-model-sync-nan-usage.json", "model:x", 200, seen{answer: "ok", reasoning: "r", finish: stop}},
	{"aix-model-sync.json", "model:x", 200, seen{answer: "2 + 2 = 4.", finish: stop}},
	{"aix-stream-dict-data.sse", "model:x", 200, seen{finish: stop}},
	{"aix-stream-native.sse", "model:x", 200, seen{answer: "Ship aiX", finish: stop}},
	{"aix-stream-openai-tools.sse", "model:x", 200, seen{tools: `call_1 get_current_time {";`, finish: api.FinishTools}},
	{"aix-stream-openai-usage.sse", "model:x", 200, seen{answer: "Hello", finish: api.FinishTools}},
	{"aix-stream-reasoning.sse", "model:x", 200, seen{answer: "391", reasoning: "Okay", finish: stop}},
	{"aix-stream-reasoning_content.sse", "model:x", 200, seen{answer: "Answer!", reasoning: "Let me think more", finish: stop}},
	{"aix-stream-split-json.sse", "model:x", 200, seen{tools: `call_1 get_current_time {"city":"Tokyo"};`, finish: api.FinishTools}},
	{"aix-stream-toolcall-object.sse", "model:x", 200, seen{tools: "call_1 get_current_time ;", finish: api.FinishTools}},
	{"aix-stream-utf8.sse", "model:x", 200, seen{answer: "Lisbon: 22.5°C — 🌞", finish: stop}},
}

// TestSamplesRecorded decodes every sample of aiXplain that there is.
func TestSamplesRecorded(t *testing.T) {
	dir := samples(t)
	all, err := filepath.Glob(filepath.Join(dir, "aix-*"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	good := map[string]bool{}
	for _, tt := range runs {
		synctest.Test(t, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(dir, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := play(t, tt.model, tt.status, body); !got.is(tt.want) {
				t.Errorf("%s: got %+v, want %+v", tt.file, got, tt.want)
				return
			}
			good[tt.file] = true
		})
	}
	for file, check := range map[string]func(c *Client, body string) bool{
		"aix-models-paginate-v1.json": func(c *Client, _ string) bool {
			m, err := c.Search(t.Context(), "translate")
			return err == nil && m[0].ID == "model:test_asset_id" && m[0].Type == "aixplain/translation" && m[0].Developer == "Nvidia"
		},
		"aix-models-paginate-v2.json": func(c *Client, _ string) bool {
			m, err := c.Models(t.Context())
			return err == nil && m[0].Developer == "OpenAI" && m[0].Capabilities[0] == "streaming" && m[1].ID == "agent:test_asset_id"
		},
		"aix-wallet.json": func(c *Client, _ string) bool {
			b, err := c.Balance(t.Context())
			return err == nil && *b.USD == 5
		},
		"aix-session-messages.json": func(c *Client, _ string) bool {
			return !c.movedOn(t.Context(), seal{Session: "sess_001", Run: "req_001"})
		},
		"aix-session.json": func(c *Client, _ string) bool { // what is no list of messages moves nothing on
			return !c.movedOn(t.Context(), seal{Session: "sess_001", Run: "req_001"})
		},
		"aix-sessions-list.json": func(c *Client, _ string) bool {
			return !c.movedOn(t.Context(), seal{Session: "sess_001", Run: "req_001"})
		},
		"aix-session-message.json": func(c *Client, body string) bool {
			return !c.movedOn(t.Context(), seal{Session: "sess_001", Run: "req_001"}) && strings.Contains(body, `"requestId":"req_001"`)
		},
	} {
		body, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
		if good[file] = check(c, string(body)); !good[file] {
			t.Errorf("%s did not come out right", file)
		}
	}
	for _, file := range all {
		if !good[filepath.Base(file)] {
			t.Errorf("%s is not decoded", filepath.Base(file))
		}
	}
	t.Logf("table: %-40s %4d/%d", "aiXplain samples", len(good), len(all))
}
