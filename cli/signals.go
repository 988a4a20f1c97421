// This file turns signals into a cancelled context, whose cause remembers
// which one it was. It ends nothing itself: whoever runs sees the context,
// saves what arrived, and returns.

package cli

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// oneBreath is how long the same wish may be repeated: timeout(1) signals the
// process and then its group, and a terminal and a wrapper may both speak.
const oneBreath = 500 * time.Millisecond

// heldKey is under what a context knows for how many programs an interrupt is
// meant that this one gets, too: an *atomic.Int32.
type heldKey struct{}

// WithSignals returns a context that is cancelled by the first SIGINT,
// SIGTERM or SIGHUP. A later one, not of the same breath, kills the process, as
// it would have without us. A write to a closed pipe becomes an ordinary error.
func WithSignals(parent context.Context) (ctx context.Context, stop func()) {
	held := new(atomic.Int32)
	ctx, cancel := context.WithCancelCause(context.WithValue(parent, heldKey{}, held))
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // else nohup asked us to stay
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case s := <-signals:
				if s == os.Interrupt && held.Load() > 0 {
					continue
				}
				cancel(signalError{s})
				time.Sleep(oneBreath)
			case <-ctx.Done():
			}
			return
		}
	}()
	return ctx, func() { cancel(nil) }
}

// leaveInterrupts leaves ctrl+c to a program that the terminal is lent to: it
// goes to all that run there, and ends one that is asked something, not the chat
// that waits for it. It does so until a moment after release is called.
func leaveInterrupts(ctx context.Context) (release func()) {
	held, ok := ctx.Value(heldKey{}).(*atomic.Int32)
	if !ok {
		return func() {}
	}
	held.Add(1)
	return func() { time.AfterFunc(oneBreath, func() { held.Add(-1) }) }
}
