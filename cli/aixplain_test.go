package cli

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/api/aixplain/aixplaintest"
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
	r, err := b.runTool(t.Context(), `scraper scrape {"url":"x"}`)
	if err != nil || r.Name != "tool:scraper" || r.Action != "scrape" || len(r.File.Data) == 0 || r.File.SHA256 == "" {
		t.Errorf("the tool returned %+v, %v", r, err)
	}
}
