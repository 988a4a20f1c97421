package api

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTimeoutsDefaults(t *testing.T) {
	got := Timeouts{Idle: time.Second}.WithDefaults()
	if want := (Timeouts{10 * time.Second, 300 * time.Second, time.Second}); got != want {
		t.Errorf("got %v", got)
	}
}

func TestWatchdogBites(t *testing.T) {
	first, second := &Error{Message: "first"}, &Error{Message: "second"}
	ctx, dog := Watch(t.Context(), time.Hour, first)
	defer dog.Stop()
	if _, err := io.Copy(io.Discard, dog.Reader(strings.NewReader("x"))); err != nil || ctx.Err() != nil {
		t.Fatalf("a read that does not wait: %v, %v", err, ctx.Err())
	}
	dog.Limit(time.Millisecond, second)
	dog.Guard(func() { <-ctx.Done() })
	if cause := context.Cause(ctx); !errors.Is(cause, second) {
		t.Errorf("got %v", cause)
	}
}

func TestWatchdogSleepsBetweenReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, dog := Watch(t.Context(), time.Second, &Error{})
		dog.Guard(func() {})
		time.Sleep(time.Hour)
		if ctx.Err() != nil {
			t.Error("cancelled while nobody waited")
		}
		dog.Stop()
		if !errors.Is(context.Cause(ctx), context.Canceled) {
			t.Errorf("got %v", context.Cause(ctx))
		}
	})
}
