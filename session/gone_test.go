package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A database that is removed while it is open is there again, whole, whatever
// of it was removed.
func TestARemovedDatabaseIsPutBack(t *testing.T) {
	skipWhereFilesStay(t)
	for name, remove := range map[string]func(path string) error{
		"the file": os.Remove,
		"all its files": func(path string) error {
			return errors.Join(os.Remove(path), os.Remove(path+"-wal"), os.Remove(path+"-shm"))
		},
		"its folder":           func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
		"moved away":           func(path string) error { return os.Rename(path, path+".mine") },
		"an empty one instead": func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			id, prompt := begin(t, s, "remember")
			ok(t, remove(s.path))
			err := s.Append(t.Context(), text("m2", id, prompt, "lost?"))
			if !errors.Is(err, ErrGone) || !strings.Contains(err.Error(), "removed or replaced") {
				t.Fatalf("saved with %v", err)
			}
			beside, err := s.PutBack(t.Context())
			if err != nil || beside != "" {
				t.Fatalf("put back beside it as %q, %v", beside, err)
			}
			again := openStore(t, s.path)
			if msgs := loaded(t, again, id); len(msgs) != 1 || msgs[0].Content() != "remember" {
				t.Errorf("put back is %+v", msgs)
			}
			ok(t, again.Append(t.Context(), text("m2", id, prompt, "not lost")))
			ok(t, s.Close()) // leaves the log alone
			ok(t, again.Append(t.Context(), text("m3", id, "m2", "either")))
			ok(t, again.Close())
			if h, err := Check(t.Context(), s.path); err != nil || len(h.Copies) != 0 {
				t.Errorf("it is %+v, %v", h, err)
			}
			if msgs := loaded(t, openStore(t, s.path), id); len(msgs) != 3 {
				t.Errorf("at last it holds %+v", msgs)
			}
		})
	}
}

// What was in a database that was replaced is kept beside the one that took its
// place, which stays as it is.
func TestAReplacedDatabaseIsKept(t *testing.T) {
	skipWhereFilesStay(t)
	s, other := newStore(t), newStore(t)
	id, prompt := begin(t, s, "the old one")
	theirs, _ := begin(t, other, "the new one")
	ok(t, other.Close())
	ok(t, os.Rename(other.path, s.path))
	if err := s.Append(t.Context(), text("m2", id, prompt, "lost?")); !errors.Is(err, ErrGone) {
		t.Fatalf("saved with %v", err)
	}
	beside, err := s.PutBack(t.Context())
	ok(t, err)
	if want := s.path + ".replaced-" + s.now().Format("2006-01-02"); beside != want {
		t.Errorf("it is kept as %q, not %q", beside, want)
	}
	ok(t, s.Close())
	if msgs := loaded(t, openStore(t, beside), id); len(msgs) != 1 || msgs[0].Content() != "the old one" {
		t.Errorf("kept is %+v", msgs)
	}
	if msgs := loaded(t, openStore(t, s.path), theirs); len(msgs) != 1 || msgs[0].Content() != "the new one" {
		t.Errorf("in its place is %+v", msgs)
	}
	if h, err := Check(t.Context(), s.path); err != nil || len(h.Copies) != 1 {
		t.Errorf("doctor knows %+v, %v", h, err)
	}
}

func TestPutBackLeavesWhatIsThere(t *testing.T) {
	s := newStore(t)
	id, _ := begin(t, s, "here")
	if beside, err := s.PutBack(t.Context()); beside != "" || err != nil {
		t.Errorf("put back as %q, %v", beside, err)
	}
	if _, err := os.Stat(s.path + ".replaced-" + s.now().Format("2006-01-02")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a copy: %v", err)
	}
	if len(loaded(t, s, id)) != 1 {
		t.Error("it is another one")
	}
}

func skipWhereFilesStay(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no open file can be removed there")
	}
}
