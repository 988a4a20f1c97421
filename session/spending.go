package session

// This file owns the sums of what answers cost. It knows no day and no budget:
// since when is counted is the caller's business.

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Spending is what answers cost together.
type Spending struct {
	USD       float64 // all that is known
	Estimated float64 // of USD, what no service has billed
	Answers   int
	Unknown   int // of Answers, those whose cost nobody told: USD is without them

	Tokens api.Usage // summed field by field; nil: no answer told
}

// Payment is something paid for that is no answer in a session's tree.
type Payment struct {
	Kind            string // see below
	Provider, Model string
	Usage           api.Usage
	Cost            api.Cost
	Created         time.Time // zero: now
}

// What is paid for beside answers. It is stored: never rename one.
const (
	ForTitle   = "title"   // a title that a model wrote
	ForDigest  = "summary" // a [Digest]; [Store.Compact] books one that it keeps
	forRemoved = "removed" // answers that are removed for good
)

// Book makes [Store.Spent] count a payment, in a session or, with "", in none.
func (s *Store) Book(ctx context.Context, sessionID string, p Payment) error {
	if p.Created.IsZero() {
		p.Created = s.now()
	}
	err := s.change(ctx, func(tx *sql.Tx) error { return book(ctx, tx, sessionID, p) })
	if err != nil {
		return fmt.Errorf("book what was paid: %w", err)
	}
	return nil
}

func book(ctx context.Context, tx *sql.Tx, sessionID string, p Payment) error {
	figures, err := encode(figuresJSON{Usage: p.Usage, Cost: p.Cost})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO payments (session_id, kind, created, provider, model, figures) VALUES (?, ?, ?, ?, ?, ?)`,
		sessionID, p.Kind, p.Created.UnixMilli(), p.Provider, p.Model, figures)
	return err
}

// bookRemoved books those answers which a condition names that were paid.
func bookRemoved(ctx context.Context, tx *sql.Tx, which string, args ...any) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO payments (session_id, kind, created, provider, model, figures)
		SELECT session_id, '`+forRemoved+`', created, provider, model, figures FROM (
			SELECT session_id, created, provider, model, figures, `+eachFigure+` FROM messages m WHERE `+paid+` AND `+which+`)`, args...)
	return err
}

const (
	// Answers that were paid, as far as can be known: those with a cost, with
	// tokens, or of which something arrived. Copies were paid where they are from.
	paid = `role = 'assistant' AND coalesce(origin, '') NOT GLOB 'fork:*' AND (
				usd IS NOT NULL OR coalesce(prompt, completion, reasoning, total) IS NOT NULL
				OR EXISTS (SELECT 1 FROM parts p WHERE p.message_id = m.id)
				OR EXISTS (SELECT 1 FROM chunks c WHERE c.message_id = m.id))`
	// What is damaged is counted as far as it can be read.
	readable   = `CASE WHEN json_valid(figures) THEN figures END`
	eachFigure = `` + readable + ` ->> '$.cost.usd' AS usd, ` + readable + ` ->> '$.cost.source' AS source,
		` + readable + ` ->> '$.usage.prompt_tokens' AS prompt, ` + readable + ` ->> '$.usage.completion_tokens' AS completion,
		` + readable + ` ->> '$.usage.reasoning_tokens' AS reasoning, ` + readable + ` ->> '$.usage.total_tokens' AS total,
		` + readable + ` ->> '$.usage.cached_tokens' AS cached`
	// Sums of integers fail when they overflow, and a service may say anything.
	sums = `
		SELECT count(*), count(*) - count(usd), total(usd), total(CASE source WHEN 'billed' THEN 0 ELSE usd END),
		CAST(sum(prompt + 0.0) AS INTEGER), CAST(sum(completion + 0.0) AS INTEGER),
		CAST(sum(reasoning + 0.0) AS INTEGER), CAST(sum(total + 0.0) AS INTEGER), CAST(sum(cached + 0.0) AS INTEGER)
		FROM (`

	// The + keeps the index on created from being used for one session's answers.
	sumOfAll = sums + `
			SELECT ` + eachFigure + ` FROM messages m WHERE ` + paid + ` AND created >= ?1
			UNION ALL
			SELECT ` + eachFigure + ` FROM payments WHERE created >= ?1)`
	sumOfSession = sums + `
			SELECT ` + eachFigure + ` FROM messages m WHERE ` + paid + ` AND session_id = ?2 AND +created >= ?1
			UNION ALL
			SELECT ` + eachFigure + ` FROM payments WHERE session_id = ?2 AND +created >= ?1)`
)

// Spent sums the answers that were begun at since or later, in one session or,
// when sessionID is "", in all. It counts all that was paid: branches that the
// conversation left, what is hidden, what was removed for good, digests, titles,
// answers that failed or were stopped, those that stream at this moment as far as
// they told; but no copies in a fork. An answer of which nothing came counts only
// if it has a cost or tokens.
func (s *Store) Spent(ctx context.Context, sessionID string, since time.Time) (Spending, error) {
	query, args := sumOfAll, []any{since.UnixMilli()}
	if sessionID != "" {
		query, args = sumOfSession, []any{since.UnixMilli(), sessionID}
	}
	var sum Spending
	u := &sum.Tokens
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&sum.Answers, &sum.Unknown, &sum.USD, &sum.Estimated,
		&u.Prompt, &u.Completion, &u.Reasoning, &u.Total, &u.Cached)
	if err != nil {
		return Spending{}, fmt.Errorf("sum up what was spent: %w", faulty(err))
	}
	return sum, nil
}
