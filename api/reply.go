// This file owns the sum of a stream. It reads no clock: every event is handed
// in with the time of its arrival.

package api

import (
	"cmp"
	"strings"
	"time"
)

// Reply is an answer as far as it has arrived: the sum of the events of one
// stream. The zero value is an answer of which nothing has arrived.
//
// It is what the recorder stores, the screen shows and the print mode prints,
// so that the three can't disagree.
type Reply struct {
	Answer    strings.Builder
	Reasoning strings.Builder
	ToolCalls []ToolCall
	Citations []Citation
	Files     []File
	Opaque    []Opaque
	Notices   []string

	Model       string // as the service names it
	Protocol    Protocol
	InferenceID string
	Usage       Usage
	Cost        Cost
	Finish      FinishReason // "" while it arrives
	Err         *Error       // why it ended early
	Timing      Timing

	arguments []*strings.Builder // of ToolCalls, which come in many pieces

	sent     time.Time
	firstAt  time.Time // of the first piece of any kind
	answerAt time.Time // of the first piece of the answer
}

// Timing says how long the parts of an answer took. Zero means: not yet.
type Timing struct {
	FirstToken time.Duration // from sending to the first piece of thought or answer
	Thinking   time.Duration // from the first piece of thought to the first of the answer
	Total      time.Duration // from sending to the end
}

// NewReply returns the empty answer to a request sent at the given time.
func NewReply(sent time.Time) *Reply { return &Reply{sent: sent} }

// Sent is when the request left.
func (r *Reply) Sent() time.Time { return r.sent }

// Add takes in one event that arrived at the given time.
func (r *Reply) Add(ev Event, at time.Time) {
	switch ev := ev.(type) {
	case Start:
		r.Model, r.InferenceID = cmp.Or(ev.Model, r.Model), cmp.Or(ev.InferenceID, r.InferenceID)
		r.Protocol = cmp.Or(ev.Protocol, r.Protocol)
	case Reasoning:
		r.Reasoning.WriteString(ev.Text)
		r.arrived(at)
	case Answer:
		if r.answerAt.IsZero() {
			r.answerAt = at
		}
		r.Answer.WriteString(ev.Text)
		r.arrived(at)
	case ToolCallDelta:
		r.addToolCall(ev)
		r.arrived(at)
	case Cited:
		r.Citations = append(r.Citations, ev.Citation)
	case Attached:
		r.Files = append(r.Files, ev.File)
		r.arrived(at)
	case Sealed:
		r.Opaque = append(r.Opaque, ev.Opaque)
	case Notice:
		r.Notices = append(r.Notices, ev.Text)
	case Metered:
		r.Usage.Merge(ev.Usage)
		r.Cost.Merge(ev.Cost)
		r.Model = cmp.Or(ev.Model, r.Model)
	case Retry: // what the failed attempt said of itself goes with it
		r.Opaque, r.Usage, r.Cost = nil, Usage{}, Cost{}
		r.Model, r.InferenceID = "", ""
	case Finish:
		r.Finish = ev.Reason
		r.end(at)
	}
}

// Fail ends the answer early, for the given reason, keeping what arrived.
func (r *Reply) Fail(err *Error, at time.Time) {
	r.Finish = FinishError
	if err.Kind == ErrCanceled {
		r.Finish = FinishStopped
	} else {
		r.Err = err
	}
	r.end(at)
}

// Empty reports whether nothing has arrived that a person could read.
func (r *Reply) Empty() bool {
	return r.Answer.Len() == 0 && r.Reasoning.Len() == 0 && len(r.ToolCalls) == 0 && len(r.Files) == 0
}

// Message returns what arrived as a message of the given model.
func (r *Reply) Message(model string) Message {
	m := Message{Role: Assistant, Model: model}
	if r.Reasoning.Len() > 0 {
		m.Parts = append(m.Parts, Part{Kind: ReasoningPart, Text: r.Reasoning.String()})
	}
	if r.Answer.Len() > 0 {
		m.Parts = append(m.Parts, Part{Kind: TextPart, Text: r.Answer.String()})
	}
	for i := range r.ToolCalls {
		m.Parts = append(m.Parts, Part{Kind: ToolCallPart, Tool: &r.ToolCalls[i]})
	}
	for i := range r.Files {
		m.Parts = append(m.Parts, Part{Kind: FilePart, File: &r.Files[i]})
	}
	for i := range r.Opaque {
		m.Parts = append(m.Parts, Part{Kind: OpaquePart, Opaque: &r.Opaque[i]})
	}
	return m
}

func (r *Reply) arrived(at time.Time) {
	if r.firstAt.IsZero() {
		r.firstAt = at
		r.Timing.FirstToken = at.Sub(r.sent)
	}
	if r.Reasoning.Len() > 0 {
		until := at
		if !r.answerAt.IsZero() {
			until = r.answerAt
		}
		r.Timing.Thinking = until.Sub(r.firstAt)
	}
}

func (r *Reply) end(at time.Time) { r.Timing.Total = at.Sub(r.sent) }

// maxToolCalls bounds what a hostile index can make us allocate.
const maxToolCalls = 256

func (r *Reply) addToolCall(d ToolCallDelta) {
	if d.Index < 0 || d.Index >= maxToolCalls {
		return
	}
	for len(r.ToolCalls) <= d.Index {
		r.ToolCalls = append(r.ToolCalls, ToolCall{})
		r.arguments = append(r.arguments, &strings.Builder{})
	}
	c := &r.ToolCalls[d.Index]
	c.ID, c.Name = cmp.Or(d.ID, c.ID), cmp.Or(d.Name, c.Name)
	r.arguments[d.Index].WriteString(d.Arguments)
	c.Arguments = r.arguments[d.Index].String() // without a copy
}
