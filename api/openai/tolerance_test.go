package openai

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// data is an event of a stream.
func data(doc string) string { return "data: " + doc + "\n\n" }

const (
	hi   = `{"id":"x-1","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}`
	stop = `{"id":"x-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
	done = "data: [DONE]\n\n"
)

// TestTolerance is the list of what services do that no protocol says; each
// point stands alone.
func TestTolerance(t *testing.T) {
	cited := func(answer, usage string) string { return answer + " stop " + usage }
	for _, tt := range []struct {
		name string
		body string
		want string // see summary
	}{
		{"no choices", data(`{"id":"x-1","model":"m"}`) + data(hi) + data(stop), "Hi stop"},
		{"choices null", data(`{"choices":null}`) + data(hi) + data(stop), "Hi stop"},
		{"choices empty, with usage", data(hi) + data(stop) + data(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}`) + done, cited("Hi", "1+2")},
		{"no delta", data(hi) + data(`{"choices":[{"index":0,"finish_reason":"stop"}]}`), "Hi stop"},
		{"delta null", data(`{"choices":[{"delta":null}]}`) + data(hi) + data(stop), "Hi stop"},
		{
			"null fields",
			data(`{"id":null,"model":null,"created":null,"usage":null,"meta":null,"error":null,"choices":[{"index":null,"logprobs":null,"finish_reason":null,`+
				`"delta":{"role":null,"content":null,"refusal":null,"reasoning_content":null,"reasoning":null,"reasoning_details":null,"tool_calls":null,"function_call":null,"annotations":null,"audio":null,"images":null,"extra_content":null}}]}`) +
				data(hi) + data(stop), "Hi stop",
		},
		{"absent fields", data(`{"choices":[{"delta":{"content":"Hi"}}]}`) + data(`{"choices":[{"finish_reason":"stop"}]}`), "Hi stop"},
		{
			"repeated fields", data(`{"choices":[{"delta":{"role":"assistant","content":"H"}}]}`) +
				data(`{"choices":[{"delta":{"role":"assistant","content":"i"}}]}`) + data(stop) + data(stop), "Hi stop",
		},
		{"an id empty after the first chunk", data(hi) + data(`{"id":"","choices":[{"delta":{"content":"!"}}]}`) + data(stop), "Hi! stop"},
		{"finish_reason end_turn", data(hi) + data(`{"choices":[{"delta":{},"finish_reason":"end_turn"}]}`), "Hi stop"},
		{"finish_reason STOP", data(hi) + data(`{"choices":[{"delta":{},"finish_reason":"STOP"}]}`), "Hi stop"},
		{"finish_reason absent", data(hi) + done, "Hi stop"},
		{"a stream that Groq stopped", data(hi) + data(`{"id":"x-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","error":"over capacity"}}`) + done, "Hi error server"},
		{
			"a second stop chunk with null usage", data(hi) +
				data(`{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`) +
				data(`{"choices":[{"finish_reason":"stop"}],"usage":null}`), cited("Hi", "1+2"),
		},
		{
			"late usage of zeros", data(hi) + data(`{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`) +
				data(`{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`), cited("Hi", "1+2"),
		},
		{
			"the wrapper of before 2026", data(`{"event":`+hi+`,"state":{"usage":{"input_tokens":1,"output_tokens":2}}}`) +
				data(`{"event":`+stop+`,"state":{"generationId":"","tools":[]}}`), cited("Hi", "1+2"),
		},
		{"statusCode as a string", data(hi) + data(`{"statusCode":"429","message":"Too Many Requests"}`), "Hi error rate_limit"},
		{"statusCode as a number", data(hi) + data(`{"statusCode":503,"message":"down"}`), "Hi error server"},
		{
			"a cumulative message beside the delta", data(`{"choices":[{"delta":{"content":"H"},"message":{"content":"H"}}]}`) +
				data(`{"choices":[{"delta":{"content":"i"},"message":{"content":"Hi"}}]}`) +
				data(`{"choices":[{"delta":{"content":""},"message":{"content":"Hi"},"finish_reason":"stop"}]}`), "Hi stop",
		},
		{"CRLF", strings.ReplaceAll(data(hi)+data(stop), "\n", "\r\n"), "Hi stop"},
		{"CR", strings.ReplaceAll(data(hi)+data(stop), "\n", "\r"), "Hi stop"},
		{"a byte order mark", "\ufeff" + data(hi) + data(stop), "Hi stop"},
		{"comments", ": OPENROUTER PROCESSING\n\n" + data(hi) + ": still here\n\n" + data(stop), "Hi stop"},
		{"event: error", data(hi) + "event: error\n" + data(`{"message":"overloaded"}`), "Hi error server"},
		{"event: error with words", data(hi) + "event: error\n" + data(`overloaded`), "Hi error server"},
		{"an error: field", data(hi) + "error: {\"message\":\"overloaded\"}\n\n", "Hi error server"},
		{"JSON over several data lines", data(hi) + "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"!\"},\ndata: \"finish_reason\":\"stop\"}]}\n\n", "Hi! stop"},
		{"JSON cut into data lines inside a word", data(hi) + "data: {\"choices\":[{\"delta\":{\"con\ndata: tent\":\"!\"},\"finish_reason\":\"stop\"}]}\n\n", "Hi! stop"},
		{"no [DONE]", data(hi) + data(stop), "Hi stop"},
		{"no final blank line", data(hi) + strings.TrimSpace(data(stop)), "Hi stop"},
		{"no final blank line after [DONE]", data(hi) + "data: [DONE]", "Hi stop"},
		{"neither finish nor [DONE]", data(hi), "Hi error cut"},
		{"a JSON body", `{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`, cited("Hi", "1+2")},
		{"a JSON body after white space and a mark", "\ufeff\n " + `{"choices":[{"message":{"content":"Hi"}}]}`, "Hi stop"},
		{"message null", `{"choices":[{"message":null,"finish_reason":"malformed_function_call"}]}`, " malformed_function_call"},
		{"message null in a stream", data(`{"choices":[{"message":null,"delta":{"content":"Hi"}}]}`) + data(stop), "Hi stop"},
		{"a page with status 200", "<!doctype html><html><body>Sign in</body></html>", " error bad_response"},
		{"content that is a part", data(`{"choices":[{"delta":{"content":{"type":"text","text":"Hi"}}}]}`) + data(stop), "Hi stop"},
		{"content that is parts", data(`{"choices":[{"delta":{"content":[{"type":"output_text","text":"H"},{"type":"text","text":"i"}]}}]}`) + data(stop), "Hi stop"},
		{"text of legacy completions", data(`{"choices":[{"text":"Hi","finish_reason":"length"}]}`), "Hi length"},
		{"a refusal", data(`{"choices":[{"delta":{"refusal":"I won't."}}]}`) + data(stop), "I won't. content_filter"},
		{"a refusal as a part", `{"choices":[{"message":{"content":[{"type":"refusal","refusal":"I won't."}]},"finish_reason":"stop"}]}`, "I won't. content_filter"},
		{"a finish after [DONE]", data(hi) + done + data(`{"choices":[{"delta":{},"finish_reason":"length"}]}`), "Hi length"},
		{"what OpenRouter charged", data(hi) + data(stop) + data(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"cost":0.0004,"is_byok":false}}`) + done, "Hi stop 1+2 $0.0004"},
		{"costs of another shape", data(hi) + data(stop) + data(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":{"total_cost":0.01}}}`) + done, "Hi stop 1+2"},
		{"meta alone, after the end", data(hi) + data(stop) + data(`{"meta":{"usage":{"credits_used":2000000}}}`) + done, "Hi stop $1"},
		{"meta.metrics is no figure", data(`{"choices":[{"delta":{"content":"Hi"}}],"meta":{"metrics":{"duration_ms":617,"tps":8.1}}}`) + data(stop), "Hi stop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, pieces := range cuts(tt.body) {
				if got := summary(replay(t, pieces)); got != tt.want {
					t.Errorf("%s: got %q, want %q", how, got, tt.want)
				}
			}
		})
	}
}

// summary is an answer in a line: its text, its end, and the figures that came.
func summary(r *api.Reply) string {
	s := r.Answer.String() + " " + string(r.Finish)
	if r.Err != nil {
		s += " " + string(r.Err.Kind)
	}
	if r.Usage.Prompt != nil {
		s += fmt.Sprintf(" %d+%d", *r.Usage.Prompt, *r.Usage.Completion)
	}
	if r.Cost.USD != nil {
		s += fmt.Sprintf(" $%v", *r.Cost.USD)
	}
	return s
}

// TestSources reads every shape in which services name the sources of an answer.
func TestSources(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{
			"citations, titles beside them", `{"citations":["https://a.example","https://b.example"],"search_results":[{"title":"B","url":"https://b.example"},{"title":"C","url":"https://c.example"}],"choices":[{"message":{"content":"x"}}]}`,
			"[{ https://a.example} {B https://b.example} {C https://c.example}]",
		},
		{
			"annotations", `{"choices":[{"message":{"content":"x","annotations":[{"type":"url_citation","url_citation":{"title":"A","url":"https://a.example","start_index":0}},{"type":"file_citation"}]}}]}`,
			"[{A https://a.example}]",
		},
		{
			"Qwen's search_info", `{"search_info":{"search_results":[{"site_name":"s","index":1,"title":"A","url":"https://a.example"}]},"choices":[{"message":{"content":"x"}}]}`,
			"[{A https://a.example}]",
		},
		{
			"tools that the service ran", `{"choices":[{"message":{"content":"x","executed_tools":[{"search_results":{"results":[{"title":"A","url":"https://a.example","score":1}]}}]}}]}`,
			"[{A https://a.example}]",
		},
		{"one twice", `{"citations":["https://a.example","https://a.example"],"choices":[{"message":{"content":"x"}}]}`, "[{ https://a.example}]"},
		{"nothing to go to", `{"citations":[{"title":"A"},null,""],"search_results":null,"choices":[{"message":{"content":"x"}}]}`, "[]"},
	} {
		if got := fmt.Sprint(replay(t, []string{tt.body}).Citations); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestHugeEvent: a large event; with AIMLCHAT_LONG, one as large as the largest
// that is read, and a larger one, which is an error that keeps what came.
func TestHugeEvent(t *testing.T) {
	long := os.Getenv("AIMLCHAT_LONG") != ""
	size := 1 << 20
	if long {
		size = api.MaxFrame - 1<<10
	}
	const frame = `{"choices":[{"delta":{"content":""}}]}`
	text := strings.Repeat("x", size)
	event := "data: " + strings.Replace(frame, `""`, `"`+text+`"`, 1) + "\n\n"
	reply := ask(t, newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", data(hi), event, done)}))
	if reply.Err != nil || reply.Answer.Len() != len(text)+2 {
		t.Errorf("%d bytes, %v", reply.Answer.Len(), reply.Err)
	}
	if !long {
		return // the limit itself is tested where it is kept
	}
	reply = ask(t, newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", data(hi), event[:40], text[:2<<10], event[40:], done)}))
	if reply.Err == nil || reply.Err.Kind != api.ErrBadResponse || reply.Answer.String() != "Hi" {
		t.Errorf("%d bytes, %v", reply.Answer.Len(), reply.Err)
	}
}
