package cli

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// refusing is a backend that refuses.
type refusing struct {
	api.Backend
	err error
}

func (r refusing) Stream(context.Context, api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) { yield(nil, r.err) }
}

func TestPointing(t *testing.T) {
	gone := []api.Model{
		{ID: "old", Aliases: []string{"o"}, Status: api.Withdrawn, Shutdown: "2026-08-10", ReplacedBy: "new"},
		{ID: "lost", Status: api.Withdrawn},
		{ID: "tired", Status: api.Deprecated, ReplacedBy: "new"},
	}
	missing := &api.Error{Kind: api.ErrNotFound, Status: 404, Message: "no such model", Hint: "?"}
	asked, down := 0, errors.New("down")
	var feedErr error
	p := &pointing{feed: func(ctx context.Context) ([]api.Model, error) {
		asked++
		if _, limited := ctx.Deadline(); !limited {
			t.Error("a person may wait for ever")
		}
		return gone, feedErr
	}}
	for _, c := range []struct {
		model string
		err   error
		feed  error
		hint  string
		asked int // by then
	}{
		{"old", &api.Error{Kind: api.ErrServer, Status: 500, Hint: "later"}, nil, "later", 0},
		{"old", &api.Error{Kind: api.ErrNotFound, Hint: "ours"}, nil, "ours", 0},
		{"old", missing, down, "?", 1},
		{"old", missing, nil, "old was withdrawn on 2026-08-10; its successor is new: /model new or -m new", 2},
		{"o", missing, nil, "o was withdrawn on 2026-08-10; its successor is new: /model new or -m new", 2},
		{"lost", missing, nil, "lost was withdrawn; choose another: /model or -m", 2},
		{"tired", missing, nil, "tired was given up; its successor is new: /model new or -m new", 2},
		{"never/was", missing, down, "?", 2},
	} {
		p.Backend, feedErr = refusing{err: c.err}, c.feed
		for _, err := range p.Stream(t.Context(), api.Request{Model: c.model}) {
			if got := api.AsError(err).Hint; got != c.hint || asked != c.asked {
				t.Errorf("%s: %q, asked %d times", c.model, got, asked)
			}
		}
	}
	if missing.Hint != "?" {
		t.Error("the error of the backend was changed")
	}
}
