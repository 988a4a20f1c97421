package session

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestClaimIsForOne(t *testing.T) {
	s := newStore(t)
	s.now = func() time.Time { return noon }
	other := openStore(t, s.path)
	sessionID, _ := begin(t, s, "hello")
	claim, err := s.Claim(sessionID)
	ok(t, err)
	for _, store := range []*Store{s, other} {
		_, err = store.Claim(sessionID)
		taken, is := errors.AsType[*ClaimedError](err)
		if !is || taken.PID != os.Getpid() || !taken.Since.Equal(noon) || taken.SessionID != sessionID {
			t.Fatalf("got %v", err)
		}
	}
	second, _ := begin(t, s, "another")
	free, err := other.Claim(second)
	ok(t, err)
	free.Release()

	claim.Release()
	claim.Release()
	again, err := other.Claim(sessionID)
	ok(t, err)
	again.Release()
	(*Claim)(nil).Release()
	left, err := os.ReadDir(s.lockDir)
	ok(t, err)
	if len(left) != 0 {
		t.Errorf("released claims left %v", left)
	}
}

func TestClaimedWithoutANote(t *testing.T) {
	s := newStore(t)
	sessionID, _ := begin(t, s, "hello")
	claim, err := s.Claim(sessionID)
	ok(t, err)
	defer claim.Release()
	ok(t, os.WriteFile(filepath.Join(s.lockDir, sessionID+".json"), []byte("{"), 0o600))
	_, err = s.Claim(sessionID)
	if taken, is := errors.AsType[*ClaimedError](err); !is || taken.PID != 0 || strings.Contains(err.Error(), "process") {
		t.Errorf("got %v", err)
	}
}

func TestClaimRefusesPaths(t *testing.T) {
	s := newStore(t)
	for _, id := range []string{"", "../x", "a/b", `a\b`, "a.b", "A", strings.Repeat("a", 65)} {
		if c, err := s.Claim(id); err == nil {
			c.Release()
			t.Errorf("%q was accepted", id)
		}
	}
}

// A lock file is removed at release; nobody may end up with a lock on a file
// that is gone while another locks the new one.
func TestClaimsThatCrowd(t *testing.T) {
	s := newStore(t)
	sessionID, _ := begin(t, s, "hello")
	var (
		wg      sync.WaitGroup
		holding sync.Mutex
	)
	for range 8 {
		wg.Go(func() {
			for range 50 {
				claim, err := s.Claim(sessionID)
				if err != nil {
					if _, is := errors.AsType[*ClaimedError](err); !is {
						t.Error(err)
					}
					continue
				}
				if !holding.TryLock() {
					t.Error("two have the claim")
				} else {
					holding.Unlock()
				}
				claim.Release()
			}
		})
	}
	wg.Wait()
}

// broken leaves an answer as a program leaves it that dies in mid-stream.
func broken(t *testing.T, s *Store, sessionID, parentID string, events ...api.Event) (answerID string) {
	t.Helper()
	k := keeper{store: s, msg: Message{ID: NewID(noon), SessionID: sessionID, ParentID: parentID, Role: api.Assistant}}
	reply := api.NewReply(noon)
	ok(t, k.keepMore(t.Context(), snapshot(reply)))
	for _, ev := range events {
		reply.Add(ev, noon.Add(time.Second))
		ok(t, k.keepMore(t.Context(), snapshot(reply)))
	}
	return k.msg.ID
}

func TestClaimMarksWhatBroke(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	otherID, otherPrompt := begin(t, s, "other")
	broken(t, s, otherID, otherPrompt, api.Answer{Text: "not claimed"})
	broken(t, s, sessionID, promptID, api.Start{Model: "m", InferenceID: "i"}, api.Reasoning{Text: "hm "}, api.Reasoning{Text: "…"},
		api.ToolCallDelta{ToolCall: api.ToolCall{Name: "f", Arguments: "1"}}, api.Answer{Text: "so "}, api.Cited{},
		api.ToolCallDelta{ToolCall: api.ToolCall{Arguments: "2"}}, api.Answer{Text: "far"})

	before := last(t, s, sessionID)
	if !before.Streaming() || said(before) != "hm …|so far" {
		t.Errorf("before the claim: %+v", before)
	}
	claim, err := s.Claim(sessionID)
	ok(t, err)
	defer claim.Release()
	got := last(t, s, sessionID)
	if got.Finish != api.FinishInterrupted || said(got) != "hm …|so far" || len(got.Citations) != 1 || len(got.Parts) != 3 {
		t.Errorf("after the claim: %+v", got)
	}
	if got.AnsweredBy != "m" || got.InferenceID != "i" || got.Timing.FirstToken != time.Second || got.Parts[2].Tool.Arguments != "12" {
		t.Errorf("after the claim: %+v", got)
	}
	if got := last(t, s, otherID); !got.Streaming() {
		t.Errorf("an answer of another session: %+v", got)
	}
}

// A prompt that went out and got no word back keeps an empty, interrupted answer.
func TestClaimKeepsAnEmptyAnswer(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	id := broken(t, s, sessionID, promptID)
	claim, err := s.Claim(sessionID)
	ok(t, err)
	defer claim.Release()
	if got := last(t, s, sessionID); got.ID != id || got.Finish != api.FinishInterrupted || len(got.Parts) != 0 {
		t.Errorf("got %+v", got)
	}
}

// Someone may stream without the claim (a second opener does). Another's claim
// takes that answer for interrupted; it must recover with the next save.
func TestRecordSurvivesAnothersClaim(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		other := openStore(t, s.path)
		i := 0
		for ev, err := range s.Record(t.Context(), answer, pieces(
			api.Answer{Text: "a"}, api.Answer{Text: "b"}, api.Answer{Text: "c"}, api.Finish{Reason: api.FinishStop})) {
			ok(t, err)
			pass(250 * time.Millisecond)
			switch i++; i {
			case 1: // a claim of the same store leaves it alone
				claim, err := s.Claim(sessionID)
				ok(t, err)
				claim.Release()
				if got := last(t, s, sessionID); !got.Streaming() {
					t.Errorf("after %v: %+v", ev, got)
				}
			case 2:
				claim, err := other.Claim(sessionID)
				ok(t, err)
				claim.Release()
				if got := last(t, s, sessionID); got.Finish != api.FinishInterrupted || said(got) != "|ab" {
					t.Errorf("after %v: %+v", ev, got)
				}
			case 3:
				if got := last(t, s, sessionID); !got.Streaming() || said(got) != "|abc" {
					t.Errorf("after %v: %+v", ev, got)
				}
			}
		}
		if got := last(t, s, sessionID); got.Finish != api.FinishStop || said(got) != "|abc" {
			t.Errorf("at the end: %+v", got)
		}
	})
}
