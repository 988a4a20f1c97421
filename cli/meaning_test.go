package cli

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

func TestMeant(t *testing.T) {
	b := testBackends(t, `
[providers.openai]
base_url = "https://api.openai.com/v1"
models = ["gpt-5"]
[providers.openrouter]
base_url = "https://openrouter.ai/api/v1"
models = ["openai/gpt-5", "openrouter/auto", "qwen/qwen3-32b"]`)
	for _, c := range []struct {
		o               options
		name, chosen    string
		provider, model string
	}{
		// an id of the provider in force comes first, though a provider is called so
		{options{}, "openai/gpt-4o", "aimlapi", "aimlapi", "openai/gpt-4o"},
		{options{}, "openai/gpt-5", "openrouter", "openrouter", "openai/gpt-5"},
		// then a provider
		{options{}, "openai/gpt-5", "demo", "openai", "gpt-5"},
		{options{}, "openrouter/openai/gpt-5", "aimlapi", "openrouter", "openai/gpt-5"},
		{options{}, "openrouter/qwen3", "aimlapi", "openrouter", "qwen3"},
		{options{}, "openrouter/new/model", "openrouter", "openrouter", "new/model"},
		{options{}, "aimlapi/openai/gpt-4o", "openrouter", "aimlapi", "openai/gpt-4o"},
		{options{}, "aixplain/agent:x", "openrouter", "aixplain", "agent:x"},
		{options{}, "ollama/qwen3:8b", "aimlapi", "ollama", "qwen3:8b"}, // though no config has it
		// its own name in front of an id is part of that, where it is known
		{options{}, "openrouter/auto", "aimlapi", "openrouter", "openrouter/auto"},
		{options{}, "demo/thinker", "aimlapi", "demo", "demo/thinker"},
		// anything else is the provider's in force
		{options{}, "nobody/model", "aimlapi", "aimlapi", "nobody/model"},
		{options{}, "gpt-5", "openrouter", "openrouter", "gpt-5"},
		{options{}, "/gpt-5", "openrouter", "openrouter", "/gpt-5"},
		// as is all that is named with one
		{options{Provider: "openrouter"}, "openai/gpt-4", "openrouter", "openrouter", "openai/gpt-4"},
		{options{BaseURL: "http://localhost:1/v1"}, "openai/gpt-4", "localhost:1", "localhost:1", "openai/gpt-4"},
		{options{Demo: true}, "openai/gpt-4", "demo", "demo", "openai/gpt-4"},
	} {
		provider, model, err := b.meant(&c.o, c.name, c.chosen)
		if provider != c.provider || model != c.model || err != nil {
			t.Errorf("%s at %s means %q at %q, %v; want %q at %q", c.name, c.chosen, model, provider, err, c.model, c.provider)
		}
	}
	if _, _, err := b.meant(&options{}, "openrouter/", "aimlapi"); err == nil || err.Error() != "openrouter/ names no model of openrouter" {
		t.Errorf("a provider alone: %v", err)
	}
}

// What nobody knows is asked for all the same, and what was probably meant is said.
func TestElsewhere(t *testing.T) {
	b := testBackends(t, `
[providers.ollama]
base_url = "http://localhost:11434/v1"
models = ["qwen3:8b", "gemma3:4b"]
[providers.bare]
base_url = "http://localhost:1/v1"`)
	for _, c := range []struct{ provider, ref, notice string }{
		{"aimlapi", "qwen3:8b", "qwen3:8b is not known to be at aimlapi; ollama has it: -m ollama/qwen3:8b"},
		{"aimlapi", "olama/qwen3:8b", "olama/qwen3:8b is not known to be at aimlapi; did you mean -m ollama/qwen3:8b?"},
		{"ollama", "ollama/llama3", "ollama/llama3 is not known to be at ollama; did you mean llama3?"},
		{"bare", "anything", ""},
		{"ollama", "quite-different", "quite-different is not in the catalogue of ollama (aimlchat models --refresh renews it); asking for it as it is"},
	} {
		model, notice, err := b.resolve(c.provider, c.ref)
		if model != c.ref || notice != c.notice || err != nil {
			t.Errorf("%s at %s: %q, %q, %v", c.ref, c.provider, model, notice, err)
		}
	}
	if _, _, err := b.resolve("ollama", "m"); err != nil {
		_, hint := explain(err)
		t.Errorf("part of one: %v, %s", err, hint)
	}
	if _, _, err := b.resolve("ollama", ":"); err == nil || !strings.Contains(err.Error(), "qwen3:8b, gemma3:4b") {
		t.Errorf("part of several: %v", err)
	}
}

func TestChoiceByConfig(t *testing.T) {
	const providers = `
[providers.ollama]
base_url = "http://localhost:11434/v1"
models = ["qwen3:8b", "ollama/odd"]
[presets.home]
model = "ollama/qwen"`
	for _, c := range []struct {
		conf            string
		o               options
		s               session.Session
		provider, model string
	}{
		{`model = "ollama/qwen3:8b"`, options{}, session.Session{}, "ollama", "qwen3:8b"},
		{`model = "ollama/odd"`, options{}, session.Session{}, "ollama", "ollama/odd"},
		{`model = "openai/gpt-4o"`, options{}, session.Session{}, "aimlapi", "openai/gpt-4o"},
		{"provider = \"ollama\"\nmodel = \"aimlapi/x\"", options{}, session.Session{}, "ollama", "aimlapi/x"},
		{`model = "ollama/qwen3:8b"`, options{Model: "demo/thinker"}, session.Session{}, "demo", "demo/thinker"},
		{`model = "ollama/qwen3:8b"`, options{}, session.Session{Provider: "demo", Model: "demo/thinker"}, "demo", "demo/thinker"},
		{`model = "ollama/qwen3:8b"`, options{Provider: "demo"}, session.Session{}, "demo", "demo/thinker"},
		{``, options{Preset: "home"}, session.Session{}, "ollama", "qwen3:8b"},
		{``, options{Model: "ollama/qwen"}, session.Session{Provider: "aimlapi", Model: "openai/gpt-4o"}, "ollama", "qwen3:8b"},
	} {
		b := testBackends(t, c.conf+providers)
		got, err := b.choose(&c.o, c.s)
		if err != nil || got.Provider != c.provider || got.Model != c.model || len(got.Notices) > 0 && c.model != "aimlapi/x" {
			t.Errorf("%s with %+v begins with %s at %s (%q, %v), want %s at %s", c.conf, c.o, got.Model, got.Provider, got.Notices, err, c.model, c.provider)
		}
	}
}
