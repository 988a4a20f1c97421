package wire

// This file owns how a question is asked: once, again as long as refusals teach
// how to, and again after a failure that deserves it. It refuses to know what
// is asked.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Question is a request whose answer streams.
type Question struct {
	Path     string // below the base URL
	ID       string // see [api.Request]; one that the service would drop is not sent
	Protocol api.Protocol
	Header   map[string]string // beside those that every request carries

	// Body returns what is sent. It is called anew before each attempt.
	Body func() ([]byte, error)
	// Learn takes a refusal as a lesson, and reports whether Body differs from
	// now on; then the question is asked again at once. Nil learns nothing.
	Learn func(*api.Error) bool
	// Decoder returns a fresh decoder for an answer.
	Decoder func() Decoder
}

// maxLessons bounds how often a service may teach before it has refused.
const maxLessons = 8

// Stream asks q and yields the answer as it arrives, with the promises of
// [api.Backend].
func (c *Client) Stream(ctx context.Context, q Question) iter.Seq2[api.Event, error] {
	return api.Retrying(ctx, c.config.Retry, func() iter.Seq2[api.Event, error] {
		return c.attempt(ctx, q)
	})
}

// attempt asks once.
func (c *Client) attempt(ctx context.Context, q Question) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		watched, dog := api.Watch(ctx, c.timeouts.FirstToken, c.silentStart())
		defer dog.Stop()
		s := &stream{client: c, question: q, ctx: ctx, watched: watched, dog: dog, yield: yield}
		reply, err := s.send()
		if err != nil {
			s.fail(err)
			return
		}
		defer reply.Body.Close()
		if s.start(reply) {
			s.decoder = q.Decoder()
			s.read(reply)
		}
	}
}

// stream is one attempt.
type stream struct {
	client   *Client
	question Question
	ctx      context.Context // the person's
	watched  context.Context // also ended by the watchdog
	dog      *api.Watchdog
	yield    func(api.Event, error) bool
	key      string
	secrets  api.Redactor
	decoder  Decoder
	progress Progress
	conn     syscall.RawConn // that the answer comes by; nil when it is not known
	named    [2]string       // the model as the service named it last, and as that is passed on
	end      *time.Timer     // ends an answer that is whole; nil before
}

// send asks, and asks again as long as refusals teach how to.
func (s *stream) send() (_ *http.Response, err error) {
	if s.key, err = s.client.Key(s.ctx); err != nil {
		return nil, err
	}
	s.secrets = api.NewRedactor(s.client.secrets(s.key)...)
	for lessons := 0; ; lessons++ {
		reply, err := s.client.place.do(s.question.Path, s.request, func(r *http.Request) (*http.Response, error) {
			return s.client.ask(s.dog, r)
		})
		if err != nil {
			return nil, err
		}
		if accepted(reply.StatusCode) {
			return reply, nil
		}
		refusal := s.client.refusal(reply, s.dog, s.key)
		if lessons == maxLessons || s.question.Learn == nil || !s.question.Learn(refusal) {
			return nil, refusal
		}
	}
}

// accepted reports whether a status stands before an answer, or before the promise
// of one.
func accepted(status int) bool {
	return status == http.StatusOK || status == http.StatusCreated || status == http.StatusAccepted
}

// ask sends a request.
func (c *Client) ask(dog *api.Watchdog, r *http.Request) (reply *http.Response, err error) {
	dog.Guard(func() { reply, err = c.http.Do(r) })
	if err != nil {
		return nil, c.service.DialError(err, c.timeouts.Connect)
	}
	return reply, nil
}

func (s *stream) request(at string) (*http.Request, error) {
	body, err := s.question.Body()
	if err != nil {
		return nil, api.AsError(err)
	}
	ctx := httptrace.WithClientTrace(s.watched, &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { s.conn = rawConn(got.Conn) },
	})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return nil, api.AsError(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if validRequestID(s.question.ID) {
		r.Header.Set("X-Client-Request-Id", s.question.ID)
	}
	for name, value := range s.question.Header {
		r.Header.Set(name, value)
	}
	return r, s.client.dress(r, s.key)
}

// validRequestID reports whether AI/ML API takes an id: 1 to 128 characters of
// A-Za-z0-9._:- . Anything else it drops silently.
func validRequestID(id string) bool {
	return id != "" && len(id) <= 128 && strings.IndexFunc(id, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._:-", r))
	}) < 0
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
	return e.Redact(c.secrets(key)...)
}

// fail yields why the attempt ended.
func (s *stream) fail(err error) {
	s.yield(nil, s.client.failure(s.ctx, s.watched, err).Redact(s.client.secrets(s.key)...))
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
	e := Cut()
	e.Err = err
	return e
}

// Cut is the failure of an answer that ended before it was whole.
func Cut() *api.Error {
	return &api.Error{
		Kind:      api.ErrCut,
		Message:   "the answer was cut off",
		Hint:      "what arrived is kept; try again",
		Retryable: true,
	}
}

// Broken is the failure of a service that sends what is no JSON where the
// protocol has JSON.
func Broken(s api.Service) *api.Error {
	return &api.Error{
		Kind:      api.ErrBadResponse,
		Message:   s.Host + " sent broken JSON in the middle of the answer",
		Hint:      "what arrived is kept; try again",
		Retryable: true,
	}
}

// NoAnswer is the failure of a service that sends something else in place of an
// answer.
func NoAnswer(s api.Service, what string) *api.Error {
	return &api.Error{
		Kind:    api.ErrBadResponse,
		Message: s.Host + " sent " + what + " instead of an answer",
		Hint:    "check the base URL, or choose another model",
	}
}

// Strange is the failure of a service that sends a document in which nothing is an
// answer: told in its words, where it has some.
func Strange(s api.Service, doc []byte) *api.Error {
	var told struct {
		Detail  json.RawMessage `json:"detail"` // FastAPI
		Message Words           `json:"message"`
	}
	if Unmarshal(doc, &told) == nil && (len(told.Detail) > 0 && string(told.Detail) != "null" || told.Message != "") {
		return s.StreamError(doc)
	}
	return NoAnswer(s, "something else")
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
