package session

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestSpent(t *testing.T) {
	s := newStore(t)
	one, prompt := begin(t, s, "hello")
	two, other := begin(t, s, "hello")
	add := func(sessionID, parent string, after time.Duration, change func(*Message)) {
		t.Helper()
		m := Message{
			ID: NewID(noon), SessionID: sessionID, ParentID: parent, Role: api.Assistant, Created: noon.Add(after),
			Parts: []api.Part{{Kind: api.TextPart, Text: "x"}}, Finish: api.FinishStop,
		}
		change(&m)
		ok(t, s.Append(t.Context(), m))
	}
	cost := func(usd float64, source api.CostSource) func(*Message) {
		return func(m *Message) { m.Cost = api.Cost{USD: &usd, Source: source} }
	}
	add(one, prompt, 0, func(m *Message) {
		cost(1, api.Billed)(m)
		m.Usage = api.Usage{Prompt: new(int64(10)), Completion: new(int64(20)), Reasoning: new(int64(5)), Total: new(int64(30))}
	})
	add(one, prompt, time.Hour, func(m *Message) { // a sibling, off the path
		cost(0.5, api.Estimated)(m)
		m.Usage = api.Usage{Prompt: new(int64(1)), Cached: new(int64(7))}
	})
	add(one, prompt, time.Hour, func(m *Message) { cost(0.25, api.Billed)(m); m.Finish = api.FinishStopped })
	add(one, prompt, time.Hour, func(m *Message) { m.Cost.Source = api.CostUnknown })
	add(one, prompt, time.Hour, func(m *Message) { m.Finish, m.Parts = api.FinishError, nil }) // nothing came
	add(one, prompt, time.Hour, func(m *Message) {                                             // hidden thought, nothing else
		m.Finish, m.Parts = api.FinishLength, nil
		m.Usage.Completion = new(int64(100))
	})
	add(two, other, 2*time.Hour, cost(4, api.Billed))

	check := func(name, sessionID string, since time.Time, want Spending) {
		t.Helper()
		got, err := s.Spent(t.Context(), sessionID, since)
		ok(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
		}
	}
	tokens := api.Usage{Prompt: new(int64(11)), Completion: new(int64(120)), Reasoning: new(int64(5)), Total: new(int64(30)), Cached: new(int64(7))}
	check("a session", one, time.Time{}, Spending{USD: 1.75, Estimated: 0.5, Answers: 5, Unknown: 2, Tokens: tokens})
	check("all", "", time.Time{}, Spending{USD: 5.75, Estimated: 0.5, Answers: 6, Unknown: 2, Tokens: tokens})
	check("since is within", "", noon, Spending{USD: 5.75, Estimated: 0.5, Answers: 6, Unknown: 2, Tokens: tokens})
	check("later", "", noon.Add(time.Millisecond), Spending{
		USD: 4.75, Estimated: 0.5, Answers: 5, Unknown: 2,
		Tokens: api.Usage{Prompt: new(int64(1)), Completion: new(int64(100)), Cached: new(int64(7))},
	})
	check("a session, later", two, noon.Add(time.Hour), Spending{USD: 4, Answers: 1})
	check("no session", "none", time.Time{}, Spending{})
	check("nothing yet", "", noon.Add(3*time.Hour), Spending{})
}

// What a service says is summed whatever it says.
func TestSpentSurvivesAbsurdFigures(t *testing.T) {
	s := newStore(t)
	sessionID, prompt := begin(t, s, "hello")
	for range 3 {
		ok(t, s.Append(t.Context(), Message{
			ID: NewID(noon), SessionID: sessionID, ParentID: prompt, Role: api.Assistant, Finish: api.FinishStop,
			Usage: api.Usage{Total: new(int64(math.MaxInt64))}, Cost: api.Cost{USD: new(math.MaxFloat64), Source: api.Billed},
		}))
	}
	got, err := s.Spent(t.Context(), "", time.Time{})
	if err != nil || got.Answers != 3 || !math.IsInf(got.USD, 1) || *got.Tokens.Total != math.MaxInt64 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// An answer that streams counts as far as it told.
func TestSpentWhileAnAnswerStreams(t *testing.T) {
	bubble(t, func(t *testing.T, s *Store, sessionID string, answer Message) {
		stream := pieces(api.Start{}, api.Answer{Text: "a"},
			api.Metered{Cost: api.Cost{USD: new(0.5), Source: api.Estimated}}, api.Finish{Reason: api.FinishStop})
		want := []Spending{{}, {Answers: 1, Unknown: 1}, {Answers: 1, USD: 0.5, Estimated: 0.5}, {Answers: 1, USD: 0.5, Estimated: 0.5}}
		for ev, err := range s.Record(t.Context(), answer, stream) {
			ok(t, err)
			pass(250 * time.Millisecond)
			got, err := s.Spent(t.Context(), sessionID, time.Time{})
			if err != nil || got != want[0] {
				t.Errorf("after %T: %+v, %v, want %+v", ev, got, err, want[0])
			}
			want = want[1:]
		}
	})
}

func TestSpentUsesTheIndexes(t *testing.T) {
	s := newStore(t)
	for query, want := range map[string]string{
		sumOfAll:     "SEARCH m USING INDEX messages_created (created>?)",
		sumOfSession: "SEARCH m USING INDEX messages_role (session_id=?)",
	} {
		if got := plan(t, s, query, arguments(query)...); !slices.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
