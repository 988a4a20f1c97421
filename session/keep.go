package session

// This file owns how a streaming answer is saved: what of it is new, and which
// rows that becomes. When that happens is in record.go.

import (
	"context"
	"database/sql"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// arrived is a reply at one moment. It shares the reply's text, which only grows.
type arrived struct {
	head      Message // AnsweredBy, InferenceID, Usage, Cost, Timing, Finish, Err
	reasoning string
	answer    string
	calls     []api.ToolCall
	citations []api.Citation
}

func snapshot(r *api.Reply) arrived {
	return arrived{
		head: Message{
			AnsweredBy: r.Model, InferenceID: r.InferenceID,
			Usage: r.Usage, Cost: r.Cost, Timing: r.Timing, Finish: r.Finish, Err: r.Err,
		},
		reasoning: r.Reasoning.String(),
		answer:    r.Answer.String(),
		calls:     slices.Clone(r.ToolCalls),
		citations: slices.Clone(r.Citations),
	}
}

func (a arrived) content() content {
	var r api.Reply
	r.Reasoning.WriteString(a.reasoning)
	r.Answer.WriteString(a.answer)
	r.ToolCalls = a.calls
	return content{parts: r.Message("").Parts, citations: a.citations}
}

// keeper saves one answer. It remembers what of it is in the database.
type keeper struct {
	store *Store
	msg   Message

	inserted bool
	saved    saved
}

// saved is how much of an answer the chunks hold.
type saved struct {
	reasoning, answer int // bytes
	calls             []api.ToolCall
	citations         int
}

// keepMore saves what is new since the last time, as chunks.
func (k *keeper) keepMore(ctx context.Context, a arrived) error {
	have := k.saved
	err := k.store.change(ctx, func(tx *sql.Tx) error {
		fresh, err := k.row(ctx, tx, a)
		if err != nil {
			return err
		}
		if fresh {
			have = saved{}
		}
		return k.chunks(ctx, tx, a, have)
	})
	if err == nil {
		k.inserted = true
		k.saved = saved{len(a.reasoning), len(a.answer), a.calls, len(a.citations)}
	}
	return err
}

// row makes the message's row say what is known. It reports whether the answer
// has no chunks: at its first time, and when another program took it for
// interrupted, since this one did not hold the claim. Then it is opened again.
func (k *keeper) row(ctx context.Context, tx *sql.Tx, a arrived) (fresh bool, err error) {
	if !k.inserted {
		if err := k.msg.check(); err != nil {
			return false, err
		}
		return true, k.store.insert(ctx, tx, k.msg)
	}
	var finish api.FinishReason
	err = tx.QueryRowContext(ctx, `SELECT finish FROM messages WHERE id = ?`, k.msg.ID).Scan(&finish)
	if err != nil {
		return false, err
	}
	if finish != "" {
		if err := clearContent(ctx, tx, k.msg.ID); err != nil {
			return false, err
		}
	}
	m := a.head
	m.ID, m.Finish, m.Err = k.msg.ID, "", nil
	return finish != "", updateEnd(ctx, tx, m)
}

func (k *keeper) chunks(ctx context.Context, tx *sql.Tx, a arrived, have saved) error {
	put := func(kind api.PartKind, start int, text string) error {
		return putChunk(ctx, tx, k.msg.ID, string(kind), start, text)
	}
	if text := a.reasoning[have.reasoning:]; text != "" {
		if err := put(api.ReasoningPart, have.reasoning, text); err != nil {
			return err
		}
	}
	if text := a.answer[have.answer:]; text != "" {
		if err := put(api.TextPart, have.answer, text); err != nil {
			return err
		}
	}
	for i, call := range a.calls {
		if i < len(have.calls) && have.calls[i] == call {
			continue
		}
		data, err := encode(call)
		if err != nil {
			return err
		}
		if err := put(api.ToolCallPart, i, data); err != nil {
			return err
		}
	}
	for i := have.citations; i < len(a.citations); i++ {
		data, err := encode(a.citations[i])
		if err != nil {
			return err
		}
		if err := put(citationRow, i, data); err != nil {
			return err
		}
	}
	return nil
}

// keepWhole saves the end: parts take the place of chunks, and the answer has
// a finish from then on. It does not make the session the newest: that is the
// one that a person used last, and an answer may end in the background.
func (k *keeper) keepWhole(ctx context.Context, a arrived) error {
	err := k.store.change(ctx, func(tx *sql.Tx) error {
		if _, err := k.row(ctx, tx, a); err != nil {
			return err
		}
		m := a.head
		m.ID = k.msg.ID
		if err := updateEnd(ctx, tx, m); err != nil {
			return err
		}
		return replaceParts(ctx, tx, m.ID, a.content())
	})
	if err == nil {
		k.inserted = true
	}
	return err
}
