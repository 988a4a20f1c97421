package session

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// soak is how long ten programs talk at least; 0: one turn each.
func soak() time.Duration {
	if os.Getenv("AIMLCHAT_LONG") == "1" {
		return 5 * time.Minute
	}
	return 0
}

// childTalks has a session of its own and talks in it, several answers after
// one another. It ends with an error if anything fails, and prints its session
// and the number of its turns otherwise.
func childTalks(path string) error {
	ctx := context.Background()
	failed := make(chan error, 1)
	s, err := Open(ctx, Options{Path: path, Now: time.Now, OnSaveError: func(err error) {
		select {
		case failed <- err:
		default:
		}
	}, with: waiting, patience: patient})
	if err != nil {
		return err
	}
	sessionID, at := NewID(time.Now()), ""
	if err := s.Create(ctx, Session{ID: sessionID}); err != nil {
		return err
	}
	claim, err := s.Claim(sessionID)
	if err != nil {
		return err
	}
	defer claim.Release()
	turns := 0
	for until := time.Now().Add(soak()); turns == 0 || time.Now().Before(until); turns++ {
		prompt := text(NewID(time.Now()), sessionID, at, fmt.Sprint("prompt ", turns))
		if err := s.Append(ctx, prompt); err != nil {
			return err
		}
		at = NewID(time.Now())
		for _, err := range s.Record(ctx, Message{ID: at, SessionID: sessionID, ParentID: prompt.ID}, talk(turns)) {
			if err != nil {
				return err
			}
		}
	}
	fmt.Println(sessionID, turns)
	return errors.Join(s.Close(), told(failed))
}

func told(failed chan error) error {
	select {
	case err := <-failed:
		return fmt.Errorf("the person was told: %w", err)
	default:
		return nil
	}
}

const talkPieces = 30

// talk is an answer that takes long enough to be saved in pieces.
func talk(turn int) func(yield func(api.Event, error) bool) {
	return func(yield func(api.Event, error) bool) {
		every := time.NewTicker(10 * time.Millisecond)
		defer every.Stop()
		for i := range talkPieces {
			<-every.C
			if !yield(api.Answer{Text: fmt.Sprintf("%d.%d ", turn, i)}, nil) {
				return
			}
		}
		yield(api.Finish{Reason: api.FinishStop}, nil)
	}
}

func talked(turn int) string {
	var b strings.Builder
	for i := range talkPieces {
		fmt.Fprintf(&b, "%d.%d ", turn, i)
	}
	return b.String()
}

// Ten programs on one database, streaming: nobody is told of a failure, and
// nothing is lost.
func TestTenProgramsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aimlchat.db")
	ok(t, openStore(t, path).Close())
	var children []*exec.Cmd
	var outputs []*bufio.Scanner
	for range 10 {
		cmd := startChild(t, "crowd", path)
		out, err := cmd.StdoutPipe()
		ok(t, err)
		ok(t, cmd.Start())
		children, outputs = append(children, cmd), append(outputs, bufio.NewScanner(out))
	}
	turns := map[string]int{}
	for i, out := range outputs {
		for out.Scan() {
			id, n, _ := strings.Cut(out.Text(), " ")
			turns[id], _ = strconv.Atoi(n)
		}
		if err := children[i].Wait(); err != nil {
			t.Errorf("program %d: %v", i, err)
		}
	}
	all := 0
	s := openStore(t, path)
	for id, n := range turns {
		msgs := loaded(t, s, id)
		if len(msgs) != 2*n {
			t.Errorf("session %s has %d messages of %d turns", id, len(msgs), n)
		}
		for i, m := range msgs {
			if i%2 == 1 && (m.Content() != talked(i/2) || m.Finish != api.FinishStop || m.Damaged) {
				t.Errorf("session %s, turn %d: %+v", id, i/2, m)
			}
		}
		all += n
	}
	if len(turns) != 10 {
		t.Errorf("%d programs came to their end", len(turns))
	}
	if _, err := Check(t.Context(), path); err != nil {
		t.Error(err)
	}
	t.Logf("%d turns", all)
}

// childOpens opens the database once its stdin ends, and adds a session.
func childOpens(path string) error {
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err == nil {
		return errors.New("unexpected input")
	}
	s, err := Open(context.Background(), Options{Path: path, Now: time.Now, with: waiting, patience: patient})
	if err != nil {
		return err
	}
	return errors.Join(s.Create(context.Background(), Session{ID: NewID(time.Now())}), s.Close())
}

func TestSeveralProgramsMakeTheDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "aimlchat.db")
	start, gate, err := os.Pipe()
	ok(t, err)
	var children []*exec.Cmd
	for range 4 {
		cmd := startChild(t, "open", path)
		cmd.Stdin = start
		ok(t, cmd.Start())
		children = append(children, cmd)
	}
	ok(t, gate.Close())
	for _, cmd := range children {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	ok(t, start.Close())
	list, err := openStore(t, path).List(t.Context(), Query{})
	ok(t, err)
	if len(list) != 4 {
		t.Errorf("%d sessions, want 4", len(list))
	}
}
