package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// filled returns a database of an earlier version that holds a prompt.
func filled(t *testing.T, version int) string {
	t.Helper()
	path := madeOf(t, version)
	db, err := sql.Open("sqlite", dsn(path, false))
	ok(t, err)
	for _, q := range []string{
		`INSERT INTO sessions (id, kind, title, provider, model, system, draft, leaf, created, updated, touched)
			VALUES ('1', 'chat', 'T', 'demo', 'm', '', 'a draft', 'a', 0, 0, 1)`,
		`INSERT INTO messages (seq, id, session_id, role, provider, model, answered_by, created, finish, inference_id, figures)
			VALUES (1, 'a', '1', 'user', '', '', '', 0, '', '', '{}')`,
		`INSERT INTO parts VALUES (1, 'a', 0, 'text', 'hello', NULL)`,
	} {
		_, err := db.ExecContext(t.Context(), q)
		ok(t, err)
	}
	ok(t, db.Close())
	return path
}

func TestCopiesBeforeMigratingFromEachVersion(t *testing.T) {
	steps, err := migrations()
	ok(t, err)
	for from := 1; from <= len(steps); from++ {
		path := filled(t, from)
		s := openStore(t, path)
		if got := last(t, s, "1").Content(); got != "hello" {
			t.Errorf("from version %d: %q", from, got)
		}
		copies := copiesOf(path)
		if from == len(steps) {
			if len(copies) > 0 {
				t.Errorf("nothing changed, and there are %v", copies)
			}
			continue
		}
		want := fmt.Sprintf("%s.before-%03d", path, len(steps))
		if !slices.Equal(copies, []string{want}) {
			t.Fatalf("from version %d: %v", from, copies)
		}
		if info, err := os.Stat(want); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		h, err := Check(t.Context(), want)
		if err != nil || h.Version != from || h.Sessions != 1 {
			t.Errorf("the copy of version %d: %+v, %v", from, h, err)
		}
		// The copy is a database like any other.
		if got := last(t, openStore(t, want), "1").Content(); got != "hello" {
			t.Errorf("the copy says %q", got)
		}
	}
}

// Programs that find an old database at once make one copy of it.
func TestOneCopyOfManyPrograms(t *testing.T) {
	path := filled(t, 1)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := Open(t.Context(), Options{Path: path, Now: time.Now})
			if err != nil {
				t.Error(err)
				return
			}
			_ = s.Close()
		})
	}
	wg.Wait()
	if copies := copiesOf(path); len(copies) != 1 {
		t.Errorf("there are %v", copies)
	}
}

func TestACopyOfBeforeStays(t *testing.T) {
	steps, err := migrations()
	ok(t, err)
	path := filled(t, 1)
	old := fmt.Sprintf("%s.before-%03d", path, len(steps))
	ok(t, os.WriteFile(old, []byte("of a year ago"), 0o600))
	ok(t, openStore(t, path).Close())
	if data, err := os.ReadFile(old); err != nil || string(data) != "of a year ago" {
		t.Errorf("it is now %q, %v", data, err)
	}
	if copies := copiesOf(path); len(copies) != 2 || copies[1] != old+"-2" {
		t.Errorf("there are %v", copies)
	}
}

func TestAnEmptyDatabaseIsNotCopied(t *testing.T) {
	path := madeOf(t, 1)
	ok(t, openStore(t, path).Close())
	if copies := copiesOf(path); len(copies) > 0 {
		t.Errorf("there are %v", copies)
	}
}

func TestNoRoomForACopy(t *testing.T) {
	path := filled(t, 1)
	_, err := Open(t.Context(), Options{Path: path, Now: time.Now, place: func(string) Place { return Place{Type: "ext4", Local: true, Free: 4096} }})
	if !errors.Is(err, errNoRoom) || !strings.Contains(err.Error(), path) || !strings.HasSuffix(err.Error(), "; make room on the disk") {
		t.Errorf("got %v", err)
	}
	if h, err := Check(t.Context(), path); err != nil || h.Version != 1 || h.Sessions != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	if entries, err := filepath.Glob(path + ".*"); err != nil || len(entries) > 0 {
		t.Errorf("there are %v, %v", entries, err)
	}
}

// A migration that fails leaves neither a change nor a copy.
func TestAFailedMigrationLeavesNoCopy(t *testing.T) {
	path := filled(t, 1)
	db, err := sql.Open("sqlite", dsn(path, false))
	ok(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE INDEX messages_created ON messages (created)") // what version 2 makes
	ok(t, errors.Join(err, db.Close()))
	ctx := context.WithoutCancel(t.Context())
	if _, err := Open(ctx, Options{Path: path, Now: time.Now}); err == nil {
		t.Fatal("it was migrated")
	}
	if copies := copiesOf(path); len(copies) > 0 {
		t.Errorf("there are %v", copies)
	}
	if h, _ := Check(ctx, path); h.Version != 1 {
		t.Errorf("%+v", h)
	}
}
