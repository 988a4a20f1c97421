// This file names the successor of a model that AI/ML API no longer has. Its
// list of models leaves such a model out, and the feed that tells of it may
// never have been asked, or long ago.

package cli

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
)

// pointWithin is how long a person waits for the word of a successor.
const pointWithin = 5 * time.Second

// pointing is a backend that asks what became of a model that the service does
// not have. feed tells what the service has given up.
type pointing struct {
	api.Backend
	feed func(context.Context) ([]api.Model, error)

	mu   sync.Mutex
	gone *catalog.Catalog // nil until the feed was had
}

// point wraps backend where there is such a feed.
func (b *backends) point(p provider, backend api.Backend) (api.Backend, error) {
	if p.kind != kindAIMLAPI {
		return backend, nil
	}
	client, err := b.openai(p)
	if err != nil {
		return nil, err
	}
	return &pointing{Backend: backend, feed: func(ctx context.Context) ([]api.Model, error) {
		given, err := client.Deprecations(ctx, "")
		return given.Models, err
	}}, nil
}

// Stream is that of the backend, but for the hint when there is no such model.
func (p *pointing) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		for ev, err := range p.Backend.Stream(ctx, req) {
			if !yield(ev, p.pointed(ctx, err, req.Model)) {
				return
			}
		}
	}
}

func (p *pointing) pointed(ctx context.Context, err error, id string) error {
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Kind != api.ErrNotFound || e.Status == 0 { // without a reply, the refusal is ours and says all
		return err
	}
	m, ok := p.fate(ctx, id)
	if !ok {
		return err
	}
	told := *e
	told.Hint = farewell(id, m)
	return &told
}

// fate asks the feed, until it was had, what became of a model.
func (p *pointing) fate(ctx context.Context, id string) (api.Model, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone == nil {
		ctx, cancel := context.WithTimeout(ctx, pointWithin)
		defer cancel()
		gone, err := p.feed(ctx)
		if err != nil {
			return api.Model{}, false // the service has said what is wrong; this is no more than advice
		}
		p.gone = catalog.Listing{Withdrawals: gone}.Catalog()
	}
	return p.gone.Lookup(id)
}

// farewell says what became of a model, and what to do.
func farewell(id string, m api.Model) string {
	text := id + " was given up"
	if m.Status == api.Withdrawn {
		text = id + " was withdrawn"
	}
	if m.Shutdown != "" {
		text += " on " + m.Shutdown
	}
	if m.ReplacedBy == "" {
		return text + "; choose another: /model or -m"
	}
	return text + "; its successor is " + m.ReplacedBy + ": /model " + m.ReplacedBy + " or -m " + m.ReplacedBy
}
