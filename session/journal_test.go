package session

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// interrupted returns a database with a rollback journal, as it lies on the disk
// when a program is killed that has written much, and not come to its end; and
// what was in it before that.
func interrupted(t *testing.T) (path string, sessions map[string]Session, messages map[string]Message) {
	t.Helper()
	s := newStore(t)
	life(t, s, 1)
	sessions, messages = allOf(t, s)
	s.mustExec(t, "PRAGMA wal_checkpoint(TRUNCATE)")
	ok(t, s.read.Close())
	s.mustExec(t, "PRAGMA journal_mode = DELETE")
	tx, err := s.write.BeginTx(t.Context(), nil)
	ok(t, err)
	for _, q := range []string{
		"PRAGMA cache_size = 4", // so that pages go to the file before the end
		"UPDATE parts SET text = 'half of it'", "UPDATE messages SET model = 'nobody', checksum = NULL", "UPDATE sessions SET title = 'gone'",
		"DELETE FROM chunks",
	} {
		_, err := tx.Exec(q)
		ok(t, err)
	}
	for i := range 200 {
		_, err := tx.Exec(`INSERT INTO tags VALUES ((SELECT min(id) FROM sessions), ?)`, fmt.Sprint(i, strings.Repeat("x", 500)))
		ok(t, err)
	}
	path = filepath.Join(t.TempDir(), "aimlchat.db")
	for _, side := range []string{"", "-journal"} {
		ok(t, copyFile(s.path+side, path+side))
	}
	ok(t, tx.Rollback())
	data, err := os.ReadFile(path)
	ok(t, err)
	if !bytes.Contains(data, []byte("half of it")) {
		t.Fatal("nothing of it came to the file")
	}
	return path, sessions, messages
}

// What was cut off is taken back: by the next program, and by a recovery, from
// the journal.
func TestSalvageOfWhatWasCutOff(t *testing.T) {
	path, wantSessions, want := interrupted(t)
	if h, err := Check(t.Context(), path); err != nil || !h.CutOff {
		t.Errorf("%+v, %v", h, err)
	}
	before := held(t, filepath.Dir(path))
	r, err := repair(t, path)
	if after := held(t, filepath.Dir(path)); err != nil || !r.Healthy || !reflect.DeepEqual(before, after) {
		t.Errorf("%+v, %v", r, err)
	}
	data, err := os.ReadFile(path)
	ok(t, err)
	journal, err := os.ReadFile(path + "-journal")
	ok(t, err)

	got, r := recovered(t, path)
	sessions, messages := allOf(t, got)
	if len(r.Losses) > 0 || len(r.Pages) > 0 || !reflect.DeepEqual(sessions, wantSessions) || !reflect.DeepEqual(messages, want) {
		t.Errorf("not as it was: %+v", r)
	}

	// and a flipped byte in the file, at a place of which the journal knows nothing
	data[untouched(t, path)[0]+usualPage-40] ^= 0x11
	ok(t, os.WriteFile(path, data, 0o600))
	got, r = recovered(t, path)
	verdict(t, "the file", got, r, wantSessions, want)
	ok(t, got.Close())

	// and a damaged record: the rest of the journal counts
	broken := bytes.Clone(journal)
	broken[len(broken)/2] ^= 0xff
	ok(t, os.WriteFile(path+"-journal", broken, 0o600))
	got, r = recovered(t, path)
	verdict(t, "the journal", got, r, wantSessions, want)
	if back := verdict(t, "the journal", got, r, wantSessions, want); back > len(want)/2 {
		t.Errorf("%d of %d messages are lost to one byte", back, len(want))
	}
}

// untouched are the pages of which the journal has none.
func untouched(t *testing.T, path string) (pages []int) {
	t.Helper()
	im, closing, err := readImage(path)
	ok(t, err)
	defer closing()
	for n := uint32(2); n <= im.count; n++ {
		if _, is := im.newest[n]; !is {
			pages = append(pages, int(n-1)*im.size)
		}
	}
	if len(pages) == 0 {
		t.Fatal("the journal has all of it")
	}
	return pages
}

// A repair of a damaged database takes back what was cut off, and keeps the file
// and its journal as they were.
func TestRepairWithAJournal(t *testing.T) {
	path, wantSessions, want := interrupted(t)
	data, err := os.ReadFile(path)
	ok(t, err)
	for _, at := range untouched(t, path) {
		clear(data[at : at+200])
	}
	ok(t, os.WriteFile(path, data, 0o600))
	journal, err := os.ReadFile(path + "-journal")
	ok(t, err)
	r, err := repair(t, path)
	if err != nil || r.Healthy {
		t.Fatalf("%+v, %v", r, err)
	}
	kept, err := os.ReadFile(r.Damaged)
	ok(t, err)
	keptJournal, err := os.ReadFile(r.Damaged + "-journal")
	ok(t, err)
	if !bytes.Equal(kept, data) || !bytes.Equal(keptJournal, journal) {
		t.Error("what was kept is not what there was")
	}
	if _, err := os.Stat(path + "-journal"); err == nil {
		t.Error("a journal lies beside the new one")
	}
	s := openStore(t, path)
	verdict(t, "both", s, r, wantSessions, want)
	var half int
	ok(t, s.read.QueryRow(`SELECT count(*) FROM parts WHERE text = 'half of it'`).Scan(&half))
	if half > 0 {
		t.Errorf("%d parts are of what was cut off", half)
	}
}
