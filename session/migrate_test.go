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
	if done, err := step(t.Context(), conn, s.path, steps); err == nil || done {
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
