// Package api is the vocabulary in which the rooms of aimlchat talk about
// language models: what is asked ([Request]), what arrives ([Event]), what it
// cost ([Usage], [Cost]), what went wrong ([Error]), and who answers
// ([Backend]).
//
// It also holds the parts of a stream that every wire shares: the event-stream
// reader ([Frames]), the splitter of inline thought ([Splitter]) and the retry
// policy ([Retry]). It knows no terminal, no file and no vendor; the wires
// themselves are the packages below it.
package api

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
)

// Backend is something that answers.
type Backend interface {
	// Name is the provider's name as the person knows it: "aimlapi", "demo".
	Name() string

	// Stream sends one request and yields what arrives, in order.
	//
	// It is pulled: nothing runs between two pulls, and breaking out of the
	// loop or cancelling ctx closes the connection. At most one error is
	// yielded, last, always an *[Error]; the events before it are good and
	// must be kept. A sequence that ends without an error has yielded exactly
	// one [Finish].
	Stream(ctx context.Context, req Request) iter.Seq2[Event, error]

	// Models lists what the backend offers, unfiltered, in its own order.
	Models(ctx context.Context) ([]Model, error)
}

// DefaultMaxTokens is the limit sent when neither the person nor the model's
// catalogue entry names one: many models of AI/ML API otherwise stop after
// 512 tokens, which a model that thinks spends before its first word.
const DefaultMaxTokens = 8192

// Request is one question, with all that came before it.
type Request struct {
	Model    string
	Messages []Message // a system message, when there is one, comes first

	MaxTokens   int      // limit of the answer in tokens; 0 means [DefaultMaxTokens]; always sent
	Temperature *float64 // nil: not sent
	TopP        *float64 // nil: not sent
	Seed        *int64   // nil: not sent
	Stop        []string // empty: not sent

	// What the person wishes, in nobody's wire shape. A wire does not look at
	// these: package catalog turns them into Protocol and Fields.
	Effort         Effort // how hard to think; "": as the model likes
	ThinkingBudget int    // limit of the thought in tokens; 0: none wished
	Web            bool   // search the web

	// Continue says that the last message is an assistant's that broke off, and
	// wishes that it goes on from exactly where it ends. All of it must be there;
	// what arrives is only what comes after it.
	Continue bool

	// How to ask for it.
	Protocol Protocol       // "" means [Chat]
	Fields   map[string]any // further fields of the body, in the protocol's words; a list under "tools" joins Tools
	Mark     string         // the field by which [Chat] is told that the last message, an assistant's, goes on: "prefix", "partial"; "": none

	Tools []Tool // what the model may call; empty: nothing

	// ID labels the request in the service's logs (X-Client-Request-Id):
	// 1 to 128 of A-Za-z0-9._:- . It is no idempotency key.
	ID string
}

// Protocol is a way to ask a service of models. Its text is stored: never rename
// one.
type Protocol string

// The protocols.
const (
	Chat      Protocol = "chat"      // OpenAI's chat completions
	Responses Protocol = "responses" // OpenAI's responses
	Messages  Protocol = "messages"  // Anthropic's messages
)

// Effort is how hard a model is asked to think.
type Effort string

// The efforts that services agree on.
const (
	LowEffort    Effort = "low"
	MediumEffort Effort = "medium"
	HighEffort   Effort = "high"
)

// NoEffort asks a model not to think, or as little as it lets itself be told;
// what can't be told of it is left out without a word.
const NoEffort Effort = "none"

// Tool is a function that a model may ask to have called.
type Tool struct {
	Name        string
	Description string
	Parameters  json.RawMessage // a JSON Schema of the arguments; nil: none are taken
}

// Role says who speaks in a [Message].
type Role string

// The roles of a conversation.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
	ToolRole  Role = "tool" // answers the calls of the assistant message before it
)

// Message is one contribution to a conversation.
type Message struct {
	Role  Role
	Parts []Part

	// Model is the id of the model that wrote an assistant message. Backends
	// use it to leave one model's reasoning out of another's request.
	Model string
}

// Text returns a message of one text part.
func Text(role Role, text string) Message {
	return Message{Role: role, Parts: []Part{{Kind: TextPart, Text: text}}}
}

// Content joins the text parts of m: what was asked or answered, without
// reasoning.
func (m Message) Content() string { return m.join(TextPart) }

// Reasoning joins the reasoning parts of m.
func (m Message) Reasoning() string { return m.join(ReasoningPart) }

func (m Message) join(kind PartKind) string {
	var b strings.Builder
	for _, p := range m.Parts {
		if p.Kind == kind {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// PartKind says what a [Part] holds. Its text is stored: never rename one.
type PartKind string

// The kinds of parts.
const (
	TextPart       PartKind = "text"
	ReasoningPart  PartKind = "reasoning"
	ToolCallPart   PartKind = "tool_call"
	ToolResultPart PartKind = "tool_result"
	FilePart       PartKind = "file"
	OpaquePart     PartKind = "opaque"
)

// Part is a piece of a message.
type Part struct {
	Kind   PartKind
	Text   string    // TextPart, ReasoningPart; of a ToolResultPart the result
	Tool   *ToolCall // ToolCallPart; of a ToolResultPart ID and Name of the call
	File   *File     // FilePart
	Opaque *Opaque   // OpaquePart
}

// File is what a person attached, or a model made.
type File struct {
	Name string `json:"name"` // its base name, without any folder
	MIME string `json:"mime"` // "image/png", "application/pdf", "audio/wav", "text/plain"
	Size int64  `json:"size"` // in bytes

	// SHA256 of the content in lower-case hex, by which it is stored; "" when the
	// content has not been had yet.
	SHA256 string `json:"sha256,omitempty"`
	// URL is where a service keeps a file that it made; "" when it sent the
	// content itself.
	URL string `json:"url,omitempty"`

	Data []byte `json:"-"` // the content; nil: not loaded
}

// Opaque is what a protocol wants back as it came: a signature of thought, or
// thought in cipher. It goes back to the model that sent it, by the protocol by
// which it came, and to nobody else; nobody reads it.
type Opaque struct {
	Protocol Protocol        `json:"protocol"`
	Data     json.RawMessage `json:"data"`
}

// ToolCall is a model's wish to have a function called.
type ToolCall struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"` // a JSON document, as the model wrote it
}

// Citation is a source that an answer names.
type Citation struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}
