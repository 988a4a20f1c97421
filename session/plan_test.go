package session

import (
	"strconv"
	"strings"
	"testing"
)

// With 10,000 sessions, or 10,000 messages in one, nothing may be sorted or read
// through that is not asked for.
func TestQueriesUseIndexes(t *testing.T) {
	s := newStore(t)
	for name, q := range map[string]struct {
		query string
		sorts bool // what it returns, which is little
	}{
		"list":              {query: list(Query{})},
		"list of a kind":    {query: list(Query{Kind: KindChat})},
		"list of the trash": {query: list(Query{Trashed: true})},
		"list of a tag":     {query: list(Query{Tag: "x"}), sorts: true},
		"newest":            {query: `SELECT ` + columns + ` FROM sessions s WHERE s.kind = ? AND s.trashed IS NULL ORDER BY s.touched DESC LIMIT 1`},
		"by title":          {query: `SELECT ` + columns + ` FROM sessions s WHERE s.title = ? AND s.title <> ''`},
		"by prefix":         {query: `SELECT ` + columns + ` FROM sessions s WHERE s.id >= ? AND s.id < ?`},
		"touch":             {query: touch + ` WHERE id = ?`},
		"rank":              {query: `SELECT ` + newestRank},
		"what streams":      {query: `SELECT id FROM messages WHERE session_id = ? AND role = 'assistant' AND finish = ''`},
		"chunks":            {query: `SELECT kind, '', text FROM chunks WHERE message_id = ? ORDER BY kind, start`},
		"parts of the path": {query: path + partColumns},
		"path":              {query: path + messageColumns, sorts: true},
		"parts of the tree": {query: tree + partColumns},
		"tree":              {query: tree + messageColumns, sorts: true},
		"remove":            {query: `DELETE FROM messages WHERE session_id = ? AND parent_id = ?`},
		"spent":             {query: sumOfAll},
		"spent in one":      {query: sumOfSession},
		"first end":         {query: chooseFirst},
		"end below":         {query: chooseDown, sorts: true},
		"the way up":        {query: waysUp + ` SELECT child FROM up`},
		"what is below":     {query: below + ` SELECT id FROM below`},
		"last hidden":       {query: `SELECT max(hidden) FROM messages WHERE session_id = ?`},
		"first hidden":      {query: `SELECT id FROM messages WHERE session_id = ? AND hidden = ? ORDER BY seq LIMIT 1`, sorts: true},
		"who names a file":  {query: namers, sorts: true},
	} {
		for _, line := range plan(t, s, q.query, arguments(q.query)...) {
			reads := strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "INDEX") && !temporary[line] && !strings.HasPrefix(line, "SCAN (subquery")
			if reads || strings.Contains(line, "TEMP B-TREE") && !q.sorts {
				t.Errorf("%s is slow: %s", name, line)
			}
		}
	}
}

// temporary are the tables that a query itself makes.
var temporary = map[string]bool{
	"SCAN path": true, "SCAN up": true, "SCAN below": true, "SCAN down": true, "SCAN q VIRTUAL TABLE INDEX 0:": true,
	"SCAN CONSTANT ROW": true,
}

// arguments are as many as a statement takes.
func arguments(query string) []any {
	n := strings.Count(query, "?")
	if strings.Contains(query, "?1") {
		for n = 1; strings.Contains(query, "?"+strconv.Itoa(n+1)); n++ { // numbered, from 1
		}
	}
	return make([]any, n)
}

func list(q Query) string {
	query, _ := q.sql()
	return query
}

func plan(t *testing.T, s *Store, query string, args ...any) (lines []string) {
	t.Helper()
	rows, err := s.write.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	ok(t, err)
	defer rows.Close()
	for rows.Next() {
		var (
			id, parent, unused int
			line               string
		)
		ok(t, rows.Scan(&id, &parent, &unused, &line))
		lines = append(lines, line)
	}
	ok(t, rows.Err())
	return lines
}
