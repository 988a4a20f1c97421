// This file owns how a digest is had: the model is asked for it, in pieces where
// it reads less than there is. It knows no screen, and what it costs is counted
// also where nothing comes of it.

package ui

import (
	"context"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// digestWriter asks a model for digests.
type digestWriter struct {
	provider, model string
	backend         func() (api.Backend, error)
	window          int64 // tokens that the model reads; 0: unknown
	now             func() time.Time
}

// digestShare is how much of the window a piece of the conversation takes: what
// is guessed of tokens may be short, and the reply needs room.
const digestShare = 0.6

// write returns a digest of a conversation. What it cost stands in it also
// beside an error.
func (w *digestWriter) write(ctx context.Context, said []api.Message) (d session.Digest, err error) {
	d.Provider, d.Model = w.provider, w.model
	backend, err := w.backend()
	if err != nil {
		return d, err
	}
	for len(said) > 0 {
		n := w.fitting(said)
		piece := said[:n:n]
		said = said[n:]
		if d.Text != "" {
			piece = append([]api.Message{api.Text(api.User, "Summary of the conversation so far:\n\n"+d.Text)}, piece...)
		}
		if d.Text, err = w.ask(ctx, backend, piece, &d); err != nil {
			return d, err
		}
	}
	d.Created = w.now()
	return d, nil
}

// fitting is how many of the messages the model can be sent at once, at least
// one.
func (w *digestWriter) fitting(said []api.Message) int {
	if w.window <= 0 {
		return len(said)
	}
	room := int64(digestShare * float64(w.window))
	for i, m := range said {
		if room -= figures.EstimateTokens(m.Content()); room < 0 && i > 0 {
			return i
		}
	}
	return len(said)
}

func (w *digestWriter) ask(ctx context.Context, backend api.Backend, said []api.Message, d *session.Digest) (string, error) {
	req := api.DigestRequest(w.model, said)
	req.ID = session.NewID(w.now())
	r := api.NewReply(w.now())
	var failed error
	for ev, err := range backend.Stream(ctx, req) {
		if failed = err; err != nil {
			break
		}
		r.Add(ev, w.now())
	}
	addUsage(&d.Usage, r.Usage)
	addCost(&d.Cost, r.Cost)
	text := api.CleanDigest(r.Answer.String())
	switch {
	case failed != nil:
		return "", failed
	case ctx.Err() != nil:
		return "", &api.Error{Kind: api.ErrCanceled, Message: "stopped"}
	case r.Finish == "":
		return "", &api.Error{Kind: api.ErrCut, Message: "the summary ended before it was complete", Hint: "/compact asks again"}
	case text == "":
		return "", &api.Error{Kind: api.ErrInvalid, Message: w.model + " wrote none", Hint: "choose another model, or leave out what is older"}
	}
	return text, nil
}

func addUsage(sum *api.Usage, u api.Usage) {
	for _, f := range []struct{ sum, of **int64 }{
		{&sum.Prompt, &u.Prompt}, {&sum.Completion, &u.Completion}, {&sum.Reasoning, &u.Reasoning}, {&sum.Total, &u.Total}, {&sum.Cached, &u.Cached},
	} {
		if *f.of != nil {
			n := **f.of
			if *f.sum != nil {
				n += **f.sum
			}
			*f.sum = &n
		}
	}
}

// addCost adds what a piece cost. What is partly estimated is estimated.
func addCost(sum *api.Cost, c api.Cost) {
	source := sum.Source
	if source == "" || c.Source == api.Estimated {
		source = c.Source
	}
	for _, f := range []struct{ sum, of **float64 }{{&sum.USD, &c.USD}, {&sum.Credits, &c.Credits}} {
		if *f.of != nil {
			n := **f.of
			if *f.sum != nil {
				n += **f.sum
			}
			*f.sum = &n
		}
	}
	sum.Source = source
}
