package api

import (
	"context"
	"errors"
	"io"
	"os"
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

// TestWatchdogTakesAnyByteForLife: what keeps a connection alive is enough,
// before and after the first content, however long it lasts.
func TestWatchdogTakesAnyByteForLife(t *testing.T) {
	const pieces = 50
	for name, life := range map[string]string{
		"comment":      ": still thinking\n\n",
		"ping":         "event: ping\ndata: {}\n\n",
		"empty delta":  "data: {\"choices\":[{\"delta\":{}}]}\n\n",
		"a blank line": "\n",
		"half a line":  "da",
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, dog := Watch(t.Context(), 300*time.Second, &Error{Message: "first_token"})
			defer dog.Stop()
			body, service := io.Pipe()
			stop := context.AfterFunc(ctx, func() { service.CloseWithError(context.Cause(ctx)) })
			defer stop()
			go func() {
				for range pieces {
					time.Sleep(299 * time.Second)
					io.WriteString(service, life)
				}
			}()
			began := time.Now()
			_, err := io.Copy(io.Discard, dog.Reader(body))
			if e := AsError(err); e == nil || e.Message != "first_token" {
				t.Errorf("%s: got %v", name, err)
			}
			if took := time.Since(began); took != (pieces*299+300)*time.Second {
				t.Errorf("%s: patient for %v", name, took)
			}
		})
	}
}

// TestWatchdogIdleCountsOnlyAfterContent is the order in which a wire uses it.
func TestWatchdogIdleCountsOnlyAfterContent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := Timeouts{}.WithDefaults()
		ctx, dog := Watch(t.Context(), limits.FirstToken, &Error{Message: "first_token"})
		defer dog.Stop()
		wait := func(d time.Duration) {
			dog.Guard(func() {
				select {
				case <-time.After(d):
				case <-ctx.Done():
				}
			})
		}
		wait(299 * time.Second)
		dog.Limit(limits.Idle, &Error{Message: "idle"})
		wait(89 * time.Second)
		if ctx.Err() != nil {
			t.Fatalf("too soon: %v", context.Cause(ctx))
		}
		wait(91 * time.Second)
		if e := AsError(context.Cause(ctx)); e == nil || e.Message != "idle" {
			t.Errorf("got %v", e)
		}
	})
}

func TestConnectTimeoutNamesItsSetting(t *testing.T) {
	e := service.DialError(os.ErrDeadlineExceeded, Timeouts{}.WithDefaults().Connect)
	if e.Message != "no connection to api.example.com within 10s" || !strings.Contains(e.Hint, "timeouts.connect") {
		t.Errorf("got %q, %q", e.Message, e.Hint)
	}
}
