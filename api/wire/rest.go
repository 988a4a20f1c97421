package wire

// This file owns the pauses in which nothing is read while an answer arrives.
// It refuses to pause before its first piece, and after its last.

import (
	"io"
	"net"
	"syscall"
	"time"
)

// While an answer arrives in small pieces, the reader rests between two reads, so
// that what comes in the meantime is read at once: every wake-up costs more than
// the piece that it is for. It rests longer while there is always something when
// it comes back, and not before it has read all of that: below TLS, each read
// brings one piece, however many there are. A frame on screen lasts longer still.
const (
	shortRest  = 16 * time.Millisecond
	longRest   = 32 * time.Millisecond
	smallPiece = 2 << 10               // bytes; more at once is a service that has much to say
	waited     = 50 * time.Microsecond // a read that took longer had to wait for its piece
)

// restingReader reads a body that way. It never delays the first piece.
type restingReader struct {
	r    io.Reader
	s    *stream
	rest time.Duration // before the next read; 0 until one has to wait
	busy bool          // after the last rest there was something
}

func (b *restingReader) Read(p []byte) (int, error) {
	rested := b.rest > 0 && b.s.progress == Arriving
	if rested {
		wake := quiet(b.s.conn)
		select {
		case <-time.After(b.rest):
		case <-b.s.watched.Done():
		}
		wake()
	}
	began := time.Now()
	n, err := b.r.Read(p)
	hadToWait := time.Since(began) > waited
	if rested {
		b.busy = !hadToWait
	}
	switch {
	case n >= smallPiece || !hadToWait:
		b.rest = 0
	case b.busy:
		b.rest = longRest
	default:
		b.rest = shortRest
	}
	return n, err
}

// quiet has the system say nothing of what arrives on a connection, until wake
// is called: nobody would listen, and each word wakes a thread.
func quiet(conn syscall.RawConn) (wake func()) {
	if conn == nil || setLowWater(conn, smallPiece) != nil {
		return func() {}
	}
	return func() { _ = setLowWater(conn, 1) }
}

// rawConn is the socket below a connection, TLS or not; nil if there is none.
func rawConn(conn net.Conn) syscall.RawConn {
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = wrapped.NetConn()
	}
	if socket, ok := conn.(syscall.Conn); ok {
		if raw, err := socket.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}
