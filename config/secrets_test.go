package config

import (
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"[providers.own]\nbase_url = \"https://a.example\"\nkey_env = \"K\"\napi_key_command = [\"pass\", \"show\", \"k\"]\nheaders = { X-Title = \"me\", Referer = \"x\" }":    "",
		"[providers.own]\nbase_url = \"https://a.example\"\nheaders = { Authorization = \"Bearer hunter2\" }":                                                                   "providers.own.headers.Authorization",
		"[providers.own]\nbase_url = \"https://a.example\"\nheaders = { x-api-key = \"hunter2\", api-key = \"\" }":                                                              "providers.own.headers.x-api-key",
		"[providers.own]\nbase_url = \"https://a.example\"\nheaders = { X-Who = \"basic aHVudGVyMg==\" }":                                                                       "providers.own.headers.X-Who",
		"[providers.own]\nbase_url = \"https://a.example\"\nextra_body = { max_tokens = 7, options = { api_key = \"hunter2\" } }":                                               "providers.own.extra_body.options",
		"[providers.own]\nbase_url = \"https://a.example\"\nmodels = [{ id = \"a\", extra_body = { api_key = \"hunter2\" } }]":                                                  "providers.own.models[1].extra_body.api_key",
		"[mcp.a]\ncommand = \"x\"\nenv = { GITHUB_TOKEN = \"hunter2\", HOME = \"/\" }\n[mcp.b]\nurl = \"https://b.example/?token=hunter2\"\nheaders = { Cookie = \"hunter2\" }": "mcp.a.env.GITHUB_TOKEN mcp.b.headers.Cookie mcp.b.url",
	} {
		c, err := Load("config.toml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := strings.Join(c.Secrets(), " "); got != want {
			t.Errorf("%s:\ngot %q, want %q", text, got, want)
		}
	}
}

// What is written as an example holds none.
func TestExampleHoldsNoSecret(t *testing.T) {
	c, err := Load("config.toml", []byte(uncommented()))
	if err != nil {
		t.Fatal(err)
	}
	if found := c.Secrets(); len(found) > 0 {
		t.Errorf("the example holds %q", found)
	}
}
