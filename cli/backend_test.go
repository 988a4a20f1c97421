package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/ui"
)

// testBackends are the backends of a world with that config.
func testBackends(t *testing.T, text string) *backends {
	t.Helper()
	a := testApp(t, map[string]string{"AIMLAPI_API_KEY": "key-not-secret"})
	a.env.Now = func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	a.env.Dirs.Cache, a.env.Dirs.Data = filepath.Join(t.TempDir(), "cache"), filepath.Join(t.TempDir(), "data")
	a.config = func() (config.Config, error) { return config.Load("config.toml", []byte(text)) }
	return a.newBackends(&options{Print: true})
}

func TestProtocolsOfProviders(t *testing.T) {
	b := testBackends(t, `
[providers.aimlapi]
models = [{ id = "openai/gpt-4o", protocol = "chat" }]
[providers.claude]
kind = "anthropic"
[providers.own]
base_url = "https://own.example/v1"
models = ["a", { id = "b", protocol = "responses" }]
[providers.mirror]
kind = "aimlapi"
protocol = "messages"`)
	for _, c := range []struct {
		provider, model, url string
		spoken               []api.Protocol
		forced               api.Protocol
	}{
		{"aimlapi", "openai/gpt-4o", aimlapiURL, []api.Protocol{api.Chat, api.Responses, api.Messages}, api.Chat},
		{"aimlapi", "gpt-4o", aimlapiURL, []api.Protocol{api.Chat, api.Responses, api.Messages}, api.Chat}, // its alias
		{"aimlapi", "openai/o3", aimlapiURL, []api.Protocol{api.Chat, api.Responses, api.Messages}, ""},
		{"claude", "claude-x", anthropicURL, []api.Protocol{api.Messages}, api.Messages},
		{"own", "a", "https://own.example/v1", []api.Protocol{api.Chat, api.Responses}, ""},
		{"own", "b", "https://own.example/v1", []api.Protocol{api.Chat, api.Responses}, api.Responses},
		{"mirror", "any", aimlapiURL, []api.Protocol{api.Chat, api.Responses, api.Messages}, api.Messages},
		{"demo", "demo/thinker", "", []api.Protocol{api.Chat}, ""},
	} {
		p, err := b.provider(c.provider)
		if err != nil {
			t.Errorf("%s: %v", c.provider, err)
			continue
		}
		if c.url != "" && p.baseURL != c.url {
			t.Errorf("%s is at %s, want %s", c.provider, p.baseURL, c.url)
		}
		if spoken := p.protocols(); !slices.Equal(spoken, c.spoken) {
			t.Errorf("%s is asked by %q, want %q", c.provider, spoken, c.spoken)
		}
		if forced := b.forced(p, c.model); forced != c.forced {
			t.Errorf("%s of %s is forced to %q, want %q", c.model, c.provider, forced, c.forced)
		}
		if base := b.route(p).Base; base != p.baseURL {
			t.Errorf("%s is routed as if it were at %q", c.provider, base)
		}
		if _, err := b.get(c.provider); err != nil {
			t.Errorf("%s has no backend: %v", c.provider, err)
		}
	}
}

func TestAdhocKind(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.aimlapi.com/v1":  kindAIMLAPI,
		"https://api.openai.com/v1":   kindOpenAI,
		"https://api.aimlapi.com.x/v": kindOpenAI,
	} {
		if got := adhocKind(address); got != want {
			t.Errorf("%s is of kind %s, want %s", address, got, want)
		}
	}
}

func TestChoicesSayHowTheyAreAsked(t *testing.T) {
	b := testBackends(t, "")
	choices, err := b.choices(context.Background(), providerDemo, ui.Nobody)
	if err != nil || len(choices) == 0 {
		t.Fatalf("%d choices, %v", len(choices), err)
	}
	if f := choices[0].Facts; len(f) == 0 || f[0].Name != "asked by" || f[0].Value != "chat completions" {
		t.Errorf("of %s is said %+v", choices[0].ID, f)
	}
}

func TestRedact(t *testing.T) {
	got := redact("the key sk-not-secret of me", []string{"", "me", "sk-not-secret"})
	if got != "the key [key] of me" || strings.Contains(got, "sk-") {
		t.Errorf("redacted to %q", got)
	}
}

// A command that gives a key is run for who wants something, not for a list.
func TestKeyCommandIsNotRunForAList(t *testing.T) {
	b := testBackends(t, `
[providers.mine]
base_url = "http://localhost:1/v1"
api_key_command = ["no-such-program-of-aimlchat"]
models = [{ id = "m" }]`)
	for how, want := range map[ui.Asking]string{
		ui.Nobody: "<nil>", ui.Quietly: "its key comes from a command, which may ask you something", ui.AtOnce: "localhost:1 refuses",
	} {
		choices, err := b.choices(t.Context(), "mine", how)
		if len(choices) != 1 || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%d: got %v, %v", how, choices, err)
		}
	}
}
