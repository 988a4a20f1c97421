package archive

// This file owns ChatGPT's exports: conversations, each a mapping of nodes that
// name their parents. What a model did before its answer (thoughts, code, the
// results of tools) becomes the reasoning of that answer: it is kept, and sent to
// nobody. Nodes that say nothing are left out, and what hangs on them moves up.

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// node is one of a mapping.
type node struct {
	Key     string       `json:"-"`
	Message *nodeMessage `json:"message"`
	Parent  string       `json:"parent"`
}

type nodeMessage struct {
	Author struct {
		Role string `json:"role"`
		Name string `json:"name"`
	} `json:"author"`
	CreateTime json.RawMessage `json:"create_time"`
	Content    nodeContent     `json:"content"`
	Recipient  string          `json:"recipient"`
	Metadata   struct {
		Model       json.RawMessage `json:"model_slug"`
		Hidden      json.RawMessage `json:"is_visually_hidden_from_conversation"`
		Finish      json.RawMessage `json:"finish_details"`
		Attachments json.RawMessage `json:"attachments"`
	} `json:"metadata"`
}

type nodeContent struct {
	Type     string            `json:"content_type"`
	Parts    []json.RawMessage `json:"parts"`
	Text     json.RawMessage   `json:"text"`
	Content  json.RawMessage   `json:"content"`
	Result   json.RawMessage   `json:"result"`
	Language string            `json:"language"`
	Thoughts []struct {
		Summary json.RawMessage `json:"summary"`
		Content json.RawMessage `json:"content"`
	} `json:"thoughts"`
}

func (j *jsonReader) mapping(o *object) error {
	return j.scanner.object(func(key string) error {
		n := node{}
		ok, err := j.bounded(o, len(o.nodes), j.where(o.title()), &n)
		if n.Key = key; ok && key != "" {
			o.nodes = append(o.nodes, n)
		}
		return err
	})
}

// chat is a conversation of ChatGPT's as it is taken over.
type chat struct {
	*jsonReader
	names   map[string]string // of files, by their id
	content archived
	systems int
	missing int
}

// chatGPT hands on a conversation.
func (j *jsonReader) chatGPT(o object) error {
	c := chat{jsonReader: j, names: map[string]string{}, content: archived{}}
	kept := map[string]session.Message{}
	parent := map[string]string{}
	for _, n := range o.nodes {
		if _, twice := parent[n.Key]; twice {
			continue
		}
		parent[n.Key] = n.Parent
		if m, ok := c.message(n); ok {
			kept[n.Key] = m
		}
	}
	var msgs []session.Message
	for _, n := range o.nodes {
		if m, ok := kept[n.Key]; ok {
			delete(kept, n.Key)
			m.ParentID = n.Parent
			msgs = append(msgs, m)
		}
	}
	above := lifted(msgs, parent)
	for i := range msgs {
		msgs[i].ParentID = above(msgs[i].ParentID)
	}
	slices.SortStableFunc(msgs, func(a, b session.Message) int { return a.Created.Compare(b.Created) })
	msgs, now := joined(arrange(msgs))
	if err := c.complain(j.where(o.title())); err != nil {
		return err
	}
	if len(msgs) == 0 {
		return j.problem(j.where(o.title()), "it has no messages")
	}
	s := Session{Messages: msgs, Content: c.content.open}
	s.Title, s.Created, s.Updated = titled(o.title(), msgs), unixTime(o.fields["create_time"]), unixTime(o.fields["update_time"])
	s.Leaf = now[above(o.text("current_node"))]
	s.Origin = "chatgpt:" + firstOf(o.text("conversation_id"), o.text("id"), msgs[0].ID)
	return j.hand(s)
}

// lifted returns the way from a node to the next above it, or itself, that is
// among msgs; "" where there is none, or a circle.
func lifted(msgs []session.Message, parent map[string]string) func(string) string {
	is := map[string]bool{"": true}
	for _, m := range msgs {
		is[m.ID] = true
	}
	known := map[string]string{}
	return func(id string) string {
		var passed []string
		for len(passed) <= len(parent) {
			if is[id] {
				break
			}
			if end, was := known[id]; was {
				id = end
				break
			}
			passed = append(passed, id)
			id = parent[id]
		}
		if !is[id] {
			id = ""
		}
		for _, p := range passed {
			known[p] = id
		}
		return id
	}
}

func (c *chat) complain(where string) error {
	if c.systems > 0 {
		if err := c.problem(where, leftOut, c.systems); err != nil {
			return err
		}
	}
	if c.missing > 0 {
		return c.problem(where, "files that it names (%d) are not in the export", c.missing)
	}
	return nil
}

// message returns what a node says; ok is false for one that says nothing to a
// person.
func (c *chat) message(n node) (m session.Message, ok bool) {
	if n.Message == nil || string(n.Message.Metadata.Hidden) == "true" {
		return m, false
	}
	said := n.Message
	role, known := roleOf(said.Author.Role)
	switch said.Content.Type {
	case "model_editable_context": // what the model remembers, mostly nothing
		role = api.System
	case "user_editable_context": // what the person told it once for all
		c.systems++
		return m, false
	}
	m = session.Message{ID: n.Key, Role: role, Created: unixTime(said.CreateTime)}
	if !known {
		return m, false
	}
	c.attachments(said.Metadata.Attachments)
	switch role {
	case api.System:
		if strings.TrimSpace(said.Content.words()) != "" {
			c.systems++
		}
		return m, false
	case api.ToolRole:
		m.Role = api.Assistant
		m.Parts = c.work(said, firstOf(said.Author.Name, "tool"))
	case api.Assistant:
		if said.Recipient != "" && said.Recipient != "all" {
			m.Parts = c.work(said, said.Recipient)
		} else {
			m.Parts = c.parts(said.Content)
		}
	default:
		m.Parts = c.parts(said.Content)
	}
	if m.Role == api.Assistant {
		m.Finish, m.Model = said.finish(), textOf(said.Metadata.Model)
	}
	return m, len(m.Parts) > 0
}

func (m *nodeMessage) finish() api.FinishReason {
	var details struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(m.Metadata.Finish, &details)
	switch details.Type {
	case "max_tokens":
		return api.FinishLength
	case "interrupted":
		return api.FinishStopped
	}
	return api.FinishStop
}

func (c *chat) attachments(raw json.RawMessage) {
	var list []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	_ = json.Unmarshal(raw, &list)
	for _, a := range list {
		c.names[a.ID] = baseName(a.Name)
	}
}

// work is what a tool was asked, or said: the files that it made, and all else
// as reasoning.
func (c *chat) work(m *nodeMessage, tool string) (parts []api.Part) {
	for _, p := range c.parts(m.Content) {
		if p.Kind == api.TextPart {
			p.Kind, p.Text = api.ReasoningPart, "**"+oneLine(tool)+"**\n\n"+fenced(oneLine(m.Content.Language), p.Text)
		}
		parts = append(parts, p)
	}
	return parts
}

// parts returns what a content says, files included.
func (c *chat) parts(content nodeContent) (parts []api.Part) {
	switch content.Type {
	case "thoughts":
		return textParts(api.ReasoningPart, content.thoughts())
	case "reasoning_recap":
		return nil // "Thought for 5 s", which is no thought
	case "code":
		code := content.words()
		if strings.TrimSpace(code) == "" {
			return nil
		}
		return textParts(api.ReasoningPart, strings.TrimRight(fenced(oneLine(content.Language), code), "\n"))
	}
	var words []string
	for _, raw := range content.Parts {
		if file, name, is := c.asset(raw); is && file != nil {
			parts = append(parts, api.Part{Kind: api.FilePart, File: file})
			continue
		} else if is {
			words = append(words, "["+firstOf(name, "file")+"]")
			continue
		}
		if t := partText(raw); t != "" {
			words = append(words, t)
		}
	}
	if len(content.Parts) == 0 {
		words = append(words, content.words())
	}
	said := strings.Join(words, "\n\n")
	if strings.TrimSpace(said) == "" {
		return parts
	}
	return append(textParts(api.TextPart, said), parts...)
}

func (c nodeContent) words() string {
	var words []string
	for _, raw := range append(slices.Clone(c.Parts), c.Text, c.Content, c.Result) {
		if t := partText(raw); t != "" {
			words = append(words, t)
		}
	}
	return strings.Join(words, "\n\n")
}

func (c nodeContent) thoughts() string {
	var all []string
	for _, t := range c.Thoughts {
		if summary := textOf(t.Summary); summary != "" {
			all = append(all, "**"+oneLine(summary)+"**")
		}
		if content := textOf(t.Content); content != "" {
			all = append(all, content)
		}
	}
	return strings.Join(all, "\n\n")
}

// textOf is a text, "" for anything else.
func textOf(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// partText is what a part of a content says: a text, or something spoken.
func partText(raw json.RawMessage) string {
	if s := textOf(raw); s != "" {
		return s
	}
	var spoken struct {
		Text json.RawMessage `json:"text"`
	}
	_ = json.Unmarshal(raw, &spoken)
	return textOf(spoken.Text)
}

// asset returns the file that a part points to, nil if it is not there.
func (c *chat) asset(raw json.RawMessage) (f *api.File, name string, is bool) {
	var part struct {
		Type    string `json:"content_type"`
		Pointer string `json:"asset_pointer"`
	}
	if json.Unmarshal(raw, &part) != nil || part.Pointer == "" {
		return nil, "", false
	}
	_, id, _ := strings.Cut(part.Pointer, "://")
	id, _, _ = strings.Cut(id, "#")
	if name = c.names[id]; c.fetch != nil {
		if found, err := c.fetch(id); err == nil { // what can be had
			file := found.file
			file.Name = firstOf(name, file.Name)
			c.content[file.SHA256] = found
			return &file, name, true
		}
	}
	c.missing++
	return nil, firstOf(name, strings.TrimSuffix(part.Type, "_asset_pointer")), true
}

// joined makes one message of the steps to an answer, where they lie in a row.
// It returns as well by which message each is spoken for now.
func joined(msgs []session.Message) (list []session.Message, now map[string]string) {
	children := map[string]int{}
	for _, m := range msgs {
		children[m.ParentID]++
	}
	now = map[string]string{}
	at := map[string]int{}
	for _, m := range msgs {
		up := now[m.ParentID]
		i, is := at[up]
		if is && m.Role == api.Assistant && list[i].Role == api.Assistant && children[m.ParentID] == 1 {
			list[i] = join(list[i], m)
			now[m.ID] = up
			continue
		}
		now[m.ID], at[m.ID] = m.ID, len(list)
		m.ParentID = up
		list = append(list, m)
	}
	return list, now
}

// join puts one step behind another: thought, then what is said, then files.
func join(a, b session.Message) session.Message {
	kinds := []api.PartKind{api.ReasoningPart, api.TextPart}
	parts := append(slices.Clone(a.Parts), b.Parts...)
	a.Parts = nil
	for _, kind := range kinds {
		var words []string
		for _, p := range parts {
			if p.Kind == kind {
				words = append(words, strings.TrimRight(p.Text, "\n"))
			}
		}
		a.Parts = append(a.Parts, textParts(kind, strings.Join(words, "\n\n"))...)
	}
	for _, p := range parts {
		if !slices.Contains(kinds, p.Kind) {
			a.Parts = append(a.Parts, p)
		}
	}
	a.Model, a.Finish = firstOf(b.Model, a.Model), b.Finish
	return a
}
