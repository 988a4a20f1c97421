package clipboard

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestTheFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "copied")
	b := New(Options{GOOS: "linux", Dir: dir})
	r, err := b.Copy(t.Context(), hard)
	if err != nil || r.File != filepath.Join(dir, "copied-1.txt") || r.Verified {
		t.Fatalf("Copy = %+v, %v", r, err)
	}
	if text, err := os.ReadFile(r.File); string(text) != hard {
		t.Errorf("the file holds %q (%v), want %q", text, err, hard)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{r.File: 0o600, dir: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v (%v), want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

// However often, however many at once: a few files, a few names, each text in
// a file of its own.
func TestFewFilesStay(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "copied-10.txt")
	if err := os.WriteFile(other, []byte("not ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	programs := []*Clipboard{New(Options{Dir: dir}), New(Options{Dir: dir})}
	for i := range 40 {
		text := "text " + strconv.Itoa(i)
		path, err := programs[i%2].save(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != text {
			t.Fatalf("%s holds %q (%v), want %q", path, got, err, text)
		}
		if have := texts(t, dir); len(have) != min(i+1, kept) {
			t.Fatalf("%d files after %d copies: %v", len(have), i+1, have)
		}
	}
	have := strings.Join(texts(t, dir), ",")
	for i := 35; i < 40; i++ {
		if !strings.Contains(have, "text "+strconv.Itoa(i)) {
			t.Errorf("one of the last %d texts is gone: %s", kept, have)
		}
	}
	if got, _ := os.ReadFile(other); string(got) != "not ours" {
		t.Error("a file that isn't ours was touched")
	}
}

func TestFilesAtOnce(t *testing.T) {
	b := New(Options{Dir: t.TempDir()})
	paths := make(chan string, kept)
	var wait sync.WaitGroup
	for i := range kept {
		wait.Go(func() {
			path, err := b.save("text " + strconv.Itoa(i))
			if err != nil {
				t.Error(err)
			}
			paths <- path
		})
	}
	wait.Wait()
	close(paths)
	seen := map[string]bool{}
	for path := range paths {
		if seen[path] {
			t.Errorf("two texts in %s", path)
		}
		seen[path] = true
	}
}

// A link that waits where the file will be is not followed.
func TestLinksAreNotFollowed(t *testing.T) {
	dir, target := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= names; n++ {
		if err := os.Symlink(target, name(dir, n)); err != nil {
			t.Skip(err)
		}
	}
	path, err := New(Options{Dir: dir}).save("text")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "text" {
		t.Errorf("the file holds %q", got)
	}
	if got, _ := os.ReadFile(target); string(got) != "precious" {
		t.Errorf("the link was followed: %q", got)
	}
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	block := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(block, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := New(Options{Dir: filepath.Join(block, "dir")}).Copy(t.Context(), "text")
	if err == nil || r.File != "" || r.OSC52 == "" {
		t.Errorf("Copy = %+v, %v; want an error, and the terminal asked all the same", r, err)
	}
	if r, err = New(Options{}).Copy(t.Context(), "text"); err != nil || r.File != "" {
		t.Errorf("without a folder: %+v, %v", r, err)
	}
}

// texts returns what the files of ours in dir hold.
func texts(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for n := 1; n <= names; n++ {
		if text, err := os.ReadFile(name(dir, n)); err == nil {
			all = append(all, string(text))
		}
	}
	return all
}
