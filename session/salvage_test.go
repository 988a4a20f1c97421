package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// life fills a database with all that one can hold, and returns what it says.
func life(t testing.TB, s *Store, sessions int) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	ctx := context.WithoutCancel(t.Context())
	for i := range sessions {
		sessionID, at := begin(t, s, fmt.Sprint("session ", i))
		for turn := range 2 + random.IntN(6) {
			words := strings.Repeat(fmt.Sprintf("word %d of %d, ", turn, i), 1+random.IntN(40))
			if turn == 3 && i%10 == 0 {
				words = strings.Repeat(words, 50) // flows over to pages of its own
			}
			answer := Message{ID: NewID(s.now()), SessionID: sessionID, ParentID: at, Model: "m", Provider: "demo"}
			tokens := int64(turn)
			for _, err := range s.Record(ctx, answer, pieces(
				api.Reasoning{Text: "hm"}, api.Answer{Text: words}, api.Metered{Usage: api.Usage{Total: &tokens}}, api.Finish{Reason: api.FinishStop},
			)) {
				ok(t, err)
			}
			at = NewID(s.now())
			ok(t, s.Append(ctx, text(at, sessionID, answer.ID, words)))
		}
		draft := "a draft"
		ok(t, s.Update(ctx, sessionID, Change{Draft: &draft, Tags: &[]string{"red", "blue"}}))
	}
}

// allOf returns all sessions, by id, and all messages.
func allOf(t testing.TB, s *Store) (map[string]Session, map[string]Message) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	list, err := s.List(ctx, Query{Limit: 1 << 20})
	ok(t, err)
	sessions, messages := map[string]Session{}, map[string]Message{}
	for _, l := range list {
		sessions[l.ID] = l.Session
		msgs, err := s.Tree(ctx, l.ID)
		ok(t, err)
		for _, m := range msgs {
			messages[m.ID] = m
		}
	}
	return sessions, messages
}

// copyDatabase copies a database, open or not, as its files are.
func copyDatabase(t testing.TB, from, to string) {
	t.Helper()
	for _, side := range []string{"", "-wal"} {
		data, err := os.ReadFile(from + side)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		ok(t, err)
		ok(t, os.WriteFile(to+side, data, 0o600))
	}
}

// recovered salvages a database and opens what comes of it.
func recovered(t testing.TB, from string) (*Store, Report) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "recovered.db")
	before := filesOfDatabase(t, from)
	r, err := Salvage(context.WithoutCancel(t.Context()), from, to)
	if err != nil {
		t.Fatal(err)
	}
	if after := filesOfDatabase(t, from); !reflect.DeepEqual(before, after) {
		t.Error("the damaged file was changed")
	}
	h, err := Check(context.WithoutCancel(t.Context()), to)
	if err != nil || !h.Whole {
		t.Fatalf("what was recovered: %+v, %v", h, err)
	}
	return openStore(t, to), r
}

func filesOfDatabase(t testing.TB, path string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, side := range []string{"", "-wal", "-journal"} {
		if data, err := os.ReadFile(path + side); err == nil {
			sums[side] = sumOf(data)
		}
	}
	return sums
}

// What isn't damaged comes back as it is, from the file and from its log.
func TestSalvageOfAWholeDatabase(t *testing.T) {
	s := newStore(t)
	life(t, s, 4)
	sessionID, _ := begin(t, s, "asks")
	s.mustExec(t, `INSERT INTO messages (id, session_id, role, provider, model, answered_by, created, finish, inference_id, figures)
		VALUES ('streaming', ?, 'assistant', '', '', '', 0, '', '', '{}')`, sessionID)
	s.mustExec(t, `INSERT INTO chunks VALUES ('streaming', 'text', 0, 'so '), ('streaming', 'text', 3, 'far')`)
	wantSessions, wantMessages := allOf(t, s)
	for _, where := range []string{"in the log", "in the file"} {
		path := filepath.Join(t.TempDir(), "copy.db")
		copyDatabase(t, s.path, path)
		if where == "in the log" {
			if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
				t.Fatal("there is no log", err)
			}
		}
		got, r := recovered(t, path)
		gotSessions, gotMessages := allOf(t, got)
		if len(r.Losses) > 0 || len(r.Pages) > 0 || r.Sessions != len(wantSessions) || r.Messages != len(wantMessages) {
			t.Errorf("%s: %+v", where, r)
		}
		if !reflect.DeepEqual(gotSessions, wantSessions) {
			t.Errorf("%s: sessions differ", where)
		}
		if !reflect.DeepEqual(gotMessages, wantMessages) {
			t.Errorf("%s: messages differ", where)
		}
		s.mustExec(t, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// flips counts the damage that the short and the long test do.
func flips(t *testing.T) int {
	switch {
	case os.Getenv("AIMLCHAT_LONG") == "1":
		return 500
	case testing.Short():
		return 5
	}
	return 4
}

// lives counts the sessions that are damaged.
func lives() int {
	if os.Getenv("AIMLCHAT_LONG") == "1" {
		return 20
	}
	return 3
}

// verdict compares what was recovered with what there was, and returns how many
// messages are not as they were. Each of those must be named.
func verdict(t *testing.T, what string, got *Store, r Report, wantSessions map[string]Session, want map[string]Message) (lost int) {
	t.Helper()
	named := map[string]bool{}
	for _, l := range r.Losses {
		named[l.MessageID] = true
		if l.MessageID == "" {
			named[l.SessionID] = true
		}
	}
	sessions, messages := allOf(t, got)
	for id, m := range want {
		back, is := messages[id]
		same := is && said(back) == said(m) && back.ParentID == m.ParentID && back.Role == m.Role && back.SessionID == m.SessionID
		if !same {
			lost++
		}
		if !same && !named[id] {
			t.Errorf("%s: message %s is lost, and nobody says so: %+v\nwas: %+v\nreport %+v", what, id, back, m, r)
		}
		if same && back.Damaged && !named[id] {
			t.Errorf("%s: message %s is marked as damaged, and nobody says so", what, id)
		}
	}
	for id := range wantSessions {
		if _, is := sessions[id]; !is && !named[id] {
			t.Errorf("%s: session %s is lost, and nobody says so", what, id)
		}
	}
	return lost
}

// harm damages copies of a database in many ways and holds each recovery to
// what there was.
func harm(t *testing.T, times int, damage func(random *rand.Rand, data []byte) (what string, _ []byte)) {
	t.Helper()
	s := newStore(t)
	life(t, s, lives())
	wantSessions, want := allOf(t, s)
	s.mustExec(t, "PRAGMA wal_checkpoint(TRUNCATE)")
	data, err := os.ReadFile(s.path)
	ok(t, err)
	random := rand.New(rand.NewPCG(5, 6))
	total, noticed := 0, 0
	for range times {
		what, broken := damage(random, bytes.Clone(data))
		path := filepath.Join(t.TempDir(), "broken.db")
		ok(t, os.WriteFile(path, broken, 0o600))
		got, r := recovered(t, path)
		lost := verdict(t, what, got, r, wantSessions, want)
		total += lost
		if lost > 0 || len(r.Losses) > 0 || len(r.Pages) > 0 {
			noticed++
		}
		ok(t, got.Close())
	}
	t.Logf("%d times in %d pages: %d were noticed; of %d messages each, %d were lost or altered in all, every one named", times, len(data)/4096, noticed, len(want), total)
}

func TestSalvageAfterFlippedBits(t *testing.T) {
	harm(t, flips(t), func(random *rand.Rand, data []byte) (string, []byte) {
		bit := random.IntN(len(data) * 8)
		data[bit/8] ^= 1 << (bit % 8)
		return fmt.Sprintf("bit %d (page %d, byte %d)", bit, bit/8/4096+1, bit/8%4096), data
	})
}

func TestSalvageAfterZeroedPages(t *testing.T) {
	harm(t, max(2, flips(t)/10), func(random *rand.Rand, data []byte) (string, []byte) {
		page := 1 + random.IntN(len(data)/4096)
		clear(data[(page-1)*4096 : page*4096])
		return fmt.Sprint("zeroed page ", page), data
	})
}
