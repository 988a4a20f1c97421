package openai

// This file owns what is sent: the smallest body that says it all. It refuses to
// send null, which several models of AI/ML API answer with a 400, and to send
// any model its own or another's reasoning.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

type chatRequest struct {
	Model               string         `json:"model"`
	Messages            []chatMessage  `json:"messages"`
	Stream              bool           `json:"stream"`
	StreamOptions       *streamOptions `json:"stream_options,omitempty"`
	MaxTokens           int            `json:"max_tokens,omitempty"`
	MaxCompletionTokens int            `json:"max_completion_tokens,omitempty"`
	Temperature         *float64       `json:"temperature,omitempty"`
	TopP                *float64       `json:"top_p,omitempty"`
	Seed                *int64         `json:"seed,omitempty"`
	Stop                []string       `json:"stop,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type chatMessage struct {
	Role    api.Role `json:"role"`
	Content string   `json:"content"`
}

// habits are the ways in which a model departs from the common request. They
// are learned from its refusals, which name the field and cost nothing: so
// stream_options goes to every host until one refuses it, since without it most
// never say what an answer took.
type habits struct {
	noStreamOptions     bool // usage comes unasked, or not at all
	maxCompletionTokens bool // OpenAI's reasoning models have renamed max_tokens
	noSystem            bool // the system message goes as the person's own
}

func encode(req api.Request, h habits) ([]byte, error) {
	body := chatRequest{
		Model:       req.Model,
		Messages:    messages(req.Messages, h),
		Stream:      true,
		Temperature: req.Temperature,
		TopP:        req.TopP,
		Seed:        req.Seed,
		Stop:        req.Stop,
	}
	limit := cmp.Or(max(req.MaxTokens, 0), api.DefaultMaxTokens)
	if h.maxCompletionTokens {
		body.MaxCompletionTokens = limit
	} else {
		body.MaxTokens = limit
	}
	if !h.noStreamOptions {
		body.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(body)
	return b.Bytes(), err
}

// messages puts the system's first. It leaves out assistant messages without
// text, which nobody accepts: those stopped while thinking, and those of tool
// calls that were never answered.
func messages(all []api.Message, h habits) []chatMessage {
	out := make([]chatMessage, 0, len(all))
	for _, m := range all {
		text := m.Content()
		if m.Role == api.Assistant && strings.TrimSpace(text) == "" {
			continue
		}
		out = append(out, chatMessage{m.Role, text})
	}
	slices.SortStableFunc(out, func(a, b chatMessage) int {
		return cmp.Compare(rank(a.Role), rank(b.Role))
	})
	if h.noSystem {
		for i := range out {
			if out[i].Role == api.System {
				out[i].Role = api.User
			}
		}
	}
	return out
}

func rank(r api.Role) int {
	if r == api.System {
		return 0
	}
	return 1
}

// learn takes a refusal as a lesson, if it is one: what the next attempt has to
// do differently.
func (h habits) learn(e *api.Error) (habits, bool) {
	if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return h, false
	}
	before := h
	switch {
	case strings.Contains(e.Message, "max_completion_tokens"):
		h.maxCompletionTokens = true
	case strings.Contains(e.Message, "stream_options"):
		h.noStreamOptions = true
	case refusesSystem.MatchString(e.Message):
		h.noSystem = true
	}
	return h, h != before
}

var refusesSystem = regexp.MustCompile(`(?i)does not support 'system'|system (role|message|instruction)s? (is|are) not (supported|enabled|allowed)`)

func (c *Client) habitsOf(model string) habits {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.habits[model]
}

func (c *Client) remember(model string, h habits) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.habits[model] = h
}
