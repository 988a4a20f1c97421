package api

// This file owns the event-stream format of the WHATWG (server-sent events):
// bytes in, frames out. It refuses to know what is inside a frame.
//
// Three deviations from the text, each because a service does it: an event
// that the end of the body leaves unterminated is delivered (and marked so),
// an "error:" field counts as an event of that name, and an event has a limit.

import (
	"bytes"
	"errors"
	"io"
	"iter"
)

// Frame is one event of an event stream.
type Frame struct {
	Event string // "message" unless the stream names another
	Data  []byte // the data lines, joined by newlines; valid until the next pull
	ID    string // the last id seen

	// Unterminated says that the body ended before the blank line that ends an
	// event. The data may be cut anywhere.
	Unterminated bool
}

// MaxFrame is the limit for one event: above the largest picture that a model
// returns inside its answer.
const MaxFrame = 64 << 20

// Frames reads the events of an event stream. A read error is yielded last,
// after every event that was complete before it; the end of r is none. An
// event or a line above limit bytes ends the sequence with an [*Error].
func Frames(r io.Reader, limit int) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		p := frameParser{lines: lineReader{r: r, limit: limit}}
		for {
			line, err := p.lines.next()
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Frame{}, err)
				return
			}
			if len(p.data)+len(line) > limit {
				yield(Frame{}, errFrameLimit())
				return
			}
			complete := p.take(line)
			ended := err != nil // by the end of the body: the line may be a stump
			if (complete || ended) && p.pending {
				if !yield(p.frame(ended), nil) {
					return
				}
			}
			if complete {
				p.reset()
			}
			if ended {
				return
			}
		}
	}
}

func errFrameLimit() *Error {
	return &Error{
		Kind:    ErrBadResponse,
		Message: "one event of the stream is larger than the limit",
		Hint:    "ask for less at once, or choose another model",
	}
}

// frameParser collects the fields of the event that is being read.
type frameParser struct {
	lines   lineReader
	started bool
	event   string
	data    []byte
	pending bool // a data field was seen
	id      string
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// take takes in one line and reports whether it ends the event.
func (p *frameParser) take(line []byte) (complete bool) {
	if !p.started {
		p.started = true
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	if len(line) == 0 {
		return true
	}
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	switch string(name) {
	case "data":
		p.addData(value)
	case "event":
		p.event = string(value)
	case "id":
		if bytes.IndexByte(value, 0) < 0 && p.id != string(value) {
			p.id = string(value)
		}
	case "error":
		p.event = "error"
		p.addData(value)
	}
	return false
}

func (p *frameParser) addData(value []byte) {
	if p.pending {
		p.data = append(p.data, '\n')
	}
	p.data = append(p.data, value...)
	p.pending = true
}

func (p *frameParser) frame(unterminated bool) Frame {
	event := p.event
	if event == "" {
		event = "message"
	}
	return Frame{Event: event, Data: p.data, ID: p.id, Unterminated: unterminated}
}

// maxIdleBuffer is how much of a large event's buffer is kept for the next.
const maxIdleBuffer = 1 << 20

func (p *frameParser) reset() {
	p.event, p.pending, p.data = "", false, p.data[:0]
	if cap(p.data) > maxIdleBuffer {
		p.data = nil
	}
}

// lineReader cuts a stream into lines, which end in LF, CR or CRLF. It never
// waits for the byte after a CR: the LF that may follow is skipped later.
type lineReader struct {
	r       io.Reader
	limit   int
	buf     []byte
	start   int // of the bytes not yet returned
	end     int // of the bytes read
	scanned int // bytes after start that hold no line end
	skipLF  bool
	err     error
	idle    int // reads in a row that gave nothing
}

// next returns the next line without its end, valid until the call after. With
// io.EOF comes what was left without a line end, or nothing; any other error
// comes alone.
func (l *lineReader) next() ([]byte, error) {
	for {
		if line, ok := l.cut(); ok {
			return line, nil
		}
		if errors.Is(l.err, io.EOF) {
			rest := l.buf[l.start:l.end]
			l.start = l.end
			return rest, io.EOF
		}
		if l.err != nil {
			return nil, l.err
		}
		if l.end-l.start > l.limit {
			return nil, errFrameLimit()
		}
		l.fill()
	}
}

// cut takes one line out of the buffer, if a whole one is there.
func (l *lineReader) cut() ([]byte, bool) {
	if l.skipLF && l.start < l.end {
		l.skipLF = false
		if l.buf[l.start] == '\n' {
			l.start++
		}
	}
	unread := l.buf[l.start:l.end]
	i := lineEnd(unread[l.scanned:])
	if i < 0 {
		l.scanned = len(unread)
		return nil, false
	}
	i += l.scanned
	l.skipLF = unread[i] == '\r'
	l.start += i + 1
	l.scanned = 0
	return unread[:i], true
}

// lineEnd is the index of the first CR or LF in b, or -1.
func lineEnd(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	if i >= 0 {
		b = b[:i]
	}
	if j := bytes.IndexByte(b, '\r'); j >= 0 {
		return j
	}
	return i
}

const (
	firstBuffer  = 16 << 10
	maxIdleReads = 100
)

// fill reads once, making room first.
func (l *lineReader) fill() {
	switch {
	case l.start == l.end:
		l.start, l.end = 0, 0
	case l.end == len(l.buf) && l.start > 0:
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if l.end == len(l.buf) {
		grown := make([]byte, max(firstBuffer, 2*len(l.buf)))
		copy(grown, l.buf[:l.end])
		l.buf = grown
	}
	n, err := l.r.Read(l.buf[l.end:])
	l.end += n
	l.err = err
	if n > 0 || err != nil {
		l.idle = 0
	} else if l.idle++; l.idle > maxIdleReads {
		l.err = io.ErrNoProgress
	}
}
