package anthropic

// This file owns what is sent: the smallest body that says it all. It refuses to
// send null, and a budget of thought that leaves no room for an answer.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// body is a request as it is sent. Numbers of Fields are json.Numbers in it.
type body map[string]any

// compose returns the body of a request, and what of the request it does not
// say, for the person.
func compose(req api.Request, h habits) (body, []string, error) {
	fields, err := plain(req.Fields)
	if err != nil {
		return nil, nil, &api.Error{
			Kind: api.ErrInvalid, Err: err,
			Message: "the further fields of the request can't be written as JSON",
			Hint:    "check extra_body in the config",
		}
	}
	talk := converse(req)
	if talk.failure != nil {
		return nil, nil, talk.failure
	}
	b := body{"model": req.Model, "messages": talk.turns, "stream": true}
	if len(talk.system) > 0 {
		b["system"] = strings.Join(talk.system, "\n\n")
	}
	b.sample(req)
	b.merge(req.Tools, fields)
	notes := talk.notes
	if req.Seed != nil && b["seed"] == nil {
		notes = append(notes, "the seed is not sent: this protocol knows none")
	}
	notes = append(notes, h.apply(b, req)...)
	if !talk.thoughtful && b.thinks() == enabled {
		// Thought can't begin in the middle of a turn.
		delete(b, "thinking")
	}
	return b, append(notes, b.limit(req, h)...), nil
}

// plain returns fields as JSON would give them back, without null.
func plain(fields map[string]any) (body, error) {
	data, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var b body
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&b); err != nil {
		return nil, err
	}
	for name, value := range b {
		if value == nil {
			delete(b, name)
		}
		dropNull(value)
	}
	return b, nil
}

func dropNull(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if inner == nil {
				delete(v, name)
			}
			dropNull(inner)
		}
	case []any:
		for _, inner := range v {
			dropNull(inner)
		}
	}
}

func (b body) sample(req api.Request) {
	if req.Temperature != nil {
		b["temperature"] = *req.Temperature
	}
	if req.TopP != nil {
		b["top_p"] = *req.TopP
	}
	var stop []string
	for _, s := range req.Stop {
		if strings.TrimSpace(s) != "" { // blank ones are refused
			stop = append(stop, s)
		}
	}
	if stop != nil {
		b["stop_sequences"] = stop
	}
}

// noArguments is the schema of a tool that takes none.
var noArguments = json.RawMessage(`{"type":"object","properties":{}}`)

// merge adds tools and fields; a list of tools among them joins the tools.
func (b body) merge(tools []api.Tool, fields body) {
	var all []any
	for _, t := range tools {
		tool := map[string]any{"name": t.Name, "input_schema": noArguments}
		if json.Valid(t.Parameters) {
			tool["input_schema"] = t.Parameters
		}
		if t.Description != "" {
			tool["description"] = t.Description
		}
		all = append(all, tool)
	}
	for name, value := range fields {
		if more, isList := value.([]any); isList && name == "tools" {
			all = append(all, more...)
			continue
		}
		b[name] = value
	}
	if len(all) > 0 {
		b["tools"] = all
	}
}

// encode writes b without escapes that only web pages need.
func (b body) encode() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(b)
	return buf.Bytes(), err
}

// The types of thinking.
const (
	enabled  = "enabled"  // within a budget
	adaptive = "adaptive" // as the model likes
	disabled = "disabled"
)

// thinking is the field of that name; nil if it is missing, or no object.
func (b body) thinking() map[string]any {
	t, _ := b["thinking"].(map[string]any)
	return t
}

// thinks is the type of thinking, "" when nothing is said of it.
func (b body) thinks() string {
	kind, _ := b.thinking()["type"].(string)
	return kind
}

// How long an answer may be when nobody says, thought included.
const (
	defaultMax  = api.DefaultMaxTokens
	adaptiveMax = 4 * api.DefaultMaxTokens // nobody knows how long it thinks
)

// limit sets max_tokens, so that a budget of thought always leaves room for an
// answer: the service counts both together and refuses anything else.
func (b body) limit(req api.Request, h habits) (notes []string) {
	wished, _ := whole(b["max_tokens"])
	wished = cmp.Or(max(wished, 0), int64(max(req.MaxTokens, 0)))
	most := cmp.Or(wished, defaultMax)
	budget, budgeted := whole(b.thinking()["budget_tokens"])
	switch {
	case budgeted && budget < h.leastBudget:
		notes = append(notes, fmt.Sprintf("the thinking budget is raised to %d tokens, the least that the model takes", h.leastBudget))
		budget = h.leastBudget
	case wished == 0 && b.thinks() == adaptive:
		most = adaptiveMax
	}
	if budgeted && (wished == 0 || budget >= most) {
		most += max(budget, 0)
		if wished != 0 {
			notes = append(notes, fmt.Sprintf("the limit of the answer is raised to %d tokens, since thought counts in it", most))
		}
	}
	if h.mostTokens > 0 && most > h.mostTokens {
		most = h.mostTokens
		if wished > most {
			notes = append(notes, fmt.Sprintf("the limit of the answer is lowered to %d tokens, the most that the model gives", most))
		}
		if budget >= most { // half for each
			budget = most / 2
			notes = append(notes, fmt.Sprintf("the thinking budget is lowered to %d tokens: the model gives no more than %d in all", budget, most))
		}
	}
	b["max_tokens"] = most
	if budgeted {
		b.thinking()["budget_tokens"] = budget
	}
	return notes
}

// maxCount is beyond any count of tokens.
const maxCount = 1 << 40

// whole reads a number of tokens.
func whole(v any) (int64, bool) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := number.Float64()
	if err != nil && f == 0 {
		return 0, false
	}
	return int64(min(max(f, -maxCount), maxCount)), true
}
