//go:build !windows

package main_test

// Owns: a service like AI/ML API whose answers a test gives piece by piece.
// Refuses: judging what was asked (the tests do).

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/ui/uitest"
)

// The models that the service offers.
const (
	thinker = "acme/thinker-r1"
	talker  = "bolt/talker-mini"
)

// service answers over HTTP. A question waits until a test takes it with
// asked, and then for each piece that the test gives.
type service struct {
	*httptest.Server

	mu      sync.Mutex
	waiting []*exchange
	changed chan struct{}
	refusal *refusal // of every question, while there is one
}

// refusal is an answer that isn't a stream.
type refusal struct {
	status      int
	contentType string
	body        string
	given       int // how often
}

// exchange is a question, and the answer that a test gives to it.
type exchange struct {
	t     testing.TB
	Model string    `json:"model"`
	Asked []message `json:"messages"`
	raw   map[string]any
	steps chan func(http.ResponseWriter) (more bool)
	gone  chan struct{} // closed when the asker has gone, or all is answered
}

// message is one of a question, with its text, or its parts as they came.
type message struct{ Role, Content string }

func (m *message) UnmarshalJSON(data []byte) error {
	var sent struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(data, &sent); err != nil {
		return err
	}
	m.Role = sent.Role
	if json.Unmarshal(sent.Content, &m.Content) != nil {
		m.Content = string(sent.Content)
	}
	return nil
}

// prompt is what the person wrote last.
func (x *exchange) prompt() string { return x.Asked[len(x.Asked)-1].Content }

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{changed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", serveModels)
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) { s.serveChat(t, w, r) })
	s.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func serveModels(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	model := func(id, name, developer, capability string) string {
		return fmt.Sprintf(`{"id":%q,"type":"openai/chat-completions","aliases":[],"info":{"name":%q,"developer":%q,"contextLength":64000,"outputMax":4096},
			"modalities":{"input":["text"],"output":["text"]},"capabilities":["streaming",%q]}`, id, name, developer, capability)
	}
	_, _ = fmt.Fprintf(w, `{"object":"list","data":[%s,%s]}`,
		model(thinker, "Thinker R1", "Acme", "reasoning"), model(talker, "Talker Mini", "Bolt", "tools"))
}

func (s *service) serveChat(t testing.TB, w http.ResponseWriter, r *http.Request) {
	x := &exchange{t: t, steps: make(chan func(http.ResponseWriter) bool), gone: make(chan struct{})}
	defer close(x.gone)
	if r.Header.Get("Authorization") != "Bearer "+testKey {
		t.Errorf("the request bears %q", r.Header.Get("Authorization"))
	}
	var body json.RawMessage
	err := json.NewDecoder(r.Body).Decode(&body)
	if err == nil {
		err = json.Unmarshal(body, x)
	}
	if err == nil {
		err = json.Unmarshal(body, &x.raw)
	}
	if err != nil {
		t.Errorf("the request is no JSON: %v", err)
		return
	}
	s.mu.Lock()
	if r := s.refusal; r != nil {
		defer s.mu.Unlock()
		r.given++
		w.Header().Set("Content-Type", r.contentType)
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
		return
	}
	s.waiting = append(s.waiting, x)
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	for {
		select {
		case step := <-x.steps:
			if !step(w) {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

// asked waits for the question of a prompt, and takes it.
func (s *service) asked(t *testing.T, prompt string) *exchange {
	t.Helper()
	return s.takes(t, prompt, func(x *exchange) bool { return x.prompt() == prompt })
}

// askedOn waits for the question to go on behind words, and takes it.
func (s *service) askedOn(t *testing.T, words string) *exchange {
	t.Helper()
	return s.takes(t, "to go on behind "+words, func(x *exchange) bool {
		return strings.HasPrefix(x.prompt(), "Your last answer broke off.") && strings.HasSuffix(x.prompt(), words)
	})
}

// takes waits for a question, and takes it.
func (s *service) takes(t *testing.T, what string, is func(*exchange) bool) *exchange {
	t.Helper()
	deadline := time.After(uitest.Patience)
	for {
		s.mu.Lock()
		changed := s.changed
		for i, x := range s.waiting {
			if is(x) {
				s.waiting = append(s.waiting[:i:i], s.waiting[i+1:]...)
				s.mu.Unlock()
				return x
			}
		}
		s.mu.Unlock()
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("nobody asked %q", what)
		}
	}
}

// do lets the service take a step, and waits until it has.
func (x *exchange) do(step func(w http.ResponseWriter) (more bool)) {
	x.t.Helper()
	done := make(chan struct{})
	taken := func(w http.ResponseWriter) bool {
		defer close(done)
		return step(w)
	}
	select {
	case x.steps <- taken:
		<-done
	case <-x.gone:
		x.t.Error("the asker has gone")
	case <-time.After(uitest.Patience):
		x.t.Error("the service is stuck")
	}
}

// chunk sends one event of the stream.
func (x *exchange) chunk(data string) {
	x.t.Helper()
	x.do(func(w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Inference-Id", "inf-e2e")
		_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
		w.(http.Flusher).Flush()
		return true
	})
}

func (x *exchange) delta(field, text string) {
	x.t.Helper()
	x.chunk(fmt.Sprintf(`{"id":"c","object":"chat.completion.chunk","model":%q,"choices":[{"index":0,"delta":{%q:%q},"finish_reason":null}]}`, x.Model, field, text))
}

func (x *exchange) think(text string) { x.t.Helper(); x.delta("reasoning_content", text) }

func (x *exchange) say(text string) { x.t.Helper(); x.delta("content", text) }

// finish ends the answer well, with its bill.
func (x *exchange) finish() {
	x.t.Helper()
	x.chunk(fmt.Sprintf(`{"id":"c","model":%q,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, x.Model))
	x.chunk(`{"choices":[],"usage":{"prompt_tokens":21,"completion_tokens":55,"total_tokens":76,"completion_tokens_details":{"reasoning_tokens":34}},"meta":{"usage":{"credits_used":2480,"usd_spent":0.00124}}}`)
	x.chunk("[DONE]")
	x.end()
}

// end ends the stream as it is, cleanly. An asker who has heard enough may have
// gone before.
func (x *exchange) end() {
	x.t.Helper()
	select {
	case x.steps <- func(http.ResponseWriter) bool { return false }:
	case <-x.gone:
	case <-time.After(uitest.Patience):
		x.t.Error("the service is stuck")
	}
}

// cut breaks the connection.
func (x *exchange) cut() {
	x.t.Helper()
	x.do(func(w http.ResponseWriter) bool {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
		return false
	})
}

// refuse refuses every question from now on; nil lets them through again. It
// returns how often the refusal before was given.
func (s *service) refuse(r *refusal) (given int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal != nil {
		given = s.refusal.given
	}
	s.refusal = r
	return given
}

// waitForLeave waits until the asker has closed the connection.
func (x *exchange) waitForLeave() {
	x.t.Helper()
	select {
	case <-x.gone:
	case <-time.After(uitest.Patience):
		x.t.Fatal("the asker still listens")
	}
}
