// This file is --output json and stream-json: the shape that scripts rely on.
// Every field is always there, null when it is unknown. Fields may be added;
// none is ever renamed.

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf16"

	"github.com/aimlchat/aimlchat/api"
)

// turnObject is one turn.
type turnObject struct {
	Type         string            `json:"type,omitempty"` // in stream-json only
	SessionID    *string           `json:"session_id"`
	MessageID    *string           `json:"message_id"`
	Model        *string           `json:"model"` // as it was asked for
	Provider     *string           `json:"provider"`
	Answer       string            `json:"answer"`
	Reasoning    *string           `json:"reasoning"`
	FinishReason *api.FinishReason `json:"finish_reason"`
	Usage        api.Usage         `json:"usage"`
	Cost         api.Cost          `json:"cost"`
	Timing       timingObject      `json:"timing"`
	Citations    []citationObject  `json:"citations"`
	ToolCalls    []toolCallObject  `json:"tool_calls"`
	Files        []fileObject      `json:"files"`
	InferenceID  *string           `json:"inference_id"`
	Error        *errorObject      `json:"error"`
}

type timingObject struct {
	FirstToken *int64 `json:"first_token_ms"`
	Thinking   *int64 `json:"thinking_ms"`
	Total      *int64 `json:"total_ms"`
}

type citationObject struct {
	Type  string  `json:"type,omitempty"` // in stream-json's own lines only
	Title *string `json:"title"`
	URL   string  `json:"url"`
}

type toolCallObject struct {
	Type      string  `json:"type,omitempty"` // in stream-json's own lines only
	ID        *string `json:"id"`
	Name      *string `json:"name"`
	Arguments string  `json:"arguments"` // a JSON document, as the model wrote it
}

// fileObject is a file, attached by a person or made by a model.
type fileObject struct {
	Type string  `json:"type,omitempty"` // in stream-json's own lines only
	Name *string `json:"name"`
	MIME *string `json:"mime"`
	Size *int64  `json:"size"` // in bytes
	Path *string `json:"path"` // where its content is saved
	URL  *string `json:"url"`  // where a service keeps it
}

func newFileObject(f api.File, path string) fileObject {
	return fileObject{Name: known(f.Name), MIME: known(f.MIME), Size: known(max(f.Size, int64(len(f.Data)))), Path: known(path), URL: known(f.URL)}
}

type errorObject struct {
	Kind      api.ErrorKind `json:"kind"`
	Status    *int          `json:"status"` // of HTTP
	Message   string        `json:"message"`
	Hint      *string       `json:"hint"`
	Retryable bool          `json:"retryable"`
}

// errUsage is the kind of a failure that no service has seen: a wrong command
// line or config.
const errUsage api.ErrorKind = "usage"

func newTurnObject(t *turn, failure error) turnObject {
	r := t.Reply
	o := turnObject{
		SessionID:    known(t.SessionID),
		MessageID:    known(t.MessageID),
		Model:        known(t.Model),
		Provider:     known(t.Provider),
		Answer:       r.Answer.String(),
		Reasoning:    known(r.Reasoning.String()),
		FinishReason: known(r.Finish),
		Usage:        r.Usage,
		Cost:         knownCost(r.Cost),
		Timing:       timingObject{ms(r.Timing.FirstToken), ms(r.Timing.Thinking), ms(r.Timing.Total)},
		Citations:    make([]citationObject, len(r.Citations)),
		ToolCalls:    make([]toolCallObject, len(r.ToolCalls)),
		Files:        make([]fileObject, len(t.Files)),
		InferenceID:  known(r.InferenceID),
	}
	for i, c := range r.Citations {
		o.Citations[i] = citationObject{Title: known(c.Title), URL: c.URL}
	}
	for i, f := range t.Files {
		o.Files[i] = newFileObject(f.File, f.Path)
	}
	for i, c := range r.ToolCalls {
		o.ToolCalls[i] = toolCallObject{ID: known(c.ID), Name: known(c.Name), Arguments: c.Arguments}
	}
	switch {
	case failure == nil:
	case isStop(failure):
		o.FinishReason = known(api.FinishStopped)
	default:
		o.Error = newErrorObject(failure)
	}
	return o
}

func newErrorObject(err error) *errorObject {
	what, hint := explain(err)
	o := &errorObject{Kind: api.ErrInternal, Message: what, Hint: known(hint)}
	if _, ok := errors.AsType[*usageError](err); ok {
		o.Kind = errUsage
	} else if e, ok := errors.AsType[*api.Error](err); ok {
		o.Kind, o.Status, o.Retryable = e.Kind, known(e.Status), e.Retryable
	}
	return o
}

// known returns nil for the zero value, which stands for unknown.
func known[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

func knownCost(c api.Cost) api.Cost {
	if c.Source == "" {
		c.Source = api.CostUnknown
	}
	return c
}

func ms(d time.Duration) *int64 {
	if d == 0 {
		return nil // not measured
	}
	n := d.Milliseconds()
	return &n
}

// jsonPrinter writes the object at the end, or a line for everything that
// happens and the object last.
type jsonPrinter struct {
	w     io.Writer
	lines bool
}

func (p *jsonPrinter) start(t *turn) error {
	return p.line(struct {
		Type      string  `json:"type"`
		SessionID *string `json:"session_id"`
		MessageID *string `json:"message_id"`
		Model     string  `json:"model"`
		Provider  string  `json:"provider"`
	}{"start", known(t.SessionID), known(t.MessageID), t.Model, t.Provider})
}

func (p *jsonPrinter) event(ev api.Event) error {
	type piece struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	switch ev := ev.(type) {
	case api.Reasoning:
		return p.line(piece{"reasoning", ev.Text})
	case api.Answer:
		return p.line(piece{"answer", ev.Text})
	case api.Cited:
		return p.line(citationObject{"citation", known(ev.Title), ev.URL})
	}
	return nil
}

func (p *jsonPrinter) end(t *turn, failure error) error {
	o := newTurnObject(t, failure)
	if !p.lines {
		return writeJSON(p.w, o)
	}
	if err := p.figures(o); err != nil {
		return err
	}
	o.Type = "finish"
	if o.Error != nil {
		o.Type = "error"
	}
	return p.line(o)
}

// figures writes the lines of what is only known at the end.
func (p *jsonPrinter) figures(o turnObject) error {
	for _, call := range o.ToolCalls {
		call.Type = "tool_call"
		if err := p.line(call); err != nil {
			return err
		}
	}
	for _, f := range o.Files {
		f.Type = "file"
		if err := p.line(f); err != nil {
			return err
		}
	}
	if o.Usage == (api.Usage{}) && o.Cost.USD == nil && o.Cost.Credits == nil {
		return nil
	}
	return p.line(struct {
		Type  string    `json:"type"`
		Usage api.Usage `json:"usage"`
		Cost  api.Cost  `json:"cost"`
	}{"usage", o.Usage, o.Cost})
}

func (p *jsonPrinter) line(v any) error {
	if !p.lines {
		return nil
	}
	return writeJSON(p.w, v)
}

// writeJSON writes v on one line.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	_, err := w.Write(escapeUnseen(b.Bytes()))
	return err
}

// escapeUnseen writes as \u escapes what a terminal would obey or hide, so
// that JSON can be looked at safely and still holds the exact text. What is
// not ASCII stands inside strings only.
func escapeUnseen(doc []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(doc) {
		switch {
		case !unseen(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

// unseen reports whether r is DEL, a C1 control, a direction override or a
// tag; encoding/json escapes C0 itself.
func unseen(r rune) bool {
	return r >= 0x7F && r <= 0x9F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r >= 0xE0000 && r <= 0xE007F
}
