package session

// This file owns the sums of what answers cost. It knows no day and no budget:
// since when is counted is the caller's business.

import (
	"context"
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

// The answers that were paid, as far as can be known: those with a cost, with
// tokens, or of which something arrived.
const (
	sumOfAnswers = `
		SELECT count(*), count(*) - count(usd), total(usd), total(CASE source WHEN 'billed' THEN 0 ELSE usd END), ` +
		tokensOf + `
		FROM (
			SELECT figures ->> '$.cost.usd' AS usd, figures ->> '$.cost.source' AS source, ` + eachTokens + `
			FROM messages m WHERE role = 'assistant' AND %s AND (
				usd IS NOT NULL OR coalesce(prompt, completion, reasoning, total) IS NOT NULL
				OR EXISTS (SELECT 1 FROM parts p WHERE p.message_id = m.id)
				OR EXISTS (SELECT 1 FROM chunks c WHERE c.message_id = m.id)))`
	// Sums of integers fail when they overflow, and a service may say anything.
	tokensOf = `CAST(sum(prompt + 0.0) AS INTEGER), CAST(sum(completion + 0.0) AS INTEGER),
		CAST(sum(reasoning + 0.0) AS INTEGER), CAST(sum(total + 0.0) AS INTEGER), CAST(sum(cached + 0.0) AS INTEGER)`
	eachTokens = `figures ->> '$.usage.prompt_tokens' AS prompt, figures ->> '$.usage.completion_tokens' AS completion,
		figures ->> '$.usage.reasoning_tokens' AS reasoning, figures ->> '$.usage.total_tokens' AS total,
		figures ->> '$.usage.cached_tokens' AS cached`
)

// The + keeps the index on created from being used for one session's answers.
var (
	sumOfAll     = fmt.Sprintf(sumOfAnswers, `created >= ?`)
	sumOfSession = fmt.Sprintf(sumOfAnswers, `session_id = ? AND +created >= ?`)
)

// Spent sums the answers that were begun at since or later, in one session or,
// when sessionID is "", in all. It counts all that was paid: branches that the
// conversation left, answers that failed or were stopped, those that stream at
// this moment as far as they told. An answer of which nothing came counts only
// if it has a cost or tokens.
func (s *Store) Spent(ctx context.Context, sessionID string, since time.Time) (Spending, error) {
	query, args := sumOfAll, []any{since.UnixMilli()}
	if sessionID != "" {
		query, args = sumOfSession, []any{sessionID, since.UnixMilli()}
	}
	var sum Spending
	u := &sum.Tokens
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&sum.Answers, &sum.Unknown, &sum.USD, &sum.Estimated,
		&u.Prompt, &u.Completion, &u.Reasoning, &u.Total, &u.Cached)
	if err != nil {
		return Spending{}, fmt.Errorf("sum up what was spent: %w", err)
	}
	return sum, nil
}
