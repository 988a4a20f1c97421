package openai

// This file owns how a reply becomes a stream: what is read as what, and what
// each way of ending means. It refuses to look into a chunk.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// lastWords is how long the end of the body is waited for after [DONE]: the cost
// may come after it, and a connection that was read to its end is used again.
const lastWords = 500 * time.Millisecond

// attempt asks once.
func (c *Client) attempt(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		watched, dog := api.Watch(ctx, c.timeouts.FirstToken, c.silentStart())
		defer dog.Stop()
		s := &stream{client: c, ctx: ctx, watched: watched, dog: dog, yield: yield}
		s.decoder.service = c.service

		reply, err := s.send(req)
		if err != nil {
			s.fail(err)
			return
		}
		defer reply.Body.Close()
		if s.start(reply) {
			s.read(reply)
		}
	}
}

// stream is one attempt.
type stream struct {
	client  *Client
	ctx     context.Context // the person's
	watched context.Context // also ended by the watchdog
	dog     *api.Watchdog
	yield   func(api.Event, error) bool
	key     string
	decoder decoder
	phase   phase
}

// phase is how far an answer is, as far as patience goes.
type phase int

const (
	beforeAnswer phase = iota
	inAnswer
	afterAnswer
)

// send asks, and asks again as long as refusals teach how to.
func (s *stream) send(req api.Request) (_ *http.Response, err error) {
	if s.key, err = s.client.key(s.ctx); err != nil {
		return nil, err
	}
	h := s.client.habitsOf(req.Model)
	for {
		r, err := s.client.newRequest(s.watched, req, h, s.key)
		if err != nil {
			return nil, err
		}
		reply, err := s.do(r)
		if err != nil {
			return nil, s.client.service.DialError(err, s.client.timeouts.Connect)
		}
		if reply.StatusCode == http.StatusOK {
			return reply, nil
		}
		refusal := s.client.refusal(reply, s.dog, s.key)
		learned, ok := h.learn(refusal)
		if !ok {
			return nil, refusal
		}
		h = learned
		s.client.remember(req.Model, h)
	}
}

func (s *stream) do(r *http.Request) (reply *http.Response, err error) {
	s.dog.Guard(func() { reply, err = s.client.http.Do(r) })
	return reply, err
}

// refusal reads a reply that is no answer.
func (c *Client) refusal(reply *http.Response, dog *api.Watchdog, key string) *api.Error {
	defer reply.Body.Close()
	// A body that breaks off still says more than none.
	body, _ := io.ReadAll(io.LimitReader(dog.Reader(reply.Body), api.MaxErrorBody))
	e := c.service.HTTPError(reply.StatusCode, reply.Header, body)
	if e.Kind == api.ErrAuth && key == "" {
		e.Message = "no key for " + c.service.Host
	}
	return redact(e, key)
}

// redact keeps the key out of what a service says about it.
func redact(e *api.Error, key string) *api.Error {
	if key != "" {
		e.Message = strings.ReplaceAll(e.Message, key, "…")
	}
	return e
}

// start announces the answer.
func (s *stream) start(reply *http.Response) bool {
	return s.yield(api.Start{
		Model:       reply.Header.Get("X-Aimlapi-Model"),
		InferenceID: reply.Header.Get("X-Inference-Id"),
	}, nil)
}

// read decides what the body is by its first byte, since content types lie, and
// reads it to its end.
func (s *stream) read(reply *http.Response) {
	body, first, err := peek(s.dog.Reader(reply.Body))
	kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type"))
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		s.fail(err)
	case first == '<' || strings.Contains(kind, "html"):
		s.fail(errNoAnswer(s.client.service, "a web page"))
	case first == '{':
		s.readWhole(body, reply.Header)
	default:
		s.readFrames(body, kind)
	}
}

func errNoAnswer(s api.Service, what string) *api.Error {
	return &api.Error{
		Kind:    api.ErrBadResponse,
		Message: s.Host + " sent " + what + " instead of an answer",
		Hint:    "check the base URL, or choose another model",
	}
}

// peek returns the first byte that is no white space, zero if there is none, and
// a reader of all that r had.
func peek(r io.Reader) (io.Reader, byte, error) {
	head := make([]byte, 0, 512)
	for len(head) < cap(head) {
		n, err := r.Read(head[len(head):cap(head)])
		head = head[:len(head)+n]
		rest := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), blank)
		if len(rest) > 0 && rest[0] != '\xef' {
			return io.MultiReader(bytes.NewReader(head), r), rest[0], nil
		}
		if err != nil {
			return bytes.NewReader(head), 0, err
		}
	}
	return io.MultiReader(bytes.NewReader(head), r), 0, nil
}

func (s *stream) readFrames(body io.Reader, kind string) {
	empty := true
	for frame, err := range api.Frames(body, api.MaxFrame) {
		if err != nil {
			s.broken(err)
			return
		}
		empty = false
		events, failure := s.decoder.frame(frame)
		if !s.pass(events) {
			return
		}
		if failure != nil {
			s.fail(failure)
			return
		}
		s.settle()
	}
	if empty && kind != "" && kind != "text/event-stream" {
		s.fail(errNoAnswer(s.client.service, kind))
		return
	}
	s.finish()
}

// settle adapts the watchdog to how far the answer is.
func (s *stream) settle() {
	before := s.phase
	switch {
	case s.decoder.done:
		s.phase = afterAnswer
	case s.decoder.content:
		s.phase = inAnswer
	}
	if s.phase == before {
		return
	}
	limit := s.client.timeouts.Idle
	if s.phase == afterAnswer {
		limit = min(limit, lastWords)
	}
	s.dog.Limit(limit, s.client.silentMiddle())
}

// readWhole reads a server that does not stream although it was asked to.
func (s *stream) readWhole(body io.Reader, header http.Header) {
	data, err := io.ReadAll(io.LimitReader(body, api.MaxFrame))
	if err != nil {
		s.fail(err)
		return
	}
	s.decoder.figures.addHeader(header)
	events, failure := s.decoder.whole(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if !s.pass(events) {
		return
	}
	if failure != nil {
		s.fail(failure)
		return
	}
	s.finish()
}

// broken ends a stream whose body could not be read to its end. That is no
// failure when the answer was whole already.
func (s *stream) broken(err error) {
	if s.decoder.ended() {
		s.finish()
		return
	}
	events, _ := s.decoder.end()
	if s.pass(events) {
		s.fail(err)
	}
}

func (s *stream) finish() {
	events, failure := s.decoder.end()
	if s.pass(events) && failure != nil {
		s.fail(failure)
	}
}

func (s *stream) pass(events []api.Event) bool {
	for _, ev := range events {
		if !s.yield(ev, nil) {
			return false
		}
	}
	return true
}

// fail yields why the attempt ended.
func (s *stream) fail(err error) {
	s.yield(nil, redact(s.client.failure(s.ctx, s.watched, err), s.key))
}

// failure finds the reason behind err: the person's, the watchdog's, or its own.
func (c *Client) failure(ctx, watched context.Context, err error) *api.Error {
	if ctx.Err() != nil {
		return api.ContextError(ctx)
	}
	if silence, ok := errors.AsType[*api.Error](context.Cause(watched)); ok {
		return silence
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e
	}
	e := errCut()
	e.Err = err
	return e
}

func (c *Client) silentStart() *api.Error {
	return &api.Error{
		Kind:      api.ErrTimeout,
		Message:   c.service.Host + " has been silent for " + c.timeouts.FirstToken.String() + " and began no answer",
		Hint:      "try again, choose another model, or allow more time (timeouts.first_token)",
		Retryable: true,
	}
}

func (c *Client) silentMiddle() *api.Error {
	return &api.Error{
		Kind:      api.ErrTimeout,
		Message:   c.service.Host + " has been silent for " + c.timeouts.Idle.String() + " in the middle of the answer",
		Hint:      "what arrived is kept; try again, or allow more time (timeouts.idle)",
		Retryable: true,
	}
}
