package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
)

// fakeService stands in for AI/ML API. The model that is asked for chooses what
// it does.
type fakeService struct{ behaviours map[string]func(*exchange) }

// exchange is one request and its answer.
type exchange struct {
	http.ResponseWriter
	request *http.Request
	body    map[string]json.RawMessage
	text    []string // "role: content" of each message
}

func newFakeService() http.Handler {
	s := &fakeService{map[string]func(*exchange){
		"test/thinker": func(x *exchange) {
			x.stream(thought("Let me "), thought("think."), answer("**42**"), answer(" it is.\n\n"), finish("stop"), usage)
		},
		"test/echo":   func(x *exchange) { x.stream(answer(strings.Join(x.text, "\n")), finish("stop")) },
		"test/label":  func(x *exchange) { x.stream(answer(x.request.Header.Get("X-Client-Request-Id")), finish("stop")) },
		"test/fields": func(x *exchange) { x.stream(answer(x.fields()), finish("stop")) },
		"test/limit":  func(x *exchange) { x.stream(answer("so far"), finish("length")) },
		"test/attack": func(x *exchange) {
			x.stream(answer("red \u001b[31m, back \u202e, title \u001b]0;x\u0007"), finish("stop"))
		},
		"test/seer":   func(x *exchange) { x.stream(answer(strings.Join(x.text, "\n")), finish("stop"), counted) },
		"test/tool":   func(x *exchange) { x.stream(toolCall, finish("tool_calls")) },
		"test/bare":   func(x *exchange) { x.stream(bare, finish("stop")) },
		"test/drawer": func(x *exchange) { x.stream(picture("data:image/png;base64,iVBORw0KGgo="), finish("stop")) },
		"test/hosted": func(x *exchange) {
			x.stream(picture("https://media.example/cat.png"), picture("https://media.example/page"), finish("stop"))
		},
		"test/many":     func(x *exchange) { x.stream(append(manyLines(5000), finish("stop"))...) },
		"test/slow":     func(x *exchange) { x.stream(answer("so far\nand on")); <-x.request.Context().Done() },
		"test/cut":      func(x *exchange) { x.stream(answer("so far")); x.drop() },
		"test/unended":  func(x *exchange) { x.stream(answer("so far")) },
		"test/instream": func(x *exchange) { x.stream(answer("so far"), `{"error":{"message":"the engine broke","code":500}}`) },
		"test/html":     func(x *exchange) { x.html(http.StatusBadGateway) },
		"test/html200":  func(x *exchange) { x.html(http.StatusOK) },
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", s.models)
	mux.HandleFunc("GET /v1/models/deprecations", s.deprecations)
	mux.HandleFunc("GET /v2/billing", s.billing)
	mux.HandleFunc("GET /v1/locked/models", s.locked)
	mux.HandleFunc("POST /v1/chat/completions", s.chat)
	mux.HandleFunc("POST /v1/responses", s.responses)
	mux.HandleFunc("POST /v1/messages", s.messages)
	return mux
}

func (s *fakeService) models(w http.ResponseWriter, r *http.Request) {
	const tag = `W/"1"`
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Etag", tag)
	var ids []string
	for id := range s.behaviours {
		if id != "test/seer" {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"id":%q,"type":"openai/chat-completions","aliases":[],
			"info":{"name":"Test","developer":"Tester","contextLength":64000,"outputMax":4000},
			"modalities":{"input":["text"],"output":["text"]},"capabilities":["streaming"]}`, id))
	}
	list = append(list, `{"id":"test/seer","type":"openai/chat-completions","aliases":[],"modalities":{"input":["image","text"],"output":["text"]},
		"capabilities":["streaming","vision"],"pricing":{"kind":"fixed","currency":"USD","units":[
		{"name":"token","measure":"input","price":2,"per":1000000},{"name":"token","measure":"output","price":10,"per":1000000}]}}`)
	list = append(list, `{"id":"test/painter","type":"image","aliases":[]}`)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"object":"list","data":[%s]}`, strings.Join(list, ","))
}

// billing is the balance of whoever has the key; an unknown key has none.
func (s *fakeService) billing(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w, request: r}
	if r.Header.Get("Authorization") != "Bearer "+testKey {
		x.problem(http.StatusUnauthorized, "the key is wrong", "")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"current_balance":123.45,"currency":"USD"}`)
}

// locked is the list of models of a server that tells it to nobody else.
func (s *fakeService) locked(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+testKey {
		(&exchange{ResponseWriter: w, request: r}).problem(http.StatusUnauthorized, "no such key: "+r.Header.Get("Authorization"), "")
		return
	}
	s.models(w, r)
}

func (s *fakeService) deprecations(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"object":"list","generated_at":"2026-08-24T13:59:21.643Z","data":[{"id":"test/withdrawn","aliases":[],
		"status":"withdrawn","deprecated_at":"2026-08-10","shutdown_at":"2026-08-10","replaced_by":"test/thinker","reason":null}]}`)
}

// responses and messages answer with the name of their protocol, and what was
// asked for.
func (s *fakeService) responses(w http.ResponseWriter, r *http.Request) {
	x := s.exchange(w, r)
	text, _ := json.Marshal("by responses\n" + x.fields()) //nolint:errchkjson // a string is always JSON
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":%s}\n\n", text)
	fmt.Fprint(w, "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}\n\n")
}

func (s *fakeService) messages(w http.ResponseWriter, r *http.Request) {
	x := s.exchange(w, r)
	key := "bearer"
	if r.Header.Get("X-Api-Key") == testKey && r.Header.Get("Anthropic-Version") != "" && r.Header.Get("Authorization") == "" {
		key = "x-api-key"
	}
	text, _ := json.Marshal("by messages, " + key + "\n" + x.fields()) //nolint:errchkjson // a string is always JSON
	w.Header().Set("Content-Type", "text/event-stream")
	for _, ev := range []string{
		`{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}`,
		`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + string(text) + `}}`,
		`{"type":"content_block_stop","index":0}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}`,
		`{"type":"message_stop"}`,
	} {
		var kind struct{ Type string }
		_ = json.Unmarshal([]byte(ev), &kind)
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", kind.Type, ev)
	}
}

func (s *fakeService) exchange(w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{ResponseWriter: w, request: r}
	data, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(data, &x.body)
	return x
}

// testKey is the one key that the service knows.
const testKey = "test-key-not-secret"

func (s *fakeService) chat(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w, request: r}
	var req struct {
		Model    string
		Messages []struct {
			Role    string
			Content json.RawMessage
		}
	}
	data, _ := io.ReadAll(r.Body)
	if json.Unmarshal(data, &req) != nil || json.Unmarshal(data, &x.body) != nil {
		x.problem(http.StatusBadRequest, "this is no chat request", "")
		return
	}
	for _, m := range req.Messages {
		x.text = append(x.text, m.Role+": "+contentOf(m.Content))
	}
	status := 0
	if _, err := fmt.Sscanf(req.Model, "test/error-%d", &status); err == nil {
		x.problem(status, http.StatusText(status), problemKinds[status])
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+testKey {
		x.problem(http.StatusUnauthorized, "the key is wrong", "")
		return
	}
	behave, ok := s.behaviours[req.Model]
	if !ok {
		x.problem(http.StatusNotFound, "there is no such model", "")
		return
	}
	behave(x)
}

// contentOf is the text of a message, or its parts as they came.
func contentOf(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return text
	}
	return string(content)
}

var problemKinds = map[int]string{http.StatusForbidden: "err_insufficent_credits"}

func (x *exchange) problem(status int, message, kind string) {
	x.Header().Set("Content-Type", "application/problem+json")
	x.WriteHeader(status)
	fmt.Fprintf(x, `{"title":"Problem","status":%d,"message":%q,"requestId":"r-1","error":{"name":"Problem","message":%q,"data":{"kind":%q}}}`,
		status, message, message, kind)
}

func (x *exchange) html(status int) {
	x.Header().Set("Content-Type", "text/html")
	x.WriteHeader(status)
	fmt.Fprint(x, "<html><body><h1>Bad gateway</h1></body></html>")
}

// stream sends chunks; it ends the stream only after a finish.
func (x *exchange) stream(chunks ...string) {
	x.Header().Set("Content-Type", "text/event-stream")
	x.Header().Set("X-Inference-Id", "inference-1")
	finished := false
	for _, c := range chunks {
		finished = finished || strings.Contains(c, "finish_reason")
		fmt.Fprintf(x, "data: %s\n\n", c)
	}
	if finished {
		fmt.Fprint(x, "data: [DONE]\n\n")
	}
	x.ResponseWriter.(http.Flusher).Flush() //nolint:forcetypeassert // the server's writers flush
}

// drop breaks the connection in mid-answer.
func (x *exchange) drop() { panic(http.ErrAbortHandler) }

// fields lists what the request sets.
func (x *exchange) fields() string {
	var all []string
	for name, value := range x.body {
		if name != "messages" {
			all = append(all, name+"="+strings.ReplaceAll(string(value), `"`, "'"))
		}
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

func thought(text string) string { return delta("reasoning_content", text) }
func answer(text string) string  { return delta("content", text) }

func picture(address string) string {
	return `{"id":"1","choices":[{"index":0,"delta":{"images":[{"type":"image_url","image_url":{"url":"` + address + `"}}]}}]}`
}

func delta(field, text string) string {
	value, _ := json.Marshal(text) //nolint:errchkjson // a string is always JSON
	return `{"id":"1","model":"test/answered","choices":[{"index":0,"delta":{"` + field + `":` + string(value) + `}}]}`
}

func finish(reason string) string {
	return `{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`
}

const (
	bare = `{"id":"1","citations":["https://a.example/"],"choices":[{"index":0,"delta":{"content":"hi",` +
		`"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}}]}`
	usage = `{"id":"1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":9,"total_tokens":14,` +
		`"completion_tokens_details":{"reasoning_tokens":4}},"meta":{"usage":{"credits_used":2480,"usd_spent":0.00124}}}`
	counted  = `{"id":"1","choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":100000,"total_tokens":1100000}}`
	toolCall = `{"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call-1","type":"function",` +
		`"function":{"name":"weather","arguments":"{\"city\":\"Kyoto\"}"}}]}}]}`
)

func manyLines(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = answer(fmt.Sprintf("line %d\n", i+1))
	}
	return lines
}
