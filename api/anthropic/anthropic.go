// Package anthropic speaks /v1/messages, as Anthropic and AI/ML API mean it: the
// only road on which Claude's thought arrives. It sends an [api.Request] and
// decodes what comes back into [api.Event]s.
//
// Read it in this order: this file holds the client; request.go is what is sent,
// history.go how a conversation becomes turns, attach.go what goes with them,
// habits.go what refusals teach; decode.go is how events of the stream become
// ours, blocks.go the blocks of an answer, event.go their tolerant shape,
// figures.go what they cost; models.go is the list of models. Asking and reading
// themselves are the business of package wire.
package anthropic

import (
	"context"
	"iter"
	"net/http"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Config says whom to ask, and how.
type Config struct {
	wire.Config

	// Native means Anthropic's own host, or one that takes keys as it does: in
	// x-api-key. AI/ML API takes them as everywhere.
	Native bool
}

// version is the protocol's. Who does not know it does not look at it.
const version = "2023-06-01"

// Client is an [api.Backend]. It is safe for concurrent use.
type Client struct {
	wire   *wire.Client
	native bool
	habits wire.Memory[manner, habits]
}

var _ api.Backend = (*Client)(nil)

// New returns a client. It fails, with an [*api.Error], when the base URL is none.
func New(config Config) (*Client, error) {
	headers := map[string]string{"Anthropic-Version": version}
	for name, value := range config.Headers {
		headers[http.CanonicalHeaderKey(name)] = value
	}
	config.Headers = headers
	if config.Native {
		config.KeyHeader = "X-Api-Key"
	}
	w, err := wire.New(config.Config)
	if err != nil {
		return nil, err
	}
	return &Client{wire: w, native: config.Native}, nil
}

// Name is the provider's name.
func (c *Client) Name() string { return c.wire.Name() }

// Stream asks for an answer and yields it as it arrives. What of the request
// could not be asked for comes as notices, after the [api.Start].
func (c *Client) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		q := &question{client: c, req: req, manner: mannerOf(req), said: map[string]bool{}}
		q.habits = c.habits.Habits(q.manner)
		for ev, err := range c.wire.Stream(ctx, q.wire()) {
			if !yield(ev, err) {
				return
			}
			if _, begun := ev.(api.Start); begun && !q.say(yield) {
				return
			}
		}
	}
}

// question is a request while it is asked, and asked again.
type question struct {
	client *Client
	req    api.Request
	manner manner
	habits habits
	sent   body     // last
	notes  []string // on what was sent last
	said   map[string]bool
}

func (q *question) wire() wire.Question {
	return wire.Question{
		Path:     "messages",
		ID:       q.req.ID,
		Protocol: api.Messages,
		Body: func() (_ []byte, err error) {
			if q.sent, q.notes, err = compose(q.req, q.habits); err != nil {
				return nil, err
			}
			return q.sent.encode()
		},
		Learn: func(refusal *api.Error) (learned bool) {
			if q.habits, learned = q.habits.learn(refusal, q.sent); learned {
				q.client.habits.Keep(q.manner, q.habits)
			}
			return learned
		},
		Decoder: func() wire.Decoder { return &decoder{service: q.client.wire.Service()} },
	}
}

// say yields the notes that were not yielded yet.
func (q *question) say(yield func(api.Event, error) bool) bool {
	for _, note := range q.notes {
		if q.said[note] {
			continue
		}
		q.said[note] = true
		if !yield(api.Notice{Text: note}, nil) {
			return false
		}
	}
	return true
}
