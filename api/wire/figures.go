package wire

// This file owns what an answer cost: tokens, money, and the name of the model
// that took them. It refuses to compute one figure from another, credits to
// dollars aside.

import (
	"net/http"

	"github.com/aimlchat/aimlchat/api"
)

// Figures are those of one answer, as far as they are known. They are compared to
// see whether anything was added.
type Figures struct {
	Model                                        string // see [Figures.Name]
	Prompt, Completion, Reasoning, Total, Cached Figure

	resolved     bool // meta named the model; short names no longer count
	usd, credits Figure
}

// Meta is what AI/ML API adds to an answer, or to any piece of one.
type Meta struct {
	Model string `json:"model"`
	Usage struct {
		USDSpent    Figure `json:"usd_spent"`
		CreditsUsed Figure `json:"credits_used"`
	} `json:"usage"`
}

// Name takes over the model's name as an answer has it: for a router a short one,
// which no longer counts when meta told the whole.
func (f *Figures) Name(model string) {
	if model != "" && !f.resolved {
		f.Model = model
	}
}

// AddMeta takes over what m knows; m may be nil.
func (f *Figures) AddMeta(m *Meta) {
	if m == nil {
		return
	}
	if m.Model != "" {
		f.Model, f.resolved = m.Model, true
	}
	f.addCost(m.Usage.USDSpent, m.Usage.CreditsUsed)
}

// Charge takes over the cost of an answer in dollars.
func (f *Figures) Charge(usd Figure) { f.addCost(usd, Figure{}) }

// Bill takes over the cost of an answer that did not stream, whose reply names it
// at its head, and returns the event that tells it, if it is news.
func (f *Figures) Bill(h http.Header) []api.Event {
	known := *f
	f.addCost(ParseFigure(h.Get("X-Aimlapi-Usd-Spent")), ParseFigure(h.Get("X-Aimlapi-Credits-Used")))
	if *f == known {
		return nil
	}
	return []api.Event{f.Metered()}
}

func (f *Figures) addCost(usd, credits Figure) {
	if !usd.Known() && credits.Known() {
		usd = NewFigure(credits.Value() / api.CreditsPerUSD)
	}
	f.usd.Update(usd)
	f.credits.Update(credits)
}

// Metered returns the event that tells them.
func (f *Figures) Metered() api.Metered {
	m := api.Metered{Model: f.Model, Usage: api.Usage{
		Prompt:     f.Prompt.Int(),
		Completion: f.Completion.Int(),
		Reasoning:  f.Reasoning.Int(),
		Total:      f.Total.Int(),
		Cached:     f.Cached.Int(),
	}}
	if f.usd.Known() || f.credits.Known() {
		m.Cost = api.Cost{USD: f.usd.Float(), Credits: f.credits.Float(), Source: api.Billed}
	}
	return m
}
