package anthropic

// This file owns what refusals teach: how a model departs from the request as it
// was composed. They name the field and cost nothing. It refuses to guess: only
// a field that was sent and is named counts. Whatever of the person's wish is
// lost by it, is said.

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// manner is what habits hold for: a model refuses more while it thinks.
type manner struct {
	model  string
	thinks bool
}

func mannerOf(req api.Request) manner {
	fields, _ := plain(req.Fields)
	kind := fields.thinks()
	return manner{req.Model, kind == enabled || kind == adaptive}
}

// habits are the ways in which a model departs.
type habits struct {
	form        string          // the type of thinking that it knows, in place of the other; "": not known
	mostTokens  int64           // of an answer; 0: not known
	leastBudget int64           // of thought; 0: not known
	refused     map[string]bool // fields, and tools by their type
}

// display is a field inside of thinking.
const display = "thinking.display"

func (h habits) refuse(name string) habits {
	h.refused = maps.Clone(h.refused)
	if h.refused == nil {
		h.refused = map[string]bool{}
	}
	h.refused[name] = true
	return h
}

// apply changes a body by what was learned.
func (h habits) apply(b body, req api.Request) (notes []string) {
	if kind := b.thinks(); h.form != "" && h.form != kind && (kind == enabled || kind == adaptive) {
		b["thinking"] = h.reform(b.thinking(), req)
		if h.form == adaptive && req.ThinkingBudget > 0 {
			notes = append(notes, "the thinking budget is not sent: this model decides itself how long it thinks")
		}
	}
	if h.refused[display] {
		delete(b.thinking(), "display")
	}
	if tools, _ := b["tools"].([]any); tools != nil {
		b["tools"] = slices.DeleteFunc(slices.Clone(tools), func(tool any) bool {
			drop := h.refused[toolType(tool)]
			if drop {
				notes = append(notes, "this model has no "+words(strings.TrimRight(toolType(tool), "_0123456789")))
			}
			return drop
		})
		if len(b["tools"].([]any)) == 0 {
			delete(b, "tools")
			delete(b, "tool_choice")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.refused)) {
		if _, sent := b[name]; sent {
			delete(b, name)
			notes = append(notes, h.regret(name, req)...)
		}
	}
	return notes
}

// regret says what it means to the person that a field is not sent.
func (h habits) regret(name string, req api.Request) []string {
	switch name {
	case "thinking":
		if req.ThinkingBudget > 0 || req.Effort != "" {
			return []string{"this model can't be asked to think"}
		}
	case "output_config":
		if req.Effort != "" {
			return []string{"the effort is not sent: the model refuses it"}
		}
	default:
		return []string{name + " is not sent: the model refuses it"}
	}
	return nil
}

// someBudget is for a model that wants one when nobody has said any.
const someBudget = 4096

// reform says the same in the other type.
func (h habits) reform(thinking map[string]any, req api.Request) map[string]any {
	thinking = maps.Clone(thinking)
	thinking["type"] = h.form
	if h.form == enabled {
		budget := int64(cmp.Or(max(req.ThinkingBudget, 0), someBudget))
		thinking["budget_tokens"] = json.Number(strconv.FormatInt(budget, 10))
		delete(thinking, "display") // of the other type
		return thinking
	}
	delete(thinking, "budget_tokens")
	if thinking["display"] == nil { // else the newest models think unseen
		thinking["display"] = "summarized"
	}
	return thinking
}

var (
	tooMany = api.NewPattern(`(?i)max_tokens: \d+ > (\d+)|max_tokens.{0,80}?(?:at most|less than or equal to|maximum(?: value)?(?: of| is)?) (\d+)`)
	tooFew  = api.NewPattern(`(?i)budget_tokens.{0,80}?(?:greater than or equal to|at least) (\d+)`)
	unknown = api.NewPattern(`(?i)\bnot (be )?(support|permit|allow|available)|unsupported|unrecogni[sz]ed|unknown|deprecated|extra inputs|does not (accept|take)|invalid (enum|discriminator)|does not match|may only be|must be (set to |exactly )?1\b|or unset|cannot both`)
)

// learn takes a refusal of what was sent as a lesson, if it is one: what the
// next attempt has to do differently.
func (h habits) learn(e *api.Error, sent body) (habits, bool) {
	if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return h, false
	}
	if n := number(tooMany, e.Message); n > 0 {
		if most, _ := sent["max_tokens"].(int64); n < most {
			h.mostTokens = n
			return h, true
		}
	}
	if n := number(tooFew, e.Message); n > h.leastBudget {
		h.leastBudget = n
		return h, true
	}
	if !unknown.MatchString(e.Message) {
		return h, false
	}
	for _, name := range []string{"top_p", "top_k", "temperature"} { // of two, the latter is kept
		if _, ok := sent[name]; ok && names(e.Message, name) {
			return h.refuse(name), true
		}
	}
	// The other type of thinking may be recommended by its effort.
	if names(e.Message, "effort") && sent["output_config"] != nil && (sent.thinks() != enabled || !names(e.Message, "thinking")) {
		return h.refuse("output_config"), true
	}
	if h, learned := h.learnThinking(e.Message, sent); learned {
		return h, true
	}
	return h.learnField(e.Message, sent)
}

func (h habits) learnThinking(message string, sent body) (habits, bool) {
	kind := sent.thinks()
	switch {
	case kind == "" || kind == disabled || !names(message, "thinking"):
		return h, false
	case sent.thinking()["display"] != nil && names(message, "display"):
		return h.refuse(display), true
	case h.form == "" && kind == enabled && names(message, adaptive):
		h.form = adaptive
	case h.form == "" && kind == adaptive && names(message, adaptive):
		h.form = enabled
	default:
		return h.refuse("thinking"), true
	}
	return h, true
}

// learnField finds which of the further fields, or of the service's own tools, a
// refusal names.
func (h habits) learnField(message string, sent body) (habits, bool) {
	tools, _ := sent["tools"].([]any)
	for _, tool := range tools {
		if kind := toolType(tool); kind != "" && names(message, kind) {
			return h.refuse(kind), true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		switch name {
		case "model", "messages", "max_tokens", "stream", "system", "tools":
		default:
			if names(message, name) {
				return h.refuse(name), true
			}
		}
	}
	return h, false
}

// toolType is the type of a tool that runs at the service; "" for others.
func toolType(tool any) string {
	t, _ := tool.(map[string]any)
	kind, _ := t["type"].(string)
	return kind
}

// number is the one that a pattern finds.
func number(pattern *api.Pattern, message string) int64 {
	for i, group := range pattern.FindStringSubmatch(message) {
		if n, err := strconv.ParseInt(group, 10, 64); i > 0 && err == nil {
			return n
		}
	}
	return 0
}

// names reports whether a message has a name as a word of its own.
func names(message, name string) bool {
	for rest := strings.ToLower(message); ; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		before, after := rest[:at], rest[at+len(name):]
		if !endsWord(before) && !beginsWord(after) {
			return true
		}
		rest = after
	}
}

func endsWord(s string) bool   { return s != "" && wordByte(s[len(s)-1]) }
func beginsWord(s string) bool { return s != "" && wordByte(s[0]) }

func wordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z'
}
