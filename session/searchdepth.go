package session

// This file owns how far back a search looks. The index gives the messages that
// hold some words from the newest on, and is left at a bound; but one that must
// hold them one after the other, it looks for through all that hold them, however
// many those are, before it gives the first. So those are counted first. All
// bounds are of rows, never of time: the same search finds the same.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	maxLooked = 4000 // hits of the index that filters look at

	// maxPhrased bounds the messages in which words are looked for one after the
	// other; phraseWork does so for many words.
	maxPhrased = 8000
	phraseWork = 40_000 // words times messages
	minPhrased = 500
)

// candidates are the messages that fit, the newest first.
func (f *searching) candidates(ctx context.Context, scope []string) (found []candidate, err error) {
	query, args := f.messagesSQL(hitsSQL, f.within(scope, match(f.phrases)), f.looks(maxLooked))
	if listed, err := f.listed(ctx, scope); err != nil {
		return nil, err
	} else if listed != "" {
		query, args = f.messagesSQL(`SELECT value AS seq FROM json_each(?)`, listed)
	}
	err = each(ctx, f.tx, query, args, func(rows *sql.Rows) error {
		var c candidate
		err := rows.Scan(&c.seq, &c.id, &c.sessionID, &c.role, &c.created)
		found = append(found, c)
		return err
	})
	if len(found) == maxMessages {
		f.Newest = maxMessages
	}
	return found, err
}

// listed are the hits of the index, as JSON, where it matters how many there are:
// for what filters look at, and for words that stand one after the other. Else
// it is "", and the index is left as soon as enough was found.
func (f *searching) listed(ctx context.Context, scope []string) (string, error) {
	filtered := f.Model != "" || !f.Before.IsZero() || !f.After.IsZero() || scope == nil && (len(f.Tags) > 0 || f.Pinned || f.Trashed)
	horizon, err := f.horizon(ctx, scope)
	if err != nil || horizon == 0 && !filtered {
		return "", err
	}
	query, args := hitsSQL, []any{f.within(scope, match(f.phrases)), f.looks(maxLooked + 1)}
	if horizon > 0 {
		query, args[1] = hitsFromSQL, horizon
	}
	seqs, err := column(ctx, f.tx, query, args...)
	switch {
	case horizon > 0:
		f.Newest = f.depth()
		slices.Reverse(seqs)
	case len(seqs) > maxLooked && !f.Whole:
		f.Newest, seqs = maxLooked, seqs[:maxLooked]
	}
	return "[" + strings.Join(seqs, ",") + "]", err
}

// looks is a bound, if there is one.
func (f *searching) looks(most int) int {
	if f.Whole {
		return -1
	}
	return most
}

// depth is in how many messages words are looked for one after the other.
func (f *searching) depth() int {
	words := 0
	for _, p := range f.phrases {
		words += len(p.words)
	}
	return min(maxPhrased, max(minPhrased, phraseWork/words))
}

// horizon returns the oldest message in which words are looked for one after the
// other; 0: in all.
func (f *searching) horizon(ctx context.Context, scope []string) (int64, error) {
	loose, phrased := loosened(f.phrases)
	if f.Whole || !phrased {
		return 0, nil
	}
	var seq int64
	err := f.tx.QueryRowContext(ctx, nthSQL, f.within(scope, match(loose)), f.depth()).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return seq, err
}

// loosened are the words of phrases, wherever they stand; phrased: of one there
// are several.
func loosened(list []phrase) (loose []phrase, phrased bool) {
	known := map[string]bool{}
	for _, p := range list {
		phrased = phrased || len(p.words) > 1
		for i, w := range p.words {
			open := p.open && i == len(p.words)-1
			if !known[w] || open {
				known[w] = true
				loose = append(loose, phrase{[]string{w}, open})
			}
		}
	}
	return loose, phrased
}

// The index gives its hits in both directions. From the newest on it has an end
// only where it finds something; towards the newest it always has one.
const (
	hitsSQL     = `SELECT rowid AS seq FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?`
	hitsFromSQL = `SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? ORDER BY rowid`
	nthSQL      = `SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?`
)

// messagesSQL names the messages among hits that fit, in the order of the hits: so
// nothing is sorted, and the rest is never looked at.
func (f *searching) messagesSQL(hits string, of ...any) (query string, args []any) {
	where, more := f.where()
	args = append(slices.Clone(of), more...)
	if f.Model != "" {
		where, args = where+` AND (instr(lower(m.model), ?) OR instr(lower(s.model), ?) AND m.role = 'user')`, append(args, strings.ToLower(f.Model), strings.ToLower(f.Model))
	}
	if !f.After.IsZero() {
		where, args = where+` AND m.created >= ?`, append(args, f.After.UnixMilli())
	}
	if !f.Before.IsZero() {
		where, args = where+` AND m.created < ?`, append(args, f.Before.UnixMilli())
	}
	return `
		SELECT m.seq, m.id, m.session_id, m.role, m.created
		FROM (` + hits + `) f CROSS JOIN messages m ON m.seq = f.seq CROSS JOIN sessions s ON s.id = m.session_id
		WHERE m.hidden IS NULL AND ` + where + ` LIMIT ` + fmt.Sprint(maxMessages), args
}

// within is what the index is asked, for what some sessions say, or one kind.
func (f *searching) within(scope []string, all string) string {
	if len(scope) > 0 {
		return `("` + sessionMark + strings.Join(scope, `" OR "`+sessionMark) + `") AND ` + all
	}
	if f.Kind != "" {
		return `"` + kindMark + indexedWords(string(f.Kind)) + `" AND ` + all
	}
	return all
}
