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
	price := func(of api.PriceOf, usd float64, when ...string) api.Price {
		p := api.Price{Of: of, Unit: "token", USD: usd / 1e6}
		for i := 0; i < len(when); i += 2 {
			p.When = map[string]string{when[i]: when[i+1]}
		}
		return p
	}
	cached := api.Model{PriceIn: &out, Prices: []api.Price{
		price(api.PriceOfInput, 2), price(api.PriceOfOutput, 10), price(api.PriceOfCached, 0.1), price(api.PriceOfInput, 99, "content", "audio"),
		{Of: api.PriceOfInput, Unit: "image", USD: 5},
		price(api.PriceOfInput, 50, "batch", "true"),
	}}
	tiers := api.Model{Prices: []api.Price{price(api.PriceOfInput, 1, "context", "<=200k"), price(api.PriceOfInput, 2, "context", ">200k"), price(api.PriceOfOutput, 0)}}
	unclear := api.Model{Prices: []api.Price{price(api.PriceOfInput, 3, "speed", "slow"), price(api.PriceOfInput, 7, "speed", "fast"), price(api.PriceOfOutput, 0)}}
	search := api.Model{Prices: []api.Price{price(api.PriceOfInput, 1), price(api.PriceOfOutput, 0), {Of: api.PriceOfRequest, Unit: "request", USD: 0.005}}}
	half := api.Model{Prices: []api.Price{price(api.PriceOfOutput, 1)}}
	for name, test := range map[string]struct {
		model api.Model
		usage api.Usage
		usd   float64 // negative: unknown
		by    api.Protocol
	}{
		"cached, counted in":     {cached, api.Usage{Prompt: n(1000), Completion: n(10), Cached: n(600)}, 0.00096, ""},
		"cached, beside":         {cached, api.Usage{Prompt: n(400), Completion: n(10), Cached: n(600)}, 0.00096, ""},
		"cached, by messages":    {cached, api.Usage{Prompt: n(1000), Completion: n(10), Cached: n(600)}, 0.00216, api.Messages},
		"cached, by their sum":   {cached, api.Usage{Prompt: n(1000), Completion: n(10), Cached: n(600), Total: n(1010)}, 0.00096, api.Messages},
		"cached, beside by sum":  {cached, api.Usage{Prompt: n(600), Completion: n(10), Cached: n(400), Total: n(1010)}, 0.00134, ""},
		"cached without a price": {priced, api.Usage{Prompt: n(1000), Completion: n(10), Cached: n(600)}, 0.0021, ""},
		"short context":          {tiers, api.Usage{Prompt: n(200_000), Completion: n(0)}, 0.2, ""},
		"long context":           {tiers, api.Usage{Prompt: n(200_001), Completion: n(0)}, 0.400002, ""},
		"unclear tiers":          {unclear, api.Usage{Prompt: n(1_000_000), Completion: n(0)}, 7, ""},
		"by the request":         {search, api.Usage{Prompt: n(1_000_000), Completion: n(0)}, 1.005, ""},
		"only output is priced":  {half, api.Usage{Prompt: n(1_000_000), Completion: n(0)}, -1, ""},
		"plain":                  {priced, api.Usage{Prompt: n(1_000_000), Completion: n(100_000)}, 3, ""},
		"reasoning inside":       {priced, api.Usage{Prompt: n(10), Completion: n(100), Reasoning: n(60), Total: n(110)}, 0.00102, ""},
		"reasoning beside":       {priced, api.Usage{Prompt: n(10), Completion: n(100), Reasoning: n(60), Total: n(170)}, 0.00162, ""},
		"reasoning is longer":    {priced, api.Usage{Prompt: n(10), Completion: n(40), Reasoning: n(60)}, 0.00102, ""},
		"no prices":              {api.Model{PriceOut: &out}, api.Usage{Prompt: n(10), Completion: n(1)}, -1, ""},
		"no figures":             {priced, api.Usage{Total: n(10)}, -1, ""},
	} {
		got := Estimate(test.model, test.by, test.usage)
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

func TestTier(t *testing.T) {
	const most = 1e18
	for _, test := range []struct {
		name, value string
		low, high   float64
		ok          bool
	}{
		{"context", "<=200000", 0, 200000, true},
		{"context", "< 200,000", 0, 199999, true},
		{"context", "> 200K tokens", 200001, most, true},
		{"context", "≥1m", 1e6, most, true},
		{"prompt_tokens", "0-128k", 0, 128000, true},
		{"prompt_tokens", "128k..256k", 128000, 256000, true},
		{"prompt_tokens", ">128k and <=256k", 128001, 256000, true},
		{"context", "200k+", 200000, most, true},
		{"context", "up to 32k", 0, 32000, true},
		{"context", "over 32k", 32001, most, true},
		{"max_context", "200_000", 0, 200000, true},
		{"context", "32k", 0, 0, false},
		{"context", "long", 0, 0, false},
		{"context", "1 2 3", 0, 0, false},
	} {
		low, high, ok := tier(test.name, test.value)
		if ok != test.ok || low != test.low || min(high, most) != test.high {
			t.Errorf("%s %q: %g to %g, %v", test.name, test.value, low, high, ok)
		}
	}
}

func FuzzTier(f *testing.F) {
	f.Add("context", ">=1.5m", int64(5))
	f.Fuzz(func(_ *testing.T, name, value string, prompt int64) {
		tier(name, value)
		mayHold(map[string]string{name: value}, prompt)
	})
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
		"after a failed attempt": {"a", []api.Event{
			api.Metered{Usage: api.Usage{Cached: &five}, Cost: api.Cost{USD: &billed, Source: api.Billed}}, api.Retry{}, api.Metered{Usage: usage}, api.Finish{},
		}, 0.00001, api.Estimated},
		"unknown model":   {"c", []api.Event{api.Metered{Usage: usage}, api.Finish{}}, 0, ""},
		"without figures": {"a", []api.Event{api.Finish{}}, 0, ""},
	} {
		var cost api.Cost
		var last api.Event
		for ev, err := range Priced(played(test.in), lookup).Stream(t.Context(), api.Request{Model: test.model}) {
			switch ev := ev.(type) {
			case api.Retry:
				cost = api.Cost{}
			case api.Metered:
				cost.Merge(ev.Cost)
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
