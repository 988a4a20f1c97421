//go:build !windows

package main_test

// Owns: what is written and not sent, what waits, and every way in which a
// terminal can go away. Refuses: answers (e2e_session_test.go).

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// waitForKept waits until the newest session is as it is to be.
func (h *home) waitForKept(t *testing.T, what string, is func(session.Session) bool) session.Session {
	t.Helper()
	store, err := session.Open(t.Context(), session.Options{Path: filepath.Join(h.dir, "data", "aimlchat", "aimlchat.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for deadline := time.After(uitest.Patience); ; {
		if n, err := store.Newest(t.Context(), session.KindChat); err == nil && is(n) {
			return n
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatalf("%s is not kept", what)
		}
	}
}

// A draft and a queue survive what nothing can prevent.
func TestKillKeepsDraftAndQueue(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.typeText("not even sent")
	h.waitForKept(t, "the draft", func(n session.Session) bool { return n.Draft == "not even sent" })
	x.kill()

	x = h.start(t, 100, 30, "--continue")
	x.waitForText("not even sent")
	x.press("enter")
	q := s.asked(t, "not even sent")
	q.say("now it is")
	x.waitForText("now it is")
	x.send("this waits")
	x.send("so does this")
	if err := os.WriteFile(filepath.Join(h.dir, "notes.txt"), []byte("noted"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.typeText("/attach notes.txt\r")
	x.waitForText("▪ notes.txt")
	x.typeText("and a draft")
	h.waitForKept(t, "all of it", func(n session.Session) bool {
		return n.Draft == "and a draft" && len(n.Queue) == 3 && n.Queue[1].Text == "so does this" && n.Queue[2].Draft
	})
	x.kill()

	x = h.start(t, 100, 30, "--continue")
	x.waitForText("not even sent", "interrupted", "2 queued, held", "▪ notes.txt", "and a draft")
	x.press("ctrl+u", "backspace", "enter")
	q = s.asked(t, "this waits")
	q.say("no longer")
	q.finish()
	q = s.asked(t, "so does this")
	q.say("nor this")
	q.finish()
	x.waitForText("no longer", "nor this")
	x.waitForNoText("queued")
	h.waitForKept(t, "that nothing waits", func(n session.Session) bool { return n.Draft == "" && len(n.Queue) == 0 })
	x.quit()
}

// Whichever way the program is told to go, what was written at that moment is
// there, and the terminal is as it was.
func TestSignalsKeepEverything(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGTERM: 143, syscall.SIGINT: 130} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			h := newHome(t, s)
			x := h.start(t, 100, 30, "-m", talker)
			x.send("a question")
			q := s.asked(t, "a question")
			q.say("half an answer")
			x.waitForText("half an answer")
			x.send("this waits")
			x.typeText("a draft")
			x.waitForText("a draft", "1 queued")
			if err := x.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if got := x.waitForEnd(); got != code {
				t.Errorf("the exit code is %d, not %d", got, code)
			}
			x.restored()
			kept := h.waitForKept(t, "the draft", func(n session.Session) bool { return n.Draft == "a draft" && len(n.Queue) == 1 })
			x = h.start(t, 100, 30, "--resume", kept.ID)
			x.waitForText("half an answer", "stopped", "1 queued, held", "a draft")
			x.kill()
		})
	}
}

// A terminal that is closed takes nothing with it.
func TestClosedTerminalKeepsEverything(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.send("a question")
	q := s.asked(t, "a question")
	q.say("half an answer")
	x.waitForText("half an answer")
	x.typeText("a draft")
	x.waitForText("a draft")
	if err := x.tty.Close(); err != nil {
		t.Fatal(err)
	}
	if err := x.ptm.Close(); err != nil { // the window is gone, once nobody reads from it any more
		t.Fatal(err)
	}
	q.say(", and more")
	if code := x.waitForEnd(); code == 0 {
		t.Error("it ends as if all were well")
	}
	h.waitForKept(t, "the draft", func(n session.Session) bool { return n.Draft == "a draft" })
	h.waitForSaved(t, func() {}, "half an answer")
	x = h.start(t, 100, 30, "--continue")
	x.waitForText("half an answer", "stopped", "a draft")
	x.kill()
}

// What can't be saved is told, and is in a file in the end.
func TestWhatCantBeSavedIsInAFile(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.turn(s, "a question", "an answer", "55 tok")
	x.waitForNoText("esc stop")
	h.exec(t, "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	x.turn(s, "another question", "another answer", "This is not saved", "tried again")
	x.quit()
	x.waitForText("not saved: 2 messages", "hint: the text is in")
	files, _ := filepath.Glob(filepath.Join(h.dir, "state", "aimlchat", "unsaved", "*.md"))
	if len(files) != 1 || !contains(files[0], "another answer") {
		t.Errorf("the files are %q", files)
	}
}

func contains(file, text string) bool {
	data, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(data), text)
}

// exec changes the database behind aimlchat's back.
func (h *home) exec(t *testing.T, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "data", "aimlchat", "aimlchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}
