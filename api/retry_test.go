package api

import (
	"context"
	"errors"
	"iter"
	"slices"
	"syscall"
	"testing"
	"time"
)

// script is what successive attempts yield; the last one repeats.
type script [][]any // of Event and *Error

func (s script) run(ctx context.Context, policy RetryPolicy) (events []Event, waits []time.Duration, err *Error) {
	if policy.Wait == nil {
		policy.Wait = func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			return ctx.Err()
		}
	}
	n := 0
	attempt := func() iter.Seq2[Event, error] {
		items := s[min(n, len(s)-1)]
		n++
		return func(yield func(Event, error) bool) {
			for _, item := range items {
				ev, _ := item.(Event)
				failure, _ := item.(*Error)
				if failure != nil {
					yield(nil, failure)
					return
				}
				if !yield(ev, nil) {
					return
				}
			}
		}
	}
	for ev, e := range Retrying(ctx, policy, attempt) {
		if e != nil {
			return events, waits, AsError(e)
		}
		events = append(events, ev)
	}
	return events, waits, nil
}

func failure(kind ErrorKind) *Error {
	return &Error{Kind: kind, Retryable: true, Message: string(kind)}
}

func TestRetrying(t *testing.T) {
	refusedConn := failure(ErrConnect)
	refusedConn.Err = syscall.ECONNREFUSED
	auth := &Error{Kind: ErrAuth}
	ok := []any{Start{}, Answer{"a"}, Finish{FinishStop}}
	for _, tt := range []struct {
		name    string
		script  script
		retries int
		err     ErrorKind
	}{
		{"no failure", script{ok}, 0, ""},
		{"429 thrice", script{{failure(ErrRateLimit)}, {failure(ErrRateLimit)}, {failure(ErrRateLimit)}, ok}, 3, ""},
		{"429 for ever", script{{failure(ErrRateLimit)}}, 3, ErrRateLimit},
		{"refused for ever", script{{refusedConn}}, 3, ErrConnect},
		{"no such host", script{{failure(ErrConnect)}}, 0, ErrConnect},
		{"5xx once", script{{failure(ErrServer)}, ok}, 1, ""},
		{"5xx for ever", script{{failure(ErrServer)}}, 1, ErrServer},
		{"early drop", script{{Start{}, failure(ErrCut)}, ok}, 1, ""},
		{"drop, then 5xx", script{{failure(ErrCut)}, {failure(ErrServer)}, ok}, 1, ErrServer},
		{"429, then 5xx", script{{failure(ErrRateLimit)}, {failure(ErrServer)}, ok}, 2, ""},
		{"5xx, then 429 for ever", script{{failure(ErrServer)}, {failure(ErrRateLimit)}}, 3, ErrRateLimit},
		{"figures are no content", script{{Metered{}, failure(ErrCut)}, ok}, 1, ""},
		{"after an answer", script{{Answer{"a"}, failure(ErrCut)}, ok}, 0, ErrCut},
		{"after a thought", script{{Reasoning{"a"}, failure(ErrRateLimit)}, ok}, 0, ErrRateLimit},
		{"after a tool call", script{{ToolCallDelta{}, failure(ErrServer)}, ok}, 0, ErrServer},
		{"after a source", script{{Cited{}, failure(ErrServer)}, ok}, 0, ErrServer},
		{"after a file", script{{Attached{}, failure(ErrServer)}, ok}, 0, ErrServer},
		{"after what goes back", script{{Sealed{}, failure(ErrCut)}, ok}, 0, ErrCut},
		{"notices are no content", script{{Notice{"a"}, failure(ErrCut)}, ok}, 1, ""},
		{"broken answer", script{{failure(ErrBadResponse)}, ok}, 0, ErrBadResponse},
		{"timeout", script{{failure(ErrTimeout)}, ok}, 0, ErrTimeout},
		{"no key", script{{auth}, ok}, 0, ErrAuth},
		{"not retryable", script{{&Error{Kind: ErrRateLimit}}, ok}, 0, ErrRateLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events, waits, err := tt.script.run(t.Context(), RetryPolicy{})
			var kind ErrorKind
			if err != nil {
				kind = err.Kind
			}
			retries := 0
			for _, ev := range events {
				if r, ok := ev.(Retry); ok {
					retries++
					if r.Attempt != retries+1 || r.Err == nil {
						t.Errorf("got %+v as retry %d", r, retries)
					}
				}
			}
			if retries != tt.retries || len(waits) != retries || kind != tt.err {
				t.Errorf("got %d retries, %d waits, error %q", retries, len(waits), kind)
			}
		})
	}
}

func TestRetryingWaits(t *testing.T) {
	always := script{{failure(ErrRateLimit)}}
	_, waits, _ := always.run(t.Context(), RetryPolicy{Attempts: 8, Jitter: func() float64 { return 0.5 }})
	want := []time.Duration{500, 1000, 2000, 4000, 8000, 10000, 10000, 10000}
	for i := range want {
		want[i] *= time.Millisecond
	}
	if !slices.Equal(waits, want) {
		t.Errorf("got %v, want %v", waits, want)
	}
	_, waits, _ = always.run(t.Context(), RetryPolicy{})
	for i, d := range waits {
		if longest := backoffBase << i; d < 0 || d >= longest {
			t.Errorf("wait %d is %v", i, d)
		}
	}
	if _, waits, _ = always.run(t.Context(), RetryPolicy{Attempts: -1}); len(waits) != 0 {
		t.Errorf("waited %v", waits)
	}
}

func TestRetryingHonoursRetryAfter(t *testing.T) {
	soon, late := failure(ErrRateLimit), failure(ErrRateLimit)
	soon.RetryAfter, late.RetryAfter = 30*time.Second, 61*time.Second
	if _, waits, _ := (script{{soon}, {Finish{}}}).run(t.Context(), RetryPolicy{}); !slices.Equal(waits, []time.Duration{30 * time.Second}) {
		t.Errorf("waited %v", waits)
	}
	_, waits, err := script{{late}}.run(t.Context(), RetryPolicy{})
	if len(waits) != 0 || err == nil || err.Hint != "the service asks to wait 1m1s; try again after that" {
		t.Errorf("waited %v, %+v", waits, err)
	}
}

func TestRetryingSaysWhatMayBeBilled(t *testing.T) {
	refusedConn := failure(ErrConnect)
	refusedConn.Err = syscall.ECONNREFUSED
	for _, tt := range []struct {
		name   string
		script script
		want   []string // notices, behind the retry that they belong to
	}{
		{"5xx", script{{failure(ErrServer)}, {Finish{}}}, []string{"the first attempt failed and may have been billed"}},
		{"drop", script{{Start{}, failure(ErrCut)}, {Finish{}}}, []string{"the first attempt failed and may have been billed"}},
		{"429, then 5xx", script{{failure(ErrRateLimit)}, {failure(ErrServer)}, {Finish{}}}, []string{"", "attempt 2 failed and may have been billed"}},
		{"429", script{{failure(ErrRateLimit)}, {Finish{}}}, []string{""}},
		{"refused", script{{refusedConn}, {Finish{}}}, []string{""}},
	} {
		events, _, err := tt.script.run(t.Context(), RetryPolicy{})
		var got []string
		for i, ev := range events {
			if r, ok := ev.(Retry); ok {
				notice, _ := events[i+1].(Notice)
				got = append(got, notice.Text)
				if says := r.Err.Hint == "trying again; the failed attempt may have been billed"; says != (notice.Text != "") {
					t.Errorf("%s: got hint %q", tt.name, r.Err.Hint)
				}
			}
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v", tt.name, got, err)
		}
	}
}

// TestRetryingKeepsTheNotice: the reply of a retry that succeeded still says it.
func TestRetryingKeepsTheNotice(t *testing.T) {
	events, _, _ := script{{failure(ErrServer)}, {Start{}, Answer{"a"}, Finish{FinishStop}}}.run(t.Context(), RetryPolicy{})
	reply := NewReply(time.Time{})
	for _, ev := range events {
		reply.Add(ev, time.Time{})
	}
	if reply.Finish != FinishStop || !slices.Equal(reply.Notices, []string{"the first attempt failed and may have been billed"}) {
		t.Errorf("got %q, %q", reply.Finish, reply.Notices)
	}
}

func TestRetryingRepeatsNoNotice(t *testing.T) {
	events, _, _ := script{
		{Notice{"no effort"}, failure(ErrRateLimit)},
		{Notice{"no effort"}, Notice{"no web"}, Finish{}},
	}.run(t.Context(), RetryPolicy{})
	var got []string
	for _, ev := range events {
		if n, ok := ev.(Notice); ok {
			got = append(got, n.Text)
		}
	}
	if !slices.Equal(got, []string{"no effort", "no web"}) {
		t.Errorf("got %q", got)
	}
}

func TestRetryingStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	wait := func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}
	if _, _, err := (script{{failure(ErrRateLimit)}}).run(ctx, RetryPolicy{Wait: wait}); err == nil || err.Kind != ErrCanceled {
		t.Errorf("got %+v", err)
	}
	if events, _, err := (script{{Finish{}}}).run(ctx, RetryPolicy{}); err == nil || err.Kind != ErrCanceled || len(events) > 0 {
		t.Errorf("began although cancelled: %v, %+v", events, err)
	}
	// The real clock, too, gives way.
	if err := (RetryPolicy{}).wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := (RetryPolicy{}).wait(t.Context(), 1); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestRetryingStopsWithItsConsumer(t *testing.T) {
	attempts := 0
	attempt := func() iter.Seq2[Event, error] {
		attempts++
		return func(yield func(Event, error) bool) { yield(nil, failure(ErrRateLimit)) }
	}
	for range Retrying(t.Context(), RetryPolicy{}, attempt) {
		break
	}
	if attempts != 1 {
		t.Errorf("%d attempts", attempts)
	}
}

func TestContextError(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if e := ContextError(ctx); e.Kind != ErrTimeout {
		t.Errorf("got %+v", e)
	}
}
