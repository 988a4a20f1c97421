// Package demo is a provider that needs no key and no network: an
// [http.RoundTripper] that answers as AI/ML API does, from conversations that
// are embedded in the program.
//
// It is a provider in earnest as far as a client can tell: the model list, the
// event stream, the errors and the bill have the service's shapes, so that
// what is seen in the demo has gone through the same code as on the network.
// It refuses what the service refuses, and some of what it merely may refuse:
// a null in a request is a 400.
//
// Equal requests to a transport of equal seed get equal bytes at equal
// intervals. Nothing runs between two reads of a body.
package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// BaseURL is where a client finds the demo: at a host that can't exist, in
// case its requests ever meet another transport.
const BaseURL = "https://demo/v1"

// DefaultModel is the model to begin with: it thinks, then answers.
const DefaultModel = "demo/thinker"

// Options are the choices of who builds a demo.
type Options struct {
	Seed  uint64  // of the pace and of how texts are cut into pieces
	Speed float64 // 1: as a person likes it; 2: twice as fast; 0: no waiting
}

// New returns the demo. It may be used from several goroutines.
func New(o Options) http.RoundTripper {
	return &transport{Options: o, failures: map[uint64]int{}}
}

type transport struct {
	Options

	mu       sync.Mutex
	failures map[uint64]int // how often a conversation has failed so far
}

// maxFailures bounds the memory of failures; forgetting them only means that
// a conversation may fail once more.
const maxFailures = 1 << 12

// failed counts one more failure of a conversation and returns how many there
// were before.
func (t *transport) failed(conversation uint64) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.failures) >= maxFailures {
		clear(t.failures)
	}
	t.failures[conversation]++
	return t.failures[conversation] - 1
}

// RoundTrip answers one request, as [http.RoundTripper] says.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	switch {
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/models"):
		return reply(r, http.StatusOK, "application/json; charset=utf-8", modelList()), nil
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/chat/completions"):
		return t.complete(r, body), nil
	}
	return problem(r, notFound("Cannot "+r.Method+" "+r.URL.Path)), nil
}

// complete answers a request for a chat completion.
func (t *transport) complete(r *http.Request, body []byte) *http.Response {
	req, refused := parse(body)
	if refused != nil {
		return problem(r, refused)
	}
	m, ok := find(req.Model)
	if !ok {
		return problem(r, notFound(fmt.Sprintf("The model %q does not exist. This is the demo: its models begin with demo/.", req.Model)))
	}
	a := newAnswer(t.Seed, m, req)
	if _, aside := req.aside(m); m.fails && !aside {
		f := chooseFault(req.prompt())
		if f.times == 0 || t.failed(a.key) < f.times {
			if f.response != nil {
				return f.response(r)
			}
			a.breakOff(f.stream)
		}
	}
	if !req.Stream {
		return inference(reply(r, http.StatusOK, "application/json; charset=utf-8", a.whole()), a.id)
	}
	res := reply(r, http.StatusOK, "text/event-stream; charset=utf-8", nil)
	res.ContentLength = -1
	res.Body = newBody(r.Context(), a, t.Speed)
	return inference(res, a.id)
}

// inference puts the handle for billing on a response.
func inference(res *http.Response, id string) *http.Response {
	res.Header.Set("X-Inference-Id", id)
	if label := res.Request.Header.Get("X-Client-Request-Id"); label != "" {
		res.Header.Set("X-Client-Request-Id", label)
	}
	return res
}

// reply makes a response of what is known at once.
func reply(r *http.Request, status int, contentType string, body []byte) *http.Response {
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", status, http.StatusText(status)),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}

// encode writes v as the service does: on one line, without HTML escapes. It
// is only given what can be encoded.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
