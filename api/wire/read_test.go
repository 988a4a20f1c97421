package wire

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestRead(t *testing.T) {
	const sse = "text/event-stream"
	for _, tt := range []struct {
		name, kind, body string
		answer           string
		kindOfError      api.ErrorKind
	}{
		{"frames", sse, "data: a\n\ndata: b\n\ndata: end\n\n", "ab", ""},
		{"frames of another type", "text/plain", "data: a\n\ndata: fin\n\n", "a", ""},
		{"frames without a type", "", "data: a\n\ndata: fin", "a", ""},
		{"a document", sse, ` {"a":1}`, `{"a":1}`, ""},
		{"a document after much white space", "application/json", "\ufeff" + strings.Repeat("\n", 2000) + `{"a":1}`, `{"a":1}`, ""},
		{"frames after a mark and white space", sse, "\ufeff\r\n\r\ndata: a\n\ndata: end\n\n", "a", ""},
		{"a page", sse, "<html>", "", api.ErrBadResponse},
		{"a page after white space", "", " \n<html>", "", api.ErrBadResponse},
		{"a page by its type", "text/html", "data: a\n\n", "", api.ErrBadResponse},
		{"words", "text/plain", "hello", "", api.ErrBadResponse},
		{"a list", "application/json", "[]", "", api.ErrBadResponse},
		{"nothing", sse, "", " (flushed)", api.ErrCut},
		{"nothing but space", sse, "\n \n", " (flushed)", api.ErrCut},
		{"half a mark", sse, "\xef", " (flushed)", api.ErrCut},
		{"half an answer", sse, "data: a\n\n", "a (flushed)", api.ErrCut},
	} {
		for how, body := range map[string]io.Reader{"whole": strings.NewReader(tt.body), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.body))} {
			client := newClient(t, Config{Transport: answer(http.StatusOK, tt.kind, body), Retry: api.RetryPolicy{Attempts: -1}})
			reply := add(client.Stream(t.Context(), ordinary()))
			if reply.Answer.String() != tt.answer || (reply.Err == nil) != (tt.kindOfError == "") || reply.Err != nil && reply.Err.Kind != tt.kindOfError {
				t.Errorf("%s, %s: %q, %v", tt.name, how, reply.Answer.String(), reply.Err)
			}
		}
	}
}

// TestBroken: what breaks before the answer is whole is a cut; later it is none.
func TestBroken(t *testing.T) {
	broken := iotest.ErrReader(io.ErrUnexpectedEOF)
	for body, kind := range map[string]api.ErrorKind{
		"":                          api.ErrCut,
		"data: a\n\n":               api.ErrCut,
		"{":                         api.ErrCut,
		"data: a\n\ndata: fin\n\n":  "",
		"data: a\n\ndata: end\n\n":  "",
		"data: a\n\ndata: fin\n\n:": "",
	} {
		client := newClient(t, Config{Transport: answer(http.StatusOK, "text/event-stream", io.MultiReader(strings.NewReader(body), broken)), Retry: api.RetryPolicy{Attempts: -1}})
		reply := add(client.Stream(t.Context(), ordinary()))
		if (reply.Err == nil) != (kind == "") || reply.Err != nil && reply.Err.Kind != kind {
			t.Errorf("%q: %v", body, reply.Err)
		}
	}
}

// chatter sends a body, and then comments for ever.
func chatter(body string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		reader, w := io.Pipe()
		context.AfterFunc(r.Context(), func() { w.CloseWithError(r.Context().Err()) })
		go func() {
			_, err := io.WriteString(w, body)
			for err == nil {
				time.Sleep(100 * time.Millisecond)
				_, err = io.WriteString(w, ": ping\n\n")
			}
		}()
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: reader, Request: r}, nil
	}
}

// TestEndless: a service that never stops talking does not keep an answer open
// that is whole.
func TestEndless(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		took       time.Duration
	}{
		{"after the last mark", "data: a\n\ndata: end\n\n", lastCall},
		{"after the finish", "data: a\n\ndata: fin\n\n", 90 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				client := newClient(t, Config{Transport: chatter(tt.body)})
				reply := add(client.Stream(t.Context(), ordinary()))
				if reply.Err != nil || reply.Finish != api.FinishStop || time.Since(began) != tt.took {
					t.Errorf("%v after %v", reply.Err, time.Since(began))
				}
				time.Sleep(time.Second) // until the chatter has noticed
			})
		})
	}
}

// TestConnectionIsUsedAgain, also after a refusal.
func TestConnectionIsUsedAgain(t *testing.T) {
	var connections, asked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, "data: a\n\ndata: end\n\n")
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(t, Config{BaseURL: server.URL})
	for range 3 {
		if reply := add(client.Stream(t.Context(), ordinary())); reply.Err != nil {
			t.Fatal(reply.Err)
		}
	}
	if connections.Load() != 1 || asked.Load() != 4 {
		t.Errorf("%d connections for %d requests", connections.Load(), asked.Load())
	}
}

// TestNothingIsLeft: however a stream ends, no goroutine stays.
func TestNothingIsLeft(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: a\n\ndata: b\n\ndata: fin\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	before := runtime.NumGoroutine()
	for i := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		for _, err := range client.Stream(ctx, ordinary()) {
			if seen++; seen <= i%3 {
				continue
			}
			if i%2 == 0 {
				break
			}
			cancel() // and wait for the end
			if err != nil && api.AsError(err).Kind != api.ErrCanceled {
				t.Error(err)
			}
		}
		cancel()
	}
	// The goroutines of a closed connection end a moment later.
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
