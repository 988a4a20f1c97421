package openai

// This file owns the shape of what arrives, and its tolerance: every field may
// be missing, null or of another type than the protocol says, and then counts
// as absent. It refuses to give any of it a meaning.

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/aimlchat/aimlchat/api/wire"
)

// chunk is one document of a stream, or a whole answer.
type chunk struct {
	ID      string     `json:"id"` // empty after the first chunk, from some
	Model   string     `json:"model"`
	Choices []choice   `json:"choices"`
	Usage   *usage     `json:"usage"`
	Meta    *wire.Meta `json:"meta"` // AI/ML API, on any chunk or alone

	Citations     []citation `json:"citations"`      // Perplexity
	SearchResults []citation `json:"search_results"` // Perplexity
	SearchInfo    *search    `json:"search_info"`    // Qwen

	XGroq *state `json:"x_groq"` // Groq counts here, and says here why it stopped early

	// Until February 2026 AI/ML API wrapped the chunks of Claude.
	Event *chunk `json:"event"`
	State *state `json:"state"`

	// What stands in place of an answer when something failed.
	Error      json.RawMessage `json:"error"`
	Object     string          `json:"object"`
	Type       string          `json:"type"`
	Status     wire.Figure     `json:"status"`
	StatusCode wire.Figure     `json:"statusCode"`
}

type state struct {
	Usage *usage          `json:"usage"`
	Error json.RawMessage `json:"error"`
}

type choice struct {
	Index        int        `json:"index"`
	Delta        *message   `json:"delta"`
	Message      *message   `json:"message"`
	Text         wire.Words `json:"text"` // legacy completions
	FinishReason wire.Words `json:"finish_reason"`

	Error json.RawMessage `json:"error"` // OpenRouter
}

// message is a delta, or a whole message.
type message struct {
	Content          content      `json:"content"`
	Refusal          wire.Words   `json:"refusal"`
	ReasoningContent wire.Words   `json:"reasoning_content"`
	Reasoning        wire.Words   `json:"reasoning"`
	ReasoningDetails []detail     `json:"reasoning_details"`
	ToolCalls        toolCalls    `json:"tool_calls"`
	FunctionCall     *function    `json:"function_call"` // before there were several
	Annotations      []annotation `json:"annotations"`
	Images           []image      `json:"images"` // OpenRouter
	Audio            *speech      `json:"audio"`
	Executed         []executed   `json:"executed_tools"` // Groq's agents search by themselves

	Extra json.RawMessage `json:"extra_content"` // Gemini's, opaque
}

// detail is an item of OpenRouter's reasoning_details: text, a summary, or
// something encrypted, which has neither and is kept as it came.
type detail struct {
	text      string
	encrypted json.RawMessage
}

func (d *detail) UnmarshalJSON(data []byte) error {
	var item struct {
		Type    string     `json:"type"`
		Text    wire.Words `json:"text"`
		Summary wire.Words `json:"summary"`
		Data    string     `json:"data"`
	}
	err := wire.Unmarshal(data, &item)
	d.text = string(item.Summary + item.Text)
	if item.Data != "" && strings.Contains(item.Type, "encrypted") {
		d.encrypted = bytes.Clone(data)
	}
	return err
}

type search struct {
	Results []citation `json:"search_results"`
}

// executed is a tool that the service ran on its own.
type executed struct {
	SearchResults struct {
		Results []citation `json:"results"`
	} `json:"search_results"`
}

type annotation struct {
	URLCitation *citation `json:"url_citation"`
}

// usage knows both vocabularies.
type usage struct {
	PromptTokens      wire.Figure  `json:"prompt_tokens"`
	InputTokens       wire.Figure  `json:"input_tokens"`
	CompletionTokens  wire.Figure  `json:"completion_tokens"`
	OutputTokens      wire.Figure  `json:"output_tokens"`
	TotalTokens       wire.Figure  `json:"total_tokens"`
	Cost              wire.Figure  `json:"cost"` // OpenRouter's, in dollars; AI/ML API's suppliers'
	ReasoningTokens   wire.Figure  `json:"reasoning_tokens"`
	CacheHit          wire.Figure  `json:"prompt_cache_hit_tokens"`
	CacheRead         wire.Figure  `json:"cache_read_input_tokens"`
	PromptDetails     usageDetails `json:"prompt_tokens_details"`
	InputDetails      usageDetails `json:"input_tokens_details"`
	CompletionDetails usageDetails `json:"completion_tokens_details"`
	OutputDetails     usageDetails `json:"output_tokens_details"`
}

type usageDetails struct {
	ReasoningTokens wire.Figure `json:"reasoning_tokens"`
	CachedTokens    wire.Figure `json:"cached_tokens"`
}

// content is a string, or a list of parts: Mistral sends thought as one kind.
type content struct {
	text  wire.Words
	parts []part
}

type part struct {
	Text     wire.Words `json:"text"`
	Refusal  wire.Words `json:"refusal"`
	Thinking content    `json:"thinking"`
	picture
}

func (c *content) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return wire.Unmarshal(data, &c.parts)
	}
	return c.text.UnmarshalJSON(data)
}

// plain joins the text in c, whatever it is called.
func (c content) plain() string {
	s := string(c.text)
	for _, p := range c.parts {
		s += string(p.Text) + p.Thinking.plain()
	}
	return s
}

// toolCalls is a list of calls, or a single one.
type toolCalls []toolCall

type toolCall struct {
	Index    *int            `json:"index"`
	ID       string          `json:"id"`
	Function function        `json:"function"`
	Extra    json.RawMessage `json:"extra_content"` // Gemini's, opaque
}

type function struct {
	Name      string         `json:"name"`
	Arguments wire.Arguments `json:"arguments"`
}

func (t *toolCalls) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return wire.Unmarshal(data, (*[]toolCall)(t))
	case '{':
		*t = make(toolCalls, 1)
		return wire.Unmarshal(data, &(*t)[0])
	}
	return nil
}

// citation is a source: an object, or its bare address.
type citation struct {
	URL   string
	Title string
}

func (c *citation) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		c.URL = wire.Unquote(data)
	case '{':
		var object struct {
			URL   string `json:"url"`
			Title string `json:"title"`
		}
		err := wire.Unmarshal(data, &object)
		c.URL, c.Title = object.URL, object.Title
		return err
	}
	return nil
}
