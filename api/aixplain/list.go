package aixplain

// This file owns what there is to choose from: models, agents and tools, page by
// page. It refuses to go on for ever.

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

const (
	pageSize = 100
	maxPages = 20
)

// The types of what is listed, beside "aixplain/" and a function.
const (
	ModelType = "aixplain/model"
	AgentType = "aixplain/agent"
	ToolType  = "aixplain/tool"
)

// Models lists the models that generate text, and the agents, each under the name
// by which it is asked: model:ID, agent:ID. What streams has the capability
// "streaming", agents "agent".
func (c *Client) Models(ctx context.Context) ([]api.Model, error) {
	return c.both(ctx, "", maxPages)
}

// Search lists the models, of whatever function, the agents and the tools that the
// service finds for some words: the first page of each.
func (c *Client) Search(ctx context.Context, words string) ([]api.Model, error) {
	words = strings.TrimSpace(words)
	all, err := c.both(ctx, words, 1)
	if err != nil {
		return nil, err
	}
	tools, _ := c.list(ctx, aTool, words, 1) // who has none is told of the others
	for i := range tools {
		all = append(all, tools[i].model(aTool))
	}
	return all, nil
}

// both lists models, then agents. An account that may not see one kind is shown the
// other.
func (c *Client) both(ctx context.Context, words string, pages int) ([]api.Model, error) {
	var all []api.Model
	var refused error
	seen := 0
	for _, k := range []kind{aModel, anAgent} {
		some, err := c.list(ctx, k, words, pages)
		if e := api.AsError(err); e != nil {
			if e.Status != http.StatusForbidden && e.Status != http.StatusNotFound {
				return nil, e
			}
			refused = e
			continue
		}
		seen++
		for i := range some {
			all = append(all, some[i].model(k))
		}
	}
	if seen == 0 {
		return nil, refused
	}
	return all, nil
}

// Tool is one that can be run.
type Tool struct {
	ID      string
	Actions []string // that the service names; it need not name any
}

// Tools lists the tools of the account.
func (c *Client) Tools(ctx context.Context) ([]Tool, error) {
	some, err := c.list(ctx, aTool, "", maxPages)
	if err != nil {
		return nil, err
	}
	tools := make([]Tool, len(some))
	for i, e := range some {
		tools[i].ID = string(e.ID)
		for _, action := range e.Actions {
			if isID(string(action)) {
				tools[i].Actions = append(tools[i].Actions, string(action))
			}
		}
	}
	return tools, nil
}

// page is one of a list, of now or of before.
type page struct {
	Results []entry     `json:"results"`
	Items   []entry     `json:"items"`
	Total   wire.Figure `json:"total"`
}

func (c *Client) list(ctx context.Context, k kind, words string, pages int) ([]entry, error) {
	var all []entry
	seen := map[wire.Words]bool{}
	for n := range pages {
		ask := map[string]any{"q": words, "pageNumber": n, "pageSize": pageSize}
		if k == aModel && words == "" {
			ask["functions"] = []string{textGeneration}
		}
		sent, err := json.Marshal(ask)
		if err != nil {
			return nil, err
		}
		doc, err := c.platform.get(ctx, "v2/"+string(k)+"s/paginate", wire.GetOptions{Body: sent})
		if err != nil {
			return nil, err
		}
		var p page
		if wire.Unmarshal(doc.Body, &p) != nil {
			return nil, wire.NoAnswer(c.platform.service(), "something else than a list")
		}
		before := len(all)
		for _, e := range append(p.Results, p.Items...) {
			e.ID = wire.Words(strings.TrimSpace(string(e.ID)))
			if isID(string(e.ID)) && !seen[e.ID] {
				seen[e.ID] = true
				all = append(all, e)
			}
		}
		if len(all) == before || float64(len(all)) >= p.Total.Value() {
			break
		}
	}
	return all, nil
}

// model returns e as something to choose.
func (e *entry) model(k kind) api.Model {
	id := string(e.ID)
	m := api.Model{
		ID:        string(k) + ":" + id,
		Name:      strings.TrimSpace(string(e.Name)),
		Developer: string(cmp.Or(e.Developer, e.Supplier)),
		Type:      ModelType,
		Input:     []string{"text"},
		Output:    []string{"text"},
	}
	if path := string(e.Path); path != id && isID(path) {
		m.Aliases = []string{string(k) + ":" + path}
	}
	if f := string(e.Function.ID); f != "" && f != textGeneration && isID(f) {
		m.Type = "aixplain/" + f
		m.Output = nil
	}
	switch k {
	case anAgent:
		m.Type, m.Capabilities = AgentType, []string{"agent"}
	case aTool:
		m.Type = ToolType
	}
	if e.Streams.is {
		m.Capabilities = append(m.Capabilities, "streaming")
	}
	return m
}
