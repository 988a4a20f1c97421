package demo

// models.go owns the demo's models: what each is like, and the list in the
// service's shape.

import "strings"

// model is one of the demo's models.
type model struct {
	id, name, about    string
	context, outputMax int
	thought            thoughtShape
	pace               pace
	script             string // the only text it knows; "": all
	fails              bool
	billApart          bool // the bill comes in a chunk of its own
}

// thoughtShape says how a model sends what it thinks.
type thoughtShape int

const (
	noThought     thoughtShape = iota
	apartThought               // in reasoning_content
	inlineThought              // between <think> tags at the head of the content
)

// pace is how fast a model is at speed 1.
type pace struct {
	firstLow, firstHigh float64 // seconds before the first piece
	low, high           float64 // pieces in a second
}

var (
	brisk    = pace{0.25, 0.6, 60, 120}
	sluggish = pace{4, 6, 8, 14}
)

var models = []model{
	{
		id: DefaultModel, name: "Thinker", about: "Thinks aloud, then answers.",
		context: 32768, outputMax: 16384, thought: apartThought, pace: brisk,
	},
	{
		id: "demo/quick", name: "Quick", about: "Answers at once, without a thought.",
		context: 32768, outputMax: 16384, pace: brisk, billApart: true,
	},
	{
		id: "demo/muse", name: "Muse", about: "Thinks inside its answer, between tags, as some models do.",
		context: 32768, outputMax: 16384, thought: inlineThought, pace: brisk,
	},
	{
		id: "demo/slow", name: "Slow", about: "Takes its time before the first word, and after it.",
		context: 16384, outputMax: 8192, pace: sluggish,
	},
	{
		id: "demo/long", name: "Long", about: "Has one answer, of some ten kilobytes.",
		context: 8192, outputMax: 8192, thought: apartThought, pace: brisk, script: "long",
	},
	{
		id: "demo/flaky", name: "Flaky", about: "Fails on request: 401, funds, 404, 429, 500, busy, html, cut, cleanly, inside.",
		context: 32768, outputMax: 16384, thought: apartThought, pace: brisk, fails: true,
	},
}

// find returns the model with that id or alias.
func find(name string) (*model, bool) {
	for i := range models {
		if m := &models[i]; m.id == name || m.alias() == name {
			return m, true
		}
	}
	return nil, false
}

func (m *model) alias() string { return strings.TrimPrefix(m.id, "demo/") }

// Prices in play money, as dollars for a million tokens.
const (
	priceIn  = 0.50
	priceOut = 2.00
)

type object = map[string]any

// modelList is the answer to GET /models.
func modelList() []byte {
	data := make([]object, len(models))
	for i := range models {
		data[i] = models[i].listed()
	}
	return encode(object{"object": "list", "data": data})
}

func (m *model) listed() object {
	capabilities := []string{"streaming"}
	if m.thought != noThought {
		capabilities = []string{"reasoning", "streaming"}
	}
	price := func(author, origin string, usd float64) object {
		return object{
			"type": "charge", "name": "token", "content": "text", "phase": "inference",
			"author": author, "origin": origin, "price": usd, "per": 1_000_000,
		}
	}
	return object{
		"id":      m.id,
		"type":    "openai/chat-completions",
		"aliases": []string{m.alias()},
		"tags":    []string{"playground:chat"},
		"info": object{
			"name": m.name, "developer": "aimlchat demo", "description": m.about,
			"contextLength": m.context, "outputMax": m.outputMax,
		},
		"modalities":   object{"input": []string{"text"}, "output": []string{"text"}},
		"capabilities": capabilities,
		"pricing": object{"kind": "fixed", "currency": "USD", "units": []object{
			price("user", "provided", priceIn), price("model", "generated", priceOut),
		}},
	}
}
