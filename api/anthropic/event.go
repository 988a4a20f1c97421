package anthropic

// This file owns the shape of what arrives, and its tolerance: every field may
// be missing, null or of another type than the protocol says, and then counts
// as absent. It refuses to give any of it a meaning.

import (
	"bytes"
	"encoding/json"

	"github.com/aimlchat/aimlchat/api/wire"
)

// event is one document of a stream, or a whole answer.
type event struct {
	Type  string      `json:"type"`
	Index wire.Figure `json:"index"`

	message // of a whole answer

	Message *message   `json:"message"`       // message_start
	Block   *block     `json:"content_block"` // content_block_start
	Delta   delta      `json:"delta"`         // content_block_delta, message_delta
	Meta    *wire.Meta `json:"meta"`          // AI/ML API, on any event or alone

	// What stands in place of an answer when something failed.
	Error      json.RawMessage `json:"error"`
	Status     wire.Figure     `json:"status"`
	StatusCode wire.Figure     `json:"statusCode"`

	// Of chat completions, should somebody answer with them.
	Choices []choice `json:"choices"`
}

// failed reports whether e is an error.
func (e *event) failed() bool {
	switch string(bytes.TrimSpace(e.Error)) {
	case "", "null", "{}", `""`, "false":
	default:
		return true
	}
	return e.Type == "error" || e.Status.Value() >= 400 || e.StatusCode.Value() >= 400
}

// message is an answer, or its beginning.
type message struct {
	Model       string      `json:"model"`
	Content     []block     `json:"content"`
	StopReason  wire.Words  `json:"stop_reason"`
	StopDetails stopDetails `json:"stop_details"`
	Usage       *usage      `json:"usage"`
}

type stopDetails struct {
	Explanation wire.Words `json:"explanation"` // of a refusal
}

// block is a block of content as it begins, or whole.
type block struct {
	raw json.RawMessage // all of it

	Type      string          `json:"type"`
	Text      wire.Words      `json:"text"`
	Thinking  wire.Words      `json:"thinking"`
	Signature wire.Words      `json:"signature"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Input     json.RawMessage `json:"input"`
	Content   results         `json:"content"` // of a tool of the service's own
	Citations []citation      `json:"citations"`
}

func (b *block) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	type plain block
	err := wire.Unmarshal(data, (*plain)(b))
	b.raw = bytes.Clone(data)
	return err
}

// delta is a piece of a block, or what ends an answer.
type delta struct {
	Type        string      `json:"type"`
	Text        wire.Words  `json:"text"`
	Thinking    wire.Words  `json:"thinking"`
	Signature   wire.Words  `json:"signature"`
	PartialJSON wire.Words  `json:"partial_json"`
	Citation    *citation   `json:"citation"`
	StopReason  wire.Words  `json:"stop_reason"`
	StopDetails stopDetails `json:"stop_details"`
}

// citation is a source that a text names. Those of attached documents have no
// address.
type citation struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// results are what a tool of the service's own found: a list, or what went
// wrong, or a page that was fetched.
type results struct {
	found []result
	one   result
}

type result struct {
	Type  string     `json:"type"`
	URL   string     `json:"url"`
	Title string     `json:"title"`
	Error wire.Words `json:"error_code"`
}

func (r *results) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return wire.Unmarshal(data, &r.found)
	case '{':
		return wire.Unmarshal(data, &r.one)
	}
	return nil
}

// usage knows both vocabularies.
type usage struct {
	InputTokens      wire.Figure  `json:"input_tokens"`
	PromptTokens     wire.Figure  `json:"prompt_tokens"`
	OutputTokens     wire.Figure  `json:"output_tokens"`
	CompletionTokens wire.Figure  `json:"completion_tokens"`
	TotalTokens      wire.Figure  `json:"total_tokens"`
	CacheRead        wire.Figure  `json:"cache_read_input_tokens"`
	OutputDetails    usageDetails `json:"output_tokens_details"`
}

type usageDetails struct {
	ThinkingTokens  wire.Figure `json:"thinking_tokens"`
	ReasoningTokens wire.Figure `json:"reasoning_tokens"`
}

// choice is of a chunk of chat completions.
type choice struct {
	Delta        *chatMessage `json:"delta"`
	Message      *chatMessage `json:"message"`
	FinishReason wire.Words   `json:"finish_reason"`
}

type chatMessage struct {
	Content   wire.Words `json:"content"`
	Reasoning wire.Words `json:"reasoning_content"`
}
