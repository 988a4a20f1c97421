package catalog

// price.go owns the estimate of what an answer cost, for services that do not
// bill in the stream. It refuses to guess figures: without prices or counts
// the cost is unknown.

import (
	"context"
	"iter"

	"github.com/aimlchat/aimlchat/api"
)

// Estimate returns what the given usage of m costs by the catalogue's prices, as
// it is counted in the answers of a protocol.
// Where a price depends on what isn't known here, the dearest counts, and input
// that was remembered counts in full where its own price is not listed: the
// estimate is rather too high than too low.
func Estimate(m api.Model, by api.Protocol, u api.Usage) api.Cost {
	if u.Prompt == nil || u.Completion == nil {
		return api.Cost{Source: api.CostUnknown}
	}
	prompt, cached := *u.Prompt, int64(0)
	if u.Cached != nil {
		cached = *u.Cached
	}
	fresh := prompt - cached
	if cachedBeside(by, u) {
		fresh, prompt = prompt, prompt+cached
	}
	in, inOK := priceOf(m, api.PriceOfInput, prompt)
	out, outOK := priceOf(m, api.PriceOfOutput, prompt)
	if !inOK || !outOK {
		return api.Cost{Source: api.CostUnknown}
	}
	remembered, ok := priceOf(m, api.PriceOfCached, prompt)
	if !ok {
		remembered = in
	}
	usd := float64(fresh)*in + float64(cached)*remembered + float64(written(u))*out
	if request, ok := priceOf(m, api.PriceOfRequest, prompt); ok {
		usd += request
	}
	return api.Cost{USD: &usd, Source: api.Estimated}
}

// cachedBeside reports whether the remembered input is not part of the prompt:
// OpenAI counts it in, Anthropic doesn't, which is also seen where others pass
// its counts on.
func cachedBeside(by api.Protocol, u api.Usage) bool {
	if u.Cached == nil || *u.Cached == 0 {
		return false
	}
	if u.Total != nil && *u.Total == *u.Prompt+*u.Cached+written(u) {
		return true
	}
	return by == api.Messages && u.Total == nil || *u.Cached > *u.Prompt
}

// priceOf returns the price of one token of a kind, or of the request, for a
// prompt of that many tokens.
func priceOf(m api.Model, of api.PriceOf, prompt int64) (usd float64, ok bool) {
	unit := "token"
	if of == api.PriceOfRequest {
		unit = "request"
	}
	for _, p := range m.Prices {
		if p.Of == of && p.Unit == unit && mayHold(p.When, prompt) {
			usd, ok = max(usd, p.USD), true
		}
	}
	if ok || len(m.Prices) > 0 {
		return usd, ok
	}
	base := map[api.PriceOf]*float64{api.PriceOfInput: m.PriceIn, api.PriceOfOutput: m.PriceOut}[of]
	if base == nil {
		return 0, false
	}
	return *base / 1e6, true
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
		var protocol api.Protocol
		for ev, err := range p.Backend.Stream(ctx, req) {
			switch ev := ev.(type) {
			case api.Start:
				protocol = ev.Protocol
			case api.Retry:
				soFar = api.Metered{} // the failed attempt's
			case api.Metered:
				soFar.Usage.Merge(ev.Usage)
				soFar.Cost.Merge(ev.Cost)
			case api.Finish:
				if cost, ok := p.estimate(req.Model, protocol, soFar); ok && !yield(api.Metered{Cost: cost}, nil) {
					return
				}
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

func (p *priced) estimate(model string, by api.Protocol, m api.Metered) (api.Cost, bool) {
	if m.Cost.USD != nil || m.Cost.Credits != nil {
		return api.Cost{}, false
	}
	entry, ok := p.lookup(model)
	if !ok {
		return api.Cost{}, false
	}
	cost := Estimate(entry, by, m.Usage)
	return cost, cost.USD != nil
}
