package api

// This file owns the event-stream format of the WHATWG (server-sent events):
// bytes in, frames out. It refuses to know what is inside a frame.
//
// Three deviations from the text, each because a service does it: an event
// that the end of the body leaves unterminated is delivered (and marked so), an
// "error:" field is an event of that name, and an event has a limit.

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strconv"
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

// MaxFrame is the limit for one event: 64 MB, above the largest picture that a
// model returns inside its answer, and what stands around it.
const MaxFrame = 64<<20 + 4<<10

// errTooLong says that a line is longer than any event may be.
var errTooLong = errors.New("line too long")

// Frames reads the events of an event stream. A read error is yielded last,
// after every event that came before it; the end of r is none. An event or a
// line above limit bytes ends the sequence with an [*Error]. What is held in
// memory is at most twice the limit.
func Frames(r io.Reader, limit int) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		p := frameParser{lines: lineReader{r: r, limit: limit}}
		for {
			line, err := p.lines.next()
			if errors.Is(err, errTooLong) || len(p.data)+len(line) > limit {
				yield(Frame{}, errFrameLimit(limit))
				return
			}
			if p.interrupted(line) {
				if !yield(p.frame(false), nil) {
					return
				}
				p.reset()
			}
			complete := p.take(line)
			ended := err != nil // and the line may be a stump
			if (complete || ended) && p.pending {
				if !yield(p.frame(ended), nil) {
					return
				}
			}
			if complete {
				p.reset()
			}
			if ended {
				if !errors.Is(err, io.EOF) {
					yield(Frame{}, err)
				}
				return
			}
		}
	}
}

func errFrameLimit(limit int) *Error {
	return &Error{
		Kind:    ErrBadResponse,
		Message: "one event of the stream is larger than " + bytesName(limit),
		Hint:    "ask for less at once, or choose another model",
	}
}

func bytesName(n int) string {
	if n < 1<<20 {
		return strconv.Itoa(n) + " bytes"
	}
	return strconv.Itoa(n>>20) + " MB"
}

// frameParser collects the fields of the event that is being read.
type frameParser struct {
	lines   lineReader
	started bool
	event   string
	data    []byte
	pending bool // a data field was seen
	failed  bool // an error field was
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
		p.event, p.failed = "error", true
		p.addData(value)
	}
	return false
}

// interrupted reports whether line says "error:" behind data that came well.
func (p *frameParser) interrupted(line []byte) bool {
	if !p.pending || p.failed {
		return false
	}
	name, _, _ := bytes.Cut(line, []byte{':'})
	return string(name) == "error"
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
	p.event, p.pending, p.failed, p.data = "", false, false, p.data[:0]
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
// an error comes what was left without a line end, or nothing.
func (l *lineReader) next() ([]byte, error) {
	for {
		if line, ok := l.cut(); ok {
			return line, nil
		}
		if l.err != nil {
			rest := l.buf[l.start:l.end]
			l.start = l.end
			return rest, l.err
		}
		if l.end-l.start > l.limit {
			return nil, errTooLong
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
		if len(l.buf) > maxIdleBuffer {
			l.buf = nil
		}
	case l.end == len(l.buf) && l.start > 0:
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if l.end == len(l.buf) {
		grown := make([]byte, min(max(firstBuffer, 2*len(l.buf)), l.limit+firstBuffer))
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
