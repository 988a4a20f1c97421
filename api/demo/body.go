package demo

// body.go owns the body of a stream: it makes each event when it is read, and
// not before its time. It has no goroutine: whoever reads, waits.

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// body is the body of a streamed answer. One goroutine may read while another
// closes.
type body struct {
	ctx    context.Context //nolint:containedctx // the request's: it ends the body, as in net/http
	answer *answer
	speed  float64

	next   int       // the event to make: the opening, the pieces, the closing
	due    time.Time // of the last event made
	unread []byte

	closed chan struct{}
	close  sync.Once
}

func newBody(ctx context.Context, a *answer, speed float64) *body {
	return &body{ctx: ctx, answer: a, speed: speed, closed: make(chan struct{})}
}

// Read waits for the next event if none is left unread. Without a pace it reads
// as many as there is room for.
func (b *body) Read(p []byte) (int, error) {
	if err := b.over(); err != nil {
		return 0, err
	}
	n := 0
	for n < len(p) {
		if len(b.unread) == 0 {
			if b.next > len(b.answer.pieces)+1 {
				break
			}
			if err := b.makeNext(); err != nil {
				return n, err
			}
		}
		taken := copy(p[n:], b.unread)
		n, b.unread = n+taken, b.unread[taken:]
		if b.speed > 0 && len(b.unread) == 0 && n > 0 {
			break
		}
	}
	if n == 0 && len(p) > 0 {
		return 0, b.ended()
	}
	return n, nil
}

// Close ends the body, and a Read that waits.
func (b *body) Close() error {
	b.close.Do(func() { close(b.closed) })
	return nil
}

func (b *body) makeNext() error {
	i := b.next - 1
	switch {
	case i < 0:
		b.unread = b.answer.opening()
	case i == len(b.answer.pieces):
		b.unread = b.answer.closing()
	default:
		p := b.answer.pieces[i]
		if err := b.wait(p.after); err != nil {
			return err
		}
		b.unread = b.answer.frame(p)
	}
	b.next++
	return nil
}

// wait sleeps until an event is due. Events are due at a time, not after the
// one before is read: to a reader that was away they come at once, as from a
// socket.
func (b *body) wait(after time.Duration) error {
	if b.speed <= 0 {
		return b.over()
	}
	if b.due.IsZero() {
		b.due = time.Now()
	}
	b.due = b.due.Add(time.Duration(float64(after) / b.speed))
	timer := time.NewTimer(time.Until(b.due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-b.ctx.Done():
	case <-b.closed:
	}
	return b.over()
}

// over returns why nothing more can be read, or nil.
func (b *body) over() error {
	select {
	case <-b.closed:
		return http.ErrBodyReadAfterClose
	default:
		return b.ctx.Err()
	}
}

// ended is what a reader gets after the last byte.
func (b *body) ended() error {
	if b.answer.end == endsCut {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}
