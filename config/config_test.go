package config

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestLoadEverything(t *testing.T) {
	got, err := Load("config.toml", []byte(uncommented()))
	if err != nil {
		t.Fatal(err)
	}
	want := Timeouts{Connect: 10 * time.Second, FirstToken: 5 * time.Minute, Idle: 90 * time.Second}
	if got.Timeouts != want {
		t.Errorf("timeouts are %+v, want %+v", got.Timeouts, want)
	}
	if keys := got.Keys["model"]; !reflect.DeepEqual(keys, []string{"ctrl+o", "f3"}) {
		t.Errorf("keys of model are %q", keys)
	}
	if keys, ok := got.Keys["quit"]; !ok || len(keys) != 0 {
		t.Errorf("keys of quit are %q, %v; want an empty list", keys, ok)
	}
	if got.Theme != "" {
		t.Errorf(`theme "auto" reads as %q`, got.Theme)
	}
	router := got.Providers["openrouter"]
	if router.Headers["X-Title"] != "aimlchat" || router.ExtraBody["provider"] == nil || router.KeyEnv != "OPENROUTER_API_KEY" {
		t.Errorf("provider openrouter is %+v", router)
	}
	careful := got.Presets["careful"]
	if *careful.Seed != 7 || *careful.ThinkingBudget != 4096 || !careful.Web || careful.Effort != "high" {
		t.Errorf("preset careful is %+v", careful)
	}
	if got.MCP["files"].Args[0] != "/home/me/notes" || got.MCP["aimlapi"].URL == "" || *got.SpendCapUSD != 5 {
		t.Errorf("got %+v", got)
	}
}

func TestModelsAndWhatIsSaidOfThem(t *testing.T) {
	got, err := Load("config.toml", []byte(`
[providers.x]
base_url = "https://x/v1"
protocol = "chat"
extra_body = { a = 1, b = { c = 2 } }
models = ["a", { id = "b", protocol = "responses", extra_body = { b = 3 } }, { id = "c", context = 4096, max_tokens = 512, input = ["text", "image"] }]`))
	if err != nil {
		t.Fatal(err)
	}
	x := got.Providers["x"]
	all := map[string]any{"a": int64(1), "b": map[string]any{"c": int64(2)}}
	for _, c := range []struct {
		names []string
		want  Model
	}{
		{[]string{"a"}, Model{ID: "a", Protocol: "chat", ExtraBody: all}},
		{[]string{"alias", "b"}, Model{ID: "b", Protocol: "responses", ExtraBody: map[string]any{"a": int64(1), "b": int64(3)}}},
		{[]string{"c"}, Model{ID: "c", Protocol: "chat", ExtraBody: all, Context: 4096, MaxTokens: 512, Input: []string{"text", "image"}}},
		{[]string{"stranger"}, Model{Protocol: "chat", ExtraBody: all}},
	} {
		if m := x.Model(c.names...); !reflect.DeepEqual(m, c.want) {
			t.Errorf("of %q is said %+v, want %+v", c.names, m, c.want)
		}
	}
	if m := (Provider{}).Model("a"); m.Protocol != "" || len(m.ExtraBody) > 0 {
		t.Errorf("of nothing is said %+v", m)
	}
}

func TestLoadNothing(t *testing.T) {
	want := Config{Mouse: true}
	for _, text := range []string{"", "\ufeff", "# nothing\r\n", Example()} {
		got, err := Load("config.toml", []byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Load(%.20q) = %+v, %v", text, got, err)
		}
	}
}

// The example shows every key that there is, once at least.
func TestExampleIsComplete(t *testing.T) {
	text := uncommented()
	for name := range homes() {
		if !regexp.MustCompile(`(?m)^(\[)?` + name + `(\.\w+\])?( =|\]|$)`).MatchString(text) {
			t.Errorf("the example lacks %s", name)
		}
	}
	for _, name := range known(reflect.TypeFor[Model]()) {
		if !regexp.MustCompile(`(?m)(^|[{,] )` + name + ` = `).MatchString(text) {
			t.Errorf("the example lacks %s of a model", name)
		}
	}
}

// uncommented is the example with every setting switched on.
func uncommented() string {
	return regexp.MustCompile(`(?m)^#([^ #])`).ReplaceAllString(Example(), "$1")
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		// unknown keys
		{"\n\nmodle = \"x\"", `c.toml:3: unknown key "modle"; did you mean "model"?`},
		{"[timeouts]\nconect = \"1s\"", `c.toml:2: unknown key "conect" in [timeouts]; did you mean "connect"?`},
		{"[providers.x]\nbase_url = \"http://a/v1\"\nkeyenv = \"K\"", `c.toml:3: unknown key "keyenv" in [providers.x]; did you mean "key_env"?`},
		{"providers.x.base_ulr = \"http://a\"", `c.toml:1: unknown key "base_ulr" in [providers.x]; did you mean "base_url"?`},
		{"[timeouts]\nidle = \"1s\"\nmodel = \"x\"", `c.toml:3: unknown key "model" in [timeouts]; it belongs above the first [table]`},
		{"temperature = 1", `c.toml:1: unknown key "temperature"; it belongs in [presets.NAME]`},
		{"first_token = \"1s\"", `c.toml:1: unknown key "first_token"; it belongs in [timeouts]`},
		{"[provider.x]\nkind = \"openai\"", `c.toml:1: there is no table [provider.x]; did you mean [providers.x]?`},
		{"[preset.x]\nweb = true", `c.toml:1: unknown key "preset"; did you mean "presets"?`},
		{"[presets.x]\nweb = true\n[presets.x.y]\nz = 1", `c.toml:3: unknown key "y" in [presets.x]; did you mean "web"?`},
		// the wrong sort of value
		{"model = 3", `c.toml:1: model must be text in quotes`},
		{"\nmouse = \"yes\"", `c.toml:2: mouse must be true or false`},
		{"spend_cap_usd = \"5\"", `c.toml:1: spend_cap_usd must be a number`},
		{"[presets.x]\nmax_tokens = 1.5", `c.toml:2: presets.x.max_tokens must be a whole number`},
		{"[presets.x]\nstop = \"a\"", `c.toml:2: presets.x.stop must be a list of texts, such as ["a", "b"]`},
		{"[providers.x]\nheaders = { a = 1 }", `c.toml:2: providers.x.headers must be a table of texts, such as { name = "value" }`},
		{"providers = 3", `c.toml:1: providers must be a table`},
		{"[timeouts]\nidle = 3", `c.toml:2: timeouts.idle must be a duration in quotes, such as "90s" or "5m"`},
		{"[timeouts]\nidle = { a = 1 }", `c.toml:2: timeouts.idle must be a duration in quotes, such as "90s" or "5m"`},
		// not TOML
		{"model = ", `c.toml:1: expected value, not end of input`},
		{"model = \"a\"\nmodel = \"b\"", `c.toml:2: key model is already defined`},
		{"model = deepseek", `c.toml:1: `},
		// what can't be meant
		{"[timeouts]\nidle = \"3\"", `c.toml:2: timeouts.idle must be a duration in quotes, such as "90s" or "5m", not "3"`},
		{"[timeouts]\nIdle = \"-3s\"", `c.toml:2: timeouts.idle must be a duration`},
		{"timeouts = { connect = \"\" }", `c.toml:1: timeouts.connect must be a duration`},
		{"[keys]\nmodel = [\"a\", 1]", `c.toml:2: keys.model must be a key, such as "ctrl+t", or a list of them`},
		{"[keys]\nmodel = \" \"", `c.toml:2: keys.model must be a key`},
		{"spend_cap_usd = -1", `c.toml:1: spend_cap_usd must be at least 0, not -1`},
		{"provider = \"amilapi\"", `c.toml:1: provider must be one of aimlapi, aixplain, demo, not "amilapi"; did you mean "aimlapi"?`},
		{"[providers.x]\nkind = \"openai\"", `c.toml:1: providers.x needs a base_url`},
		{"[providers.\"a b\"]\nbase_url = \"http://a\"", `c.toml:1: providers.a b is no name for a provider`},
		{"[providers.demo]\nbase_url = \"http://a\"", `c.toml:1: providers.demo is built in and takes no settings`},
		{"[providers.x]\nbase_url = \"api.x.com/v1\"", `c.toml:2: providers.x.base_url must be an address that begins with https:// or http://`},
		{"[providers.x]\nbase_url = \"https://me:secret@x.com\"", `c.toml:2: providers.x.base_url must not hold a name or password`},
		{"[providers.x]\nbase_url = \"https://x.com/v1?a=b\"", `c.toml:2: providers.x.base_url must end with its path`},
		{"[providers.x]\nbase_url = \"http://x\"\nprotocol = \"chats\"", `c.toml:3: providers.x.protocol must be one of chat, messages, responses, not "chats"; did you mean "chat"?`},
		{"[providers.x]\nbase_url = \"http://x\"\napi_key_command = []", `c.toml:3: providers.x.api_key_command must name a program`},
		{"[providers.x]\nbase_url = \"http://x\"\nkey_env = \"$KEY\"", `c.toml:3: providers.x.key_env must be the name of an environment variable`},
		{"[providers.x]\nbase_url = \"http://x\"\nheaders = { \"a b\" = \"c\" }", `c.toml:3: providers.x.headers.a b is no HTTP header`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = \"a\"", `c.toml:3: providers.x.models must be a list`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n\"a\",\n\" \",\n]", `c.toml:5: providers.x.models[2] needs an id`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n\"a\",\n7]", `c.toml:5: providers.x.models[2] must be an id, or a table such as { id = `},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n\"a\",\n{ protocol = \"chat\" },\n]", `c.toml:5: providers.x.models[2] needs an id`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", protocol = \"chats\" },\n]", `c.toml:4: providers.x.models[1].protocol must be one of chat, messages, responses, not "chats"; did you mean "chat"?`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", protcol = \"chat\" },\n]", `c.toml:4: unknown key "protcol" in providers.x.models[1]; did you mean "protocol"?`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = 3 },\n]", `c.toml:4: providers.x.models[1].id must be text in quotes`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", context = \"4k\" },\n]", `c.toml:4: providers.x.models[1].context must be a whole number`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", max_tokens = 0 },\n]", `c.toml:4: providers.x.models[1].max_tokens must be at least 1`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", extra_body = 1 },\n]", `c.toml:4: providers.x.models[1].extra_body must be a table`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", input = [\"images\"] },\n]", `c.toml:4: providers.x.models[1].input must be one of text, image, audio, not "images"; did you mean "image"?`},
		{"[providers.x]\nbase_url = \"http://x\"\nmodels = [\n{ id = \"a\", input = \"text\" },\n]", `c.toml:4: providers.x.models[1].input must be a list of texts`},
		{"[providers.x]\nbase_url = \"http://x\"\n[[providers.x.models]]\nid = \"a\"\n[[providers.x.models]]\nid = \"b\"\nprotocol = \"c\"", `c.toml:7: providers.x.models[2].protocol must be one of`},
		{"[presets.x]\nsystem = \"a\"\nsystem_file = \"b\"", `c.toml:3: presets.x.system_file can't be set together with system`},
		{"[presets.x]\ntemperature = 3", `c.toml:2: presets.x.temperature must be between 0 and 2, not 3`},
		{"[presets.x]\nmax_tokens = 0", `c.toml:2: presets.x.max_tokens must be at least 1, not 0`},
		{"[presets.x]\neffort = \"hihg\"", `c.toml:2: presets.x.effort must be one of low, medium, high, not "hihg"; did you mean "high"?`},
		{"[mcp.x]", `c.toml:1: mcp.x needs a command or a url`},
		{"[mcp.x]\ncommand = \"a\"\nurl = \"http://b\"", `c.toml:3: mcp.x.url can't be set together with command`},
		{"[mcp.x]\nurl = \"ftp://b\"", `c.toml:2: mcp.x.url must be an address`},
		// the topmost of several
		{"spend_cap_usd = -1\nprovider = \"x\"", `c.toml:1: spend_cap_usd`},
	} {
		_, err := Load("c.toml", []byte(test.text))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Load(%q) says\n  %v, want\n  %s", test.text, err, test.want)
		}
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("Load(%q) fails with a %T", test.text, err)
		}
	}
}

func TestMistakesDoNotTellSecrets(t *testing.T) {
	for _, text := range []string{
		"[providers.x]\nbase_url = \"https://me:s3cret@x.com\"",
		"[providers.x]\nbase_url = \"http://x\"\nheaders = { Authorization = \"s3cret\\n\" }",
		"[providers.x]\nbase_url = \"http://x\"\nkey_env = \"sk=s3cret\"",
	} {
		if _, err := Load("c.toml", []byte(text)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("Load(%q) says %v", text, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(uncommented()))
	f.Add([]byte("a.b.'c' = { d = [1, {e = 2}] }\r\n[[x]]"))
	f.Add([]byte("[timeouts]\n\"idle\" = '''\n1s'''"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Load("c.toml", data)
		if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Line < 0 || e.Message == "") {
			t.Errorf("Load(%q) fails with %#v", data, err)
		}
	})
}
