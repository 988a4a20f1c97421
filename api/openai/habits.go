package openai

// This file owns what the models teach: the ways in which one departs from the
// common request. They are learned from its refusals, which name the field and
// cost nothing: so stream_options goes to every host until one refuses it, since
// without it most never say what an answer took. It refuses to learn from
// anything vaguer.

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// habits are those of one model. The zero value is the common request.
type habits struct {
	noStreamOptions     bool   // usage comes unasked, or not at all
	maxCompletionTokens bool   // OpenAI's reasoning models have renamed max_tokens
	noSystem            bool   // the system message goes as the person's own
	limit               int    // the largest limit of an answer that it takes; 0: unknown
	refused             string // fields that it does not take, each followed by a comma
}

// adapt makes of the common request the one of the model, and of the further
// fields those that it takes.
func (h habits) adapt(r *chatRequest, fields map[string]any) {
	if h.noStreamOptions {
		r.StreamOptions = nil
	}
	if h.limit > 0 {
		r.MaxTokens = min(r.MaxTokens, h.limit)
	}
	if h.maxCompletionTokens {
		r.MaxCompletionTokens, r.MaxTokens = r.MaxTokens, 0
	}
	for name := range strings.SplitSeq(h.refused, ",") {
		delete(fields, name)
		switch name {
		case "temperature":
			r.Temperature = nil
		case "top_p":
			r.TopP = nil
		case "seed":
			r.Seed = nil
		case "stop":
			r.Stop = nil
		case "tools":
			r.Tools = nil
		}
	}
}

// wished names the fields of a request that could be left out, in order.
func wished(req api.Request) []string {
	var names []string
	for _, field := range []struct {
		name string
		sent bool
	}{
		{"temperature", req.Temperature != nil},
		{"top_p", req.TopP != nil},
		{"seed", req.Seed != nil},
		{"stop", len(req.Stop) > 0},
		{"tools", len(req.Tools) > 0},
	} {
		if field.sent {
			names = append(names, field.name)
		}
	}
	for name := range req.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// notices say which wishes of a request are left out.
func (h habits) notices(req api.Request) []api.Event {
	var out []api.Event
	for _, name := range wished(req) {
		if h.refuses(name) {
			out = append(out, api.Notice{Text: req.Model + " takes no " + name + ": it was left out"})
		}
	}
	return out
}

func (h habits) refuses(name string) bool {
	return slices.Contains(strings.Split(h.refused, ","), name)
}

// learn takes the refusal of a request as a lesson, if it is one: what the next
// attempt has to do differently.
func (h habits) learn(e *api.Error, req api.Request) (habits, bool) {
	if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return h, false
	}
	before := h
	words := e.Message
	if _, theirs, found := strings.Cut(words, " refuses the request: "); found {
		words = theirs // without the host, in which a figure may stand
	}
	switch limit := h.limitIn(words, req); {
	case limit > 0:
		h.limit = limit
	case useInstead.MatchString(words):
		h.maxCompletionTokens = true
	case strings.Contains(words, "stream_options"):
		h.noStreamOptions = true
	case refusesSystem.MatchString(words):
		h.noSystem = true
	case refusesField.MatchString(words):
		for _, name := range wished(req) {
			if !h.refuses(name) && names(words, name) {
				h.refused += name + ","
			}
		}
	}
	return h, h != before
}

var (
	useInstead    = api.NewPattern(`max_completion_tokens`)
	refusesSystem = api.NewPattern(`(?i)does not support 'system'|system (role|message|instruction)s? (is|are) not (supported|enabled|allowed)`)
	refusesField  = api.NewPattern(`(?i)unsupported|unrecognized|unexpected|unknown|not support|not permitted|not allowed|not available`)
	aboutLimit    = api.NewPattern(`(?i)max_(completion_)?tokens|completion tokens|output tokens|in the completion`)
	tooLarge      = api.NewPattern(`(?i)too (large|high|big)|less than|at most|maximum|exceed|range|\d+ ?> ?\d+`)
	window        = api.NewPattern(`(?i)context (?:length|window|size)(?: is| of)? (\d+)`)
	inPrompt      = api.NewPattern(`(?i)(\d+)(?: tokens)? (?:in the messages|input tokens|in the prompt|of (?:text )?input|from the input)`)
	figure        = api.NewPattern(`\b\d+\b`)
)

// names reports whether words name a field, also when they spell it without its
// underscores.
func names(words, field string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", " ")) }
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(plain(field)) + `\b`).MatchString(plain(words))
}

// limitIn finds in a refusal of the limit that was sent the one that would be
// taken, or 0.
func (h habits) limitIn(words string, req api.Request) int {
	if !aboutLimit.MatchString(words) || !tooLarge.MatchString(words) {
		return 0
	}
	sent := cmp.Or(max(req.MaxTokens, 0), api.DefaultMaxTokens)
	if h.limit > 0 {
		sent = min(sent, h.limit)
	}
	best := 0
	if context := window.FindStringSubmatch(words); context != nil {
		// What the prompt leaves of the window. Without knowing both, the limit
		// says nothing.
		if prompt := inPrompt.FindStringSubmatch(words); prompt != nil {
			best = atoi(context[1]) - atoi(prompt[1])
		}
	} else {
		for _, digits := range figure.FindAllString(words, -1) {
			if n := atoi(digits); n < sent {
				best = max(best, n)
			}
		}
	}
	if best >= sent || best < leastLimit {
		return 0
	}
	return best
}

// leastLimit is below any limit that a model has: smaller figures in a refusal
// mean something else.
const leastLimit = 16

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
