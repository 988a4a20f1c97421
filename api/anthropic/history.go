package anthropic

// This file owns how a conversation becomes turns: the person's and the model's
// in turn, the person's first. It refuses to send what the protocol refuses:
// blank text, calls without results, results without calls; and to send thought
// back anywhere but into the turn that it belongs to, while that turn goes on.

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// turn is a message of the protocol.
type turn struct {
	Role    api.Role `json:"role"`
	Content []any    `json:"content"`
}

type textBlock struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type toolUse struct {
	Type  string          `json:"type"`
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

type toolResult struct {
	Type      string `json:"type"`
	ToolUseID string `json:"tool_use_id"`
	Content   string `json:"content,omitempty"`
}

// conversation is built message by message.
type conversation struct {
	turns  []turn
	system []string
	notes  []string

	// thoughtful: thinking may be asked for. It may not in the middle of a turn
	// that began without.
	thoughtful bool

	failure error // what must not be left out can't be sent

	ids  map[string]string // of the calls that wait for results: as they are known, as they are sent
	used map[string]bool   // as they are sent
}

func converse(req api.Request) *conversation {
	c := &conversation{used: map[string]bool{}, thoughtful: true}
	open := openTurn(req.Messages)
	if open < len(req.Messages) {
		c.thoughtful = false
	}
	lastPrompt := prompt(req.Messages)
	for i, m := range req.Messages {
		switch m.Role {
		case api.System:
			if text := m.Content(); strings.TrimSpace(text) != "" {
				c.system = append(c.system, text)
			}
		case api.Assistant:
			c.assistant(m, answered(req.Messages[i+1:]), i >= open && m.Model == req.Model)
		case api.ToolRole:
			c.results(m)
		default:
			c.ids = nil
			c.add(api.User, c.blocks(m, i == lastPrompt)...)
		}
	}
	c.close()
	return c
}

// prompt is the place of what the person says last; -1 if that is nothing.
func prompt(all []api.Message) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Role == api.User {
			return i
		}
	}
	return -1
}

// openTurn is where the model's turn begins that still goes on, since the
// results of its calls are what is sent: its first message. Without one it is
// the end.
func openTurn(all []api.Message) int {
	begin, results := len(all), false
	for i := len(all) - 1; i >= 0; i-- {
		switch all[i].Role {
		case api.ToolRole:
			results = true
		case api.Assistant:
			if results {
				begin = i
			}
		case api.System:
			continue
		default:
			return begin
		}
		if !results {
			break
		}
	}
	return begin
}

// answered are the ids of the calls to which the messages right after them bring
// results.
func answered(rest []api.Message) map[string]bool {
	ids := map[string]bool{}
	for _, m := range rest {
		if m.Role == api.User || m.Role == api.Assistant {
			break
		}
		for _, p := range m.Parts {
			if m.Role == api.ToolRole && p.Kind == api.ToolResultPart && p.Tool != nil {
				ids[p.Tool.ID] = true
			}
		}
	}
	return ids
}

// assistant adds what the model said, and the calls that were answered; only
// with them, what it wants back of its thought.
func (c *conversation) assistant(m api.Message, answered map[string]bool, open bool) {
	c.ids = map[string]string{}
	var sealed, text, calls []any
	for _, p := range m.Parts {
		switch {
		case p.Kind == api.OpaquePart && p.Opaque != nil:
			if open && p.Opaque.Protocol == api.Messages && json.Valid(p.Opaque.Data) {
				sealed = append(sealed, p.Opaque.Data)
			}
		case p.Kind == api.TextPart:
			text = appendText(text, p.Text)
		case p.Kind == api.ToolCallPart && p.Tool != nil && answered[p.Tool.ID] && c.ids[p.Tool.ID] == "":
			calls = append(calls, toolUse{"tool_use", c.identify(p.Tool.ID), p.Tool.Name, input(p.Tool.Arguments)})
		}
	}
	if len(calls) > 0 && len(sealed) > 0 {
		c.thoughtful = true
		c.add(api.Assistant, sealed...)
	}
	c.add(api.Assistant, append(text, calls...)...)
}

// identify gives a call the id under which it is sent: other services know
// characters that this protocol does not, and use an id twice.
func (c *conversation) identify(id string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, id)
	if clean == "" {
		clean = "call"
	}
	unique := clean
	for n := 2; c.used[unique]; n++ {
		unique = clean + "_" + strconv.Itoa(n)
	}
	c.used[unique], c.ids[id] = true, unique
	return unique
}

// input is what a call was made with: an object, whatever the model wrote.
func input(arguments string) json.RawMessage {
	arguments = strings.TrimSpace(arguments)
	if strings.HasPrefix(arguments, "{") && json.Valid([]byte(arguments)) {
		return json.RawMessage(arguments)
	}
	return json.RawMessage("{}")
}

// results adds the results of the calls right before it, each once.
func (c *conversation) results(m api.Message) {
	for _, p := range m.Parts {
		if p.Kind != api.ToolResultPart || p.Tool == nil || c.ids[p.Tool.ID] == "" {
			continue
		}
		text := p.Text
		if strings.TrimSpace(text) == "" {
			text = ""
		}
		c.add(api.User, toolResult{"tool_result", c.ids[p.Tool.ID], text})
		delete(c.ids, p.Tool.ID)
	}
}

// blocks is what a person said and attached. Of what was attached long ago and
// can't be sent, only a note is left; what the person asks about now is another
// matter.
func (c *conversation) blocks(m api.Message, now bool) (blocks []any) {
	for _, p := range m.Parts {
		switch {
		case p.Kind == api.TextPart:
			blocks = appendText(blocks, p.Text)
		case p.Kind == api.FilePart && p.File != nil:
			block, why := attach(p.File)
			if block == nil {
				if now {
					c.fail(p.File, why)
				}
				c.notes = append(c.notes, p.File.Name+" is not sent: "+why)
				continue
			}
			blocks = append(blocks, block)
		}
	}
	return blocks
}

func (c *conversation) fail(f *api.File, why string) {
	c.failure = &api.Error{
		Kind:    api.ErrInvalid,
		Message: "sending " + f.Name + ": " + why,
		Hint:    "attach another file, or choose another model",
	}
}

// appendText leaves out blank text, which is refused.
func appendText(blocks []any, text string) []any {
	if strings.TrimSpace(text) == "" {
		return blocks
	}
	return append(blocks, textBlock{"text", text})
}

// add adds blocks to the turn of whoever has it.
func (c *conversation) add(role api.Role, blocks ...any) {
	switch last := len(c.turns) - 1; {
	case len(blocks) == 0:
	case last >= 0 && c.turns[last].Role == role:
		c.turns[last].Content = append(c.turns[last].Content, blocks...)
	case last < 0 && role == api.Assistant: // the person has to begin
		c.turns = append(c.turns, turn{api.User, []any{textBlock{"text", "…"}}}, turn{role, blocks})
	default:
		c.turns = append(c.turns, turn{role, blocks})
	}
}

// close trims the end of an answer that the model is to continue: white space
// there is refused.
func (c *conversation) close() {
	if c.turns == nil {
		c.turns = []turn{}
	}
	if n := len(c.turns); n > 0 && c.turns[n-1].Role == api.Assistant {
		content := c.turns[n-1].Content
		if text, ok := content[len(content)-1].(textBlock); ok {
			content[len(content)-1] = textBlock{"text", strings.TrimRight(text.Text, " \t\r\n")}
		}
	}
}
