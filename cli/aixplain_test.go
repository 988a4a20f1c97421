package cli

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
	"github.com/aimlchat/aimlchat/config"
)

func TestBudgetOfTheConfig(t *testing.T) {
	b := testBackends(t, `
[providers.aixplain]
extra_body = { budget = { maxCost = 2, maxDurationSeconds = 60, maxIterations = 5 }, other = 1 }`)
	p, err := b.provider(providerAIXplain)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := budgetOf(p.set.ExtraBody), (aixplain.Budget{Credits: 2, Duration: time.Minute, Iterations: 5}); got != want {
		t.Errorf("the budget is %+v, want %+v", got, want)
	}
	if got := budgetOf(nil); got != (aixplain.Budget{}) {
		t.Errorf("without a config it is %+v", got)
	}
}

// Which hosts, and when a name alone leads there.
func TestAIXplainIsFound(t *testing.T) {
	b := testBackends(t, `
[providers.mine]
kind = "aixplain"
base_url = "https://mine.example"
[providers.own]
base_url = "http://localhost:1/v1"`)
	for name, want := range map[string][2]string{
		"aixplain": {aixplain.DefaultPlatformURL, aixplain.DefaultModelsURL},
		"mine":     {"https://mine.example", "https://mine.example"},
	} {
		p, err := b.provider(name)
		if err != nil || p.kind != kindAIXplain || p.baseURL != want[0] || b.modelsURL(p) != want[1] {
			t.Errorf("%s is %+v with models at %s, %v", name, p, b.modelsURL(p), err)
		}
	}
	for _, c := range []struct {
		o             options
		model, chosen string
		want          string
	}{
		{options{}, "agent:x", "aimlapi", "aixplain"},
		{options{}, "agent:", "aimlapi", "aimlapi"},
		{options{}, "openai/gpt-4o", "aimlapi", "aimlapi"},
		{options{Provider: "aimlapi"}, "agent:x", "aimlapi", "aimlapi"},
		{options{Demo: true}, "agent:x", "demo", "demo"},
		{options{}, "model:x", "own", "own"}, // there is no key
		{options{}, "model:x", "mine", "mine"},
	} {
		if got, model, err := b.meant(&c.o, c.model, c.chosen); got != c.want || model != c.model || err != nil {
			t.Errorf("%q with %+v is asked at %s as %q (%v), want %s", c.model, c.o, got, model, err, c.want)
		}
	}
}

func TestAIXplainSearch(t *testing.T) {
	server := httptest.NewServer(&aixplaintest.Server{})
	t.Cleanup(server.Close)
	b := testBackends(t, "")
	env := map[string]string{"AIXPLAIN_PLATFORM_URL": server.URL, "AIXPLAIN_MODELS_URL": server.URL}
	b.env.LookupEnv = func(key string) (string, bool) { v, ok := env[key]; return v, ok }
	if found, err := b.search(t.Context(), "translate"); err != nil || len(found) != 0 {
		t.Errorf("without a key: %v, %v", found, err)
	}
	env["TEAM_API_KEY"] = aixplaintest.Key
	b = b.newBackends(&options{}) // where a key is looked for is settled once
	found, err := b.search(t.Context(), "translate")
	if err != nil || len(found) != 1 || found[0].ID != "model:translate" || found[0].Provider != providerAIXplain {
		t.Errorf("found %v, %v", found, err)
	}
}

// onlyKey is an environment with one key.
func onlyKey(name string) (string, bool) {
	if name == "KEY" {
		return aixplaintest.Key, true
	}
	return "", false
}

// A tool is run by whoever has it: the only one, the current one, or the one that
// is named.
func TestToolOfProvider(t *testing.T) {
	mine, other := &aixplaintest.Server{}, &aixplaintest.Server{}
	server, another := httptest.NewServer(mine), httptest.NewServer(other)
	t.Cleanup(server.Close)
	t.Cleanup(another.Close)
	one := "[providers.mine]\nkind = \"aixplain\"\nkey_env = \"KEY\"\nbase_url = \"" + server.URL + "\"\n"
	two := one + "[providers.other]\nkind = \"aixplain\"\nkey_env = \"KEY\"\nbase_url = \"" + another.URL + "\"\n"
	for _, c := range []struct {
		config, current, line string
		by                    *aixplaintest.Server
		message               string
	}{
		{one, "aimlapi", `silent scrape {"url":"x"}`, mine, ""},
		{one, "aimlapi", `tool:silent scrape`, mine, ""},
		{two, "other", `silent scrape`, other, ""},
		{two, "other", `mine/silent scrape`, mine, ""},
		{two, "aimlapi", `other/tool:silent scrape`, other, ""},
		{two, "aimlapi", `silent scrape`, nil, "mine and other have tools"},
		{two, "mine", `scraper`, nil, "an action and a JSON object"},
		{"", "aimlapi", `silent scrape`, nil, "there is no key for aixplain"},
	} {
		b := testBackends(t, c.config)
		b.env.LookupEnv = onlyKey
		before := []int{len(mine.Asked("/")), len(other.Asked("/"))}
		r, err := b.runTool(t.Context(), c.current, c.line)
		after := []int{len(mine.Asked("/")), len(other.Asked("/"))}
		if c.message != "" {
			if err == nil || !strings.Contains(err.Error(), c.message) || !slices.Equal(before, after) {
				t.Errorf("%s at %s: %v", c.line, c.current, err)
			}
			continue
		}
		if err != nil || r.Name != "tool:silent" || r.Action != "scrape" || len(r.File.Data) == 0 || r.File.SHA256 == "" ||
			(after[0] > before[0]) != (c.by == mine) || (after[1] > before[1]) != (c.by == other) {
			t.Errorf("%s at %s: %+v, %v; asked %v, then %v", c.line, c.current, r, err, before, after)
		}
	}
	b := testBackends(t, two)
	b.env.LookupEnv = onlyKey
	for before, want := range map[string]string{
		"": "mine/scraper mine/silent scraper silent <nil>", "scraper": "scrape screenshot links <nil>", "mine/scraper": "scrape screenshot links <nil>",
		"silent": "the service names no actions of it; the action LIST_ACTIONS may tell them",
	} {
		names, err := b.completeTool(t.Context(), "other", before)
		if got := strings.TrimSpace(fmt.Sprintln(strings.Join(names, " "), err)); got != want {
			t.Errorf("behind %q: %s", before, got)
		}
	}
	if n := len(mine.Asked("/v2/tools")); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// A key in the keyring is noted by who puts it there: the models of its provider
// are offered without asking the keyring.
func TestKeyOfTheKeyringIsOffered(t *testing.T) {
	b := testBackends(t, "")
	b.env.Dirs.State = t.TempDir()
	offered := func() bool { return slices.Contains(b.offering(providerAIMLAPI, config.Config{}), providerAIXplain) }
	if offered() {
		t.Error("it is offered without a key")
	}
	b.noteKeyring(providerAIXplain, true)
	b.noteKeyring("other", true)
	if !offered() || !b.keyAtHand("other") {
		t.Error("it is not offered")
	}
	b.noteKeyring(providerAIXplain, false)
	if offered() || !b.keyAtHand("other") {
		t.Error("it is still offered, or the other one is not")
	}
}
