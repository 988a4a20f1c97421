package aixplain

// This file owns what an agent is sent. It refuses to run one without a budget.

import (
	"math"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

func (q *question) agentBody() (body, []string, *api.Error) {
	c, err := converse(q.req.Messages)
	if err != nil {
		return nil, nil, err
	}
	notes := slices.Concat(c.notes, unfulfilled(q.req), left(q.req, c.system != ""))
	if q.place.note != "" {
		notes = append(notes, q.place.note)
	}
	prompt, before := c.prompt()
	if strings.TrimSpace(prompt) == "" {
		return nil, nil, &api.Error{
			Kind: api.ErrInvalid, Message: "an agent is asked by a person: the last message is none",
			Hint: "write a message",
		}
	}
	objects := map[string]map[string]any{"query": {"input": prompt}, "executionParams": q.execution()}
	b := body{
		"id":                    q.id,
		"query":                 objects["query"],
		"executionParams":       objects["executionParams"],
		"runResponseGeneration": false,
		"metaData":              map[string]any{},
	}
	for name, value := range q.req.Fields {
		fields, ok := value.(map[string]any)
		switch {
		case objects[name] == nil:
			b[name] = value
		case ok:
			join(objects[name], fields)
		}
	}
	before = plain(before)
	switch {
	case q.place.session != "":
		b["sessionId"] = q.place.session
	case len(before) > 0 && !q.place.told:
		b["history"] = before
	}
	return b, notes, nil
}

// execution are the limits of a run.
func (q *question) execution() map[string]any {
	budget := q.client.budget
	seconds := int(math.Ceil(budget.Duration.Seconds()))
	return map[string]any{
		"outputFormat": "text",
		"maxTokens":    maxTokens(q.req),
		"maxTime":      seconds,
		"budget": map[string]any{
			"maxCost": budget.Credits, "maxDurationSeconds": seconds, "maxIterations": budget.Iterations,
		},
	}
}

// join puts fields into others, and fields of fields likewise.
func join(into, fields map[string]any) {
	for name, value := range fields {
		inner, isMap := value.(map[string]any)
		there, wasMap := into[name].(map[string]any)
		if isMap && wasMap {
			join(there, inner)
			continue
		}
		if name != "budget" || isMap { // it is always sent
			into[name] = value
		}
	}
}

// left names what of a request an agent is not told.
func left(req api.Request, system bool) (notes []string) {
	for _, what := range []struct {
		is   bool
		name string
	}{
		{system, "the system prompt is not sent: an agent has instructions of its own"},
		{len(req.Tools) > 0, "tools are not sent: an agent has its own"},
		{req.Temperature != nil || req.TopP != nil || req.Seed != nil || len(req.Stop) > 0, "sampling is not sent: an agent has its own"},
	} {
		if what.is {
			notes = append(notes, what.name)
		}
	}
	return notes
}
