package session

// This file owns the JSON that is stored: the figures and the error of an
// answer, and what is sent back unread. It is a contract with every database
// out there: fields may be added, never renamed. Tool calls, citations and files
// are stored as package api spells them.

import (
	"encoding/json"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

type figuresJSON struct {
	Usage  api.Usage  `json:"usage"`
	Cost   api.Cost   `json:"cost"`
	Timing timingJSON `json:"timing"`

	Protocol api.Protocol `json:"protocol,omitempty"` // since version 2
}

// timingJSON is in nanoseconds, so that what was shown and what is loaded
// can't round apart.
type timingJSON struct {
	FirstToken int64 `json:"first_token_ns"`
	Thinking   int64 `json:"thinking_ns"`
	Total      int64 `json:"total_ns"`
}

func (m Message) encodeFigures() (string, error) {
	t := timingJSON{int64(m.Timing.FirstToken), int64(m.Timing.Thinking), int64(m.Timing.Total)}
	return encode(figuresJSON{m.Usage, m.Cost, t, m.Protocol})
}

func (m *Message) decodeFigures(data string) error {
	var f figuresJSON
	if err := json.Unmarshal([]byte(data), &f); err != nil {
		return err
	}
	m.Usage, m.Cost, m.Protocol = f.Usage, f.Cost, f.Protocol
	m.Timing = api.Timing{
		FirstToken: time.Duration(f.Timing.FirstToken),
		Thinking:   time.Duration(f.Timing.Thinking),
		Total:      time.Duration(f.Timing.Total),
	}
	return nil
}

type errorJSON struct {
	Kind       api.ErrorKind `json:"kind"`
	Status     int           `json:"status,omitempty"`
	Message    string        `json:"message"`
	Hint       string        `json:"hint,omitempty"`
	Retryable  bool          `json:"retryable,omitempty"`
	RequestID  string        `json:"request_id,omitempty"`
	RetryAfter int64         `json:"retry_after_ns,omitempty"`
}

// encodeError returns nil, which is stored as NULL, for no error.
func encodeError(e *api.Error) (*string, error) {
	if e == nil {
		return nil, nil
	}
	data, err := encode(errorJSON{e.Kind, e.Status, e.Message, e.Hint, e.Retryable, e.RequestID, int64(e.RetryAfter)})
	return &data, err
}

func (m *Message) decodeError(data string) error {
	if data == "" {
		return nil
	}
	var e errorJSON
	if err := json.Unmarshal([]byte(data), &e); err != nil {
		return err
	}
	m.Err = &api.Error{
		Kind: e.Kind, Status: e.Status, Message: e.Message, Hint: e.Hint, Retryable: e.Retryable,
		RequestID: e.RequestID, RetryAfter: time.Duration(e.RetryAfter),
	}
	return nil
}

// opaqueJSON holds its data as a string: what must go back as it came is not to
// pass through an encoder of JSON, which spells it anew, or refuses it.
type opaqueJSON struct {
	Protocol api.Protocol `json:"protocol"`
	Data     string       `json:"data"`
}

func encodeOpaque(o api.Opaque) (string, error) {
	return encode(opaqueJSON{o.Protocol, string(o.Data)})
}

func decodeOpaque(data string) (*api.Opaque, error) {
	var o opaqueJSON
	err := json.Unmarshal([]byte(data), &o)
	return &api.Opaque{Protocol: o.Protocol, Data: json.RawMessage(o.Data)}, err
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
