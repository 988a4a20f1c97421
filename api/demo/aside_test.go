package demo_test

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/api/demo"
)

// talk is what a backend says to a request.
func talk(t *testing.T, b api.Backend, req api.Request) *api.Reply {
	t.Helper()
	r := &api.Reply{}
	for ev, err := range b.Stream(t.Context(), req) {
		if err != nil {
			r.Fail(api.AsError(err), r.Sent())
			break
		}
		r.Add(ev, r.Sent())
	}
	return r
}

// routed is the demo as the chat asks it.
func routed(t *testing.T) api.Backend {
	return catalog.Routed("demo", map[api.Protocol]api.Backend{api.Chat: client(t)}, func(id string) (api.Model, bool) {
		return api.Model{ID: id}, true
	}, catalog.RouteOptions{})
}

// However an answer breaks off, it goes on to what it would have been.
func TestContinues(t *testing.T) {
	b, broke := routed(t), 0
	for _, model := range []string{demo.DefaultModel, "demo/quick", "demo/muse"} {
		asked := []api.Message{api.Text(api.User, "write a program in Go")}
		whole := talk(t, b, api.Request{Model: model, Messages: asked}).Answer.String()
		for _, limit := range []int{150, 300} { // somewhere behind the thought, and in the code
			first := talk(t, b, api.Request{Model: model, Messages: asked, MaxTokens: limit})
			text := first.Answer.String()
			if first.Finish != api.FinishLength || text == "" {
				continue
			}
			broke++
			req := api.Request{Model: model, Continue: true, Messages: append(asked[:1:1], first.Message(model))}
			second := talk(t, b, req)
			if text+second.Answer.String() != whole || second.Finish != api.FinishStop || second.Reasoning.Len() > 0 {
				t.Errorf("%s, after %d tokens: %.80q … went on with %.80q, %v", model, limit, text[max(0, len(text)-80):], second.Answer.String(), second.Err)
			}
		}
	}
	if broke < 3 {
		t.Errorf("only %d answers broke off", broke)
	}
}

func TestContinuesWhatFailed(t *testing.T) {
	b := routed(t)
	asked := []api.Message{api.Text(api.User, "a cut table")}
	first := talk(t, b, api.Request{Model: "demo/flaky", Messages: asked})
	second := talk(t, b, api.Request{Model: "demo/flaky", Continue: true, Messages: append(asked, first.Message("demo/flaky"))})
	whole := talk(t, b, api.Request{Model: "demo/quick", Messages: asked})
	if first.Err == nil || second.Err != nil || first.Answer.String()+second.Answer.String() != whole.Answer.String() {
		t.Errorf("%v, then %v: %.60q", first.Err, second.Err, second.Answer.String())
	}
}

func TestWritesOn(t *testing.T) {
	c := client(t)
	whole := talk(t, c, api.Request{Model: "quick", Messages: []api.Message{api.Text(api.User, "a joke")}}).Answer.String()
	for _, mark := range []string{"prefix", "partial"} {
		got := talk(t, c, api.Request{Model: "quick", Mark: mark, Messages: []api.Message{api.Text(api.User, "a joke"), api.Text(api.Assistant, whole[:40])}})
		if got.Answer.String() != whole[40:] {
			t.Errorf("%s: %q", mark, got.Answer.String())
		}
	}
	foreign := talk(t, c, api.Request{Model: "quick", Mark: "prefix", Messages: []api.Message{api.Text(api.User, "a joke"), api.Text(api.Assistant, "Another model's")}})
	if !strings.Contains(foreign.Answer.String(), "does not know") {
		t.Errorf("%q", foreign.Answer.String())
	}
}

func TestTitleAndDigest(t *testing.T) {
	b := routed(t)
	for _, model := range []string{demo.DefaultModel, "demo/flaky", "demo/long"} {
		r := talk(t, b, api.TitleRequest(model, "Explain quantum gardening", "It is"))
		if got := api.CleanTitle(r.Answer.String()); got != "Quantum and gardening" || r.Reasoning.Len() > 0 {
			t.Errorf("%s: the title is %q, %v", model, got, r.Err)
		}
		r = talk(t, b, api.DigestRequest(model, []api.Message{api.Text(api.User, "a table"), api.Text(api.Assistant, "| a |"), api.Text(api.User, "and 404?")}))
		if got := api.CleanDigest(r.Answer.String()); !strings.HasSuffix(got, "- “a table”\n- “and 404?”") {
			t.Errorf("%s: the digest is %q, %v", model, got, r.Err)
		}
	}
}
