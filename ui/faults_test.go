package ui

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/session"
)

// A database that is of no use is told in words that help, the conversation goes
// on, what was said is handed back in the end, and the file stays as it was.
func TestADatabaseOfNoUse(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		told  []string
	}{
		"newer": {func(path string) error {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				return err
			}
			defer db.Close()
			return exec(db, "PRAGMA user_version = 4711")
		}, []string{"Nothing is saved", "schema version 4711", "update aimlchat"}},
		"damaged": {func(path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			clear(data[100:8000])
			return os.WriteFile(path, data, 0o600)
		}, []string{"Nothing is saved", "doctor --repair"}},
		"truncated":   {func(path string) error { return os.Truncate(path, 9000) }, []string{"Nothing is saved", "doctor --repair"}},
		"no database": {func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("a letter ", 1000)), 0o600) }, []string{"Nothing is saved", "move the file away"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			path := filepath.Join(w.dir, "aimlchat.db")
			store, err := w.options().Store(context.Background(), nil) // made, or the file is empty
			must(t, err)
			must(t, store.Close())
			must(t, c.spoil(path))
			before, err := os.ReadFile(path)
			must(t, err)
			s, end := w.open(w.options(), 100, 30)
			w.turn(s, "one", "first answer")
			s.WaitForText("first answer", "enter send")
			seen := strings.Join(strings.Fields(s.Text()), " ")
			for _, text := range c.told {
				if !strings.Contains(seen, text) {
					t.Errorf("%q is not told:\n%s", text, s.Text())
				}
			}
			end()
			m, _ := s.WaitForEnd().(*Model)
			if left := m.left(); !strings.Contains(left.Text, "first answer") {
				t.Errorf("left is %+v", left)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

// Where nothing can be written the chat says so and goes on; once that can be,
// all is saved by itself.
func TestAHomeThatCantBeWritten(t *testing.T) {
	w := newWorld(t)
	home := filepath.Join(w.dir, "home")
	must(t, os.WriteFile(home, []byte("this is a file, so no folder can be made in it"), 0o600))
	o := w.options()
	o.Store = func(ctx context.Context, unsaved func(error)) (*session.Store, error) {
		return session.Open(ctx, session.Options{Path: filepath.Join(home, "data", "aimlchat.db"), LockDir: filepath.Join(home, "locks"), Now: w.clock, OnSaveError: unsaved})
	}
	s, end := w.open(o, 100, 30)
	s.WaitForText("Nothing is saved")
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "enter send")
	must(t, os.Remove(home))
	s.WaitForText("all is saved again")
	end()
	store, err := o.Store(context.Background(), nil)
	must(t, err)
	n, err := store.Newest(context.Background(), session.KindChat)
	must(t, err)
	if path, err := store.Path(context.Background(), n.ID); err != nil || len(path) != 2 || path[1].Content() != "first answer" {
		t.Errorf("saved is %+v, %v", path, err)
	}
	must(t, store.Close())
}

// A clock that jumps back changes neither what follows what nor which session is
// the newest.
func TestAClockThatJumpsBack(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 100, 30)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "enter send")
	w.pass(-48 * time.Hour)
	w.turn(s, "two", "second answer")
	s.WaitForText("second answer", "enter send")
	s.Press("ctrl+n")
	w.turn(s, "three", "third answer")
	s.WaitForText("third answer", "enter send")
	end()
	store := w.library()
	list, err := store.List(context.Background(), session.Query{})
	must(t, err)
	if len(list) != 2 || list[0].FirstWords != "three" {
		t.Fatalf("listed are %+v", list)
	}
	path, err := store.Path(context.Background(), list[1].ID)
	must(t, err)
	var said []string
	for _, m := range path {
		said = append(said, m.Content())
	}
	if got := strings.Join(said, ", "); got != "one, first answer, two, second answer" {
		t.Errorf("saved is %s", got)
	}
}
