package config

// check.go finds what a config can't mean though it is written right. It
// refuses to look outside the file: whether a model, a command or a program
// exists is found out by whoever uses it.

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// checker collects mistakes.
type checker struct {
	path  string
	lines map[string]int
	found []*Error
}

// first returns the topmost mistake, or nil.
func (c *checker) first() error {
	if len(c.found) == 0 {
		return nil
	}
	return slices.MinFunc(c.found, func(a, b *Error) int { return a.Line - b.Line })
}

// wrong notes a mistake in the key at path.
func (c *checker) wrong(path []string, format string, args ...any) {
	line := 0
	for n := len(path); n > 0 && line == 0; n-- {
		line = c.lines[at(path[:n]...)]
	}
	c.found = append(c.found, &Error{c.path, line, dotted(path) + " " + fmt.Sprintf(format, args...)})
}

// unknown notes a key that the table at path has not.
func (c *checker) unknown(key string, names, path []string) {
	c.wrong(append(slices.Clone(path), key), "")
	c.found[len(c.found)-1].Message = fmt.Sprintf("unknown key %q in %s; did you mean %q?", key, dotted(path), nearest(key, names))
}

// document checks everything, and moves into the Config what TOML could only
// read as text.
func (c *checker) document(doc *document) {
	if strings.EqualFold(doc.Theme, "auto") {
		doc.Theme = ""
	}
	c.durations(doc)
	c.keys(doc)
	c.atLeast(doc.SpendCapUSD, 0, math.Inf(1), "spend_cap_usd")
	for name, p := range sorted(doc.Providers) {
		p.Provider.Models = c.models(name, p.Models)
		c.provider(name, p.Provider)
		if doc.Config.Providers == nil {
			doc.Config.Providers = map[string]Provider{}
		}
		doc.Config.Providers[name] = p.Provider
	}
	for name, p := range sorted(doc.Presets) {
		c.preset(name, p)
	}
	for name, s := range sorted(doc.MCP) {
		c.server(name, s)
	}
	names := slices.Concat(Builtin, slices.Sorted(maps.Keys(doc.Config.Providers)))
	c.oneOf(doc.Provider, names, "provider")
}

func (c *checker) durations(doc *document) {
	t := &doc.Config.Timeouts
	for _, d := range []struct {
		name, text string
		into       *int64
	}{
		{"connect", doc.Timeouts.Connect, (*int64)(&t.Connect)},
		{"first_token", doc.Timeouts.FirstToken, (*int64)(&t.FirstToken)},
		{"idle", doc.Timeouts.Idle, (*int64)(&t.Idle)},
	} {
		path := []string{"timeouts", d.name}
		if _, written := c.lines[at(path...)]; !written {
			continue
		}
		value, ok := parseDuration(d.text)
		if !ok {
			c.wrong(path, "must be %s, not %q", durationForm, d.text)
		}
		*d.into = int64(value)
	}
}

func (c *checker) keys(doc *document) {
	for name, value := range sorted(doc.Keys) {
		keys, ok := texts(value)
		if !ok {
			c.wrong([]string{"keys", name}, `must be a key, such as "ctrl+t", or a list of them`)
			continue
		}
		if doc.Config.Keys == nil {
			doc.Config.Keys = map[string][]string{}
		}
		doc.Config.Keys[name] = keys
	}
}

// texts reads a text or a list of texts, none of them blank.
func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := make([]string, len(list))
	for i, item := range list {
		text, ok := item.(string)
		if !ok || strings.TrimSpace(text) == "" {
			return nil, false
		}
		all[i] = text
	}
	return all, true
}

// providerName is what can stand in a flag, a file's name and a keyring.
var providerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`) })

func (c *checker) provider(name string, p Provider) {
	path := func(key ...string) []string { return append([]string{"providers", name}, key...) }
	if !providerName().MatchString(name) {
		c.wrong(path(), "is no name for a provider: use letters, digits, '.', '_' and '-'")
	}
	if name == "demo" {
		c.wrong(path(), "is built in and takes no settings")
		return
	}
	c.oneOf(p.Kind, Kinds, path("kind")...)
	c.oneOf(p.Protocol, Protocols, path("protocol")...)
	c.address(p.BaseURL, path("base_url")...)
	if strings.ContainsAny(p.BaseURL, "?#") {
		c.wrong(path("base_url"), "must end with its path, without '?' or '#'")
	}
	if p.BaseURL == "" && !slices.Contains(Builtin, name) && (p.Kind == "" || p.Kind == "openai") {
		c.wrong(path(), "needs a base_url")
	}
	if strings.ContainsAny(p.KeyEnv, "= \t\n$") {
		c.wrong(path("key_env"), "must be the name of an environment variable, not the key itself")
	}
	if p.APIKeyCommand != nil && (len(p.APIKeyCommand) == 0 || p.APIKeyCommand[0] == "") {
		c.wrong(path("api_key_command"), `must name a program, such as ["pass", "show", "aimlapi"]`)
	}
	c.headers(p.Headers, path("headers")...)
}

func (c *checker) preset(name string, p Preset) {
	path := func(key ...string) []string { return append([]string{"presets", name}, key...) }
	if p.System != "" && p.SystemFile != "" {
		c.wrong(path("system_file"), "can't be set together with system")
	}
	c.atLeast(p.Temperature, 0, 2, path("temperature")...)
	c.atLeast(p.TopP, 0, 1, path("top_p")...)
	if _, written := c.lines[at(path("max_tokens")...)]; written && p.MaxTokens < 1 {
		c.wrong(path("max_tokens"), "must be at least 1, not %d", p.MaxTokens)
	}
	if p.ThinkingBudget != nil && *p.ThinkingBudget < 0 {
		c.wrong(path("thinking_budget"), "must be at least 0, not %d", *p.ThinkingBudget)
	}
	if slices.Contains(p.Stop, "") {
		c.wrong(path("stop"), "must not have an empty text")
	}
	c.oneOf(p.Effort, Efforts, path("effort")...)
}

func (c *checker) server(name string, s Server) {
	path := func(key ...string) []string { return append([]string{"mcp", name}, key...) }
	switch {
	case s.Command == "" && s.URL == "":
		c.wrong(path(), "needs a command or a url")
	case s.Command != "" && s.URL != "":
		c.wrong(path("url"), "can't be set together with command")
	case s.Command == "" && (s.Args != nil || s.Env != nil):
		c.wrong(path(), "has args or env, but no command that they go to")
	case s.URL == "" && s.Headers != nil:
		c.wrong(path("headers"), "can be set only together with url")
	}
	c.address(s.URL, path("url")...)
	c.headers(s.Headers, path("headers")...)
}

// address checks that text, if there is any, is an absolute web address.
func (c *checker) address(text string, path ...string) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		c.wrong(path, "must be an address that begins with https:// or http://")
	case u.User != nil:
		c.wrong(path, "must not hold a name or password: a key has places of its own")
	}
}

var headerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") })

func (c *checker) headers(headers map[string]string, path ...string) {
	for name, value := range sorted(headers) {
		if !headerName().MatchString(name) || strings.ContainsAny(value, "\r\n\x00") {
			c.wrong(append(slices.Clone(path), name), "is no HTTP header")
		}
	}
}

func (c *checker) oneOf(text string, names []string, path ...string) {
	if text != "" && !slices.Contains(names, text) {
		c.wrong(path, "must be one of %s, not %q; did you mean %q?", strings.Join(names, ", "), text, nearest(text, names))
	}
}

func (c *checker) atLeast(value *float64, low, high float64, path ...string) {
	switch {
	case value == nil || *value >= low && *value <= high:
	case math.IsInf(high, 1):
		c.wrong(path, "must be at least %g, not %g", low, *value)
	default:
		c.wrong(path, "must be between %g and %g, not %g", low, high, *value)
	}
}

// sorted walks a map by its keys, so that the same file always gets the same
// answer.
func sorted[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
