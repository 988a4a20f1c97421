// Package openai speaks chat completions, as AI/ML API and every server that
// calls itself OpenAI-compatible means them, and OpenAI's responses: it sends a
// [api.Request] and decodes what comes back into [api.Event]s.
//
// Read it in this order: this file holds the client. Of chat completions
// request.go is the body that is sent, history.go the conversation in it,
// parts.go the files in that, habits.go what models turn out not to take;
// decode.go is how chunks become events, chunk.go their tolerant shape,
// shortcut.go the short way to most of them, thought.go which of several copies
// of a thought is shown, media.go pictures and speech, sealed.go what goes back
// unread, figures.go where tokens and money stand. Of responses responses.go is
// what is sent, responses_history.go the conversation in it, responses_habits.go
// what models turn out not to take; responses_decode.go is how events become
// ours, responses_shape.go their shape, responses_items.go what isn't text,
// responses_text.go which copy of a text is shown. Beside them list.go asks for
// lists, models.go and prices.go read one, account.go knows what is left. Asking
// and reading themselves are the business of package wire.
package openai

import (
	"context"
	"iter"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Config says whom to ask, and how.
type Config = wire.Config

// Client is an [api.Backend]. It is safe for concurrent use.
type Client struct {
	wire *wire.Client

	habits         wire.Memory[string, habits]         // by model
	responseHabits wire.Memory[string, responseHabits] // by model; the two protocols differ
}

var _ api.Backend = (*Client)(nil)

// New returns a client. It fails, with an [*api.Error], when the base URL is none.
func New(config Config) (*Client, error) {
	w, err := wire.New(config)
	if err != nil {
		return nil, err
	}
	return &Client{wire: w}, nil
}

// Name is the provider's name.
func (c *Client) Name() string { return c.wire.Name() }

// Stream asks for an answer and yields it as it arrives.
func (c *Client) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	if req.Protocol == api.Responses {
		return c.responses(ctx, req)
	}
	return c.wire.Stream(ctx, c.chat(req))
}

// chat is the question of a chat completion.
func (c *Client) chat(req api.Request) wire.Question {
	h := c.habits.Habits(req.Model)
	return wire.Question{
		Path:     "chat/completions",
		ID:       req.ID,
		Protocol: api.Chat,
		Body:     func() ([]byte, error) { return encode(req, h) },
		Learn: func(refusal *api.Error) (learned bool) {
			if h, learned = h.learn(refusal, req); learned {
				c.habits.Keep(req.Model, h)
			}
			return learned
		},
		Decoder: func() wire.Decoder {
			return &decoder{service: c.wire.Service(), notices: h.notices(req), figures: figures{resold: c.isAIMLAPI()}}
		},
	}
}
