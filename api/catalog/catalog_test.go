package catalog

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func ids(models []api.Model) []string {
	list := []string{}
	for _, m := range models {
		list = append(list, m.ID)
	}
	return list
}

func TestResolve(t *testing.T) {
	c := New([]api.Model{
		{ID: "openai/gpt-4o", Aliases: []string{"gpt-4o", "chatgpt"}},
		{ID: "openai/gpt-4o-mini"},
		{ID: "deepseek/deepseek-r1", Aliases: []string{"deepseek-reasoner"}},
		{ID: "vendor/R2"},
		{ID: "x/grok-4-fast"},
		{ID: "x/grok-4"},
		{ID: "openai/gpt-4o", Name: "a second one of that id"},
	})
	for _, test := range []struct{ ref, want, failure string }{
		{"openai/gpt-4o", "openai/gpt-4o", ""},
		{"gpt-4o", "openai/gpt-4o", ""},
		{" GPT-4o ", "openai/gpt-4o", ""},
		{"chatgpt", "openai/gpt-4o", ""},
		{"4o-mini", "openai/gpt-4o-mini", ""},
		{"reasoner", "deepseek/deepseek-r1", ""},
		{"r1", "deepseek/deepseek-r1", ""},
		{"r2", "vendor/R2", ""},
		{"grok-4", "x/grok-4", ""}, // the whole name behind the slash
		{"grok", "", `"grok" fits several models: x/grok-4-fast, x/grok-4`},
		{"4o", "", `"4o" fits several models: openai/gpt-4o, openai/gpt-4o-mini`},
		{"claude", "", `find model "claude": no such model in the catalogue`},
		{" ", "", `find a model without a name: no such model in the catalogue`},
	} {
		m, err := c.Resolve(test.ref)
		if m.ID != test.want || err != nil && err.Error() != test.failure || err == nil && test.failure != "" {
			t.Errorf("Resolve(%q) = %q, %v; want %q, %s", test.ref, m.ID, err, test.want, test.failure)
		}
		_, ambiguous := errors.AsType[*AmbiguousError](err)
		if err != nil && ambiguous == errors.Is(err, ErrUnknown) {
			t.Errorf("Resolve(%q) fails with %T", test.ref, err)
		}
	}
	if m, _ := c.Lookup("openai/gpt-4o"); m.Name != "" || len(c.Models()) != 6 {
		t.Errorf("the second model of an id replaced the first")
	}
}

func TestAmbiguousErrorStaysShort(t *testing.T) {
	err := &AmbiguousError{Ref: "x", Candidates: strings.Fields("a b c d e f g h i j")}
	if want := `"x" fits several models: a, b, c, d, e, f, g, h and 2 more`; err.Error() != want {
		t.Errorf("the error says %s", err)
	}
}

func TestChat(t *testing.T) {
	const chat = "openai/chat-completions"
	got := ids(Chat([]api.Model{
		{ID: "plain"},
		{ID: "answers", Type: "openai/responses"},
		{ID: "chat", Type: chat, Output: []string{"text"}},
		{ID: "sees", Type: chat, Input: []string{"image", "text"}},
		{ID: "draws", Type: chat, Output: []string{"text", "image"}},
		{ID: "google/gemini-3-pro-image", Type: chat},
		{ID: "openai/gpt-5-image-mini", Type: chat},
		{ID: "image-reader", Type: chat},
		{ID: "some-imagery", Type: chat},
		{ID: "together", Type: "chat"},
		{ID: "embeds", Type: "embedding"},
		{ID: "video", Type: "internal/video-generations/submit"},
	}))
	if want := []string{"plain", "answers", "chat", "sees", "image-reader", "some-imagery", "together"}; !slices.Equal(got, want) {
		t.Errorf("chat models are %q, want %q", got, want)
	}
}

func TestChatJoinsProtocols(t *testing.T) {
	got := Chat([]api.Model{
		{ID: "a", Type: "openai/responses"},
		{ID: "b", Type: "openai/chat-completions"},
		{ID: "a", Type: "openai/chat-completions"},
		{ID: "b", Type: "anthropic/messages"},
		{ID: "b", Type: "anthropic/messages"},
	})
	want := []api.Model{
		{ID: "a", Type: "openai/responses", Endpoints: []string{"/v1/chat/completions", "/v1/responses"}},
		{ID: "b", Type: "openai/chat-completions", Endpoints: []string{"/v1/chat/completions", "/v1/messages"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestWithdrawals(t *testing.T) {
	l := Listing{
		Models: []api.Model{{ID: "v/new", Aliases: []string{"v/old"}, Context: 7}, {ID: "v/back"}},
		Withdrawals: []api.Model{
			{ID: "v/old", Status: api.Superseded, ReplacedBy: "v/new"},
			{ID: "v/back", Aliases: []string{"back"}, Status: api.Withdrawn, Shutdown: "2026-08-10", ReplacedBy: "v/new"},
			{ID: "v/soon", Status: api.Deprecated, Shutdown: "2026-12-31"},
		},
	}
	look := func(c *Catalog, id string) string {
		m, ok := c.Lookup(id)
		return fmt.Sprint(m.ID, " ", m.Status, " ", m.ReplacedBy, " ", m.Shutdown, " ", m.Context, " ", ok)
	}
	c := l.Catalog()
	for id, want := range map[string]string{
		"v/new": "v/new    7 true", "v/old": "v/old superseded v/new  7 true", "V/BACK": "v/back withdrawn v/new 2026-08-10 0 true",
		"back": "v/back withdrawn v/new 2026-08-10 0 true", "v/soon": "v/soon deprecated  2026-12-31 0 true", "v/no": "    0 false",
	} {
		if got := look(c, id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := ids(c.Models()); !slices.Equal(got, []string{"v/new"}) {
		t.Errorf("offered are %q", got)
	}
	l.Fetched = time.Unix(1, 0) // the list was had after the feed: it knows better
	if c = l.Catalog(); look(c, "v/back") != "v/back    0 true" || look(c, "v/old") != "v/old superseded v/new  7 true" || len(c.Models()) != 2 {
		t.Errorf("a younger list is not believed: %s, %s", look(c, "v/back"), look(c, "v/old"))
	}
}

func TestMerge(t *testing.T) {
	price := 2.5
	older := []api.Model{
		{ID: "a", Name: "A", Developer: "Old", Context: 100, OutputMax: 10, Capabilities: []string{"reasoning", "tools"}, PriceIn: &price},
		{ID: "gone"},
		{ID: "v/c", Context: 300},
	}
	fresh := []api.Model{
		{ID: "b"},
		{ID: "a", Developer: "New", OutputMax: 20, Capabilities: []string{"tools", "vision"}},
		{ID: "vendor/c", Aliases: []string{"v/c"}},
	}
	want := []api.Model{
		{ID: "b"},
		{ID: "a", Name: "A", Developer: "New", Context: 100, OutputMax: 20, Capabilities: []string{"tools", "vision", "reasoning"}, PriceIn: &price},
		{ID: "vendor/c", Aliases: []string{"v/c"}, Context: 300},
	}
	if got := Merge(fresh, older); !reflect.DeepEqual(got, want) {
		t.Errorf("merged:\n%+v, want\n%+v", got, want)
	}
	if len(fresh[1].Capabilities) != 2 {
		t.Error("merging changed the fresh list")
	}
	facts := []api.Model{{ID: "a", Context: 99, Endpoints: []string{"/v1/responses"}, Controls: []api.Control{api.ControlEffort}, Status: api.Deprecated}}
	got := Merge(fresh, older, facts)[1]
	if got.Context != 99 || got.Endpoints == nil || got.Controls == nil || got.Status != "" || got.Name != "A" {
		t.Errorf("with facts: %+v", got)
	}
	if got := Merge(nil, older); !reflect.DeepEqual(got, older) {
		t.Errorf("no news made %+v", got)
	}
}

// TestFillRenews: a cache that an older program wrote does not outlive it.
func TestFillRenews(t *testing.T) {
	older := []api.Model{
		{ID: "a", Type: chatType, Endpoints: []string{chatEndpoint}, Controls: []api.Control{api.ControlEffort}, Context: 5},
		{ID: "b", Type: "openai/responses", Endpoints: []string{responsesEndpoint}},
		{ID: "c", Controls: []api.Control{api.ControlEffort}},
	}
	facts := []api.Model{
		{ID: "a", Endpoints: []string{chatEndpoint, messagesEndpoint}, Controls: []api.Control{api.ControlThinkingBudget}, Context: 6},
		{ID: "b", Endpoints: []string{chatEndpoint}, Controls: []api.Control{api.ControlEffort}},
		{ID: "c"},
	}
	got := Fill(older, facts, []api.Model{{ID: "a", Controls: []api.Control{api.ControlEnable}}})
	want := slices.Clone(facts)
	want[0].Type, want[0].Context = chatType, 5
	want[1].Type, want[1].Endpoints = "openai/responses", []string{responsesEndpoint}
	want[2].Controls = older[2].Controls
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	told := []api.Model{{ID: "a", Controls: []api.Control{api.ControlThinkingAuto}}}
	if got := Merge(told, older)[0].Controls; got[0] != api.ControlThinkingAuto {
		t.Errorf("the older list has the last word: %v", got)
	}
}

func TestCache(t *testing.T) {
	fetched := time.Date(2026, 9, 1, 12, 0, 0, 0, time.FixedZone("", 7200))
	l := Listing{
		Models: Snapshot(), ETag: `W/"a"`, Fetched: fetched,
		Withdrawals: Unlisted(), WithdrawalsETag: `"b"`, WithdrawalsFetched: fetched.Add(time.Hour),
	}
	l.Models[0].Prices = []api.Price{{Of: api.PriceOfInput, Unit: "token", USD: 2e-6, When: map[string]string{"context": "<=200k"}}}
	data, err := Encode(l)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil || !got.Fetched.Equal(l.Fetched) || !got.WithdrawalsFetched.Equal(l.WithdrawalsFetched) {
		t.Fatalf("decoded a list of %s and %s, %v", got.Fetched, got.WithdrawalsFetched, err)
	}
	got.Fetched, got.WithdrawalsFetched = l.Fetched, l.WithdrawalsFetched
	if !reflect.DeepEqual(got, l) {
		t.Errorf("decoded %d models and %d withdrawals that differ", len(got.Models), len(got.Withdrawals))
	}
	for _, bad := range []string{"", "{", "[]", `{"version":1,"models":[]}`, `{"models":[{"id":"a"}]}`} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("Decode(%q) took it", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, _ := Encode(Listing{Models: Snapshot()[:2], Withdrawals: Unlisted()[:2]})
	f.Add(data)
	facts := Snapshot()[:20]
	f.Fuzz(func(_ *testing.T, data []byte) {
		l, err := Decode(data)
		if err != nil {
			return
		}
		c := l.Catalog()
		_, _ = c.Resolve("gpt")
		Chat(Merge(l.Models, facts))
		for _, m := range append(l.Models, l.Withdrawals...) {
			found, known := c.Lookup(m.ID)
			_, _, _ = Route(found, known, api.Request{Model: m.ID, Effort: api.HighEffort, Web: true}, "", RouteOptions{Thinking: true})
			Describe(m, "", RouteOptions{})
			Nearest(l.Models, m.ID, 3)
		}
	})
}

func TestSnapshot(t *testing.T) {
	models, unlisted := Snapshot(), Unlisted()
	c := Compiled().Catalog()
	if len(c.Models()) != len(models) || len(Chat(models)) != len(models) || len(models) < 250 || len(unlisted) < 200 {
		t.Errorf("of %d models %d have ids of their own and %d chat; %d are not listed", len(models), len(c.Models()), len(Chat(models)), len(unlisted))
	}
	names := map[string]string{}
	for i, m := range append(slices.Clone(models), unlisted...) {
		if m.Name == "" || m.OutputMax < 0 || m.Context > 0 && m.OutputMax > m.Context ||
			i < len(models) && (m.Developer == "" || m.Status != "" || len(m.Endpoints) == 0) {
			t.Errorf("%+v", m)
		}
		for _, name := range append([]string{m.ID}, m.Aliases...) {
			if other, taken := names[name]; taken {
				t.Errorf("%s and %s are both called %s", m.ID, other, name)
			}
			names[name] = m.ID
			if _, ok := c.Lookup(name); !ok {
				t.Errorf("%s is not found", name)
			}
		}
	}
	m, err := c.Resolve(DefaultModel)
	if err != nil || m.ID != DefaultModel || !slices.Contains(m.Capabilities, "reasoning") {
		t.Errorf("the default model is %+v, %v", m, err)
	}
}

// The traps that the contract names.
func TestSnapshotTraps(t *testing.T) {
	c := Compiled().Catalog()
	for _, slip := range []string{"moonshotai/kimi-k3-thinking", "gpt-5.5", "anthropic/claude-sonnet-4-5", "openai/gpt-5-image"} {
		if m, ok := c.Lookup(slip); ok {
			t.Errorf("%s is %s", slip, m.ID)
		}
	}
	for name, id := range map[string]string{
		"claude-sonnet-4-5": "anthropic/claude-sonnet-4.5", "gpt-4o": "openai/gpt-4o", "o1": "o1",
		"openai/gpt-5-2-pro": "openai/gpt-5-2-pro", "openai/gpt-5.2-pro": "openai/gpt-5.2-pro",
		"gpt-4o-2024-05-13": "gpt-4o-2024-05-13", "deepseek/deepseek-chat-v3-0324": "deepseek/deepseek-chat-v3-0324",
	} {
		if m, _ := c.Lookup(name); m.ID != id {
			t.Errorf("%s is %q, want %s", name, m.ID, id)
		}
	}
	for _, m := range Snapshot() {
		if strings.Contains(m.ID, "claude") && slices.Contains(m.Input, "audio") {
			t.Errorf("%s can't hear", m.ID)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	for b.Loop() {
		Snapshot()
	}
}
