package session

import (
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Two programs on one database, several answers streaming in each, others
// reading and prompting: no error, and nothing lost.
func TestTwoStoresOnOneFile(t *testing.T) {
	a := newStore(t)
	b := openStore(t, a.path)
	var wg sync.WaitGroup
	for i := range 2 {
		for _, s := range []*Store{a, b} {
			wg.Go(func() { converse(t, s, fmt.Sprint("prompt ", i)) })
		}
	}
	wg.Go(func() {
		for range 20 {
			if _, err := a.List(t.Context(), Query{Limit: 10}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	if n := count(t, a, "messages"); n != 4*4 {
		t.Errorf("%d messages, want 16", n)
	}
	if n := count(t, a, "chunks"); n != 0 {
		t.Errorf("%d chunks are left", n)
	}
}

// converse has two turns in a session of its own.
func converse(t *testing.T, s *Store, prompt string) {
	sessionID, at := NewID(noon), ""
	if err := s.Create(t.Context(), Session{ID: sessionID}); err != nil {
		t.Error(err)
		return
	}
	for turn := range 2 {
		ask, answer := NewID(noon), NewID(noon)
		if err := s.Append(t.Context(), text(ask, sessionID, at, prompt)); err != nil {
			t.Error(err)
			return
		}
		var events []api.Event
		var want strings.Builder
		for i := range 100 {
			fmt.Fprintf(&want, "%d.%d ", turn, i)
			events = append(events, api.Answer{Text: fmt.Sprintf("%d.%d ", turn, i)})
		}
		stream := savedInPieces(t, s, sessionID, append(events, api.Finish{Reason: api.FinishStop}))
		for _, err := range s.Record(t.Context(), Message{ID: answer, SessionID: sessionID, ParentID: ask}, stream) {
			if err != nil {
				t.Error(err)
			}
		}
		msgs, err := s.Path(t.Context(), sessionID)
		if err != nil || len(msgs) != 2*turn+2 {
			t.Error(len(msgs), err)
			return
		}
		if got := msgs[2*turn+1]; got.Content() != want.String() || got.Finish != api.FinishStop {
			t.Errorf("turn %d: %+v", turn, got)
		}
		at = answer
	}
}

// savedInPieces is a stream that stands still in its middle until something of
// it has come to the disk.
func savedInPieces(t *testing.T, s *Store, sessionID string, events []api.Event) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		for i, ev := range events {
			for saved := ""; i == len(events)/2 && saved == ""; <-time.After(50 * time.Millisecond) {
				msgs, err := s.Path(t.Context(), sessionID)
				if err != nil {
					yield(nil, err)
					return
				}
				saved = msgs[len(msgs)-1].Content()
				if msgs[len(msgs)-1].Role == api.User {
					saved = ""
				}
			}
			if !yield(ev, nil) {
				return
			}
		}
	}
}
