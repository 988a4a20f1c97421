package session

// This file owns what comes after a failure, or instead of a conversation: the
// end of an answer that its recording could not save, and a session in which
// nothing was ever said.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aimlchat/aimlchat/api"
)

// Settle saves an answer whose recording could not save its end, over what there
// is of it, and moves the conversation on to it. An answer that has its end
// already stays as it is. ErrNotFound says that nothing of it is there: it is to
// be appended.
func (s *Store) Settle(ctx context.Context, m Message) error {
	if m.Streaming() || m.Role != api.Assistant {
		return fmt.Errorf("settle message %s: it is no answer with an end", m.ID)
	}
	m, lost := s.keepFiles(m)
	err := s.change(ctx, func(tx *sql.Tx) error {
		var finish string
		err := tx.QueryRowContext(ctx, `SELECT finish FROM messages WHERE id = ? AND session_id = ?`, m.ID, m.SessionID).Scan(&finish)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if finish == "" || api.FinishReason(finish) == api.FinishInterrupted {
			if err := s.end(ctx, tx, m); err != nil {
				return err
			}
		}
		return s.updateLeaf(ctx, tx, m.SessionID, &m.ID)
	})
	if err == nil {
		err = lost
	}
	if err != nil {
		return fmt.Errorf("settle message %s of session %s: %w", m.ID, m.SessionID, err)
	}
	return nil
}

func (s *Store) end(ctx context.Context, tx *sql.Tx, m Message) error {
	if err := updateEnd(ctx, tx, m); err != nil {
		return err
	}
	if err := replaceParts(ctx, tx, m.ID, content{m.Parts, m.Citations}); err != nil {
		return err
	}
	return seal(ctx, tx, m.ID)
}

// Drop removes a session in which nothing was ever said, and nothing waits, for
// good; it reports whether it did. Any other stays: one with a message, a draft
// or a queue, or that a person named, pinned or tagged.
func (s *Store) Drop(ctx context.Context, id string) (dropped bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			DELETE FROM sessions WHERE id = ?1 AND draft = '' AND queue = '' AND NOT pinned AND title_by <> ?2
				AND NOT EXISTS (SELECT 1 FROM messages WHERE session_id = ?1)
				AND NOT EXISTS (SELECT 1 FROM tags WHERE session_id = ?1)`, id, TitleByPerson)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		dropped = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("remove the empty session %s: %w", id, err)
	}
	return dropped, nil
}
