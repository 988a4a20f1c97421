package openai

// This file owns the list of models: the rich entries of AI/ML API, the bare ids
// of OpenAI, and what lies between. It refuses to filter or to sort.

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Models asks for the list of models. AI/ML API's is public and asked for
// without a key; elsewhere a key that can't be had is done without.
func (c *Client) Models(ctx context.Context) ([]api.Model, error) {
	o := wire.GetOptions{}
	if c.wire.Official() {
		o.Anonymous, o.Query = true, url.Values{"include": {"pricing,modalities,capabilities"}}
	} else if _, err := c.wire.Key(ctx); err != nil && api.AsError(err).Kind == api.ErrAuth {
		o.Anonymous = true
	}
	doc, err := c.wire.Get(ctx, "models", o)
	if err != nil {
		return nil, err
	}
	models, err := decodeModels(doc.Body)
	if err != nil {
		e := wire.NoAnswer(c.wire.Service(), "another document")
		e.Message, e.Err = c.wire.Service().Host+" sent something other than a list of models", err
		return nil, e
	}
	return models, nil
}

// entry is one model, in the words of AI/ML API and of others.
type entry struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Aliases []string `json:"aliases"`

	Info struct {
		Name          string      `json:"name"`
		Developer     string      `json:"developer"`
		ContextLength wire.Figure `json:"contextLength"`
		OutputMax     wire.Figure `json:"outputMax"`
	} `json:"info"`
	Modalities struct {
		Input  []string `json:"input"`
		Output []string `json:"output"`
	} `json:"modalities"`
	Capabilities stringList `json:"capabilities"`
	Pricing      pricing    `json:"pricing"`

	// OpenRouter, vLLM, Groq.
	ContextLength wire.Figure `json:"context_length"`
	MaxModelLen   wire.Figure `json:"max_model_len"`
	ContextWindow wire.Figure `json:"context_window"`
	MaxCompletion wire.Figure `json:"max_completion_tokens"`
	Architecture  struct {
		Input  []string `json:"input_modalities"`
		Output []string `json:"output_modalities"`
	} `json:"architecture"`
}

// stringList is a list of strings; an object in its place (Mistral) is left out.
type stringList []string

func (s *stringList) UnmarshalJSON(data []byte) error {
	if data[0] != '[' {
		return nil
	}
	return wire.Unmarshal(data, (*[]string)(s))
}

func decodeModels(body []byte) ([]api.Model, error) {
	var list struct {
		Data   []entry `json:"data"`
		Models []entry `json:"models"`
	}
	entries := &list.Data
	if err := wire.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	if list.Data == nil && list.Models != nil {
		entries = &list.Models
	}
	if *entries == nil {
		if err := wire.Unmarshal(body, entries); err != nil {
			return nil, err
		}
	}
	if *entries == nil {
		return nil, errors.New("no list in the document")
	}
	models := make([]api.Model, 0, len(*entries))
	for i := range *entries {
		if (*entries)[i].ID != "" {
			models = append(models, (*entries)[i].model())
		}
	}
	return models, nil
}

func (e *entry) model() api.Model {
	m := api.Model{
		ID:           e.ID,
		Aliases:      e.Aliases,
		Name:         e.Info.Name,
		Developer:    e.Info.Developer,
		Type:         e.Type,
		Context:      count(e.Info.ContextLength, e.ContextLength, e.MaxModelLen, e.ContextWindow),
		OutputMax:    count(e.Info.OutputMax, e.MaxCompletion),
		Input:        e.Modalities.Input,
		Output:       e.Modalities.Output,
		Capabilities: e.Capabilities,
		PriceIn:      e.Pricing.in.Float(),
		PriceOut:     e.Pricing.out.Float(),
	}
	if m.Name == "" {
		m.Name = e.Name
	}
	if m.Input == nil {
		m.Input = e.Architecture.Input
	}
	if m.Output == nil {
		m.Output = e.Architecture.Output
	}
	return m
}

// count returns the first known wire.Figure that can be a number of tokens.
func count(f wire.Figure, others ...wire.Figure) int {
	f = f.Or(others...)
	if f.Value() > 1<<40 {
		return 0
	}
	return int(f.Value())
}

// pricing is USD for a million tokens, found in any of the shapes in which
// services write it.
type pricing struct {
	in, out wire.Figure
}

// unit is a price of AI/ML API. It has two spellings: measure, or author and
// origin, say which tokens it is for.
type unit struct {
	Name    string            `json:"name"`
	Unit    string            `json:"unit"` // variants call the name so
	Content string            `json:"content"`
	Measure string            `json:"measure"`
	Author  string            `json:"author"`
	Origin  string            `json:"origin"`
	When    map[string]any    `json:"when"`
	Units   []json.RawMessage `json:"units"`
	Price   wire.Figure       `json:"price"`
	Per     wire.Figure       `json:"per"`
}

func (p *pricing) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	var shape struct {
		Units      []unit      `json:"units"`
		Variants   []unit      `json:"variants"`
		Prompt     wire.Figure `json:"prompt"` // OpenRouter: USD for one token
		Completion wire.Figure `json:"completion"`
	}
	if err := wire.Unmarshal(data, &shape); err != nil {
		return err
	}
	p.in, p.out = perMillion(shape.Prompt, 1), perMillion(shape.Completion, 1)
	for _, u := range shape.Units {
		p.take(u)
	}
	for _, v := range shape.Variants { // the first is the base price
		p.take(v)
		for _, raw := range v.Units {
			var u unit
			if wire.Unmarshal(raw, &u) == nil {
				p.take(u)
			}
		}
	}
	return nil
}

// take keeps the first price of each direction.
func (p *pricing) take(u unit) {
	if measure, ok := u.When["measure"].(string); ok && u.Measure == "" {
		u.Measure = measure
	}
	price := perMillion(u.Price, u.Per.Value())
	switch u.direction() {
	case "input":
		p.in = p.in.Or(price)
	case "output":
		p.out = p.out.Or(price)
	}
}

func (u unit) direction() string {
	token := u.Name == "token" || u.Unit == "token"
	text := u.Content == "" || u.Content == "text"
	switch {
	case !token || !text:
		return ""
	case u.Measure == "input", u.Author == "user" && u.Origin == "provided":
		return "input"
	case u.Measure == "output", u.Author == "model" && u.Origin == "generated":
		return "output"
	}
	return ""
}

func perMillion(price wire.Figure, per float64) wire.Figure {
	if !price.Known() || per <= 0 {
		return wire.Figure{}
	}
	return wire.NewFigure(price.Value() / per * 1e6)
}
