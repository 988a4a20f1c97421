package aixplain

// This file owns what refusals teach of a model: which of the things that others
// take it does not. It refuses to learn from anything but words that name what
// was sent.

import (
	"maps"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// habits are those of one model. The zero value takes everything.
type habits struct {
	Known    bool // the platform was asked
	NoStream bool
	Folded   bool // the system prompt stands in the person's first message
	LastOnly bool // no conversation, but a text
	Without  map[string]bool
}

var (
	ofText   = api.NewPattern(`(?i)\btext\b.{0,40}\b(string|text)\b|\b(must be|expected|requires) a string\b`)
	ofSystem = api.NewPattern(`(?i)\b(system|role)\b`)
	ofStream = api.NewPattern(`(?i)\bstream(ing)?\b`)
)

// learn takes a refusal of what was sent as a lesson, and reports whether there
// is another way to ask.
func (h habits) learn(refusal *api.Error, sent body) (habits, bool) {
	if refusal.Status < 400 || refusal.Status >= 500 || refusal.Kind != api.ErrInvalid {
		return h, false
	}
	words := refusal.Message
	for name := range parameters(api.Request{Temperature: new(float64), TopP: new(float64), Seed: new(int64), Stop: []string{""}}) {
		if _, was := sent[name]; was && strings.Contains(words, name) && !h.Without[name] {
			h.Without = maps.Clone(h.Without)
			if h.Without == nil {
				h.Without = map[string]bool{}
			}
			h.Without[name] = true
			return h, true
		}
	}
	options, _ := sent["options"].(map[string]any)
	turns, conversation := sent["text"].([]turn)
	switch {
	case options["stream"] == true && !h.NoStream && ofStream.MatchString(words):
		h.NoStream = true
	case conversation && len(turns) > 0 && turns[0].Role == api.System && !h.Folded && ofSystem.MatchString(words):
		h.Folded = true
	case conversation && !h.LastOnly && ofText.MatchString(words):
		h.LastOnly = true
	default:
		return h, false
	}
	return h, true
}
