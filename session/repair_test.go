package session

import (
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func repair(t *testing.T, path string) (Report, error) {
	t.Helper()
	return Repair(t.Context(), Options{Path: path, Now: func() time.Time { return noon }})
}

func TestRepair(t *testing.T) {
	s := newStore(t)
	life(t, s, 4)
	_, want := allOf(t, s)
	if _, err := repair(t, s.path); !strings.Contains(err.Error(), "in use; leave every other aimlchat first") {
		t.Errorf("while it is open: %v", err)
	}
	ok(t, s.Close())
	before := held(t, filepath.Dir(s.path))
	if r, err := repair(t, s.path); err != nil || !r.Healthy || r.Damaged != "" {
		t.Errorf("of a healthy one: %+v, %v", r, err)
	}
	if after := held(t, filepath.Dir(s.path)); !maps.Equal(before, after) {
		t.Error("a healthy one was changed")
	}

	data, err := os.ReadFile(s.path)
	ok(t, err)
	for i := range data[:3*usualPage] { // the schema, and two tables' roots
		data[i] ^= 0x5a
	}
	ok(t, os.WriteFile(s.path, data, 0o600))
	_, err = Open(t.Context(), Options{Path: s.path, Now: time.Now})
	if !IsDamaged(err) || !strings.Contains(err.Error(), "doctor --repair") {
		t.Errorf("opened damaged: %v", err)
	}
	r, err := repair(t, s.path)
	if err != nil || r.Healthy || r.Damaged != s.path+".damaged-"+noon.Format("20060102-150405") || len(r.Pages) == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if kept, err := os.ReadFile(r.Damaged); err != nil || string(kept) != string(data) {
		t.Errorf("the damaged file is not what it was, %v", err)
	}
	again := openStore(t, s.path)
	_, got := allOf(t, again)
	for id, m := range want {
		if said(got[id]) != said(m) {
			t.Errorf("message %s: %+v, want %+v", id, got[id], m)
		}
	}
	if h, err := Check(t.Context(), s.path); err != nil || len(h.Copies) != 1 || h.Copies[0] != r.Damaged {
		t.Errorf("%+v, %v", h, err)
	}
	begin(t, again, "it goes on")
	if entries, _ := filepath.Glob(s.path + ".new-*"); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}

// A store doesn't open while the file is repaired.
func TestOpenDuringARepair(t *testing.T) {
	s := newStore(t)
	ok(t, s.Close())
	alone, err := sitShared(s.path, s.lockDir, true)
	ok(t, err)
	defer alone.leave()
	_, err = Open(t.Context(), Options{Path: s.path, Now: time.Now})
	if _, is := errors.AsType[*InUseError](err); !is || !strings.Contains(err.Error(), "another aimlchat repairs them") {
		t.Errorf("got %v", err)
	}
}

// What is no database, or none of ours, is left alone.
func TestRepairRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	ok(t, os.WriteFile(garbage, []byte(strings.Repeat("this is no database. ", 500)), 0o600))
	empty := filepath.Join(dir, "empty.db")
	ok(t, os.WriteFile(empty, nil, 0o600))
	ok(t, os.WriteFile(empty+"-wal", []byte("something"), 0o600))
	for _, path := range []string{garbage, empty} {
		before := filesOfDatabase(t, path)
		if _, err := repair(t, path); !errors.Is(err, errNothing) {
			t.Errorf("%s: %v", path, err)
		}
		if !maps.Equal(before, filesOfDatabase(t, path)) {
			t.Errorf("%s was changed", path)
		}
	}
	if _, err := repair(t, filepath.Join(dir, "absent.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// What a newer aimlchat made is whole, and would lose what only that one knows.
func TestRepairLeavesANewerOneAlone(t *testing.T) {
	s := newStore(t)
	begin(t, s, "hello")
	s.mustExec(t, "PRAGMA user_version = 4711")
	ok(t, s.Close())
	damaged := filepath.Join(t.TempDir(), "damaged.db") // only the number is wrong
	ok(t, copyFile(s.path, damaged))
	if r, err := repair(t, damaged); err != nil || r.Messages != 1 {
		t.Errorf("of a damaged number: %+v, %v", r, err)
	}
	db, err := sql.Open("sqlite", dsn(s.path, false))
	ok(t, err)
	_, err = db.ExecContext(t.Context(), "ALTER TABLE messages ADD COLUMN mood TEXT")
	ok(t, errors.Join(err, db.Close()))
	before := filesOfDatabase(t, s.path)
	_, err = repair(t, s.path)
	if newer, is := errors.AsType[*VersionError](err); !is || newer.Found != 4711 {
		t.Errorf("got %v", err)
	}
	if before[""] != filesOfDatabase(t, s.path)[""] {
		t.Error("it was changed")
	}
}

// A file that ends too early, at any place, gives what is before that.
func TestSalvageOfATruncatedFile(t *testing.T) {
	s := newStore(t)
	life(t, s, 4)
	wantSessions, want := allOf(t, s)
	s.mustExec(t, "PRAGMA wal_checkpoint(TRUNCATE)")
	data, err := os.ReadFile(s.path)
	ok(t, err)
	for _, part := range []int{99, 65, 30} {
		path := filepath.Join(t.TempDir(), "short.db")
		ok(t, os.WriteFile(path, data[:len(data)*part/100], 0o600))
		got, r := recovered(t, path)
		_, messages := allOf(t, got)
		back := 0
		for id, m := range want {
			if m2, is := messages[id]; is && said(m2) == said(m) {
				back++
			}
		}
		t.Logf("%d%% of the file: %d of %d messages are whole, %d losses are named", part, back, len(want), len(r.Losses))
		if part == 99 {
			verdict(t, "99%", got, r, wantSessions, want)
		}
		if back == 0 && part >= 65 {
			t.Errorf("nothing came back of %d%%", part)
		}
	}
}

// Damage in the log: SQLite would forget all that follows it.
func TestSalvageOfADamagedLog(t *testing.T) {
	s := newStore(t)
	s.mustExec(t, "PRAGMA wal_autocheckpoint = 0")
	life(t, s, 2)
	wantSessions, want := allOf(t, s)
	path := filepath.Join(t.TempDir(), "copy.db")
	copyDatabase(t, s.path, path)
	log, err := os.ReadFile(path + "-wal")
	ok(t, err)
	for _, at := range []int{17, logHead + 9, len(log) / 2} {
		broken := append([]byte(nil), log...)
		broken[at] ^= 4
		ok(t, os.WriteFile(path+"-wal", broken, 0o600))
		got, r := recovered(t, path)
		if len(r.Pages) == 0 {
			t.Errorf("byte %d: nothing was noticed", at)
		}
		verdict(t, "the log", got, r, wantSessions, want)
		ok(t, got.Close())
	}
}
