package aixplain

// This file owns how a conversation becomes messages. It refuses to send files
// other than texts: aiXplain takes them by an address only.

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
)

// turn is a message as a model takes it.
type turn struct {
	Role    api.Role   `json:"role"`
	Content string     `json:"content"`
	Calls   []sentCall `json:"tool_calls,omitempty"`
	CallID  string     `json:"tool_call_id,omitempty"`
}

type sentCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function sentFunction `json:"function"`
}

type sentFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// conversation is what was said, up to now.
type conversation struct {
	system string
	turns  []turn
	notes  []string
}

// converse reads a conversation. What a person attached last must go along; of
// what was attached before, only a note is left.
func converse(all []api.Message) (conversation, *api.Error) {
	var c conversation
	var system []string
	last := lastPrompt(all)
	for i, m := range all {
		text, left := words(m)
		for _, f := range left {
			if i == last {
				return c, cantAttach(f)
			}
			c.notes = append(c.notes, f.Name+" is not sent: aiXplain is sent text files only")
		}
		switch m.Role {
		case api.System:
			system = append(system, text)
		case api.ToolRole:
			c.results(m)
		default:
			c.add(m, text)
		}
	}
	c.system = strings.TrimSpace(strings.Join(system, "\n\n"))
	return c, nil
}

// lastPrompt is the place of what the person says last; -1 if that is nothing.
func lastPrompt(all []api.Message) int {
	for i, m := range slices.Backward(all) {
		if m.Role == api.User {
			return i
		}
	}
	return -1
}

func cantAttach(f *api.File) *api.Error {
	return &api.Error{
		Kind:    api.ErrInvalid,
		Message: "sending " + f.Name + ": aiXplain is sent text files only",
		Hint:    "attach a text file, or choose a model of another provider",
	}
}

// words are what m says, text files in it, and the files that can't be said.
func words(m api.Message) (string, []*api.File) {
	var said []string
	var left []*api.File
	for _, p := range m.Parts {
		switch {
		case p.Kind == api.TextPart && p.Text != "":
			said = append(said, p.Text)
		case p.Kind != api.FilePart || p.File == nil || m.Role != api.User:
		case isText(p.File):
			said = append(said, p.File.Framed())
		default:
			left = append(left, p.File)
		}
	}
	return strings.Join(said, "\n\n"), left
}

// isText reports whether f can stand among words.
func isText(f *api.File) bool {
	family, _, _ := strings.Cut(strings.ToLower(f.MIME), "/")
	switch family {
	case "text":
		return true
	case "image", "audio", "video":
		return f.MIME == "image/svg+xml"
	}
	return utf8.Valid(f.Data) && bytes.IndexByte(f.Data, 0) < 0 && !bytes.HasPrefix(f.Data, []byte("%PDF-"))
}

// add adds what a person or a model said. Who says two things in a row is taken to
// have said one.
func (c *conversation) add(m api.Message, text string) {
	t := turn{Role: m.Role, Content: text}
	for _, p := range m.Parts {
		if p.Kind == api.ToolCallPart && p.Tool != nil {
			t.Calls = append(t.Calls, sentCall{p.Tool.ID, "function", sentFunction{p.Tool.Name, p.Tool.Arguments}})
		}
	}
	if strings.TrimSpace(text) == "" && t.Calls == nil {
		return
	}
	if n := len(c.turns) - 1; n >= 0 && c.turns[n].Role == t.Role && c.turns[n].Calls == nil && t.Calls == nil {
		c.turns[n].Content += "\n\n" + t.Content
		return
	}
	c.turns = append(c.turns, t)
}

// results adds what tools returned.
func (c *conversation) results(m api.Message) {
	for _, p := range m.Parts {
		if p.Kind == api.ToolResultPart && p.Tool != nil {
			c.turns = append(c.turns, turn{Role: api.ToolRole, Content: p.Text, CallID: p.Tool.ID})
		}
	}
}

// folded returns the turns with the system prompt in the person's first.
func (c *conversation) folded() []turn {
	turns := slices.Clone(c.turns)
	at := slices.IndexFunc(turns, func(t turn) bool { return t.Role == api.User })
	if c.system != "" && at >= 0 {
		turns[at].Content = c.system + "\n\n" + turns[at].Content
	}
	return turns
}

// prompt is what was said last, and how much before it.
func (c *conversation) prompt() (string, []turn) {
	n := len(c.turns) - 1
	if n < 0 || c.turns[n].Role != api.User {
		return "", c.turns
	}
	return c.turns[n].Content, c.turns[:n]
}

// plain returns the turns of persons and models, without calls: all that an
// agent's history may hold.
func plain(turns []turn) []turn {
	var some []turn
	for _, t := range turns {
		if (t.Role == api.User || t.Role == api.Assistant) && strings.TrimSpace(t.Content) != "" {
			some = append(some, turn{Role: t.Role, Content: t.Content})
		}
	}
	return some
}
