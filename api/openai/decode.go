package openai

// This file owns the meaning of a chunk: which events it stands for. It refuses
// to be strict: services leave out, repeat and misplace, and the answer counts.
//
// What it holds to: thought and answer come apart, from whichever field; the
// same thought is shown once; a figure once known is never erased by a later
// zero or null; only the first of several choices is read; an answer is whole
// when a finish reason or [DONE] said so.

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// decoder turns the chunks of one answer into events. The zero value, with its
// service, is ready.
type decoder struct {
	service api.Service
	notices []api.Event // what a person should know beforehand

	out      []api.Event // what the last call gave
	last     chunk       // from which it came
	delta    message     // in it
	id       string      // of the answer
	splitter api.Splitter
	thoughts thoughts
	calls    callTable
	cited    map[string]bool
	media    media
	figures  figures

	finish  api.FinishReason // "" until a chunk says it
	done    bool             // [DONE] came
	content bool             // something to read came
	written bool             // text of the answer came in its own place
	refused bool             // the model said why it does not answer
}

var doneMark = []byte("[DONE]")

// Frame decodes one event of a stream.
func (d *decoder) Frame(f api.Frame) (wire.Progress, []api.Event, *api.Error) {
	d.begin()
	var failure *api.Error
	data := bytes.TrimSpace(f.Data)
	switch {
	case bytes.Equal(data, doneMark):
		d.done = true
	case f.Event == "error":
		failure = d.service.StreamError(data)
	case len(data) > 0 && data[0] == '{': // anything else keeps the connection alive
		failure = d.document(data, f.Unterminated)
	}
	return wire.Reached(d.content, d.finish != "", d.done), d.out, failure
}

// begin makes room for what a call gives; the first gives the notices.
func (d *decoder) begin() {
	d.out = append(d.out[:0], d.notices...)
	d.notices = nil
}

// Whole decodes an answer that came in one piece, whose head names its cost.
func (d *decoder) Whole(body []byte, header http.Header) ([]api.Event, *api.Error) {
	d.begin()
	var c chunk
	if wire.Unmarshal(body, &c) != nil {
		return nil, wire.Cut()
	}
	err := d.chunk(&c, body, true)
	d.out = append(d.out, d.figures.Bill(header)...)
	if err == nil && len(c.Choices) == 0 && c.Event == nil {
		err = wire.Strange(d.service, body)
	}
	d.done = true
	return d.out, err
}

// End returns the last events of an answer, or an error if it is not whole.
func (d *decoder) End() ([]api.Event, *api.Error) {
	d.begin()
	d.emit(d.splitter.Flush())
	d.endSpeech()
	switch {
	case d.finish == api.FinishError: // a word of OpenRouter; its error went missing
		return d.out, d.service.StreamError(nil)
	case !d.ended():
		return d.out, wire.Cut()
	case d.refused:
		d.finish = api.FinishFilter
	case d.finish == "":
		d.finish = api.FinishStop
	}
	d.out = append(d.out, api.Finish{Reason: d.finish})
	return d.out, nil
}

// ended reports whether the answer is whole.
func (d *decoder) ended() bool { return d.done || d.finish != "" }

func (d *decoder) document(data []byte, unterminated bool) *api.Error {
	if c, ok := d.short(data); ok {
		return d.chunk(c, data, false)
	}
	c := d.scratch()
	if wire.Unmarshal(data, c) == nil {
		return d.chunk(c, data, false)
	}
	// aiXplain cuts a document into data lines wherever it likes.
	joined := bytes.ReplaceAll(data, []byte{'\n'}, nil)
	if c = d.scratch(); wire.Unmarshal(joined, c) == nil {
		return d.chunk(c, joined, false)
	}
	if unterminated {
		return wire.Cut()
	}
	return wire.Broken(d.service)
}

// scratch is an empty chunk, in the memory of the last one.
func (d *decoder) scratch() *chunk {
	choices := d.last.Choices
	if cap(choices) > 8 { // more than anybody asks for
		choices = nil
	}
	clear(choices[:cap(choices)])
	d.last = chunk{Choices: choices[:0]}
	return &d.last
}

// chunk decodes c, which was read from data.
func (d *decoder) chunk(c *chunk, data []byte, whole bool) *api.Error {
	known := d.figures
	if c.Event != nil && len(c.Choices) == 0 { // the wrapper of before February 2026
		d.figures.add(c)
		c = c.Event
	}
	d.figures.add(c)
	if d.figures != known {
		d.out = append(d.out, d.figures.Metered())
	}
	if c.ID != "" && c.ID != d.id {
		if d.finish != "" {
			d.calls.nextAnswer()
		}
		d.id = c.ID
	}
	d.cite(c)
	for i := range c.Choices {
		if c.Choices[i].Index == 0 {
			d.choice(&c.Choices[i], whole)
			break
		}
	}
	switch {
	case c.failed():
		return d.service.StreamError(data)
	case c.XGroq != nil && isError(c.XGroq.Error):
		return d.service.StreamError(c.XGroq.Error)
	case len(c.Choices) > 0 && isError(c.Choices[0].Error):
		return d.service.StreamError(c.Choices[0].Error)
	}
	return nil
}

// isError reports whether there is something in the place of an error.
func isError(in json.RawMessage) bool {
	switch string(bytes.TrimSpace(in)) {
	case "", "null", "{}", `""`, "false":
		return false
	}
	return true
}

// failed reports whether c is, or carries, an error.
func (c *chunk) failed() bool {
	return isError(c.Error) || len(c.Choices) == 0 && (c.Object == "error" || c.Type == "error" || c.Status.Value() >= 400 || c.StatusCode.Value() >= 400)
}

func (d *decoder) choice(c *choice, whole bool) {
	m := c.Delta
	// A message beside the delta repeats the answer so far (Perplexity); alone,
	// it is the answer.
	if c.Message != nil && (whole || m == nil && !d.content) {
		m = c.Message
	}
	if m != nil {
		d.message(m)
	}
	d.answer(string(c.Text))
	if c.FinishReason != "" {
		d.finish = finishReason(string(c.FinishReason))
	}
}

func (d *decoder) message(m *message) {
	d.think(inReasoningContent, string(m.ReasoningContent))
	d.think(inReasoning, string(m.Reasoning))
	for _, item := range m.ReasoningDetails {
		d.think(inDetails, item.text)
	}
	d.text(string(m.Content.text))
	for i := range m.Content.parts {
		d.part(&m.Content.parts[i])
	}
	d.refusal(string(m.Refusal))
	for i := range m.Images {
		d.picture(&m.Images[i].picture)
	}
	if m.Audio != nil {
		d.hear(m.Audio)
	}
	for _, call := range m.ToolCalls {
		d.toolCall(call)
	}
	if m.FunctionCall != nil {
		d.toolCall(toolCall{Index: new(int), Function: *m.FunctionCall})
	}
	for _, a := range m.Annotations {
		if a.URLCitation != nil {
			d.citation(*a.URLCitation)
		}
	}
	for _, tool := range m.Executed {
		d.citations(tool.SearchResults.Results)
	}
	d.seal(m)
}

func (d *decoder) part(p *part) {
	d.think(inParts, p.Thinking.plain())
	d.text(string(p.Text))
	d.refusal(string(p.Refusal))
	d.picture(&p.picture)
}

// text takes in a piece of the answer from where answers are.
func (d *decoder) text(s string) {
	d.written = d.written || s != ""
	d.answer(s)
}

// refusal takes in why the model does not answer: that is its answer.
func (d *decoder) refusal(s string) {
	d.refused = d.refused || s != ""
	d.answer(s)
}

func (d *decoder) answer(text string) {
	if text != "" {
		d.emit(d.splitter.Push(text))
	}
}

// emit passes on what the splitter gave.
func (d *decoder) emit(events []api.Event) {
	for _, ev := range events {
		if r, ok := ev.(api.Reasoning); ok {
			d.think(inline, r.Text)
			continue
		}
		d.add(ev)
	}
}

func (d *decoder) think(from origin, text string) {
	if text == "" {
		return
	}
	if fresh := d.thoughts.add(from, text); fresh != "" {
		d.add(api.Reasoning{Text: fresh})
	}
}

func (d *decoder) toolCall(c toolCall) {
	place := d.calls.place(c)
	if place < 0 {
		return
	}
	d.add(api.ToolCallDelta{
		Index:    place,
		ToolCall: api.ToolCall{ID: d.calls[place].id, Name: c.Function.Name, Arguments: string(c.Function.Arguments)},
	})
	if present(c.Extra) {
		d.sealed(fragment{Calls: []callFragment{{Index: place, ID: d.calls[place].id, Extra: c.Extra}}})
	}
}

// add appends an event that a person can read.
func (d *decoder) add(ev api.Event) {
	d.content = true
	d.out = append(d.out, ev)
}

// cite names the sources in the order of their numbers in the answer.
func (d *decoder) cite(c *chunk) {
	titles := map[string]string{}
	for _, s := range c.SearchResults {
		titles[s.URL] = s.Title
	}
	for _, s := range c.Citations {
		if s.Title == "" {
			s.Title = titles[s.URL]
		}
		d.citation(s)
	}
	d.citations(c.SearchResults)
	if c.SearchInfo != nil {
		d.citations(c.SearchInfo.Results)
	}
}

func (d *decoder) citations(list []citation) {
	for _, s := range list {
		d.citation(s)
	}
}

func (d *decoder) citation(c citation) {
	if c.URL == "" || d.cited[c.URL] {
		return
	}
	if d.cited == nil {
		d.cited = map[string]bool{}
	}
	d.cited[c.URL] = true
	d.out = append(d.out, api.Cited{Citation: api.Citation{Title: c.Title, URL: c.URL}})
}

// finishReason maps the vendors' words.
func finishReason(word string) api.FinishReason {
	word = strings.ToLower(word)
	switch word {
	case "stop", "end_turn", "stop_sequence", "eos", "eos_token", "completed":
		return api.FinishStop
	case "length", "max_tokens", "max_output_tokens", "model_length":
		return api.FinishLength
	case "tool_calls", "tool_use", "function_call":
		return api.FinishTools
	case "content_filter", "safety", "refusal":
		return api.FinishFilter
	}
	return api.FinishReason(word)
}
