package api

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestAsErrorOfStrangers(t *testing.T) {
	if AsError(nil) != nil {
		t.Error("nil became an error")
	}
	e := &Error{Kind: ErrAuth, Message: "no"}
	if got := AsError(fmt.Errorf("asking: %w", e)); got != e {
		t.Errorf("got %+v", got)
	}
	foreign := errors.Join(errors.New("one"), errors.New("two \x1b[31m with sk-proj-0123456789abcdef"))
	got := AsError(foreign)
	if got.Kind != ErrInternal || got.Message != "one two [31m with …" || !errors.Is(got, foreign) {
		t.Errorf("got %+v", got)
	}
}

func TestFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if got := Failure(ctx, context.Canceled); got.Kind != ErrInternal {
		t.Errorf("before the person stopped: %+v", got)
	}
	cancel()
	if got := Failure(ctx, fmt.Errorf("reading: %w", context.Canceled)); got.Kind != ErrCanceled {
		t.Errorf("got %+v", got)
	}
	if got := Failure(ctx, &Error{Kind: ErrCut}); got.Kind != ErrCut {
		t.Errorf("got %+v", got)
	}
}
