package aixplain

// This file owns what an answer means: which of our events the fields of a
// document stand for, and what it cost. It refuses to know how it came.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// reading collects the events of one answer. The zero value is ready.
type reading struct {
	out      []api.Event // what the last call gave
	splitter api.Splitter
	figures  wire.Figures
	credits  wire.Figure
	runTime  wire.Figure // seconds
	ran      bool        // an agent's run, which says how long it took
	calls    wire.Figure // that it made
	codes    []string    // what a run says of itself
	finish   api.FinishReason
	content  bool // something to read came
	called   bool // a call of a tool came
	tools    int  // calls that came without a number
}

// chunk decodes a piece of a stream. Data that is a document says nothing here.
func (r *reading) chunk(doc *document) {
	if piece := text(doc.Data); piece != "" {
		r.say(piece)
	}
	for _, c := range doc.Choices {
		if c.Index.Value() == 0 {
			r.choice(c)
		}
	}
	r.meter(doc)
}

func (r *reading) choice(c choice) {
	m := c.Delta
	if m == nil {
		m = c.Message
	}
	if m != nil {
		r.think(m.thought())
		r.say(string(m.Content))
		for _, part := range m.ToolCalls {
			r.call(part)
		}
	}
	if c.FinishReason != "" {
		r.finish = finishReason(string(c.FinishReason))
	}
}

// thought is what m says of it, which comes in one of three places.
func (m *message) thought() string {
	if s := firstOf(string(m.ReasoningContent), string(m.Reasoning)); s != "" {
		return s
	}
	var b strings.Builder
	for _, t := range m.ReasoningDetails {
		b.WriteString(firstOf(string(t.Text), string(t.Summary)))
	}
	return b.String()
}

func (r *reading) call(c call) {
	index := r.tools // without a number it is the next
	if c.Index.Known() {
		index = int(min(c.Index.Value(), 1<<20)) // what is too much, api.Reply leaves out
	} else {
		r.tools++
	}
	r.content, r.called = true, true
	r.out = append(r.out, api.ToolCallDelta{Index: index, ToolCall: api.ToolCall{
		ID: string(c.ID), Name: string(c.Function.Name), Arguments: string(c.Function.Arguments),
	}})
}

// model decodes the result of a model or a tool.
func (r *reading) model(doc *document) {
	output := shown(doc.Data)
	for i, c := range doc.Details {
		if i > 0 {
			break
		}
		if c.Message != nil && output != "" {
			c.Message.Content = "" // it is the same
		}
		r.choice(c)
	}
	r.say(output)
	r.meter(doc)
}

// shown is a result as a person reads it: text as it is, anything else as a block
// of JSON.
func shown(v json.RawMessage) string {
	if v = bytes.TrimSpace(v); len(v) == 0 || v[0] == '"' {
		return text(v)
	}
	var b bytes.Buffer
	if !something(v) && string(v) != "false" || json.Indent(&b, v, "", "  ") != nil {
		return ""
	}
	if v[0] != '{' && v[0] != '[' {
		return b.String()
	}
	return "```json\n" + b.String() + "\n```"
}

func (r *reading) say(content string) {
	r.content = r.content || content != ""
	r.out = append(r.out, r.splitter.Push(content)...)
}

func (r *reading) think(thought string) {
	if thought != "" {
		r.content = true
		r.out = append(r.out, api.Reasoning{Text: thought})
	}
}

// meter takes in figures.
func (r *reading) meter(doc *document) {
	if u := doc.Usage; u != nil {
		r.figures.Prompt.Update(u.Prompt.Or(u.Input))
		r.figures.Completion.Update(u.Completion.Or(u.Output))
		r.figures.Total.Update(u.Total)
		r.figures.Reasoning.Update(u.Details.Reasoning)
		r.figures.Cached.Update(u.PromptDetails.Cached)
	}
	r.figures.Name(string(doc.Model))
	r.credits.Update(doc.UsedCredits)
	r.runTime.Update(doc.RunTime)
}

// bill takes in what a run of an agent took. Its tokens are those of its steps.
func (r *reading) bill(doc *document, data *agentData, all steps) {
	r.ran = true
	for _, s := range []*stats{data.Stats, doc.Stats} {
		if s != nil {
			r.credits.Update(s.Credits)
			r.runTime.Update(s.Runtime)
			r.calls.Update(s.Calls)
			r.report(s.Codes)
		}
	}
	r.report(data.Codes)
	var in, out, total wire.Figure
	for _, s := range all {
		add(&in, s.InputTokens)
		add(&out, s.OutputTokens)
		add(&total, s.TotalTokens)
	}
	r.figures.Prompt.Update(in)
	r.figures.Completion.Update(out)
	r.figures.Total.Update(total)
	r.meter(doc)
}

func add(sum *wire.Figure, f wire.Figure) {
	if f.Known() {
		*sum = wire.NewFigure(sum.Value() + f.Value())
	}
}

// maxCodes is how many things a run may say of itself.
const maxCodes = 8

func (r *reading) report(all codes) {
	for _, c := range all {
		if c != "" && len(r.codes) < maxCodes && !slices.Contains(r.codes, string(c)) {
			r.codes = append(r.codes, string(c))
		}
	}
}

// end returns the last events of an answer.
func (r *reading) end() []api.Event {
	r.out = append(r.out, r.splitter.Flush()...)
	if m := r.metered(); m != (api.Metered{}) {
		r.out = append(r.out, m)
	}
	limited := slices.ContainsFunc(r.codes, func(c string) bool { return strings.Contains(strings.ToUpper(c), "MAX_TOKENS") })
	switch {
	case r.finish != "":
	case limited:
		r.finish = api.FinishLength
	case r.called:
		r.finish = api.FinishTools
	default:
		r.finish = api.FinishStop
	}
	if !r.content {
		r.out = append(r.out, api.Notice{Text: "the service says that it is done, and gave no answer"})
	}
	if len(r.codes) > 0 {
		r.out = append(r.out, api.Notice{Text: "the run reports " + strings.Join(r.codes, ", ")})
	}
	if r.ran {
		r.out = append(r.out, api.Notice{Text: r.took()})
	}
	return append(r.out, api.Finish{Reason: r.finish})
}

// metered tells the figures. A credit is a dollar.
func (r *reading) metered() api.Metered {
	m := r.figures.Metered()
	if r.credits.Known() {
		m.Cost = api.Cost{USD: r.credits.Float(), Credits: r.credits.Float(), Source: api.Billed}
	}
	return m
}

// took says what a run took, as far as it is known.
func (r *reading) took() string {
	var facts []string
	if r.runTime.Known() {
		facts = append(facts, time.Duration(min(r.runTime.Value(), 1e6)*float64(time.Second)).Round(10*time.Millisecond).String())
	}
	if r.credits.Known() {
		facts = append(facts, fmt.Sprintf("%.6g credits", r.credits.Value()))
	}
	if r.calls.Known() {
		facts = append(facts, fmt.Sprintf("%.0f calls", r.calls.Value()))
	}
	if facts == nil {
		return "the service does not say what the run took"
	}
	return "the run took " + strings.Join(facts, ", ")
}

// finishReason maps the vendors' words.
func finishReason(word string) api.FinishReason {
	word = strings.ToLower(word)
	switch word {
	case "end_turn", "stop_sequence", "stop":
		return api.FinishStop
	case "max_tokens", "length":
		return api.FinishLength
	case "tool_use", "tool_calls":
		return api.FinishTools
	case "refusal", "content_filter":
		return api.FinishFilter
	}
	return api.FinishReason(word)
}
