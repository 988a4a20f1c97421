package openai

import (
	"context"
	"io"
	"iter"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
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
func newClient(t testing.TB, config Config) *Client {
	t.Helper()
	if config.BaseURL == "" {
		config.BaseURL = "http://127.0.0.1:1/v1"
	}
	config.Retry.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// ask asks and adds up the answer.
func ask(t testing.TB, client *Client) *api.Reply {
	t.Helper()
	return add(client.Stream(t.Context(), question))
}

var question = api.Request{Model: "m", Messages: []api.Message{api.Text(api.User, "Hi")}}

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
