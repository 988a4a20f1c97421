// Package aixplaintest is aiXplain as far as its contract tells, for tests: both
// hosts in one handler, with models, agents and tools that are named for what they
// do. It refuses to be clever: answers say what was asked.
//
//	model:echo       answers at once
//	model:later      promises an answer, and says "completed" of it
//	model:stream     streams its own pieces
//	model:thinker    streams chunks of chat completions, with thought
//	model:translate  is no text generation: takes a text only, and does not stream
//	model:failing    fails with status 200
//	model:endless    never ends
//	agent:helper     runs in steps, and keeps sessions
//	agent:failing    fails after a step
//	agent:endless    never ends
//	tool:scraper     returns what it was given, later
//	tool:silent      does the same at once, and is listed without actions
package aixplaintest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Key is what the service takes.
const Key = "aix-test-key-0123456789abcdef"

// Server is the service. The zero value is ready.
type Server struct {
	// KeyHeader is the only header in which the key counts; "": either.
	KeyHeader string
	// Polls is how often a result is asked for in vain; 0 means 2.
	Polls int

	mu       sync.Mutex
	asked    []Request
	runs     map[string]*run
	sessions map[string][]string // the runs of each
}

// Request is one that was received.
type Request struct {
	Method string
	Path   string // as it was escaped
	Header http.Header
	Body   string
}

// run is what goes on.
type run struct {
	model, input, session, heard string
	polls                        int
}

// Asked returns the requests up to now whose path begins so.
func (s *Server) Asked(prefix string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.asked), func(r Request) bool { return !strings.HasPrefix(r.Path, prefix) })
}

// Forget lets all sessions end.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = nil
}

// object is a JSON object.
type object = map[string]any

// ServeHTTP answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, Request{r.Method, r.URL.EscapedPath(), r.Header.Clone(), string(body)})
	if s.runs == nil {
		s.runs = map[string]*run{}
	}
	if s.sessions == nil {
		s.sessions = map[string][]string{}
	}
	if !s.knows(r.Header) {
		write(w, http.StatusUnauthorized, "Invalid API key")
		return
	}
	var sent object
	_ = json.Unmarshal(body, &sent)
	steps := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	last := steps[len(steps)-1]
	switch route := r.Method + " " + steps[0] + "/" + steps[min(1, len(steps)-1)]; {
	case route == "POST api/v2" || route == "POST api/v1":
		s.execute(w, r, last, sent)
	case (route == "GET api/v1" || route == "GET api/v2") && steps[2] == "data":
		s.result(w, last)
	case route == "GET v2/models":
		model(w, last)
	case route == "POST v2/models" || route == "POST v2/agents" || route == "POST v2/tools":
		if last == "run" {
			s.runAgent(w, r, steps[2], sent)
			return
		}
		page(w, steps[1], sent)
	case route == "GET sdk/agents":
		s.agentResult(w, steps[2])
	case route == "GET v1/sessions":
		s.session(w, steps[2])
	case route == "GET sdk/billing":
		write(w, http.StatusOK, object{"totalBalance": 5, "reservedBalance": "0.5"})
	default:
		write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Cannot " + r.Method + " " + r.URL.Path, "error": "Not Found"})
	}
}

func (s *Server) knows(h http.Header) bool {
	for _, name := range []string{"X-Api-Key", "X-Aixplain-Key"} {
		if h.Get(name) == Key && (s.KeyHeader == "" || http.CanonicalHeaderKey(s.KeyHeader) == name) {
			return true
		}
	}
	return false
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// text is what a model was asked: a text, or the last of messages.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []any:
		for _, m := range slices.Backward(v) {
			if m, ok := m.(object); ok {
				return fmt.Sprintf("%v (of %d messages)", m["content"], len(v)), false
			}
		}
	}
	return "", false
}

func (s *Server) execute(w http.ResponseWriter, r *http.Request, id string, sent object) {
	input, plain := text(sent["text"])
	options, _ := sent["options"].(object)
	streams := options["stream"] == true
	switch id {
	case "echo":
		write(w, http.StatusOK, done("You said: "+input))
	case "translate":
		if !plain {
			write(w, http.StatusBadRequest, object{"statusCode": 400, "message": []string{"text must be a string"}, "error": "Bad Request"})
			return
		}
		write(w, http.StatusOK, done("Vous avez dit : "+input))
	case "stream":
		if !streams {
			write(w, http.StatusOK, done("You said: "+input))
			return
		}
		stream(w, object{"data": "You "}, object{"data": "said: "}, object{"data": input})
	case "thinker":
		stream(w, chunk(object{"reasoning_content": "The person said something."}, nil),
			chunk(object{"content": "You said: " + input}, nil), chunk(object{}, "stop"))
	case "failing":
		write(w, http.StatusOK, object{"status": "FAILED", "completed": true, "data": "", "supplierError": "The supplier is out of order", "errorMessage": "Supplier failed"})
	case "later", "endless":
		run := s.begin(id, input, "")
		write(w, http.StatusCreated, object{"status": "IN_PROGRESS", "completed": true, "data": "http://" + r.Host + "/api/v1/data/" + run})
	case "silent":
		data, _ := json.Marshal(sent["data"])
		write(w, http.StatusOK, done(fmt.Sprintf("%v %s", sent["action"], data)))
	case "scraper":
		data, _ := json.Marshal(sent["data"])
		run := s.begin(id, fmt.Sprintf("%v %s", sent["action"], data), "")
		write(w, http.StatusCreated, object{"requestId": run})
	default:
		write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Model not found"})
	}
}

func done(answer any) object {
	return object{
		"status": "SUCCESS", "completed": true, "data": answer, "runTime": 1.5, "usedCredits": 0.00025,
		"usage": object{"prompt_tokens": 7, "completion_tokens": "5", "total_tokens": "NaN"},
	}
}

func chunk(delta object, finish any) object {
	c := object{"id": "chatcmpl-1", "model": "thinker-1", "choices": []object{{"index": 0, "delta": delta, "finish_reason": finish}}}
	if finish != nil {
		c["usage"] = object{"prompt_tokens": 7, "completion_tokens": 9, "total_tokens": 16}
	}
	return c
}

func stream(w http.ResponseWriter, documents ...object) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, d := range documents {
		data, _ := json.Marshal(d)
		_, _ = io.WriteString(w, "data: "+string(data)+"\n\n")
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
	}
	_, _ = io.WriteString(w, "data: [DONE]\n\n")
}

// begin begins a run and returns its id.
func (s *Server) begin(model, input, session string) string {
	id := fmt.Sprintf("run-%d", len(s.runs)+1)
	s.runs[id] = &run{model: model, input: input, session: session}
	return id
}

// goesOn reports whether a run is not over, the next time that it is asked for.
func (s *Server) goesOn(r *run) bool {
	limit := s.Polls
	if limit == 0 {
		limit = 2
	}
	r.polls++
	return r.model == "endless" || r.polls <= limit
}

func (s *Server) result(w http.ResponseWriter, id string) {
	r := s.runs[id]
	switch {
	case r == nil:
		write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Request not found"})
	case s.goesOn(r):
		write(w, http.StatusOK, object{"status": "IN_PROGRESS", "completed": false})
	case r.model == "scraper":
		write(w, http.StatusOK, done(object{"action": r.input, "pages": 1}))
	default:
		write(w, http.StatusOK, done("You said: "+r.input))
	}
}

func (s *Server) runAgent(w http.ResponseWriter, r *http.Request, id string, sent object) {
	query, _ := sent["query"].(object)
	params, _ := sent["executionParams"].(object)
	input, _ := query["input"].(string)
	session, _ := sent["sessionId"].(string)
	history, _ := sent["history"].([]any)
	switch {
	case !slices.Contains([]string{"helper", "failing", "endless"}, id):
		write(w, http.StatusNotFound, object{"message": "Resource not found", "error": "NOT_FOUND", "statusCode": 404})
		return
	case input == "":
		write(w, http.StatusBadRequest, object{"statusCode": 400, "message": []string{"query should not be empty"}, "error": "Bad Request"})
		return
	case params["budget"] == nil:
		write(w, 471, object{"statusCode": 471, "message": "no budget"})
		return
	case session != "" && s.sessions[session] == nil:
		write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Session " + session + " not found"})
		return
	}
	if session == "" {
		session = fmt.Sprintf("sess_%03d", len(s.sessions)+1)
	}
	run := s.begin(id, input, session)
	s.sessions[session] = append(s.sessions[session], run)
	s.runs[run].heard = fmt.Sprintf("turn %d of %s, after %d messages of history", len(s.sessions[session]), session, len(history))
	write(w, http.StatusCreated, object{"requestId": run, "data": "http://" + r.Host + "/sdk/agents/" + run + "/result"})
}

func (s *Server) agentResult(w http.ResponseWriter, id string) {
	r := s.runs[id]
	if r == nil {
		write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Run not found"})
		return
	}
	goesOn := s.goesOn(r)
	all := []object{
		agentStep("s1", "Researcher", "openai/gpt-4o", "look it up"),
		agentStep("s2", "Writer", "openai/gpt-4o-mini", "write it down"),
	}
	data := object{"input": r.input, "output": nil, "steps": all[:min(r.polls, len(all))]}
	switch {
	case goesOn:
		write(w, http.StatusOK, object{"status": "IN_PROGRESS", "completed": false, "data": data})
	case r.model == "failing":
		write(w, http.StatusOK, object{"status": "FAILED", "completed": true, "data": data, "errorMessage": "The agent lost its way"})
	default:
		data["output"] = "You said: " + r.input + " (" + r.heard + ")"
		data["session_id"] = r.session
		data["executionStats"] = object{"runtime": 3.0, "credits": 0.5, "api_calls": 2}
		write(w, http.StatusOK, object{"status": "SUCCESS", "completed": true, "sessionId": r.session, "data": data, "usedCredits": 0.0, "runTime": 0.0})
	}
}

func agentStep(id, agent, unit, thought string) object {
	return object{
		"id": id, "agent": object{"id": "a-" + id, "name": agent, "is_system_agent": false},
		"unit": object{"id": "u-" + id, "name": unit, "type": "llm"}, "thought": thought,
		"used_credits": 0.01, "api_calls": 1, "input_tokens": 10, "output_tokens": 2, "total_tokens": 12,
	}
}

func (s *Server) session(w http.ResponseWriter, id string) {
	all := []object{}
	for i, run := range s.sessions[id] {
		for j, role := range []string{"user", "assistant"} {
			all = append(all, object{"id": fmt.Sprintf("msg_%d_%d", i, j), "sessionId": id, "role": role, "sequence": 2*i + j + 1, "requestId": run})
		}
	}
	write(w, http.StatusOK, all)
}

// The list of what there is.
var catalogue = map[string][]object{
	"models": {
		entry("echo", "Echo", "text-generation", false), entry("later", "Later", "text-generation", false),
		entry("stream", "Stream", "text-generation", true), entry("thinker", "Thinker", "text-generation", true),
		entry("translate", "Translate", "translation", false), entry("failing", "Failing", "text-generation", false),
		entry("endless", "Endless", "text-generation", false),
	},
	"agents": {
		{"id": "helper", "name": "Helper", "status": "onboarded"},
		{"id": "failing", "name": "Failing agent"},
		{"id": "endless", "name": "Endless agent"},
	},
	"tools": {
		{"id": "scraper", "name": "Scraper", "allowedActions": []string{"scrape", "screenshot", "links"}},
		{"id": "silent", "name": "Silent tool"},
	},
}

func entry(id, name, function string, streams bool) object {
	return object{
		"id": id, "name": name, "function": object{"id": function, "name": function}, "supportsStreaming": streams,
		"supplier": object{"id": "Test", "name": "Test"}, "pricing": object{"price": 4e-06, "unitType": "TOKEN"},
	}
}

func model(w http.ResponseWriter, id string) {
	for _, m := range catalogue["models"] {
		if m["id"] == id {
			write(w, http.StatusOK, m)
			return
		}
	}
	write(w, http.StatusNotFound, object{"statusCode": 404, "message": "Model not found"})
}

// page finds what was asked for, so many on a page.
func page(w http.ResponseWriter, kind string, sent object) {
	words, _ := sent["q"].(string)
	number, _ := sent["pageNumber"].(float64)
	size, _ := sent["pageSize"].(float64)
	functions, _ := sent["functions"].([]any)
	found := []object{}
	for _, e := range catalogue[kind] {
		f, _ := e["function"].(object)
		if strings.Contains(strings.ToLower(fmt.Sprint(e["name"])), strings.ToLower(words)) &&
			(len(functions) == 0 || slices.Contains(functions, f["id"])) {
			found = append(found, maps.Clone(e))
		}
	}
	from := min(int(number*size), len(found))
	to := min(from+int(size), len(found))
	write(w, http.StatusCreated, object{"results": found[from:to], "total": len(found), "pageTotal": to - from, "pageNumber": int(number)})
}
