package anthropic

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

const testKey = "test-key-0123456789"

// serve starts a server and returns a client of it, with a key.
func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, wire.Config{
		Name: "test", BaseURL: server.URL + "/v1", KeyHint: "set TEST_KEY",
		Key: func(context.Context) (string, error) { return testKey, nil },
	})
}

// send writes and flushes.
func send(w http.ResponseWriter, documents ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, d := range documents {
		_, _ = io.WriteString(w, "data: "+d+"\n\n")
	}
	w.(http.Flusher).Flush()
}

const (
	begun    = `{"type":"message_start","message":{"model":"claude-test-1","usage":{"input_tokens":5,"output_tokens":1}}}`
	ping     = `{"type":"ping"}`
	half     = `{"type":"content_block_delta","index":9,"delta":{"type":"text_delta","text":"half"}}`
	over     = `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}`
	stopped  = `{"type":"message_stop"}`
	overload = `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`
)

// TestToolLoop asks, is asked to call, and answers the call: the thought goes
// back byte by byte, and once the turn is over it does not.
func TestToolLoop(t *testing.T) {
	const plan = `{"signature":"c2ln/+==","thinking":"a < b & \"c\"\u2028…","type":"thinking"}`
	var bodies []string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		if len(bodies) > 1 {
			send(w, begun, half, over, stopped)
			return
		}
		send(w, begun,
			`{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"a < b"}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" & \"c\"\u2028…"}}`,
			`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln/+=="}}`,
			`{"type":"content_block_stop","index":0}`,
			`{"type":"content_block_start","index":1,"content_block":`+cipher+`}`,
			`{"type":"content_block_stop","index":1}`,
			`{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}`,
			`{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"n\":1}"}}`,
			`{"type":"content_block_stop","index":2}`,
			`{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}`, stopped)
	})
	req := asked
	req.Fields = map[string]any{"thinking": map[string]any{"type": "enabled", "budget_tokens": 2000}}
	first := add(client.Stream(t.Context(), req))
	if first.Err != nil || first.Finish != api.FinishTools || len(first.Opaque) != 2 || first.Protocol != api.Messages {
		t.Fatalf("%+v, finish %q, %d sealed, by %q", first.Err, first.Finish, len(first.Opaque), first.Protocol)
	}
	req.Messages = append(req.Messages, first.Message(req.Model), api.Message{Role: api.ToolRole, Parts: parts(resulted("toolu_1", "42"))})
	second := add(client.Stream(t.Context(), req))
	if second.Err != nil || second.Answer.String() != "half" {
		t.Fatalf("%+v", second.Err)
	}
	if want := `"role":"assistant","content":[` + plan + `,` + cipher + `,{"type":"tool_use","id":"toolu_1"`; !strings.Contains(bodies[1], want) {
		t.Errorf("sent %s", bodies[1])
	}
	req.Messages = append(req.Messages, second.Message(req.Model), api.Text(api.User, "Thanks."))
	add(client.Stream(t.Context(), req))
	if strings.Contains(bodies[2], "signature") || strings.Contains(bodies[2], "redacted") || !strings.Contains(bodies[2], "budget_tokens") {
		t.Errorf("sent %s", bodies[2])
	}
	// Another model goes on: it gets no foreign thought, and can't begin to think here.
	req.Messages, req.Model = req.Messages[:3], "claude-other"
	add(client.Stream(t.Context(), req))
	if strings.Contains(bodies[3], "signature") || strings.Contains(bodies[3], "budget_tokens") {
		t.Errorf("sent %s", bodies[3])
	}
}

func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		name     string
		handler  http.HandlerFunc
		kind     api.ErrorKind
		kept     string
		attempts int
	}{
		{"overloaded before the content", func(w http.ResponseWriter, _ *http.Request) { send(w, begun, overload) }, api.ErrServer, "", 2},
		{"overloaded in the middle", func(w http.ResponseWriter, _ *http.Request) { send(w, begun, half, overload) }, api.ErrServer, "half", 1},
		{"overloaded at once", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(529)
			_, _ = io.WriteString(w, overload)
		}, api.ErrServer, "", 2},
		{"refused", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"type":"error","error":{"type":"invalid_request_error","message":"messages: at least one message is required, `+testKey+`"}}`)
		}, api.ErrInvalid, "", 1},
		{"cut", func(w http.ResponseWriter, _ *http.Request) { send(w, begun, half) }, api.ErrCut, "half", 1},
		{"cut before the content", func(w http.ResponseWriter, _ *http.Request) { send(w, begun, ping) }, api.ErrCut, "", 2},
		{"broken", func(w http.ResponseWriter, _ *http.Request) {
			send(w, begun, half)
			hijack(w)
		}, api.ErrCut, "half", 1},
		{"broken after the stop reason", func(w http.ResponseWriter, _ *http.Request) {
			send(w, begun, half, over)
			hijack(w)
		}, "", "half", 1},
		{"kept open after the end", func(w http.ResponseWriter, r *http.Request) {
			send(w, begun, half, over, stopped)
			<-r.Context().Done()
		}, "", "half", 1},
		{"a web page", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<html>Log in</html>")
		}, api.ErrBadResponse, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var attempts atomic.Int32
			reply := ask(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				tt.handler(w, r)
			}))
			if (reply.Err == nil) != (tt.kind == "") || reply.Err != nil && reply.Err.Kind != tt.kind {
				t.Errorf("got %+v", reply.Err)
			}
			if strings.Contains(fmt.Sprintf("%+v", reply.Err), testKey) {
				t.Error("the key shows")
			}
			if n := int(attempts.Load()); n != tt.attempts || reply.Answer.String() != tt.kept {
				t.Errorf("asked %d times, want %d; kept %q", n, tt.attempts, reply.Answer.String())
			}
		})
	}
}

// hijack breaks the connection.
func hijack(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

// TestRetryKeepsNothing: what a failed attempt sealed is not the answer's.
func TestRetryKeepsNothing(t *testing.T) {
	attempts := 0
	reply := ask(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts == 1 {
			send(w, begun, `{"type":"content_block_start","index":0,"content_block":`+cipher+`}`, `{"type":"content_block_stop","index":0}`, overload)
			return
		}
		send(w, begun, half, over, stopped)
	}))
	if reply.Err != nil || attempts != 2 || len(reply.Opaque) != 0 {
		t.Errorf("%d attempts, %d sealed, %v", attempts, len(reply.Opaque), reply.Err)
	}
}

// timeline answers with pieces, each after a time, and then with silence.
func timeline(pieces ...any) transport {
	return func(r *http.Request) (*http.Response, error) {
		body, w := io.Pipe()
		context.AfterFunc(r.Context(), func() { w.CloseWithError(r.Context().Err()) })
		go func() {
			for _, piece := range pieces {
				switch piece := piece.(type) {
				case time.Duration:
					time.Sleep(piece)
				case string:
					_, _ = io.WriteString(w, "data: "+piece+"\n\n")
				}
			}
		}()
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: body, Request: r}, nil
	}
}

// TestPatience runs the real timeouts on a clock that does not wait.
func TestPatience(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pieces []any
		has    string
		took   time.Duration
	}{
		{"pings count", []any{begun, 299 * time.Second, ping, 299 * time.Second, half, 89 * time.Second, ping, 89 * time.Second, over, stopped}, "", 776*time.Second + 500*time.Millisecond},
		{"ping, then silence", []any{begun, ping}, "silent for 5m0s and began no answer", 300 * time.Second},
		{"falls silent", []any{begun, half, ping}, "silent for 1m30s in the middle", 90 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				reply := ask(t, newClient(t, wire.Config{Transport: timeline(tt.pieces...)}))
				if took := time.Since(start); (took - tt.took).Abs() > time.Second/10 { // a reader rests between pieces
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if tt.has == "" && reply.Finish != api.FinishStop {
					t.Errorf("got %+v", reply.Err)
				}
				if tt.has != "" && (reply.Err == nil || reply.Err.Kind != api.ErrTimeout || !strings.Contains(reply.Err.Message, tt.has)) {
					t.Errorf("got %+v", reply.Err)
				}
			})
		})
	}
}

func TestWholeBody(t *testing.T) {
	reply := ask(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Aimlapi-Usd-Spent", "0.001240000")
		w.Header().Set("X-Aimlapi-Credits-Used", "2480")
		w.Header().Set("X-Inference-Id", "inf-9")
		_, _ = io.WriteString(w, `{"type":"message","model":"claude-test-1","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}`)
	}))
	if reply.Err != nil || reply.Answer.String() != "Hi" || reply.Cost.USD == nil || *reply.Cost.USD != 0.00124 || reply.InferenceID != "inf-9" || *reply.Usage.Completion != 2 {
		t.Errorf("%v, %q, %+v, %q", reply.Err, reply.Answer.String(), reply.Cost, reply.InferenceID)
	}
}

func TestModels(t *testing.T) {
	body := `{"data":[{"type":"model","id":"claude-test-1","display_name":"Claude Test 1","created_at":"2026-01-01T00:00:00Z","max_input_tokens":200000,"max_tokens":64000,"capabilities":{"thinking":{"supported":true,"types":{"enabled":{"supported":false},"adaptive":{"supported":true}}},"image_input":{"supported":true},"pdf_input":{"supported":true},"effort":null}},{"id":"claude-test-0","capabilities":null},{"id":""},7],"has_more":false}`
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/models" || r.Header.Get("Authorization") != "Bearer "+testKey {
			t.Errorf("asked %s with %v", r.URL, r.Header)
		}
		_, _ = io.WriteString(w, body)
	})
	models, err := client.Models(t.Context())
	if err != nil || len(models) != 2 {
		t.Fatalf("got %v, %v", models, err)
	}
	if m := models[0]; m.ID != "claude-test-1" || m.Name != "Claude Test 1" || m.Context != 200000 || m.OutputMax != 64000 {
		t.Errorf("got %+v", m)
	}
	if m := models[0]; !slices.Equal(m.Controls, []api.Control{api.ControlThinkingAuto}) || !slices.Equal(m.Capabilities, []string{"vision", "file_input"}) {
		t.Errorf("its abilities are %v, %v", m.Controls, m.Capabilities)
	}
	if m := models[1]; m.Controls != nil || m.Capabilities != nil {
		t.Errorf("of the other nothing is known, but %v, %v", m.Controls, m.Capabilities)
	}
	for _, body = range []string{`{"error":"no"}`, `[`, `"x"`} {
		if _, err := client.Models(t.Context()); api.AsError(err) == nil || api.AsError(err).Kind != api.ErrBadResponse {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestStopping(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		send(w, begun, half)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for ev, err := range client.Stream(ctx, asked) {
		if _, ok := ev.(api.Answer); ok {
			cancel()
		}
		if err != nil && api.AsError(err).Kind != api.ErrCanceled {
			t.Errorf("got %v", err)
		}
	}
	for range client.Stream(t.Context(), asked) { // who leaves in the middle hangs nobody
		break
	}
}

// decodeBody reads a request as a server does.
func decodeBody(r *http.Request) (b map[string]any) {
	_ = json.NewDecoder(r.Body).Decode(&b)
	return b
}
