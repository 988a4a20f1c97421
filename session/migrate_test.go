package session

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	names, err := fs.Glob(migrationFiles, "migrations/*")
	ok(t, err)
	for i, name := range names {
		if want := fmt.Sprintf("migrations/%03d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("migration %d is %s", i+1, name)
		}
	}
}

// Every version that was ever released must come to the same schema as a new file.
func TestMigratesFromEachVersion(t *testing.T) {
	steps, err := migrations()
	ok(t, err)
	want := schema(t, newStore(t))
	for from := range steps {
		path := filepath.Join(t.TempDir(), "old.db")
		db, err := sql.Open("sqlite", dsn(path, false))
		ok(t, err)
		for _, step := range steps[:from] {
			_, err := db.ExecContext(t.Context(), step)
			ok(t, err)
		}
		_, err = db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", from))
		ok(t, errors.Join(err, db.Close()))
		s := openStore(t, path)
		if got := schema(t, s); !slices.Equal(got, want) {
			t.Errorf("from version %d:\n%s\nwant:\n%s", from, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := pragma(t, s.write, "user_version"); got != strconv.Itoa(len(steps)) {
			t.Errorf("from version %d: version %s", from, got)
		}
	}
}

// What version 1 wrote must come back from the newest.
func TestReadsWhatVersion1Wrote(t *testing.T) {
	steps, err := migrations()
	ok(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", dsn(path, false))
	ok(t, err)
	const figures = `{"usage":{"prompt_tokens":3,"completion_tokens":null,"reasoning_tokens":null,"total_tokens":9,"cached_tokens":null},` +
		`"cost":{"usd":0.5,"credits":1000000,"source":"billed"},"timing":{"first_token_ns":1,"thinking_ns":2,"total_ns":3}}`
	for _, q := range []string{
		steps[0],
		`PRAGMA user_version = 1`,
		`INSERT INTO sessions VALUES ('1', 'chat', 'T', 'demo', 'm', '', '', 'c', 0, 0, 1)`,
		`INSERT INTO messages VALUES (1, 'a', '1', NULL, 'user', '', '', '', 0, '', '', NULL, '{}'),
			(2, 'b', '1', 'a', 'assistant', 'demo', 'm', 'm2', 0, 'tool_calls', 'inf', NULL, '` + figures + `'),
			(3, 'c', '1', 'b', 'assistant', 'demo', 'm', '', 0, '', '', NULL, '{}')`,
		`INSERT INTO parts VALUES (1, 'a', 0, 'text', 'hello', NULL), (2, 'b', 0, 'reasoning', 'hm', NULL), (3, 'b', 1, 'text', 'so', NULL),
			(4, 'b', 2, 'tool_call', '', '{"id":"1","name":"f","arguments":"{}"}'), (5, 'b', 3, 'citation', '', '{"title":"T","url":"https://t.example"}')`,
		`INSERT INTO chunks VALUES ('c', 'text', 0, 'so '), ('c', 'text', 3, 'far'), ('c', 'tool_call', 0, '{"id":"2","name":"g","arguments":""}'),
			('c', 'citation', 0, '{"title":"U","url":"https://u.example"}')`,
	} {
		_, err := db.ExecContext(t.Context(), q)
		ok(t, err)
	}
	ok(t, db.Close())
	s := openStore(t, path)
	claim, err := s.Claim("1")
	ok(t, err)
	claim.Release()
	msgs := loaded(t, s, "1")
	whole, broken := msgs[1], msgs[2]
	if said(msgs[0]) != "|hello" || said(whole) != "hm|so" || whole.Parts[2].Tool.Name != "f" || whole.Citations[0].Title != "T" {
		t.Errorf("got %+v", msgs)
	}
	if *whole.Usage.Total != 9 || *whole.Cost.USD != 0.5 || whole.Timing.Total != 3 || whole.Protocol != "" || whole.InferenceID != "inf" {
		t.Errorf("figures %+v", whole)
	}
	if said(broken) != "|so far" || broken.Parts[1].Tool.Name != "g" || broken.Citations[0].Title != "U" || broken.Finish != api.FinishInterrupted {
		t.Errorf("got %+v", broken)
	}
	if spent, err := s.Spent(t.Context(), "", time.Unix(0, 0)); err != nil || spent.USD != 0.5 || spent.Answers != 2 || spent.Unknown != 1 {
		t.Errorf("spent %+v, %v", spent, err)
	}
}

func schema(t *testing.T, s *Store) (list []string) {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
	ok(t, err)
	defer rows.Close()
	for rows.Next() {
		var line string
		ok(t, rows.Scan(&line))
		list = append(list, line)
	}
	ok(t, rows.Err())
	return list
}

func TestRefusesANewerVersion(t *testing.T) {
	s := newStore(t)
	s.mustExec(t, "PRAGMA user_version = 4711")
	_, err := Open(t.Context(), Options{Path: s.path, Now: time.Now})
	newer, is := errors.AsType[*VersionError](err)
	if !is || newer.Found != 4711 || newer.Path != s.path {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{s.path, "4711", strconv.Itoa(newer.Newest), "update aimlchat"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// A migration that fails leaves the version that there was, whole.
func TestAFailedMigrationChangesNothing(t *testing.T) {
	s := newStore(t)
	conn, err := s.write.Conn(t.Context())
	ok(t, err)
	before := schema(t, s)
	steps, err := migrations()
	ok(t, err)
	steps = append(steps, "CREATE TABLE more (x); CREATE TABLE sessions (y);")
	m := migration{path: s.path, steps: steps}
	if done, err := m.step(t.Context(), conn); err == nil || done {
		t.Fatalf("done %v, error %v", done, err)
	}
	ok(t, conn.Close())
	if got := schema(t, s); !slices.Equal(got, before) {
		t.Errorf("schema is now %q", got)
	}
	if got, want := pragma(t, s.write, "user_version"), strconv.Itoa(len(steps)-1); got != want {
		t.Errorf("version %s, want %s", got, want)
	}
}
