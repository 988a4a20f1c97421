//go:build !windows

package main_test

// Owns: a service that is asked by three protocols, and what a person sees of
// that: thought apart from the answer whatever the wire, files, the bill.
// Refuses: the shapes of the wires, which are tested in their packages.

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	summarizer = "openai/gpt-5-5"          // thinks aloud by responses alone
	claude     = "anthropic/claude-opus-5" // thinks aloud by messages alone
)

// polyglot answers each protocol with one answer, and hands on what was asked.
type polyglot struct {
	*httptest.Server
	asked chan question
}

// question is a request.
type question struct {
	path string
	body map[string]any
}

func newPolyglot(t *testing.T) *polyglot {
	t.Helper()
	p := &polyglot{asked: make(chan question, 8)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":[{"id":%q,"type":"openai/chat-completions","aliases":[]},{"id":%q,"type":"openai/chat-completions","aliases":[]}]}`, summarizer, claude)
	})
	mux.HandleFunc("GET /v1/models/deprecations", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"acme/old","aliases":["old"],"status":"withdrawn","shutdown_at":"2026-08-10","replaced_by":"openai/gpt-5-5"}]}`)
	})
	mux.HandleFunc("GET /v2/billing", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"current_balance":12.5,"currency":"USD"}`)
	})
	for path, answer := range map[string][]string{
		"/v1/responses": {
			`{"type":"response.created","response":{"id":"r","model":"gpt-5.5"}}`,
			`{"type":"response.reasoning_summary_text.delta","item_id":"rs","summary_index":0,"delta":"Rivers, then."}`,
			`{"type":"response.output_text.delta","item_id":"m","content_index":0,"delta":"The Elbe."}`,
			`{"type":"response.completed","response":{"id":"r","model":"gpt-5.5","status":"completed","usage":{"input_tokens":9,"output_tokens":21,"output_tokens_details":{"reasoning_tokens":12},"total_tokens":30}}}`,
		},
		"/v1/messages": {
			`{"type":"message_start","message":{"id":"msg","model":"claude-opus-5","usage":{"input_tokens":14,"output_tokens":1}}}`,
			`{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Another river."}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}`,
			`{"type":"content_block_stop","index":0}`,
			`{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}`,
			`{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"The Oder."}}`,
			`{"type":"content_block_stop","index":1}`,
			`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":33}}`,
			`{"type":"message_stop","meta":{"usage":{"credits_used":1000,"usd_spent":0.0005}}}`,
		},
		"/v1/chat/completions": {
			`{"choices":[{"index":0,"delta":{"content":"The Weser."}}]}`,
			`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
		},
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { p.answer(w, r, answer) })
	}
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *polyglot) answer(w http.ResponseWriter, r *http.Request, events []string) {
	q := question{path: r.URL.Path}
	if json.NewDecoder(r.Body).Decode(&q.body) != nil || r.Header.Get("Authorization") != "Bearer "+testKey {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.asked <- q
	w.Header().Set("Content-Type", "text/event-stream")
	for _, data := range events {
		_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
	}
}

// home is a machine on which aimlchat asks p.
func (p *polyglot) home(t *testing.T) *home {
	t.Helper()
	return newHome(t, &service{Server: p.Server})
}

func TestThreeProtocolsInOneConversation(t *testing.T) {
	t.Parallel()
	p := newPolyglot(t)
	x := p.home(t).start(t, 110, 40, "-m", summarizer)
	x.send("name a river")
	if q := <-p.asked; q.path != "/v1/responses" {
		t.Errorf("%s was asked by %s", summarizer, q.path)
	}
	x.waitForText("Thought for", "12 tokens", "The Elbe.")
	x.waitForNoText("Rivers, then.")

	x.send("/model " + claude)
	x.waitForText("switched to " + claude)
	x.send("/effort high")
	x.waitForText("high effort")
	x.send("another one")
	q := <-p.asked
	said, _ := json.Marshal(q.body)
	if q.path != "/v1/messages" || !strings.Contains(string(said), "The Elbe.") {
		t.Errorf("%s got %s", q.path, said)
	}
	for _, private := range []string{"Rivers, then.", "null"} {
		if strings.Contains(string(said), private) {
			t.Errorf("%s got %q of another's thought: %s", claude, private, said)
		}
	}
	x.waitForText("The Oder.", "$0.0005")
	x.press("ctrl+t")
	x.waitForText("Rivers, then.", "Another river.")

	x.press("tab")
	x.typeText("v")
	x.waitForText("messages (/messages)", "33")
	x.press("esc")
	x.waitForNoText("messages (/messages)")
	x.press("tab")
	x.send("/balance")
	x.waitForText("$12.50")
	x.send("/effort off")
	x.waitForText("as the model likes")
	x.send("and a third")
	if q := <-p.asked; q.path != "/v1/chat/completions" {
		t.Errorf("without an effort %s was asked by %s", claude, q.path)
	}
	x.waitForText("The Weser.")
}

func TestAttachInTheTerminal(t *testing.T) {
	t.Parallel()
	p := newPolyglot(t)
	h := p.home(t)
	picture := filepath.Join(h.dir, "river map.png")
	if err := os.WriteFile(picture, []byte("\x89PNG\r\n\x1a\nand then some"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := h.start(t, 110, 40, "-m", claude)
	x.waitForText("Ask anything")
	x.paste(strings.ReplaceAll(picture, " ", `\ `))
	x.waitForText("▪ river map.png")
	x.send("where is this?")
	q := <-p.asked
	if said, _ := json.Marshal(q.body); !strings.Contains(string(said), "data:image/png;base64,") {
		t.Errorf("the picture did not go along: %s", said)
	}
	x.waitForText("The Weser.", "river map.png", " to first") // to its end: what quits would stop it first
	x.quit()

	x = h.start(t, 110, 40, "--continue")
	x.waitForText("The Weser.", "river map.png")
	x.send("and now?")
	if said, _ := json.Marshal((<-p.asked).body); !strings.Contains(string(said), "data:image/png;base64,") {
		t.Errorf("the picture was forgotten: %s", said)
	}
}

func TestWithdrawnModelNamesItsSuccessor(t *testing.T) {
	t.Parallel()
	p := newPolyglot(t)
	h := p.home(t)
	if _, stderr, code := h.run(t, "models", "--refresh"); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	_, stderr, code := h.run(t, "-p", "-m", "acme/old", "hi")
	if code == 0 || !strings.Contains(stderr, summarizer) || len(p.asked) > 0 {
		t.Errorf("exit %d, %d questions asked: %s", code, len(p.asked), stderr)
	}
}
