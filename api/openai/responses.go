package openai

// This file owns the body of a question by /v1/responses: the smallest that says
// it all. It refuses to send null, to leave the choice to the service whether
// anything is kept there, and to tell reasoning again to anyone but the model
// that thinks on from it.

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// responses asks by /v1/responses. What the model taught is said right after
// the service accepted the request, once for each lesson.
func (c *Client) responses(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		h := c.responseHabitsOf(req.Model)
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
					c.rememberResponses(req.Model, h)
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
				value = append(ours, more...)
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
	var out []any
	for _, t := range tools {
		var parameters any = map[string]any{"type": "object", "properties": map[string]any{}}
		if len(t.Parameters) > 0 {
			var err error
			if parameters, err = withoutNull(t.Parameters); err != nil {
				return nil, fmt.Errorf("reading the parameters of the tool %s: %w", t.Name, err)
			}
		}
		out = append(out, responseTool{"function", t.Name, t.Description, parameters, false})
	}
	return out, nil
}

type inputMessage struct {
	Type    string   `json:"type"`
	Role    api.Role `json:"role"`
	Content any      `json:"content"` // []inputPart, or the plain text of an answer
}

type inputPart struct {
	Type     string     `json:"type"`
	Text     string     `json:"text,omitempty"`
	ImageURL string     `json:"image_url,omitempty"`
	Filename string     `json:"filename,omitempty"`
	FileData string     `json:"file_data,omitempty"`
	Audio    *chatAudio `json:"input_audio,omitempty"`
}

type inputCall struct {
	Type      string `json:"type"`
	CallID    string `json:"call_id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type inputResult struct {
	Type   string `json:"type"`
	CallID string `json:"call_id"`
	Output string `json:"output"`
}

// inputItems tells the conversation again, the system's messages aside. What
// says nothing is left out.
func inputItems(req api.Request, h responseHabits) ([]any, error) {
	items := []any{}
	var open map[string]bool // calls that were sent and wait for their result
	for i, m := range req.Messages {
		switch m.Role {
		case api.System:
		case api.Assistant:
			back := m.Model == req.Model && !h.leavesOut(sealedThought)
			open = answeredIn(req.Messages[i+1:])
			items = append(items, answerItems(m, open, back)...)
		case api.ToolRole:
			items = append(items, resultItems(m, open)...)
		default:
			parts, err := inputParts(m)
			if err != nil {
				return nil, err
			}
			if len(parts) > 0 {
				items = append(items, inputMessage{"message", m.Role, parts})
			}
		}
	}
	return items, nil
}

func inputParts(m api.Message) ([]inputPart, error) {
	var parts []inputPart
	for _, p := range m.Parts {
		switch {
		case p.Kind == api.TextPart && p.Text != "":
			parts = append(parts, inputPart{Type: "input_text", Text: p.Text})
		case p.Kind == api.FilePart && p.File != nil:
			part, err := filePart(*p.File)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part.asInput())
		}
	}
	return parts, nil
}

// asInput says in the words of responses what p says in those of chat.
func (p chatPart) asInput() inputPart {
	switch {
	case p.ImageURL != nil:
		return inputPart{Type: "input_image", ImageURL: p.ImageURL.URL}
	case p.File != nil:
		return inputPart{Type: "input_file", Filename: p.File.Name, FileData: p.File.Data}
	case p.Audio != nil:
		return inputPart{Type: "input_audio", Audio: p.Audio}
	}
	return inputPart{Type: "input_text", Text: p.Text}
}

// answerItems tells an answer again: its text, and those of its calls that were
// answered, each behind the thought in cipher that led to it, if that goes back.
//
// The text is plain: as a part of an answer it would need the id that the
// service gave it.
func answerItems(m api.Message, answered map[string]bool, back bool) []any {
	var calls []any
	var places []int // of the calls among all of the answer
	place := 0
	for _, p := range m.Parts {
		if p.Kind != api.ToolCallPart || p.Tool == nil {
			continue
		}
		if id := callID(*p.Tool); answered[id] && p.Tool.Name != "" {
			calls = append(calls, inputCall{"function_call", id, p.Tool.Name, cmp.Or(strings.TrimSpace(p.Tool.Arguments), "{}")})
			places = append(places, place)
		}
		place++
	}
	var thoughts []sealedItem
	if back && len(calls) > 0 {
		thoughts = sealedItems(m)
	}
	var items []any
	before := func(place int) {
		for len(thoughts) > 0 && thoughts[0].Calls <= place {
			items = append(items, thoughts[0].Item)
			thoughts = thoughts[1:]
		}
	}
	before(0)
	if text := m.Content(); strings.TrimSpace(text) != "" {
		items = append(items, inputMessage{"message", api.Assistant, text})
	}
	for i, call := range calls {
		before(places[i])
		items = append(items, call)
	}
	return items // a thought that led to no call is worth nothing
}

// resultItems tells each result of m that a call waits for.
func resultItems(m api.Message, open map[string]bool) []any {
	var items []any
	for _, p := range m.Parts {
		if p.Kind != api.ToolResultPart || p.Tool == nil || !open[callID(*p.Tool)] {
			continue
		}
		id := callID(*p.Tool)
		delete(open, id)
		items = append(items, inputResult{"function_call_output", id, p.Text})
	}
	return items
}

// sealedItem is what [api.Opaque] holds for this protocol: a thought in cipher,
// and how many calls the answer had made before it.
type sealedItem struct {
	Calls int             `json:"calls,omitempty"`
	Item  json.RawMessage `json:"item"`
}

// sealedItems returns what m holds for this protocol, ready to be sent.
func sealedItems(m api.Message) []sealedItem {
	var items []sealedItem
	for _, p := range m.Parts {
		if p.Kind != api.OpaquePart || p.Opaque == nil || p.Opaque.Protocol != api.Responses {
			continue
		}
		var s sealedItem
		if json.Unmarshal(p.Opaque.Data, &s) != nil {
			continue
		}
		if item, err := accepted(s.Item); err == nil {
			items = append(items, sealedItem{s.Calls, item})
		}
	}
	return items
}

// accepted leaves out of an item what services give but don't take.
func accepted(item json.RawMessage) (json.RawMessage, error) {
	plain, err := withoutNull(item)
	if err != nil {
		return nil, err
	}
	fields, ok := plain.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("reading a thought in cipher: it is no object")
	}
	delete(fields, "status")
	if _, ok := fields["summary"]; !ok {
		fields["summary"] = []any{}
	}
	return marshal(fields)
}
