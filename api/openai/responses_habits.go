package openai

// This file owns what models teach that are asked by responses: which optional
// fields they don't take. They say so in refusals, which name the field and cost
// nothing. It refuses to give up what nobody refused.

import (
	"net/http"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// responseHabits are those of one model: the fields, each a bit, that it is
// asked without.
type responseHabits uint

// optionalField is one that may be left out. The first that a refusal means is
// the lesson.
type optionalField struct {
	path   string       // in the body, by dots
	meant  *api.Pattern // what a refusal of it says, beside words of refusal
	lesson string       // what the person is told of it; "": nothing was wished
}

const (
	sealedThought = iota
	reasoningSummary
	reasoningEffort
	includeField
	storeField
	temperatureField
	topPField
)

var optionalFields = [...]optionalField{
	sealedThought: {
		path:  "input",
		meant: api.NewPattern(`(?i)encrypted content .*(could not|verif|decrypt)|invalid_encrypted_content|item with id .* not found|of type 'reasoning' was provided|without its required 'reasoning' item`),
	},
	reasoningSummary: {
		path:   "reasoning.summary",
		meant:  api.NewPattern(`(?i)reasoning\.summary|reasoning summar|'summary'|'reasoning'|\breasoning: `),
		lesson: "the thought stays hidden: the service shows it of this model to verified organizations, or not at all",
	},
	reasoningEffort: {
		path:   "reasoning.effort",
		meant:  api.NewPattern(`(?i)reasoning\.effort|reasoning_effort|'effort'|'reasoning'|\breasoning: `),
		lesson: "this model does not take that effort; it was asked without",
	},
	includeField: {
		path:  "include",
		meant: api.NewPattern(`(?i)encrypted[ _]content|\binclude\b`),
	},
	storeField: {
		path:  "store",
		meant: api.NewPattern(`(?i)\bstore\b`),
	},
	temperatureField: {
		path:   "temperature",
		meant:  api.NewPattern(`(?i)\btemperature\b`),
		lesson: "this model takes no temperature; it was asked without",
	},
	topPField: {
		path:   "top_p",
		meant:  api.NewPattern(`(?i)\btop_p\b`),
		lesson: "this model takes no top_p; it was asked without",
	},
}

func (h responseHabits) leavesOut(field int) bool { return h&(1<<field) != 0 }

// adapt takes out of a body what the model doesn't take.
func (h responseHabits) adapt(body map[string]any) {
	for i, field := range optionalFields {
		if h.leavesOut(i) && i != sealedThought { // the input was made without it
			remove(body, field.path)
		}
	}
}

// remove takes a field out of a body, and what is empty without it.
func remove(body map[string]any, path string) {
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		delete(body, name)
		return
	}
	inner, ok := body[name].(map[string]any)
	if !ok {
		return
	}
	if remove(inner, rest); len(inner) == 0 {
		delete(body, name)
	}
}

// learn takes a refusal of req as a lesson, if it is one, and says what to tell
// the person.
func (h responseHabits) learn(e *api.Error, req api.Request) (_ responseHabits, lesson string, ok bool) {
	switch e.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity:
	default:
		return h, "", false
	}
	for i, field := range optionalFields {
		if h.leavesOut(i) || !field.meant.MatchString(e.Message) || !sends(i, req) {
			continue
		}
		if i != sealedThought && !refusesField.MatchString(e.Message) && !unverified.MatchString(e.Message) {
			continue // a value is wrong, not the field
		}
		return h | 1<<i, field.lesson, true
	}
	return h, "", false
}

// unverified is how OpenAI keeps the summary of thought from those who did not
// show it their passport.
var unverified = api.NewPattern(`(?i)must be verified`)

// sends reports whether the common body of req holds a field.
func sends(field int, req api.Request) bool {
	switch field {
	case sealedThought:
		for _, m := range req.Messages {
			if m.Model == req.Model && len(sealedItems(m)) > 0 {
				return true
			}
		}
		return false
	case storeField:
		return true
	case includeField:
		return len(req.Tools) > 0 || req.Fields["include"] != nil
	case temperatureField:
		return req.Temperature != nil || req.Fields["temperature"] != nil
	case topPField:
		return req.TopP != nil || req.Fields["top_p"] != nil
	}
	reasoning, _ := withoutNulls(req.Fields)
	inner, _ := reasoning["reasoning"].(map[string]any)
	_, name, _ := strings.Cut(optionalFields[field].path, ".")
	return inner[name] != nil
}
