package openai

// This file owns the reading of prices, in the shapes in which services write
// them. It refuses to compute with them, and to guess what a word means: what it
// doesn't know is kept as the condition of a price.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// pricing is all that a model costs. "variable" prices are known to nobody
// beforehand and leave it empty.
type pricing []api.Price

// unit is a price of AI/ML API. It has two spellings: measure says which tokens
// it is for, or author and origin do. Variants call the name unit.
type unit struct {
	Name    string         `json:"name"`
	Unit    string         `json:"unit"`
	Content string         `json:"content"`
	Phase   string         `json:"phase"`
	Measure string         `json:"measure"`
	Author  string         `json:"author"`
	Origin  string         `json:"origin"`
	When    map[string]any `json:"when"`
	Units   units          `json:"units"`
	Price   wire.Figure    `json:"price"`
	Per     wire.Figure    `json:"per"`
}

// units is a list of which each entry is read for itself: one that is odd costs
// no other.
type units []unit

func (l *units) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if err := wire.Unmarshal(data, &list); err != nil {
		return err
	}
	for _, raw := range list {
		var u unit
		if wire.Unmarshal(raw, &u) == nil {
			*l = append(*l, u)
		}
	}
	return nil
}

func (p *pricing) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	var shape struct {
		Currency string `json:"currency"`
		Units    units  `json:"units"`
		Variants units  `json:"variants"`

		// OpenRouter: USD for one of each.
		Prompt     wire.Figure `json:"prompt"`
		Completion wire.Figure `json:"completion"`
		CacheRead  wire.Figure `json:"input_cache_read"`
		CacheWrite wire.Figure `json:"input_cache_write"`
		Request    wire.Figure `json:"request"`
	}
	if err := wire.Unmarshal(data, &shape); err != nil {
		return err
	}
	if shape.Currency != "" && !strings.EqualFold(shape.Currency, "USD") {
		return nil
	}
	for _, u := range append(shape.Units, shape.Variants...) {
		p.take(u, nil)
	}
	p.add(api.PriceOfInput, "token", shape.Prompt)
	p.add(api.PriceOfOutput, "token", shape.Completion)
	p.add(api.PriceOfCached, "token", shape.CacheRead)
	p.add(api.PriceOfCacheWrite, "token", shape.CacheWrite)
	if shape.Request.Value() > 0 { // nothing for the request is nothing to tell
		p.add(api.PriceOfRequest, "request", shape.Request)
	}
	return nil
}

func (p *pricing) add(of api.PriceOf, unit string, usd wire.Figure) {
	if usd.Known() {
		*p = append(*p, api.Price{Of: of, Unit: unit, USD: usd.Value()})
	}
}

// take adds the price of u, and those of the units below it, under the
// conditions of both.
func (p *pricing) take(u unit, when map[string]string) {
	conditions := u.conditions(when)
	if u.Price.Known() && u.Per.Value() > 0 {
		of, rest := u.of(conditions)
		*p = append(*p, api.Price{
			Of: of, Unit: cmp.Or(u.Name, u.Unit, "token"), USD: u.Price.Value() / u.Per.Value(), When: rest,
		})
	}
	for _, below := range u.Units {
		below.Units = nil // nobody nests deeper
		p.take(below, conditions)
	}
}

// conditions are the words of u under which its price holds.
func (u unit) conditions(above map[string]string) map[string]string {
	when := map[string]string{}
	maps.Copy(when, above)
	for name, value := range u.When {
		when[name] = conditionText(value)
	}
	for name, word := range map[string]string{"content": u.Content, "phase": u.Phase, "measure": u.Measure} {
		if word != "" {
			when[name] = word
		}
	}
	for name, usual := range map[string]string{"content": "text", "phase": "inference"} {
		if when[name] == usual {
			delete(when, name)
		}
	}
	return when
}

func conditionText(v any) string {
	switch v.(type) {
	case map[string]any, []any:
		text, _ := json.Marshal(v) // it came from JSON
		return string(text)
	}
	return fmt.Sprint(v)
}

// meanings are the words for what is charged for.
var meanings = map[string]api.PriceOf{
	"input": api.PriceOfInput, "prompt": api.PriceOfInput, "provided": api.PriceOfInput,
	"output": api.PriceOfOutput, "completion": api.PriceOfOutput, "generated": api.PriceOfOutput,
	"cached": api.PriceOfCached, "cached_input": api.PriceOfCached, "cache_read": api.PriceOfCached,
	"cache_write": api.PriceOfCacheWrite, "cached_write": api.PriceOfCacheWrite,
	"request": api.PriceOfRequest,
}

// of says what the price is for, "" when no known word does, and leaves the
// conditions that don't say it.
func (u unit) of(conditions map[string]string) (api.PriceOf, map[string]string) {
	rest := maps.Clone(conditions)
	of, known := meanings[strings.ToLower(rest["measure"])]
	switch {
	case known:
		delete(rest, "measure")
	case rest["measure"] == "":
		author := map[string]api.PriceOf{"user": api.PriceOfInput, "model": api.PriceOfOutput}[u.Author]
		of = cmp.Or(meanings[u.Origin], meanings[u.Name], meanings[u.Unit], author)
	}
	if len(rest) == 0 {
		rest = nil
	}
	return of, rest
}

// basePrice is the first price of a million tokens of text, nil when there is
// none.
func basePrice(prices []api.Price, of api.PriceOf) *float64 {
	i := slices.IndexFunc(prices, func(p api.Price) bool {
		return p.Of == of && p.Unit == "token" && p.When["content"] == "" && p.When["phase"] == ""
	})
	if i < 0 {
		return nil
	}
	usd := math.Round(prices[i].USD*1e6*1e9) / 1e9 // 0.1 shall stay 0.1
	return &usd
}
