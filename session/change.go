package session

// This file owns what changes a session's own row.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
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
	err := s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(touched), 0) + 1 FROM sessions))`,
			n.ID, n.Kind, n.Title, n.Provider, n.Model, n.System, n.Draft, n.Leaf, n.Created.UnixMilli(), n.Updated.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("create session %s: %w", n.ID, err)
	}
	return nil
}

// Change says which fields of a session get which values; nil leaves one alone.
type Change struct {
	Title, Provider, Model, System, Draft, Leaf *string
}

// Update changes a session. A draft or a leaf that really changes makes it the
// newest; renaming it or choosing a model does not.
func (s *Store) Update(ctx context.Context, id string, c Change) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		if c.Leaf != nil && *c.Leaf != "" {
			if err := exists(ctx, tx, id, *c.Leaf); err != nil {
				return err
			}
		}
		if c.Draft != nil || c.Leaf != nil {
			_, err := tx.ExecContext(ctx, touch+` WHERE id = ? AND (draft IS NOT coalesce(?, draft) OR leaf IS NOT coalesce(?, leaf))`,
				s.now().UnixMilli(), id, c.Draft, c.Leaf)
			if err != nil {
				return err
			}
		}
		res, err := tx.ExecContext(ctx, `
			UPDATE sessions SET title = coalesce(?, title), provider = coalesce(?, provider), model = coalesce(?, model),
				system = coalesce(?, system), draft = coalesce(?, draft), leaf = coalesce(?, leaf)
			WHERE id = ?`, c.Title, c.Provider, c.Model, c.System, c.Draft, c.Leaf, id)
		return found(res, err)
	})
	if err != nil {
		return fmt.Errorf("change session %s: %w", id, err)
	}
	return nil
}

// touch begins the statement that makes a session the newest, at a given time.
const touch = `UPDATE sessions SET updated = ?, touched = (SELECT max(touched) + 1 FROM sessions)`

// advance moves the conversation on to the given message.
func advance(ctx context.Context, tx *sql.Tx, sessionID, leaf string, now time.Time) error {
	return found(tx.ExecContext(ctx, touch+`, leaf = ? WHERE id = ?`, now.UnixMilli(), leaf, sessionID))
}

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

func exists(ctx context.Context, tx *sql.Tx, sessionID, messageID string) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM messages WHERE session_id = ? AND id = ?`, sessionID, messageID).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("message %s: %w", messageID, ErrNotFound)
	}
	return err
}
