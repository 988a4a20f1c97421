package session

import (
	"errors"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestSettle(t *testing.T) {
	s := newStore(t)
	id, prompt := begin(t, s, "hello")
	whole := Message{
		ID: NewID(s.now()), SessionID: id, ParentID: prompt, Role: api.Assistant, Model: "m", Provider: "p",
		Parts: []api.Part{{Kind: api.TextPart, Text: "all of it"}}, Finish: api.FinishStop,
	}
	if err := s.Settle(t.Context(), whole); !errors.Is(err, ErrNotFound) {
		t.Fatalf("an answer that is not there is settled: %v", err)
	}
	part := whole
	part.Parts, part.Finish = []api.Part{{Kind: api.TextPart, Text: "all"}}, api.FinishInterrupted
	ok(t, s.Append(t.Context(), part))
	ok(t, s.Settle(t.Context(), whole))
	if m := last(t, s, id); m.Content() != "all of it" || m.Finish != api.FinishStop || m.Damaged {
		t.Errorf("settled it is %+v", m)
	}
	other := whole
	other.Parts = []api.Part{{Kind: api.TextPart, Text: "something else"}}
	ok(t, s.Settle(t.Context(), other))
	if m := last(t, s, id); m.Content() != "all of it" {
		t.Errorf("an answer with an end became %q", m.Content())
	}
	if err := s.Settle(t.Context(), Message{ID: "x", SessionID: id, Role: api.User}); err == nil {
		t.Error("a question is settled")
	}
}

func TestDrop(t *testing.T) {
	s := newStore(t)
	drop := func(id string) bool {
		t.Helper()
		did, err := s.Drop(t.Context(), id)
		ok(t, err)
		return did
	}
	said, _ := begin(t, s, "hello")
	id := NewID(s.now())
	ok(t, s.Create(t.Context(), Session{ID: id, Draft: "half a th"}))
	if drop(said) || drop(id) {
		t.Error("what says something is removed")
	}
	ok(t, s.Update(t.Context(), id, Change{Draft: new(""), Queue: &[]Queued{{Text: "next"}}}))
	if drop(id) {
		t.Error("a queue is removed")
	}
	ok(t, s.Update(t.Context(), id, Change{Queue: &[]Queued{}, Tags: &[]string{"work"}}))
	if drop(id) {
		t.Error("what has a tag is removed")
	}
	ok(t, s.Update(t.Context(), id, Change{Tags: &[]string{}}))
	if !drop(id) || drop(id) {
		t.Error("an empty session is not removed once")
	}
	if _, err := s.Find(t.Context(), id); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is still found: %v", err)
	}
}

func TestVersionAndTaken(t *testing.T) {
	s := newStore(t)
	id, prompt := begin(t, s, "hello")
	before := int64(0)
	changed := func(what string, want bool) {
		t.Helper()
		v, err := s.Version(t.Context(), id)
		ok(t, err)
		if (v != before) != want {
			t.Errorf("%s: changed %t", what, v != before)
		}
		before = v
	}
	changed("begun", true)
	changed("nothing", false)
	answer := Message{ID: NewID(s.now()), SessionID: id, ParentID: prompt, Role: api.Assistant}
	saved := make(chan int, 64)
	s.watch = func(done bool, size int) {
		if done {
			saved <- size
		}
	}
	for range s.Record(t.Context(), answer, func(yield func(api.Event, error) bool) {
		for _, size := range []int{4, 8} {
			yield(api.Answer{Text: "word"}, nil)
			for <-saved < size {
			}
			changed("text that arrives", true)
			changed("nothing", false)
		}
		yield(api.Finish{Reason: api.FinishStop}, nil)
	}) {
	}
	changed("its end", true)
	ok(t, s.Hide(t.Context(), id, answer.ID))
	changed("hidden", true)
	if _, err := s.Version(t.Context(), "nothing"); !errors.Is(err, ErrNotFound) {
		t.Errorf("there is no such session: %v", err)
	}

	if s.Taken(id) {
		t.Error("nobody has it")
	}
	claim, err := s.Claim(id)
	ok(t, err)
	if !s.Taken(id) {
		t.Error("it is claimed")
	}
	claim.Release()
	if s.Taken(id) || s.Taken("../x") {
		t.Error("it is released")
	}
}
