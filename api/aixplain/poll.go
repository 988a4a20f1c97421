package aixplain

// This file owns how a result is waited for: at which address, how often and how
// long. It refuses to send a key anywhere but to the configured hosts.

import (
	"net/url"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// The pace of asking for a result. News make it quick again.
const (
	firstWait  = 500 * time.Millisecond
	longest    = 10 * time.Second
	slower     = 1.1
	maxFailure = 5 // failures in a row that are nobody's answer
	maxAsked   = time.Minute
)

// wait asks for the result until there is one, and yields what it says; its end
// is returned. It returns false when the question is over.
func (q *question) wait() (end api.Event, ok bool) {
	at, err := q.promised()
	if err != nil {
		q.fail(err)
		return nil, false
	}
	id := q.requestID()
	if q.began(id); !q.pass(api.Start{InferenceID: id, Protocol: Protocol}) {
		return nil, false
	}
	p := &patience{pause: firstWait, limit: q.client.patience}
	p.news()
	for q.decoder.later != nil {
		if err := p.sleep(q); err != nil {
			q.leave(err, id)
			return nil, false
		}
		doc, err := at.host.get(q.ctx, at.path, wire.GetOptions{Query: at.query})
		if err != nil {
			if !p.forgives(api.AsError(err)) {
				q.leave(api.AsError(err), id)
				return nil, false
			}
			continue
		}
		p.failures = 0
		if !q.take(doc.Body, p) {
			return nil, false
		}
	}
	events, failure := q.decoder.End()
	if failure != nil {
		q.fail(failure)
		return nil, false
	}
	last := len(events) - 1
	return events[last], q.passAll(events[:last])
}

// take reads how the run stands.
func (q *question) take(body []byte, p *patience) bool {
	events, failure := q.decoder.Whole(body, nil)
	if len(events) > 0 {
		p.news()
	}
	if !q.passAll(events) {
		return false
	}
	if failure != nil {
		q.fail(failure)
		return false
	}
	return true
}

// promised is where the result will be.
func (q *question) promised() (address, *api.Error) {
	named, id := q.decoder.later.promised(), q.requestID()
	if q.kind == anAgent && id != "" {
		return address{host: q.client.platform, path: "sdk/agents/" + url.PathEscape(id) + "/result"}, nil
	}
	var elsewhere string
	if named != "" {
		at, where := bind(named, q.client.models, q.client.platform)
		if where == "" {
			return at, nil
		}
		elsewhere = where
	}
	switch {
	case id != "":
		return address{host: q.client.models, path: "api/v2/data/" + url.PathEscape(id)}, nil
	case elsewhere != "":
		return address{}, &api.Error{
			Kind:    api.ErrBadResponse,
			Message: api.WithoutSecrets(q.host.service().Host + " keeps the result at " + short(elsewhere) + ", which is none of the configured hosts"),
			Hint:    "nothing was sent there; if it is right, set AIXPLAIN_MODELS_URL or AIXPLAIN_PLATFORM_URL. The run goes on and may bill",
		}
	}
	return address{}, wire.NoAnswer(q.host.service(), "neither an answer nor where one will be")
}

// short cuts what a service names to what fits into a line.
func short(s string) string {
	const limit = 100
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}

// requestID is the service's handle for the run; "" if it gives none.
func (q *question) requestID() string { return q.name(string(q.decoder.later.RequestID)) }

// leave fails a question whose run goes on.
func (q *question) leave(e *api.Error, id string) {
	handle := ""
	if id != "" {
		handle = " (" + id + ")"
	}
	goesOn := "the run" + handle + " goes on at aiXplain and may bill"
	if e.Kind == api.ErrCanceled {
		goesOn = "stopped waiting; " + goesOn
	}
	if !q.pass(api.Notice{Text: goesOn}) {
		return
	}
	told := *e
	told.RequestID = firstOf(told.RequestID, id)
	told.Retryable = false // that would be another run
	q.fail(&told)
}

// patience is how long a result is still waited for.
type patience struct {
	pause    time.Duration // before the next question
	limit    time.Duration // without news
	until    time.Time
	failures int // in a row
	asked    time.Duration
}

// news says that something was heard.
func (p *patience) news() { p.pause, p.until = firstWait, time.Now().Add(p.limit) }

// sleep waits until it is time to ask again.
func (p *patience) sleep(q *question) *api.Error {
	pause := max(min(p.pause, time.Until(p.until)), p.asked)
	if time.Until(p.until) <= 0 {
		return &api.Error{
			Kind:    api.ErrTimeout,
			Message: q.host.service().Host + " has had no news of the run for " + p.limit.String(),
			Hint:    "allow more time (timeouts.first_token), or choose another model or agent",
		}
	}
	p.pause, p.asked = min(time.Duration(float64(p.pause)*slower), longest), 0
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-q.ctx.Done():
		return api.ContextError(q.ctx)
	}
}

// forgives reports whether a failure to ask says nothing about the run: networks
// fail, and services are overrun.
func (p *patience) forgives(e *api.Error) bool {
	p.failures++
	p.asked = e.RetryAfter
	return e.Kind != api.ErrCanceled && e.Retryable && p.failures <= maxFailure && e.RetryAfter <= maxAsked
}
