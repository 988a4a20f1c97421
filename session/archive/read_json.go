package archive

// This file owns JSON of any kind: which of the documents that we know an object
// is, told by its keys, while it streams. Values one after the other are a
// document as well, so that one a line needs no format of its own.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aimlchat/aimlchat/session"
)

// fetch returns a file that lies beside a document, by the beginning of its name.
type fetch func(begin string) (*beside, error)

// jsonReader reads one document.
type jsonReader struct {
	*reader
	*scanner
	src   io.ReaderAt // of the document; nil: it can be read only once
	fetch fetch       // nil: nothing lies beside it

	loose []message // that stand in no conversation: they are one
	size  int       // of them, in bytes
	cut   bool      // no more of them is taken
	index int       // of the value that is read, from 1
}

func (r *reader) document(doc io.Reader, at io.ReaderAt, beside fetch) error {
	j := &jsonReader{reader: r, scanner: newScanner(doc), src: at, fetch: beside}
	if bom, err := j.r.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		_, err = j.r.Discard(3)
		j.at += 3
		if err != nil {
			return err
		}
	}
	if err := j.values(); err != nil {
		return err
	}
	return j.passLoose()
}

// values reads one value after the other.
func (j *jsonReader) values() error {
	for {
		c, err := j.peek()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line := j.line
		switch c {
		case '[':
			err = j.array(j.value)
		case '{':
			err = j.value()
		default:
			err = errJSON
		}
		if !errors.Is(err, errJSON) {
			if err != nil {
				return err
			}
			continue
		}
		if j.found == 0 && j.noted == 0 && len(j.loose) == 0 && line == 1 && j.at == 0 {
			return ErrUnknown // it does not even begin as JSON
		}
		if err := j.problem(fmt.Sprintf("line %d", line), "%v", err); err != nil {
			return err
		}
		if err := j.nextStart(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// where names the value that is read.
func (j *jsonReader) where(title string) string {
	where := fmt.Sprintf("conversation %d", j.index)
	if title = oneLine(title); title != "" {
		where += " (" + session.Title(title) + ")"
	}
	return where
}

// object is what is gathered of one while it streams.
type object struct {
	fields   map[string]json.RawMessage
	nodes    []node    // of ChatGPT's mapping
	messages []message // of a list of them
	mapped   bool
	listed   bool
	ours     bool // what it holds has been handed on
	bytes    int  // of nodes and messages
	full     bool // no more of them is taken
}

// value reads one value of a document or a list: a conversation of any kind, a
// message, or our own document.
func (j *jsonReader) value() error {
	j.index++
	c, err := j.mark()
	if err != nil {
		return err
	}
	if c != '{' {
		if _, err := j.pass(); err != nil {
			return err
		}
		return j.problem(j.where(""), "it is no object")
	}
	o := object{fields: map[string]json.RawMessage{}}
	if err := j.scanner.object(func(key string) error { return j.field(&o, key) }); err != nil {
		return err
	}
	return j.finish(o)
}

func (j *jsonReader) field(o *object, key string) error {
	c, err := j.mark()
	if err != nil {
		return err
	}
	switch {
	case key == "sessions" && c == '[' && isOurs(o.fields):
		o.ours = true
		return j.ownSessions(o)
	case key == "conversations" && c == '[': // ChatGPT's, with something around them
		o.ours = true
		return j.array(j.value)
	case key == "mapping" && c == '{':
		o.mapped = true
		return j.mapping(o)
	case key == "messages" && c == '[':
		o.listed = true
		return j.messageList(o)
	case !wanted[key]:
		_, err := j.pass()
		return err
	}
	raw, err := j.take(j.limits.Message)
	if errors.Is(err, errTooLong) {
		return j.problem(j.where(o.title()), "its %s is too long", key)
	}
	o.fields[key] = raw
	return err
}

// wanted are the fields that anything is read of.
var wanted = map[string]bool{
	"format": true, "version": true, // ours
	"title": true, "create_time": true, "update_time": true, "current_node": true, "conversation_id": true, "id": true,
	"default_model_slug": true,                  // ChatGPT's
	"model":              true, "created": true, // of a list of messages
	"role": true, "content": true, "reasoning_content": true, "reasoning": true, "refusal": true,
	"tool_calls": true, "tool_call_id": true, "name": true, // of a message
}

func (o object) text(key string) string {
	var s string
	_ = json.Unmarshal(o.fields[key], &s)
	return s
}

func (o object) title() string { return o.text("title") }

// finish hands on what an object turned out to be.
func (j *jsonReader) finish(o object) error {
	switch {
	case o.ours:
		return nil
	case isOurs(o.fields) && !o.mapped && !o.listed:
		return j.problem("", "it is of aimlchat, but holds no sessions")
	case o.mapped:
		return j.chatGPT(o)
	case o.listed:
		return j.conversation(o)
	case o.fields["role"] != nil:
		return j.looseMessage(o)
	}
	return j.problem(j.where(o.title()), "it is neither a conversation nor a message")
}

// bounded reads one of the values of a list or an object that are bounded
// together. It is not ok if it is too long, or not as it should be, which is named.
func (j *jsonReader) bounded(o *object, count int, where string, into any) (ok bool, err error) {
	if o.full {
		_, err := j.pass()
		return false, err
	}
	raw, err := j.take(j.limits.Message)
	switch {
	case errors.Is(err, errTooLong):
		return false, j.problem(where, "a message is longer than %s", size(int64(j.limits.Message)))
	case err != nil:
		return false, err
	}
	if o.bytes += len(raw); o.bytes > j.limits.Session || count >= j.limits.Messages {
		o.full = true
		return false, j.problem(where, "it is too long, and was cut after %d messages", count)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, j.problem(where, "a message is not as it should be: %s", jsonError(err))
	}
	return true, nil
}

// jsonError words an error of encoding/json without the name of a Go type.
func jsonError(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("a %s stands at %s", e.Value, e.Field)
	}
	return err.Error()
}
