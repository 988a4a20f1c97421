package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

// Whoever removes the file of the database, or puts another one in its place,
// while it is open, takes nothing away.
func TestARemovedDatabaseIsRescued(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no open file can be removed there")
	}
	for name, told := range map[string]string{"removed": "It is there again, with all", "replaced": "what is open here goes on in the other"} {
		t.Run(name, func(t *testing.T) {
			w, other := newWorld(t), newWorld(t)
			path := filepath.Join(w.dir, "aimlchat.db")
			s, end := w.open(w.options(), 80, 50)
			w.turn(s, "behind", "an answer behind")
			s.WaitForText("an answer behind", "tok")
			s.Press("ctrl+n")
			s.WaitForNoText("an answer behind")
			w.turn(s, "one", "first answer")
			s.WaitForText("first answer", "tok")
			must(t, os.Remove(path))
			if name == "replaced" {
				must(t, os.Rename(filepath.Join(other.dir, "aimlchat.db"), path))
			}
			w.turn(s, "two", "second answer")
			s.WaitForText("second answer", "This is not saved: the database file was removed or")
			s.WaitForText("all is saved again", told[:20])
			w.turn(s, "three", "third answer")
			s.WaitForText("third answer")
			s.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 3 })
			end()

			store := w.library()
			n, err := store.Newest(context.Background(), session.KindChat)
			must(t, err)
			saved, err := store.Path(context.Background(), n.ID)
			must(t, err)
			if len(saved) != 6 || saved[0].Content() != "one" || saved[5].Content() != "third answer" || n.Title != "one" {
				t.Errorf("saved is %q: %+v", n.Title, saved)
			}
			list, err := store.List(context.Background(), session.Query{})
			must(t, err)
			kept, _ := filepath.Glob(path + ".replaced-*")
			if name == "removed" && (len(list) != 2 || len(kept) != 0) || name == "replaced" && (len(list) != 1 || len(kept) != 1) {
				t.Errorf("%d sessions, beside %q", len(list), kept)
			}
			if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
				t.Error("there is no file")
			}
		})
	}
}
