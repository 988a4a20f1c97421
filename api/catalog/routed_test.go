package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// listener is a backend that answers with its protocol, or fails.
type listener struct {
	played
	asked *api.Request
	err   error
}

func (l listener) Stream(_ context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		*l.asked = req
		if l.err != nil {
			yield(nil, l.err)
			return
		}
		_ = yield(api.Answer{Text: string(req.Protocol)}, nil) && yield(api.Finish{}, nil)
	}
}

func listeners(err error) (map[api.Protocol]api.Backend, *api.Request) {
	asked := new(api.Request)
	l := listener{asked: asked, err: err}
	return map[api.Protocol]api.Backend{api.Chat: l, api.Responses: l, api.Messages: l}, asked
}

// lines are what a stream brings, one a line.
func lines(b api.Backend, req api.Request) []string {
	var got []string
	for ev, err := range b.Stream(context.Background(), req) {
		switch ev := ev.(type) {
		case api.Notice:
			got = append(got, "notice "+ev.Text)
		case api.Answer:
			got = append(got, "answer "+ev.Text)
		}
		if e := api.AsError(err); e != nil {
			got = append(got, fmt.Sprintf("%s %s (%s)", e.Kind, e.Message, e.Hint))
		}
	}
	return got
}

func TestRouted(t *testing.T) {
	c := Listing{
		Models:      Snapshot(),
		Withdrawals: []api.Model{{ID: "openai/gpt-5.3-chat", Status: api.Withdrawn, Shutdown: "2026-08-10", ReplacedBy: "openai/gpt-5.3-codex"}},
	}.Catalog()
	o := RouteOptions{Models: c.Models, Forced: func(model string) api.Protocol {
		if model == "who/knows" {
			return api.Messages
		}
		return ""
	}}
	notFound := &api.Error{Kind: api.ErrNotFound, Message: "no such model", Hint: "?"}
	for _, test := range []struct {
		req  api.Request
		err  error
		want []string
	}{
		{api.Request{Model: "deepseek/deepseek-r1"}, nil, []string{"answer chat"}},
		{api.Request{Model: "claude-sonnet-4-5", Effort: "low"}, nil, []string{"answer messages"}},
		{api.Request{Model: "who/knows"}, nil, []string{"answer messages"}},
		{api.Request{Model: "deepseek/deepseek-r1", Effort: "low"}, nil, []string{
			"notice deepseek/deepseek-r1 can't be told how hard to think; the effort is left out", "answer chat",
		}},
		{api.Request{Model: "openai/gpt-5.3-chat"}, nil, []string{
			"not_found openai/gpt-5.3-chat was withdrawn on 2026-08-10; its successor is openai/gpt-5.3-codex (/model openai/gpt-5.3-codex or -m openai/gpt-5.3-codex)",
		}},
		{api.Request{Model: "deepseek/deepsek-r1"}, nil, []string{
			"notice deepseek/deepsek-r1 is not in the catalogue; near it are deepseek/deepseek-r1", "answer chat",
		}},
		{api.Request{Model: "deepseek/deepsek-r1"}, notFound, []string{
			"notice deepseek/deepsek-r1 is not in the catalogue; near it are deepseek/deepseek-r1",
			"not_found no such model (near deepseek/deepsek-r1 are deepseek/deepseek-r1; choose with /model or -m)",
		}},
		{api.Request{Model: "zzzzzz"}, notFound, []string{"not_found no such model (?)"}},
		{api.Request{Model: "o1"}, errors.New("odd"), []string{"internal odd ()"}},
	} {
		backends, asked := listeners(test.err)
		got := lines(Routed("x", backends, c.Lookup, o), test.req)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.req.Model, got, test.want)
		}
		if refused := strings.Contains(got[0], "withdrawn"); refused != (asked.Model == "") {
			t.Errorf("%s: asked for %q", test.req.Model, asked.Model)
		}
	}
	if notFound.Hint != "?" {
		t.Error("the error of the backend was changed")
	}
}

func TestRoutedSpeaksWhatItHas(t *testing.T) {
	backends, asked := listeners(nil)
	delete(backends, api.Messages)
	b := Routed("mine", backends, Compiled().Catalog().Lookup, RouteOptions{})
	if got := lines(b, api.Request{Model: "claude-opus-4-latest"}); len(got) != 2 || asked.Protocol != api.Chat {
		t.Errorf("got %q by %s", got, asked.Protocol)
	}
	if models, err := b.Models(t.Context()); b.Name() != "mine" || models != nil || err != nil {
		t.Errorf("it is %s, lists %v, %v", b.Name(), models, err)
	}
}

// A provider may have nothing but Anthropic's protocol.
func TestRoutedWithoutChat(t *testing.T) {
	backends, asked := listeners(nil)
	delete(backends, api.Chat)
	delete(backends, api.Responses)
	b := Routed("mine", backends, Compiled().Catalog().Lookup, RouteOptions{})
	if _, err := b.Models(t.Context()); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"who/knows", "deepseek/deepseek-r1", "claude-sonnet-4-5"} {
		if lines(b, api.Request{Model: id}); asked.Protocol != api.Messages {
			t.Errorf("%s is asked by %s", id, asked.Protocol)
		}
	}
}

// What is said to be spoken counts only where there is somebody to speak it.
func TestRoutedBeyondItsBackends(t *testing.T) {
	backends, asked := listeners(nil)
	delete(backends, api.Chat)
	speaks := []api.Protocol{api.Chat, api.Messages}
	b := Routed("mine", backends, Compiled().Catalog().Lookup, RouteOptions{Speaks: speaks})
	if _, err := b.Models(t.Context()); err != nil {
		t.Error(err)
	}
	if lines(b, api.Request{Model: "deepseek/deepseek-r1"}); asked.Protocol != api.Messages || speaks[0] != api.Chat {
		t.Errorf("asked by %s, of %s", asked.Protocol, speaks)
	}
	none := Routed("mine", nil, Compiled().Catalog().Lookup, RouteOptions{Speaks: speaks})
	if _, err := none.Models(t.Context()); api.AsError(err).Kind != api.ErrInvalid {
		t.Errorf("models of nobody: %v", err)
	}
	if got := lines(none, api.Request{Model: "deepseek/deepseek-r1"}); len(got) != 1 || !strings.HasPrefix(got[0], "invalid mine can't be asked") {
		t.Errorf("nobody said %q", got)
	}
}

// Whoever breaks off, at whichever event, is not called again.
func TestRoutedBreaksOff(t *testing.T) {
	backends, _ := listeners(nil)
	b := Routed("x", backends, Compiled().Catalog().Lookup, RouteOptions{})
	for stop := range 2 {
		seen := 0
		for range b.Stream(t.Context(), api.Request{Model: "deepseek/deepseek-r1", Effort: "low"}) {
			if seen++; seen > stop {
				break
			}
		}
		if seen != stop+1 {
			t.Errorf("saw %d events", seen)
		}
	}
}

func TestNearest(t *testing.T) {
	models := Snapshot()
	for id, want := range map[string]string{
		"deepseek/deepsek-r1":         "deepseek/deepseek-r1",
		"gpt-5.5":                     "openai/gpt-5-5",
		"anthropic/claude-sonnet-4-5": "anthropic/claude-sonnet-4.5",
		"claude-sonet-5":              "anthropic/claude-sonnet-5",
		"grok-4.5":                    "x-ai/grok-4-5",
		"qwen/qwen3-32b":              "alibaba/qwen3-32b",
	} {
		if got := Nearest(models, id, 3); len(got) == 0 || got[0] != want {
			t.Errorf("near %s are %q, not %s", id, got, want)
		}
	}
	for _, id := range []string{"", "/", "zzzzzz", "???", "\xff\xfe"} {
		if got := Nearest(models, id, 3); len(got) > 0 {
			t.Errorf("near %q are %q", id, got)
		}
	}
	if got := Nearest(models, "gpt", 2); len(got) != 2 || len(Nearest(models, "gpt", 0)) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestAccepts(t *testing.T) {
	c := Compiled().Catalog()
	with := func(capabilities ...string) api.Model { return api.Model{ID: "m", Capabilities: capabilities} }
	of := func(id string) api.Model { m, _ := c.Lookup(id); return m }
	png, pdf := api.File{Name: "a.png", MIME: "image/png", Size: 10}, api.File{Name: "a.pdf", MIME: "application/pdf", Size: 10}
	wav, txt := api.File{Name: "a.wav", MIME: "audio/wav"}, api.File{Name: "a.txt", MIME: "text/plain; charset=utf-8", Data: []byte("a")}
	for _, test := range []struct {
		m    api.Model
		f    api.File
		want string
	}{
		{api.Model{}, png, ""},
		{api.Model{}, pdf, ""},
		{api.Model{}, wav, ""},
		{api.Model{}, txt, ""},
		{with("streaming"), pdf, ""},
		{with("streaming", "tools"), pdf, "m takes no PDF documents"},
		{with("tools", "file_input"), pdf, ""},
		{api.Model{ID: "m", Input: []string{"text"}}, png, "m takes no images"},
		{api.Model{ID: "m", Input: []string{"text"}, Capabilities: []string{"vision"}}, png, ""},
		{api.Model{ID: "m", Input: []string{"text", "image"}}, png, ""},
		{api.Model{ID: "m", Input: []string{"text", "image"}}, wav, "m takes no recordings"},
		{of("claude-sonnet-4-5"), png, ""},
		{of("claude-sonnet-4-5"), pdf, ""},
		{of("claude-sonnet-4-5"), wav, "anthropic/claude-sonnet-4.5 takes no recordings"},
		{of("deepseek/deepseek-r1"), png, "deepseek/deepseek-r1 takes no images"},
		{of("google/gemini-3-5-flash"), wav, ""},
		{of("z-ai/glm-4.6v"), png, ""},
		{api.Model{}, api.File{Name: "a.zip", MIME: "application/zip"}, "a.zip can't be sent: a model reads text, images, PDF and audio, not application/zip"},
		{api.Model{}, api.File{Name: "a"}, "a can't be sent: a model reads text, images, PDF and audio, not a file of unknown type"},
		{with("tools"), api.File{Name: "a.svg", MIME: "image/svg+xml"}, ""},
		{api.Model{}, api.File{Name: "a.png", MIME: "image/png", Size: 21 << 20}, "a.png is too large: 21.0 MB, and images may have 20 MB"},
		{api.Model{}, api.File{Name: "a.txt", MIME: "text/plain", Data: make([]byte, 3<<19)}, "a.txt is too large: 1.5 MB, and text files may have 1 MB"},
	} {
		if ok, why := Accepts(test.m, test.f); why != test.want || ok != (test.want == "") {
			t.Errorf("%s to %s: %v, %q, want %q", test.f.Name, test.m.ID, ok, why, test.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	c := Compiled().Catalog()
	of := func(id string) api.Model { m, _ := c.Lookup(id); return m }
	for _, test := range []struct {
		m      api.Model
		forced api.Protocol
		want   []string
	}{
		{of("claude-sonnet-4-5"), "", []string{
			"asked by: chat completions; with an effort by messages", "endpoints: /v1/chat/completions, /v1/messages",
			"thinking: budget; an effort is translated (thinking.budget_tokens, thinking.adaptive)",
			"web search: on request, by a tool of the service", "takes: text, image",
		}},
		{of("openai/gpt-5-5"), "", []string{
			"asked by: responses", "endpoints: /v1/chat/completions, /v1/responses", "thinking: effort or budget (reasoning_effort, reasoning)",
			"web search: on request, by a tool of the service", "takes: text, image",
		}},
		{of("perplexity/sonar"), api.Chat, []string{
			"asked by: chat completions, as the config says", "endpoints: /v1/chat/completions", "thinking: can't be told how hard", "web search: always", "takes: text, image",
		}},
		{api.Model{ID: "who", Status: api.Withdrawn, Shutdown: "2026-08-10", ReplacedBy: "v/new"}, "", []string{
			"asked by: chat completions", "endpoints: not known", "thinking: not known", "web search: not known", "takes: not known",
			"status: withdrawn, last day 2026-08-10, successor v/new",
		}},
	} {
		var got []string
		for _, f := range Describe(test.m, test.forced, RouteOptions{Thinking: true}) {
			got = append(got, f.Name+": "+f.Value)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.m.ID, got, test.want)
		}
	}
	for _, m := range append(Snapshot(), Unlisted()...) {
		for _, f := range Describe(m, "", RouteOptions{}) {
			if f.Name == "" || f.Value == "" {
				t.Errorf("%s: %+v", m.ID, f)
			}
		}
	}
}
