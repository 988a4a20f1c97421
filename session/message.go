package session

// This file owns messages as rows, and adding a whole one. How they are loaded
// is in load.go.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/aimlchat/aimlchat/api"
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
		if err := s.files.keepAgain(filesOf(m.Parts)); err != nil && lost == nil {
			lost = err
		}
		if err := replaceParts(ctx, tx, m.ID, content{m.Parts, m.Citations}); err != nil {
			return err
		}
		return seal(ctx, tx, m.ID)
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

// insert adds the row of m, without what it says, and moves the session on to
// it. What a person writes below something hidden brings that back; all else
// there is hidden with it, and moves nothing.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, m Message) error {
	if m.ParentID == "" {
		if err := sessionExists(ctx, tx, m.SessionID); err != nil {
			return err
		}
	} else {
		hidden, err := hiddenAs(ctx, tx, m.SessionID, m.ParentID)
		if err != nil {
			return err
		}
		if hidden > 0 && m.Role == api.User {
			hidden, err = 0, revive(ctx, tx, m.ParentID)
		}
		if err != nil {
			return err
		}
		m.HiddenAs = hidden
	}
	if m.Created.IsZero() {
		m.Created = s.now()
	}
	if err := insertRow(ctx, tx, m); err != nil {
		return err
	}
	if m.HiddenAs > 0 {
		return nil
	}
	return advance(ctx, tx, m.SessionID, m.ID, s.now())
}

// insertRow adds the row of m as it is.
func insertRow(ctx context.Context, tx *sql.Tx, m Message) error {
	digest, err := encodeDigest(m.Digest)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures,
			hidden, chosen, summary, origin)
		VALUES (?, ?, nullif(?, ''), ?, ?, ?, '', ?, '', '', '{}', nullif(?, 0), nullif(?, ''), ?, nullif(?, ''))`,
		m.ID, m.SessionID, m.ParentID, m.Role, m.Provider, m.Model, m.Created.UnixMilli(), m.HiddenAs, m.Chosen, digest, m.Origin)
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
		UPDATE messages SET answered_by = ?, inference_id = ?, figures = ?, finish = ?, error = ?, checksum = NULL WHERE id = ?`,
		m.AnsweredBy, m.InferenceID, figures, m.Finish, apiError, m.ID))
}
