package ui

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// An answer that could not be recorded is saved with the next message, which
// would have nothing to follow without it.
func TestAnAnswerThatWasNotRecorded(t *testing.T) {
	w := newWorld(t)
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	must(t, err)
	s, end := w.open(w.options(), 80, 24)
	s.WaitForText("2 models")
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON messages WHEN new.role = 'assistant' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok", "is not saved", "enter send")
	must(t, exec(lock, "DROP TRIGGER full"))
	must(t, lock.Close())
	w.turn(s, "two", "second answer")
	s.WaitForText("second answer", "all is saved again")
	newest, err := store.Newest(context.Background(), session.KindChat)
	must(t, err)
	s.WaitFor(func(string) bool {
		path, err := store.Path(context.Background(), newest.ID)
		return err == nil && len(path) == 4 && path[3].Finish == api.FinishStop && path[1].Content() == "first answer"
	})
	end()
	must(t, store.Close())
}
