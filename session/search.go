package session

// This file owns the search over all sessions. Every part of it is bounded, so
// that it can run at each keystroke: among very many hits it looks at the newest.
// How far back that is, is in searchdepth.go.

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Hit is a session in which something was found.
type Hit struct {
	Summary
	TitleMarks []Range // of Summary.Title: what was found in it

	MessageID string // the best message; "": only the title fits, or nothing was searched for
	Role      api.Role
	Created   time.Time // of that message
	Snippet   string    // the exact piece of its text around what was found
	Marks     []Range   // of Snippet
	Hits      int       // messages in which it was found; of very many the newest count
}

// Found is what a search found.
type Found struct {
	Hits []Hit

	// Newest says that older messages may fit too: so many of those that could
	// fit were looked at, the newest. 0: all were.
	Newest int
}

// Bounds of a search.
const (
	maxMessages = 240     // messages that are graded
	maxGraded   = 4 << 10 // bytes of each that count
	maxShown    = 256 << 10
	maxScope    = 64 // sessions to which the index itself can keep
	maxTitles   = 50
	usualLimit  = 50

	titleWorth = 4.0
	newWorth   = 0.6 // of the newest candidate over the oldest
)

// Search returns the sessions in which q is found, the best first, each with its
// best message. What is hidden is not found, and of each message the first 128
// KiB. A text without words finds all that the filters let pass, those that are
// pinned first, then the newest.
func (s *Store) Search(ctx context.Context, q SearchQuery) (Found, error) {
	f := &searching{SearchQuery: q, phrases: phrases(q.Text), bySession: map[string]*graded{}}
	if f.Limit <= 0 {
		f.Limit = usualLimit
	}
	err := s.look(ctx, func(tx *sql.Tx) error {
		f.tx = tx
		if is, err := missing(ctx, tx); err != nil || is {
			return cmp.Or(err, errUnindexed)
		}
		return f.run(ctx)
	})
	if errors.Is(err, errUnindexed) || IsDamaged(err) {
		return s.searchAnew(ctx, q, err)
	}
	if err != nil {
		return Found{}, fmt.Errorf("search the sessions: %w", err)
	}
	return f.Found, nil
}

var errUnindexed = errors.New("the index is not there")

// searchAnew searches after making the index anew, which was damaged, or emptied
// when that was found. It does so once.
func (s *Store) searchAnew(ctx context.Context, q SearchQuery, why error) (Found, error) {
	if ctx.Value(anew{}) != nil {
		return Found{}, fmt.Errorf("search the sessions: %w", why)
	}
	if err := s.Reindex(ctx); err != nil {
		return Found{}, fmt.Errorf("search the sessions: %w", err)
	}
	return s.Search(context.WithValue(ctx, anew{}, true), q)
}

// anew marks a search after the index was made anew.
type anew struct{}

// searching is one search.
type searching struct {
	SearchQuery
	Found
	tx        *sql.Tx
	phrases   []phrase
	bySession map[string]*graded
}

// graded is a session with what was found there until now.
type graded struct {
	id      string
	score   float64
	title   bool // it has all that was searched for
	best    candidate
	hits    int
	summary *Summary
}

// candidate is a message that the index names.
type candidate struct {
	seq       int64
	id        string
	sessionID string
	role      api.Role
	created   int64
	score     float64
}

func (f *searching) run(ctx context.Context) error {
	if len(f.phrases) == 0 {
		if strings.TrimSpace(f.Text) != "" { // marks without a word
			return nil
		}
		return f.list(ctx)
	}
	scope, err := f.scope(ctx)
	if err != nil {
		return err
	}
	if scope == nil || len(scope) > 0 {
		if err := f.messages(ctx, scope); err != nil {
			return err
		}
		if err := f.titles(ctx); err != nil {
			return err
		}
	}
	list := make([]*graded, 0, len(f.bySession))
	for _, g := range f.bySession {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *graded) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.best.seq, a.best.seq), cmp.Compare(a.id, b.id))
	})
	return f.tell(ctx, list[:min(len(list), f.Limit)])
}

// where is the condition that filters make of sessions s.
func (f *searching) where() (where string, args []any) {
	where = `s.trashed IS NULL`
	if f.Trashed {
		where = `s.trashed IS NOT NULL`
	}
	if f.Kind != "" {
		where, args = where+` AND s.kind = ?`, append(args, f.Kind)
	}
	if f.Pinned {
		where += ` AND s.pinned = 1`
	}
	for _, tag := range f.Tags {
		where, args = where+` AND s.id IN (SELECT session_id FROM tags WHERE tag = ?)`, append(args, cleanTag(tag))
	}
	return where, args
}

// scope returns the sessions to search in, if a filter leaves few; nil: all.
func (f *searching) scope(ctx context.Context) ([]string, error) {
	if !f.Trashed && !f.Pinned && len(f.Tags) == 0 {
		return nil, nil
	}
	where, args := f.where()
	list, err := column(ctx, f.tx, `SELECT s.id FROM sessions s WHERE `+where+` LIMIT ?`, append(args, maxScope+1)...)
	switch {
	case err != nil || len(list) > maxScope:
		return nil, err
	case list == nil:
		list = []string{}
	}
	return list, nil
}

// messages grades the messages that are found.
func (f *searching) messages(ctx context.Context, scope []string) error {
	found, err := f.candidates(ctx, scope)
	if err != nil {
		return err
	}
	if err := f.grade(ctx, found); err != nil {
		return err
	}
	for _, c := range found {
		g := f.of(c.sessionID)
		if g.hits++; g.hits == 1 || c.score > g.best.score {
			g.best = c
		}
		g.score = g.best.score
	}
	return nil
}

func (f *searching) of(sessionID string) *graded {
	g := f.bySession[sessionID]
	if g == nil {
		g = &graded{id: sessionID}
		f.bySession[sessionID] = g
	}
	return g
}

// textsSQL returns the searched text of messages, each cut.
const textsSQL = `
	SELECT p.message_id, substr(iif(p.kind = 'file', iif(json_valid(p.data), coalesce(p.data ->> '$.name', ''), ''), p.text), 1, ?)
	FROM json_each(?) j CROSS JOIN parts p ON p.message_id = j.value
	WHERE p.kind IN ('text', 'file') ORDER BY j.key, p.ord`

func (f *searching) texts(ctx context.Context, ids []string, size int) (map[string]string, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(ids))
	err = each(ctx, f.tx, textsSQL, []any{size, string(list)}, func(rows *sql.Rows) error {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		if before := texts[id]; before != "" {
			text = before + "\n" + text
		}
		texts[id] = text
		return nil
	})
	return texts, err
}

func (f *searching) grade(ctx context.Context, found []candidate) error {
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.id
	}
	texts, err := f.texts(ctx, ids, maxGraded)
	if err != nil {
		return err
	}
	for i := range found {
		c := &found[i]
		_, counts, words := places(texts[c.id], f.phrases)
		c.score = worth(counts, words) + newWorth*float64(len(found)-i)/float64(len(found))
	}
	return nil
}

const titlesSQL = `SELECT id FROM titles WHERE titles MATCH ? ORDER BY rowid DESC LIMIT 1000`

// titles finds sessions by their titles.
func (f *searching) titles(ctx context.Context) error {
	if f.Model != "" || !f.After.IsZero() || !f.Before.IsZero() {
		return f.markTitles(ctx) // these are about messages
	}
	where, args := f.where()
	list, err := column(ctx, f.tx, `SELECT s.id FROM (`+titlesSQL+`) t CROSS JOIN sessions s ON s.id = t.id WHERE `+where+` LIMIT `+fmt.Sprint(maxTitles),
		append([]any{"title : (" + match(f.phrases) + ")"}, args...)...)
	for i, id := range list {
		g := f.of(id)
		g.title = true
		g.score += titleWorth + newWorth*float64(len(list)-i)/float64(len(list))
	}
	return err
}

// markTitles grades the titles of what was found already.
func (f *searching) markTitles(ctx context.Context) error {
	list, err := column(ctx, f.tx, titlesSQL, "title : ("+match(f.phrases)+")")
	for _, id := range list {
		if g := f.bySession[id]; g != nil {
			g.title = true
			g.score += titleWorth
		}
	}
	return err
}

// list finds sessions by filters alone.
func (f *searching) list(ctx context.Context) error {
	where, args := f.where()
	if f.Model != "" {
		where, args = where+` AND instr(lower(s.model), ?)`, append(args, strings.ToLower(f.Model))
	}
	if !f.After.IsZero() {
		where, args = where+` AND s.updated >= ?`, append(args, f.After.UnixMilli())
	}
	if !f.Before.IsZero() {
		where, args = where+` AND s.created < ?`, append(args, f.Before.UnixMilli())
	}
	order := `s.pinned DESC, s.touched DESC`
	if f.Trashed {
		order = `s.trashed DESC, s.touched DESC`
	}
	return each(ctx, f.tx, listColumns+where+` ORDER BY `+order+` LIMIT ?`, append(args, f.Limit), func(rows *sql.Rows) error {
		one, err := scanSummary(rows)
		f.Hits = append(f.Hits, Hit{Summary: one})
		return err
	})
}

const summariesSQL = listColumns + `s.id IN (SELECT value FROM json_each(?))`

// tell makes the hits of what was found.
func (f *searching) tell(ctx context.Context, list []*graded) error {
	var ids, best []string
	for _, g := range list {
		if ids = append(ids, g.id); g.hits > 0 {
			best = append(best, g.best.id)
		}
	}
	sessions, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	err = each(ctx, f.tx, summariesSQL, []any{string(sessions)}, func(rows *sql.Rows) error {
		one, err := scanSummary(rows)
		f.of(one.ID).summary = &one
		return err
	})
	if err != nil {
		return err
	}
	texts, err := f.texts(ctx, best, maxShown)
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.summary != nil {
			f.Hits = append(f.Hits, f.hit(g, texts[g.best.id]))
		}
	}
	return nil
}

func (f *searching) hit(g *graded, text string) Hit {
	h := Hit{Summary: *g.summary, Hits: g.hits}
	h.TitleMarks, _, _ = places(h.Title, f.phrases)
	if g.hits > 0 {
		h.MessageID, h.Role, h.Created = g.best.id, g.best.role, time.UnixMilli(g.best.created)
		marks, _, _ := places(text, f.phrases)
		h.Snippet, h.Marks = snippet(text, marks)
	}
	return h
}
