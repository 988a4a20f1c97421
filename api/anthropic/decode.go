package anthropic

// This file owns the meaning of an event: which of ours it stands for. It
// refuses to be strict: events and blocks that it does not know say nothing.
//
// What it holds to: a figure once known is never erased by a later zero or null;
// an answer is whole when a stop reason or message_stop said so.

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// decoder turns the events of one answer into ours. The zero value, with its
// service, is ready.
type decoder struct {
	service api.Service

	out     []api.Event // what the last call gave
	blocks  blocks
	figures figures
	sources sources
	sealed  []api.Event // what waits for something to read

	refusal string           // why the model declined, in the service's words
	finish  api.FinishReason // "" until an event says it
	done    bool             // message_stop came
	content bool             // something to read came
}

var doneMark = []byte("[DONE]")

// Frame decodes one event of a stream.
func (d *decoder) Frame(f api.Frame) (wire.Progress, []api.Event, *api.Error) {
	d.out = d.out[:0]
	var failure *api.Error
	data := bytes.TrimSpace(f.Data)
	switch {
	case bytes.Equal(data, doneMark):
		d.done = true
	case f.Event == "error":
		failure = d.service.StreamError(data)
	case len(data) > 0 && data[0] == '{': // anything else keeps the connection alive
		failure = d.document(f.Event, data, f.Unterminated)
	}
	return wire.Reached(d.content, d.finish != "", d.done), d.out, failure
}

// Whole decodes an answer that came in one piece, whose head names its cost.
func (d *decoder) Whole(body []byte, header http.Header) ([]api.Event, *api.Error) {
	d.out = d.out[:0]
	var ev event
	if wire.Unmarshal(body, &ev) != nil {
		return nil, wire.Cut()
	}
	if !ev.failed() && ev.Type != "message" && ev.Content == nil && ev.Choices == nil {
		return nil, wire.Strange(d.service, body)
	}
	if !ev.failed() && ev.Choices == nil {
		ev.Type = "message"
	}
	failure := d.event(&ev, body)
	d.out = append(d.out, d.figures.Bill(header)...)
	d.done = true
	return d.out, failure
}

// End returns the last events of an answer, or an error if it is not whole.
func (d *decoder) End() ([]api.Event, *api.Error) {
	d.out = d.out[:0]
	if !d.done && d.finish == "" {
		return d.out, wire.Cut()
	}
	if d.finish == "" {
		d.finish = api.FinishStop
	}
	d.stopAll()
	d.unload()
	for _, c := range d.sources.unnamed() {
		d.add(api.Cited{Citation: c})
	}
	if n := d.blocks.redacted; n > 0 {
		d.out = append(d.out, api.Notice{Text: redactedNote(n)})
	}
	if d.refusal != "" {
		d.out = append(d.out, api.Notice{Text: "the model declined: " + d.refusal})
	}
	d.out = append(d.out, api.Finish{Reason: d.finish})
	return d.out, nil
}

func redactedNote(n int) string {
	if n == 1 {
		return "a part of the thought is hidden by the vendor"
	}
	return fmt.Sprintf("%d parts of the thought are hidden by the vendor", n)
}

func (d *decoder) document(name string, data []byte, unterminated bool) *api.Error {
	var ev event
	if wire.Unmarshal(data, &ev) == nil {
		if ev.Type == "" && name != "message" { // so are events called that have no name
			ev.Type = name
		}
		return d.event(&ev, data)
	}
	if unterminated {
		return wire.Cut()
	}
	return wire.Broken(d.service)
}

// event decodes ev, which was read from data.
func (d *decoder) event(ev *event, data []byte) *api.Error {
	if ev.failed() {
		d.meter(ev)
		return d.service.StreamError(data)
	}
	switch ev.Type {
	case "message_start":
		if ev.Message != nil {
			d.whole(ev.Message)
		}
	case "message": // whole
		d.whole(&ev.message)
	case "content_block_start":
		if ev.Block != nil {
			d.start(d.place(ev), ev.Block)
		}
	case "content_block_delta":
		d.extend(d.place(ev), &ev.Delta)
	case "content_block_stop":
		d.stop(d.place(ev))
	case "message_delta":
		d.stopped(ev.Delta.StopReason, ev.Delta.StopDetails)
	case "message_stop":
		d.done = true
	}
	for _, c := range ev.Choices[:min(len(ev.Choices), 1)] {
		d.chat(&c)
	}
	d.meter(ev)
	return nil
}

// whole decodes what a message has: all, or nothing yet.
func (d *decoder) whole(m *message) {
	for i := range m.Content {
		d.start(i, &m.Content[i])
		d.stop(i)
	}
	d.stopped(m.StopReason, m.StopDetails)
}

// stopped takes in why the model stopped, if it did.
func (d *decoder) stopped(word wire.Words, why stopDetails) {
	if word != "" {
		d.finish = finishReason(string(word))
	}
	if why.Explanation != "" {
		d.refusal = strings.Join(strings.Fields(string(why.Explanation)), " ")
	}
}

// meter takes in figures, wherever they stand.
func (d *decoder) meter(ev *event) {
	known := d.figures
	if m := ev.Message; m != nil {
		d.figures.Name(m.Model)
		if m.StopReason == "" {
			d.figures.addBeginning(m.Usage)
		} else {
			d.figures.addUsage(m.Usage)
		}
	}
	d.figures.Name(ev.Model)
	d.figures.addUsage(ev.Usage)
	d.figures.AddMeta(ev.Meta)
	if d.figures != known {
		d.out = append(d.out, d.figures.Metered())
	}
}

// chat decodes chat completions' words for text, should a service answer with
// them on this road.
func (d *decoder) chat(c *choice) {
	m := c.Delta
	if m == nil {
		m = c.Message
	}
	if m != nil {
		d.think(string(m.Reasoning))
		d.say(string(m.Content))
	}
	d.stopped(c.FinishReason, stopDetails{})
}

func (d *decoder) say(text string) {
	if text != "" {
		d.add(api.Answer{Text: text})
	}
}

func (d *decoder) think(text string) {
	if text != "" {
		d.add(api.Reasoning{Text: text})
	}
}

// add appends an event that a person can read.
func (d *decoder) add(ev api.Event) {
	d.content = true
	d.unload()
	d.out = append(d.out, ev)
}

// finishReason maps the vendors' words.
func finishReason(word string) api.FinishReason {
	word = strings.ToLower(word)
	switch word {
	case "end_turn", "stop_sequence", "stop":
		return api.FinishStop
	case "max_tokens", "model_context_window_exceeded", "length":
		return api.FinishLength
	case "tool_use", "tool_calls":
		return api.FinishTools
	case "refusal", "content_filter":
		return api.FinishFilter
	}
	return api.FinishReason(word)
}
