package openai

// This file owns the meaning of what arrives by responses: which events each
// document stands for. It refuses to be strict, and to show anything twice: text
// comes in pieces, whole when a part is done, whole again with its item, and once
// more with the last event, and services leave out any of these but one.

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// responsesDecoder turns the documents of one answer into events. The zero value,
// with its service, is ready.
type responsesDecoder struct {
	service api.Service

	out      []api.Event // what the last call gave
	splitter api.Splitter
	thoughts thoughts
	passages passages
	calls    []*responseCall
	sealed   []sealedItem
	pictures pictures
	cited    map[string]bool
	figures  figures

	finish  api.FinishReason // "" until the last event says it
	done    bool             // [DONE] came
	heard   bool             // something of this protocol came
	content bool             // something to read came
	refused bool             // the model said why it does not answer
}

// Frame decodes one event of a stream.
func (d *responsesDecoder) Frame(f api.Frame) (wire.Progress, []api.Event, *api.Error) {
	d.out = d.out[:0]
	var failure *api.Error
	data := bytes.TrimSpace(f.Data)
	switch {
	case bytes.Equal(data, doneMark):
		d.done = true
	case f.Event == "error":
		failure = d.service.StreamError(data)
	case len(data) > 0 && data[0] == '{':
		failure = d.document(data, f)
	}
	return d.progress(), d.out, failure
}

// progress knows no state between complete and done: the last event is the last
// mark of this protocol, [DONE] behind it a habit of some.
func (d *responsesDecoder) progress() wire.Progress {
	switch {
	case d.done || d.finish != "":
		return wire.Done
	case d.content:
		return wire.Arriving
	}
	return wire.Waiting
}

func (d *responsesDecoder) document(data []byte, f api.Frame) *api.Error {
	var e responseEvent
	if wire.Unmarshal(data, &e) != nil {
		e = responseEvent{}
		mended := append(bytes.Clone(data), '}') // one is missing in recordings of a gateway
		switch {
		case f.Unterminated:
			return wire.Cut()
		case wire.Unmarshal(mended, &e) != nil:
			return wire.Broken(d.service)
		}
		data = mended
	}
	if e.Type == "" && strings.HasPrefix(f.Event, "response.") {
		e.Type = f.Event
	}
	return d.event(&e, data)
}

// event decodes e, which was read from data.
func (d *responsesDecoder) event(e *responseEvent, data []byte) *api.Error {
	if e.Usage != nil || e.Meta != nil {
		d.meter(&chunk{Usage: e.Usage, Meta: e.Meta})
	}
	name, ours := strings.CutPrefix(e.Type, "response.")
	d.heard = d.heard || ours
	switch name {
	case "output_text.delta":
		d.piece(answerText, e.place(e.ContentIndex), string(e.Delta))
	case "output_text.done":
		d.complete(answerText, e.place(e.ContentIndex), string(e.Text))
	case "refusal.delta":
		d.refused = true
		d.piece(answerText, e.place(e.ContentIndex), string(e.Delta))
	case "refusal.done":
		d.refused = true
		d.complete(answerText, e.place(e.ContentIndex), string(e.Refusal))
	case "reasoning_text.delta":
		d.piece(thoughtText, e.place(e.ContentIndex), string(e.Delta))
	case "reasoning_text.done":
		d.complete(thoughtText, e.place(e.ContentIndex), string(e.Text))
	case "reasoning_summary_text.delta", "reasoning_summary.delta":
		d.piece(summaryText, e.place(e.SummaryIndex), string(e.Delta))
	case "reasoning_summary_text.done", "reasoning_summary.done":
		d.complete(summaryText, e.place(e.SummaryIndex), string(e.Text))
	case "content_part.done", "reasoning_summary_part.done", "reasoning_part.done":
		d.partDone(e)
	case "output_text.annotation.added":
		if e.Annotation != nil {
			d.cite([]source{*e.Annotation})
		}
	default:
		return d.itemEvent(name, e, data)
	}
	return nil
}

// itemEvent decodes the events about whole items and the whole answer. Those
// that it does not know tell of work that a person need not see.
func (d *responsesDecoder) itemEvent(name string, e *responseEvent, data []byte) *api.Error {
	switch name {
	case "output_item.added":
		if e.Item != nil {
			d.callBegun(e.Item, e.place(0))
		}
	case "output_item.done":
		if e.Item != nil {
			d.item(e.Item, e.place(0))
		}
	case "function_call_arguments.delta", "custom_tool_call_input.delta":
		d.callPiece(e.place(0), string(e.Delta))
	case "function_call_arguments.done":
		d.callComplete(d.callAt(e.place(0)), string(e.Arguments))
	case "completed", "incomplete", "failed", "cancelled":
		if e.Response == nil {
			e.Response = &response{Error: e.Error}
		}
		return d.last(name, e.Response)
	default:
		switch {
		case e.failed():
			return d.service.StreamError(data)
		case e.Type == "" && e.Object == "response": // the answer in place of the event about it
			var r response
			_ = wire.Unmarshal(data, &r) // it was read as e
			return d.whole(e, &r, data)
		case e.Response != nil:
			d.meter(e.Response.figures())
		}
	}
	return nil
}

// place is which piece of the answer an event is about.
func (e *responseEvent) place(part int) place {
	p := place{item: e.ItemID, index: -1, part: part}
	if e.Item != nil && e.Item.ID != "" {
		p.item = e.Item.ID
	}
	if e.OutputIndex != nil {
		p.index = *e.OutputIndex
	}
	return p
}

func (r *response) figures() *chunk { return &chunk{Model: r.Model, Usage: r.Usage, Meta: r.Meta} }

func (d *responsesDecoder) meter(c *chunk) {
	known := d.figures
	d.figures.add(c)
	if d.figures != known {
		d.out = append(d.out, d.figures.Metered())
	}
}

func (d *responsesDecoder) partDone(e *responseEvent) {
	if e.Part == nil {
		return
	}
	kind, part := e.Part.kind(), e.ContentIndex
	if strings.Contains(e.Type, "summary") {
		kind, part = summaryText, e.SummaryIndex
	} else if strings.Contains(e.Type, "reasoning") {
		kind = thoughtText
	}
	d.part(e.Part, kind, e.place(part))
}

func (d *responsesDecoder) part(p *outputPart, kind passageKind, at place) {
	d.complete(kind, at, string(p.Text+p.Refusal))
	d.cite(p.Annotations)
}

// item decodes an item that is whole.
func (d *responsesDecoder) item(item *outputItem, at place) {
	if item.sealed != nil {
		d.sealed = append(d.sealed, sealedItem{len(d.calls), item.sealed})
	}
	if _, isCall := item.call(); isCall {
		d.callDone(item, at)
		return
	}
	// Parts are numbered otherwise here than by the events about them.
	var all texts
	d.gather(item, &all)
	known, sure := d.passages.in(at)
	d.missing(&all, known, sure, at)
	d.picture(item)
}

// rest passes on what only the last event told: of the whole answer, since by
// then ids and places may differ from all before.
func (d *responsesDecoder) rest(r *response) {
	var all texts
	ciphers, calls := 0, 0
	for i := range r.Output {
		item := &r.Output[i]
		if item.sealed != nil {
			if ciphers++; ciphers > len(d.sealed) {
				d.sealed = append(d.sealed, sealedItem{calls, item.sealed})
			}
		}
		if _, isCall := item.call(); isCall {
			d.callKnown(item, calls)
			calls++
			continue
		}
		d.gather(item, &all)
		d.picture(item)
	}
	if len(all[answerText]) == 0 && r.OutputText != "" {
		all[answerText] = []string{string(r.OutputText)}
	}
	d.missing(&all, d.passages.all, true, nowhere)
}

// last decodes the event that ends an answer.
func (d *responsesDecoder) last(name string, r *response) *api.Error {
	d.heard = true
	d.meter(r.figures())
	d.rest(r)
	switch name {
	case "failed":
		return d.service.StreamError(r.Error)
	case "cancelled":
		return d.service.StreamError([]byte(`{"message":"the answer was cancelled there"}`))
	case "incomplete":
		d.finish = finishReason(string(r.Incomplete.Reason))
		if d.finish == "" {
			d.finish = api.FinishLength
		}
	default:
		d.finish = d.stopped()
	}
	return nil
}

// stopped is why an answer ended that came whole.
func (d *responsesDecoder) stopped() api.FinishReason {
	switch {
	case len(d.calls) > 0:
		return api.FinishTools
	case d.refused:
		return api.FinishFilter
	}
	return api.FinishStop
}

// Whole decodes an answer that came in one piece, whose head names its cost.
func (d *responsesDecoder) Whole(body []byte, header http.Header) ([]api.Event, *api.Error) {
	d.out = d.out[:0]
	var e responseEvent
	var r response
	if wire.Unmarshal(body, &e) != nil || wire.Unmarshal(body, &r) != nil {
		return nil, wire.Cut()
	}
	if e.Response != nil { // wrapped as in a stream
		r = *e.Response
	}
	err := d.whole(&e, &r, body)
	d.out = append(d.out, d.figures.Bill(header)...)
	return d.out, err
}

// whole decodes a document that is the answer, read both as e and as r.
func (d *responsesDecoder) whole(e *responseEvent, r *response, body []byte) *api.Error {
	status := strings.ToLower(string(r.Status))
	waiting := status == "queued" || status == "in_progress"
	switch empty := r.Output == nil && r.OutputText == ""; {
	case status == "failed":
	case e.failed():
		return d.service.StreamError(body)
	case empty && waiting:
		return wire.NoAnswer(d.service, "a place in a queue")
	case empty && r.Object != "response":
		return wire.Strange(d.service, body)
	}
	return d.last(status, r)
}

// End returns the last events of an answer, or an error if it is not whole.
func (d *responsesDecoder) End() ([]api.Event, *api.Error) {
	d.out = d.out[:0]
	d.emit(d.splitter.Flush())
	switch {
	case !d.done && d.finish == "":
		return d.out, wire.Cut()
	case !d.heard:
		return d.out, wire.NoAnswer(d.service, "something else")
	}
	d.unseal()
	if d.finish == "" {
		d.finish = d.stopped()
	}
	d.out = append(d.out, api.Finish{Reason: d.finish})
	return d.out, nil
}
