package session

// This file owns how a streaming answer is saved: what of it is new, and which
// rows that becomes. When that happens is in record.go.

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// arrived is a reply at one moment. It shares the reply's text and the contents
// of its files, which never change.
type arrived struct {
	head      Message // what is not content: figures, ids, how it ended
	reasoning string
	answer    string
	calls     []api.ToolCall
	citations []api.Citation
	files     []api.File
	opaque    []api.Opaque
}

func snapshot(r *api.Reply) arrived {
	return arrived{
		head: Message{
			AnsweredBy: r.Model, Protocol: r.Protocol, InferenceID: r.InferenceID,
			Usage: r.Usage, Cost: r.Cost, Timing: r.Timing, Finish: r.Finish, Err: r.Err,
		},
		reasoning: r.Reasoning.String(),
		answer:    r.Answer.String(),
		calls:     slices.Clone(r.ToolCalls),
		citations: slices.Clone(r.Citations),
		files:     slices.Clone(r.Files),
		opaque:    slices.Clone(r.Opaque),
	}
}

func (a arrived) content() content {
	r := api.Reply{ToolCalls: a.calls, Citations: a.citations, Files: a.files, Opaque: a.opaque}
	r.Reasoning.WriteString(a.reasoning)
	r.Answer.WriteString(a.answer)
	return contentOf(&r)
}

// keeper saves one answer. It remembers what of it is in the database, and
// which of its files are on the disk.
type keeper struct {
	store *Store
	msg   Message

	inserted bool
	head     Message // what the row says, but for how the answer ended
	saved    saved
	kept     map[string]bool // by SHA256
}

// saved is how much of an answer the chunks hold.
type saved struct {
	reasoning, answer        int // bytes
	calls                    []api.ToolCall
	citations, files, opaque int
}

// keep saves a, as its end or as what there is until now. A file that can't be
// saved, which is lost, keeps nothing else from it. It is tried again each time.
//
// Text doesn't wait for a large file, and no row speaks of a file before its
// content is there: so the rest is saved first, then contents, then their rows.
func (k *keeper) keep(ctx context.Context, a arrived, whole bool) (lost, err error) {
	if i := slices.IndexFunc(a.files, k.lacks); i >= 0 {
		rest := a
		rest.files = a.files[:i]
		if err := k.keepMore(ctx, rest); err != nil {
			return nil, err
		}
		lost = k.keepFiles(a.files[i:])
	}
	if whole {
		return lost, k.keepWhole(ctx, a)
	}
	return lost, k.keepMore(ctx, a)
}

func (k *keeper) lacks(f api.File) bool { return f.SHA256 != "" && !k.kept[f.SHA256] }

func (k *keeper) keepFiles(files []api.File) (lost error) {
	for _, f := range files {
		if !k.lacks(f) {
			continue
		}
		if err := k.store.files.keep(f); err == nil {
			k.kept[f.SHA256] = true
		} else if lost == nil {
			lost = err
		}
	}
	return lost
}

// stay saves again those of the files, which were saved, whose contents somebody
// removed before a row named them. What fails is tried again with the next save.
func (k *keeper) stay(files []api.File) {
	for _, f := range files {
		if k.kept[f.SHA256] && k.store.files.keepAgain([]api.File{f}) != nil {
			delete(k.kept, f.SHA256)
		}
	}
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
		k.stay(a.files[min(have.files, len(a.files)):])
		return k.chunks(ctx, tx, a, have)
	})
	if err == nil {
		if k.inserted {
			k.head = a.head // the first time, the row says what was known before
		}
		k.inserted = true
		k.saved = saved{len(a.reasoning), len(a.answer), a.calls, len(a.citations), len(a.files), len(a.opaque)}
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
	if finish == "" && reflect.DeepEqual(a.head, k.head) {
		return false, nil
	}
	m := a.head
	m.ID, m.Finish, m.Err = k.msg.ID, "", nil
	return finish != "", updateEnd(ctx, tx, m)
}

func (k *keeper) chunks(ctx context.Context, tx *sql.Tx, a arrived, have saved) error {
	fresh, err := a.since(have)
	for _, c := range fresh {
		err = errors.Join(err, putChunk(ctx, tx, k.msg.ID, c))
	}
	return err
}

// since returns what has arrived beyond what the chunks hold.
func (a arrived) since(have saved) (fresh []chunk, err error) {
	add := func(kind api.PartKind, start int, text string, failed error) {
		if err = errors.Join(err, failed); text != "" {
			fresh = append(fresh, chunk{kind, start, text})
		}
	}
	add(api.ReasoningPart, have.reasoning, a.reasoning[have.reasoning:], nil)
	add(api.TextPart, have.answer, a.answer[have.answer:], nil)
	for i, call := range a.calls {
		if i >= len(have.calls) || have.calls[i] != call {
			data, err := encode(call)
			add(api.ToolCallPart, i, data, err)
		}
	}
	for i := have.files; i < len(a.files); i++ {
		data, err := encode(a.files[i])
		add(api.FilePart, i, data, err)
	}
	for i := have.opaque; i < len(a.opaque); i++ {
		data, err := encodeOpaque(a.opaque[i])
		add(api.OpaquePart, i, data, err)
	}
	for i := have.citations; i < len(a.citations); i++ {
		data, err := encode(a.citations[i])
		add(citationRow, i, data, err)
	}
	return fresh, err
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
		k.stay(a.files)
		if err := replaceParts(ctx, tx, m.ID, a.content()); err != nil {
			return err
		}
		return seal(ctx, tx, m.ID)
	})
	if err == nil {
		k.inserted = true
	}
	return err
}
