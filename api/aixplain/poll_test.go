package aixplain

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
)

func TestEndlessRun(t *testing.T) {
	for _, model := range []string{"model:endless", "agent:endless"} {
		synctest.Test(t, func(t *testing.T) {
			server := new(aixplaintest.Server)
			began := time.Now()
			r := ask(t.Context(), newClient(t, server), model, user("hi"))
			took := time.Since(began)
			if r.Err == nil || r.Err.Kind != api.ErrTimeout || r.Err.Retryable || took < 300*time.Second || took > 310*time.Second {
				t.Errorf("%s: got %+v after %s", model, r.Err, took)
			}
			if !slices.ContainsFunc(r.Notices, func(s string) bool { return strings.Contains(s, "goes on") }) {
				t.Errorf("%s: notices %q", model, r.Notices)
			}
			if n := len(server.Asked("/")); n > 70 {
				t.Errorf("%s: asked %d times", model, n)
			}
		})
	}
}

func TestStopWhileWaiting(t *testing.T) {
	for _, model := range []string{"model:endless", "agent:endless"} {
		synctest.Test(t, func(t *testing.T) {
			server := new(aixplaintest.Server)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(20*time.Second, cancel)
			began := time.Now()
			r := ask(ctx, newClient(t, server), model, user("hi"))
			if took := time.Since(began); r.Finish != api.FinishStopped || took != 20*time.Second {
				t.Errorf("%s: got %q, %v after %s", model, r.Finish, r.Err, took)
			}
			if n := len(r.Notices); n == 0 || !strings.Contains(r.Notices[n-1], "goes on at aiXplain and may bill") {
				t.Errorf("%s: notices %q", model, r.Notices)
			}
			before := len(server.Asked("/"))
			time.Sleep(time.Minute)
			if after := len(server.Asked("/")); after != before {
				t.Errorf("%s: asked on", model)
			}
		})
	}
}

func TestStopBeforeTheRunIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig(roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		c, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		r := ask(ctx, c, "agent:helper", user("hi"))
		if r.Finish != api.FinishStopped || len(r.Notices) != 1 || !strings.Contains(r.Notices[0], "may bill") {
			t.Errorf("got %q, %q", r.Finish, r.Notices)
		}
	})
}

func TestBreakingOffEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(aixplaintest.Server)
		for range newClient(t, server).Stream(t.Context(), api.Request{Model: "agent:endless", Messages: []api.Message{user("hi")}}) {
			break
		}
		before := len(server.Asked("/"))
		time.Sleep(time.Minute)
		if after := len(server.Asked("/")); after != before {
			t.Error("asked on")
		}
	})
}

// flaky puts failures before a server's first results.
func flaky(t *testing.T, fail func(n int32) (*http.Response, error)) (*Client, *aixplaintest.Server) {
	t.Helper()
	server := new(aixplaintest.Server)
	inner := inMemory(server)
	var n atomic.Int32
	c, err := New(testConfig(roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/result") || strings.Contains(r.URL.Path, "/data/") {
			if reply, err := fail(n.Add(1)); reply != nil || err != nil {
				return reply, err
			}
		}
		return inner(r)
	})))
	if err != nil {
		t.Fatal(err)
	}
	return c, server
}

func reply(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func TestPollingFails(t *testing.T) {
	for _, tt := range []struct {
		name string
		fail func(n int32) (*http.Response, error)
		kind api.ErrorKind // "": it is overcome
		rest time.Duration // that is waited for at least
	}{
		{"network", func(n int32) (*http.Response, error) {
			if n < 5 {
				return nil, errors.New("network down")
			}
			return nil, nil
		}, "", 0},
		{"overrun", func(n int32) (*http.Response, error) {
			if n == 1 {
				return reply(429, `{}`, "Retry-After", "40"), nil
			}
			return nil, nil
		}, "", 40 * time.Second},
		{"out of order", func(int32) (*http.Response, error) { return reply(503, `{"error":"down","statusCode":503}`), nil }, api.ErrServer, 0},
		{"gone", func(int32) (*http.Response, error) { return reply(404, `{"message":"Not found"}`), nil }, api.ErrNotFound, 0},
		{"subscription", func(int32) (*http.Response, error) { return reply(465, `"No subscription"`), nil }, api.ErrForbidden, 0},
		{"page", func(int32) (*http.Response, error) { return reply(200, `<html>hello</html>`), nil }, api.ErrBadResponse, 0},
		{"nothing", func(int32) (*http.Response, error) { return reply(200, ``), nil }, api.ErrCut, 0},
	} {
		for _, model := range []string{"model:later", "agent:helper"} {
			t.Run(tt.name+" "+model, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, server := flaky(t, tt.fail)
					began := time.Now()
					r := ask(t.Context(), c, model, user("hi"))
					if tt.kind == "" && (r.Err != nil || r.Answer.Len() == 0) || tt.kind != "" && (r.Err == nil || r.Err.Kind != tt.kind) {
						t.Errorf("got %+v", r.Err)
					}
					if time.Since(began) < tt.rest {
						t.Errorf("waited %s", time.Since(began))
					}
					if n := len(server.Asked("/v2/agents")) + len(server.Asked("/api/v2/execute")); n != 1 {
						t.Errorf("ran %d times", n)
					}
				})
			})
		}
	}
}

// TestRunsAreNotRepeated has an agent's run fail in a way in which it may have
// begun.
func TestRunsAreNotRepeated(t *testing.T) {
	for model, want := range map[string]int32{"agent:helper": 1, "tool:scraper": 1, "model:echo": 2} {
		synctest.Test(t, func(t *testing.T) {
			var n atomic.Int32
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					n.Add(1)
				}
				w.WriteHeader(http.StatusBadGateway)
			}))
			r := ask(t.Context(), c, model, user("hi"))
			if r.Err == nil || r.Err.Kind != api.ErrServer || n.Load() != want {
				t.Errorf("%s: %d runs, %+v", model, n.Load(), r.Err)
			}
		})
	}
}

func TestPromisesOfEveryKind(t *testing.T) {
	for _, tt := range []struct{ promise, at string }{
		{`{"requestId":"r-1"}`, "http://localhost:2/api/v2/data/r-1"},
		{`{"status":"IN_PROGRESS","completed":true,"data":"http://localhost:2/api/v1/data/u-1?x=1"}`, "http://localhost:2/api/v1/data/u-1?x=1"},
		{`{"status":"IN_PROGRESS","url":"http://LOCALHOST:2/api/v1/data/u%2F1"}`, "http://localhost:2/api/v1/data/u%2F1"},
		{`{"data":"http://localhost:1/other/u-1"}`, "http://localhost:1/other/u-1"},
		{`{"status":"QUEUED","requestId":"r-1","data":""}`, "http://localhost:2/api/v2/data/r-1"},
		{`{"status":"IN_PROGRESS","requestId":"r-1","data":"https://elsewhere.example/u"}`, "http://localhost:2/api/v2/data/r-1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked []string
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					w.WriteHeader(http.StatusAccepted)
					_, _ = io.WriteString(w, tt.promise)
					return
				}
				if asked = append(asked, "http://"+r.Host+r.URL.RequestURI()); len(asked) > 1 {
					_ = json.NewEncoder(w).Encode(map[string]any{"status": "SUCCESS", "data": "done"})
					return
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			c.habits.Keep("m", habits{Known: true})
			r := ask(t.Context(), c, "model:m", user("hi"))
			if r.Err != nil || r.Answer.String() != "done" || asked[0] != tt.at {
				t.Errorf("%s: asked %q; got %q, %v", tt.promise, asked, r.Answer.String(), r.Err)
			}
		})
	}
}
