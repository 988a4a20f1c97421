package catalog

// describe.go owns what is said of a model in words: the same in the chat, in
// `doctor` and in `models`.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// Fact is one line about a model.
type Fact struct{ Name, Value string }

// protocolNames are how people call them.
var protocolNames = map[api.Protocol]string{
	api.Chat: "chat completions", api.Responses: "responses", api.Messages: "messages",
}

// Describe tells how m is asked and steered, and what becomes of it. forced is
// the protocol that the config names for it, "" for none. What is unknown is
// said to be, not left out.
func Describe(m api.Model, forced api.Protocol, o RouteOptions) []Fact {
	facts := []Fact{{"asked by", askedBy(m, forced, o)}, {"endpoints", orUnknown(strings.Join(m.Endpoints, ", "))}}
	facts = append(facts, Fact{"thinking", thinkingWords(m)}, Fact{"web search", webWords(m)})
	facts = append(facts, Fact{"takes", orUnknown(strings.Join(m.Input, ", "))})
	if status := statusWords(m); status != "" {
		facts = append(facts, Fact{"status", status})
	}
	return facts
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

// askedBy tells the protocol of a plain question, and the one of a question with
// an effort where that is another one.
func askedBy(m api.Model, forced api.Protocol, o RouteOptions) string {
	m.Status, o.Extra = "", nil
	plain, _, err := Route(m, true, api.Request{Model: m.ID}, forced, o)
	if err != nil {
		return err.Error()
	}
	words := protocolNames[plain.Protocol]
	if forced != "" {
		return words + ", as the config says"
	}
	hard, _, _ := Route(m, true, api.Request{Model: m.ID, Effort: api.MediumEffort}, "", o)
	if hard.Protocol != plain.Protocol {
		words += "; with an effort by " + protocolNames[hard.Protocol]
	}
	return words
}

// thinkingWords tells what one can say about how hard to think.
func thinkingWords(m api.Model) string {
	can := map[measure]bool{}
	var fields []string
	for _, s := range shapes {
		if slices.Contains(m.Controls, s.control) {
			can[s.measure] = true
			if !slices.Contains(fields, string(s.control)) {
				fields = append(fields, string(s.control))
			}
		}
	}
	var what string
	switch {
	case can[byEffort] && can[byBudget]:
		what = "effort or budget"
	case can[byEffort]:
		what = "effort"
	case can[byBudget]:
		what = "budget; an effort is translated"
	case can[bySwitch]:
		what = "on, not how hard"
	case len(m.Endpoints) > 0:
		return "can't be told how hard"
	default:
		return "not known"
	}
	return fmt.Sprintf("%s (%s)", what, strings.Join(fields, ", "))
}

func webWords(m api.Model) string {
	switch fields := webShape(m.Controls); {
	case slices.Contains(m.Controls, api.ControlWebAlways):
		return "always"
	case fields != nil:
		return "on request"
	case len(Protocols(m)) > 1 || Protocols(m)[0] != api.Chat:
		return "on request, by a tool of the service"
	case len(m.Endpoints) > 0:
		return "no"
	}
	return "not known"
}

func statusWords(m api.Model) string {
	if m.Status == "" {
		return ""
	}
	words := string(m.Status)
	if m.Shutdown != "" {
		words += ", last day " + m.Shutdown
	}
	if m.ReplacedBy != "" {
		words += ", successor " + m.ReplacedBy
	}
	return words
}
