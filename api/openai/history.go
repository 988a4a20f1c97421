package openai

// This file owns how a conversation is told again: messages, calls of tools and
// their results. It refuses to send any model its own or another's reasoning,
// and calls that were never answered, which nobody accepts.

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

type chatMessage struct {
	Role       api.Role          `json:"role"`
	Content    any               `json:"content"` // a string, or []chatPart
	Extra      json.RawMessage   `json:"extra_content,omitempty"`
	Details    []json.RawMessage `json:"reasoning_details,omitempty"`
	ToolCalls  []chatCall        `json:"tool_calls,omitempty"`
	ToolCallID string            `json:"tool_call_id,omitempty"`
	Prefix     bool              `json:"prefix,omitempty"`  // Mistral's and DeepSeek's word for: go on with it
	Partial    bool              `json:"partial,omitempty"` // and Moonshot's and Alibaba's
}

type chatCall struct {
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Function chatCallFunction `json:"function"`
	Extra    json.RawMessage  `json:"extra_content,omitempty"`
}

type chatCallFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// conversation returns the messages of a request, the system's first. It leaves
// out assistant messages that say nothing: those stopped while thinking, and
// those of calls that were never answered.
func conversation(req api.Request, h habits) ([]chatMessage, error) {
	out := make([]chatMessage, 0, len(req.Messages))
	var open map[string]bool // calls that were sent and wait for their result
	for i, m := range req.Messages {
		switch m.Role {
		case api.Assistant:
			told := assistant(m, req.Messages[i+1:], req.Model)
			open = map[string]bool{}
			for _, c := range told.ToolCalls {
				open[c.ID] = true
			}
			if len(told.ToolCalls) > 0 || strings.TrimSpace(m.Content()) != "" {
				out = append(out, told)
			}
		case api.ToolRole:
			out = append(out, results(m, open)...)
		default:
			content, err := chatContent(m)
			if err != nil {
				return nil, err
			}
			out = append(out, chatMessage{Role: m.Role, Content: content})
		}
	}
	slices.SortStableFunc(out, func(a, b chatMessage) int {
		return cmp.Compare(rank(a.Role), rank(b.Role))
	})
	if last := len(out) - 1; last >= 0 && out[last].Role == api.Assistant {
		out[last].Prefix, out[last].Partial = req.Mark == "prefix", req.Mark == "partial"
	}
	if h.noSystem {
		for i := range out {
			if out[i].Role == api.System {
				out[i].Role = api.User
			}
		}
	}
	return out, nil
}

func rank(r api.Role) int {
	if r == api.System {
		return 0
	}
	return 1
}

// assistant tells an answer again: its text, those of its calls that the
// messages after it answer, and to the model that wrote it what it wants back.
func assistant(m api.Message, after []api.Message, model string) chatMessage {
	told := chatMessage{Role: api.Assistant, Content: m.Content()}
	answered := answeredIn(after)
	var back fragment
	if m.Model == model {
		back = returned(m)
	}
	told.Extra = back.Extra
	place := 0
	for _, p := range m.Parts {
		if p.Kind != api.ToolCallPart || p.Tool == nil {
			continue
		}
		if id := callID(*p.Tool); answered[id] {
			told.ToolCalls = append(told.ToolCalls, chatCall{
				ID: id, Type: "function",
				Function: chatCallFunction{p.Tool.Name, cmp.Or(strings.TrimSpace(p.Tool.Arguments), "{}")},
				Extra:    back.ofCall(place, p.Tool.ID),
			})
			delete(answered, id) // two calls never share a result
		}
		place++
	}
	if len(told.ToolCalls) > 0 {
		told.Details = back.Details
	}
	return told
}

// answeredIn returns the ids of the calls that have a result in the tool
// messages at the start of after.
func answeredIn(after []api.Message) map[string]bool {
	ids := map[string]bool{}
	for _, m := range after {
		if m.Role != api.ToolRole {
			break
		}
		for _, p := range m.Parts {
			if p.Kind == api.ToolResultPart && p.Tool != nil {
				ids[callID(*p.Tool)] = true
			}
		}
	}
	return ids
}

// results tells each result of m that a call waits for.
func results(m api.Message, open map[string]bool) []chatMessage {
	var out []chatMessage
	for _, p := range m.Parts {
		if p.Kind != api.ToolResultPart || p.Tool == nil || !open[callID(*p.Tool)] {
			continue
		}
		id := callID(*p.Tool)
		delete(open, id)
		out = append(out, chatMessage{Role: api.ToolRole, Content: p.Text, ToolCallID: id})
	}
	return out
}

// callID is the id of a call, or one made of its name where a service gave none.
func callID(c api.ToolCall) string { return cmp.Or(c.ID, "call_"+c.Name) }
