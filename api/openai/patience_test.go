package openai

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		timeouts api.Timeouts
		first    string
		has      string
	}{
		{"silent before the head", api.Timeouts{FirstToken: 20 * time.Millisecond}, "", "began no answer"},
		{"silent before the content", api.Timeouts{FirstToken: 20 * time.Millisecond}, ": comment\n\n", "began no answer"},
		{"silent in the middle", api.Timeouts{Idle: 20 * time.Millisecond}, half, "in the middle of the answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var attempts atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice the client leaving
				if tt.first != "" {
					send(w, tt.first)
				}
				<-r.Context().Done()
			}))
			t.Cleanup(server.Close)
			reply := ask(t, newClient(t, Config{BaseURL: server.URL, Timeouts: tt.timeouts}))
			if reply.Err == nil || reply.Err.Kind != api.ErrTimeout || !strings.Contains(reply.Err.Message, tt.has) {
				t.Errorf("got %+v", reply.Err)
			}
			if n := attempts.Load(); n != 1 {
				t.Errorf("asked %d times: a slow request must not be billed twice", n)
			}
		})
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
					_, _ = io.WriteString(w, piece)
				}
			}
		}()
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: body, Request: r}, nil
	}
}

// lastWords is how long package wire waits for the end of the body.
const lastWords = 500 * time.Millisecond

// TestPatience runs the real timeouts on a clock that does not wait.
func TestPatience(t *testing.T) {
	const comment, end = ": still thinking\n\n", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
	for _, tt := range []struct {
		name   string
		pieces []any
		has    string
		took   time.Duration
	}{
		{"thinks in silence", []any{299 * time.Second, half, 89 * time.Second, end}, "", 388*time.Second + lastWords},
		{"comments count", []any{299 * time.Second, comment, 299 * time.Second, half, 89 * time.Second, comment, 89 * time.Second, end}, "", 776*time.Second + lastWords},
		{"never begins", []any{comment}, "silent for 5m0s and began no answer", 300 * time.Second},
		{"falls silent", []any{half}, "silent for 1m30s in the middle", 90 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				reply := ask(t, newClient(t, Config{Transport: timeline(tt.pieces...)}))
				if took := time.Since(began); (took - tt.took).Abs() > time.Second/10 { // a reader rests between pieces
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

// TestSlowReader: the clock runs only while the service is waited for.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, Config{Transport: timeline(half, half, "data: [DONE]\n\n")})
		reply := api.NewReply(sent)
		for ev, err := range client.Stream(t.Context(), question) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour) // the reader's own time
			reply.Add(ev, sent)
		}
		if reply.Finish != api.FinishStop {
			t.Errorf("finish %q", reply.Finish)
		}
	})
}

func TestCancelInMidStream(t *testing.T) {
	gone := make(chan struct{})
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		send(w, half)
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for ev, err := range client.Stream(ctx, question) {
		if _, ok := ev.(api.Answer); ok {
			cancel()
		}
		last = err
	}
	if e := api.AsError(last); e == nil || e.Kind != api.ErrCanceled {
		t.Errorf("got %+v", last)
	}
	<-gone
}

func TestBreakClosesTheConnection(t *testing.T) {
	gone := make(chan struct{})
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		send(w, half)
		<-r.Context().Done()
		close(gone)
	})
	for ev := range client.Stream(t.Context(), question) {
		if _, ok := ev.(api.Answer); ok {
			break
		}
	}
	<-gone
}
