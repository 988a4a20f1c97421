package session

// This file owns what is put out of sight: a message with all below it, hidden
// until that is undone or purged. What was hidden at once has one number; the
// greatest number of a session is what was hidden last.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aimlchat/aimlchat/api"
)

// Hide hides a message and all below it. A conversation that stood there goes
// to the sibling that came before, or after, else to the parent; one whose first
// prompt is hidden is empty then. What is hidden already stays as it is.
//
// What is hidden shows nowhere but in [Store.Tree]. It was paid all the same.
func (s *Store) Hide(ctx context.Context, sessionID, messageID string) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		if hidden, err := hiddenAs(ctx, tx, sessionID, messageID); err != nil || hidden > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, below+`
			UPDATE messages SET hidden = (SELECT coalesce(max(hidden), 0) + 1 FROM messages WHERE session_id = ?2)
			WHERE id IN (SELECT id FROM below) AND hidden IS NULL`, messageID, sessionID)
		if err != nil {
			return err
		}
		return s.leaveHidden(ctx, tx, sessionID)
	})
	if err != nil {
		return fmt.Errorf("hide message %s: %w", messageID, err)
	}
	return nil
}

const below = `
	WITH RECURSIVE below (id, seq) AS (
		SELECT id, seq FROM messages WHERE id = ?1
		UNION ALL
		SELECT c.id, c.seq FROM below JOIN messages c ON c.session_id = ?2 AND c.parent_id = below.id AND c.seq > below.seq
	)`

// leaveHidden moves a session that stands at something hidden to the nearest
// that is shown. What its messages remember stays, so that undoing finds back.
func (s *Store) leaveHidden(ctx context.Context, tx *sql.Tx, sessionID string) error {
	leaf, err := leafOf(ctx, tx, sessionID)
	if err != nil || leaf == "" {
		return err
	}
	if err := remember(ctx, tx, sessionID, leaf); err != nil {
		return err
	}
	var near sql.NullString // the lowest on the way up that is shown
	err = tx.QueryRowContext(ctx, waysUp+`
		SELECT m.id FROM up JOIN messages m ON m.id = up.child WHERE m.hidden IS NULL ORDER BY m.seq DESC LIMIT 1`, leaf).Scan(&near)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if near.String == leaf {
		return nil
	}
	if near.Valid {
		leaf, err = endBelow(ctx, tx, near.String)
	} else {
		leaf, err = endOf(ctx, tx, sessionID)
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, touch+`, leaf = ? WHERE id = ?`, s.now().UnixMilli(), leaf, sessionID)
	return err
}

// Unhide shows again what was hidden last, and returns the topmost message of
// it. A conversation that has not moved since goes back there; one that went on
// stays where it is. [ErrNotFound] says that nothing is hidden.
func (s *Store) Unhide(ctx context.Context, sessionID string) (messageID string, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := sessionExists(ctx, tx, sessionID); err != nil {
			return err
		}
		var last sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT max(hidden) FROM messages WHERE session_id = ?`, sessionID).Scan(&last)
		if err != nil {
			return err
		}
		if !last.Valid {
			return fmt.Errorf("a hidden message: %w", ErrNotFound)
		}
		err = tx.QueryRowContext(ctx, `SELECT id FROM messages WHERE session_id = ? AND hidden = ? ORDER BY seq LIMIT 1`,
			sessionID, last.Int64).Scan(&messageID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE messages SET hidden = NULL WHERE session_id = ? AND hidden = ?`, sessionID, last.Int64)
		if err != nil {
			return err
		}
		return s.goBack(ctx, tx, sessionID, messageID)
	})
	if err != nil {
		return "", fmt.Errorf("show what was hidden: %w", err)
	}
	return messageID, nil
}

// goBack moves a session to what is shown again, if it still remembers that way
// as the last one, and stands above it or beside it.
func (s *Store) goBack(ctx context.Context, tx *sql.Tx, sessionID, messageID string) error {
	var remembered bool
	err := tx.QueryRowContext(ctx, `
		SELECT coalesce(p.chosen, iif(m.parent_id IS NULL, s.chosen, NULL)) IS m.id
		FROM messages m JOIN sessions s ON s.id = m.session_id LEFT JOIN messages p ON p.id = m.parent_id
		WHERE m.id = ?`, messageID).Scan(&remembered)
	if err != nil || !remembered {
		return err
	}
	end, err := endOf(ctx, tx, sessionID)
	if err != nil {
		return err
	}
	var through int
	err = tx.QueryRowContext(ctx, waysUp+` SELECT count(*) FROM up WHERE child = ?2`, end, messageID).Scan(&through)
	if err != nil || through == 0 {
		return err
	}
	return moveTo(ctx, tx, sessionID, end, s.now())
}

// hiddenAs returns the number under which a message is hidden; 0: it is shown.
func hiddenAs(ctx context.Context, tx *sql.Tx, sessionID, messageID string) (hidden int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(hidden, 0) FROM messages WHERE session_id = ? AND id = ?`,
		sessionID, messageID).Scan(&hidden)
	if errors.Is(err, sql.ErrNoRows) {
		if err := sessionExists(ctx, tx, sessionID); err != nil {
			return 0, err
		}
		return 0, fmt.Errorf("message %s: %w", messageID, ErrNotFound)
	}
	return hidden, err
}

// revive shows a message again, with all above it.
func revive(ctx context.Context, tx *sql.Tx, messageID string) error {
	_, err := tx.ExecContext(ctx, waysUp+` UPDATE messages SET hidden = NULL WHERE id IN (SELECT child FROM up) AND hidden IS NOT NULL`, messageID)
	return err
}

// Purge removes what is hidden in a session, for good, and returns how many
// messages that were. Contents of files that nobody names any more go too. What
// was paid for them stays in the sums of [Store.Spent]. An answer that still
// streams stays, with all above it.
func (s *Store) Purge(ctx context.Context, sessionID string) (n int, err error) {
	const gone = `session_id = ?1 AND hidden IS NOT NULL AND id NOT IN (
		WITH RECURSIVE live (id) AS (
			SELECT id FROM messages WHERE session_id = ?1 AND hidden IS NOT NULL AND role = 'assistant' AND finish = ''
			UNION
			SELECT m.parent_id FROM live JOIN messages m ON m.id = live.id WHERE m.parent_id IS NOT NULL
		) SELECT id FROM live)`
	var files []api.File
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := sessionExists(ctx, tx, sessionID); err != nil {
			return err
		}
		n, files, err = remove(ctx, tx, gone, sessionID)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("purge session %s: %w", sessionID, err)
	}
	return n, s.dropUnnamed(ctx, files)
}

// remove removes the messages that a condition names, and returns the files
// that they named.
func remove(ctx context.Context, tx *sql.Tx, which string, args ...any) (n int, files []api.File, err error) {
	if err := bookRemoved(ctx, tx, which, args...); err != nil {
		return 0, nil, err
	}
	files, err = namedBy(ctx, tx, which, args...)
	if err != nil {
		return 0, nil, err
	}
	res, err := tx.ExecContext(ctx, `DELETE FROM messages WHERE `+which, args...)
	if err != nil {
		return 0, nil, err
	}
	removed, err := res.RowsAffected()
	return int(removed), files, err
}
