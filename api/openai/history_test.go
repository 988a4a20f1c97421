package openai

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// bodyOf is what is sent for req to a model without habits.
func bodyOf(t testing.TB, req api.Request) string {
	t.Helper()
	body, err := encode(req, habits{})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// sentMessages are the messages of a body, as JSON.
func sentMessages(t testing.TB, req api.Request) string {
	t.Helper()
	var body struct{ Messages json.RawMessage }
	if err := json.Unmarshal([]byte(bodyOf(t, req)), &body); err != nil {
		t.Fatal(err)
	}
	return string(body.Messages)
}

func call(id, name, arguments string) api.Part {
	return api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: id, Name: name, Arguments: arguments}}
}

func result(id, name, text string) api.Message {
	return api.Message{Role: api.ToolRole, Parts: []api.Part{
		{Kind: api.ToolResultPart, Text: text, Tool: &api.ToolCall{ID: id, Name: name}},
	}}
}

func opaque(protocol api.Protocol, data string) api.Part {
	return api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: protocol, Data: json.RawMessage(data)}}
}

func TestHistory(t *testing.T) {
	text := func(s string) api.Part { return api.Part{Kind: api.TextPart, Text: s} }
	thought := api.Part{Kind: api.ReasoningPart, Text: "secret thought"}
	by := func(model string, parts ...api.Part) api.Message {
		return api.Message{Role: api.Assistant, Model: model, Parts: parts}
	}
	for _, tt := range []struct {
		name     string
		messages []api.Message
		want     string
	}{
		{
			"a call and its result",
			[]api.Message{by("m", thought, call("c1", "f", `{"a":1}`)), result("c1", "f", "42")},
			`[{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},` +
				`{"role":"tool","content":"42","tool_call_id":"c1"}]`,
		},
		{
			"two calls, one answered",
			[]api.Message{by("m", text("Let me look."), call("c1", "f", "{}"), call("c2", "g", "")), result("c2", "g", "")},
			`[{"role":"assistant","content":"Let me look.","tool_calls":[{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},` +
				`{"role":"tool","content":"","tool_call_id":"c2"}]`,
		},
		{
			"no call is answered later",
			[]api.Message{by("m", call("c1", "f", "{}")), api.Text(api.User, "q"), result("c1", "f", "late")},
			`[{"role":"user","content":"q"}]`,
		},
		{
			"a result that nobody asked for, and one twice",
			[]api.Message{result("c0", "f", "lost"), by("m", call("c1", "f", "{}")), result("c1", "f", "one"), result("c1", "f", "two")},
			`[{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},` +
				`{"role":"tool","content":"one","tool_call_id":"c1"}]`,
		},
		{
			"calls without ids",
			[]api.Message{by("m", call("", "f", "{}")), result("", "f", "1")},
			`[{"role":"assistant","content":"","tool_calls":[{"id":"call_f","type":"function","function":{"name":"f","arguments":"{}"}}]},` +
				`{"role":"tool","content":"1","tool_call_id":"call_f"}]`,
		},
		{
			"a signature goes back to its model, untouched",
			[]api.Message{by("m", thought, text("a"), opaque(api.Chat, `{"extra_content":{"google":{"thought_signature":"s+/="}}}`))},
			`[{"role":"assistant","content":"a","extra_content":{"google":{"thought_signature":"s+/="}}}]`,
		},
		{
			"not to another model, nor from another protocol",
			[]api.Message{
				by("other", text("a"), opaque(api.Chat, `{"extra_content":{"x":1}}`)),
				by("m", text("b"), opaque(api.Messages, `{"extra_content":{"x":1}}`), opaque(api.Chat, `broken`)),
			},
			`[{"role":"assistant","content":"a"},{"role":"assistant","content":"b"}]`,
		},
		{
			"a signature of a call",
			[]api.Message{
				by("m", call("c1", "f", "{}"), call("c2", "g", "{}"), opaque(api.Chat, `{"tool_calls":[{"index":1,"id":"c2","extra_content":{"x":2}}]}`)),
				result("c1", "f", "1"), result("c2", "g", "2"),
			},
			`[{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},` +
				`{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"},"extra_content":{"x":2}}]},` +
				`{"role":"tool","content":"1","tool_call_id":"c1"},{"role":"tool","content":"2","tool_call_id":"c2"}]`,
		},
		{
			"encrypted thought goes back beside calls",
			[]api.Message{
				by("m", call("c1", "f", "{}"), opaque(api.Chat, `{"reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]}`)),
				result("c1", "f", "1"),
				by("m", text("a"), opaque(api.Chat, `{"reasoning_details":[{"type":"reasoning.encrypted","data":"y"}]}`)),
			},
			`[{"role":"assistant","content":"","reasoning_details":[{"type":"reasoning.encrypted","data":"x"}],` +
				`"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},` +
				`{"role":"tool","content":"1","tool_call_id":"c1"},{"role":"assistant","content":"a"}]`,
		},
		{
			"what a model made does not go back",
			[]api.Message{by("m", text("a"), api.Part{Kind: api.FilePart, File: &api.File{Name: "image-1.png", MIME: "image/png"}})},
			`[{"role":"assistant","content":"a"}]`,
		},
	} {
		if got := sentMessages(t, api.Request{Model: "m", Messages: tt.messages}); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func file(name, mime, data string) api.Part {
	return api.Part{Kind: api.FilePart, File: &api.File{Name: name, MIME: mime, Data: []byte(data)}}
}

func TestFiles(t *testing.T) {
	question := api.Part{Kind: api.TextPart, Text: "What is it?"}
	for _, tt := range []struct {
		name  string
		parts []api.Part
		want  string // the content
	}{
		{"text alone", []api.Part{question}, `"What is it?"`},
		{
			"a picture",
			[]api.Part{question, file("a.png", "image/png", "png")},
			`[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,cG5n"}}]`,
		},
		{
			"a picture alone, by its address",
			[]api.Part{{Kind: api.FilePart, File: &api.File{Name: "a", MIME: "image/jpeg", URL: "https://x.example/a.jpg"}}},
			`[{"type":"image_url","image_url":{"url":"https://x.example/a.jpg"}}]`,
		},
		{"a PDF", []api.Part{file("a.pdf", "application/pdf", "%PDF")}, `[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]`},
		{"wav", []api.Part{file("a.wav", "audio/x-wav", "RIFF")}, `[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]`},
		{"mp3", []api.Part{file("a.mp3", "audio/mpeg", "ID3")}, `[{"type":"input_audio","input_audio":{"data":"SUQz","format":"mp3"}}]`},
		{"text stays a string", []api.Part{question, file("n.txt", "text/plain", "one\n")}, "\"What is it?\\n\\nFile n.txt:\\n```\\none\\n```\""},
		{
			"a fence in a text",
			[]api.Part{file("n.md", "text/markdown", "````go\nx\n````")},
			"\"File n.md:\\n`````\\n````go\\nx\\n````\\n`````\"",
		},
		{"a name with a line end", []api.Part{file("a\n```\nb", "text/plain", "")}, "\"File a ``` b:\\n```\\n```\""},
		{"SVG is text", []api.Part{file("a.svg", "image/svg+xml", "<svg/>")}, "\"File a.svg:\\n```\\n<svg/>\\n```\""},
		{"JSON is text", []api.Part{file("a.json", "application/json", "{}")}, "\"File a.json:\\n```\\n{}\\n```\""},
		{"an unknown type that reads as text", []api.Part{file("Makefile", "", "all:")}, "\"File Makefile:\\n```\\nall:\\n```\""},
		{
			"several",
			[]api.Part{file("n.txt", "text/plain", "1"), file("a.png", "image/png", "1"), question, file("b.png", "image/png", "2")},
			"[{\"type\":\"text\",\"text\":\"File n.txt:\\n```\\n1\\n```\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,MQ==\"}}," +
				`{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,Mg=="}}]`,
		},
	} {
		got := sentMessages(t, api.Request{Model: "m", Messages: []api.Message{{Role: api.User, Parts: tt.parts}}})
		if want := `[{"role":"user","content":` + tt.want + `}]`; got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, want)
		}
	}
}

func TestFilesThatCannotBeSent(t *testing.T) {
	for _, tt := range []struct {
		part api.Part
		has  string
	}{
		{file("a.zip", "application/zip", "PK\x00\x01"), "sending a.zip: there is no way to send application/zip"},
		{file("a.ogg", "audio/ogg", "OggS\x00"), "audio/ogg"},
		{api.Part{Kind: api.FilePart, File: &api.File{Name: "a.png", MIME: "image/png"}}, "not at hand"},
		{api.Part{Kind: api.FilePart, File: &api.File{Name: "a.pdf", MIME: "application/pdf", URL: "https://x.example"}}, "not at hand"},
	} {
		req := api.Request{Model: "m", Messages: []api.Message{{Role: api.User, Parts: []api.Part{tt.part}}}}
		reply := add(newClient(t, Config{Transport: transport(nil)}).Stream(t.Context(), req)) // nothing is sent
		if reply.Err == nil || reply.Err.Kind != api.ErrInvalid || !strings.Contains(reply.Err.Message, tt.has) || reply.Err.Retryable {
			t.Errorf("%s: got %+v", tt.part.File.Name, reply.Err)
		}
	}
}

// An answer to go on with is marked in the service's word, and nothing else is.
func TestMark(t *testing.T) {
	for _, mark := range []string{"", "prefix", "partial"} {
		body, err := encode(api.Request{Mark: mark, Messages: []api.Message{
			api.Text(api.Assistant, "before"), api.Text(api.User, "Count."), api.Text(api.Assistant, "one, "),
		}}, habits{})
		want := `{"role":"assistant","content":"one, "}]`
		if mark != "" {
			want = `{"role":"assistant","content":"one, ","` + mark + `":true}]`
		}
		if err != nil || !strings.Contains(string(body), want) || strings.Count(string(body), "true}") != map[bool]int{true: 2, false: 1}[mark != ""] {
			t.Errorf("%q: %s, %v", mark, body, err)
		}
	}
}
