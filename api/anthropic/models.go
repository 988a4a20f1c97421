package anthropic

// This file owns the list of models, as Anthropic writes it. It refuses to
// filter or to sort.

import (
	"context"
	"net/url"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Models asks for the list of models. A key that can't be had is done without.
func (c *Client) Models(ctx context.Context) ([]api.Model, error) {
	o := wire.GetOptions{}
	if c.native {
		o.Query = url.Values{"limit": {"1000"}} // one page has all
	}
	if _, err := c.wire.Key(ctx); err != nil && api.AsError(err).Kind == api.ErrAuth {
		o.Anonymous = true
	}
	doc, err := c.wire.Get(ctx, "models", o)
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []entry `json:"data"`
	}
	if wire.Unmarshal(doc.Body, &list) != nil || list.Data == nil {
		e := wire.NoAnswer(c.wire.Service(), "another document")
		e.Message = c.wire.Service().Host + " sent something other than a list of models"
		return nil, e
	}
	models := make([]api.Model, 0, len(list.Data))
	for _, e := range list.Data {
		if e.ID != "" {
			models = append(models, e.model())
		}
	}
	return models, nil
}

// entry is one model.
type entry struct {
	ID          string      `json:"id"`
	DisplayName string      `json:"display_name"`
	Input       wire.Figure `json:"max_input_tokens"`
	Output      wire.Figure `json:"max_tokens"`

	Abilities struct {
		Thinking struct {
			Types struct {
				Enabled  ability `json:"enabled"`
				Adaptive ability `json:"adaptive"`
			} `json:"types"`
		} `json:"thinking"`
		Images ability `json:"image_input"`
		PDF    ability `json:"pdf_input"`
	} `json:"capabilities"`
}

type ability struct {
	Supported bool `json:"supported"`
}

func (e *entry) model() api.Model {
	m := api.Model{
		ID:        e.ID,
		Name:      e.DisplayName,
		Context:   tokens(e.Input),
		OutputMax: tokens(e.Output),
		Endpoints: []string{"/v1/messages"},
	}
	thinks := e.Abilities.Thinking.Types
	if thinks.Enabled.Supported {
		m.Controls = append(m.Controls, api.ControlThinkingBudget)
	}
	if thinks.Adaptive.Supported {
		m.Controls = append(m.Controls, api.ControlThinkingAuto)
	}
	if e.Abilities.Images.Supported {
		m.Capabilities = append(m.Capabilities, "vision")
	}
	if e.Abilities.PDF.Supported {
		m.Capabilities = append(m.Capabilities, "file_input")
	}
	return m
}

// tokens is a figure that can be a number of tokens; 0 for others.
func tokens(f wire.Figure) int {
	if f.Value() > maxCount {
		return 0
	}
	return int(f.Value())
}
