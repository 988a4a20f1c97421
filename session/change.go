package session

// This file owns what changes a session's own row.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrNotFound says that there is no such session or message.
var ErrNotFound = errors.New("not found")

// Create adds an empty session; it is the newest then. Without Created it is
// dated now, without Updated as created, without Kind a chat.
func (s *Store) Create(ctx context.Context, n Session) error {
	if !validID(n.ID) {
		return fmt.Errorf("create a session: %q can't be an id", n.ID)
	}
	if n.Kind == "" {
		n.Kind = KindChat
	}
	if n.Created.IsZero() {
		n.Created = s.now()
	}
	if n.Updated.IsZero() {
		n.Updated = n.Created
	}
	queue, files, lost, err := s.keepQueue(&n.Queue)
	if err == nil {
		err = s.change(ctx, func(tx *sql.Tx) error {
			if err := s.files.keepAgain(files); err != nil && lost == nil {
				lost = err
			}
			return insertSession(ctx, tx, n, *queue, newestRank)
		})
	}
	if err == nil {
		err = lost
	}
	if err != nil {
		return fmt.Errorf("create session %s: %w", n.ID, err)
	}
	return nil
}

// newestRank is the place of the newest session.
const newestRank = `(SELECT coalesce(max(touched), 0) + 1 FROM sessions)`

// insertSession adds the row of n, and its tags, at a place among the others.
func insertSession(ctx context.Context, tx *sql.Tx, n Session, queue, place string) error {
	var trashed *int64
	if !n.Trashed.IsZero() {
		trashed = new(n.Trashed.UnixMilli())
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched,
			chosen, pinned, trashed, queue, title_by, origin)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, `+place+`, nullif(?, ''), ?, ?, ?, ?, ?)`,
		n.ID, n.Kind, n.Title, n.Provider, n.Model, n.System, n.Draft, n.Leaf, n.Created.UnixMilli(), n.Updated.UnixMilli(),
		n.Chosen, n.Pinned, trashed, queue, n.TitleBy, n.Origin)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, indexTitle, n.ID); err != nil {
		return err
	}
	return setTags(ctx, tx, n.ID, n.Tags)
}

// Change says which fields of a session get which values; nil leaves one alone.
type Change struct {
	Title, Provider, Model, System, Draft, Leaf *string

	// TitleBy says whose Title is; nil beside a Title: a person's. What a person
	// called a session is changed by a person only, what a model called it not by
	// words: such a Title is left out, and the rest changes.
	TitleBy *string

	Pinned *bool
	Queue  *[]Queued // contents of its files are saved as [Store.Append] saves them
	Tags   *[]string // in lower case, without blanks around them or a # before them
}

// Update changes a session. A draft, a queue or a leaf that really changes makes
// it the newest; renaming it or choosing a model does not. What changes nothing
// writes nothing. A Leaf that is hidden is left out.
func (s *Store) Update(ctx context.Context, id string, c Change) error {
	queue, files, lost, err := s.keepQueue(c.Queue)
	if err == nil {
		err = s.change(ctx, func(tx *sql.Tx) error {
			if err := s.files.keepAgain(files); err != nil && lost == nil {
				lost = err
			}
			return s.update(ctx, tx, id, c, queue)
		})
	}
	if err == nil {
		err = lost
	}
	if err != nil {
		return fmt.Errorf("change session %s: %w", id, err)
	}
	return nil
}

func (s *Store) update(ctx context.Context, tx *sql.Tx, id string, c Change, queue *string) error {
	if err := sessionExists(ctx, tx, id); err != nil {
		return err
	}
	if err := s.updateLeaf(ctx, tx, id, c.Leaf); err != nil {
		return err
	}
	if err := updateTitle(ctx, tx, id, c); err != nil {
		return err
	}
	if c.Tags != nil {
		if err := setTags(ctx, tx, id, *c.Tags); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, touch+`, draft = coalesce(?, draft), queue = coalesce(?, queue)
		WHERE id = ? AND (draft IS NOT coalesce(?, draft) OR queue IS NOT coalesce(?, queue))`,
		s.now().UnixMilli(), c.Draft, queue, id, c.Draft, queue)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE sessions SET provider = coalesce(?1, provider), model = coalesce(?2, model), system = coalesce(?3, system), pinned = coalesce(?4, pinned)
		WHERE id = ?5 AND (provider IS NOT coalesce(?1, provider) OR model IS NOT coalesce(?2, model)
			OR system IS NOT coalesce(?3, system) OR pinned IS NOT coalesce(?4, pinned))`, c.Provider, c.Model, c.System, c.Pinned, id)
	return err
}

func (s *Store) updateLeaf(ctx context.Context, tx *sql.Tx, id string, leaf *string) error {
	if leaf == nil {
		return nil
	}
	if *leaf != "" {
		if hidden, err := hiddenAs(ctx, tx, id, *leaf); err != nil || hidden > 0 {
			return err
		}
	}
	return moveTo(ctx, tx, id, *leaf, s.now())
}

// touch begins the statement that makes a session the newest, at a given time.
const touch = `UPDATE sessions SET updated = ?, touched = (SELECT max(touched) + 1 FROM sessions)`

// found turns a change of no row into [ErrNotFound].
func found(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}
