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
// brings one piece, however many there are. A frame on screen lasts longer still,
// of a flood much longer.
const (
	shortRest  = 16 * time.Millisecond
	longRest   = 32 * time.Millisecond
	floodRest  = 64 * time.Millisecond
	floodBytes = 1 << 10               // in a long rest
	largePiece = 3 << 10               // bytes; more at once is a service that has much to say
	waited     = 50 * time.Microsecond // a read that took longer had to wait for its piece
	lowWater   = 8 << 10               // bytes that wake a reader that rests
)

// restingReader reads a body that way. It never delays the first piece.
type restingReader struct {
	r     io.Reader
	s     *stream
	plain bool // below it is a socket, and no TLS: a read brings all there is

	rest  time.Duration // before the next read; 0 until there is no more
	last  time.Duration // the last rest
	found int           // bytes that had come in it
}

func (b *restingReader) Read(p []byte) (int, error) {
	if b.rest > 0 && b.s.progress == Arriving {
		wake := quiet(b.s.conn)
		select {
		case <-time.After(b.rest):
		case <-b.s.watched.Done():
		}
		wake()
		b.last, b.found = b.rest, 0
	}
	began := time.Now()
	n, err := b.r.Read(p)
	hadToWait := time.Since(began) > waited
	if !hadToWait {
		b.found += n
	}
	b.rest = 0
	if n < largePiece && (hadToWait || b.plain && n < len(p)) {
		b.rest = after(b.last, b.found)
	}
	return n, err
}

// after is the rest that follows one in which so many bytes came.
func after(rest time.Duration, found int) time.Duration {
	switch {
	case found == 0:
		return shortRest
	case rest >= longRest && found >= floodBytes*int(rest/longRest):
		return floodRest
	}
	return longRest
}

// quiet has the system say nothing of what arrives on a connection, until wake
// is called: nobody would listen, and each word wakes a thread.
func quiet(conn syscall.RawConn) (wake func()) {
	if conn == nil || setLowWater(conn, lowWater) != nil {
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
