package aixplain

// This file owns tools: an action with JSON, and its result.

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Result is what a tool returned.
type Result struct {
	Text    string // the result for a person: text, or a block of JSON
	Notices []string
	Usage   api.Usage
	Cost    api.Cost
	Timing  api.Timing
}

// RunTool runs an action of a tool ("ID" or "tool:ID") with data, a JSON object;
// nil is an empty one. Errors are always *[api.Error]; the result is good beside
// one as far as it goes: a run that is left goes on, as a notice says.
func (c *Client) RunTool(ctx context.Context, id, action string, data json.RawMessage) (Result, error) {
	reply := api.NewReply(time.Now())
	prompt := strings.TrimSpace(action + " " + string(data))
	req := api.Request{Model: "tool:" + strings.TrimPrefix(id, "tool:"), Messages: []api.Message{api.Text(api.User, prompt)}}
	for ev, err := range c.Stream(ctx, req) {
		if err != nil {
			return result(reply), api.AsError(err)
		}
		reply.Add(ev, time.Now())
	}
	return result(reply), nil
}

func result(r *api.Reply) Result {
	return Result{r.Answer.String(), r.Notices, r.Usage, r.Cost, r.Timing}
}

// ParseAction takes apart what a person writes to a tool: an action, and behind it
// the JSON object that it takes, or nothing. The error is an *[api.Error].
func ParseAction(line string) (action string, data json.RawMessage, err error) {
	line = strings.TrimSpace(line)
	at := strings.IndexAny(line, " \t\r\n{")
	if at < 0 {
		at = len(line)
	}
	action, rest := line[:at], strings.TrimSpace(line[at:])
	if rest == "" {
		rest = "{}"
	}
	var object map[string]json.RawMessage
	if action == "" || json.Unmarshal([]byte(rest), &object) != nil || object == nil {
		return "", nil, &api.Error{
			Kind:    api.ErrInvalid,
			Message: "a tool is asked by an action and a JSON object",
			Hint:    `write it like this: scrape {"url": "https://example.com"}`,
		}
	}
	return action, json.RawMessage(rest), nil
}

func toolBody(req api.Request) (body, *api.Error) {
	prompt := ""
	if at := lastPrompt(req.Messages); at >= 0 {
		prompt = req.Messages[at].Content()
	}
	action, data, err := ParseAction(prompt)
	if err != nil {
		return nil, api.AsError(err)
	}
	b := body{}
	maps.Copy(b, req.Fields)
	b["action"], b["data"] = action, data
	return b, nil
}
