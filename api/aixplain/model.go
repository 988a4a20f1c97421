package aixplain

// This file owns what a model is sent: the words in "text", beside them the
// parameters that it takes.

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// path is where q is asked, below the base of its host.
func (q *question) path() string {
	if q.kind == anAgent {
		return "v2/agents/" + url.PathEscape(q.id) + "/run"
	}
	return "api/v2/execute/" + url.PathEscape(q.id)
}

// compose returns what is sent, and notes on what of the request is not in it.
func (q *question) compose() (body, []string, *api.Error) {
	switch q.kind {
	case anAgent:
		return q.agentBody()
	case aTool:
		b, err := toolBody(q.req)
		return b, nil, err
	}
	return q.modelBody()
}

func (q *question) modelBody() (body, []string, *api.Error) {
	c, err := converse(q.req.Messages)
	if err != nil {
		return nil, nil, err
	}
	notes := slices.Concat(c.notes, unfulfilled(q.req))
	b := body{}
	maps.Copy(b, q.req.Fields)
	prompt, before := c.prompt()
	switch {
	case q.habits.LastOnly:
		if b["text"] = prompt; len(before) > 0 || c.system != "" {
			notes = append(notes, "the model takes no conversation: only the last message is sent")
		}
	case len(before) == 0 && c.system == "" && prompt != "":
		b["text"] = prompt
	case q.habits.Folded:
		b["text"] = c.folded()
	case c.system != "":
		b["text"] = append([]turn{{Role: api.System, Content: c.system}}, c.turns...)
	default:
		b["text"] = c.turns
	}
	for name, value := range parameters(q.req) {
		if q.habits.Without[name] {
			if name != "max_tokens" {
				notes = append(notes, name+" is not sent: the model does not take it")
			}
			continue
		}
		if _, given := b[name]; !given {
			b[name] = value
		}
	}
	options := map[string]any{}
	if !q.habits.NoStream {
		options["stream"] = true
	}
	if len(q.req.Tools) > 0 {
		b["tools"], options["raw"] = functions(q.req.Tools), true
	}
	b.merge("options", options)
	return b, notes, nil
}

// merge puts fields under a name, where those that are there already win.
func (b body) merge(name string, fields map[string]any) {
	if given, ok := b[name].(map[string]any); ok {
		fields = maps.Clone(fields)
		maps.Copy(fields, given)
	}
	if len(fields) > 0 {
		b[name] = fields
	}
}

// parameters are those of a request, by the names that they are sent under.
func parameters(req api.Request) body {
	b := body{"max_tokens": maxTokens(req)}
	if req.Temperature != nil {
		b["temperature"] = *req.Temperature
	}
	if req.TopP != nil {
		b["top_p"] = *req.TopP
	}
	if req.Seed != nil {
		b["seed"] = *req.Seed
	}
	if len(req.Stop) > 0 {
		b["stop"] = req.Stop
	}
	return b
}

func maxTokens(req api.Request) int {
	if req.MaxTokens > 0 {
		return req.MaxTokens
	}
	return api.DefaultMaxTokens
}

// unfulfilled names the wishes for which aiXplain has no words.
func unfulfilled(req api.Request) (notes []string) {
	for _, wish := range []struct {
		is   bool
		name string
	}{
		{req.Effort != "" && req.Effort != api.NoEffort, "effort"},
		{req.ThinkingBudget > 0, "thinking budget"},
		{req.Web, "web search"},
	} {
		if wish.is {
			notes = append(notes, wish.name+" is not asked for: aiXplain has no word for it")
		}
	}
	return notes
}

// functions are tools as chat completions declare them.
func functions(tools []api.Tool) (all []any) {
	for _, t := range tools {
		schema := t.Parameters
		if len(schema) == 0 {
			schema = json.RawMessage(`{"type":"object","properties":{}}`)
		}
		all = append(all, map[string]any{"type": "function", "function": map[string]any{
			"name": t.Name, "description": t.Description, "parameters": schema,
		}})
	}
	return all
}

// aside is how long is waited for what is good to know, and no more.
const aside = 5 * time.Second

// entry is what the platform knows of a model, an agent or a tool.
type entry struct {
	ID        wire.Words `json:"id"`
	Name      wire.Words `json:"name"`
	Path      wire.Words `json:"path"`
	About     wire.Words `json:"description"`
	Status    wire.Words `json:"status"`
	Developer named      `json:"developer"`
	Supplier  named      `json:"supplier"`
	Streams   truth      `json:"supportsStreaming"`
	Actions   codes      `json:"allowedActions"` // of a tool
	Function  struct {
		ID wire.Words `json:"id"`
	} `json:"function"`
}

// lookUp returns what is known of how a model is asked. The platform is asked
// once; without an answer the model itself teaches.
func (c *Client) lookUp(ctx context.Context, id string) habits {
	h := c.habits.Habits(id)
	if h.Known {
		return h
	}
	short, cancel := context.WithTimeout(ctx, aside)
	defer cancel()
	doc, err := c.platform.get(short, "v2/models/"+url.PathEscape(id), wire.GetOptions{})
	if ctx.Err() != nil {
		return h
	}
	h.Known = true
	var e entry
	if err == nil && wire.Unmarshal(doc.Body, &e) == nil {
		h.NoStream = e.Streams.said && !e.Streams.is
		if f := strings.ToLower(string(e.Function.ID)); f != "" && f != textGeneration {
			h.LastOnly, h.NoStream = true, !e.Streams.is
			h.Without = map[string]bool{"max_tokens": true, "temperature": true, "top_p": true, "seed": true, "stop": true}
		}
	}
	c.habits.Keep(id, h)
	return h
}

// textGeneration is the function of models that converse.
const textGeneration = "text-generation"
