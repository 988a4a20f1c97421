package config

// secrets.go knows which settings of a config hold keys, so that a file that
// others can read is not used with one in it. It refuses to tell the keys.

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// secretName is how what holds a key is named: Authorization, X-Api-Key,
// GITHUB_TOKEN.
var secretName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:auth|authorization|key|token|secret|password|passwd|cookie|credentials?)$`)
})

// Secrets returns the names of the settings that hold a key, as they stand in the
// file, in the order of the alphabet; none of what they hold.
func (c Config) Secrets() []string {
	var found []string
	note := func(path ...string) { found = append(found, dotted(path)) }
	for name, p := range sorted(c.Providers) {
		eachSecret(p.Headers, func(key string) { note("providers", name, "headers", key) })
		if key, ok := secretWithin(p.ExtraBody); ok {
			note("providers", name, "extra_body", key)
		}
		for i, m := range p.Models {
			if key, ok := secretWithin(m.ExtraBody); ok {
				note("providers", name, "models", index(i), "extra_body", key)
			}
		}
	}
	for name, s := range sorted(c.MCP) {
		eachSecret(s.Env, func(key string) { note("mcp", name, "env", key) })
		eachSecret(s.Headers, func(key string) { note("mcp", name, "headers", key) })
		if u, err := url.Parse(s.URL); err == nil && holdsSecret(u.Query()) {
			note("mcp", name, "url")
		}
	}
	return found
}

// eachSecret tells the names of values that are keys.
func eachSecret(values map[string]string, tell func(name string)) {
	for name, value := range sorted(values) {
		if isSecret(name, value) {
			tell(name)
		}
	}
}

func isSecret(name, value string) bool {
	scheme, _, schemed := strings.Cut(strings.TrimSpace(value), " ")
	bears := schemed && (strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic"))
	return strings.TrimSpace(value) != "" && (bears || secretName().MatchString(name))
}

func holdsSecret(query url.Values) bool {
	for name, values := range query {
		if isSecret(name, strings.Join(values, "")) {
			return true
		}
	}
	return false
}

// secretWithin returns the first name, at any depth, under which a table has a
// text that is a key.
func secretWithin(table map[string]any) (name string, ok bool) {
	for key, value := range sorted(table) {
		switch value := value.(type) {
		case string:
			ok = isSecret(key, value)
		case map[string]any:
			_, ok = secretWithin(value)
		}
		if ok {
			return key, true
		}
	}
	return "", false
}
