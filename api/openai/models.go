package openai

// This file owns the list of models: the rich entries of AI/ML API, the bare ids
// of OpenAI, and what lies between. It refuses to filter or to sort.

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/aimlchat/aimlchat/api"
)

// Models asks for the list of models. AI/ML API's is public and asked for
// without a key; elsewhere a key that can't be had is done without.
func (c *Client) Models(ctx context.Context) ([]api.Model, error) {
	watched, dog := api.Watch(ctx, c.timeouts.Idle, &api.Error{
		Kind:      api.ErrTimeout,
		Message:   c.service.Host + " did not send its list of models within " + c.timeouts.Idle.String(),
		Hint:      "try again",
		Retryable: true,
	})
	defer dog.Stop()
	body, err := c.fetchModels(watched, dog)
	if err != nil {
		return nil, c.failure(ctx, watched, err)
	}
	models, err := decodeModels(body)
	if err != nil {
		e := errNoAnswer(c.service, "another document")
		e.Message, e.Err = c.service.Host+" sent something other than a list of models", err
		return nil, e
	}
	return models, nil
}

func (c *Client) fetchModels(ctx context.Context, dog *api.Watchdog) ([]byte, error) {
	at := c.base.JoinPath("models")
	if c.isAIMLAPI() {
		at.RawQuery = "include=pricing,modalities,capabilities"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	key, err := c.modelsKey(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.dress(r, key); err != nil {
		return nil, err
	}
	var reply *http.Response
	dog.Guard(func() { reply, err = c.http.Do(r) })
	if err != nil {
		return nil, c.service.DialError(err, c.timeouts.Connect)
	}
	if reply.StatusCode != http.StatusOK {
		return nil, c.refusal(reply, dog, key)
	}
	defer reply.Body.Close()
	return io.ReadAll(io.LimitReader(dog.Reader(reply.Body), api.MaxFrame))
}

func (c *Client) modelsKey(ctx context.Context) (string, error) {
	if c.isAIMLAPI() {
		return "", nil
	}
	key, err := c.key(ctx)
	if e, ok := errors.AsType[*api.Error](err); ok && e.Kind == api.ErrAuth {
		return "", nil
	}
	return key, err
}

// entry is one model, in the words of AI/ML API and of others.
type entry struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Aliases []string `json:"aliases"`

	Info struct {
		Name          string `json:"name"`
		Developer     string `json:"developer"`
		ContextLength figure `json:"contextLength"`
		OutputMax     figure `json:"outputMax"`
	} `json:"info"`
	Modalities struct {
		Input  []string `json:"input"`
		Output []string `json:"output"`
	} `json:"modalities"`
	Capabilities stringList `json:"capabilities"`
	Pricing      pricing    `json:"pricing"`

	// OpenRouter, vLLM, Groq.
	ContextLength figure `json:"context_length"`
	MaxModelLen   figure `json:"max_model_len"`
	ContextWindow figure `json:"context_window"`
	MaxCompletion figure `json:"max_completion_tokens"`
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
	return unmarshal(data, (*[]string)(s))
}

func decodeModels(body []byte) ([]api.Model, error) {
	var list struct {
		Data   []entry `json:"data"`
		Models []entry `json:"models"`
	}
	entries := &list.Data
	if err := unmarshal(body, &list); err != nil {
		return nil, err
	}
	if list.Data == nil && list.Models != nil {
		entries = &list.Models
	}
	if *entries == nil {
		if err := unmarshal(body, entries); err != nil {
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
		PriceIn:      e.Pricing.in.float(),
		PriceOut:     e.Pricing.out.float(),
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

// count returns the first known figure that can be a number of tokens.
func count(f figure, others ...figure) int {
	f = f.or(others...)
	if f.value > 1<<40 {
		return 0
	}
	return int(f.value)
}

// pricing is USD for a million tokens, found in any of the shapes in which
// services write it.
type pricing struct {
	in, out figure
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
	Price   figure            `json:"price"`
	Per     figure            `json:"per"`
}

func (p *pricing) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	var shape struct {
		Units      []unit `json:"units"`
		Variants   []unit `json:"variants"`
		Prompt     figure `json:"prompt"` // OpenRouter: USD for one token
		Completion figure `json:"completion"`
	}
	if err := unmarshal(data, &shape); err != nil {
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
			if unmarshal(raw, &u) == nil {
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
	price := perMillion(u.Price, u.Per.value)
	switch u.direction() {
	case "input":
		p.in = p.in.or(price)
	case "output":
		p.out = p.out.or(price)
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

func perMillion(price figure, per float64) figure {
	if !price.known || per <= 0 {
		return figure{}
	}
	return figure{price.value / per * 1e6, true}
}
