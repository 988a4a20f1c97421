// This file turns signals into a cancelled context, whose cause remembers
// which one it was. It ends nothing itself: whoever runs sees the context,
// saves what arrived, and returns.

package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// oneBreath is how long the same wish may be repeated: timeout(1) signals the
// process and then its group, and a terminal and a wrapper may both speak.
const oneBreath = 500 * time.Millisecond

// WithSignals returns a context that is cancelled by the first SIGINT,
// SIGTERM or SIGHUP. A later one, not of the same breath, kills the process, as
// it would have without us. A write to a closed pipe becomes an ordinary error.
func WithSignals(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // else nohup asked us to stay
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		select {
		case s := <-signals:
			cancel(signalError{s})
			time.Sleep(oneBreath)
		case <-ctx.Done():
		}
		signal.Stop(signals)
	}()
	return ctx, func() { cancel(nil) }
}
