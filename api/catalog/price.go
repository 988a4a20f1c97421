package catalog

// price.go owns the estimate of what an answer cost, for services that do not
// bill in the stream. It refuses to guess figures: without prices or counts
// the cost is unknown.

import (
	"context"
	"iter"

	"github.com/aimlchat/aimlchat/api"
)

// Estimate returns what the given usage of m costs by the catalogue's prices.
// Cached input counts in full, since its price is not listed: the estimate is
// never too low for that.
func Estimate(m api.Model, u api.Usage) api.Cost {
	if m.PriceIn == nil || m.PriceOut == nil || u.Prompt == nil || u.Completion == nil {
		return api.Cost{Source: api.CostUnknown}
	}
	usd := (float64(*u.Prompt)**m.PriceIn + float64(written(u))**m.PriceOut) / 1e6
	return api.Cost{USD: &usd, Source: api.Estimated}
}

// written counts the tokens that the model produced. Services disagree on
// whether completion includes reasoning; where the total, or a reasoning that
// is longer than the completion, shows that it does not, both count.
func written(u api.Usage) int64 {
	completion := *u.Completion
	if u.Reasoning == nil {
		return completion
	}
	apart := *u.Reasoning > completion
	if u.Total != nil {
		apart = *u.Total == *u.Prompt+completion+*u.Reasoning
	}
	if apart {
		completion += *u.Reasoning
	}
	return completion
}

// Priced returns b with an estimated cost added before the [api.Finish] of
// each answer for which the service did not bill. lookup finds a model by id
// or alias, at the time of the answer; it may be asked from any goroutine.
func Priced(b api.Backend, lookup func(id string) (api.Model, bool)) api.Backend {
	return &priced{b, lookup}
}

type priced struct {
	api.Backend
	lookup func(id string) (api.Model, bool)
}

func (p *priced) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		var soFar api.Metered
		for ev, err := range p.Backend.Stream(ctx, req) {
			switch ev := ev.(type) {
			case api.Metered:
				soFar.Usage.Merge(ev.Usage)
				soFar.Cost.Merge(ev.Cost)
			case api.Finish:
				if cost, ok := p.estimate(req.Model, soFar); ok && !yield(api.Metered{Cost: cost}, nil) {
					return
				}
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

func (p *priced) estimate(model string, m api.Metered) (api.Cost, bool) {
	if m.Cost.USD != nil || m.Cost.Credits != nil {
		return api.Cost{}, false
	}
	entry, ok := p.lookup(model)
	if !ok {
		return api.Cost{}, false
	}
	cost := Estimate(entry, m.Usage)
	return cost, cost.USD != nil
}
