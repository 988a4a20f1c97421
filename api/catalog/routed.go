package catalog

// routed.go owns the backend that asks each model by the protocol that suits it.

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aimlchat/aimlchat/api"
)

// Routed returns a backend of the given name that hands each request, as [Route]
// makes it, to the backend of its protocol; that of the first protocol of
// o.Speaks also lists the models. lookup finds a model by id or alias, at the
// time of the request; it may be asked from any goroutine. Without a word in o
// it speaks the protocols of the backends; a protocol in o without a backend is
// not spoken, and without any backend nothing can be asked.
//
// A stream begins with an [api.Notice] for each wish that can't be fulfilled. A
// model that was withdrawn is refused without asking anybody.
func Routed(name string, backends map[api.Protocol]api.Backend, lookup func(id string) (api.Model, bool), o RouteOptions) api.Backend {
	if o.Speaks == nil {
		o.Speaks = []api.Protocol{api.Chat, api.Responses, api.Messages}
	}
	o.Speaks = slices.DeleteFunc(slices.Clone(o.Speaks), func(p api.Protocol) bool { return backends[p] == nil })
	return &routed{name: name, backends: backends, lookup: lookup, o: o}
}

type routed struct {
	name     string
	backends map[api.Protocol]api.Backend
	lookup   func(id string) (api.Model, bool)
	o        RouteOptions

	refused sync.Map // models that refused to write on from an answer
}

func (r *routed) Name() string { return r.name }

func (r *routed) Models(ctx context.Context) ([]api.Model, error) {
	if len(r.o.Speaks) == 0 {
		return nil, r.mute()
	}
	return r.backends[r.o.Speaks[0]].Models(ctx)
}

// mute says that there is nobody to ask.
func (r *routed) mute() *api.Error {
	return &api.Error{Kind: api.ErrInvalid, Message: r.name + " can't be asked by any protocol", Hint: "name one for it in the config: chat, responses or messages"}
}

func (r *routed) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		if len(r.o.Speaks) == 0 {
			yield(nil, r.mute())
			return
		}
		asked, err := r.route(req)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, text := range asked.notices {
			if !yield(api.Notice{Text: text}, nil) {
				return
			}
		}
		if refused := r.pass(ctx, asked, yield); !refused {
			return
		}
		// It is asked in words to go on, and as was said, without thought.
		r.refused.Store(req.Model, true)
		req.Effort, req.ThinkingBudget = "", 0
		if asked, err = r.route(req); err != nil {
			yield(nil, err)
			return
		}
		r.pass(ctx, asked, yield)
	}
}

// pass yields what arrives. It reports whether the model refused to write on
// from an answer: that cost nothing, and what else was wrong with the request
// will be refused again.
func (r *routed) pass(ctx context.Context, asked *router, yield func(api.Event, error) bool) (refused bool) {
	events := r.backends[asked.req.Protocol].Stream(ctx, asked.req)
	if asked.seam.Text != "" {
		events = api.Spliced(events, asked.seam)
	}
	begun := false
	for ev, err := range events {
		if !begun && asked.seam.WritesOn && refusal(err) {
			return true
		}
		if _, ok := ev.(api.Start); ok {
			begun = true
		}
		if !yield(ev, r.pointed(err, asked.req.Model)) {
			return false
		}
	}
	return false
}

// refusal reports whether a service refuses the request as it is.
func refusal(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity)
}

// route returns how req is asked.
func (r *routed) route(req api.Request) (*router, error) {
	m, known := r.lookup(req.Model)
	o, forced := r.o, api.Protocol("")
	_, o.noPrefix = r.refused.Load(req.Model)
	if o.Forced != nil {
		forced = o.Forced(req.Model)
	}
	asked, err := route(m, known, req, forced, o)
	if err != nil {
		return nil, err
	}
	if near := r.near(req.Model); !known && len(near) > 0 {
		asked.notices = append([]string{req.Model + " is not in the catalogue; near it are " + strings.Join(near, ", ")}, asked.notices...)
	}
	return asked, nil
}

// suggestions is how many models are named in the place of an unknown one.
const suggestions = 3

func (r *routed) near(id string) []string {
	if r.o.Models == nil {
		return nil
	}
	near := Nearest(r.o.Models(), id, suggestions+1)
	near = slices.DeleteFunc(near, func(s string) bool { return s == id })
	return near[:min(len(near), suggestions)]
}

// pointed returns err with the nearest models in its hint, when it says that
// there is no such model.
func (r *routed) pointed(err error, id string) error {
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Kind != api.ErrNotFound {
		return err
	}
	if near := r.near(id); len(near) > 0 {
		told := *e
		told.Hint = "near " + id + " are " + strings.Join(near, ", ") + "; choose with /model or -m"
		return &told
	}
	return err
}
