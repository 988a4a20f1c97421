package wire

// This file owns how a reply becomes a stream: what is read as what, and what
// each way of ending means. It refuses to look into a document.

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/aimlchat/aimlchat/api"
)

// Decoder turns the documents of one answer into events. The events that a
// method returns are valid until the next call, and good even beside an error,
// which ends the stream.
type Decoder interface {
	// Frame decodes one event of the stream.
	Frame(f api.Frame) (Progress, []api.Event, *api.Error)
	// Whole decodes an answer that came as one document.
	Whole(body []byte, header http.Header) ([]api.Event, *api.Error)
	// End returns the last events, [api.Finish] among them, or [Cut] when the
	// answer is not whole.
	End() ([]api.Event, *api.Error)
}

// Progress is how far an answer is, as far as patience goes.
type Progress int

// The stages of an answer.
const (
	Waiting  Progress = iota // nothing to read has come
	Arriving                 // something has
	Complete                 // the service said that the answer is whole; figures may follow
	Done                     // nothing follows
)

// Reached is how far an answer is of which something to read has come, which said
// why it ends, and which ended with its mark.
func Reached(content, finish, mark bool) Progress {
	switch {
	case mark:
		return Done
	case finish:
		return Complete
	case content:
		return Arriving
	}
	return Waiting
}

// lastWords is how long the end of the body is waited for after [Done]: the cost
// may come after it, and a connection that was read to its end is used again.
// A service that goes on sending is heard out for a little longer.
const (
	lastWords = 500 * time.Millisecond
	lastCall  = 4 * lastWords
)

// start announces the answer.
func (s *stream) start(reply *http.Response) bool {
	return s.yield(api.Start{
		Model:       s.name(reply.Header.Get("X-Aimlapi-Model")),
		InferenceID: s.name(reply.Header.Get("X-Inference-Id")),
		Protocol:    s.question.Protocol,
	}, nil)
}

// read decides what the body is by its first byte, since content types lie, and
// reads it to its end.
func (s *stream) read(reply *http.Response) {
	body, first, err := peek(&restingReader{r: s.dog.Reader(reply.Body), s: s, plain: reply.TLS == nil && s.conn != nil})
	kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type"))
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		s.fail(err)
	case first == '<' || strings.Contains(kind, "html"):
		s.fail(NoAnswer(s.client.service, "a web page"))
	case first == '{':
		s.readWhole(body, reply.Header)
	default:
		s.readFrames(body, kind)
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// peek returns the first byte that is no white space, zero if there is none, and
// a reader of all from there on. White space means nothing before a document or
// an event; some services send it to keep the connection alive.
func peek(r io.Reader) (io.Reader, byte, error) {
	buf := make([]byte, 512)
	head := buf[:0]
	for {
		n, err := r.Read(buf[len(head):])
		head = bytes.TrimLeft(buf[:len(head)+n], " \t\r\n")
		if rest := bytes.TrimPrefix(head, byteOrderMark); len(rest) < len(head) {
			head = bytes.TrimLeft(rest, " \t\r\n")
		}
		if len(head) > 0 && !isStump(head) {
			return io.MultiReader(bytes.NewReader(head), r), head[0], nil
		}
		if err != nil {
			return bytes.NewReader(head), 0, err
		}
		head = buf[:copy(buf, head)]
	}
}

// isStump reports whether b is the beginning of a byte order mark.
func isStump(b []byte) bool { return len(b) < len(byteOrderMark) && bytes.HasPrefix(byteOrderMark, b) }

func (s *stream) readFrames(body io.Reader, kind string) {
	defer func() {
		if s.end != nil {
			s.end.Stop()
		}
	}()
	empty := true
	for frame, err := range api.Frames(body, api.MaxFrame) {
		if err != nil {
			s.broken(err)
			return
		}
		empty = false
		progress, events, failure := s.decoder.Frame(frame)
		if !s.pass(events) {
			return
		}
		if failure != nil {
			s.fail(failure)
			return
		}
		s.settle(progress)
	}
	if empty && kind != "" && kind != "text/event-stream" {
		s.fail(NoAnswer(s.client.service, kind))
		return
	}
	s.finish()
}

// settle adapts the watchdog to how far the answer is.
func (s *stream) settle(p Progress) {
	if p == s.progress {
		return
	}
	s.progress = p
	switch p {
	case Waiting:
	case Arriving:
		s.dog.Limit(s.client.timeouts.Idle, s.client.silentMiddle())
	case Complete:
		s.dog.Limit(s.client.timeouts.Idle, s.client.silentMiddle())
		s.endIn(s.client.timeouts.Idle)
	case Done:
		s.dog.Limit(min(s.client.timeouts.Idle, lastWords), s.client.silentMiddle())
		s.endIn(lastCall)
	}
}

// endIn ends the reading of an answer that is whole, however lively its service
// is: comments alone would keep it open for good.
func (s *stream) endIn(d time.Duration) {
	if s.end != nil {
		s.end.Stop()
	}
	s.end = time.AfterFunc(d, s.dog.Stop)
}

// readWhole reads a server that does not stream although it was asked to.
func (s *stream) readWhole(body io.Reader, header http.Header) {
	data, err := io.ReadAll(io.LimitReader(body, api.MaxFrame))
	if err != nil {
		s.fail(err)
		return
	}
	events, failure := s.decoder.Whole(data, header)
	if !s.pass(events) {
		return
	}
	if failure != nil {
		s.fail(failure)
		return
	}
	s.finish()
}

// broken ends a stream whose body could not be read to its end. That is no
// failure when the answer was whole already.
func (s *stream) broken(err error) {
	events, _ := s.decoder.End()
	if s.pass(events) && s.progress < Complete {
		s.fail(err)
	}
}

func (s *stream) finish() {
	events, failure := s.decoder.End()
	if s.pass(events) && failure != nil {
		s.fail(failure)
	}
}

func (s *stream) pass(events []api.Event) bool {
	for _, ev := range events {
		if !s.yield(s.clean(ev), nil) {
			return false
		}
	}
	return true
}

// clean keeps keys out of what a service says of itself, as they are kept out of
// errors. What the model says is passed on as it is.
func (s *stream) clean(ev api.Event) api.Event {
	switch ev := ev.(type) {
	case api.Metered:
		if ev.Model != s.named[0] { // it is repeated with each figure
			s.named = [2]string{ev.Model, s.name(ev.Model)}
		}
		ev.Model = s.named[1]
		return ev
	case api.Notice:
		ev.Text = s.secrets.Redact(ev.Text)
		return ev
	case api.Finish:
		ev.Reason = s.reason(ev.Reason)
		return ev
	}
	return ev
}

// reason is why a model stopped, as its service says it; never a word of ours for
// an answer that did not come whole.
func (s *stream) reason(given api.FinishReason) api.FinishReason {
	switch given {
	case api.FinishStopped, api.FinishError, api.FinishInterrupted:
		return "other"
	}
	return api.FinishReason(cmp.Or(s.name(string(given)), "other"))
}

// maxName is how long a name may be, in bytes: of a model, or of an answer.
const maxName = 256

// name is a name as a service gives it, "" when it can be none.
func (s *stream) name(given string) string {
	if len(given) > maxName || strings.ContainsFunc(given, unicode.IsControl) {
		return ""
	}
	return s.secrets.Redact(given)
}
