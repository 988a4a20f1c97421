package api

// This file owns the decision to ask again. It refuses to do so once anything
// of an answer has been shown: what a person has read is never taken back.

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// RetryPolicy says how often and when a failed request is repeated. The zero
// value is the policy of aimlchat; tests replace its clock and its chance.
type RetryPolicy struct {
	Attempts int // after the first; 0 means 3, negative none

	// Wait waits, or returns early with ctx's error. Nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error

	// Jitter returns a number in [0,1). Nil draws one at random.
	Jitter func() float64
}

const (
	defaultRetries = 3
	billedRetries  = 1                // of attempts that may have cost money
	backoffBase    = time.Second      // the longest first wait; it doubles
	backoffCap     = 20 * time.Second // and stops here
	maxRetryAfter  = 60 * time.Second // beyond it a person decides
)

// Retrying runs attempt, and runs it again when it fails before the first
// content: three times after a 429 or a refused connection, once after a 5xx or
// a drop, which may have been billed, as a [Notice] then says for good. A
// [Retry] announces each. The waits grow, with full jitter; a Retry-After is
// honoured, and fails at once when it asks for more than a minute. Cancelling
// ctx ends the sequence, also while it waits.
//
// Content is what a person may have read, and what will be sent back ([Sealed]):
// all but [Start], [Metered] and [Notice]. A notice that attempts repeat is
// passed on once.
func Retrying(ctx context.Context, policy RetryPolicy, attempt func() iter.Seq2[Event, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		r := retrier{policy: policy}
		for {
			if err := ctx.Err(); err != nil {
				yield(nil, ContextError(ctx))
				return
			}
			failure, done := r.run(attempt, yield)
			if done {
				return
			}
			wait, again := r.again(failure)
			if !again {
				yield(nil, failure)
				return
			}
			if !r.announce(Retry{Attempt: r.retries + 1, After: wait, Err: failure}, yield) {
				return
			}
			if policy.wait(ctx, wait) != nil {
				yield(nil, ContextError(ctx))
				return
			}
		}
	}
}

type retrier struct {
	policy  RetryPolicy
	retries int
	billed  int
	content bool
	notices []string // that were passed on
}

// run passes one attempt through. It is done unless the attempt failed.
func (r *retrier) run(attempt func() iter.Seq2[Event, error], yield func(Event, error) bool) (failure *Error, done bool) {
	for ev, err := range attempt() {
		if err != nil {
			return AsError(err), false
		}
		if !r.fresh(ev) {
			continue
		}
		if !yield(ev, nil) {
			return nil, true
		}
	}
	return nil, true
}

// fresh takes note of an event and reports whether it is to be passed on.
func (r *retrier) fresh(ev Event) bool {
	switch ev := ev.(type) {
	case Start, Metered, Retry, Finish:
	case Notice:
		if slices.Contains(r.notices, ev.Text) {
			return false
		}
		r.notices = append(r.notices, ev.Text)
	default:
		r.content = true
	}
	return true
}

// announce says that another attempt follows, and what the last one may have
// cost.
func (r *retrier) announce(retry Retry, yield func(Event, error) bool) bool {
	if !yield(retry, nil) {
		return false
	}
	if !mayBeBilled(retry.Err) {
		return true
	}
	which := "the first attempt"
	if retry.Attempt > 2 {
		which = "attempt " + strconv.Itoa(retry.Attempt-1)
	}
	return yield(Notice{Text: which + " failed and may have been billed"}, nil)
}

// mayBeBilled reports whether a service may have worked before it failed.
func mayBeBilled(e *Error) bool { return e.Kind == ErrServer || e.Kind == ErrCut }

// again decides whether another attempt follows, and counts it.
func (r *retrier) again(e *Error) (time.Duration, bool) {
	limit := r.policy.Attempts
	if limit == 0 {
		limit = defaultRetries
	}
	if r.content || !e.Retryable || r.retries >= limit {
		return 0, false
	}
	if e.RetryAfter > maxRetryAfter {
		e.Hint = "the service asks to wait " + e.RetryAfter.Round(time.Second).String() + "; try again after that"
		return 0, false
	}
	switch {
	case e.Kind == ErrRateLimit, e.Kind == ErrConnect && refused(e.Err):
	case mayBeBilled(e):
		if r.billed++; r.billed > billedRetries {
			return 0, false
		}
		e.Hint = "trying again; the failed attempt may have been billed"
	default:
		return 0, false
	}
	r.retries++
	return max(r.policy.backoff(r.retries), e.RetryAfter), true
}

// backoff is the wait before the n-th retry.
func (p RetryPolicy) backoff(n int) time.Duration {
	jitter := p.Jitter
	if jitter == nil {
		jitter = rand.Float64
	}
	longest := min(backoffBase<<(n-1), backoffCap)
	return time.Duration(jitter() * float64(longest))
}

func (p RetryPolicy) wait(ctx context.Context, d time.Duration) error {
	if p.Wait != nil {
		return p.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ContextError says as an *Error why ctx has ended: [ErrCanceled], or
// [ErrTimeout] when its deadline passed.
func ContextError(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{
			Kind: ErrTimeout, Retryable: true, Err: context.DeadlineExceeded,
			Message: "the time for this request is over", Hint: "try again",
		}
	}
	return &Error{Kind: ErrCanceled, Message: "stopped", Err: context.Canceled}
}
