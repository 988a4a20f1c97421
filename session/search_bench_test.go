package session

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// vocabulary is words as languages have them: few are said often, most hardly
// ever.
func vocabulary(r *rand.Rand) []string {
	const letters = "etaoinshrdlu"
	list := make([]string, 20_000)
	for i := range list {
		var b strings.Builder
		for n := 2 + r.IntN(3) + i/3000; n > 0; n-- {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		list[i] = b.String()
	}
	list[0], list[1], list[9] = "the", "and", "common"
	return list
}

const messagesEach = 20

// library is a database of so many sessions.
type library struct{ size int }

// shelf returns a library, written as fast as it can be done: rows first, the
// index behind them.
func shelf(b *testing.B, size int) *Store {
	s, l := newStore(b), library{size}
	r := rand.New(rand.NewPCG(1, 2))
	words := vocabulary(r)
	zipf := rand.NewZipf(r, 1.1, 4, uint64(len(words)-1))
	err := s.change(b.Context(), func(tx *sql.Tx) error {
		for i := range l.size {
			id := fmt.Sprintf("s%06d", i)
			if _, err := tx.Exec(`INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched)
				VALUES (?, 'chat', ?, 'demo', 'some/model', '', '', ?, ?, ?, ?)`, id, sentence(words, zipf, 5), fmt.Sprintf("%sm%02d", id, messagesEach-1), i, i, i+1); err != nil {
				return err
			}
			for j := range messagesEach {
				if err := l.message(tx, id, j, sentence(words, zipf, 20+r.IntN(120)*(j%2+1))); err != nil {
					return err
				}
			}
		}
		return reindex(b.Context(), tx)
	})
	ok(b, err)
	return s
}

func (l library) message(tx *sql.Tx, session string, j int, text string) error {
	id, parent, role, finish := fmt.Sprintf("%sm%02d", session, j), sql.NullString{}, "user", ""
	if j > 0 {
		parent = sql.NullString{String: fmt.Sprintf("%sm%02d", session, j-1), Valid: true}
	}
	if j%2 == 1 {
		role, finish = "assistant", "stop"
	}
	if j == 7 && (session == "s000050" || session == "s004444") {
		text += " a xylophone 東京の桜 is rare"
	}
	_, err := tx.Exec(`INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures)
		VALUES (?, ?, ?, ?, 'demo', 'some/model', '', ?, ?, '', '{}')`, id, session, parent, role, j, finish)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO parts (message_id, ord, kind, text) VALUES (?, 0, 'text', ?)`, id, text)
	}
	return err
}

func sentence(words []string, zipf *rand.Zipf, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = words[zipf.Uint64()]
	}
	return strings.Join(list, " ")
}

// BenchmarkFinding measures what a person waits for at each key: a search, and
// the list of the sessions, at 10,000 sessions with 200,000 messages, beside 100
// with 2,000 ("x/100").
func BenchmarkFinding(b *testing.B) {
	small, large := shelf(b, 100), shelf(b, 10_000)
	for _, q := range [][2]string{
		{"rare", "xylophone"},
		{"rare and common", "the xylophone"},
		{"common", "the"},
		{"two common", "and the common"},
		{"1 letter", "t"},
		{"2 letters", "th"},
		{"3 letters", "the"},
		{"6 letters", "common"},
		{"phrase", `"and the"`},
		{"phrase that is not there", `"the and the and the"`},
		{"long phrase that is not there", `"the and the and the and the and"`},
		{"phrases that are not there", `"and the" "the common" "common and" "the and the and"`},
		{"phrase and its last beginning", "the-and-the-and-t"},
		{"12 beginnings", "ho he ha hi hu hd hr hl hs ht hn h"},
		{"CJK", "東京の桜"},
		{"nothing", "zzzzzz"},
		{"pinned", "is:pinned the"},
		{"model", "model:other the"},
		{"date", "before:1969 the"},
		{"filters alone", "model:other tag:x before:1969"},
		{"model alone", "model:other"},
		{"date alone", "before:1969"},
		{"tag", "tag:x the"},
		{"model, dates, two words", "model:other before:1971 after:1969 the and"},
	} {
		compare(b, "search/"+q[0], small, large, func(s *Store) error {
			_, err := s.Search(b.Context(), ParseSearch(q[1], noon))
			return err
		})
	}
	compare(b, "list", small, large, func(s *Store) error {
		_, err := s.List(b.Context(), Query{Kind: KindChat, Limit: 100})
		return err
	})
	compare(b, "list of 1000", small, large, func(s *Store) error {
		_, err := s.List(b.Context(), Query{Kind: KindChat, Limit: 1000})
		return err
	})
}

// compare runs f on both, and reports how many times longer the large one takes.
func compare(b *testing.B, name string, small, large *Store, f func(*Store) error) {
	one := func(s *Store) time.Duration {
		ok(b, f(s))
		begun := time.Now()
		for range 5 {
			ok(b, f(s))
		}
		return time.Since(begun) / 5
	}
	b.Run(name, func(b *testing.B) {
		base := one(small)
		for b.Loop() {
			ok(b, f(large))
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(base), "x/100")
	})
}
