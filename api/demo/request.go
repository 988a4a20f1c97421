package demo

// request.go owns what the demo takes as a question. It refuses what is no
// chat completion, and nulls, as several models of the service do.

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// request is the part of a chat completion's request that the demo heeds.
type request struct {
	Model     string    `json:"model"`
	Messages  []message `json:"messages"`
	Stream    bool      `json:"stream"`
	MaxTokens *int      `json:"max_tokens"`
}

type message struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	Prefix  bool            `json:"prefix"`  // of the last: go on with it
	Partial bool            `json:"partial"` // the same, in others' word
}

// defaultMaxTokens is what the service takes when a request names no limit.
const defaultMaxTokens = 512

// parse reads a request; the second result is the refusal, or nil.
func parse(body []byte) (*request, *failure) {
	var raw any
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, invalid("", "Expected a JSON document", "invalid_json")
	}
	if path, found := null(raw); found {
		return nil, invalid(path, "Expected a value, received null", "invalid_type")
	}
	var req request
	if err := json.Unmarshal(body, &req); err != nil {
		return nil, invalid("", "Expected the shape of a chat completion", "invalid_type")
	}
	if req.Model == "" {
		return nil, invalid("model", "Required", "invalid_type")
	}
	if !slices.ContainsFunc(req.Messages, func(m message) bool { return m.Role == "user" }) {
		return nil, invalid("messages", "Expected a message of the user", "too_small")
	}
	if req.MaxTokens != nil && *req.MaxTokens < 1 {
		return nil, invalid("max_tokens", "Number must be greater than 0", "too_small")
	}
	return &req, nil
}

// null returns the path of the first null in a JSON value.
func null(v any) (path string, found bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case map[string]any:
		for _, name := range sortedKeys(v) {
			if below, found := null(v[name]); found {
				return strings.TrimSuffix(name+"."+below, "."), true
			}
		}
	case []any:
		for i, item := range v {
			if below, found := null(item); found {
				return strings.TrimSuffix(fmt.Sprintf("%d.%s", i, below), "."), true
			}
		}
	}
	return "", false
}

func sortedKeys(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// said returns what all messages of a role say, in order.
func (r *request) said(role string) []string {
	var texts []string
	for _, m := range r.Messages {
		if m.Role == role {
			texts = append(texts, m.text())
		}
	}
	return texts
}

// prompt is the last thing that the user said.
func (r *request) prompt() string {
	said := r.said("user")
	return said[len(said)-1]
}

// limit is the most tokens that the answer may have.
func (r *request) limit(m *model) int {
	if r.MaxTokens == nil {
		return defaultMaxTokens
	}
	return min(*r.MaxTokens, m.outputMax)
}

// text is what a message says: a text, or the text parts of a list.
func (m message) text() string {
	var text string
	if json.Unmarshal(m.Content, &text) == nil {
		return text
	}
	var parts []struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(m.Content, &parts) // anything else says nothing
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}
