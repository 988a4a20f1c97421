package session

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestListAndNewest(t *testing.T) {
	s := newStore(t)
	now := noon
	s.now = func() time.Time { now = now.Add(-time.Hour); return now } // a clock that runs backwards
	if _, err := s.Newest(t.Context(), KindChat); !errors.Is(err, ErrNotFound) {
		t.Errorf("newest of none: %v", err)
	}
	a, prompt := begin(t, s, "## The  first\n\nprompt")
	b, _ := begin(t, s, strings.Repeat("long ", 100_000))
	oneShot := NewID(noon)
	ok(t, s.Create(t.Context(), Session{ID: oneShot, Kind: KindPrint}))
	list := func(q Query) string {
		t.Helper()
		sums, err := s.List(t.Context(), q)
		ok(t, err)
		var ids []string
		for _, sum := range sums {
			ids = append(ids, map[string]string{a: "a", b: "b", oneShot: "print"}[sum.ID])
		}
		return strings.Join(ids, " ")
	}
	if got := list(Query{}); got != "print b a" {
		t.Errorf("got %s", got)
	}
	ok(t, s.Append(t.Context(), text(NewID(noon), a, prompt, "second")))
	for q, want := range map[Query]string{
		{}: "a print b", {Limit: 2}: "a print", {Kind: KindChat}: "a b", {Kind: KindPrint}: "print", {Kind: KindChat, Limit: 1}: "a",
	} {
		if got := list(q); got != want {
			t.Errorf("%+v: %s, want %s", q, got, want)
		}
	}
	ok(t, s.Update(t.Context(), b, Change{Title: new("renamed")}))
	if got, err := s.Newest(t.Context(), KindChat); err != nil || got.ID != a {
		t.Errorf("newest: %v, %v", got, err)
	}
	ok(t, s.Update(t.Context(), b, Change{Draft: new("typing")}))
	if got, err := s.Newest(t.Context(), KindChat); err != nil || got.ID != b {
		t.Errorf("newest: %v, %v", got, err)
	}
	sums, err := s.List(t.Context(), Query{Kind: KindChat})
	ok(t, err)
	if got := sums[1]; got.FirstWords != "The first prompt" || got.Messages != 2 {
		t.Errorf("got %+v", got)
	}
	if got := sums[0]; cellsOf(got.FirstWords) > 120 || !strings.HasPrefix(got.FirstWords, "long ") || got.Messages != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestFirstWordsOfAPromptWithFiles(t *testing.T) {
	s := newStore(t)
	for want, m := range map[string]Message{
		"look":  asking("1", "", "look", api.File{Name: "a.png"}),
		"b.png": asking("2", "", "", api.File{Name: "b.png"}, api.File{Name: "c.png"}),
		"":      asking("3", "", ""),
	} {
		ok(t, s.Create(t.Context(), Session{ID: m.SessionID}))
		ok(t, s.Append(t.Context(), m))
		sums, err := s.List(t.Context(), Query{Limit: 1})
		ok(t, err)
		if got := sums[0].FirstWords; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFind(t *testing.T) {
	s := newStore(t)
	for id, title := range map[string]string{"01ha": "Kyoto", "01hb": "Kyoto", "01hbc": "Nara", "02x": "01h", "03x": "02", "04x": ""} {
		ok(t, s.Create(t.Context(), Session{ID: id, Title: title}))
	}
	for ref, want := range map[string]string{
		"01hb":  "01hb",  // an id that another begins with
		"01HBC": "01hbc", // any case
		"01ha":  "01ha",
		"02":    "02x", // the start of an id goes before a title
		"Nara":  "01hbc",
		"01h":   "02x", // the start of three ids, but the title of one
	} {
		if got, err := s.Find(t.Context(), ref); err != nil || got.ID != want {
			t.Errorf("%q: %s, %v, want %s", ref, got.ID, err, want)
		}
	}
	for _, ref := range []string{"", "nara", "zz", "01hbcd", "%", "01h%", "'"} {
		if got, err := s.Find(t.Context(), ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v, %v", ref, got, err)
		}
	}
	for ref, want := range map[string]int{"Kyoto": 2, "0": 6, "01": 3} {
		_, err := s.Find(t.Context(), ref)
		many, is := errors.AsType[*AmbiguousError](err)
		if !is || len(many.Candidates) != want {
			t.Errorf("%q: %v", ref, err)
		}
	}
	_, err := s.Find(t.Context(), "Kyoto")
	for _, want := range []string{"01ha", "01hb", "Kyoto", "20"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %s", err, want)
		}
	}
}

// fill makes sessions of ten messages each, quickly.
func fill(b *testing.B, s *Store, sessions int) {
	b.Helper()
	tx, err := s.write.BeginTx(b.Context(), nil)
	ok(b, err)
	defer tx.Rollback()
	exec := func(query string, args ...any) {
		_, err := tx.ExecContext(b.Context(), query, args...)
		ok(b, err)
	}
	figures, err := Message{
		Usage: api.Usage{Prompt: new(int64(100)), Completion: new(int64(200)), Total: new(int64(300))},
		Cost:  api.Cost{USD: new(0.001), Source: api.Billed},
	}.encodeFigures()
	ok(b, err)
	for i := range sessions {
		id := fmt.Sprintf("s%06d", i)
		exec(`INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched) VALUES (?, 'chat', 'A title', 'demo', 'm', '', '', ?, 0, 0, ?)`, id, id+"m9", i+1)
		for j := range 10 {
			role := []string{"user", "assistant"}[j%2]
			parent := fmt.Sprintf("%sm%d", id, j-1)
			if j == 0 {
				parent = ""
			}
			exec(`INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures)
				VALUES (?, ?, nullif(?, ''), ?, '', '', '', ?, 'stop', '', ?)`, fmt.Sprintf("%sm%d", id, j), id, parent, role, i, figures)
			exec(`INSERT INTO parts (message_id, ord, kind, text) VALUES (?, 0, 'text', ?)`, fmt.Sprintf("%sm%d", id, j), strings.Repeat("some words ", 50))
		}
	}
	ok(b, tx.Commit())
}

func BenchmarkStore(b *testing.B) {
	path := filepath.Join(b.TempDir(), "aimlchat.db")
	s := openStore(b, path)
	fill(b, s, 2000)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(b.Context(), Options{Path: path, Now: time.Now})
			ok(b, err)
			ok(b, s.Close())
		}
	})
	b.Run("list 50 of 2000", func(b *testing.B) {
		for b.Loop() {
			list, err := s.List(b.Context(), Query{Kind: KindChat, Limit: 50})
			if err != nil || len(list) != 50 || list[0].Messages != 10 {
				b.Fatal(len(list), err)
			}
		}
	})
	b.Run("newest", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Newest(b.Context(), KindChat)
			ok(b, err)
		}
	})
	b.Run("path of 10", func(b *testing.B) {
		for b.Loop() {
			if msgs, err := s.Path(b.Context(), "s001000"); err != nil || len(msgs) != 10 {
				b.Fatal(len(msgs), err)
			}
		}
	})
	for name, sessions := range map[string]int{"spent in 20": 20, "spent in all": 2000} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				sum, err := s.Spent(b.Context(), "", time.UnixMilli(int64(2000-sessions)))
				if err != nil || sum.Answers != 5*sessions {
					b.Fatal(sum.Answers, err)
				}
			}
		})
	}
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			ok(b, s.Append(b.Context(), text(NewID(noon), "s000000", "", "a prompt")))
		}
	})
}
