package archive

// This file owns lists of messages as OpenAI's interface takes them: alone, in an
// object with "messages", or one a line. They have no ids; what a message says,
// and all before it, makes one, so that the same list read twice is the same
// conversation.

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// message is one of such a list.
type message struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"` // a text, a list of parts, or null
	Reasoning  json.RawMessage `json:"reasoning"`
	Thought    json.RawMessage `json:"reasoning_content"`
	Refusal    json.RawMessage `json:"refusal"`
	ToolCalls  json.RawMessage `json:"tool_calls"`
	ToolCallID string          `json:"tool_call_id"`
	Name       string          `json:"name"`
	Model      string          `json:"model"`
}

// part is one of the parts of which a content may consist.
type part struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	Refusal  string          `json:"refusal"`
	ImageURL json.RawMessage `json:"image_url"` // {"url": …}, or the address alone
	Audio    *inlineFile     `json:"input_audio"`
	File     *inlineFile     `json:"file"`
}

type inlineFile struct {
	Data     string `json:"data"`
	Format   string `json:"format"`
	FileData string `json:"file_data"`
	Filename string `json:"filename"`
}

func (j *jsonReader) messageList(o *object) error {
	return j.array(func() error {
		var m message
		ok, err := j.bounded(o, len(o.messages), j.where(o.title()), &m)
		if ok {
			o.messages = append(o.messages, m)
		}
		return err
	})
}

// looseMessage adds an object that is a message to those of the document.
func (j *jsonReader) looseMessage(o object) error {
	var m message
	whole, err := json.Marshal(o.fields)
	if err == nil {
		err = json.Unmarshal(whole, &m)
	}
	if err != nil {
		return j.problem(fmt.Sprintf("message %d", j.index), "it is not as it should be: %s", jsonError(err))
	}
	if j.size += len(whole); j.size > j.limits.Session || len(j.loose) >= j.limits.Messages {
		if j.cut {
			return nil
		}
		j.cut = true
		return j.problem("", "it is too long, and was cut after %d messages", len(j.loose))
	}
	j.loose = append(j.loose, m)
	return nil
}

func (j *jsonReader) passLoose() error {
	if len(j.loose) == 0 {
		return nil
	}
	return j.conversation(object{messages: j.loose, listed: true})
}

// conversation hands on a list of messages.
func (j *jsonReader) conversation(o object) error {
	var (
		s       Session
		content = inline{}
		systems int
		chain   = sha256.New()
		where   = j.where(o.title())
	)
	created := unixTime(o.fields["created"])
	for n, m := range o.messages {
		parts, wrong := content.parts(m)
		if wrong != "" {
			if err := j.problem(where, "message %d: %s", n+1, wrong); err != nil {
				return err
			}
		}
		role, known := roleOf(m.Role)
		switch {
		case role == api.System:
			systems++
			continue
		case !known:
			if err := j.problem(where, "message %d: nobody knows the role %q", n+1, oneLine(m.Role)); err != nil {
				return err
			}
			continue
		case len(parts) == 0:
			continue
		}
		told, _ := json.Marshal(m) // a struct of texts
		chain.Write(told)
		msg := session.Message{ID: hexOf(chain)[:32], Role: role, Parts: parts, Created: created}
		if n := len(s.Messages); n > 0 {
			msg.ParentID = s.Messages[n-1].ID
		}
		if role == api.Assistant {
			msg.Finish, msg.Model = api.FinishStop, firstOf(m.Model, o.text("model"))
		}
		s.Messages = append(s.Messages, msg)
	}
	if systems > 0 {
		if err := j.problem(where, leftOut, systems); err != nil {
			return err
		}
	}
	if len(s.Messages) == 0 {
		return j.problem(where, "it has no messages")
	}
	id := firstOf(o.text("id"), o.text("conversation_id"), s.Messages[len(s.Messages)-1].ID)
	s.ID, s.Origin = "", "messages:"+id
	s.Title, s.Created, s.Updated = titled(o.title(), s.Messages), created, created
	s.Content = content.open
	return j.hand(s)
}

// leftOut is said of what would speak for the person.
const leftOut = "its system prompts (%d) were left out: they are taken over only from aimlchat's own exports"

// titled is the title of a conversation, else that of its first prompt.
func titled(title string, msgs []session.Message) string {
	if title = session.Title(title); title != "" {
		return title
	}
	for _, m := range msgs {
		if m.Role == api.User {
			return m.Title()
		}
	}
	return ""
}

func roleOf(role string) (api.Role, bool) {
	switch strings.ToLower(role) {
	case "user", "human":
		return api.User, true
	case "assistant", "model", "ai":
		return api.Assistant, true
	case "tool", "function":
		return api.ToolRole, true
	case "system", "developer":
		return api.System, true
	}
	return "", false
}

// unixTime reads seconds since 1970, with or without a fraction.
func unixTime(raw json.RawMessage) time.Time {
	var seconds float64
	if json.Unmarshal(raw, &seconds) != nil || seconds <= 0 || seconds > 1e11 {
		return time.Time{}
	}
	return plausible(time.UnixMilli(int64(seconds * 1000)))
}

// inline holds the contents of files that stood in messages, by their sums.
type inline map[string][]byte

func (in inline) open(sum string) (io.ReadCloser, error) {
	data, ok := in[sum]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// parts returns what a message says; wrong is what of it can't be kept.
func (in inline) parts(m message) (parts []api.Part, wrong string) {
	var told, thought, refusal string
	if json.Unmarshal(m.Thought, &thought) != nil || thought == "" {
		_ = json.Unmarshal(m.Reasoning, &thought)
	}
	parts = textParts(api.ReasoningPart, thought)
	_ = json.Unmarshal(m.Refusal, &refusal)
	said := textParts(api.TextPart, refusal)
	if isText := json.Unmarshal(m.Content, &told) == nil; isText {
		said = append(textParts(api.TextPart, told), said...)
	} else if len(m.Content) > 0 {
		var list []part
		if err := json.Unmarshal(m.Content, &list); err != nil {
			wrong = "its content is neither a text nor a list of parts"
		}
		for _, p := range list {
			one, err := in.part(p)
			if err != nil {
				wrong = err.Error()
				continue
			}
			said = append(said, one...)
		}
	}
	if role, _ := roleOf(m.Role); role == api.ToolRole {
		return []api.Part{{
			Kind: api.ToolResultPart, Text: api.Message{Parts: said}.Content(), Tool: &api.ToolCall{ID: m.ToolCallID, Name: m.Name},
		}}, wrong
	}
	calls, wrongCall := toolCalls(m.ToolCalls)
	return append(append(parts, said...), calls...), firstOf(wrong, wrongCall)
}

func toolCalls(raw json.RawMessage) (parts []api.Part, wrong string) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, ""
	}
	var calls []struct {
		ID       string `json:"id"`
		Function struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"function"`
	}
	if err := json.Unmarshal(raw, &calls); err != nil {
		return nil, "its tool calls are not as they should be"
	}
	for _, c := range calls {
		var arguments string
		if json.Unmarshal(c.Function.Arguments, &arguments) != nil {
			arguments = string(c.Function.Arguments)
		}
		parts = append(parts, api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: arguments}})
	}
	return parts, ""
}

func (in inline) part(p part) ([]api.Part, error) {
	switch p.Type {
	case "text", "input_text", "output_text":
		return textParts(api.TextPart, p.Text), nil
	case "refusal":
		return textParts(api.TextPart, p.Refusal), nil
	case "image_url", "input_image":
		return in.image(p.ImageURL)
	case "input_audio":
		if p.Audio != nil {
			return in.file("audio."+baseName(p.Audio.Format), "audio/"+baseName(p.Audio.Format), p.Audio.Data)
		}
	case "file", "input_file":
		if p.File != nil {
			return in.dataURL(baseName(p.File.Filename), p.File.FileData)
		}
	}
	return nil, fmt.Errorf("a part of the type %q can't be kept", oneLine(p.Type))
}

func (in inline) image(raw json.RawMessage) ([]api.Part, error) {
	var address string
	var object struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(raw, &address) != nil && json.Unmarshal(raw, &object) == nil {
		address = object.URL
	}
	if web := webURL(address); web != "" {
		return textParts(api.TextPart, "[image]("+web+")\n"), nil // nobody has had its content
	}
	return in.dataURL("image", address)
}

// dataURL reads data:image/png;base64,….
func (in inline) dataURL(name, address string) ([]api.Part, error) {
	rest, ok := strings.CutPrefix(address, "data:")
	kind, data, ok2 := strings.Cut(rest, ",")
	kind, base := strings.CutSuffix(kind, ";base64")
	if !ok || !ok2 || !base {
		return nil, errors.New("a file in it has no content that could be read")
	}
	return in.file(name, mediaType(kind), data)
}

func (in inline) file(name, mime, data string) ([]api.Part, error) {
	content, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return nil, errors.New("the content of a file in it is no valid base64")
	}
	return []api.Part{in.keep(name, mime, content)}, nil
}

// keep remembers a content, and returns the part that names it.
func (in inline) keep(name, mime string, content []byte) api.Part {
	f := api.File{Name: name, MIME: mediaType(oneLine(mime)), Size: int64(len(content)), SHA256: sumOf(content)}
	in[f.SHA256] = content
	return api.Part{Kind: api.FilePart, File: &f}
}
