package session

// This file owns where in its tree a conversation stands, and the ways to
// another place. Each message remembers which of its children was last shown,
// so that going to a sibling and back ends where it began.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Step goes from a message to a sibling of it, by places to the right of it in
// order of arrival (to the left, if negative), at most to the last one, and on
// to the end that was last shown below that. Hidden siblings don't count. It
// returns the message that the session stands at then.
func (s *Store) Step(ctx context.Context, sessionID, messageID string, by int) (leaf string, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := shown(ctx, tx, sessionID, messageID); err != nil {
			return err
		}
		ids, err := column(ctx, tx, `
			SELECT x.id FROM messages m JOIN messages x
			ON x.session_id = m.session_id AND x.parent_id IS m.parent_id AND x.hidden IS NULL
			WHERE m.id = ? ORDER BY x.seq`, messageID)
		if err != nil {
			return err
		}
		to := ids[max(0, min(slices.Index(ids, messageID)+by, len(ids)-1))]
		leaf, err = s.goTo(ctx, tx, sessionID, to)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("go to a sibling of message %s: %w", messageID, err)
	}
	return leaf, nil
}

// Jump makes the conversation pass through a message, to the end that was last
// shown below it, and returns that end.
func (s *Store) Jump(ctx context.Context, sessionID, messageID string) (leaf string, err error) {
	err = s.change(ctx, func(tx *sql.Tx) (err error) {
		if err := shown(ctx, tx, sessionID, messageID); err != nil {
			return err
		}
		leaf, err = s.goTo(ctx, tx, sessionID, messageID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("go to message %s: %w", messageID, err)
	}
	return leaf, nil
}

// goTo moves the session to the end last shown below a message.
func (s *Store) goTo(ctx context.Context, tx *sql.Tx, sessionID, messageID string) (leaf string, err error) {
	if leaf, err = endBelow(ctx, tx, messageID); err != nil {
		return "", err
	}
	return leaf, moveTo(ctx, tx, sessionID, leaf, s.now())
}

// choose picks one of the shown children that a condition names: the one last
// shown, or, when that is hidden now, the one before it, or else the one after;
// the newest, when none was ever chosen.
const (
	choose = `coalesce(
		(SELECT c.id FROM messages c WHERE %[1]s AND c.hidden IS NULL
			AND c.seq <= coalesce((SELECT seq FROM messages WHERE id = %[2]s), 9223372036854775807) ORDER BY c.seq DESC LIMIT 1),
		(SELECT c.id FROM messages c WHERE %[1]s AND c.hidden IS NULL ORDER BY c.seq LIMIT 1))`
)

var (
	chooseFirst = `SELECT coalesce(` + fmt.Sprintf(choose, `c.session_id = s.id AND c.parent_id IS NULL`, `s.chosen`) +
		`, '') FROM sessions s WHERE s.id = ?`
	chooseDown = `
	WITH RECURSIVE down (id, n) AS (
		VALUES (?, 0)
		UNION ALL
		SELECT ` + fmt.Sprintf(choose, `c.session_id = m.session_id AND c.parent_id = m.id AND c.seq > m.seq`, `m.chosen`) + `, n + 1
		FROM down JOIN messages m ON m.id = down.id
	)
	SELECT id FROM down WHERE id IS NOT NULL ORDER BY n DESC LIMIT 1`
)

// endBelow returns the end that was last shown below a message, or it itself.
func endBelow(ctx context.Context, tx *sql.Tx, messageID string) (leaf string, err error) {
	return leaf, tx.QueryRowContext(ctx, chooseDown, messageID).Scan(&leaf)
}

// endOf returns the end that was last shown of a whole session; "" if none is.
func endOf(ctx context.Context, tx *sql.Tx, sessionID string) (leaf string, err error) {
	var first string
	err = tx.QueryRowContext(ctx, chooseFirst, sessionID).Scan(&first)
	if err != nil || first == "" {
		return "", err
	}
	return endBelow(ctx, tx, first)
}

// moveTo makes the session stand at leaf, and used now, if it stood elsewhere.
// Both ways are remembered: the one that is left may never have been.
func moveTo(ctx context.Context, tx *sql.Tx, sessionID, leaf string, now time.Time) error {
	old, err := leafOf(ctx, tx, sessionID)
	if err != nil || old == leaf {
		return err
	}
	if err := remember(ctx, tx, sessionID, old); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, touch+`, leaf = ? WHERE id = ?`, now.UnixMilli(), leaf, sessionID); err != nil {
		return err
	}
	return remember(ctx, tx, sessionID, leaf)
}

func leafOf(ctx context.Context, tx *sql.Tx, sessionID string) (leaf string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT leaf FROM sessions WHERE id = ?`, sessionID).Scan(&leaf)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return leaf, err
}

// The way up from a message, as pairs of parent and child.
const waysUp = `
	WITH RECURSIVE up (child, id, seq) AS (
		SELECT id, parent_id, seq FROM messages WHERE id = ?1
		UNION ALL
		SELECT m.id, m.parent_id, m.seq FROM up JOIN messages m ON m.id = up.id AND m.seq < up.seq
	)`

// remember writes down that the way to leaf is the one last shown.
func remember(ctx context.Context, tx *sql.Tx, sessionID, leaf string) error {
	if leaf == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, waysUp+`
		UPDATE messages SET chosen = up.child FROM up WHERE messages.id = up.id AND chosen IS NOT up.child`, leaf)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, waysUp+`
		UPDATE sessions SET chosen = up.child FROM up WHERE sessions.id = ?2 AND up.id IS NULL AND chosen IS NOT up.child`, leaf, sessionID)
	return err
}

// advance moves the conversation on to a message that was just added. One in
// which somebody talks is not thrown away.
func advance(ctx context.Context, tx *sql.Tx, sessionID, leaf string, now time.Time) error {
	old, err := leafOf(ctx, tx, sessionID)
	if err != nil {
		return err
	}
	err = found(tx.ExecContext(ctx, touch+`, leaf = ?, trashed = NULL WHERE id = ?`, now.UnixMilli(), leaf, sessionID))
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE messages SET chosen = ? WHERE id = ? AND (SELECT parent_id FROM messages WHERE id = ?) = id`, leaf, old, leaf)
	if err := found(res, err); !errors.Is(err, ErrNotFound) {
		return err // it goes on from where it stood
	}
	if err := remember(ctx, tx, sessionID, old); err != nil {
		return err
	}
	return remember(ctx, tx, sessionID, leaf)
}

// shown refuses a message that is not in the session, or hidden there.
func shown(ctx context.Context, tx *sql.Tx, sessionID, messageID string) error {
	hidden, err := hiddenAs(ctx, tx, sessionID, messageID)
	if err == nil && hidden > 0 {
		err = fmt.Errorf("message %s, which is hidden: %w", messageID, ErrNotFound)
	}
	return err
}

func column(ctx context.Context, tx *sql.Tx, query string, args ...any) (list []string, err error) {
	err = each(ctx, tx, query, args, func(rows *sql.Rows) error {
		var one string
		err := rows.Scan(&one)
		list = append(list, one)
		return err
	})
	return list, err
}
