package config

// models.go reads the models of a provider, each of which is a text or a table,
// so that TOML could give none of it a type. It refuses what a table elsewhere
// would be refused for.

import (
	"math"
	"reflect"
	"slices"
	"strings"
)

// models reads the models of the provider of that name.
func (c *checker) models(name string, items []any) []Model {
	var models []Model
	for i, item := range items {
		path := []string{"providers", name, "models", index(i)}
		m := Model{}
		switch item := item.(type) {
		case string:
			m.ID = item
		case map[string]any:
			m = c.model(item, path)
		default:
			c.wrong(path, `must be an id, or a table such as { id = "openai/gpt-5-5", protocol = "chat" }`)
			continue
		}
		if strings.TrimSpace(m.ID) == "" {
			c.wrong(path, "needs an id")
		}
		models = append(models, m)
	}
	return models
}

// model reads one that is a table.
func (c *checker) model(table map[string]any, path []string) Model {
	t := reflect.TypeFor[Model]()
	names := known(t)
	var m Model
	into := reflect.ValueOf(&m).Elem()
	below := func(key string) []string { return append(slices.Clone(path), key) }
	for key, value := range sorted(table) {
		i := slices.Index(names, key)
		if i < 0 {
			c.unknown(key, names, path)
			continue
		}
		if !fits(into.Field(i), value) {
			c.wrong(below(key), "must be %s", inWords(t.Field(i).Type))
		}
	}
	c.oneOf(m.Protocol, Protocols, below("protocol")...)
	for _, input := range m.Input {
		c.oneOf(input, Inputs, below("input")...)
	}
	for key, n := range map[string]int{"context": m.Context, "max_tokens": m.MaxTokens} {
		if _, written := table[key]; written && n < 1 {
			c.wrong(below(key), "must be at least 1")
		}
	}
	return m
}

// fits puts a value of TOML into a field, when it is of its sort.
func fits(into reflect.Value, value any) bool {
	switch field := into.Addr().Interface().(type) {
	case *string:
		*field, _ = value.(string)
		_, ok := value.(string)
		return ok
	case *int:
		n, ok := value.(int64)
		*field = int(max(math.MinInt32, min(n, math.MaxInt32)))
		return ok
	case *[]string:
		list, ok := value.([]any)
		if ok {
			*field, ok = texts(list)
		}
		return ok
	case *map[string]any:
		table, ok := value.(map[string]any)
		*field = table
		return ok
	}
	return false
}
