package session

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// bubble runs a test in fake time, which passes only while everyone waits.
func bubble(t *testing.T, test func(t *testing.T, s *Store, sessionID string, answer Message)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "aimlchat.db")
	layNew(t, path) // outside of the bubble, which must not make what others use
	synctest.Test(t, func(t *testing.T) {
		s := openAsItIs(t, Options{Path: path, with: hasty}) // in fake time
		sessionID, promptID := begin(t, s, "hello")
		test(t, s, sessionID, Message{ID: NewID(noon), SessionID: sessionID, ParentID: promptID, Provider: "demo", Model: "thinker"})
	})
}

// pass lets fake time pass.
func pass(d time.Duration) { <-time.After(d) }

func drain(t *testing.T, events iter.Seq2[api.Event, error]) (n int) {
	t.Helper()
	for _, err := range events {
		ok(t, err)
		n++
	}
	return n
}

// said is what the answer says: its reasoning, then its text.
func said(m Message) string { return m.Reasoning() + "|" + m.Content() }

func TestRecordKeepsAWholeAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		wait := func(d time.Duration, ev api.Event) api.Event { pass(d); return ev }
		stream := func(yield func(api.Event, error) bool) {
			_ = yield(api.Start{Model: "thinker-2", InferenceID: "inf"}, nil) &&
				yield(wait(time.Second, api.Reasoning{Text: "let me "}), nil) &&
				yield(wait(time.Second, api.Reasoning{Text: "see"}), nil) &&
				yield(wait(time.Second, api.Answer{Text: "four"}), nil) &&
				yield(api.ToolCallDelta{Index: 1, ToolCall: api.ToolCall{ID: "b", Name: "g", Arguments: "{"}}, nil) &&
				yield(api.Cited{Citation: api.Citation{Title: "T", URL: "https://t.example"}}, nil) &&
				yield(wait(time.Second, api.ToolCallDelta{Index: 1, ToolCall: api.ToolCall{Arguments: "}"}}), nil) &&
				yield(api.Metered{Usage: api.Usage{Total: new(int64(9))}, Cost: api.Cost{USD: new(0.01), Source: api.Billed}}, nil) &&
				yield(wait(time.Second, api.Finish{Reason: api.FinishStop}), nil)
		}
		if n := drain(t, s.Record(t.Context(), answer, stream)); n != 9 {
			t.Errorf("%d events came through", n)
		}
		got := last(t, s, sessionID)
		if said(got) != "let me see|four" || got.Finish != api.FinishStop || got.Role != api.Assistant || got.Err != nil {
			t.Errorf("got %+v", got)
		}
		if len(got.Parts) != 4 || got.Parts[3].Tool.Arguments != "{}" || got.Citations[0].Title != "T" {
			t.Errorf("parts %+v, citations %+v", got.Parts, got.Citations)
		}
		if got.Model != "thinker" || got.AnsweredBy != "thinker-2" || got.InferenceID != "inf" || *got.Usage.Total != 9 || *got.Cost.USD != 0.01 {
			t.Errorf("got %+v", got)
		}
		if want := (api.Timing{FirstToken: time.Second, Thinking: 2 * time.Second, Total: 5 * time.Second}); got.Timing != want {
			t.Errorf("timing %+v", got.Timing)
		}
		if left := count(t, s, "chunks"); left != 0 {
			t.Errorf("%d chunks are left", left)
		}
	})
}

func count(t *testing.T, s *Store, table string) (n int) {
	t.Helper()
	ok(t, s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// The stream pauses after each piece: 250 ms later it must be saved all the same.
func TestRecordSavesWhileTheStreamPauses(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		stream := pieces(api.Start{}, api.Reasoning{Text: "hm, "}, api.Reasoning{Text: "well"},
			api.Answer{Text: "a"}, api.Answer{Text: "b"}, api.Cited{}, api.ToolCallDelta{ToolCall: api.ToolCall{Name: "f"}},
			api.Finish{Reason: api.FinishStop})
		reply := api.NewReply(s.now())
		for ev, err := range s.Record(t.Context(), answer, stream) {
			ok(t, err)
			reply.Add(ev, s.now())
			pass(250 * time.Millisecond)
			got := last(t, s, sessionID)
			if want := reply.Reasoning.String() + "|" + reply.Answer.String(); said(got) != want {
				t.Errorf("after %T: saved %q, want %q", ev, said(got), want)
			}
			if !got.Streaming() || len(got.Citations) != len(reply.Citations) {
				t.Errorf("after %T: %+v", ev, got)
			}
		}
	})
}

// Text that keeps coming must not put saving off.
func TestRecordSavesWhileTextKeepsComing(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		stream := func(yield func(api.Event, error) bool) {
			for yield(api.Answer{Text: "x"}, nil) {
				pass(time.Millisecond)
			}
		}
		n := 0
		for _, err := range s.Record(t.Context(), answer, stream) {
			ok(t, err)
			n++
			if n%100 == 0 {
				if saved := len(last(t, s, sessionID).Content()); saved < n-250 {
					t.Errorf("%d of %d saved", saved, n)
				}
			}
			if n == 2000 {
				break
			}
		}
		if got := len(last(t, s, sessionID).Content()); got != 2000 {
			t.Errorf("%d saved at the end", got)
		}
	})
}

// Another program holds the database for a while: the stream must not notice,
// and the text must be saved once it lets go.
func TestRecordNeverSlowsTheStream(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	began, saved := make(chan struct{}, 100), atomic.Bool{}
	s.watch = func(done bool, _ int) {
		saved.Store(done)
		began <- struct{}{}
	}
	tx, err := openStore(t, s.path).write.BeginTx(t.Context(), nil)
	ok(t, err)
	stream := func(yield func(api.Event, error) bool) {
		for i := range 1000 {
			if i == 500 {
				<-began // saving, and waiting for the other
			}
			if !yield(api.Answer{Text: fmt.Sprintf("%d ", i)}, nil) {
				return
			}
		}
		if saved.Load() {
			t.Error("something was saved: the test holds the wrong lock")
		}
		ok(t, tx.Rollback())
		yield(api.Finish{Reason: api.FinishStop}, nil)
	}
	drain(t, s.Record(t.Context(), Message{ID: NewID(noon), SessionID: sessionID, ParentID: promptID}, stream))
	if got := last(t, s, sessionID); len(strings.Fields(got.Content())) != 1000 || got.Finish != api.FinishStop {
		t.Errorf("got %d pieces, %q", len(strings.Fields(got.Content())), got.Finish)
	}
}

func TestRecordEnds(t *testing.T) {
	broken := &api.Error{Kind: api.ErrServer, Status: 500, Message: "it broke", Hint: "wait"}
	failing := func(err error) iter.Seq2[api.Event, error] {
		return func(yield func(api.Event, error) bool) {
			_ = yield(api.Answer{Text: "so far"}, nil) && yield(nil, err)
		}
	}
	for name, c := range map[string]struct {
		events  iter.Seq2[api.Event, error]
		breakAt int
		finish  api.FinishReason
		kind    api.ErrorKind
	}{
		"finished":           {pieces(api.Answer{Text: "so far"}, api.Finish{Reason: api.FinishLength}), 0, api.FinishLength, ""},
		"failed":             {failing(broken), 0, api.FinishError, api.ErrServer},
		"failed strangely":   {failing(errors.New("oops")), 0, api.FinishError, api.ErrInternal},
		"canceled":           {failing(&api.Error{Kind: api.ErrCanceled, Message: "canceled"}), 0, api.FinishStopped, ""},
		"cut":                {pieces(api.Answer{Text: "so far"}), 0, api.FinishError, api.ErrCut},
		"broken off":         {pieces(api.Answer{Text: "so far"}, api.Answer{Text: "!"}), 1, api.FinishStopped, ""},
		"broken off at end":  {pieces(api.Answer{Text: "so far"}, api.Finish{Reason: api.FinishStop}), 2, api.FinishStop, ""},
		"broken off, failed": {failing(broken), 2, api.FinishError, api.ErrServer},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
				n := 0
				for _, err := range s.Record(t.Context(), answer, c.events) {
					if err != nil && c.kind == "" && c.finish != api.FinishStopped {
						t.Error(err)
					}
					if n++; n == c.breakAt {
						break
					}
				}
				got := last(t, s, sessionID)
				if said(got) != "|so far" || got.Finish != c.finish {
					t.Errorf("got %q, finish %q", said(got), got.Finish)
				}
				if (got.Err == nil) != (c.kind == "") || got.Err != nil && got.Err.Kind != c.kind {
					t.Errorf("error %+v, want kind %q", got.Err, c.kind)
				}
			})
		})
	}
}

// Stopping cancels the stream's context; what has come must be saved all the same.
func TestRecordSavesAfterItsContextEnded(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stream := func(yield func(api.Event, error) bool) {
			if yield(api.Answer{Text: "so far"}, nil) {
				<-ctx.Done()
				yield(nil, fmt.Errorf("read: %w", ctx.Err()))
			}
		}
		for _, err := range s.Record(ctx, answer, stream) {
			if err == nil {
				cancel()
			}
		}
		if got := last(t, s, sessionID); said(got) != "|so far" || got.Finish != api.FinishStopped || got.Err != nil {
			t.Errorf("got %+v", got)
		}
	})
}

func TestRecordSavesWhenItsConsumerPanics(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		func() {
			defer func() { _ = recover() }()
			for _, err := range s.Record(t.Context(), answer, pieces(api.Answer{Text: "so far"}, api.Finish{})) {
				ok(t, err)
				panic("a bug in the screen")
			}
		}()
		if got := last(t, s, sessionID); said(got) != "|so far" || got.Finish != api.FinishStopped {
			t.Errorf("got %+v", got)
		}
	})
}

func TestRecordMeetsAFullDisk(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		var told []error
		s.onSaveError = func(err error) { told = append(told, err) }
		const full = `CREATE TRIGGER full BEFORE INSERT ON chunks BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
		const free = `DROP TRIGGER full`
		i := 0
		stream := func(yield func(api.Event, error) bool) {
			for i = range 10 {
				switch i {
				case 2, 6:
					s.mustExec(t, full)
				case 4, 8:
					s.mustExec(t, free)
				}
				if !yield(api.Answer{Text: strconv.Itoa(i)}, nil) {
					return
				}
				pass(time.Second)
			}
			i = 10
			yield(api.Finish{Reason: api.FinishStop}, nil)
		}
		for _, err := range s.Record(t.Context(), answer, stream) {
			ok(t, err)
			want := map[int]string{2: "01", 5: "01234", 6: "012345", 9: "012345678"}[i]
			if got := last(t, s, sessionID).Content(); want != "" && got != want {
				t.Errorf("at %d: %q is saved, want %q", i, got, want)
			}
		}
		if got := last(t, s, sessionID); got.Content() != "0123456789" || got.Finish != api.FinishStop {
			t.Errorf("got %+v", got)
		}
		if len(told) != 2 || !strings.Contains(told[0].Error(), "the disk is full") {
			t.Errorf("told %q, want one error for each of two failures", told)
		}
	})
}

// When not even the end can be saved, the sequence must end nevertheless, soon,
// and the next claim finds what was saved before.
func TestRecordGivesUp(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		told := 0
		s.onSaveError = func(error) { told++ }
		stream := func(yield func(api.Event, error) bool) {
			if yield(api.Answer{Text: "saved"}, nil) {
				pass(time.Second)
				s.mustExec(t, `CREATE TRIGGER full BEFORE UPDATE ON messages BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
				yield(api.Finish{Reason: api.FinishStop}, nil)
			}
		}
		start := time.Now()
		drain(t, s.Record(t.Context(), answer, stream))
		if d := time.Since(start); d > 8*time.Second || told != 1 {
			t.Errorf("gave up after %v, told %d times", d, told)
		}
		s.mustExec(t, `DROP TRIGGER full`)
		claim, err := s.Claim(sessionID)
		ok(t, err)
		claim.Release()
		if got := last(t, s, sessionID); said(got) != "|saved" || got.Finish != api.FinishInterrupted {
			t.Errorf("got %+v", got)
		}
	})
}

// The newest session is the one that a person used last, not the one whose
// answer ended last.
func TestRecordEndsInTheBackground(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		var used string
		for _, err := range s.Record(t.Context(), answer, pieces(api.Answer{Text: "x"}, api.Finish{Reason: api.FinishStop})) {
			ok(t, err)
			pass(time.Second)
			if used == "" {
				if got, err := s.Newest(t.Context(), KindChat); err != nil || got.ID != sessionID || got.Leaf != answer.ID {
					t.Errorf("newest while it streams: %+v, %v", got, err)
				}
				used, _ = begin(t, s, "meanwhile")
			}
		}
		if got, err := s.Newest(t.Context(), KindChat); err != nil || got.ID != used {
			t.Errorf("newest at the end: %+v, %v", got, err)
		}
	})
}

func TestRecordIntoASessionThatIsGone(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, _ string, answer Message) {
		var told []error
		s.onSaveError = func(err error) { told = append(told, err) }
		answer.SessionID = "none"
		if n := drain(t, s.Record(t.Context(), answer, pieces(api.Answer{Text: "x"}, api.Finish{}))); n != 2 {
			t.Errorf("%d events came through", n)
		}
		if len(told) != 1 || !errors.Is(told[0], ErrNotFound) {
			t.Errorf("told %v", told)
		}
	})
}

// An end that says nothing must not look like a stream that goes on.
func TestRecordFinishWithoutAReason(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		drain(t, s.Record(t.Context(), answer, pieces(api.Answer{Text: "x"}, api.Finish{})))
		if got := last(t, s, sessionID); got.Finish != api.FinishStop {
			t.Errorf("finish %q", got.Finish)
		}
	})
}
