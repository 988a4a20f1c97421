package catalog

// fill.go owns the filling of gaps in one model by what another list knew.

import (
	"cmp"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// fill returns m with its unknown fields as in old. Capabilities add up, since
// lists leave some out and never claim too many.
func fill(m, old api.Model) api.Model {
	m.Name = cmp.Or(m.Name, old.Name)
	m.Developer = cmp.Or(m.Developer, old.Developer)
	m.Type = cmp.Or(m.Type, old.Type)
	m.Context = cmp.Or(m.Context, old.Context)
	m.OutputMax = cmp.Or(m.OutputMax, old.OutputMax)
	m.PriceIn = cmp.Or(m.PriceIn, old.PriceIn)
	m.PriceOut = cmp.Or(m.PriceOut, old.PriceOut)
	if m.Input == nil {
		m.Input = old.Input
	}
	if m.Output == nil {
		m.Output = old.Output
	}
	m.Capabilities = slices.Clone(m.Capabilities)
	for _, word := range old.Capabilities {
		if !slices.Contains(m.Capabilities, word) {
			m.Capabilities = append(m.Capabilities, word)
		}
	}
	return m
}
