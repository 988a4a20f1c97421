package session

// This file owns what a person does with a session as a whole: its title, its
// tags, what waits to be sent in it, and the trash.

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// Whose a title is. Each may change those before it, and its own.
const (
	TitleByWords  = "words"  // made of the first prompt's words
	TitleByModel  = "model"  // written by a model
	TitleByPerson = "person" // given by the person
)

// updateTitle obeys the order of those who give titles.
func updateTitle(ctx context.Context, tx *sql.Tx, id string, c Change) error {
	if c.Title == nil && c.TitleBy == nil {
		return nil
	}
	by := TitleByPerson
	if c.TitleBy != nil {
		by = *c.TitleBy
	}
	const rank = `(CASE %s WHEN 'person' THEN 3 WHEN 'model' THEN 2 WHEN 'words' THEN 1 ELSE 0 END)`
	res, err := tx.ExecContext(ctx, `UPDATE sessions SET title = coalesce(?1, title), title_by = ?2
		WHERE id = ?3 AND `+fmt.Sprintf(rank, `?2`)+` >= `+fmt.Sprintf(rank, `title_by`)+`
			AND (title IS NOT coalesce(?1, title) OR title_by IS NOT ?2)`, c.Title, by, id)
	if err := found(res, err); errors.Is(err, ErrNotFound) {
		return nil // as it is
	} else if err != nil {
		return err
	}
	return retitle(ctx, tx, id)
}

// setTags makes tags all that a session has.
func setTags(ctx context.Context, tx *sql.Tx, id string, tags []string) error {
	have, err := column(ctx, tx, `SELECT tag FROM tags WHERE session_id = ? ORDER BY tag`, id)
	want := cleanTags(tags)
	if err != nil || slices.Equal(have, want) {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM tags WHERE session_id = ?`, id); err != nil {
		return err
	}
	for _, tag := range want {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tags (session_id, tag) VALUES (?, ?)`, id, tag); err != nil {
			return err
		}
	}
	return nil
}

func cleanTags(tags []string) (list []string) {
	for _, tag := range tags {
		if tag = cleanTag(tag); tag != "" {
			list = append(list, tag)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func cleanTag(tag string) string {
	tag = strings.TrimLeft(strings.TrimSpace(tag), "#")
	return strings.ToLower(strings.Join(strings.FieldsFunc(tag, apart), "-"))
}

// Queued is a message that waits to be sent. Its JSON is stored: fields may be
// added, never renamed.
type Queued struct {
	Text  string     `json:"text"`
	Files []api.File `json:"files,omitempty"` // their contents are saved beside the database, by SHA256
	Draft bool       `json:"draft,omitempty"` // it is no message: Files are attached to the session's draft

	// What the person wished when writing it.
	Effort         api.Effort `json:"effort,omitempty"`
	ThinkingBudget int        `json:"thinking_budget,omitempty"`
	Web            bool       `json:"web,omitempty"`
}

// keepQueue saves the contents of a queue's files, as many as it can, and
// returns the queue as it is stored; nil for nil.
func (s *Store) keepQueue(queue *[]Queued) (_ *string, files []api.File, lost, err error) {
	if queue == nil {
		return nil, nil, nil, nil
	}
	if len(*queue) == 0 {
		return new(""), nil, nil, nil
	}
	list := slices.Clone(*queue)
	for i := range list {
		list[i].Files = slices.Clone(list[i].Files)
		for j, f := range list[i].Files {
			f = identified(f)
			list[i].Files[j] = f
			files = append(files, f)
			if err := s.files.keep(f); err != nil && lost == nil {
				lost = err
			}
		}
	}
	data, err := encode(list)
	return &data, files, lost, err
}

func decodeQueue(data string) (queue []Queued, err error) {
	if data == "" {
		return nil, nil
	}
	return queue, json.Unmarshal([]byte(data), &queue)
}

// Trash throws a session away, until it is restored or the trash is emptied. It
// is in no list but the trash's, and never the newest; a message that is added
// to it brings it back. What is in the trash already stays as it is.
func (s *Store) Trash(ctx context.Context, id string) error {
	return s.setTrashed(ctx, id, `coalesce(trashed, ?)`, s.now().UnixMilli())
}

// Restore brings a session back from the trash, to where it was.
func (s *Store) Restore(ctx context.Context, id string) error {
	return s.setTrashed(ctx, id, `?`, nil)
}

func (s *Store) setTrashed(ctx context.Context, id, to string, when any) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		return found(tx.ExecContext(ctx, `UPDATE sessions SET trashed = `+to+` WHERE id = ?`, when, id))
	})
	if err != nil {
		return fmt.Errorf("trash or restore session %s: %w", id, err)
	}
	return nil
}

// ErrNotTrashed says that a session is to be deleted that is not in the trash.
var ErrNotTrashed = errors.New("it is not in the trash")

// Delete removes a session from the trash, for good, with its messages and with
// contents of files that nobody else names. What was paid for it stays in the
// sums of [Store.Spent]. *[ClaimedError] says that somebody talks in it.
func (s *Store) Delete(ctx context.Context, id string) error {
	if err := s.delete(ctx, id); err != nil {
		return fmt.Errorf("delete session %s: %w", id, err)
	}
	return nil
}

func (s *Store) delete(ctx context.Context, id string) error {
	claim, err := s.Claim(id)
	if err != nil {
		return err
	}
	defer claim.Release()
	var files []api.File
	err = s.change(ctx, func(tx *sql.Tx) error {
		var trashed bool
		err := tx.QueryRowContext(ctx, `SELECT trashed IS NOT NULL FROM sessions WHERE id = ?`, id).Scan(&trashed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err == nil && !trashed {
			err = ErrNotTrashed
		}
		if err != nil {
			return err
		}
		if _, files, err = remove(ctx, tx, `session_id = ?1`, id); err != nil {
			return err
		}
		waiting, err := queuedFiles(ctx, tx, id)
		if err != nil {
			return err
		}
		files = append(files, waiting...)
		if _, err := tx.ExecContext(ctx, `UPDATE payments SET session_id = '' WHERE session_id = ?`, id); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM sessions WHERE id = ?`, id)
		return err
	})
	if err != nil {
		return err
	}
	return s.dropUnnamed(ctx, files)
}

func queuedFiles(ctx context.Context, tx *sql.Tx, id string) (files []api.File, err error) {
	var data string
	if err := tx.QueryRowContext(ctx, `SELECT queue FROM sessions WHERE id = ?`, id).Scan(&data); err != nil {
		return nil, err
	}
	queue, _ := decodeQueue(data) // what can't be read names nothing
	for _, q := range queue {
		files = append(files, q.Files...)
	}
	return files, nil
}

// EmptyTrash deletes all that is in the trash, and returns how many sessions
// that were. Those in which somebody talks stay; the error names one.
func (s *Store) EmptyTrash(ctx context.Context) (n int, err error) {
	list, err := s.List(ctx, Query{Trashed: true})
	if err != nil {
		return 0, err
	}
	for _, one := range list {
		failed := s.Delete(ctx, one.ID)
		switch {
		case failed == nil:
			n++
		case errors.Is(failed, ErrNotFound), errors.Is(failed, ErrNotTrashed): // somebody was faster
		default:
			err = failed
		}
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
	}
	return n, err
}
