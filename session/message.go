package session

// This file owns messages as rows: adding a whole one, and loading the way
// from the first to the one that the conversation stands at.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Append adds a whole message (a prompt, as a rule) and moves the conversation
// on to it. When it returns nil the message is on the disk, with the contents
// of its files: those whose Data is there, and those that were saved before and
// are named by SHA256. Without Created it is dated now. Answers that stream are
// added by [Store.Record].
//
// *[FileError] says that the message is on the disk, and that a file of it is
// not. Appending the same message again tries that again.
func (s *Store) Append(ctx context.Context, m Message) error {
	if m.Streaming() {
		return fmt.Errorf("append message %s: an answer needs a finish reason", m.ID)
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("append a message: %w", err)
	}
	m, lost := s.keepFiles(m)
	err := s.change(ctx, func(tx *sql.Tx) error {
		again, err := appended(ctx, tx, m)
		if err != nil {
			return err
		}
		if again {
			return advance(ctx, tx, m.SessionID, m.ID, s.now())
		}
		if err := s.insert(ctx, tx, m); err != nil {
			return err
		}
		return replaceParts(ctx, tx, m.ID, content{m.Parts, m.Citations})
	})
	if err == nil {
		err = lost
	}
	if err != nil {
		return fmt.Errorf("append message %s to session %s: %w", m.ID, m.SessionID, err)
	}
	return nil
}

// keepFiles saves the contents of m's files, as many as it can, and returns m
// with the names that they have. It leaves the caller's parts alone.
func (s *Store) keepFiles(m Message) (_ Message, lost error) {
	m.Parts = slices.Clone(m.Parts)
	for i, p := range m.Parts {
		if p.File == nil {
			continue
		}
		f := identified(*p.File)
		m.Parts[i].File = &f
		if err := s.files.keep(f); err != nil && lost == nil {
			lost = err
		}
	}
	return m, lost
}

// appended reports whether the very message is there already.
func appended(ctx context.Context, tx *sql.Tx, m Message) (bool, error) {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM messages WHERE id = ? AND session_id = ? AND coalesce(parent_id, '') = ? AND role = ?`,
		m.ID, m.SessionID, m.ParentID, m.Role).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return hasParts(ctx, tx, m.ID, content{m.Parts, m.Citations})
}

func (m Message) check() error {
	switch {
	case !validID(m.ID):
		return fmt.Errorf("%q can't be an id", m.ID)
	case m.Role == "":
		return fmt.Errorf("message %s has no role", m.ID)
	}
	return nil
}

// insert adds the row of m, without what it says, and moves the session on to it.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, m Message) error {
	if err := advance(ctx, tx, m.SessionID, m.ID, s.now()); err != nil {
		return err
	}
	if m.ParentID != "" {
		if err := exists(ctx, tx, m.SessionID, m.ParentID); err != nil {
			return err
		}
	}
	if m.Created.IsZero() {
		m.Created = s.now()
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures)
		VALUES (?, ?, nullif(?, ''), ?, ?, ?, '', ?, '', '', '{}')`,
		m.ID, m.SessionID, m.ParentID, m.Role, m.Provider, m.Model, m.Created.UnixMilli())
	if err != nil {
		return err
	}
	return updateEnd(ctx, tx, m)
}

// updateEnd stores what is only known of an answer once it has begun or ended.
func updateEnd(ctx context.Context, tx *sql.Tx, m Message) error {
	figures, err := m.encodeFigures()
	if err != nil {
		return err
	}
	apiError, err := encodeError(m.Err)
	if err != nil {
		return err
	}
	return found(tx.ExecContext(ctx, `
		UPDATE messages SET answered_by = ?, inference_id = ?, figures = ?, finish = ?, error = ? WHERE id = ?`,
		m.AnsweredBy, m.InferenceID, figures, m.Finish, apiError, m.ID))
}

// path is the way from a session's leaf up to its first message, or as many
// messages of it as are asked for; less than 0: all.
const path = `
	WITH RECURSIVE path (id, up) AS (
		SELECT leaf, 0 FROM sessions WHERE id = ?
		UNION ALL
		SELECT m.parent_id, up + 1 FROM path JOIN messages m ON m.id = path.id WHERE m.parent_id IS NOT NULL
		LIMIT ?
	)`

// Path returns the messages from the first to the session's leaf. An answer
// that streams at this moment, here or in another program, comes with what is
// saved of it and without a Finish.
func (s *Store) Path(ctx context.Context, sessionID string) ([]Message, error) {
	return s.lastOf(ctx, sessionID, -1)
}

// lastOf loads the last n messages of the path; all for less than 0.
func (s *Store) lastOf(ctx context.Context, sessionID string, n int) ([]Message, error) {
	var msgs []Message
	err := s.look(ctx, func(tx *sql.Tx) (err error) {
		if msgs, err = loadPath(ctx, tx, sessionID, n); err != nil {
			return err
		}
		return loadContent(ctx, tx, sessionID, n, msgs)
	})
	if err != nil {
		return nil, fmt.Errorf("load session %s: %w", sessionID, err)
	}
	return msgs, nil
}

func loadPath(ctx context.Context, tx *sql.Tx, sessionID string, n int) ([]Message, error) {
	var leaf string
	err := tx.QueryRowContext(ctx, `SELECT leaf FROM sessions WHERE id = ?`, sessionID).Scan(&leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, path+`
		SELECT m.id, m.session_id, coalesce(m.parent_id, ''), m.role, m.provider, m.model, m.answered_by,
			m.created, m.finish, m.inference_id, m.error, m.figures
		FROM path CROSS JOIN messages m ON m.id = path.id ORDER BY up DESC`, sessionID, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var msgs []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, err
		}
		msgs = append(msgs, m)
	}
	return msgs, rows.Err()
}

func scanMessage(rows *sql.Rows) (Message, error) {
	var (
		m        Message
		created  int64
		apiError *string
		figures  string
	)
	err := rows.Scan(&m.ID, &m.SessionID, &m.ParentID, &m.Role, &m.Provider, &m.Model, &m.AnsweredBy,
		&created, &m.Finish, &m.InferenceID, &apiError, &figures)
	if err != nil {
		return m, err
	}
	m.Created = time.UnixMilli(created)
	return m, errors.Join(m.decodeFigures(figures), m.decodeError(apiError))
}

// loadContent fills in what msgs, the last n of the path of the session, say.
func loadContent(ctx context.Context, tx *sql.Tx, sessionID string, n int, msgs []Message) error {
	rows, err := tx.QueryContext(ctx, path+`
		SELECT p.message_id, p.kind, p.text, coalesce(p.data, '')
		FROM path CROSS JOIN parts p ON p.message_id = path.id ORDER BY up DESC, p.ord`, sessionID, n)
	if err != nil {
		return err
	}
	defer rows.Close()
	says := make(map[string]*content, len(msgs))
	for rows.Next() {
		var (
			id  string
			row partRow
		)
		if err := rows.Scan(&id, &row.kind, &row.text, &row.data); err != nil {
			return err
		}
		if says[id] == nil {
			says[id] = new(content)
		}
		if err := says[id].add(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i := range msgs {
		m := &msgs[i]
		if c := says[m.ID]; c != nil {
			m.Parts, m.Citations = c.parts, c.citations
		}
		if m.Streaming() {
			c, err := joinChunks(ctx, tx, m.ID)
			if err != nil {
				return err
			}
			m.Parts, m.Citations = c.parts, c.citations
		}
	}
	return nil
}
