package api

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func ptr[T any](v T) *T { return &v }

// clock is when a test asks, and some seconds later.
func clock(seconds int) time.Time {
	return time.Date(2025, 11, 22, 3, 0, seconds, 0, time.UTC)
}

func TestReplyAddsUp(t *testing.T) {
	r := NewReply(clock(0))
	if !r.Empty() || r.Sent() != clock(0) {
		t.Error("a new reply is not empty")
	}
	for i, ev := range []Event{
		Start{Model: "asked", InferenceID: "i-1"},
		Reasoning{"Hm, "},
		Reasoning{"so."},
		Answer{"Yes"},
		Answer{"!"},
		Cited{Citation{"T", "https://t.example"}},
		ToolCallDelta{0, ToolCall{ID: "c", Name: "f", Arguments: "{"}},
		ToolCallDelta{0, ToolCall{Arguments: "}"}},
		Metered{Usage: Usage{Prompt: ptr(int64(3)), Total: ptr(int64(9))}, Model: "answered"},
		Metered{Cost: Cost{USD: ptr(0.5), Source: Billed}},
		Finish{FinishStop},
	} {
		r.Add(ev, clock(i+1))
	}
	if r.Reasoning.String() != "Hm, so." || r.Answer.String() != "Yes!" || r.Model != "answered" || r.InferenceID != "i-1" {
		t.Errorf("got %q, %q, %q, %q", r.Reasoning.String(), r.Answer.String(), r.Model, r.InferenceID)
	}
	if len(r.ToolCalls) != 1 || r.ToolCalls[0] != (ToolCall{"c", "f", "{}"}) || len(r.Citations) != 1 {
		t.Errorf("got %v, %v", r.ToolCalls, r.Citations)
	}
	if *r.Usage.Prompt != 3 || *r.Usage.Total != 9 || *r.Cost.USD != 0.5 || r.Cost.Source != Billed {
		t.Errorf("got %+v, %+v", r.Usage, r.Cost)
	}
	want := Timing{FirstToken: 2 * time.Second, Thinking: 2 * time.Second, Total: 11 * time.Second}
	if r.Timing != want || r.Finish != FinishStop {
		t.Errorf("got %+v, %s", r.Timing, r.Finish)
	}

	m := r.Message("asked")
	if m.Role != Assistant || m.Model != "asked" || m.Reasoning() != "Hm, so." || m.Content() != "Yes!" || len(m.Parts) != 3 {
		t.Errorf("got %+v", m)
	}
}

func TestReplyFigures(t *testing.T) {
	var r Reply
	r.Add(Metered{Usage: Usage{Prompt: ptr(int64(3)), Completion: ptr(int64(4))}, Cost: Cost{USD: ptr(1.0), Source: Estimated}}, clock(0))
	r.Add(Metered{Usage: Usage{Completion: ptr(int64(5))}}, clock(1))
	if *r.Usage.Prompt != 3 || *r.Usage.Completion != 5 || *r.Cost.USD != 1 || r.Cost.Source != Estimated {
		t.Errorf("a later nil erased a figure: %+v, %+v", r.Usage, r.Cost)
	}
}

// TestReplyForgetsAFailedAttempt: its figures are not those of the answer.
func TestReplyForgetsAFailedAttempt(t *testing.T) {
	var r Reply
	for _, ev := range []Event{
		Start{Model: "first", InferenceID: "i-1", Protocol: Chat},
		Metered{Usage: Usage{Prompt: ptr(int64(3)), Cached: ptr(int64(2))}, Cost: Cost{USD: ptr(1.0), Source: Billed}, Model: "first-0613"},
		Notice{"the first attempt failed"},
		Retry{Attempt: 2},
		Start{Protocol: Chat},
		Metered{Usage: Usage{Prompt: ptr(int64(4))}},
	} {
		r.Add(ev, clock(0))
	}
	if *r.Usage.Prompt != 4 || r.Usage.Cached != nil || r.Cost != (Cost{}) || r.Model != "" || r.InferenceID != "" || len(r.Notices) != 1 {
		t.Errorf("got %+v, %+v, model %q, id %q, notices %q", r.Usage, r.Cost, r.Model, r.InferenceID, r.Notices)
	}
}

func TestReplyTiming(t *testing.T) {
	answerOnly := NewReply(clock(0))
	answerOnly.Add(Answer{"a"}, clock(3))
	if answerOnly.Timing != (Timing{FirstToken: 3 * time.Second}) {
		t.Errorf("got %+v", answerOnly.Timing)
	}
	thoughtOnly := NewReply(clock(0))
	thoughtOnly.Add(Reasoning{"a"}, clock(1))
	thoughtOnly.Add(Reasoning{"b"}, clock(5))
	thoughtOnly.Fail(&Error{Kind: ErrCut}, clock(6))
	if thoughtOnly.Timing != (Timing{FirstToken: time.Second, Thinking: 4 * time.Second, Total: 6 * time.Second}) {
		t.Errorf("got %+v", thoughtOnly.Timing)
	}
	late := NewReply(clock(0)) // thought that goes on beside the answer is not counted
	late.Add(Reasoning{"a"}, clock(1))
	late.Add(Answer{"b"}, clock(2))
	late.Add(Reasoning{"c"}, clock(9))
	if late.Timing.Thinking != time.Second {
		t.Errorf("got %+v", late.Timing)
	}
}

func TestReplyFails(t *testing.T) {
	cut := NewReply(clock(0))
	cut.Add(Answer{"half"}, clock(1))
	cut.Fail(&Error{Kind: ErrCut, Message: "cut"}, clock(2))
	if cut.Finish != FinishError || cut.Err == nil || cut.Answer.String() != "half" {
		t.Errorf("got %s, %v, %q", cut.Finish, cut.Err, cut.Answer.String())
	}
	stopped := NewReply(clock(0))
	stopped.Fail(&Error{Kind: ErrCanceled}, clock(2))
	if stopped.Finish != FinishStopped || stopped.Err != nil || stopped.Timing.Total != 2*time.Second {
		t.Errorf("got %s, %v", stopped.Finish, stopped.Err)
	}
}

// TestReplyIsLinear: a file that a model writes by a tool comes in as many pieces
// as an answer.
func TestReplyIsLinear(t *testing.T) {
	var r Reply
	pieces := testing.AllocsPerRun(1, func() {
		r = Reply{}
		for range 10_000 {
			r.Add(ToolCallDelta{Index: 1, ToolCall: ToolCall{Arguments: "0123456789"}}, clock(0))
		}
	})
	if pieces > 10_000+100 || len(r.ToolCalls[1].Arguments) != 100_000 {
		t.Errorf("%.0f allocations for %d bytes", pieces, len(r.ToolCalls[1].Arguments))
	}
}

func TestReplyBoundsToolCalls(t *testing.T) {
	var r Reply
	r.Add(ToolCallDelta{Index: 1 << 30}, clock(0))
	r.Add(ToolCallDelta{Index: -1}, clock(0))
	if len(r.ToolCalls) != 0 {
		t.Errorf("%d tool calls", len(r.ToolCalls))
	}
	r.Add(ToolCallDelta{Index: 2}, clock(0))
	if len(r.ToolCalls) != 3 || r.Empty() {
		t.Errorf("%d tool calls", len(r.ToolCalls))
	}
}

func TestAsError(t *testing.T) {
	if AsError(nil) != nil {
		t.Error("an error of nothing")
	}
	e := &Error{Kind: ErrAuth, Message: "no key"}
	if AsError(fmt.Errorf("asking: %w", e)) != e {
		t.Error("the error inside is lost")
	}
	odd := errors.New("odd")
	if got := AsError(odd); got.Kind != ErrInternal || got.Error() != "odd" || !errors.Is(got, odd) {
		t.Errorf("got %+v", got)
	}
}
