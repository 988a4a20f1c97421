package session

// This file owns forks: a new session that begins as a copy of a way through
// another. Rows are copied as they are, damage and sums included; contents of
// files are named, not copied.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aimlchat/aimlchat/api"
)

// forkOrigin begins the Origin of a message that is a copy.
const forkOrigin = "fork:"

// Fork makes a new session, the newest, of the way to a message: copies with ids
// of their own and the times and figures of what they are copies of. Their Origin
// says so, and [Store.Spent] does not count them. Title, provider, model, system
// prompt and tags are those of the session. An answer that streams at this moment
// is copied as far as it is saved, as a stopped one.
func (s *Store) Fork(ctx context.Context, sessionID, messageID, newID string) (Session, error) {
	n, err := s.fork(ctx, sessionID, messageID, newID)
	if err != nil {
		return Session{}, fmt.Errorf("fork session %s: %w", sessionID, err)
	}
	return n, nil
}

func (s *Store) fork(ctx context.Context, sessionID, messageID, newID string) (n Session, err error) {
	if !validID(newID) {
		return n, fmt.Errorf("%q can't be an id", newID)
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := shown(ctx, tx, sessionID, messageID); err != nil {
			return err
		}
		if n, err = sessionIn(ctx, tx, sessionID); err != nil {
			return err
		}
		n = Session{
			ID: newID, Kind: n.Kind, Title: n.Title, TitleBy: n.TitleBy, Provider: n.Provider, Model: n.Model, System: n.System, Tags: n.Tags,
		}
		n.Created = s.now()
		n.Updated = n.Created
		if err := insertSession(ctx, tx, n, "", newestRank); err != nil {
			return err
		}
		way, err := column(ctx, tx, waysUp+` SELECT child FROM up ORDER BY seq`, messageID)
		if err != nil {
			return err
		}
		for _, id := range way {
			if n.Leaf, err = s.copyMessage(ctx, tx, id, newID, n.Leaf); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE sessions SET leaf = ? WHERE id = ?`, n.Leaf, newID); err != nil {
			return err
		}
		if err := remember(ctx, tx, newID, n.Leaf); err != nil {
			return err
		}
		n, err = sessionIn(ctx, tx, newID)
		return err
	})
	return n, err
}

// copyMessage copies a message to another session, below parentID, and returns
// the id of the copy.
func (s *Store) copyMessage(ctx context.Context, tx *sql.Tx, id, sessionID, parentID string) (string, error) {
	to := NewID(s.now())
	_, err := tx.ExecContext(ctx, `
		INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, error, figures,
			checksum, summary, origin)
		SELECT ?1, ?2, nullif(?3, ''), role, provider, model, answered_by, created, finish, inference_id, error, figures,
			checksum, summary, iif(origin GLOB 'fork:*', origin, '`+forkOrigin+`' || id)
		FROM messages WHERE id = ?4`, to, sessionID, parentID, id)
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO parts (message_id, ord, kind, text, data) SELECT ?, ord, kind, text, data FROM parts WHERE message_id = ?`, to, id)
	if err != nil {
		return "", err
	}
	var streams bool
	err = tx.QueryRowContext(ctx, `SELECT role = 'assistant' AND finish = '' FROM messages WHERE id = ?`, to).Scan(&streams)
	if err != nil {
		return to, err
	}
	if !streams {
		return to, index(ctx, tx, to)
	}
	return to, endAs(ctx, tx, to, id, api.FinishStopped)
}

// endAs makes a whole message of an answer that nobody will end, of the chunks
// that it, or what it is a copy of, has. If some can't be read it is damaged from
// then on.
func endAs(ctx context.Context, tx *sql.Tx, messageID, chunksOf string, why api.FinishReason) error {
	c, unread := joinChunks(ctx, tx, chunksOf)
	if unread != nil && !errors.Is(unread, errUnreadable) {
		return unread
	}
	if err := replaceParts(ctx, tx, messageID, c); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE messages SET finish = ? WHERE id = ?`, why, messageID); err != nil {
		return err
	}
	if unread != nil {
		if _, err := tx.ExecContext(ctx, `UPDATE messages SET checksum = ? WHERE id = ?`, sumOfNothing, messageID); err != nil {
			return err
		}
		return index(ctx, tx, messageID)
	}
	return seal(ctx, tx, messageID)
}

// sessionIn loads a session within a transaction.
func sessionIn(ctx context.Context, tx *sql.Tx, id string) (n Session, err error) {
	err = ErrNotFound
	failed := each(ctx, tx, `SELECT `+columns+` FROM sessions s WHERE s.id = ?`, []any{id}, func(rows *sql.Rows) error {
		err = nil
		return scanSession(rows, &n)
	})
	return n, errors.Join(err, failed)
}
