package openai

// This file owns the entries of a list of models: the rich ones of AI/ML API, the
// bare ids of OpenAI, and what lies between. prices.go reads what they cost.

import (
	"encoding/json"
	"errors"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// entry is one model, in the words of AI/ML API and of others.
type entry struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Type    string     `json:"type"`
	Aliases stringList `json:"aliases"`

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

	// OpenRouter, vLLM, Groq, llama.cpp.
	ContextLength wire.Figure `json:"context_length"`
	MaxModelLen   wire.Figure `json:"max_model_len"`
	ContextWindow wire.Figure `json:"context_window"`
	MaxCompletion wire.Figure `json:"max_completion_tokens"`
	Meta          struct {
		Context wire.Figure `json:"n_ctx"` // of the server; the model may have been made for more
	} `json:"meta"`
	Architecture struct {
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

// UnmarshalJSON takes an entry, or its bare id.
func (e *entry) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		e.ID = wire.Unquote(data)
		return nil
	}
	type plain entry
	return wire.Unmarshal(data, (*plain)(e))
}

// decodeModels reads a list, bare or under one of two names. Ollama has null for
// one without entries.
func decodeModels(body []byte) ([]api.Model, error) {
	var list struct {
		Data   json.RawMessage `json:"data"`
		Models json.RawMessage `json:"models"`
	}
	if err := wire.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	var entries []entry
	for _, in := range [][]byte{list.Data, list.Models, body} {
		if entries == nil && in != nil {
			if err := wire.Unmarshal(in, &entries); err != nil {
				return nil, err
			}
		}
	}
	if entries == nil && string(list.Data) != "null" {
		return nil, errors.New("no list in the document")
	}
	models := make([]api.Model, 0, len(entries))
	for i := range entries {
		if entries[i].ID != "" {
			models = append(models, entries[i].model())
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
		Context:      count(e.Info.ContextLength, e.ContextLength, e.MaxModelLen, e.ContextWindow, e.Meta.Context),
		OutputMax:    count(e.Info.OutputMax, e.MaxCompletion),
		Input:        e.Modalities.Input,
		Output:       e.Modalities.Output,
		Capabilities: e.Capabilities,
		Prices:       e.Pricing,
		PriceIn:      basePrice(e.Pricing, api.PriceOfInput),
		PriceOut:     basePrice(e.Pricing, api.PriceOfOutput),
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
