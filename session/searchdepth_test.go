package session

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"
)

// crowded returns a database in which so many messages hold all of the words, in
// one order, and the oldest of them in the other.
func crowded(t *testing.T, messages int, words []string) *Store {
	t.Helper()
	s := newStore(t)
	said := strings.Join(words, " ")
	var backwards []string
	for i := range words {
		backwards = append(backwards, words[len(words)-1-i])
	}
	ok(t, s.change(t.Context(), func(tx *sql.Tx) error {
		const numbers = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT ?1) `
		for _, q := range []string{
			`INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched)
			VALUES ('s', 'chat', '', '', 'm', '', '', '', 0, 0, ?1)`,
			`INSERT INTO messages (id, session_id, role, provider, model, answered_by, created, finish, inference_id, figures) ` + numbers + `
			SELECT 'm' || i, 's', 'user', '', 'm', '', i, '', '', '{}' FROM n`,
			`INSERT INTO parts (message_id, ord, kind, text) ` + numbers + `SELECT 'm' || i, 0, 'text', iif(i, ?2, ?3) FROM n`,
			`INSERT INTO search (rowid, text) SELECT m.seq, p.text FROM messages m JOIN parts p ON p.message_id = m.id`, // its words are plain
		} {
			_, err := tx.Exec(q, messages, said, strings.Join(backwards, " "))
			ok(t, err)
		}
		return nil
	}))
	return s
}

// Words that stand one after the other are looked for in so many of the messages
// that hold them, and no more; the result says so. Whoever has the time looks at
// all.
func TestHowFarBackASearchLooks(t *testing.T) {
	words := make([]string, 80)
	for i := range words {
		words[i] = fmt.Sprintf("w%02d", i)
	}
	s := crowded(t, minPhrased+10, words)
	phrase := func(words ...string) string { return `"` + strings.Join(words, " ") + `"` }
	var there, backwards []string // as many words as it takes, in phrases
	for i := 0; i < len(words); i += 20 {
		there = append(there, phrase(words[i:i+20]...))
	}
	for i := len(words) - 1; i > 0; i -= 2 {
		if len(backwards) < maxPhrases {
			backwards = append(backwards, phrase(words[i], words[i-1]))
		}
	}
	long := strings.Join(there, " ")
	turned := strings.Join(append(backwards[:8:8], phrase(words[:32]...), phrase(words[32:64]...)), " ")
	for typed, want := range map[string]struct{ hits, newest int }{
		long:                  {1, maxMessages},
		turned:                {0, minPhrased},
		backwards[0]:          {1, 0}, // two words: all messages may be looked at
		phrase("w01", "gone"): {0, 0},
		"w79 w78":             {1, maxMessages},
	} {
		got, err := s.Search(t.Context(), ParseSearch(typed, noon))
		ok(t, err)
		if len(got.Hits) != want.hits || got.Newest != want.newest {
			t.Errorf("%.60s: %d hits among the newest %d, want %+v", typed, len(got.Hits), got.Newest, want)
		}
	}
	q := SearchQuery{Text: strings.Join(backwards, " "), Whole: true}
	if got, err := s.Search(t.Context(), q); err != nil || len(got.Hits) != 1 || got.Hits[0].MessageID != "m0" || got.Newest != 0 {
		t.Errorf("of all: %+v, %v", got, err)
	}
}

// Filters look at a bounded number of messages, and say so where there are more.
func TestHowFarBackFiltersLook(t *testing.T) {
	s := crowded(t, maxLooked+2, []string{"often"})
	exact := SearchQuery{Text: "often", Before: time.UnixMilli(1)}
	if got, err := s.Search(t.Context(), exact); err != nil || len(got.Hits) > 0 || got.Newest != maxLooked {
		t.Errorf("%+v, %v", got, err)
	}
	exact.Whole = true
	if got, err := s.Search(t.Context(), exact); err != nil || len(got.Hits) != 1 || got.Hits[0].MessageID != "m0" || got.Newest != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Towards the newest the index stops at the end, and knows where to begin.
func TestTheHorizonIsTheIndexs(t *testing.T) {
	lines := strings.Join(plan(t, newStore(t), hitsFromSQL, `"a"`, 1), "\n")
	if !strings.Contains(lines, ">") || strings.Contains(lines, "B-TREE") {
		t.Errorf("got %s", lines)
	}
}
