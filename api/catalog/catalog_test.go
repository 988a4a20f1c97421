package catalog

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
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
	if want := []string{"plain", "chat", "sees", "image-reader", "some-imagery", "together"}; !slices.Equal(got, want) {
		t.Errorf("chat models are %q, want %q", got, want)
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
	if got := Merge(nil, older); !reflect.DeepEqual(got, older) {
		t.Errorf("no news made %+v", got)
	}
}

func TestCache(t *testing.T) {
	fetched := time.Date(2026, 9, 1, 12, 0, 0, 0, time.FixedZone("", 7200))
	data, err := Encode(Snapshot(), fetched)
	if err != nil {
		t.Fatal(err)
	}
	models, when, err := Decode(data)
	if err != nil || !when.Equal(fetched) || !reflect.DeepEqual(models, Snapshot()) {
		t.Errorf("decoded %d models of %s, %v", len(models), when, err)
	}
	for _, bad := range []string{"", "{", "[]", `{"version":2,"models":[]}`, `{"models":[{"id":"a"}]}`} {
		if _, _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("Decode(%q) took it", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, _ := Encode(Snapshot()[:2], time.Unix(0, 0))
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) {
		if models, _, err := Decode(data); err == nil {
			_, _ = New(models).Resolve("gpt")
			Chat(Merge(models, Snapshot()))
		}
	})
}

func TestSnapshot(t *testing.T) {
	models := Snapshot()
	c := New(models)
	if len(c.Models()) != len(models) || len(Chat(models)) != len(models) {
		t.Errorf("of %d models %d have ids of their own and %d chat", len(models), len(c.Models()), len(Chat(models)))
	}
	names := map[string]string{}
	for _, m := range models {
		if m.Name == "" || m.Developer == "" || m.Context < 8192 || m.OutputMax < 0 || m.OutputMax > m.Context {
			t.Errorf("%+v", m)
		}
		for _, name := range append([]string{m.ID}, m.Aliases...) {
			if other, taken := names[name]; taken {
				t.Errorf("%s and %s are both called %s", m.ID, other, name)
			}
			names[name] = m.ID
		}
	}
	m, err := c.Resolve(DefaultModel)
	if err != nil || m.ID != DefaultModel || !slices.Contains(m.Capabilities, "reasoning") {
		t.Errorf("the default model is %+v, %v", m, err)
	}
}

// Every id of the snapshot is one that the vendor's documentation calls live.
func TestSnapshotAgainstTheDocs(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "data", "models.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the collected documentation is not here: %v", err)
	}
	var docs []struct {
		ID         string
		Context    int
		Endpoints  []string
		Features   []string
		Deprecated bool
	}
	if err := json.Unmarshal(data, &docs); err != nil {
		t.Fatal(err)
	}
	live := map[string]int{}
	for _, d := range docs {
		if !d.Deprecated && slices.Contains(d.Endpoints, "/v1/chat/completions") &&
			!slices.Contains(d.Features, "unverified_id_seen_only_on_its_doc_page") {
			live[d.ID] = d.Context
		}
	}
	for _, m := range Snapshot() {
		context, ok := live[m.ID]
		if !ok || context != 0 && context != m.Context {
			t.Errorf("%s: live %v, context %d in the docs, %d here", m.ID, ok, context, m.Context)
		}
		for _, alias := range m.Aliases {
			if _, ok := live[alias]; !ok {
				t.Errorf("%s: the alias %s is not live", m.ID, alias)
			}
		}
	}
}
