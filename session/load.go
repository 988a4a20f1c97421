package session

// This file owns how messages are loaded: the way to the one that the
// conversation stands at, or all of a session. What is damaged is loaded as far
// as it can be read, and said to be damaged; it stops nothing else.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// The messages that are loaded, and the number by which they are ordered, the
// greatest first. A parent came before its children: where a damaged file says
// otherwise the way ends, and can't run in circles.
const (
	path = `
	WITH RECURSIVE path (id, up) AS (
		SELECT leaf, 0 FROM sessions WHERE id = ?
		UNION ALL
		SELECT p.id, up + 1 FROM path JOIN messages m ON m.id = path.id
			JOIN messages p ON p.id = m.parent_id AND p.session_id = m.session_id AND p.seq < m.seq
		LIMIT ?
	)`
	tree = `
	WITH path (id, up) AS (SELECT id, -seq FROM messages WHERE session_id = ?)`
)

const (
	siblings = `(SELECT count(*) FROM messages x
			WHERE x.session_id = m.session_id AND x.parent_id IS m.parent_id AND x.hidden IS NULL AND m.hidden IS NULL`
	messageColumns = `
		SELECT m.id, m.session_id, coalesce(m.parent_id, ''), m.role, m.provider, m.model, m.answered_by,
			m.created, m.finish, m.inference_id, coalesce(m.error, ''), m.figures, coalesce(m.hidden, 0),
			coalesce(m.chosen, ''), coalesce(m.checksum, ''), coalesce(m.summary, ''), coalesce(m.origin, ''),
			` + siblings + ` AND x.seq <= m.seq), ` + siblings + `)
		FROM path CROSS JOIN messages m ON m.id = path.id ORDER BY up DESC`
	partColumns = `
		SELECT p.message_id, p.ord, p.kind, p.text, coalesce(p.data, '')
		FROM path CROSS JOIN parts p ON p.message_id = path.id`
)

// Path returns the messages from the first to the session's leaf. An answer
// that streams at this moment, here or in another program, comes with what is
// saved of it and without a Finish.
func (s *Store) Path(ctx context.Context, sessionID string) ([]Message, error) {
	return s.lastOf(ctx, sessionID, -1)
}

// lastOf loads the last n messages of the path; all for less than 0.
func (s *Store) lastOf(ctx context.Context, sessionID string, n int) ([]Message, error) {
	return s.load(ctx, sessionID, path, sessionID, n)
}

// Tree returns every message of a session, hidden ones too, in the order in
// which they came: each after its parent.
func (s *Store) Tree(ctx context.Context, sessionID string) ([]Message, error) {
	return s.load(ctx, sessionID, tree, sessionID)
}

func (s *Store) load(ctx context.Context, sessionID, which string, args ...any) (msgs []Message, err error) {
	err = s.look(ctx, func(tx *sql.Tx) error {
		if err := sessionExists(ctx, tx, sessionID); err != nil {
			return err
		}
		rows, err := loadRows(ctx, tx, which, args...)
		if err != nil {
			return err
		}
		msgs, err = messagesOf(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load session %s: %w", sessionID, err)
	}
	return msgs, nil
}

func sessionExists(ctx context.Context, tx *sql.Tx, sessionID string) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM sessions WHERE id = ?`, sessionID).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// messageRow is a message as it lies in the database.
type messageRow struct {
	head
	id, sessionID, parentID           string
	hidden                            int64
	chosen, checksum, summary, origin string
	sibling, siblings                 int
	parts                             []partRow
}

// loadRows reads messages and their parts, in order.
func loadRows(ctx context.Context, tx *sql.Tx, which string, args ...any) ([]*messageRow, error) {
	var list []*messageRow
	byID := map[string]*messageRow{}
	err := each(ctx, tx, which+messageColumns, args, func(rows *sql.Rows) error {
		var r messageRow
		err := rows.Scan(&r.id, &r.sessionID, &r.parentID, &r.role, &r.provider, &r.model, &r.answeredBy,
			&r.created, &r.finish, &r.inferenceID, &r.err, &r.figures, &r.hidden,
			&r.chosen, &r.checksum, &r.summary, &r.origin, &r.sibling, &r.siblings)
		list, byID[r.id] = append(list, &r), &r
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, which+partColumns, args, func(rows *sql.Rows) error {
		var id string
		var row partRow
		err := rows.Scan(&id, &row.ord, &row.kind, &row.text, &row.data)
		if r := byID[id]; r != nil {
			r.parts = append(r.parts, row)
		}
		return err
	})
	for _, r := range list {
		slices.SortFunc(r.parts, func(a, b partRow) int { return a.ord - b.ord })
	}
	return list, err
}

func each(ctx context.Context, tx *sql.Tx, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func messagesOf(ctx context.Context, tx *sql.Tx, rows []*messageRow) ([]Message, error) {
	msgs := make([]Message, len(rows))
	for i, r := range rows {
		msgs[i] = r.message()
		m := &msgs[i]
		if !m.Streaming() {
			continue
		}
		c, err := joinChunks(ctx, tx, m.ID)
		if err != nil && !errors.Is(err, errUnreadable) {
			return nil, err
		}
		m.Parts, m.Citations, m.Damaged = c.parts, c.citations, m.Damaged || err != nil
	}
	if len(msgs) == 0 {
		return nil, nil
	}
	return msgs, nil
}

// message reads a row. What can't be read of it is left out.
func (r *messageRow) message() Message {
	m := Message{
		ID: r.id, SessionID: r.sessionID, ParentID: r.parentID, Role: api.Role(r.role),
		Provider: r.provider, Model: r.model, AnsweredBy: r.answeredBy, Created: time.UnixMilli(r.created),
		Finish: api.FinishReason(r.finish), InferenceID: r.inferenceID,
		Sibling: r.sibling, Siblings: r.siblings, Hidden: r.hidden > 0, HiddenAs: r.hidden,
		Chosen: r.chosen, Origin: r.origin,
	}
	var c content
	err := errors.Join(m.decodeFigures(r.figures), m.decodeError(r.err), m.decodeDigest(r.summary))
	for _, row := range r.parts {
		err = errors.Join(err, c.add(row))
	}
	m.Parts, m.Citations = c.parts, c.citations
	m.Damaged = err != nil || !fits(r.checksum, r.head, r.parts)
	return m
}
