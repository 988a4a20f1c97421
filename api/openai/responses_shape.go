package openai

// This file owns the shape of what arrives by responses, as tolerant as that of
// chunks: every field may be missing, null or of another type. It refuses to
// give any of it a meaning.

import (
	"bytes"
	"encoding/json"

	"github.com/aimlchat/aimlchat/api/wire"
)

// responseEvent is one document of a stream.
type responseEvent struct {
	Type     string    `json:"type"`
	Response *response `json:"response"`

	// Which piece of the answer it is about.
	ItemID       string `json:"item_id"`
	OutputIndex  *int   `json:"output_index"`
	ContentIndex int    `json:"content_index"`
	SummaryIndex int    `json:"summary_index"`

	// The piece: what is new, or all of it.
	Delta      wire.Words     `json:"delta"`
	Text       wire.Words     `json:"text"`
	Refusal    wire.Words     `json:"refusal"`
	Arguments  wire.Arguments `json:"arguments"`
	Item       *outputItem    `json:"item"`
	Part       *outputPart    `json:"part"`
	Annotation *source        `json:"annotation"`

	// Figures may come on any event, or alone.
	Usage *usage     `json:"usage"`
	Meta  *wire.Meta `json:"meta"`

	// What stands in place of an event when something failed.
	Object     string          `json:"object"`
	Error      json.RawMessage `json:"error"`
	Status     wire.Figure     `json:"status"`
	StatusCode wire.Figure     `json:"statusCode"`
}

// failed reports whether e is, or carries, an error.
func (e *responseEvent) failed() bool {
	return (&chunk{Error: e.Error, Object: e.Object, Type: e.Type, Status: e.Status, StatusCode: e.StatusCode}).failed()
}

// response is the whole answer, as far as it has come.
type response struct {
	Type       string          `json:"type"`
	Object     string          `json:"object"`
	Model      string          `json:"model"`
	Status     wire.Words      `json:"status"`
	Output     []outputItem    `json:"output"`
	OutputText wire.Words      `json:"output_text"` // all text of Output at once, or instead of it
	Usage      *usage          `json:"usage"`
	Meta       *wire.Meta      `json:"meta"`
	Error      json.RawMessage `json:"error"`
	Incomplete struct {
		Reason wire.Words `json:"reason"`
	} `json:"incomplete_details"`
}

// outputItem is one thing that the model gave: a message, a thought, a call, a
// picture.
type outputItem struct {
	Type      string         `json:"type"`
	ID        string         `json:"id"`
	CallID    string         `json:"call_id"`
	Name      string         `json:"name"`
	Arguments wire.Arguments `json:"arguments"`
	Input     wire.Words     `json:"input"` // of a call without a schema
	Content   outputParts    `json:"content"`
	Summary   outputParts    `json:"summary"`

	// Of a picture: base64, or an address.
	Result       wire.Words `json:"result"`
	OutputFormat string     `json:"output_format"`

	sealed json.RawMessage // the whole item, when it holds something in cipher
}

func (o *outputItem) UnmarshalJSON(data []byte) error {
	type plain outputItem
	var cipher struct {
		Content string `json:"encrypted_content"`
	}
	if err := wire.Unmarshal(data, (*plain)(o)); err != nil {
		return err
	}
	if bytes.Contains(data, []byte(`"encrypted_content"`)) && wire.Unmarshal(data, &cipher) == nil && cipher.Content != "" {
		o.sealed = bytes.Clone(data)
	}
	return nil
}

// call is what item asks to have called, if it does.
func (o *outputItem) call() (arguments string, ok bool) {
	switch o.Type {
	case "function_call":
		return string(o.Arguments), true
	case "custom_tool_call":
		return string(o.Input), true
	}
	return "", false
}

type outputPart struct {
	Type        string     `json:"type"`
	Text        wire.Words `json:"text"`
	Refusal     wire.Words `json:"refusal"`
	Annotations []source   `json:"annotations"`
}

// kind says where a part belongs that lies in a message or a thought.
func (p *outputPart) kind() passageKind {
	switch p.Type {
	case "reasoning_text":
		return thoughtText
	case "summary_text":
		return summaryText
	}
	return answerText
}

// outputParts is a list of parts, or plain text.
type outputParts []outputPart

func (p *outputParts) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return wire.Unmarshal(data, (*[]outputPart)(p))
	case '"':
		*p = outputParts{{Text: wire.Words(wire.Unquote(data))}}
	}
	return nil
}

// source is an annotation: an address, flat or one level down. Other kinds have
// none.
type source struct {
	citation
}

func (s *source) UnmarshalJSON(data []byte) error {
	var nested annotation
	if err := wire.Unmarshal(data, &nested); err != nil {
		return err
	}
	if nested.URLCitation != nil {
		s.citation = *nested.URLCitation
		return nil
	}
	return s.citation.UnmarshalJSON(data)
}
