package session

// This file owns the ways to a session: the list, the newest, and what a
// person may type to name one.

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Query says which sessions a list holds.
type Query struct {
	Kind    Kind   // "": all
	Tag     string // "": any, and none
	Trashed bool   // what is in the trash, and nothing else; otherwise nothing of it
	Limit   int    // 0: no limit
}

const (
	tagsOf  = `(SELECT group_concat(t.tag, char(10)) FROM tags t WHERE t.session_id = s.id)`
	columns = `s.id, s.kind, s.title, s.provider, s.model, s.system, s.draft, s.leaf, s.created, s.updated,
		coalesce(s.chosen, ''), s.pinned, coalesce(s.trashed, 0), s.queue, s.title_by, s.origin, coalesce(` + tagsOf + `, '')`
)

// What a list shows beside a session itself. Hidden messages don't count.
const (
	firstPrompt = `(SELECT m.id FROM messages m WHERE m.session_id = s.id AND m.hidden IS NULL AND m.role = 'user' ORDER BY m.seq LIMIT 1)`
	firstWords  = `coalesce(
			(SELECT substr(p.text, 1, 1000) FROM parts p
			WHERE p.kind = 'text' AND p.text <> '' AND p.message_id = ` + firstPrompt + ` ORDER BY p.ord LIMIT 1),
			(SELECT CASE WHEN json_valid(p.data) THEN p.data ->> '$.name' END FROM parts p
			WHERE p.kind = 'file' AND p.message_id = ` + firstPrompt + ` ORDER BY p.ord LIMIT 1), '')`
	listColumns = `SELECT ` + columns + `, (SELECT count(*) FROM messages m WHERE m.session_id = s.id AND m.hidden IS NULL), ` + firstWords + `
		FROM sessions s WHERE `
)

// sql returns the statement that lists what q names.
func (q Query) sql() (query string, args []any) {
	where, order := `s.trashed IS NULL`, `s.pinned DESC, s.touched DESC`
	if q.Trashed {
		where, order = `s.trashed IS NOT NULL`, `s.trashed DESC, s.touched DESC`
	}
	if q.Kind != "" {
		where, args = where+` AND s.kind = ?`, append(args, q.Kind)
	}
	if q.Tag != "" {
		where, args = where+` AND s.id IN (SELECT session_id FROM tags WHERE tag = ?)`, append(args, cleanTag(q.Tag))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	return listColumns + where + ` ORDER BY ` + order + ` LIMIT ?`, append(args, limit)
}

// List returns the sessions that q names: those that are pinned first, then the
// newest; of the trash, what was thrown away last.
func (s *Store) List(ctx context.Context, q Query) ([]Summary, error) {
	query, args := q.sql()
	var list []Summary
	err := s.rows(ctx, query, args, func(rows *sql.Rows) error {
		sum, err := scanSummary(rows)
		list = append(list, sum)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	return list, nil
}

// scanSummary reads the columns of a list.
func scanSummary(rows *sql.Rows) (sum Summary, err error) {
	var first string
	err = scanSession(rows, &sum.Session, &sum.Messages, &first)
	sum.FirstWords = words(first, wordsCells)
	return sum, err
}

// Newest returns the session that was used last and is not in the trash,
// [ErrNotFound] when there is none.
func (s *Store) Newest(ctx context.Context, kind Kind) (Session, error) {
	list, err := s.sessions(ctx, `s.kind = ? AND s.trashed IS NULL ORDER BY s.touched DESC LIMIT 1`, kind)
	if err != nil {
		return Session{}, fmt.Errorf("find the newest session: %w", err)
	}
	if len(list) == 0 {
		return Session{}, fmt.Errorf("no session of kind %s: %w", kind, ErrNotFound)
	}
	return list[0], nil
}

// maxCandidates bounds what an [AmbiguousError] lists.
const maxCandidates = 10

// AmbiguousError says that a reference names several sessions.
type AmbiguousError struct {
	Ref        string
	Candidates []Session // newest first, at most ten
}

func (e *AmbiguousError) Error() string {
	names := make([]string, len(e.Candidates))
	for i, c := range e.Candidates {
		names[i] = fmt.Sprintf("%s (%q, %s)", c.ID, c.Title, c.Updated.Format(time.DateTime))
	}
	return fmt.Sprintf("several sessions match %q: %s", e.Ref, strings.Join(names, ", "))
}

// Find returns the one session that ref names: by its id, by the start of its
// id (in any case), or by its exact title. What fits several is an
// *[AmbiguousError], what fits none [ErrNotFound].
func (s *Store) Find(ctx context.Context, ref string) (Session, error) {
	byID, err := s.byPrefix(ctx, strings.ToLower(ref))
	if err != nil {
		return Session{}, fmt.Errorf("find session %q: %w", ref, err)
	}
	if len(byID) == 1 {
		return byID[0], nil
	}
	byTitle, err := s.sessions(ctx, `s.title = ? AND s.title <> '' ORDER BY s.touched DESC LIMIT ?`, ref, maxCandidates)
	if err != nil {
		return Session{}, fmt.Errorf("find session %q: %w", ref, err)
	}
	switch {
	case len(byTitle) == 1:
		return byTitle[0], nil
	case len(byTitle) > 1:
		return Session{}, &AmbiguousError{Ref: ref, Candidates: byTitle}
	case len(byID) > 1:
		return Session{}, &AmbiguousError{Ref: ref, Candidates: byID}
	}
	return Session{}, fmt.Errorf("session %q: %w", ref, ErrNotFound)
}

// byPrefix returns the sessions whose id begins with prefix, or the one whose
// id it is.
func (s *Store) byPrefix(ctx context.Context, prefix string) ([]Session, error) {
	if !validID(prefix) {
		return nil, nil
	}
	list, err := s.sessions(ctx, `s.id = ?`, prefix)
	if err != nil || len(list) == 1 {
		return list, err
	}
	// '{' follows 'z', the last letter of an id: the range is the prefix, by the index.
	return s.sessions(ctx, `s.id >= ? AND s.id < ? ORDER BY s.touched DESC LIMIT ?`, prefix, prefix+"{", maxCandidates)
}

// sessions returns the sessions for which the condition holds.
func (s *Store) sessions(ctx context.Context, condition string, args ...any) ([]Session, error) {
	var list []Session
	err := s.rows(ctx, `SELECT `+columns+` FROM sessions s WHERE `+condition, args, func(rows *sql.Rows) error {
		var one Session
		err := scanSession(rows, &one)
		list = append(list, one)
		return err
	})
	return list, err
}

func (s *Store) rows(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return faulty(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return faulty(err)
		}
	}
	return faulty(rows.Err())
}

// scanSession reads the columns, then what follows them.
func scanSession(rows *sql.Rows, s *Session, more ...any) error {
	var created, updated, trashed int64
	var queue, tags string
	fields := []any{
		&s.ID, &s.Kind, &s.Title, &s.Provider, &s.Model, &s.System, &s.Draft, &s.Leaf, &created, &updated,
		&s.Chosen, &s.Pinned, &trashed, &queue, &s.TitleBy, &s.Origin, &tags,
	}
	err := rows.Scan(append(fields, more...)...)
	s.Created, s.Updated = time.UnixMilli(created), time.UnixMilli(updated)
	if trashed != 0 {
		s.Trashed = time.UnixMilli(trashed)
	}
	if s.Tags = strings.Fields(tags); len(s.Tags) == 0 {
		s.Tags = nil
	}
	slices.Sort(s.Tags)
	s.Queue, _ = decodeQueue(queue) // what can't be read must not hide the session
	return err
}
