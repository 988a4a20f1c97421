package session

// This file owns the index of the search: what goes into it, and when. It is
// made of what the other tables hold, so that it can be made anew whenever it is
// damaged; that must keep nothing from being saved.

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"

	"modernc.org/sqlite"
)

// What begins the words that say to which session a message belongs, and of
// which kind that is. They are letters of private use, which no query keeps.
const (
	sessionMark = "\uE000"
	kindMark    = "\uE001"
)

// indexed_words(text) and indexed_words(text, session, kind) are what a title
// and a message are found by. Migrations use it too: a file whose triggers or
// views did could not be written by anybody else.
var _ = func() bool {
	sqlite.MustRegisterScalarFunction("indexed_words", -1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		var words []string
		for _, mark := range []struct {
			at int
			by string
		}{{1, sessionMark}, {2, kindMark}} {
			if mark.at < len(args) {
				s, _ := args[mark.at].(string)
				words = append(words, mark.by+indexedWords(s))
			}
		}
		text, _ := args[0].(string) // a message of no words has no text
		return strings.Join(append(words, indexedWords(text)), " "), nil
	})
	return true
}()

// wholeMessages are those that the index has, and wordsOf what of them.
const (
	wordsOf = `
		SELECT m.seq, indexed_words((
			SELECT group_concat(substr(iif(p.kind = 'file', iif(json_valid(p.data), p.data ->> '$.name', ''), p.text), 1, 131072), char(10))
			FROM parts p WHERE p.message_id = m.id AND p.kind IN ('text', 'file')
		), m.session_id, s.kind)
		FROM messages m JOIN sessions s ON s.id = m.session_id
		WHERE (m.role <> 'assistant' OR m.finish <> '')`
	indexMessage = `INSERT OR REPLACE INTO search (rowid, text)` + wordsOf + ` AND m.id = ?`
	forgetTitle  = `DELETE FROM titles WHERE titles MATCH 'id : "' || ? || '"'`
	indexTitle   = `INSERT INTO titles (title, id) SELECT indexed_words(title), id FROM sessions WHERE title <> '' AND id = ?`
)

// index lets a whole message be found.
func index(ctx context.Context, tx *sql.Tx, messageID string) error {
	_, err := tx.ExecContext(ctx, indexMessage, messageID)
	return err
}

// retitle lets a session be found by the title that it has now.
func retitle(ctx context.Context, tx *sql.Tx, sessionID string) error {
	if _, err := tx.ExecContext(ctx, forgetTitle, sessionID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, indexTitle, sessionID)
	return err
}

// Reindex makes the index of [Store.Search] anew, in one transaction.
func (s *Store) Reindex(ctx context.Context) error {
	if err := s.change(ctx, func(tx *sql.Tx) error { return reindex(ctx, tx) }); err != nil {
		return fmt.Errorf("index the sessions anew: %w", err)
	}
	return nil
}

// emptyIndex takes everything out of the index, also what is damaged.
func emptyIndex(ctx context.Context, tx *sql.Tx) error {
	return execute(ctx, tx, `INSERT INTO search (search) VALUES ('delete-all')`, `DROP TABLE titles`, titlesTable)
}

// titlesTable is as migrations make it. It is dropped, for a table with a content
// of its own can't be emptied where it is damaged.
const titlesTable = `CREATE VIRTUAL TABLE titles USING fts5(title, id, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3')`

func reindex(ctx context.Context, tx *sql.Tx) error {
	if err := emptyIndex(ctx, tx); err != nil {
		return err
	}
	return execute(ctx, tx,
		`INSERT INTO titles (title, id) SELECT indexed_words(title), id FROM sessions WHERE title <> ''`,
		`INSERT INTO search (rowid, text)`+wordsOf)
}

func execute(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, q := range statements {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// missing reports whether the index was emptied: the oldest of what belongs
// there is not there.
func missing(ctx context.Context, tx *sql.Tx) (is bool, err error) {
	err = tx.QueryRowContext(ctx, oldestMissing).Scan(&is)
	return is, err
}

const oldestMissing = `
	SELECT coalesce((SELECT NOT EXISTS (SELECT 1 FROM search_docsize d WHERE d.id = m.seq) FROM messages m
		WHERE m.role <> 'assistant' OR m.finish <> '' ORDER BY m.seq LIMIT 1), 0)`
