package session

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestAMessageComesBackAsItWas(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	want := Message{
		ID: NewID(noon), SessionID: sessionID, ParentID: promptID, Role: api.Assistant,
		Parts: []api.Part{
			{Kind: api.ReasoningPart, Text: "hm\r\n"},
			{Kind: api.TextPart, Text: "NUL \x00, broken \xff\xfe, 家族 👨‍👩‍👧 \u202e"},
			{Kind: api.ToolCallPart, Tool: &api.ToolCall{ID: "1", Name: "f", Arguments: `{"a":"\u0000"}`}},
		},
		Citations: []api.Citation{{Title: "A", URL: "https://a.example"}},
		Provider:  "aimlapi", Model: "gpt-4o", AnsweredBy: "gpt-4o-2024-08-06", Created: noon,
		Finish: api.FinishError,
		Err: &api.Error{
			Kind: api.ErrRateLimit, Status: 429, Message: "too fast", Hint: "wait",
			Retryable: true, RequestID: "r1", RetryAfter: 1500 * time.Millisecond,
		},
		Usage:       api.Usage{Prompt: new(int64(3)), Completion: new(int64(0))},
		Cost:        api.Cost{USD: new(0.1 + 0.2), Source: api.Billed},
		Timing:      api.Timing{FirstToken: 1, Thinking: 2, Total: 123456789},
		InferenceID: "inf",
		Sibling:     1, Siblings: 1,
	}
	ok(t, s.Append(t.Context(), want))
	got := last(t, s, sessionID)
	if !got.Created.Equal(noon) {
		t.Errorf("created %v", got.Created)
	}
	got.Created = noon
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestPathFollowsTheLeaf(t *testing.T) {
	s := newStore(t)
	sessionID, first := begin(t, s, "first")
	add := func(parent, words string) string {
		id := NewID(noon)
		ok(t, s.Append(t.Context(), text(id, sessionID, parent, words)))
		return id
	}
	texts := func() string {
		var list []string
		for _, m := range loaded(t, s, sessionID) {
			list = append(list, m.Content())
		}
		return strings.Join(list, " ")
	}
	left := add(first, "left")
	add(first, "right")
	if got := texts(); got != "first right" {
		t.Errorf("got %q", got)
	}
	ok(t, s.Update(t.Context(), sessionID, Change{Leaf: &left}))
	if got := texts(); got != "first left" {
		t.Errorf("got %q", got)
	}
	add("", "anew") // editing the first prompt makes a second root
	if got := texts(); got != "anew" {
		t.Errorf("got %q", got)
	}
}

func TestPathOfAnEmptySession(t *testing.T) {
	s := newStore(t)
	id := NewID(noon)
	ok(t, s.Create(t.Context(), Session{ID: id, Draft: "not sent"}))
	if msgs := loaded(t, s, id); len(msgs) != 0 {
		t.Errorf("got %v", msgs)
	}
	if _, err := s.Path(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAppendRefuses(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	otherID, _ := begin(t, s, "other")
	before, err := s.Find(t.Context(), sessionID)
	ok(t, err)
	for name, m := range map[string]Message{
		"no such session":           text(NewID(noon), "none", "", "x"),
		"no such parent":            text(NewID(noon), sessionID, "none", "x"),
		"parent in another session": text(NewID(noon), otherID, promptID, "x"),
		"id taken":                  text(promptID, sessionID, promptID, "x"),
		"id that is a path":         text("../x", sessionID, promptID, "x"),
		"no role":                   {ID: NewID(noon), SessionID: sessionID, ParentID: promptID},
		"answer without an end":     {ID: NewID(noon), SessionID: sessionID, ParentID: promptID, Role: api.Assistant},
	} {
		if err := s.Append(t.Context(), m); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := s.Append(t.Context(), text(NewID(noon), "none", "", "x")); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if after, err := s.Find(t.Context(), sessionID); err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("a refused message changed the session: %+v, %v", after, err)
	}
}

func TestAppendObeysItsContext(t *testing.T) {
	s := newStore(t)
	sessionID, promptID := begin(t, s, "hello")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Append(ctx, text(NewID(noon), sessionID, promptID, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := len(loaded(t, s, sessionID)); got != 1 {
		t.Errorf("%d messages", got)
	}
}

func TestUpdate(t *testing.T) {
	s := newStore(t)
	now := noon
	s.now = func() time.Time { return now }
	id := NewID(noon)
	want := Session{ID: id, Kind: KindPrint, Title: "a", Provider: "p", Model: "m", System: "s", Draft: "d", Created: noon, Updated: noon}
	ok(t, s.Create(t.Context(), want))
	check := func(when string) {
		t.Helper()
		got, err := s.Find(t.Context(), id)
		ok(t, err)
		if !got.Created.Equal(want.Created) || !got.Updated.Equal(want.Updated) {
			t.Errorf("%s: created %v, updated %v", when, got.Created, got.Updated)
		}
		got.Created, got.Updated = want.Created, want.Updated
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v\nwant %+v", when, got, want)
		}
	}
	check("created")
	now = now.Add(time.Hour)
	ok(t, s.Update(t.Context(), id, Change{Title: new("A"), Provider: new("P"), Model: new("M"), System: new(""), Draft: new("d")}))
	want.Title, want.TitleBy, want.Provider, want.Model, want.System = "A", TitleByPerson, "P", "M", ""
	check("renamed: not used")
	ok(t, s.Update(t.Context(), id, Change{Draft: new("")}))
	want.Draft, want.Updated = "", now
	check("new draft: used")
	ok(t, s.Update(t.Context(), id, Change{}))
	check("nothing")

	if err := s.Update(t.Context(), "none", Change{Title: new("x")}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no session: %v", err)
	}
	if err := s.Update(t.Context(), id, Change{Leaf: new("none")}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no message: %v", err)
	}
	if err := s.Create(t.Context(), Session{ID: "../../etc/passwd"}); err == nil {
		t.Error("an id that is a path was accepted")
	}
}

func TestNewID(t *testing.T) {
	a, b := NewID(noon), NewID(noon.Add(time.Second))
	if len(a) != 26 || !validID(a) || a >= b || a == NewID(noon) {
		t.Errorf("%s, %s", a, b)
	}
	for _, odd := range []time.Time{{}, time.Unix(-1, 0), time.Unix(1<<40, 0)} {
		if id := NewID(odd); !validID(id) {
			t.Errorf("%v: %q", odd, id)
		}
	}
}
