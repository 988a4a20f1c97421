package openai

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

const responsesDone = `data: {"type":"response.completed","response":{"object":"response","output_text":"Hi"}}` + "\n\n"

// responsesBody returns what is sent for a request.
func responsesBody(t *testing.T, req api.Request) string {
	t.Helper()
	req.Protocol = api.Responses
	var asked *http.Request
	var body string
	add(newClient(t, Config{Transport: capture(&asked, &body)}).Stream(t.Context(), req))
	if asked == nil {
		t.Fatal("nothing was asked")
	}
	if asked.URL.Path != "/v1/responses" {
		t.Errorf("asked %s", asked.URL.Path)
	}
	return strings.TrimSpace(body)
}

func TestResponsesBody(t *testing.T) {
	zero, half := 0.0, 0.5
	for _, tt := range []struct {
		name string
		req  api.Request
		want string
	}{
		{
			"the least",
			api.Request{Model: "m", Messages: []api.Message{api.Text(api.User, "a < b & c")}},
			`{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a < b & c"}]}],"max_output_tokens":8192,"model":"m","store":false,"stream":true}`,
		},
		{
			"the most",
			api.Request{
				Model: "m", MaxTokens: 100, Temperature: &zero, TopP: &half,
				Messages: []api.Message{api.Text(api.System, "be brief"), api.Text(api.User, "q"), api.Text(api.System, "and kind")},
				Tools:    []api.Tool{{Name: "f", Description: "does it", Parameters: json.RawMessage(`{"type":"object","properties":{"x":{"default":null}}}`)}, {Name: "g"}},
				Fields:   map[string]any{"reasoning": map[string]any{"effort": "low", "summary": "auto", "x": nil}, "tools": []any{map[string]any{"type": "web_search"}}, "user": nil, "model": "other"},
			},
			`{"include":["reasoning.encrypted_content"],"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}],"instructions":"be brief\n\nand kind",` +
				`"max_output_tokens":100,"model":"m","reasoning":{"effort":"low","summary":"auto"},"store":false,"stream":true,"temperature":0,` +
				`"tools":[{"type":"function","name":"f","description":"does it","parameters":{"properties":{"x":{}},"type":"object"},"strict":false},` +
				`{"type":"function","name":"g","parameters":{"properties":{},"type":"object"},"strict":false},{"type":"web_search"}],"top_p":0.5}`,
		},
		{
			"the config has the last word",
			api.Request{Model: "m", MaxTokens: 1, Fields: map[string]any{"store": true, "max_output_tokens": 7, "include": []string{"x"}}, Messages: []api.Message{api.Text(api.User, "q")}},
			`{"include":["x"],"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}],"max_output_tokens":7,"model":"m","store":true,"stream":true}`,
		},
		{
			"files",
			api.Request{Model: "m", MaxTokens: 1, Messages: []api.Message{{Role: api.User, Parts: []api.Part{
				{Kind: api.TextPart, Text: "look"},
				{Kind: api.FilePart, File: &api.File{Name: "p.png", MIME: "image/png", Data: []byte("png")}},
				{Kind: api.FilePart, File: &api.File{Name: "d.pdf", MIME: "application/pdf", Data: []byte("pdf")}},
				{Kind: api.FilePart, File: &api.File{Name: "s.wav", MIME: "audio/wav", Data: []byte("wav")}},
				{Kind: api.FilePart, File: &api.File{Name: "n.txt", MIME: "text/plain", Data: []byte("note")}},
			}}}},
			`{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"look"},{"type":"input_image","image_url":"data:image/png;base64,cG5n"},` +
				`{"type":"input_file","filename":"d.pdf","file_data":"data:application/pdf;base64,cGRm"},{"type":"input_audio","input_audio":{"data":"d2F2","format":"wav"}},` +
				`{"type":"input_text","text":"File n.txt:\n` + "```" + `\nnote\n` + "```" + `"}]}],"max_output_tokens":1,"model":"m","store":false,"stream":true}`,
		},
		{
			"history",
			api.Request{Model: "m", MaxTokens: 1, Messages: []api.Message{
				api.Text(api.User, "q1"),
				{Role: api.Assistant, Model: "other", Parts: []api.Part{{Kind: api.ReasoningPart, Text: "secret thought"}, {Kind: api.TextPart, Text: "a1"}}},
				{Role: api.Assistant, Parts: []api.Part{{Kind: api.ReasoningPart, Text: "stopped while thinking"}}},
				{Role: api.Assistant, Parts: []api.Part{{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "never", Name: "f"}}}},
				api.Text(api.User, ""),
				{Role: api.Assistant, Model: "m", Parts: []api.Part{
					{Kind: api.TextPart, Text: "let me see"},
					{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "c1", Name: "f", Arguments: `{"x":1}`}},
					{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "c2", Name: "g"}},
					{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "unanswered", Name: "h"}},
				}},
				{Role: api.ToolRole, Parts: []api.Part{
					{Kind: api.ToolResultPart, Text: "one", Tool: &api.ToolCall{ID: "c1"}},
					{Kind: api.ToolResultPart, Text: "", Tool: &api.ToolCall{ID: "c2"}},
					{Kind: api.ToolResultPart, Text: "nobody asked", Tool: &api.ToolCall{ID: "c9"}},
				}},
			}},
			`{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q1"}]},{"type":"message","role":"assistant","content":"a1"},` +
				`{"type":"message","role":"assistant","content":"let me see"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},` +
				`{"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"one"},` +
				`{"type":"function_call_output","call_id":"c2","output":""}],"max_output_tokens":1,"model":"m","store":false,"stream":true}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := responsesBody(t, tt.req); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzBodyOfResponses holds every body to be JSON without a null.
func FuzzBodyOfResponses(f *testing.F) {
	f.Add("be brief", "q\x00\xff", `{"reasoning":{"effort":null},"tools":[null]}`, `{"item":{"id":null}}`, `{"type":null}`, uint(0))
	f.Add("", "", `{"tools":null,"include":"x","store":null}`, `{"calls":-1,"item":null}`, `null`, uint(127))
	f.Fuzz(func(t *testing.T, system, text, fields, opaque, schema string, h uint) {
		req := api.Request{Model: "m", Messages: []api.Message{
			api.Text(api.System, system), api.Text(api.User, text),
			{Role: api.Assistant, Model: "m", Parts: []api.Part{
				{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "c", Name: text, Arguments: text}},
				{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: api.Responses, Data: json.RawMessage(opaque)}},
			}},
			{Role: api.ToolRole, Parts: []api.Part{{Kind: api.ToolResultPart, Tool: &api.ToolCall{ID: "c"}, Text: text}}},
		}}
		_ = json.Unmarshal([]byte(fields), &req.Fields)
		if json.Valid([]byte(schema)) {
			req.Tools = []api.Tool{{Name: "t", Parameters: json.RawMessage(schema)}}
		}
		body, err := encodeResponses(req, responseHabits(h))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if !reflect.DeepEqual(v, dropNull(v)) {
			t.Errorf("null in %s", body)
		}
	})
}

// TestResponsesThinkOn sends thought in cipher back, in its place before the
// calls, to the model that sent it, and to nobody else.
func TestResponsesThinkOn(t *testing.T) {
	stream := `data: {"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"one","status":null}}

data: {"type":"response.output_item.done","output_index":1,"item":{"id":"fc_1","type":"function_call","call_id":"c1","name":"f","arguments":"{}"}}

data: {"type":"response.output_item.done","output_index":2,"item":{"id":"rs_2","type":"reasoning","encrypted_content":"two","status":"completed","format":"v1"}}

data: {"type":"response.output_item.done","output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"c2","name":"g","arguments":"{}"}}

data: {"type":"response.completed","response":{"output":[{"id":"rs_8","type":"reasoning","encrypted_content":"one again"},{"id":"rs_9","type":"reasoning","encrypted_content":"two again"}]}}

`
	reply := replayResponses(t, []string{stream})
	if reply.Err != nil || len(reply.Opaque) != 2 || reply.Finish != api.FinishTools {
		t.Fatalf("got %v, %q, %+v", reply.Err, reply.Finish, reply.Opaque)
	}
	results := api.Message{Role: api.ToolRole, Parts: []api.Part{
		{Kind: api.ToolResultPart, Text: "1", Tool: &api.ToolCall{ID: "c1"}}, {Kind: api.ToolResultPart, Text: "2", Tool: &api.ToolCall{ID: "c2"}},
	}}
	body := func(asked, wrote string, more ...api.Message) string {
		return responsesBody(t, api.Request{Model: asked, Messages: append([]api.Message{api.Text(api.User, "q"), reply.Message(wrote)}, more...)})
	}
	want := `{"encrypted_content":"one","id":"rs_1","summary":[],"type":"reasoning"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},` +
		`{"encrypted_content":"two","format":"v1","id":"rs_2","summary":[],"type":"reasoning"},{"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},` +
		`{"type":"function_call_output"`
	if got := body("m", "m", results); !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for name, got := range map[string]string{"another model": body("other", "m", results), "no results": body("m", "m")} {
		if strings.Contains(got, "encrypted") {
			t.Errorf("%s gets %s", name, got)
		}
	}

	// Without a call nobody thinks on.
	silent := strings.ReplaceAll(stream, "function_call", "web_search_call")
	if reply := replayResponses(t, []string{silent}); reply.Err != nil || len(reply.Opaque) != 0 {
		t.Errorf("got %v, %+v", reply.Err, reply.Opaque)
	}
}

func TestResponsesPictures(t *testing.T) {
	const item = `{"type":"image_generation_call","id":"ig_1","result":"R0lGODlhAQABAAAAACw="}`
	reply := replayResponses(t, []string{
		`data: {"type":"response.image_generation_call.partial_image","partial_image_b64":"R0lG"}` + "\n\n" +
			`data: {"type":"response.output_item.done","item":` + item + `}` + "\n\n" +
			`data: {"type":"response.completed","response":{"output":[` + item + `,{"type":"image_generation_call","result":"https://pictures.example/2","output_format":"webp"},` +
			`{"type":"image_generation_call","result":"???"},{"type":"image_generation_call","result":null}]}}` + "\n\n",
	})
	if reply.Err != nil || len(reply.Files) != 2 || len(reply.Notices) != 1 {
		t.Fatalf("got %v, %+v, %q", reply.Err, reply.Files, reply.Notices)
	}
	if f := reply.Files[0]; f.Name != "image-1.gif" || f.MIME != "image/gif" || f.Size != int64(len(f.Data)) || f.Size == 0 || len(f.SHA256) != 64 {
		t.Errorf("got %+v", f)
	}
	if f := reply.Files[1]; f.Name != "image-2.webp" || f.URL != "https://pictures.example/2" || f.Data != nil {
		t.Errorf("got %+v", f)
	}
}

// TestResponsesYieldAtOnce holds the decoder to passing on each piece when it
// comes: nothing is collected.
func TestResponsesYieldAtOnce(t *testing.T) {
	var d responsesDecoder
	for _, piece := range []string{"One", " two", " three"} {
		_, events, err := d.Frame(api.Frame{Data: []byte(`{"type":"response.output_text.delta","delta":"` + piece + `"}`)})
		if err != nil || len(events) != 1 || events[0] != (api.Answer{Text: piece}) {
			t.Errorf("%q gives %v, %v", piece, events, err)
		}
	}
}
