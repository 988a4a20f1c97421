package openai

// This file owns the shape of what arrives, and its tolerance: every field may
// be missing, null or of another type than the protocol says, and then counts
// as absent. It refuses to give any of it a meaning.

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// chunk is one document of a stream, or a whole answer.
type chunk struct {
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   *usage   `json:"usage"`
	Meta    *meta    `json:"meta"` // AI/ML API, on any chunk or alone

	Citations     []citation `json:"citations"`      // Perplexity
	SearchResults []citation `json:"search_results"` // Perplexity

	XGroq *state `json:"x_groq"` // Groq's agents count here

	// Until February 2026 AI/ML API wrapped the chunks of Claude.
	Event *chunk `json:"event"`
	State *state `json:"state"`

	// What stands in place of an answer when something failed.
	Error      json.RawMessage `json:"error"`
	Object     string          `json:"object"`
	Type       string          `json:"type"`
	Status     figure          `json:"status"`
	StatusCode figure          `json:"statusCode"`
}

type state struct {
	Usage *usage `json:"usage"`
}

type choice struct {
	Index        int      `json:"index"`
	Delta        *message `json:"delta"`
	Message      *message `json:"message"`
	Text         words    `json:"text"` // legacy completions
	FinishReason words    `json:"finish_reason"`
}

// message is a delta, or a whole message.
type message struct {
	Content          content      `json:"content"`
	Refusal          words        `json:"refusal"`
	ReasoningContent words        `json:"reasoning_content"`
	Reasoning        words        `json:"reasoning"`
	ReasoningDetails []detail     `json:"reasoning_details"`
	ToolCalls        toolCalls    `json:"tool_calls"`
	Annotations      []annotation `json:"annotations"`
}

// detail is an item of OpenRouter's reasoning_details: text, a summary, or
// something encrypted, which has neither.
type detail struct {
	Text    words `json:"text"`
	Summary words `json:"summary"`
}

type annotation struct {
	URLCitation *citation `json:"url_citation"`
}

type meta struct {
	Model string `json:"model"`
	Usage struct {
		USDSpent    figure `json:"usd_spent"`
		CreditsUsed figure `json:"credits_used"`
	} `json:"usage"`
}

// usage knows both vocabularies.
type usage struct {
	PromptTokens      figure       `json:"prompt_tokens"`
	InputTokens       figure       `json:"input_tokens"`
	CompletionTokens  figure       `json:"completion_tokens"`
	OutputTokens      figure       `json:"output_tokens"`
	TotalTokens       figure       `json:"total_tokens"`
	ReasoningTokens   figure       `json:"reasoning_tokens"`
	CacheHit          figure       `json:"prompt_cache_hit_tokens"`
	CacheRead         figure       `json:"cache_read_input_tokens"`
	PromptDetails     usageDetails `json:"prompt_tokens_details"`
	InputDetails      usageDetails `json:"input_tokens_details"`
	CompletionDetails usageDetails `json:"completion_tokens_details"`
	OutputDetails     usageDetails `json:"output_tokens_details"`
}

type usageDetails struct {
	ReasoningTokens figure `json:"reasoning_tokens"`
	CachedTokens    figure `json:"cached_tokens"`
}

// unmarshal decodes what fits, and fails only when data is no JSON at all.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, wrongType := err.(*json.UnmarshalTypeError); wrongType { //nolint:errorlint // json returns it bare
		return nil
	}
	return err
}

// words is a string, or the text inside an object, or nothing.
type words string

func (w *words) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*w = words(unquote(data))
	case '{':
		var inner struct {
			Text    string `json:"text"`
			Content string `json:"content"`
		}
		if err := unmarshal(data, &inner); err != nil {
			return err
		}
		*w = words(inner.Text + inner.Content)
	}
	return nil
}

// unquote decodes a JSON string that the scanner has found well formed. Most
// pieces of text hold no escape and need no second scan.
func unquote(data []byte) string {
	inner := data[1 : len(data)-1]
	for _, b := range inner {
		if b == '\\' || b >= utf8.RuneSelf {
			var s string
			_ = json.Unmarshal(data, &s) // well formed: it can't fail
			return s
		}
	}
	return string(inner)
}

// content is a string, or a list of parts: Mistral sends thought as one kind.
type content struct {
	text  words
	parts []part
}

type part struct {
	Type     string  `json:"type"`
	Text     words   `json:"text"`
	Thinking content `json:"thinking"`
}

func (c *content) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return unmarshal(data, &c.parts)
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
	Index    *int   `json:"index"`
	ID       string `json:"id"`
	Function struct {
		Name      string    `json:"name"`
		Arguments arguments `json:"arguments"`
	} `json:"function"`
}

func (t *toolCalls) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return unmarshal(data, (*[]toolCall)(t))
	case '{':
		*t = make(toolCalls, 1)
		return unmarshal(data, &(*t)[0])
	}
	return nil
}

// arguments is a JSON document inside a string, or, from some servers, bare.
type arguments string

func (a *arguments) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		*a = arguments(unquote(data))
	case '{', '[':
		*a = arguments(data)
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
		c.URL = unquote(data)
	case '{':
		var object struct {
			URL   string `json:"url"`
			Title string `json:"title"`
		}
		err := unmarshal(data, &object)
		c.URL, c.Title = object.URL, object.Title
		return err
	}
	return nil
}

// figure is a number, also one inside a string. Zero value: unknown.
type figure struct {
	value float64
	known bool
}

func (f *figure) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	*f = parseFigure(string(data))
	return nil
}

func parseFigure(s string) figure {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return figure{}
	}
	return figure{v, true}
}

// or returns the first known figure.
func (f figure) or(others ...figure) figure {
	for _, o := range others {
		if !f.known {
			f = o
		}
	}
	return f
}

func (f figure) float() *float64 {
	if !f.known {
		return nil
	}
	return &f.value
}

func (f figure) int() *int64 {
	if !f.known || f.value > math.MaxInt64/2 {
		return nil
	}
	n := int64(f.value)
	return &n
}
