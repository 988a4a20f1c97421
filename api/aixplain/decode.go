package aixplain

// This file owns what comes back at once: an event stream, a result, or the
// promise of one. It refuses to be strict: a stream may end with a mark, with a
// mark in a document, or just end.

import (
	"bytes"
	"net/http"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// decoder turns the documents of one answer into events, those of a stream and
// those that are asked for one after another.
type decoder struct {
	kind    kind
	service api.Service

	reading
	held    []byte    // the beginning of a document that goes on in the next event
	pieces  int       // of which it was made
	later   *document // the promise of a result
	done    bool      // the stream, or the run, said that it is over
	session string
	steps   stepper
}

// What may be waited for of a document that comes in several events, each of which
// is read with all before it.
const (
	maxHeld   = 1 << 20
	maxPieces = 32
)

var doneMark = []byte("[DONE]")

// Frame decodes one event of a stream.
func (d *decoder) Frame(f api.Frame) (wire.Progress, []api.Event, *api.Error) {
	d.out = d.out[:0]
	var failure *api.Error
	// A document that is split over several lines has been cut anywhere, also in
	// the middle of a text.
	data := bytes.TrimSpace(bytes.ReplaceAll(f.Data, []byte("\n"), nil))
	switch {
	case bytes.Equal(data, doneMark):
		d.done = true
	case f.Event == "error":
		failure = d.service.StreamError(data)
	case len(data) > 0 && (data[0] == '{' || d.held != nil): // anything else keeps the connection alive
		failure = d.piece(data, f.Unterminated)
	}
	return wire.Reached(d.content, d.finish != "", d.done), d.out, failure
}

// piece decodes a document of a stream, which may be only the beginning of one.
func (d *decoder) piece(data []byte, unterminated bool) *api.Error {
	d.held = append(d.held, data...)
	d.pieces++
	whole := d.held
	var doc document
	if wire.Unmarshal(whole, &doc) != nil {
		switch {
		case unterminated:
			return wire.Cut()
		case len(whole) > maxHeld || d.pieces == maxPieces:
			return wire.Broken(d.service)
		}
		return nil
	}
	d.held, d.pieces = nil, 0
	if doc.state() == failed {
		return d.failure(whole)
	}
	if text(doc.Data) == string(doneMark) {
		d.done = true
		return nil
	}
	d.chunk(&doc)
	return nil
}

// Whole decodes a document that stands for itself.
func (d *decoder) Whole(body []byte, _ http.Header) ([]api.Event, *api.Error) {
	d.out, d.later = d.out[:0], nil
	if len(body) >= api.MaxFrame {
		return nil, &api.Error{
			Kind:    api.ErrBadResponse,
			Message: "the reply of " + d.service.Host + " is larger than the limit",
			Hint:    "ask for less at once, or choose another model",
		}
	}
	var doc document
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return nil, wire.NoAnswer(d.service, "a web page")
	}
	if wire.Unmarshal(body, &doc) != nil {
		return nil, wire.Cut()
	}
	switch doc.state() {
	case failed:
		return nil, d.failure(body)
	case running:
		d.later = &doc
	}
	d.run(&doc)
	return d.out, nil
}

// run takes in how a run stands.
func (d *decoder) run(doc *document) {
	over := d.later == nil
	switch {
	case d.kind == anAgent:
		d.agent(doc, over)
	case over:
		d.model(doc)
	}
	d.done = over
}

// agent takes in what an agent has done, and what it answers.
func (d *decoder) agent(doc *document, over bool) {
	data := doc.agent()
	d.session = firstOf(string(doc.SessionID), string(data.SessionID), d.session)
	all := data.Steps
	if len(all) == 0 {
		all = data.Older
	}
	d.think(d.steps.news(all, doc.Progress, over))
	if !over {
		return
	}
	d.say(shown(data.Output))
	d.bill(doc, &data, all)
}

// failure is that of a run.
func (d *decoder) failure(doc []byte) *api.Error {
	e := d.service.StreamError(doc)
	e.Retryable = e.Kind == api.ErrRateLimit // else the same run may be billed once more
	if e.Hint == "" || e.Kind == api.ErrServer {
		e.Hint = "ask again, or choose another model, agent or tool"
	}
	return e
}

// End returns the last events of an answer. A stream that ends without a mark is
// whole when anything came.
func (d *decoder) End() ([]api.Event, *api.Error) {
	d.out = d.out[:0]
	if d.later != nil { // what ended is the promise
		return []api.Event{api.Finish{Reason: api.FinishStop}}, nil
	}
	if d.held != nil || !d.done && d.finish == "" && !d.content {
		return nil, wire.Cut()
	}
	return d.end(), nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
