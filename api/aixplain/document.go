package aixplain

// This file owns the shape of what arrives, and its tolerance: every field may
// be missing, null or of another type than the documentation says, and then
// counts as absent. It refuses to give any of it a meaning, what state a run is
// in aside.

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/aimlchat/aimlchat/api/wire"
)

// document is a result, a promise of one, a piece of a stream, or a refusal.
type document struct {
	Status    wire.Words      `json:"status"`
	Completed truth           `json:"completed"`
	Data      json.RawMessage `json:"data"`
	URL       wire.Words      `json:"url"` // of older builds: where the result will be

	RequestID wire.Words `json:"requestId"`
	SessionID wire.Words `json:"sessionId"`

	Details     messages    `json:"details"`
	Usage       *usage      `json:"usage"`
	UsedCredits wire.Figure `json:"usedCredits"`
	RunTime     wire.Figure `json:"runTime"` // seconds
	Stats       *stats      `json:"executionStats"`
	Progress    *progress   `json:"progress"` // of older builds

	// Of a piece of a stream.
	Model   wire.Words `json:"model"`
	Choices messages   `json:"choices"`

	// What says that something failed, and why.
	Error          json.RawMessage `json:"error"`
	ErrorMessage   json.RawMessage `json:"errorMessage"`
	ErrorMessage2  json.RawMessage `json:"error_message"`
	SupplierError  json.RawMessage `json:"supplierError"`
	SupplierError2 json.RawMessage `json:"supplier_error"`
	StatusCode     wire.Figure     `json:"statusCode"`
}

// agentData is the data of an agent's result.
type agentData struct {
	Output    json.RawMessage `json:"output"`
	SessionID wire.Words      `json:"session_id"`
	Steps     steps           `json:"steps"`
	Older     steps           `json:"intermediateSteps"`
	Stats     *stats          `json:"executionStats"`
	Codes     codes           `json:"diagnosticErrorCodes"`
}

type stats struct {
	Runtime wire.Figure `json:"runtime"` // seconds
	Credits wire.Figure `json:"credits"`
	Calls   wire.Figure `json:"api_calls"`
	Codes   codes       `json:"diagnostic_error_codes"`
}

// step is what an agent did.
type step struct {
	ID           wire.Words  `json:"id"`
	Agent        named       `json:"agent"`
	Unit         named       `json:"unit"`
	Thought      wire.Words  `json:"thought"`
	EndTime      wire.Words  `json:"end_time"`
	InputTokens  wire.Figure `json:"input_tokens"`
	OutputTokens wire.Figure `json:"output_tokens"`
	TotalTokens  wire.Figure `json:"total_tokens"`
}

// progress is what an agent does.
type progress struct {
	Stage  wire.Words `json:"stage"`
	Tool   wire.Words `json:"tool"`
	Reason wire.Words `json:"reason"`
}

// message is an answer as chat completions have it, whole or a piece.
type message struct {
	Content          wire.Words `json:"content"`
	ReasoningContent wire.Words `json:"reasoning_content"`
	Reasoning        wire.Words `json:"reasoning"`
	ReasoningDetails thoughts   `json:"reasoning_details"`
	ToolCalls        calls      `json:"tool_calls"`
}

// choice holds a message, or a piece of one.
type choice struct {
	Index        wire.Figure `json:"index"`
	Delta        *message    `json:"delta"`
	Message      *message    `json:"message"`
	FinishReason wire.Words  `json:"finish_reason"`
}

type call struct {
	Index    wire.Figure `json:"index"`
	ID       wire.Words  `json:"id"`
	Function struct {
		Name      wire.Words     `json:"name"`
		Arguments wire.Arguments `json:"arguments"`
	} `json:"function"`
}

type thought struct {
	Text    wire.Words `json:"text"`
	Summary wire.Words `json:"summary"`
}

type usage struct {
	Prompt     wire.Figure `json:"prompt_tokens"`
	Completion wire.Figure `json:"completion_tokens"`
	Total      wire.Figure `json:"total_tokens"`
	Input      wire.Figure `json:"input_tokens"`
	Output     wire.Figure `json:"output_tokens"`
	Details    struct {
		Reasoning wire.Figure `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
	PromptDetails struct {
		Cached wire.Figure `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

// list is a list, or the one thing that stands for it.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return wire.Unmarshal(data, (*[]T)(l))
	case '{', '"':
		var one T
		err := wire.Unmarshal(data, &one)
		*l = list[T]{one}
		return err
	}
	return nil
}

type (
	messages = list[choice]
	steps    = list[step]
	calls    = list[call]
	thoughts = list[thought]
	codes    = list[wire.Words]
)

// truth is true only where the service says so.
type truth struct{ said, is bool }

func (t *truth) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(strings.Trim(string(data), `"`)) {
	case "true":
		*t = truth{true, true}
	case "false":
		*t = truth{true, false}
	}
	return nil
}

// named is a thing with a name, or only a name.
type named string

func (n *named) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*n = named(wire.Unquote(data))
	case '{':
		var inner struct {
			ID   wire.Words `json:"id"`
			Name wire.Words `json:"name"`
		}
		err := wire.Unmarshal(data, &inner)
		if *n = named(inner.Name); inner.Name == "" {
			*n = named(inner.ID)
		}
		return err
	}
	return nil
}

// state is how far a run is.
type state int

const (
	running state = iota
	succeeded
	failed
)

// state tells how far the run is that d is about. The status decides: "completed"
// may say true of a run that has only begun.
func (d *document) state() state {
	switch strings.ToUpper(string(d.Status)) {
	case "FAILED":
		return failed
	case "SUCCESS":
		return succeeded
	case "IN_PROGRESS":
		return running
	}
	switch {
	case d.says() && !something(d.Data):
		return failed
	case d.Completed.is && d.promised() == "":
		return succeeded
	case d.Status == "" && !d.Completed.said && d.RequestID == "" && d.promised() == "" && something(d.Data):
		return succeeded // a bare answer
	}
	return running
}

// says reports whether d names an error.
func (d *document) says() bool {
	return something(d.Error) || something(d.ErrorMessage) || something(d.ErrorMessage2) ||
		something(d.SupplierError) || something(d.SupplierError2) || d.StatusCode.Value() >= 400
}

// promised is the address under which the result will be; "" without one.
func (d *document) promised() string {
	for _, s := range []string{text(d.Data), string(d.URL)} {
		if looksLikeURL(s) {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// agent returns the data of an agent's result. Data that is no document is its
// output.
func (d *document) agent() agentData {
	var a agentData
	if data := bytes.TrimSpace(d.Data); len(data) > 0 && data[0] == '{' {
		_ = wire.Unmarshal(data, &a) // it was read once already
	} else if !looksLikeURL(text(data)) {
		a.Output = data
	}
	return a
}

// something reports whether a value says anything.
func something(v json.RawMessage) bool {
	switch string(bytes.TrimSpace(v)) {
	case "", "null", "{}", "[]", `""`, "false":
		return false
	}
	return true
}

// text is v if it is a string.
func text(v json.RawMessage) string {
	if v = bytes.TrimSpace(v); len(v) > 1 && v[0] == '"' {
		return wire.Unquote(v)
	}
	return ""
}
