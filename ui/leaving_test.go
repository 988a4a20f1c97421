package ui

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image/color"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// mine is a colour that fails when it is armed.
type mine struct {
	color.Color
	armed *atomic.Bool
}

func (c mine) RGBA() (r, g, b, a uint32) {
	if c.armed.Load() {
		panic("out of time")
	}
	return c.Color.RGBA()
}

// A panic of the chat, wherever it comes, loses nothing and leaves the terminal
// as it was.
func TestPanicLosesNothing(t *testing.T) {
	for _, where := range []string{"Update", "View", "a command"} {
		t.Run(where, func(t *testing.T) {
			w := newWorld(t)
			store := w.library()
			o := w.options()
			var armed atomic.Bool
			if where == "View" {
				o.Dark.Faint = mine{o.Dark.Faint, &armed}
			}
			o.Now = func() time.Time {
				inUpdate := bytes.Contains(debug.Stack(), []byte(").Update(")) // and not in a command
				if where == "Update" && inUpdate && armed.CompareAndSwap(true, false) {
					panic("out of time")
				}
				return w.clock()
			}
			o.Write = func(context.Context, string, string) (string, error) { panic("out of time") }
			x := uitest.NewTerminal(80, 24)
			o.Input, o.Output, o.Width, o.Height = x, x, 80, 24
			ended := make(chan error, 1)
			over := make(chan struct{})
			go func() {
				res, err := Run(t.Context(), o)
				if res.SessionID == "" || res.Unsaved.What != "" {
					t.Errorf("it ends with %+v", res)
				}
				close(over)
				ended <- err
			}()
			wait := func(texts ...string) {
				t.Helper()
				must(t, x.Wait(strings.Join(texts, ", "), over, func(screen string) bool {
					for _, text := range texts {
						if !strings.Contains(screen, text) {
							return false
						}
					}
					return true
				}))
			}
			wait("2 models")
			x.Input("one\r")
			c := w.next()
			c.events <- api.Answer{Text: "half an"}
			wait("half an")
			x.Input("a draft")
			wait("a draft")
			if where == "a command" {
				x.Input("\x15/write x\r")
			} else {
				armed.Store(true)
				x.Input("\x1b[Z\x1b") // any key
			}
			err := <-ended
			if at := fmt.Sprint(errors.Unwrap(err)); !strings.Contains(at, map[string]string{"Update": ".Update(", "View": ".View(", "a command": "writeMessage"}[where]) {
				t.Errorf("it was somewhere else: %s", at)
			}
			if e := api.AsError(err); e == nil || e.Kind != api.ErrInternal || !strings.Contains(e.Message, "out of time") {
				t.Errorf("it ends with %v", err)
			}
			if x.AltScreen() || len(x.Leftovers()) > 0 {
				t.Errorf("left behind: %t %q", x.AltScreen(), x.Leftovers())
			}
			n, err := store.Newest(context.Background(), session.KindChat)
			must(t, err)
			path, err := store.Path(context.Background(), n.ID)
			must(t, err)
			if len(path) != 2 || path[1].Content() != "half an" || path[1].Finish != api.FinishStopped {
				t.Errorf("saved is %+v", path)
			}
			if where != "a command" && n.Draft != "a draft" {
				t.Errorf("the draft is %q", n.Draft)
			}
		})
	}
}

// What can't be saved at all is handed back at the end.
func TestWhatIsLeftIsTold(t *testing.T) {
	w := newWorld(t)
	w.library()
	s, end := w.open(w.options(), 80, 24)
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "not saved", "enter send")
	s.Type("a draft")
	s.WaitForText("a draft")
	end()
	m, _ := s.WaitForEnd().(*Model)
	left := m.left()
	if !strings.HasPrefix(left.What, "2 messages and 1 text that was not sent: ") || !strings.Contains(left.What, "the disk is full") {
		t.Errorf("left is %q", left.What)
	}
	for _, text := range []string{"## you\n\none\n", "## test/thinker\n\nfirst answer\n", "## not sent yet\n\na draft\n"} {
		if !strings.Contains(left.Text, text) {
			t.Errorf("%q is not in\n%s", text, left.Text)
		}
	}
	must(t, lock.Close())
}

// A database that can't be opened for a while has everything in the end.
func TestOpeningIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	open, failing := o.Store, atomic.Bool{}
	failing.Store(true)
	o.Store = func(ctx context.Context, unsaved func(error)) (*session.Store, error) {
		if failing.Load() {
			return nil, errors.New("the disk is full")
		}
		return open(ctx, unsaved)
	}
	s, end := w.open(o, 80, 30)
	s.WaitForText("Nothing is saved: the disk is full")
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "enter send")
	failing.Store(false)
	s.WaitForText("all is saved again")
	end()
	store := w.library()
	n, err := store.Newest(context.Background(), session.KindChat)
	must(t, err)
	if path, err := store.Path(context.Background(), n.ID); err != nil || len(path) != 2 {
		t.Errorf("saved is %+v, %v", path, err)
	}
}

// What was said in a session that is there is handed back as well.
func TestWhatIsLeftOfASessionIsTold(t *testing.T) {
	w := newWorld(t)
	w.library()
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "enter send")
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "two", "second answer")
	s.WaitForText("second answer", "This is not saved", "enter send")
	end()
	m, _ := s.WaitForEnd().(*Model)
	if left := m.left(); !strings.HasPrefix(left.What, "2 messages: ") {
		t.Errorf("left is %+v", left)
	}
	must(t, lock.Close())
}
