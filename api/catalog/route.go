package catalog

// route.go owns the choice of how a model is asked: by which protocol, and with
// which fields for what the person wishes. It is pure. It refuses to send what
// a model's page doesn't declare, and to leave a wish out without a word.

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// RouteOptions say what stands beside the single question.
type RouteOptions struct {
	// Forced returns the protocol that the config names for a model; "" lets the
	// catalogue choose. Nil: it names none.
	Forced func(model string) api.Protocol

	// Thinking says that the person wants to see thought. It only chooses what
	// costs nothing more: OpenAI's models that think are asked by responses,
	// with a summary of what they would think anyhow. Claude is told to think
	// when an effort or a budget is given, since its thought is billed.
	Thinking bool

	// Extra returns the fields that the config adds to each body. Nil: none.
	Extra func(model string) map[string]any

	// Speaks are the protocols that there are backends for, one at least, the
	// preferred one first. Nil: all.
	Speaks []api.Protocol

	// Base is the URL below which the service is asked. It tells services that
	// have a field of their own for going on with an answer; "": none is known.
	Base string

	// Models returns what is offered, for suggestions when nobody knows a model.
	// Nil: none are made.
	Models func() []api.Model

	noPrefix bool // the model refused to write on, and is asked in words
}

// Route returns the request as its model takes it, of which the catalogue knows
// m if known is true: with a protocol, a limit of the answer, and the fields for
// what was wished. forced is the protocol to use in any case, "" for the best.
//
// The notices are lines for the person about what was wished and can't be done.
// The error is an *[api.Error]: nothing may be sent.
//
// An answer to go on with is asked for in the way of the model: what arrives has
// to pass through [api.Spliced], as it does in [Routed].
func Route(m api.Model, known bool, req api.Request, forced api.Protocol, o RouteOptions) (api.Request, []string, error) {
	r, err := route(m, known, req, forced, o)
	if err != nil {
		return req, nil, err
	}
	return r.req, r.notices, nil
}

func route(m api.Model, known bool, req api.Request, forced api.Protocol, o RouteOptions) (*router, error) {
	r := &router{m: m, req: req, o: o, documented: known && len(m.Controls) > 0}
	r.req.Fields = maps.Clone(req.Fields)
	if known {
		if err := r.fate(); err != nil {
			return nil, err
		}
	}
	if err := r.choose(forced); err != nil {
		return nil, err
	}
	if !r.withoutThought() {
		r.think()
	}
	if r.req.MaxTokens == 0 {
		r.req.MaxTokens = AnswerLimit(m)
	}
	r.search()
	r.leaveOut()
	if o.Extra != nil {
		r.extra(o.Extra(req.Model))
	}
	r.goOn()
	return r, nil
}

// router is the work on one request.
type router struct {
	m          api.Model
	req        api.Request
	o          RouteOptions
	documented bool // controls are known; none of a kind means that there are none
	notices    []string
	seam       api.Seam // where the answer broke off that is gone on with
}

func (r *router) notice(format string, args ...any) {
	r.notices = append(r.notices, fmt.Sprintf(format, args...))
}

func (r *router) set(fields map[string]any) {
	if r.req.Fields == nil {
		r.req.Fields = map[string]any{}
	}
	maps.Copy(r.req.Fields, fields)
}

// fate tells what becomes of the model, and refuses one that is gone.
func (r *router) fate() error {
	m, id := r.m, r.req.Model
	on, successor := "", ""
	if m.Shutdown != "" {
		on = " on " + m.Shutdown
	}
	if m.ReplacedBy != "" {
		successor = "; its successor is " + m.ReplacedBy
	}
	switch m.Status {
	case api.Withdrawn:
		hint := "choose another: /model or -m"
		if m.ReplacedBy != "" {
			hint = "/model " + m.ReplacedBy + " or -m " + m.ReplacedBy
		}
		return &api.Error{Kind: api.ErrNotFound, Message: id + " was withdrawn" + on + successor, Hint: hint}
	case api.Deprecated:
		until := ", and may no longer answer"
		if m.Shutdown != "" {
			until = ": its last day is " + m.Shutdown
		}
		r.notice("%s is deprecated%s%s", id, until, successor)
	case api.Superseded:
		r.notice("%s was superseded: %s answers in its place", id, cmp.Or(m.ReplacedBy, "another model"))
	}
	return nil
}

// Protocols returns the protocols by which m can be asked, the common one first.
// Every model is taken to chat of which nothing else is known.
func Protocols(m api.Model) []api.Protocol {
	var list []api.Protocol
	for _, p := range []struct {
		endpoint string
		protocol api.Protocol
	}{{chatEndpoint, api.Chat}, {responsesEndpoint, api.Responses}, {messagesEndpoint, api.Messages}} {
		if slices.Contains(m.Endpoints, p.endpoint) {
			list = append(list, p.protocol)
		}
	}
	if list == nil {
		list = []api.Protocol{api.Chat}
	}
	return list
}

// choose sets the protocol.
func (r *router) choose(forced api.Protocol) error {
	can := Protocols(r.m)
	if forced != "" {
		if !r.speaks(forced) {
			return &api.Error{
				Kind:    api.ErrInvalid,
				Message: "this provider can't be asked by the protocol " + string(forced),
				Hint:    "take it out of the config, or name one of " + joined(r.o.Speaks),
			}
		}
		if len(r.m.Endpoints) > 0 && !slices.Contains(can, forced) {
			r.notice("%s is asked by %s as the config says, though it is only known to take %s", r.req.Model, forced, joined(can))
		}
		r.req.Protocol = forced
		return nil
	}
	spoken := slices.DeleteFunc(slices.Clone(can), func(p api.Protocol) bool { return !r.speaks(p) })
	if len(spoken) == 0 {
		r.notice("%s is only known to take %s, which this provider isn't asked by", r.req.Model, joined(can))
		spoken = r.o.Speaks[:1]
	}
	r.req.Protocol = r.best(spoken)
	return nil
}

func (r *router) speaks(p api.Protocol) bool {
	return r.o.Speaks == nil || slices.Contains(r.o.Speaks, p)
}

// best chooses among the protocols that both sides speak; the first is the
// common one.
func (r *router) best(spoken []api.Protocol) api.Protocol {
	silent := r.req.Effort == api.NoEffort
	wished := !silent && (r.req.Effort != "" || r.req.ThinkingBudget > 0)
	has := func(p api.Protocol) bool { return slices.Contains(spoken, p) }
	thinks := func(p api.Protocol) bool { _, ok := shapeOf(r.m.Controls, p, byEffort); return ok }
	way := r.writesOn(spoken...)
	switch {
	case spoken[0] != api.Chat, r.onlyByChat():
		return spoken[0]
	case way != nil && lastAnswer(r.req.Messages) != "":
		return way.protocol
	case has(api.Responses) && openAI.MatchString(r.m.ID) && (wished || r.o.Thinking && !silent) && thinks(api.Responses):
		return api.Responses
	case has(api.Messages) && wished && thinks(api.Messages):
		return api.Messages
	case r.req.Web && webShape(r.m.Controls) == nil && len(spoken) > 1:
		return spoken[1] // it has a tool for that
	}
	return api.Chat
}

// onlyByChat reports whether the request holds what other protocols don't take.
func (r *router) onlyByChat() bool {
	hears := func(p api.Part) bool { return p.File != nil && strings.HasPrefix(p.File.MIME, "audio/") }
	return len(r.req.Stop) > 0 || r.req.Seed != nil ||
		slices.ContainsFunc(r.req.Messages, func(m api.Message) bool { return slices.ContainsFunc(m.Parts, hears) })
}

// openAI finds OpenAI's own models, under the ids that AI/ML API and OpenAI give
// them.
var openAI = api.NewPattern(`^(openai/)?(gpt-|chatgpt-|codex-|o\d)`)

// leaveOut takes away what the protocol doesn't know.
func (r *router) leaveOut() {
	if r.req.Protocol == api.Responses && len(r.req.Stop) > 0 {
		r.req.Stop = nil
		r.notice("%s is asked by responses, which know no stop sequences; they are left out", r.req.Model)
	}
	if (r.req.Protocol == api.Responses || r.req.Protocol == api.Messages) && r.req.Seed != nil {
		r.req.Seed = nil
		r.notice("%s is asked by %s, which know no seed; it is left out", r.req.Model, r.req.Protocol)
	}
}

// ours are the fields that the config can't replace.
var ours = []string{"model", "messages", "input", "stream"}

// extra adds the fields of the config, which has the last word.
func (r *router) extra(fields map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := fields[name]
		switch {
		case value == nil:
			continue // services refuse a null
		case slices.Contains(ours, name):
			r.notice("extra_body can't set %s; it is left out", name)
			continue
		case name == "reasoning":
			delete(r.req.Fields, "reasoning_effort")
		case name == "reasoning_effort":
			delete(r.req.Fields, "reasoning")
		case name == "tools":
			value = join(r.req.Fields[name], value)
		}
		r.set(map[string]any{name: value})
	}
}

// join appends a list of fields to another one.
func join(list, more any) any {
	a, isList := list.([]any)
	b, areList := more.([]any)
	if !isList || !areList {
		return more
	}
	return append(slices.Clone(a), b...)
}

func joined(protocols []api.Protocol) string {
	words := make([]string, len(protocols))
	for i, p := range protocols {
		words[i] = string(p)
	}
	return strings.Join(words, ", ")
}
