package anthropic

import (
	"context"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// transport answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// answering answers every request with the same pieces, one per read.
func answering(status int, contentType string, pieces ...string) transport {
	return func(r *http.Request) (*http.Response, error) {
		rest := slices.Clone(pieces)
		return &http.Response{
			StatusCode: status,
			Header:     http.Header{"Content-Type": {contentType}},
			Body:       io.NopCloser((*pieceReader)(&rest)),
			Request:    r,
		}, nil
	}
}

type pieceReader []string

func (p *pieceReader) Read(b []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	n := copy(b, (*p)[0])
	if (*p)[0] = (*p)[0][n:]; (*p)[0] == "" {
		*p = (*p)[1:]
	}
	return n, nil
}

// newClient returns a client that waits for nothing between retries.
func newClient(t testing.TB, config wire.Config) *Client {
	t.Helper()
	if config.BaseURL == "" {
		config.BaseURL = "http://127.0.0.1:1/v1"
	}
	config.Retry.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	client, err := New(Config{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// sent is when every test asks.
var sent = time.Date(2025, 11, 22, 3, 0, 0, 0, time.UTC)

var asked = api.Request{Model: "claude-test", Messages: []api.Message{api.Text(api.User, "Hi")}}

// ask asks and adds up the answer.
func ask(t testing.TB, client *Client) *api.Reply {
	t.Helper()
	return add(client.Stream(t.Context(), asked))
}

func add(events iter.Seq2[api.Event, error]) *api.Reply {
	reply := api.NewReply(sent)
	for ev, err := range events {
		if err != nil {
			reply.Fail(api.AsError(err), sent)
			continue
		}
		reply.Add(ev, sent)
	}
	return reply
}

// replay sends a stream through the whole client.
func replay(t testing.TB, pieces []string) *api.Reply {
	t.Helper()
	return ask(t, newClient(t, wire.Config{Transport: answering(http.StatusOK, "text/event-stream", pieces...)}))
}

// cuts are the ways in which a body is fed.
func cuts(s string) map[string][]string {
	everyByte := make([]string, len(s))
	for i := range everyByte {
		everyByte[i] = s[i : i+1]
	}
	var random []string
	rng := rand.New(rand.NewPCG(uint64(len(s)), 1))
	for rest := s; rest != ""; {
		n := min(len(rest), 1+rng.IntN(200))
		random = append(random, rest[:n])
		rest = rest[n:]
	}
	return map[string][]string{"whole": {s}, "byte by byte": everyByte, "at random": random}
}

// sharedDir finds test data that others wrote, which lies beside the repository
// and is no part of it.
func sharedDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("../shared/data/%s is not here: it is no part of the repository", name)
	}
	return dir
}
