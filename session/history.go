package session

// This file owns what of a conversation goes into the next request. It refuses
// to look at the model that the request is for: that is the wires' business.

import (
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// digestLead begins the note that takes the place of what a digest sums up.
const digestLead = "Summary of the conversation so far:\n\n"

// History returns a conversation as a request carries it: the system prompt,
// when there is one, then what was said, attached, called and sealed, with the
// contents of files as far as they are loaded (see [Store.Load]).
//
// It begins at the last message that has a [Digest], after a note of the person's
// that says what the digest says; a digest without text leaves older messages out
// and says nothing.
//
// What was thought stays behind, for no model is to be shown another's thought,
// and so do answers that say nothing else. Services refuse a tool call without
// its result, and a result without its call: both are left out, and with the
// last call of an answer what was sealed around it. What is sealed is for one
// model and protocol; to leave it out for others is the wires' business.
//
// An answer and those that continue it, each a child of the one before, go as
// one, of the model that wrote the last: services want turns. What was sealed
// around a piece is no longer true of the whole, and stays behind; but a service
// that waits for the results of calls wants what it sealed around these, so the
// last piece keeps its own while it has calls. A call can only be answered after
// the last piece.
func History(system string, path []Message) []api.Message {
	var said []api.Message
	if system != "" {
		said = append(said, api.Text(api.System, system))
	}
	path, note := digested(path)
	if note != "" {
		said = append(said, api.Text(api.User, note))
	}
	var open []string  // the calls that the answer before goes along with
	continues := false // the last of said is an answer that the next may continue
	for i, m := range path {
		msg := api.Message{Role: m.Role, Model: m.Model}
		switch m.Role {
		case api.ToolRole:
			msg.Parts = sendable(m.Parts, nil, open)
		case api.User, api.Assistant, api.System:
			msg.Parts = sendable(m.Parts, results(path[i+1:]), nil)
			open = calls(msg.Parts)
			if len(open) == 0 && len(calls(m.Parts)) > 0 {
				msg.Parts = slices.DeleteFunc(msg.Parts, sealed)
			}
		}
		says := slices.ContainsFunc(msg.Parts, func(p api.Part) bool { return !sealed(p) })
		switch {
		case !says:
		case continues && m.Role == api.Assistant:
			last := &said[len(said)-1]
			*last = joined(*last, msg)
		default:
			said = append(said, msg)
		}
		continues = m.Role == api.Assistant && (says || continues)
	}
	return said
}

// digested returns the end of a path that still goes along, and what is to be
// said of the rest.
func digested(path []Message) (rest []Message, note string) {
	for i, m := range slices.Backward(path) {
		if m.Digest == nil {
			continue
		}
		if m.Digest.Text != "" {
			note = digestLead + m.Digest.Text
		}
		return path[i:], note
	}
	return path, ""
}

// joined returns an answer with what continues it.
func joined(a, b api.Message) api.Message {
	if len(calls(b.Parts)) == 0 {
		b.Parts = slices.DeleteFunc(b.Parts, sealed)
	}
	b.Parts = append(slices.DeleteFunc(a.Parts, sealed), b.Parts...)
	parts := b.Parts[:0]
	for _, p := range b.Parts {
		if last := len(parts) - 1; last >= 0 && p.Kind == api.TextPart && parts[last].Kind == api.TextPart {
			parts[last].Text += p.Text
			continue
		}
		parts = append(parts, p)
	}
	b.Parts = parts
	return b
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
