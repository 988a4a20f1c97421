package openai

// This file owns how a conversation is told again by responses: messages, calls
// of tools and their results. It refuses to tell reasoning to anyone but the
// model that thinks on from it, and calls that were never answered to anyone.

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

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

	place int // among all calls of the answer
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
			calls := answeredCalls(m, req.Messages[i+1:])
			open = map[string]bool{}
			for _, c := range calls {
				open[c.CallID] = true
			}
			var thoughts []sealedItem
			if m.Model == req.Model && !h.leavesOut(sealedThought) && len(calls) > 0 {
				thoughts = sealedItems(m)
			}
			items = append(items, answerItems(m, calls, thoughts)...)
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

// answeredCalls returns those calls of m that the messages after it answer.
func answeredCalls(m api.Message, after []api.Message) []inputCall {
	var calls []inputCall
	answered := answeredIn(after)
	place := 0
	for _, p := range m.Parts {
		if p.Kind != api.ToolCallPart || p.Tool == nil {
			continue
		}
		if id := callID(*p.Tool); answered[id] && p.Tool.Name != "" {
			calls = append(calls, inputCall{"function_call", id, p.Tool.Name, cmp.Or(strings.TrimSpace(p.Tool.Arguments), "{}"), place})
			delete(answered, id) // two calls never share a result
		}
		place++
	}
	return calls
}

// answerItems tells an answer again: its text, and its calls, each behind the
// thoughts in cipher that led to it. One that led to no call is worth nothing.
//
// The text is plain: as a part of an answer it would need the id that the
// service gave it.
func answerItems(m api.Message, calls []inputCall, thoughts []sealedItem) []any {
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
	for _, c := range calls {
		before(c.place)
		items = append(items, c)
	}
	return items
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
		return nil, errors.New("reading a thought in cipher: it is no object")
	}
	delete(fields, "status")
	if _, ok := fields["summary"]; !ok {
		fields["summary"] = []any{}
	}
	return marshal(fields)
}
