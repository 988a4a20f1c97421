package openai

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

const testKey = "test-key-0123456789"

// serve starts a server and returns a client of it, with a key.
func serve(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, Config{
		Name: "test", BaseURL: server.URL + "/v1", KeyHint: "set TEST_KEY",
		Key: func(context.Context) (string, error) { return testKey, nil },
	})
}

// refuse is a server that always answers so.
func refuse(status int, contentType, body string, count *int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		*count++
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestRefusals(t *testing.T) {
	const problem = "application/problem+json"
	for _, tt := range []struct {
		name              string
		status            int
		contentType, body string
		kind              api.ErrorKind
		has, hint         string
		attempts          int
	}{
		{"401", 401, problem, `{"message":"Wrong key ` + testKey + `."}`, api.ErrAuth, "refuses the key: Wrong key", "set TEST_KEY", 1},
		{"403 funds", 403, problem, `{"message":"Top up.","error":{"data":{"kind":"err_insufficent_credits"}}}`, api.ErrFunds, "Top up.", "top up", 1},
		{"404", 404, problem, `{"message":"no such model"}`, api.ErrNotFound, "no such model", "another model", 1},
		{"429", 429, problem, `{"message":"Too Many Requests"}`, api.ErrRateLimit, "too many requests", "wait", 4},
		{"500", 500, problem, `{"message":"Internal server error"}`, api.ErrServer, "500", "try again", 2},
		{"502 page", 502, "text/html", "<html><body>Cloudflare</body></html>", api.ErrServer, "502 Bad Gateway", "try again", 2},
		{"200 page", 200, "text/html", "<!DOCTYPE html><p>Log in</p>", api.ErrBadResponse, "a web page", "base URL", 1},
		{"200 page by type", 200, "text/html; charset=utf-8", "Log in", api.ErrBadResponse, "a web page", "base URL", 1},
		{"200 text", 200, "text/plain", "hello", api.ErrBadResponse, "text/plain", "base URL", 1},
		{"200 empty", 200, "text/event-stream", "", api.ErrCut, "cut off", "try again", 2},
		{"302", 302, "text/html", "<html>", api.ErrBadResponse, "302 Found", "base URL", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			attempts := 0
			reply := ask(t, serve(t, refuse(tt.status, tt.contentType, tt.body, &attempts)))
			if reply.Err == nil {
				t.Fatal("no error")
			}
			if reply.Err.Kind != tt.kind || !strings.Contains(reply.Err.Message, tt.has) || !strings.Contains(reply.Err.Hint, tt.hint) {
				t.Errorf("got %s: %q, hint %q", reply.Err.Kind, reply.Err.Message, reply.Err.Hint)
			}
			if attempts != tt.attempts {
				t.Errorf("asked %d times, want %d", attempts, tt.attempts)
			}
			if strings.Contains(fmt.Sprintf("%+v", reply.Err), testKey) {
				t.Error("the key shows")
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		after, hint string
		attempts    int
	}{
		{"30", "try again in 30s", 4},
		{"61", "asks to wait 1m1s", 1},
	} {
		attempts := 0
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", tt.after)
			refuse(429, "application/json", `{}`, &attempts)(w, r)
		})
		reply := ask(t, client)
		if reply.Err == nil || !strings.Contains(reply.Err.Hint, tt.hint) || attempts != tt.attempts {
			t.Errorf("%s: %d attempts, %+v", tt.after, attempts, reply.Err)
		}
	}
}

func TestRetrySucceeds(t *testing.T) {
	attempts := 0
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if attempts++; attempts == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("X-Inference-Id", "inf-1")
		_, _ = io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n")
	})
	reply := ask(t, client)
	if reply.Err != nil || reply.Answer.String() != "Hi" || reply.InferenceID != "inf-1" || attempts != 2 {
		t.Errorf("%d attempts, %q, %v", attempts, reply.Answer.String(), reply.Err)
	}
}

func TestRefusedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	listener.Close()
	retries := 0
	for ev, err := range newClient(t, Config{BaseURL: "http://" + host}).Stream(t.Context(), question) {
		if _, ok := ev.(api.Retry); ok {
			retries++
			continue
		}
		e := api.AsError(err)
		if e == nil || e.Kind != api.ErrConnect || !strings.Contains(e.Message, host) {
			t.Errorf("got %v, %+v", ev, e)
		}
	}
	if retries != 3 {
		t.Errorf("%d retries", retries)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of us
	server.StartTLS()
	t.Cleanup(server.Close)
	reply := ask(t, newClient(t, Config{BaseURL: server.URL}))
	if reply.Err == nil || reply.Err.Kind != api.ErrConnect || !strings.Contains(reply.Err.Message, "certificate") {
		t.Errorf("got %+v", reply.Err)
	}
}

const half = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n"

// send writes and flushes.
func send(w http.ResponseWriter, s string) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, s)
	w.(http.Flusher).Flush()
}

func TestCuts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		kind    api.ErrorKind
		finish  api.FinishReason
	}{
		{"connection broken", func(w http.ResponseWriter, _ *http.Request) {
			send(w, half)
			hijack(w)
		}, api.ErrCut, api.FinishError},
		{"clean end without finish", func(w http.ResponseWriter, _ *http.Request) {
			send(w, half)
		}, api.ErrCut, api.FinishError},
		{"broken after the finish", func(w http.ResponseWriter, _ *http.Request) {
			send(w, half+"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
			hijack(w)
		}, "", api.FinishStop},
		{"kept open after [DONE]", func(w http.ResponseWriter, r *http.Request) {
			send(w, half+"data: [DONE]\n\n")
			<-r.Context().Done()
		}, "", api.FinishStop},
		{"body shorter than said", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			send(w, `{"choices":[`)
		}, api.ErrCut, api.FinishError},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reply := ask(t, serve(t, tt.handler))
			if reply.Finish != tt.finish || tt.kind != "" && (reply.Err == nil || reply.Err.Kind != tt.kind) {
				t.Errorf("finish %q, error %+v", reply.Finish, reply.Err)
			}
			if tt.name != "body shorter than said" && reply.Answer.String() != "half" {
				t.Errorf("kept %q", reply.Answer.String())
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

func TestRedirectIsNotFollowed(t *testing.T) {
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(thief.Close)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	if reply := ask(t, client); reply.Err == nil || reply.Err.Kind != api.ErrBadResponse {
		t.Errorf("got %+v", reply.Err)
	}
	if _, err := client.Models(t.Context()); err == nil {
		t.Error("no error for a redirected list")
	}
}

func TestKeyStaysOffPlainHTTP(t *testing.T) {
	asked := false
	carrier := transport(func(*http.Request) (*http.Response, error) {
		asked = true
		return nil, io.EOF
	})
	key := func(context.Context) (string, error) { return testKey, nil }
	for _, tt := range []struct {
		url  string
		sent bool
	}{
		{"http://example.com/v1", false},
		{"http://192.168.0.7/v1", false},
		{"http://localhost.example.com/v1", false},
		{"https://example.com/v1", true},
		{"http://localhost:8080/v1", true},
		{"http://127.0.0.1/v1", true},
		{"http://[::1]:80/v1", true},
	} {
		asked = false
		reply := ask(t, newClient(t, Config{BaseURL: tt.url, Key: key, Transport: carrier}))
		if asked != tt.sent || reply.Err == nil {
			t.Errorf("%s: sent %t, %v", tt.url, asked, reply.Err)
		}
	}
}

func TestMissingKey(t *testing.T) {
	missing := &api.Error{Kind: api.ErrAuth, Message: "no key for test", Hint: "set it"}
	client := newClient(t, Config{Key: func(context.Context) (string, error) { return "", missing }})
	if reply := ask(t, client); !errors.Is(reply.Err, missing) {
		t.Errorf("got %+v", reply.Err)
	}
	attempts := 0
	server := httptest.NewServer(refuse(401, "application/json", `{}`, &attempts))
	t.Cleanup(server.Close)
	client = newClient(t, Config{Name: "test", BaseURL: server.URL + "/v1"})
	if reply := ask(t, client); reply.Err == nil || !strings.HasPrefix(reply.Err.Message, "no key for 127.0.0.1") {
		t.Errorf("got %+v", reply.Err)
	}
}

func TestLearnsFromRefusals(t *testing.T) {
	var bodies []map[string]any
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		bodies = append(bodies, body)
		refusal := ""
		switch {
		case body["stream_options"] != nil:
			refusal = "Unrecognized request argument supplied: stream_options"
		case body["max_tokens"] != nil:
			refusal = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
		case strings.Contains(fmt.Sprint(body["messages"]), "system"):
			refusal = "Unsupported value: 'messages[0].role' does not support 'system' with this model."
		}
		if refusal != "" {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": refusal}})
			return
		}
		send(w, half+"data: [DONE]\n\n")
	})
	req := question
	req.Messages = append([]api.Message{api.Text(api.System, "Be brief.")}, req.Messages...)
	for range 2 {
		if reply := add(client.Stream(t.Context(), req)); reply.Err != nil {
			t.Fatal(reply.Err)
		}
	}
	if len(bodies) != 5 {
		t.Errorf("asked %d times, want 4 and then 1", len(bodies))
	}
	if last := bodies[len(bodies)-1]; last["max_completion_tokens"] != float64(api.DefaultMaxTokens) {
		t.Errorf("the last request: %v", last)
	}
}

func TestGzip(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/event-stream")
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, half+"data: [DONE]\n\n")
		z.Close()
		_, _ = w.Write(b.Bytes())
	})
	if reply := ask(t, client); reply.Err != nil || reply.Answer.String() != "half" {
		t.Errorf("%q, %v", reply.Answer.String(), reply.Err)
	}
}

func TestCostInHeaders(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Aimlapi-Usd-Spent", "0.001240000")
		w.Header().Set("X-Aimlapi-Credits-Used", "2480")
		w.Header().Set("X-Inference-Id", "inf-9")
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"Hi"}}]}`) // all else is silent
	})
	reply := ask(t, client)
	if reply.Cost.USD == nil || *reply.Cost.USD != 0.00124 || *reply.Cost.Credits != 2480 || reply.Cost.Source != api.Billed {
		t.Errorf("got %+v", reply.Cost)
	}
	if reply.InferenceID != "inf-9" || reply.Finish != api.FinishStop {
		t.Errorf("got %q, %q", reply.InferenceID, reply.Finish)
	}
}

// What AI/ML API paid its supplier is not what the person pays.
func TestCostOfASupplier(t *testing.T) {
	body := data(hi) + data(stop) + data(`{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":0.0004}}`) + done
	reply := ask(t, newClient(t, Config{Name: "aimlapi", Transport: answering(http.StatusOK, "text/event-stream", body)}))
	if reply.Cost.USD != nil {
		t.Errorf("got %+v", reply.Cost)
	}
}
