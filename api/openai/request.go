package openai

// This file owns the body of a chat completion: the smallest that says it all.
// It refuses to send null, which several models of AI/ML API answer with a 400.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

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
	Tools               []any          `json:"tools,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type chatTool struct {
	Type     string       `json:"type"`
	Function chatFunction `json:"function"`
}

type chatFunction struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Parameters  any    `json:"parameters"`
}

func encode(req api.Request, h habits) ([]byte, error) {
	messages, err := conversation(req, h)
	if err != nil {
		return nil, err
	}
	tools, err := chatTools(req.Tools)
	if err != nil {
		return nil, err
	}
	fields, err := withoutNulls(req.Fields)
	if err != nil {
		return nil, err
	}
	body := chatRequest{
		Model:         req.Model,
		Messages:      messages,
		Stream:        true,
		StreamOptions: &streamOptions{IncludeUsage: true},
		MaxTokens:     cmp.Or(max(req.MaxTokens, 0), api.DefaultMaxTokens),
		Temperature:   req.Temperature,
		TopP:          req.TopP,
		Seed:          req.Seed,
		Stop:          req.Stop,
		Tools:         tools,
	}
	h.adapt(&body, fields)
	return body.with(fields)
}

// chatTools returns tools as the body names them.
func chatTools(tools []api.Tool) ([]any, error) {
	var out []any
	for _, t := range tools {
		parameters, err := withoutNull(t.Parameters)
		if err != nil {
			return nil, fmt.Errorf("reading the parameters of the tool %s: %w", t.Name, err)
		}
		if parameters == nil {
			parameters = map[string]any{"type": "object", "properties": map[string]any{}}
		}
		out = append(out, chatTool{"function", chatFunction{t.Name, t.Description, parameters}})
	}
	return out, nil
}

// with returns the body with further fields, which take the place of ours, but
// for those that make it this request.
func (r chatRequest) with(fields map[string]any) ([]byte, error) {
	if list, ok := fields["tools"].([]any); ok {
		r.Tools = append(r.Tools, list...)
		delete(fields, "tools")
	}
	for _, limit := range []string{"max_tokens", "max_completion_tokens"} {
		if _, ok := fields[limit]; ok { // two limits at once are refused
			r.MaxTokens, r.MaxCompletionTokens = 0, 0
		}
	}
	body, err := marshal(r)
	if err != nil || len(fields) == 0 {
		return body, err
	}
	ours := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &ours); err != nil {
		return nil, err
	}
	all := make(map[string]any, len(ours)+len(fields))
	for name, value := range ours {
		all[name] = value
	}
	for name, value := range fields {
		switch name {
		case "model", "messages", "stream":
		default:
			all[name] = value
		}
	}
	return marshal(all)
}

// marshal leaves <, > and & as they are: it writes no web page.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// withoutNulls returns fields as plain JSON values of its own; those that are
// null are left out.
func withoutNulls(fields map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(fields))
	for name, value := range fields {
		value, err := withoutNull(value)
		if err != nil {
			return nil, fmt.Errorf("reading the field %s of the request: %w", name, err)
		}
		if value != nil {
			out[name] = value
		}
	}
	return out, nil
}

// withoutNull returns v as a plain JSON value in which nothing is null; nil if v
// itself is.
func withoutNull(v any) (any, error) {
	data, err := marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // no digit is lost
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, err
	}
	return dropNull(plain), nil
}

func dropNull(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if value = dropNull(value); value == nil {
				delete(v, name)
			} else {
				v[name] = value
			}
		}
	case []any:
		kept := make([]any, 0, len(v))
		for _, value := range v {
			if value = dropNull(value); value != nil {
				kept = append(kept, value)
			}
		}
		return kept
	}
	return v
}
