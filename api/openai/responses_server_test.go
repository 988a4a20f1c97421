package openai

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// refuser is a server that refuses a body as long as one of its rules does, and
// then answers. It keeps what it was asked.
type refuser struct {
	refuses func(body map[string]any) (status int, document string)
	asked   []map[string]any
}

func (p *refuser) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	p.asked = append(p.asked, body)
	if status, document := p.refuses(body); status != 0 {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, document)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, responsesDone)
}

// refusesPath refuses every body with a field, named by dots.
func refusesPath(path string, status int, document string) func(map[string]any) (int, string) {
	return func(body map[string]any) (int, string) {
		var at any = body
		for name := range strings.SplitSeq(path, ".") {
			object, _ := at.(map[string]any)
			if at = object[name]; at == nil {
				return 0, ""
			}
		}
		return status, document
	}
}

func TestResponsesLearn(t *testing.T) {
	half := 0.5
	req := api.Request{
		Model: "maker/think-1", Protocol: api.Responses, Temperature: &half, TopP: &half,
		Tools:  []api.Tool{{Name: "f"}},
		Fields: map[string]any{"reasoning": map[string]any{"effort": "high", "summary": "auto"}},
		Messages: []api.Message{
			api.Text(api.User, "q"),
			{Role: api.Assistant, Model: "maker/think-1", Parts: []api.Part{
				{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "c", Name: "f"}},
				{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Responses, Data: json.RawMessage(`{"item":{"type":"reasoning","id":"rs_1","encrypted_content":"x"}}`)}},
			}},
			{Role: api.ToolRole, Parts: []api.Part{{Kind: api.ToolResultPart, Text: "r", Tool: &api.ToolCall{ID: "c"}}}},
		},
	}
	for _, tt := range []struct {
		name, path string
		status     int
		document   string
		notice     string // "": none
		learned    bool
	}{
		{"temperature", "temperature", 400, `{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature"}}`, "temperature", true},
		{"a value of temperature", "temperature", 400, `{"error":{"message":"Invalid 'temperature': must be at most 2.","type":"invalid_request_error"}}`, "", false},
		{"top_p", "top_p", 422, `{"detail":[{"loc":["body","top_p"],"msg":"Extra inputs are not permitted: top_p"}]}`, "top_p", true},
		{"store", "store", 400, `{"message":"Unrecognized key(s) in object: 'store'"}`, "", true},
		{"include", "include", 400, `{"error":{"message":"Encrypted content is not supported with this model.","param":"include"}}`, "", true},
		{"summary", "reasoning.summary", 400, `{"error":{"message":"Your organization must be verified to generate reasoning summaries. Please go to settings.","param":"reasoning.summary","code":"unsupported_value"}}`, "verified", true},
		{"effort", "reasoning.effort", 400, `{"error":{"message":"Unsupported value: 'reasoning.effort' does not support 'high' with this model."}}`, "effort", true},
		{"reasoning at all", "reasoning", 400, `{"error":{"message":"Unknown parameter: 'reasoning'."}}`, "effort", true},
		{"something else", "input", 400, `{"error":{"message":"The input is too long for the store."}}`, "", false},
		{"server", "store", 500, `{"error":{"message":"store not supported"}}`, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := &refuser{refuses: refusesPath(tt.path, tt.status, tt.document)}
			client := serve(t, server.ServeHTTP)
			reply := add(client.Stream(t.Context(), req))
			if tt.learned != (reply.Err == nil) {
				t.Fatalf("got %+v after %d questions", reply.Err, len(server.asked))
			}
			if !tt.learned {
				return
			}
			told := slices.ContainsFunc(reply.Notices, func(s string) bool { return strings.Contains(s, tt.notice) })
			if tt.notice == "" && len(reply.Notices) > 0 || tt.notice != "" && !told {
				t.Errorf("told %q", reply.Notices)
			}
			asked := len(server.asked)
			again := add(client.Stream(t.Context(), req))
			if again.Err != nil || len(again.Notices) > 0 || len(server.asked) != asked+1 {
				t.Errorf("again: %v, %q, %d questions", again.Err, again.Notices, len(server.asked)-asked)
			}
		})
	}
}

// TestResponsesLearnCipher gives up thought in cipher that the service can't
// read any more, and keeps the calls.
func TestResponsesLearnCipher(t *testing.T) {
	req := api.Request{Model: "m", Protocol: api.Responses, Messages: []api.Message{
		api.Text(api.User, "q"),
		{Role: api.Assistant, Model: "m", Parts: []api.Part{
			{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "c", Name: "f"}},
			{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Responses, Data: json.RawMessage(`{"item":{"type":"reasoning","id":"rs_1","encrypted_content":"x"}}`)}},
		}},
		{Role: api.ToolRole, Parts: []api.Part{{Kind: api.ToolResultPart, Text: "r", Tool: &api.ToolCall{ID: "c"}}}},
	}}
	server := &refuser{refuses: func(body map[string]any) (int, string) {
		for _, item := range body["input"].([]any) {
			if item.(map[string]any)["type"] == "reasoning" {
				return 400, `{"error":{"message":"The encrypted content gAAA... could not be verified.","code":"invalid_encrypted_content"}}`
			}
		}
		return 0, ""
	}}
	reply := add(serve(t, server.ServeHTTP).Stream(t.Context(), req))
	if reply.Err != nil || len(server.asked) != 2 || len(server.asked[1]["input"].([]any)) != 3 {
		t.Errorf("got %v after %d questions: %v", reply.Err, len(server.asked), server.asked)
	}
}

// TestResponsesOverHTTP plays answers by a server of ours.
func TestResponsesOverHTTP(t *testing.T) {
	const (
		begin  = `data: {"type":"response.created","response":{"object":"response","model":"maker/think-1-0101","status":"in_progress"}}` + "\n\n"
		delta  = `data: {"type":"response.output_text.delta","item_id":"m","output_index":0,"delta":"Hi"}` + "\n\n"
		broken = `data: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"It broke."}}}` + "\n\n"
	)
	for _, tt := range []struct {
		name, contentType, body string
		answer                  string
		finish                  api.FinishReason
		kind                    api.ErrorKind
		attempts                int
	}{
		{"happy", "text/event-stream", begin + delta + responsesDone, "Hi", api.FinishStop, "", 1},
		{"failed before a word", "text/event-stream", begin + broken, "", api.FinishError, api.ErrServer, 2},
		{"failed after a word", "text/event-stream", begin + delta + broken, "Hi", api.FinishError, api.ErrServer, 1},
		{"cut before a word", "text/event-stream", begin, "", api.FinishError, api.ErrCut, 2},
		{"cut after a word", "text/event-stream", begin + delta, "Hi", api.FinishError, api.ErrCut, 1},
		{"a body", "application/json", `{"object":"response","output":null,"output_text":"Hi"}`, "Hi", api.FinishStop, "", 1},
		{"a page", "text/html", "<html>", "", api.FinishError, api.ErrBadResponse, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			attempts := 0
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				attempts++
				w.Header().Set("Content-Type", tt.contentType)
				w.Header().Set("X-Inference-Id", "inf-1")
				_, _ = io.WriteString(w, tt.body)
			})
			reply := add(client.Stream(t.Context(), responsesQuestion))
			if reply.Answer.String() != tt.answer || reply.Finish != tt.finish || attempts != tt.attempts {
				t.Errorf("got %q, %q after %d attempts: %v", reply.Answer.String(), reply.Finish, attempts, reply.Err)
			}
			if (reply.Err != nil) != (tt.kind != "") || reply.Err != nil && reply.Err.Kind != tt.kind {
				t.Errorf("got %+v", reply.Err)
			}
			if reply.Protocol != api.Responses && tt.name != "a page" || reply.InferenceID != "inf-1" {
				t.Errorf("got %q, %q", reply.Protocol, reply.InferenceID)
			}
		})
	}
}
