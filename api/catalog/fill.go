package catalog

// fill.go owns the joining of two lists of models: gaps in the one are filled
// by what the other knew. It refuses to keep what a fresh list left out.

import (
	"cmp"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// Merge returns the fresh list, with what it leaves open filled in from facts
// and then from the older list. What the service no longer lists is gone. An
// empty fresh list is no news: the older one stands.
//
// The facts of AI/ML API's models are [Snapshot] and [Unlisted], which alone
// know by which protocols and fields a model is asked.
func Merge(fresh, older []api.Model, facts ...[]api.Model) []api.Model {
	if len(fresh) == 0 {
		return older
	}
	return fillAll(Fill(fresh, facts...), older, fill)
}

// Fill returns the given models, with what they leave open filled in from the
// facts, the first of them that knows. How a model is steered is taken from the
// facts even where it is there: perhaps an older program put it there.
func Fill(models []api.Model, facts ...[]api.Model) []api.Model {
	filled := slices.Clone(models)
	for _, list := range slices.Backward(facts) { // so the first has the last word
		filled = fillAll(filled, list, resteer)
	}
	for _, list := range facts {
		filled = fillAll(filled, list, fill)
	}
	for i := range filled {
		filled[i].Developer = Developer(filled[i].Developer)
	}
	return filled
}

// fillAll returns the models, each that the list knows joined with its entry
// there.
func fillAll(models, list []api.Model, join func(m, known api.Model) api.Model) []api.Model {
	joined := slices.Clone(models)
	known := New(list)
	for i, m := range joined {
		if entry, ok := find(known, m); ok {
			joined[i] = join(m, entry)
		}
	}
	return joined
}

// resteer returns m with the controls of old, where it has any, and with its
// endpoints unless the service lists m for one that isn't among them.
func resteer(m, old api.Model) api.Model {
	if len(old.Controls) == 0 {
		return m
	}
	m.Controls = old.Controls
	if endpoint, told := typeEndpoints[m.Type]; !told || slices.Contains(old.Endpoints, endpoint) {
		m.Endpoints = old.Endpoints
	}
	return m
}

// find returns the catalogue's entry for m, under whichever name it has there.
func find(c *Catalog, m api.Model) (api.Model, bool) {
	for _, name := range append([]string{m.ID}, m.Aliases...) {
		if old, ok := c.Lookup(name); ok {
			return old, true
		}
	}
	return api.Model{}, false
}

// fill returns m with its unknown fields as in old, but for what becomes of it:
// a model that is listed serves. Capabilities add up, since lists leave some
// out and never claim too many.
func fill(m, old api.Model) api.Model {
	m.Name = cmp.Or(m.Name, old.Name)
	m.Developer = cmp.Or(m.Developer, old.Developer)
	m.Type = cmp.Or(m.Type, old.Type)
	m.Context = cmp.Or(m.Context, old.Context)
	m.OutputMax = cmp.Or(m.OutputMax, old.OutputMax)
	if m.Prices == nil && m.PriceIn == nil && m.PriceOut == nil {
		m.Prices, m.PriceIn, m.PriceOut = old.Prices, old.PriceIn, old.PriceOut
	}
	take(&m.Input, old.Input)
	take(&m.Output, old.Output)
	take(&m.Endpoints, old.Endpoints)
	take(&m.Controls, old.Controls)
	m.Capabilities = slices.Clone(m.Capabilities)
	for _, word := range old.Capabilities {
		if !slices.Contains(m.Capabilities, word) {
			m.Capabilities = append(m.Capabilities, word)
		}
	}
	return m
}

// take fills a list that isn't known.
func take[T any](list *[]T, old []T) {
	if *list == nil {
		*list = old
	}
}
