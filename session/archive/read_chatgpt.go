package archive

// This file owns ChatGPT's exports: conversations, each a mapping of nodes that
// name their parents. What a model did before its answer (thoughts, code, the
// results of tools) becomes the reasoning of that answer: it is kept, and sent to
// nobody. Nodes that say nothing are left out, and what hangs on them moves up.
// What a node says is in read_chatgpt_parts.go. Their weight, which leaves some
// out of what the model is sent, is not looked at: the person has seen them.

import (
	"encoding/json"
	"maps"
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
	Status     json.RawMessage `json:"status"`
	Metadata   struct {
		Model       json.RawMessage `json:"model_slug"`
		Hidden      json.RawMessage `json:"is_visually_hidden_from_conversation"`
		Finish      json.RawMessage `json:"finish_details"`
		Attachments json.RawMessage `json:"attachments"`
		References  json.RawMessage `json:"content_references"`
		Citations   json.RawMessage `json:"citations"`
		Aggregate   json.RawMessage `json:"aggregate_result"`
	} `json:"metadata"`
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
	shown   map[string]bool   // files of the message that is read
	content archived
	systems int
	missing int            // files
	unknown map[string]int // contents of kinds that nothing is read of
}

// chatGPT hands on a conversation.
func (j *jsonReader) chatGPT(o object) error {
	c := chat{jsonReader: j, names: map[string]string{}, content: archived{}, unknown: map[string]int{}}
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
		if err := c.problem(where, "files that it names (%d) are not in the export", c.missing); err != nil {
			return err
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(c.unknown)) {
		if err := c.problem(where, "what it holds as %s (%d) can't be read", oneLine(kind), c.unknown[kind]); err != nil {
			return err
		}
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
	attached := c.attachments(said.Metadata.Attachments)
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
	m.Parts = c.withFiles(m.Parts, attached)
	if m.Role == api.Assistant {
		m.Finish, m.Model = said.finish(), textOf(said.Metadata.Model)
		said.cite(&m)
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
	switch textOf(m.Status) {
	case "finished_partial_completion":
		return api.FinishStopped
	case "in_progress":
		return api.FinishInterrupted
	}
	return api.FinishStop
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
	for _, c := range b.Citations {
		if !slices.Contains(a.Citations, c) {
			a.Citations = append(slices.Clip(a.Citations), c)
		}
	}
	a.Model, a.Finish = firstOf(b.Model, a.Model), b.Finish
	return a
}
