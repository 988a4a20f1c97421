package anthropic

// This file owns the blocks of an answer: what each of them adds, and what of it
// is sealed to go back. It refuses to show what only a service can read.

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// blocks are those of one answer.
type blocks struct {
	open  map[int]*openBlock // by the index of the service
	last  int                // index of the one that began last
	calls int                // tool calls so far

	thought  bool   // some thought was shown
	spoken   string // type of the block that began last, or was shown; "": none
	said     bool   // some of the answer was shown
	redacted int
}

// openBlock is a block that has begun and did not stop.
type openBlock struct {
	kind string
	raw  json.RawMessage // as it began

	call      int  // place of a tool call
	filled    bool // arguments of it came
	fresh     bool // nothing of it was shown
	grown     bool // pieces came after its beginning
	thought   strings.Builder
	signature strings.Builder
}

// place is the index of the block that an event is about. Without one it is the
// last.
func (d *decoder) place(ev *event) int {
	if i := ev.Index.Int(); i != nil {
		return int(min(*i, maxCount))
	}
	return d.blocks.last
}

// begin opens a block.
func (d *decoder) begin(at int, kind string) *openBlock {
	if d.blocks.open == nil {
		d.blocks.open = map[int]*openBlock{}
	}
	b := &openBlock{kind: kind, fresh: true}
	d.blocks.open[at], d.blocks.last = b, at
	return b
}

func (d *decoder) start(at int, whole *block) {
	d.stop(at) // should its stop have gone missing
	b := d.begin(at, whole.Type)
	b.raw = whole.raw
	if whole.Type != "text" {
		d.blocks.spoken = whole.Type
	}
	switch whole.Type {
	case "text":
		d.text(b, string(whole.Text))
	case "thinking":
		b.signature.WriteString(string(whole.Signature))
		d.thinking(b, string(whole.Thinking))
	case "redacted_thinking":
		d.blocks.redacted++
	case "tool_use":
		b.call = d.blocks.calls
		d.blocks.calls++
		d.add(api.ToolCallDelta{Index: b.call, ToolCall: api.ToolCall{ID: whole.ID, Name: whole.Name}})
		if in := bytes.TrimSpace(whole.Input); len(in) > 2 && in[0] == '{' {
			d.arguments(b, string(in))
		}
	default:
		d.results(whole)
	}
	for _, c := range whole.Citations {
		d.cite(c)
	}
}

// extend adds a piece to a block. A block whose beginning went missing begins
// with it.
func (d *decoder) extend(at int, piece *delta) {
	b := d.blocks.open[at]
	if b == nil {
		kind := map[string]string{"text_delta": "text", "thinking_delta": "thinking"}[piece.Type]
		if kind == "" {
			return
		}
		b = d.begin(at, kind)
	}
	b.grown = true
	switch piece.Type {
	case "text_delta":
		d.text(b, string(piece.Text))
	case "thinking_delta":
		d.thinking(b, string(piece.Thinking))
	case "signature_delta":
		b.signature.WriteString(string(piece.Signature))
	case "input_json_delta":
		if b.kind == "tool_use" && piece.PartialJSON != "" {
			d.arguments(b, string(piece.PartialJSON))
		}
	case "citations_delta":
		if piece.Citation != nil {
			d.cite(*piece.Citation)
		}
	}
}

func (d *decoder) arguments(b *openBlock, piece string) {
	b.filled = true
	d.add(api.ToolCallDelta{Index: b.call, ToolCall: api.ToolCall{Arguments: piece}})
}

// blankLine parts what belongs to different blocks.
const blankLine = "\n\n"

// text shows a piece of the answer. Texts in a row are one, cut by the sources
// of each; other blocks between them part them.
func (d *decoder) text(b *openBlock, text string) {
	if text == "" {
		return
	}
	s := &d.blocks
	if b.fresh && s.said && s.spoken != "text" && text[0] != '\n' {
		text = blankLine + text
	}
	b.fresh, s.said, s.spoken = false, true, "text"
	d.say(text)
}

func (d *decoder) thinking(b *openBlock, text string) {
	if text == "" {
		return
	}
	b.thought.WriteString(text)
	s := &d.blocks
	if b.fresh && s.thought {
		text = blankLine + text
	}
	b.fresh, s.thought = false, true
	d.think(text)
}

// stop closes a block, and seals what is to go back of it.
func (d *decoder) stop(at int) {
	b := d.blocks.open[at]
	if b == nil {
		return
	}
	delete(d.blocks.open, at)
	switch b.kind {
	case "tool_use":
		if !b.filled {
			d.arguments(b, "{}")
		}
	case "redacted_thinking":
		d.seal(b.raw)
	case "thinking":
		if b.signature.Len() > 0 { // without one it would be refused
			d.seal(b.sealed())
		}
	}
}

func (d *decoder) stopAll() {
	for _, at := range slices.Sorted(maps.Keys(d.blocks.open)) {
		d.stop(at)
	}
}

// seal hands on what is to go back, but not before something to read: until then
// all may begin again, and nobody would throw it away.
func (d *decoder) seal(data json.RawMessage) {
	if data != nil {
		d.sealed = append(d.sealed, api.Sealed{Opaque: api.Opaque{Protocol: api.Messages, Data: data}})
	}
	if d.content {
		d.unload()
	}
}

// unload passes on what was sealed.
func (d *decoder) unload() {
	d.out = append(d.out, d.sealed...)
	d.sealed = nil
}

// sealed is a thinking block as it would have come in one piece, with the fields
// that nobody here knows.
func (b *openBlock) sealed() json.RawMessage {
	if !b.grown { // so it came
		return b.raw
	}
	fields := map[string]json.RawMessage{}
	_ = json.Unmarshal(b.raw, &fields) // nil if the beginning went missing
	fields["type"] = quote("thinking")
	fields["thinking"] = quote(b.thought.String())
	fields["signature"] = quote(b.signature.String())
	return encodeJSON(fields)
}

func quote(s string) json.RawMessage { return encodeJSON(s) }

// encodeJSON writes v without escapes that only web pages need.
func encodeJSON(v any) json.RawMessage {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSpace(buf.Bytes())
}

// sources are those of an answer. Those that the service found are named only
// when the answer names none itself.
type sources struct {
	named map[string]bool
	found []api.Citation
}

func (s *sources) unnamed() []api.Citation {
	if len(s.named) > 0 {
		return nil
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(s.found, func(c api.Citation) bool {
		again := seen[c.URL]
		seen[c.URL] = true
		return again
	})
}

func (d *decoder) cite(c citation) {
	if c.URL == "" || d.sources.named[c.URL] {
		return
	}
	if d.sources.named == nil {
		d.sources.named = map[string]bool{}
	}
	d.sources.named[c.URL] = true
	d.add(api.Cited{Citation: api.Citation{Title: c.Title, URL: c.URL}})
}

// results takes in what a tool of the service's own found, or that it failed.
func (d *decoder) results(b *block) {
	tool, isResult := strings.CutSuffix(b.Type, "_tool_result")
	if !isResult {
		return
	}
	if code := b.Content.one.Error; code != "" {
		d.out = append(d.out, api.Notice{Text: words(tool) + " failed: " + words(string(code))})
	}
	for _, r := range append(b.Content.found, b.Content.one) {
		if r.URL != "" {
			d.sources.found = append(d.sources.found, api.Citation{Title: r.Title, URL: r.URL})
		}
	}
}

// words writes a name of the protocol for people.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
