package api

// This file owns how long a service may be silent. It refuses to count the time
// in which nobody asks for the next event.

import (
	"context"
	"io"
	"math"
	"sync/atomic"
	"time"
)

// Timeouts limit how long a service may take. Zero means the default.
type Timeouts struct {
	Connect    time.Duration // to a connection, TLS included; 10 s
	FirstToken time.Duration // of silence before the first content; 300 s: some models think in silence
	Idle       time.Duration // of silence after it; 90 s
}

// WithDefaults fills in what is zero.
func (t Timeouts) WithDefaults() Timeouts {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Connect, 10 * time.Second},
		{&t.FirstToken, 300 * time.Second},
		{&t.Idle, 90 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return t
}

// Watchdog cancels a request whose service falls silent. Any byte is a sign of
// life: a comment, a ping, an empty delta. Whoever sends them still works, and
// some models think for minutes behind nothing else; how long that is worth
// waiting for is for the person to say, who can always stop. One goroutine uses
// it.
type Watchdog struct {
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	limit   time.Duration
	silence atomic.Pointer[Error] // the cause with which the timer cancels
}

// Watch returns a watchdog, which must be stopped, and the context that it
// cancels, with silence as the cause.
func Watch(ctx context.Context, limit time.Duration, silence *Error) (context.Context, *Watchdog) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &Watchdog{cancel: cancel}
	w.timer = time.AfterFunc(math.MaxInt64, func() { cancel(w.silence.Load()) })
	w.timer.Stop()
	w.Limit(limit, silence)
	return ctx, w
}

// Limit sets how long the service may be silent from now on, and what its
// silence then means.
func (w *Watchdog) Limit(limit time.Duration, silence *Error) {
	w.limit = limit
	w.silence.Store(silence)
}

// Guard runs what waits for the service, against the clock.
func (w *Watchdog) Guard(wait func()) {
	w.timer.Reset(w.limit)
	defer w.timer.Stop()
	wait()
}

// Reader returns r with every read guarded.
func (w *Watchdog) Reader(r io.Reader) io.Reader { return &guardedReader{w, r} }

// Stop cancels the context and frees what the watchdog holds.
func (w *Watchdog) Stop() {
	w.timer.Stop()
	w.cancel(nil)
}

type guardedReader struct {
	w *Watchdog
	r io.Reader
}

func (g *guardedReader) Read(p []byte) (int, error) {
	g.w.timer.Reset(g.w.limit)
	defer g.w.timer.Stop()
	return g.r.Read(p)
}
