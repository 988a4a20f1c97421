package archive

// This file owns the conversations of llm 0.32 and newer: messages that several
// conversations may share, each with the hash of the one before it; turns, each a
// call of a model, which say where it began and where it ended; and threads, the
// conversations. What was written before that stays in other tables (read_llm.go).

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// thread is a conversation: its turns, in their order.
type thread struct {
	id, name, tip string
	turns         []turn
}

// turn is a call of a model. What it was asked ends with parent, what it answered
// with tip.
type turn struct {
	parent, tip, model, resolved string
	usage                        api.Usage
	duration                     time.Duration
	at                           time.Time
}

// threads returns the conversations in the order in which they began.
func (l *logs) threads() ([]*thread, error) {
	if !l.threaded() {
		return nil, nil
	}
	var list []*thread
	byID := map[string]*thread{}
	err := l.rows(l.ctx, `SELECT `+l.list("turns", "id", "thread_id", "parent_message_hash", "tip_message_hash", "model", "resolved_model",
		"input_tokens", "output_tokens", "duration_ms", "datetime_utc")+` FROM turns ORDER BY `+l.column("turns", "datetime_utc")+`, rowid`, nil,
		func(rows *sql.Rows) error {
			var t turn
			var id, of, in, out, duration, at string
			err := rows.Scan(&id, &of, &t.parent, &t.tip, &t.model, &t.resolved, &in, &out, &duration, &at)
			t.usage, t.duration, t.at = api.Usage{Prompt: count(in), Completion: count(out)}, milliseconds(duration), utc(at)
			of = firstOf(of, "response "+id)
			if byID[of] == nil {
				byID[of] = &thread{id: of}
				list = append(list, byID[of])
			}
			byID[of].turns = append(byID[of].turns, t)
			return err
		})
	if err != nil || !l.has("threads", "id") {
		return list, err
	}
	err = l.rows(l.ctx, `SELECT `+l.list("threads", "id", "name", "tip_message_hash")+` FROM threads LIMIT ?`, []any{l.limits.Sessions}, func(rows *sql.Rows) error {
		var id, name, tip string
		err := rows.Scan(&id, &name, &tip)
		if t := byID[id]; t != nil {
			t.name, t.tip = name, tip
		}
		return err
	})
	return list, err
}

func (l *logs) threaded() bool {
	return l.has("turns", "id", "thread_id", "parent_message_hash", "tip_message_hash") &&
		l.has("messages", "hash", "parent_hash", "role") && l.has("parts", "id", "message_hash", "position", "type", "text", "payload")
}

func milliseconds(s string) time.Duration {
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil && ms > 0 && ms < 1e10 {
		return time.Duration(ms) * time.Millisecond
	}
	return 0
}

// weave makes messages of a thread's turns.
type weave struct {
	*logs
	content inline
	above   map[string]string // by hash: the message that stands for it, or the one before it
	systems int
	missing int // messages that are named and not there
	bytes   int
	cut     bool // there was more than is taken
	msgs    []session.Message
}

// weave adds the messages of a thread to a conversation, and where it stands. It
// returns how many system prompts it left out.
func (t *thread) weave(l *logs, s *Session, content inline, where string) (systems int, err error) {
	w := &weave{logs: l, content: content, above: map[string]string{"": ""}}
	for _, turn := range t.turns {
		if err := w.turn(turn); err != nil {
			return 0, err
		}
	}
	s.Messages, s.Leaf = append(s.Messages, w.msgs...), w.above[t.tip]
	if w.cut {
		err = l.problem(where, "it is too long, and was cut after %d messages", len(s.Messages))
	}
	if err == nil && w.missing > 0 {
		err = l.problem(where, "messages that it names (%d) are not in the database", w.missing)
	}
	return w.systems, err
}

// step is a message on the way to the first.
type step struct{ hash, parent, role string }

// turn adds what a turn has that none before it had.
func (w *weave) turn(t turn) error {
	_, answers := w.above[t.parent]
	for _, one := range slices.Backward(w.chain(t.tip)) {
		if len(w.msgs) >= w.limits.Messages || w.bytes > w.limits.Session {
			w.cut = true
			return nil
		}
		if err := w.message(one, t, answers); err != nil {
			return err
		}
		answers = answers || one.hash == t.parent
	}
	w.sign(t)
	return w.ctx.Err()
}

// chain is the way from a message to the first that is known already.
func (w *weave) chain(hash string) (chain []step) {
	passed := map[string]bool{}
	for !passed[hash] && len(chain) <= w.limits.Messages {
		if _, known := w.above[hash]; known {
			break
		}
		passed[hash] = true
		one := step{hash: hash}
		err := w.tx.QueryRowContext(w.ctx, `SELECT `+w.list("messages", "parent_hash", "role")+` FROM messages WHERE hash = ?`, hash).Scan(&one.parent, &one.role)
		if err != nil {
			w.missing++
			break
		}
		chain = append(chain, one)
		hash = one.parent
	}
	return chain
}

// message adds what a message says, if it says anything.
func (w *weave) message(one step, t turn, answers bool) error {
	hash := one.hash
	w.above[hash] = w.above[one.parent]
	role, _ := roleOf(one.role)
	if role == api.System {
		w.systems++
		return nil
	}
	parts, err := w.parts(hash)
	if err != nil {
		return err
	}
	add := func(id string, role api.Role, parts []api.Part) {
		if len(parts) == 0 {
			return
		}
		m := session.Message{ID: id, ParentID: w.above[hash], Role: role, Created: t.at, Parts: parts}
		if role == api.Assistant {
			m.Finish = api.FinishStop
			if answers {
				m.Model = t.model
			}
			if slices.ContainsFunc(parts, func(p api.Part) bool { return p.Kind == api.ToolCallPart }) {
				m.Finish = api.FinishTools
			}
		}
		w.msgs, w.above[hash] = append(w.msgs, m), id
	}
	if role == api.Assistant {
		add(hash, api.Assistant, answered(parts))
		return nil
	}
	results := slices.DeleteFunc(slices.Clone(parts), func(p api.Part) bool { return p.Kind != api.ToolResultPart })
	add(hash+" results", api.ToolRole, results)
	add(hash, api.User, slices.DeleteFunc(parts, func(p api.Part) bool { return p.Kind == api.ToolResultPart }))
	return nil
}

// answered are the parts of an answer, in which what a tool of the service's said
// is a thought.
func answered(parts []api.Part) []api.Part {
	list := make([]api.Part, len(parts))
	for i, p := range parts {
		if p.Kind == api.ToolResultPart {
			p = api.Part{Kind: api.ReasoningPart, Text: "**" + oneLine(firstOf(p.Tool.Name, "tool")) + "**\n\n" + fenced("", p.Text)}
		}
		list[i] = p
	}
	return list
}

// sign says on the end of a turn's answer what it took.
func (w *weave) sign(t turn) {
	i := slices.IndexFunc(w.msgs, func(m session.Message) bool { return m.ID == t.tip && m.Role == api.Assistant })
	if i < 0 {
		return
	}
	m := &w.msgs[i]
	m.Usage, m.Timing.Total = t.usage, t.duration
	if t.resolved != t.model {
		m.AnsweredBy = t.resolved
	}
}

// payload is what of a part is no plain text.
type payload struct {
	TextRef []struct {
		Fragment json.RawMessage `json:"fragment"`
		Literal  string          `json:"literal"`
	} `json:"text_ref"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Output    json.RawMessage `json:"output"`
	Exception json.RawMessage `json:"exception"`
	CallID    string          `json:"tool_call_id"`
}

// parts reads the parts of a message.
func (w *weave) parts(hash string) (parts []api.Part, err error) {
	type row struct {
		id                          int64
		kind, tool, text, structure string
	}
	var found []row
	err = w.rows(w.ctx, `SELECT id, `+w.list("parts", "type", "tool_name", "text", "payload")+` FROM parts WHERE message_hash = ? ORDER BY position LIMIT ?`,
		[]any{hash, mostRows}, func(rows *sql.Rows) error {
			var r row
			err := rows.Scan(&r.id, &r.kind, &r.tool, &r.text, &r.structure)
			found = append(found, r)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the database: %w", err)
	}
	for _, r := range found {
		var p payload
		_ = json.Unmarshal([]byte(r.structure), &p) // what can't be read of it is not there
		text := r.text + w.referred(p)
		w.bytes += len(text) + len(r.structure)
		switch r.kind {
		case "text":
			parts = append(parts, textParts(api.TextPart, text)...)
		case "reasoning":
			parts = append(parts, textParts(api.ReasoningPart, text)...)
		case "tool_call":
			parts = append(parts, api.Part{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: p.CallID, Name: firstOf(r.tool, p.Name), Arguments: worded(p.Arguments)}})
		case "tool_result":
			parts = append(parts, api.Part{Kind: api.ToolResultPart, Text: firstOf(text, worded(p.Output), worded(p.Exception)), Tool: &api.ToolCall{ID: p.CallID, Name: firstOf(r.tool, p.Name)}})
		}
		more, err := w.attached("part_attachments", "part_id", r.id, w.content)
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

// worded is a JSON value as a text; a text is itself.
func worded(raw json.RawMessage) string {
	if s := textOf(raw); s != "" || string(raw) == `""` || string(raw) == "null" {
		return s
	}
	return string(raw)
}

// referred is a text that consists of fragments, which stand elsewhere.
func (w *weave) referred(p payload) string {
	var b strings.Builder
	for _, piece := range p.TextRef {
		b.WriteString(piece.Literal)
		if len(piece.Fragment) > 0 && w.has("fragments", "id", "content") {
			var content string
			_ = w.tx.QueryRowContext(w.ctx, `SELECT `+w.column("fragments", "content")+` FROM fragments WHERE id = ?`, worded(piece.Fragment)).Scan(&content)
			b.WriteString(content)
		}
		if b.Len() > w.limits.Message {
			break
		}
	}
	return b.String()
}
