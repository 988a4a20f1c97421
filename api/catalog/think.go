package catalog

// think.go owns the telling of a model how hard to think, and the room that
// thought takes in the limit of an answer.

import (
	"cmp"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// think turns the effort and the budget that were wished into fields.
func (r *router) think() {
	if r.req.Effort == api.NoEffort {
		r.quieten()
		return
	}
	want := thought{r.req.Effort, r.req.ThinkingBudget}
	if want == (thought{}) {
		if r.req.Protocol == api.Responses && r.o.Thinking && openAI.MatchString(r.m.ID) {
			r.shown()
		}
		return
	}
	measure := byEffort
	if want.budget > 0 {
		measure = byBudget
	}
	controls := r.m.Controls
	if !r.documented {
		controls = []api.Control{common[r.req.Protocol]}
	}
	s, ok := shapeOf(controls, r.req.Protocol, measure)
	if !ok {
		r.notice("%s can't be told how hard to think; %s is left out", r.req.Model, want.words())
		return
	}
	if r.refusesWithTools(s) {
		r.notice("%s takes no effort together with tools; it is left out", r.req.Model)
		return
	}
	said := r.translate(want, s)
	if s.budgets && !r.fit(s, &said, want) {
		return
	}
	if s.measure == byEffort && r.req.MaxTokens == 0 {
		r.req.MaxTokens = r.unasked(budgetOf(said.effort))
	}
	r.set(s.fields(said))
	if s.control == api.ControlThinkingBudget || s.control == api.ControlThinkingAuto {
		r.calm()
	}
}

// quieten asks the model not to think. One that can't be told has room for a
// short thought beside its answer.
func (r *router) quieten() {
	for _, s := range silences {
		if s.protocol == r.req.Protocol && slices.Contains(r.m.Controls, s.control) {
			r.set(s.fields(thought{}))
			return
		}
	}
	if s, ok := shapeOf(r.m.Controls, r.req.Protocol, byEffort); ok && s.measure == byEffort && openAI.MatchString(r.m.ID) && !r.refusesWithTools(s) {
		r.set(s.fields(thought{effort: api.LowEffort}))
	}
	if r.req.MaxTokens > 0 {
		r.req.MaxTokens = r.withRoom(budgetOf(api.LowEffort), r.req.MaxTokens)
	}
}

// words names what was wished.
func (t thought) words() string {
	switch {
	case t.budget == 0:
		return "the effort"
	case t.effort == "":
		return "the thinking budget"
	}
	return "the effort and the thinking budget"
}

// shown asks for a summary of the thought that the model has anyhow.
func (r *router) shown() {
	if s, ok := shapeOf(r.m.Controls, api.Responses, byEffort); ok {
		r.set(s.fields(thought{}))
	}
}

// translate says what is wished in the measure of s.
func (r *router) translate(want thought, s shape) thought {
	id := r.req.Model
	if !r.documented {
		r.notice("it is not known how %s is told to think; it is asked in the common way", id)
	}
	switch s.measure {
	case byEffort:
		if want.effort == "" {
			want.effort = effortOf(want.budget)
			r.notice("%s takes no thinking budget, but an effort: %s", id, want.effort)
		} else if want.budget > 0 {
			r.notice("%s takes an effort, and no thinking budget, which is left out", id)
		}
		want.budget = 0
	case byBudget:
		if want.budget > 0 && want.effort != "" {
			r.notice("the thinking budget says more than the effort, which is left out")
		}
		want.budget = cmp.Or(want.budget, budgetOf(want.effort), budgetOf(api.MediumEffort))
		want.effort = ""
	default:
		r.notice("%s can only be told to think, not how hard", id)
		want = thought{}
	}
	if s.control == api.ControlThinkingBudget && s.protocol == api.Chat && r.documented {
		r.notice("%s is not known to show its thought by chat completions", id)
	}
	return want
}

// pickyVersions are the models of OpenAI that refuse an effort beside tools, on
// chat completions.
var pickyVersions = api.NewPattern(`^(openai/)?gpt-(5[.-]([4-9]|\d\d)($|[^\d])|[6-9]|(mini-)?latest)`)

func (r *router) refusesWithTools(s shape) bool {
	return s.protocol == api.Chat && s.control == api.ControlEffort && len(r.req.Tools) > 0 && pickyVersions.MatchString(r.m.ID)
}

// minBudget is the smallest budget that Claude takes.
const minBudget = 1024

// fit keeps the budget below the limit of the whole answer, as services want
// it: a limit that nobody set is raised, and so is one that was set beside a
// budget; an effort gives way to it. It returns false when the model has no
// room for thought.
func (r *router) fit(s shape, said *thought, want thought) bool {
	limit, answer, floor := r.req.MaxTokens, cmp.Or(r.req.MaxTokens, AnswerLimit(r.m)), 1
	if s.control == api.ControlThinkingBudget {
		floor = minBudget
	}
	switch {
	case want.budget > 0:
		limit = r.withRoom(said.budget, answer)
	case limit == 0:
		limit = r.unasked(said.budget)
	}
	if most := limit - min(answer, limit/4); said.budget > most {
		if want.budget > 0 {
			r.notice("%s has room for %d tokens of thought, not for %d", r.req.Model, most, said.budget)
		}
		said.budget = most
	}
	if said.budget < floor || said.budget >= limit {
		said.budget, limit = floor, r.withRoom(floor, answer)
		if limit <= floor {
			r.notice("%s has no room for thought; %s is left out", r.req.Model, want.words())
			return false
		}
		r.notice("%s thinks for at least %d tokens; with them its answer may have %d", r.req.Model, floor, limit)
	}
	r.req.MaxTokens = limit
	return true
}

// withRoom returns a limit for an answer and the thought before it that the
// model can keep.
func (r *router) withRoom(budget, answer int) int {
	limit := budget + answer
	if r.m.OutputMax > 0 {
		limit = min(limit, r.m.OutputMax)
	}
	if r.m.Context > 0 {
		limit = min(limit, r.m.Context/4*3)
	}
	return max(limit, 1)
}

// unasked is that limit when nobody named one.
func (r *router) unasked(budget int) int {
	answer := AnswerLimit(r.m)
	return min(r.withRoom(budget, answer), max(maxAnswer, answer))
}

// calm takes away the sampling that Claude refuses while it thinks.
func (r *router) calm() {
	if t := r.req.Temperature; t != nil && *t != 1 {
		r.req.Temperature = nil
		r.notice("%s takes no temperature while it thinks; it is left out", r.req.Model)
	}
	if p := r.req.TopP; p != nil && (*p < 0.95 || *p > 1) {
		r.req.TopP = nil
		r.notice("%s takes no top_p below 0.95 while it thinks; it is left out", r.req.Model)
	}
}

// maxAnswer bounds what is asked for unasked: some services hold back the
// price of the longest answer before they begin.
const maxAnswer = 32 << 10

// AnswerLimit is how many tokens an answer of m may have when nobody said. Half
// of a window that is known stays for the question.
func AnswerLimit(m api.Model) int {
	limit := api.DefaultMaxTokens
	if m.OutputMax > 0 {
		limit = min(m.OutputMax, maxAnswer)
	}
	if m.Context > 0 {
		limit = min(limit, m.Context/2)
	}
	return max(limit, 1)
}
