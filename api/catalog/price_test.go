package catalog

import (
	"context"
	"iter"
	"math"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestEstimate(t *testing.T) {
	in, out := 2.0, 10.0
	priced := api.Model{PriceIn: &in, PriceOut: &out}
	n := func(v int64) *int64 { return &v }
	for name, test := range map[string]struct {
		model api.Model
		usage api.Usage
		usd   float64 // negative: unknown
	}{
		"plain":               {priced, api.Usage{Prompt: n(1_000_000), Completion: n(100_000)}, 3},
		"reasoning inside":    {priced, api.Usage{Prompt: n(10), Completion: n(100), Reasoning: n(60), Total: n(110)}, 0.00102},
		"reasoning beside":    {priced, api.Usage{Prompt: n(10), Completion: n(100), Reasoning: n(60), Total: n(170)}, 0.00162},
		"reasoning is longer": {priced, api.Usage{Prompt: n(10), Completion: n(40), Reasoning: n(60)}, 0.00102},
		"no prices":           {api.Model{PriceOut: &out}, api.Usage{Prompt: n(10), Completion: n(1)}, -1},
		"no figures":          {priced, api.Usage{Total: n(10)}, -1},
	} {
		got := Estimate(test.model, test.usage)
		switch {
		case test.usd < 0:
			if got.USD != nil || got.Source != api.CostUnknown {
				t.Errorf("%s: %+v, want unknown", name, got)
			}
		case got.USD == nil || math.Abs(*got.USD-test.usd) > 1e-12 || got.Source != api.Estimated:
			t.Errorf("%s: %+v, want %g", name, got, test.usd)
		}
	}
}

// played is a backend that yields what it is told.
type played []api.Event

func (played) Name() string                                { return "played" }
func (played) Models(context.Context) ([]api.Model, error) { return nil, nil }

func (p played) Stream(context.Context, api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		for _, ev := range p {
			if !yield(ev, nil) {
				return
			}
		}
	}
}

func TestPriced(t *testing.T) {
	price, five, billed := 1.0, int64(5), 0.25
	usage := api.Usage{Prompt: &five, Completion: &five}
	lookup := New([]api.Model{{ID: "a", Aliases: []string{"b"}, PriceIn: &price, PriceOut: &price}}).Lookup
	for name, test := range map[string]struct {
		model string
		in    []api.Event
		usd   float64
		from  api.CostSource
	}{
		"estimated": {"a", []api.Event{api.Answer{Text: "x"}, api.Metered{Usage: usage}, api.Finish{}}, 0.00001, api.Estimated},
		"by alias":  {"b", []api.Event{api.Metered{Usage: usage}, api.Finish{}}, 0.00001, api.Estimated},
		"billed": {"a", []api.Event{
			api.Metered{Usage: usage}, api.Metered{Cost: api.Cost{USD: &billed, Source: api.Billed}}, api.Finish{},
		}, billed, api.Billed},
		"unknown model":   {"c", []api.Event{api.Metered{Usage: usage}, api.Finish{}}, 0, ""},
		"without figures": {"a", []api.Event{api.Finish{}}, 0, ""},
	} {
		var cost api.Cost
		var last api.Event
		for ev, err := range Priced(played(test.in), lookup).Stream(t.Context(), api.Request{Model: test.model}) {
			if m, ok := ev.(api.Metered); ok {
				cost.Merge(m.Cost)
			}
			if last = ev; err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if cost.Source != test.from || test.usd > 0 && math.Abs(*cost.USD-test.usd) > 1e-12 {
			t.Errorf("%s: the cost is %+v", name, cost)
		}
		if _, ok := last.(api.Finish); !ok {
			t.Errorf("%s: the last event is %#v", name, last)
		}
	}
}

// Whoever breaks off, at whichever event, is not called again.
func TestPricedBreaksOff(t *testing.T) {
	price, five := 1.0, int64(5)
	all := played{api.Answer{Text: "x"}, api.Metered{Usage: api.Usage{Prompt: &five, Completion: &five}}, api.Finish{}}
	lookup := func(string) (api.Model, bool) { return api.Model{PriceIn: &price, PriceOut: &price}, true }
	for stop := range 4 {
		seen := 0
		for _, err := range Priced(all, lookup).Stream(t.Context(), api.Request{}) {
			if seen++; err != nil || seen > stop {
				break
			}
		}
		if seen != stop+1 {
			t.Errorf("saw %d events, want %d", seen, stop+1)
		}
	}
}
