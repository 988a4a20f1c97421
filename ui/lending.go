// This file owns lending the terminal, in the middle of a chat, to something that
// asks the person: what gives out a key may want a passphrase first. It starts
// nothing itself.

package ui

import (
	"context"
	"errors"
	"io"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// A Lender lends the terminal of the chat whose Options have it.
type Lender struct {
	opened chan struct{} // closed when there is a chat
	closed chan struct{} // closed when it is over
	send   func(tea.Msg)
}

// NewLender returns the lender for one chat.
func NewLender() *Lender {
	return &Lender{opened: make(chan struct{}), closed: make(chan struct{})}
}

// errNoChat is what a chat can't lend that is over.
var errNoChat = errors.New("the chat is over")

// Lend takes the screen away, calls use, and draws the screen anew; it waits for
// the first frame, and for whoever has the terminal before. It returns what use
// does. When ctx ends before use was called, it isn't called any more; once it
// was, Lend waits for it. It must not be called by the screen itself.
func (l *Lender) Lend(ctx context.Context, use func(Streams) error) error {
	select {
	case <-l.opened:
	case <-ctx.Done():
		return ctx.Err()
	}
	loan := &loan{use: use, done: make(chan error, 1)}
	go l.send(toldMsg(func(*Model) tea.Cmd {
		if loan.isOff() {
			return nil
		}
		return tea.Exec(loan, func(error) tea.Msg {
			return toldMsg(func(*Model) tea.Cmd { return tea.ClearScreen })
		})
	}))
	err := ctx.Err
	select {
	case done := <-loan.done:
		return done
	case <-ctx.Done():
	case <-l.closed:
		err = func() error { return errNoChat }
	}
	if loan.callOff() {
		return err()
	}
	return <-loan.done
}

// open and close say when there is a chat to lend the terminal of.
func (l *Lender) open(p *tea.Program) {
	if l != nil {
		l.send = p.Send
		close(l.opened)
	}
}

func (l *Lender) close() {
	if l != nil {
		close(l.closed)
	}
}

// loan is one use of the terminal, as Bubble Tea runs it.
type loan struct {
	Streams

	use  func(Streams) error
	done chan error

	mu         sync.Mutex
	begun, off bool
}

// Run returns when the terminal is given back.
func (l *loan) Run() error {
	l.mu.Lock()
	l.begun = !l.off
	l.mu.Unlock()
	if !l.begun {
		return nil
	}
	err := l.use(l.Streams)
	settle()
	l.done <- err
	return err
}

// callOff reports whether use will not be called.
func (l *loan) callOff() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = !l.begun
	return l.off
}

func (l *loan) isOff() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.off
}

func (l *loan) SetStdin(r io.Reader)  { l.In = r }
func (l *loan) SetStdout(w io.Writer) { l.Out = w }
func (l *loan) SetStderr(w io.Writer) { l.Err = w }
