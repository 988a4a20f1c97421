package aixplain

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
)

// answered asks and returns what is kept of the answer, as history carries it.
func answered(t *testing.T, c *Client, model string, said ...api.Message) api.Message {
	t.Helper()
	r := ask(t.Context(), c, model, said...)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	m := r.Message(model)
	if m.Parts[0].Kind == api.ReasoningPart {
		m.Parts = m.Parts[1:]
	}
	return m
}

func TestSessionGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(aixplaintest.Server)
		c := newClient(t, server)
		said := []api.Message{user("one")}
		said = append(said, answered(t, c, "agent:helper", said...), user("two"))
		two := answered(t, c, "agent:helper", said...)
		if got := two.Content(); got != "You said: two (turn 2 of sess_001, after 0 messages of history)" {
			t.Errorf("got %q", got)
		}
		// Another program, with the same conversation.
		c = newClient(t, server)
		said = append(said, two, user("three"))
		three := answered(t, c, "agent:helper", said...)
		if got := three.Content(); got != "You said: three (turn 3 of sess_001, after 0 messages of history)" {
			t.Errorf("got %q", got)
		}
		if n := len(server.Asked("/v1/sessions/sess_001/messages")); n != 1 {
			t.Errorf("the session was looked at %d times", n)
		}
	})
}

func TestSessionOfAnotherCourse(t *testing.T) {
	const note = "holds another course"
	for _, tt := range []struct {
		name string
		// what is done to a conversation of two turns
		change func(t *testing.T, c *Client, s *aixplaintest.Server, said []api.Message) (*Client, []api.Message)
		model  string
		want   string
		note   string
	}{
		{
			name: "asked again", want: "turn 1 of sess_002, after 2 messages", note: note,
			change: func(_ *testing.T, c *Client, _ *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				return c, said[:2]
			},
		},
		{
			name: "asked again by another program", want: "turn 1 of sess_002, after 2 messages", note: note,
			change: func(t *testing.T, _ *Client, s *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				return newClient(t, s), said[:2]
			},
		},
		{
			name: "edited", want: "turn 1 of sess_002, after 4 messages", note: note,
			change: func(_ *testing.T, c *Client, _ *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				said[0] = user("uno")
				return c, said
			},
		},
		{
			name: "summed up", want: "turn 1 of sess_002, after 2 messages", note: note,
			change: func(_ *testing.T, c *Client, _ *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				return c, append([]api.Message{user("Summary")}, said[3:]...)
			},
		},
		{
			name: "another model in between", want: "turn 1 of sess_002, after 6 messages",
			change: func(t *testing.T, c *Client, _ *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				said = append(said, user("aside"))
				return c, append(said, answered(t, c, "model:echo", said...))
			},
		},
		{
			name: "gone", want: "turn 1 of sess_001, after 4 messages", note: "session is gone",
			change: func(_ *testing.T, c *Client, s *aixplaintest.Server, said []api.Message) (*Client, []api.Message) {
				s.Forget()
				return c, said
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := new(aixplaintest.Server)
				c := newClient(t, server)
				said := []api.Message{user("one")}
				said = append(said, answered(t, c, "agent:helper", said...), user("two"))
				said = append(said, answered(t, c, "agent:helper", said...))
				c, said = tt.change(t, c, server, said)
				r := ask(t.Context(), c, "agent:helper", append(said, user("last"))...)
				if r.Err != nil || !strings.Contains(r.Answer.String(), tt.want) {
					t.Errorf("got %q, %v", r.Answer.String(), r.Err)
				}
				if said := strings.Join(r.Notices, "\n"); !strings.Contains(said, tt.note) || tt.note == "" && len(r.Notices) != 1 {
					t.Errorf("notices %q", r.Notices)
				}
			})
		})
	}
}

func TestSessionOfAnotherAgent(t *testing.T) {
	for _, data := range []string{
		`{"agent":"other","sessionId":"sess_001"}`, `{"agent":"helper","sessionId":"a b"}`, `[]`, `nonsense`, `{}`,
	} {
		answer := api.Text(api.Assistant, "1")
		answer.Parts = append(answer.Parts, api.Part{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: Protocol, Data: []byte(data)}})
		c := newClient(t, new(aixplaintest.Server))
		if got := c.place(t.Context(), "helper", api.Request{Messages: []api.Message{user("one"), answer, user("two")}}); got.session != "" {
			t.Errorf("%s: %+v", data, got)
		}
	}
}

func TestStoppedRunHasMovedTheSessionOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, new(aixplaintest.Server))
		said := []api.Message{user("one")}
		said = append(said, answered(t, c, "agent:helper", said...), user("two"))
		for ev, err := range c.Stream(t.Context(), api.Request{Model: "agent:helper", Messages: said}) {
			if _, is := ev.(api.Reasoning); is || err != nil {
				break
			}
		}
		r := ask(t.Context(), c, "agent:helper", append(said, user("three"))...)
		if r.Err != nil || !strings.Contains(r.Answer.String(), "two\n\nthree (turn 1 of sess_002, after 2 messages") {
			t.Errorf("got %q, %v", r.Answer.String(), r.Err)
		}
	})
}

func TestFilesCountBeforeTheyAreStored(t *testing.T) {
	prompt := func(f api.File) []api.Message {
		return []api.Message{{Role: api.User, Parts: []api.Part{{Kind: api.FilePart, File: &f}}}}
	}
	fresh := fingerprint(prompt(api.File{Name: "a", Data: []byte("abc")}))
	stored := fingerprint(prompt(api.File{Name: "a", SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}))
	other := fingerprint(prompt(api.File{Name: "a", Data: []byte("abd")}))
	if fresh != stored || fresh == other {
		t.Errorf("got %s, %s, %s", fresh, stored, other)
	}
}
