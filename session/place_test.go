package session

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// away is a folder of another computer.
func away(string) Place { return Place{Type: "nfs", Free: -1} }

func openAway(t *testing.T, path, host string) (*Store, error) {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Now: time.Now, place: away, host: host})
	if err == nil {
		t.Cleanup(func() { ok(t, s.Close()) })
	}
	return s, err
}

func TestThisPlaceIsKnown(t *testing.T) {
	if p := newStore(t).Place(); !p.Local || p.Journal() != walJournal {
		t.Logf("these tests run on %s: %+v", p.Named(), p)
	}
	if p := placeOf(filepath.Join(t.TempDir(), "absent")); p.Local {
		t.Errorf("nothing is %+v", p)
	}
}

func TestMountTable(t *testing.T) {
	const table = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:25 / /mnt/far\040disk rw - fuse.sshfs me@host: rw
29 27 0:25 / /mnt/d rw shared:1 - fuseblk /dev/sdb1 rw
30 29 0:26 / /mnt/d/in rw - nfs4 host:/x rw
nonsense
`
	for dir, want := range map[string]string{
		"/home/me": "ext4", "/mnt/far disk/x": "fuse.sshfs", "/mnt/d": "fuseblk", "/mnt/dx": "ext4", "/mnt/d/in/side": "nfs4",
	} {
		if got := mountedAs(table, dir); got != want {
			t.Errorf("%s is %q, want %q", dir, got, want)
		}
	}
	if got := mountedAs("", "/"); got != "" {
		t.Errorf("got %q", got)
	}
}

// On another computer's disk a database has a rollback journal and one program.
func TestElsewhereOneProgramHasTheFile(t *testing.T) {
	local := newStore(t)
	begin(t, local, "from before it was moved there")
	ok(t, local.Close())
	path := local.path
	a, err := openAway(t, path, "alpha")
	ok(t, err)
	for _, db := range []*sql.DB{a.write, a.read} {
		if got := pragma(t, db, "journal_mode"); got != rollbackJournal {
			t.Errorf("journal %s", got)
		}
	}
	begin(t, a, "hello")
	if list, err := a.List(t.Context(), Query{}); err != nil || len(list) != 2 {
		t.Errorf("%d sessions, %v", len(list), err)
	}

	_, err = openAway(t, path, "beta")
	taken, is := errors.AsType[*InUseError](err)
	if !is || taken.Host != "alpha" || taken.PID != os.Getpid() || taken.Since.IsZero() || !taken.Away {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{path, "in use on alpha since ", fmt.Sprint("process ", os.Getpid()), "remove " + path + ".host"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if _, err := openAway(t, path, "alpha"); err == nil {
		t.Error("the same computer opened it twice")
	}
	ok(t, a.Close())
	b, err := openAway(t, path, "beta")
	ok(t, err)
	ok(t, b.Close())
	// back on a local disk
	if got := pragma(t, openStore(t, path).write, "journal_mode"); got != walJournal {
		t.Errorf("journal %s", got)
	}
}

// The note of a program that died is taken over on its own computer alone.
func TestTheNoteOfTheDead(t *testing.T) {
	dead := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	ok(t, dead.Run())
	for _, c := range []struct {
		name string
		note any
		ok   bool
	}{
		{"a dead program", sitter{Host: "alpha", PID: dead.Process.Pid}, true},
		{"our number, of before a restart", sitter{Host: "alpha", PID: os.Getpid()}, true},
		{"a living program", sitter{Host: "alpha", PID: os.Getppid()}, false},
		{"another computer", sitter{Host: "beta", PID: dead.Process.Pid}, false},
		{"nonsense", "?", false},
	} {
		path := filepath.Join(t.TempDir(), "aimlchat.db")
		note, err := json.Marshal(c.note)
		ok(t, err)
		ok(t, os.WriteFile(path+".host", note, 0o600))
		s, err := openAway(t, path, "alpha")
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			ok(t, s.Close())
			continue
		}
		if !strings.Contains(err.Error(), "remove "+path+".host") {
			t.Errorf("%s: no remedy in %q", c.name, err)
		}
		ok(t, os.Remove(path+".host")) // the remedy
		s, err = openAway(t, path, "alpha")
		ok(t, err)
		ok(t, s.Close())
	}
}

// A log that was left on a network's disk is not lost.
func TestALogIsReadElsewhere(t *testing.T) {
	s := newStore(t)
	begin(t, s, "in the log")
	path := filepath.Join(t.TempDir(), "moved.db")
	for _, side := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + side)
		ok(t, err)
		ok(t, os.WriteFile(path+side, data, 0o600))
	}
	far, err := openAway(t, path, "alpha")
	ok(t, err)
	if list, err := far.List(t.Context(), Query{}); err != nil || len(list) != 1 || list[0].FirstWords != "in the log" {
		t.Errorf("%+v, %v", list, err)
	}
}
