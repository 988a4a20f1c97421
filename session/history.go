package session

// This file owns what of a conversation goes into the next request. It refuses
// to look at the model that the request is for: that is the wires' business.

import (
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// History returns a conversation as a request carries it: the system prompt,
// when there is one, then what was said, attached, called and sealed, with the
// contents of files as far as they are loaded (see [Store.Load]).
//
// What was thought stays behind, for no model is to be shown another's thought,
// and so do answers that say nothing else. Services refuse a tool call without
// its result, and a result without its call: both are left out, and with the
// last call of an answer what was sealed around it. What is sealed is for one
// model and protocol; to leave it out for others is the wires' business.
func History(system string, path []Message) []api.Message {
	var said []api.Message
	if system != "" {
		said = append(said, api.Text(api.System, system))
	}
	var open []string // the calls that the answer before goes along with
	for i, m := range path {
		msg := api.Message{Role: m.Role, Model: m.Model}
		if m.Role == api.ToolRole {
			msg.Parts = sendable(m.Parts, nil, open)
		} else {
			answered := results(path[i+1:])
			msg.Parts = sendable(m.Parts, answered, nil)
			open = calls(msg.Parts)
			if len(open) == 0 && len(calls(m.Parts)) > 0 {
				msg.Parts = slices.DeleteFunc(msg.Parts, sealed)
			}
		}
		if slices.ContainsFunc(msg.Parts, func(p api.Part) bool { return !sealed(p) }) {
			said = append(said, msg)
		}
	}
	return said
}

// sendable returns those of a message's parts that a request can carry: calls
// that are answered, results of calls that are open.
func sendable(parts []api.Part, answered, open []string) (some []api.Part) {
	for _, p := range parts {
		var goes bool
		switch p.Kind {
		case api.TextPart:
			goes = p.Text != ""
		case api.FilePart:
			goes = p.File != nil
		case api.OpaquePart:
			goes = p.Opaque != nil
		case api.ToolCallPart:
			goes = p.Tool != nil && slices.Contains(answered, p.Tool.ID)
		case api.ToolResultPart:
			goes = p.Tool != nil && slices.Contains(open, p.Tool.ID)
		}
		if goes {
			some = append(some, p)
		}
	}
	return some
}

// results returns the ids of the calls that the tool messages at the beginning
// of rest answer.
func results(rest []Message) (ids []string) {
	for _, m := range rest {
		if m.Role != api.ToolRole {
			break
		}
		ids = append(ids, tools(m.Parts, api.ToolResultPart)...)
	}
	return ids
}

func calls(parts []api.Part) []string { return tools(parts, api.ToolCallPart) }

func tools(parts []api.Part, kind api.PartKind) (ids []string) {
	for _, p := range parts {
		if p.Kind == kind && p.Tool != nil {
			ids = append(ids, p.Tool.ID)
		}
	}
	return ids
}

func sealed(p api.Part) bool { return p.Kind == api.OpaquePart }
