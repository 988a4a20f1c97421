package session

// These tests run the test binary again, as a child, and kill it: what a
// program promises about its own death can't be checked from within it.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// childEnv names the part that a child plays, and the database: "stream:PATH".
const childEnv = "AIMLCHAT_SESSION_TEST_CHILD"

func TestMain(m *testing.M) {
	part, path, is := strings.Cut(os.Getenv(childEnv), ":")
	if !is {
		os.Exit(m.Run())
	}
	if err := map[string]func(string) error{"stream": childStreams, "open": childOpens, "crowd": childTalks}[part](path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	killSession = "1"
	killPrompt  = "2"
	killAnswer  = "3"
)

// childStreams records an endless answer and reports on its stdout, one line
// each with the time: "arrived" and the text, "attached" and how many bytes of
// text came before, "saving", "saved" and the number of bytes of text, "idle"
// while the stream pauses.
func childStreams(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: path, Now: time.Now, OnSaveError: func(err error) { panic(err) }, with: waiting, patience: patient})
	if err != nil {
		return err
	}
	s.watch = func(done bool, size int) {
		if done {
			report("saved", strconv.Itoa(size))
		} else {
			report("saving", "")
		}
	}
	if err := s.Create(ctx, Session{ID: killSession}); err != nil {
		return err
	}
	claim, err := s.Claim(killSession)
	if err != nil {
		return err
	}
	defer claim.Release() // or the collector would find the lock, and let go of it
	if err := s.Append(ctx, text(killPrompt, killSession, "", "count")); err != nil {
		return err
	}
	if err := plant(s); err != nil {
		return err
	}
	go drafting(s)
	answer := Message{ID: killAnswer, SessionID: killSession, ParentID: killPrompt}
	for _, err := range s.Record(ctx, answer, counting()) {
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	killGrove = "4" // a session of first prompts, "p0" and so on, which are siblings
	killTrees = 8
)

func plant(s *Store) error {
	err := s.Create(context.Background(), Session{ID: killGrove})
	for i := range killTrees {
		err = errors.Join(err, s.Append(context.Background(), text("p"+strconv.Itoa(i), killGrove, "", "one of them")))
	}
	return err
}

// drafting writes a draft and a queue beside the stream, with a number that grows,
// and goes from sibling to sibling in another session.
func drafting(s *Store) {
	every := time.NewTicker(20 * time.Millisecond)
	for i := 1; ; i++ {
		<-every.C
		draft := strconv.Itoa(i)
		if err := s.Update(context.Background(), killSession, Change{Draft: &draft, Queue: &[]Queued{{Text: draft}}}); err != nil {
			panic(err)
		}
		if _, err := s.Jump(context.Background(), killGrove, "p"+strconv.Itoa(i%killTrees)); err != nil {
			panic(err)
		}
		report("drafted", draft)
	}
}

func report(what, detail string) {
	// One write: lines of several goroutines must not mix.
	fmt.Fprintf(os.Stdout, "%s %d %s\n", what, time.Now().UnixNano(), detail)
}

// counting is a stream of numbers: bursts, and pauses longer than saving takes,
// with a file now and then.
func counting() iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		piece := time.NewTicker(2 * time.Millisecond)
		defer piece.Stop()
		for i := 0; ; i++ {
			<-piece.C
			if i%150 == 149 {
				pause()
			}
			if i%60 == 30 {
				before := strconv.Itoa(i * len("000000,"))
				report("attached", before)
				if !yield(api.Attached{File: killFile(before)}, nil) {
					return
				}
			}
			text := fmt.Sprintf("%06d,", i)
			report("arrived", text)
			if !yield(api.Answer{Text: text}, nil) {
				return
			}
		}
	}
}

// killFile is the file that comes after so many bytes of text.
func killFile(before string) api.File {
	return api.File{Name: before, MIME: "image/png", Data: []byte(strings.Repeat(before+" ", 20_000))}
}

func pause() {
	for range 40 {
		<-time.After(10 * time.Millisecond)
		report("idle", "")
	}
}

// line is a line of a child's report.
type line struct {
	what   string
	at     time.Time
	detail string
}

func parseLine(text string) (l line) {
	var at int64
	_, _ = fmt.Sscan(text, &l.what, &at, &l.detail) // a detail may be missing
	l.at = time.Unix(0, at)
	return l
}

func startChild(t *testing.T, part, path string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	ok(t, err)
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+part+":"+path, "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	cmd.Stderr = t.Output()
	return cmd
}

// killWhen runs a streaming child until enough says so of a line, kills it,
// and returns all that it reported.
func killWhen(t *testing.T, path string, enough func(line) bool) (lines []line, killed time.Time) {
	t.Helper()
	cmd := startChild(t, "stream", path)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		l := parseLine(scanner.Text())
		lines = append(lines, l)
		if killed.IsZero() && enough(l) {
			killed = time.Now()
			ok(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // it was killed
	if killed.IsZero() {
		t.Fatal("the child ended by itself")
	}
	return lines, killed
}

// want is what the child's report demands of the database.
type want struct {
	all     string        // what arrived: what is saved is the beginning of it
	files   []string      // that arrived, in order
	saved   int           // bytes that the child knew to be saved
	due     int           // bytes that arrived long enough before the kill
	slowest time.Duration // of the child's commits
	drafted int           // number of the last draft that the child knew to be saved
	stalled time.Duration // that the machine did not let the child run
}

func demand(lines []line, killed time.Time) (w want) {
	var saving, before time.Time
	for i, l := range lines {
		// The child has something to say every 10 ms.
		if gap := l.at.Sub(before); i > 0 && gap > 50*time.Millisecond {
			w.stalled = max(w.stalled, gap)
		}
		before = l.at
		switch l.what {
		case "saving":
			saving = l.at
		case "saved":
			w.slowest, saving = max(w.slowest, l.at.Sub(saving)), time.Time{}
			_, _ = fmt.Sscan(l.detail, &w.saved)
		case "arrived":
			w.all += l.detail
		case "drafted":
			_, _ = fmt.Sscan(l.detail, &w.drafted)
		case "attached":
			w.files = append(w.files, l.detail)
		}
	}
	if !saving.IsZero() {
		w.slowest = max(w.slowest, killed.Sub(saving))
	}
	deadline := killed.Add(-250*time.Millisecond - w.slowest - w.stalled)
	for _, l := range lines {
		if l.what == "arrived" && l.at.Before(deadline) {
			w.due += len(l.detail)
		}
	}
	return w
}

func kills(normal int) int {
	switch {
	case os.Getenv("AIMLCHAT_LONG") == "1":
		return 200
	case testing.Short():
		return 2
	}
	return normal
}

func TestKilledWhileStreaming(t *testing.T) {
	n := kills(3)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		path := filepath.Join(t.TempDir(), "aimlchat.db")
		// The first kills are early: before the first commits.
		after := random.IntN(1 + 500*i/n)
		lines, killed := killWhen(t, path, func(l line) bool {
			if l.what == "arrived" {
				after--
			}
			return after < 0
		})
		w := demand(lines, killed)
		if w.all == "" || !committed(lines) {
			checkWhole(t, path)
			continue // killed before there was an answer to lose
		}
		arrived, back := checkKilled(t, path, w)
		t.Logf("kill %d: %d bytes arrived, %d were due, %d came back (slowest commit %v, stalled %v)", i, arrived, w.due, back, w.slowest, w.stalled)
	}
}

// committed reports whether the answer's row is known to be saved.
func committed(lines []line) bool {
	for _, l := range lines {
		if l.what == "saved" {
			return true
		}
	}
	return false
}

func TestKilledWhileTheStreamPauses(t *testing.T) {
	for range max(1, kills(1)/12) {
		path := filepath.Join(t.TempDir(), "aimlchat.db")
		var idle time.Time
		lines, killed := killWhen(t, path, func(l line) bool {
			if l.what == "drafted" {
				return false
			}
			if l.what != "idle" {
				idle = time.Time{}
				if l.what == "saving" || l.what == "saved" {
					return false
				}
			} else if idle.IsZero() {
				idle = l.at
			}
			return !idle.IsZero() && l.at.Sub(idle) > 300*time.Millisecond
		})
		w := demand(lines, killed)
		paused := 0 // bytes that arrived before the pause; a slow kill lets more follow
		for _, l := range lines {
			if l.what == "arrived" && l.at.Before(idle) {
				paused += len(l.detail)
			}
		}
		if _, back := checkKilled(t, path, w); w.slowest+w.stalled < 50*time.Millisecond && back < paused {
			t.Errorf("%d of %d bytes came back", back, paused)
		}
	}
}

// A claim dies with its owner.
func TestAnothersClaim(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aimlchat.db")
	var refused error
	killWhen(t, path, func(l line) bool {
		if l.what != "saved" {
			return false
		}
		s := openStore(t, path)
		_, refused = s.Claim(killSession)
		return true
	})
	if taken, is := errors.AsType[*ClaimedError](refused); !is || taken.PID == 0 || taken.PID == os.Getpid() || taken.Since.IsZero() {
		t.Errorf("got %v", refused)
	}
	claim, err := openStore(t, path).Claim(killSession)
	ok(t, err)
	claim.Release()
}
