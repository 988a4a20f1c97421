// This file owns what can happen while an answer arrives, and the figures that
// come with it.

package api

import "time"

// Event is one thing that happened while an answer arrived. It is one of the
// types below, and nothing else; a type switch over them is complete.
type Event interface{ event() }

type (
	// Start says that the service accepted the request. It comes first, and
	// comes again if a retry succeeds.
	Start struct {
		Model       string // as the service names it; "" until it does
		InferenceID string // the service's handle for billing and support; "" if it gives none
		Protocol    Protocol
	}

	// Reasoning is a piece of thought. Never empty.
	Reasoning struct{ Text string }

	// Answer is a piece of the answer. Never empty.
	Answer struct{ Text string }

	// ToolCallDelta is a piece of a tool call. Pieces with the same Index
	// belong together; ID and Name come with the first, Arguments add up.
	ToolCallDelta struct {
		Index int
		ToolCall
	}

	// Cited names a source of the answer.
	Cited struct{ Citation }

	// Attached is a file that the model made. Its Data is there, or its URL.
	Attached struct{ File }

	// Sealed is something to be sent back unread.
	Sealed struct{ Opaque }

	// Notice is a line for the person about how this answer came to be: a wish
	// that the model can't fulfil, a retry that may have been billed.
	Notice struct{ Text string }

	// Metered carries figures. Each replaces the known ones field by field;
	// nil fields leave them as they are.
	Metered struct {
		Usage Usage
		Cost  Cost
		Model string // the model that answered, as late chunks name it; "" leaves it
	}

	// Retry says that an attempt failed before anything arrived and that
	// another follows. Nothing of the failed one need be kept.
	Retry struct {
		Attempt int           // the number of the attempt that follows: 2, 3, …
		After   time.Duration // how long is waited before it
		Err     *Error        // why the last one failed
	}

	// Finish ends an answer that came whole. It comes last.
	Finish struct{ Reason FinishReason }
)

func (Start) event()         {}
func (Reasoning) event()     {}
func (Answer) event()        {}
func (ToolCallDelta) event() {}
func (Cited) event()         {}
func (Attached) event()      {}
func (Sealed) event()        {}
func (Notice) event()        {}
func (Metered) event()       {}
func (Retry) event()         {}
func (Finish) event()        {}

// FinishReason says why a model stopped. Vendors' words that mean one of these
// are mapped to it; others are kept in the vendor's spelling, in lower case.
type FinishReason string

// The reasons that every room knows. The last three are ours: no service sends
// them, they say why an answer ended without its Finish.
const (
	FinishStop        FinishReason = "stop"
	FinishLength      FinishReason = "length"
	FinishTools       FinishReason = "tool_calls"
	FinishFilter      FinishReason = "content_filter"
	FinishStopped     FinishReason = "stopped"     // by the person
	FinishError       FinishReason = "error"       // by an [Error]
	FinishInterrupted FinishReason = "interrupted" // by the death of the program
)

// Usage counts tokens. Nil means unknown; the fields are what the service
// says, never computed from each other, since services disagree on whether
// completion includes reasoning. The JSON is that of `--output json`.
type Usage struct {
	Prompt     *int64 `json:"prompt_tokens"`
	Completion *int64 `json:"completion_tokens"`
	Reasoning  *int64 `json:"reasoning_tokens"`
	Total      *int64 `json:"total_tokens"`
	Cached     *int64 `json:"cached_tokens"`
}

// Merge takes over the figures that u2 knows.
func (u *Usage) Merge(u2 Usage) {
	take(&u.Prompt, u2.Prompt)
	take(&u.Completion, u2.Completion)
	take(&u.Reasoning, u2.Reasoning)
	take(&u.Total, u2.Total)
	take(&u.Cached, u2.Cached)
}

// CostSource says where a [Cost] comes from.
type CostSource string

// The sources of a cost.
const (
	Billed      CostSource = "billed"    // the service said so
	Estimated   CostSource = "estimated" // usage times the catalogue's price
	CostUnknown CostSource = "unknown"
)

// Cost is what an answer cost. Nil means unknown. $1 is 2,000,000 credits of
// AI/ML API. The JSON is that of `--output json`.
type Cost struct {
	USD     *float64   `json:"usd"`
	Credits *float64   `json:"credits"`
	Source  CostSource `json:"source"`
}

// Merge takes over the figures that c2 knows.
func (c *Cost) Merge(c2 Cost) {
	take(&c.USD, c2.USD)
	take(&c.Credits, c2.Credits)
	if c2.Source != "" {
		c.Source = c2.Source
	}
}

func take[T any](old **T, v *T) {
	if v != nil {
		*old = v
	}
}
