package aixplain

// This file owns one question, from the first request to the last event: it is
// asked, and when only a promise comes back, the result is waited for. It refuses
// to ask twice for what may have cost money once, where that is an agent or a
// tool, which do things.

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// question is a request while it is asked, and waited for.
type question struct {
	client *Client
	ctx    context.Context
	req    api.Request
	kind   kind
	id     string
	host   *host // that is asked first

	secrets api.Redactor
	yield   func(api.Event, error) bool
	ended   bool // nobody pulls any more

	habits  habits
	place   place // of the conversation in a session
	said    map[string]bool
	body    body // that was sent last
	notes   []string
	decoder *decoder // of the last attempt
	run     string   // the service's handle for it; "": none
	answer  strings.Builder
}

// body is what is sent.
type body map[string]any

func (c *Client) question(ctx context.Context, req api.Request) (*question, *api.Error) {
	k, id, err := parse(req.Model)
	if err != nil {
		return nil, api.AsError(err)
	}
	q := &question{client: c, ctx: ctx, req: req, kind: k, id: id, host: c.models, said: map[string]bool{}}
	if k == anAgent {
		q.host = c.platform
	}
	key, err := q.host.key(ctx)
	if err != nil {
		return nil, api.AsError(err)
	}
	q.secrets = api.NewRedactor(key)
	return q, nil
}

// ask yields all that there is.
func (q *question) ask() {
	if err := q.prepare(); err != nil {
		q.fail(err)
		return
	}
	end, ok := q.submit()
	if !ok {
		return
	}
	if q.decoder.later != nil {
		if end, ok = q.wait(); !ok {
			return
		}
	}
	if q.kind == anAgent && !q.keepSession() {
		return
	}
	q.pass(end)
}

// prepare finds out what there is to know before anything is asked.
func (q *question) prepare() *api.Error {
	switch q.kind {
	case aModel:
		q.habits = q.client.lookUp(q.ctx, q.id)
	case anAgent:
		q.place = q.client.place(q.ctx, q.id, q.req)
	}
	_, _, err := q.compose()
	return err
}

// submit asks, and yields what comes back, up to the end of it, which is
// returned. It returns false when the question is over.
func (q *question) submit() (end api.Event, ok bool) {
	for ev, err := range api.Retrying(q.ctx, q.client.retry, q.attempt) {
		if err != nil {
			q.abandon(api.AsError(err))
			return nil, false
		}
		if _, over := ev.(api.Finish); over {
			end = ev
			continue
		}
		if !q.pass(ev) {
			return nil, false
		}
		if _, begun := ev.(api.Start); begun && !q.tell() {
			return nil, false
		}
	}
	return end, end != nil
}

// attempt asks once.
func (q *question) attempt() iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		for ev, err := range q.host.stream(q.ctx, q.wire()) {
			if !yield(ev, q.once(err)) {
				return
			}
		}
	}
}

// once takes care that what an agent or a tool may have begun to do isn't begun
// again without being asked for.
func (q *question) once(err error) error {
	e, ok := errors.AsType[*api.Error](err)
	if !ok || q.kind == aModel || !e.Retryable || e.Kind != api.ErrServer && e.Kind != api.ErrCut {
		return err
	}
	told := *e
	told.Retryable = false
	told.Hint = "it may have begun all the same, and may bill; look before asking again"
	return &told
}

func (q *question) wire() wire.Question {
	return wire.Question{
		Path:     q.path(),
		ID:       q.req.ID,
		Protocol: Protocol,
		Header:   map[string]string{"Accept": "application/json, text/event-stream"},
		Body: func() ([]byte, error) {
			var err *api.Error
			if q.body, q.notes, err = q.compose(); err != nil {
				return nil, err
			}
			return json.Marshal(q.body)
		},
		Learn: func(refusal *api.Error) (learned bool) {
			if q.kind == anAgent {
				return q.place.learn(refusal)
			}
			if q.habits, learned = q.habits.learn(refusal, q.body); learned && q.kind == aModel {
				q.client.habits.Keep(q.id, q.habits)
			}
			return learned
		},
		Decoder: func() wire.Decoder {
			q.decoder = &decoder{kind: q.kind, service: q.host.service()}
			return q.decoder
		},
	}
}

// pass yields an event, without the key in what the service says of itself.
func (q *question) pass(ev api.Event) bool {
	switch said := ev.(type) {
	case api.Notice:
		ev = api.Notice{Text: q.secrets.Redact(said.Text)}
	case api.Answer:
		q.answer.WriteString(said.Text)
	case api.Reasoning:
		if q.kind == anAgent { // names of its own
			ev = api.Reasoning{Text: q.secrets.Redact(said.Text)}
		}
	case api.Metered:
		said.Model = q.name(said.Model)
		ev = said
	case api.Finish:
		switch said.Reason {
		case api.FinishStopped, api.FinishError, api.FinishInterrupted:
			ev = api.Finish{Reason: "other"}
		default:
			if ev = (api.Finish{Reason: api.FinishReason(q.name(string(said.Reason)))}); said.Reason == "" {
				ev = api.Finish{Reason: api.FinishStop}
			}
		}
	}
	q.ended = q.ended || !q.yield(ev, nil)
	return !q.ended
}

func (q *question) passAll(events []api.Event) bool {
	for _, ev := range events {
		if !q.pass(ev) {
			return false
		}
	}
	return true
}

// name is a name or an id as the service gives it, "" when it can be none, or
// holds the key.
func (q *question) name(given string) string {
	if !isID(given) || q.secrets.Redact(given) != given {
		return ""
	}
	return given
}

// tell yields the notes on what was sent that were not yielded yet.
func (q *question) tell() bool {
	for _, note := range q.notes {
		if !q.said[note] {
			q.said[note] = true
			if !q.pass(api.Notice{Text: note}) {
				return false
			}
		}
	}
	return true
}

// fail yields why there is no answer, or no more of it.
func (q *question) fail(err error) {
	if q.ended {
		return
	}
	e := *api.AsError(err)
	e.Message, e.Hint, e.RequestID = q.secrets.Redact(e.Message), q.secrets.Redact(e.Hint), q.name(e.RequestID)
	q.ended = true
	q.yield(nil, &e)
}

// abandon fails a question whose request has left: what an agent or a tool has
// begun goes on.
func (q *question) abandon(e *api.Error) {
	if e.Kind == api.ErrCanceled && q.kind != aModel &&
		!q.pass(api.Notice{Text: "stopped; if the run has begun, it goes on at aiXplain and may bill"}) {
		return
	}
	q.fail(e)
}
