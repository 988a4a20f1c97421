package openai

// This file owns the body of a question by /v1/responses: the smallest that says
// it all. It refuses to send null, and to leave it to the service whether
// anything is kept there.

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// responses asks by /v1/responses. What the model taught is said right after
// the service accepted the request, once for each lesson.
func (c *Client) responses(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		h := c.responseHabits.Habits(req.Model)
		var lessons []string
		question := wire.Question{
			Path:     "responses",
			ID:       req.ID,
			Protocol: api.Responses,
			Body:     func() ([]byte, error) { return encodeResponses(req, h) },
			Learn: func(refusal *api.Error) bool {
				learned, lesson, ok := h.learn(refusal, req)
				if ok {
					h = learned
					c.responseHabits.Keep(req.Model, h|c.responseHabits.Habits(req.Model))
					lessons = append(lessons, lesson)
				}
				return ok
			},
			Decoder: func() wire.Decoder { return &responsesDecoder{service: c.wire.Service()} },
		}
		for ev, err := range c.wire.Stream(ctx, question) {
			if !yield(ev, err) {
				return
			}
			if _, accepted := ev.(api.Start); !accepted {
				continue
			}
			for _, lesson := range lessons {
				if lesson != "" && !yield(api.Notice{Text: lesson}, nil) {
					return
				}
			}
			lessons = nil
		}
	}
}

// cipherOfThought is what has to be asked for to have thought in cipher.
const cipherOfThought = "reasoning.encrypted_content"

// encodeResponses returns the body as a map, since any field may be replaced or
// left out.
func encodeResponses(req api.Request, h responseHabits) ([]byte, error) {
	input, err := inputItems(req, h)
	if err != nil {
		return nil, err
	}
	body := map[string]any{
		"model":             req.Model,
		"input":             input,
		"stream":            true,
		"store":             false,
		"max_output_tokens": cmp.Or(max(req.MaxTokens, 0), api.DefaultMaxTokens),
	}
	if system := instructions(req.Messages); system != "" {
		body["instructions"] = system
	}
	if req.Temperature != nil {
		body["temperature"] = *req.Temperature
	}
	if req.TopP != nil {
		body["top_p"] = *req.TopP
	}
	if len(req.Tools) > 0 {
		// A model that calls tools thinks on from its own thought, which nobody
		// but we can keep for it.
		body["include"] = []any{cipherOfThought}
		if body["tools"], err = responseTools(req.Tools); err != nil {
			return nil, err
		}
	}
	fields, err := withoutNulls(req.Fields)
	if err != nil {
		return nil, err
	}
	merge(body, fields)
	h.adapt(body)
	return marshal(body)
}

// merge puts further fields into a body. Lists of tools and of what is to be
// included join ours; what makes it this request is not replaced.
func merge(body, fields map[string]any) {
	for name, value := range fields {
		switch name {
		case "model", "input", "stream":
			continue
		case "tools", "include":
			ours, _ := body[name].([]any)
			if more, ok := value.([]any); ok {
				value = slices.Concat(ours, more)
			}
		}
		body[name] = value
	}
}

// instructions joins the system's messages.
func instructions(messages []api.Message) string {
	var all []string
	for _, m := range messages {
		if text := m.Content(); m.Role == api.System && text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n\n")
}

type responseTool struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Parameters  any    `json:"parameters"`
	Strict      bool   `json:"strict"` // the protocol's default refuses most schemas
}

func responseTools(tools []api.Tool) ([]any, error) {
	out, err := chatTools(tools)
	for i := range out {
		if t, ok := out[i].(chatTool); ok {
			out[i] = responseTool{t.Type, t.Function.Name, t.Function.Description, t.Function.Parameters, false}
		}
	}
	return out, err
}
