package config

// schema.go knows which keys there are, as the types of config.go say it, and
// which of them a person may have meant. It keeps no list of its own.

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
)

// member returns the type of what a table of type t keeps under a name.
func member(t reflect.Type, name string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if strings.EqualFold(f.Tag.Get("toml"), name) {
				return f.Type, true
			}
		}
	case reflect.Map:
		return t.Elem(), true
	}
	return nil, false
}

// known returns the keys of a table of type t, as they are written.
func known(t reflect.Type) []string {
	var names []string
	if t.Kind() != reflect.Struct {
		return names
	}
	for _, f := range reflect.VisibleFields(t) {
		if tag := f.Tag.Get("toml"); tag != "" && tag != "-" {
			names = append(names, tag)
		}
	}
	return names
}

// homes says of each known key where it belongs: most unknown keys are good
// ones under the wrong heading.
func homes() map[string]string {
	places := map[string]string{}
	root := reflect.TypeFor[document]()
	for _, table := range known(root) {
		t, _ := member(root, table)
		place := "in [" + table + "]"
		if t.Kind() == reflect.Map {
			t, place = t.Elem(), "in ["+table+".NAME]"
		}
		for _, name := range known(t) {
			places[name] = cmp.Or(places[name], place)
		}
	}
	for _, name := range known(root) {
		places[name] = "above the first [table]"
	}
	return places
}

// nearest returns the name that takes the fewest changes to reach.
func nearest(name string, names []string) string {
	best, least := "", len(name)+100
	for _, candidate := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// inWords names a type for people.
func inWords(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "text in quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return `a list of texts, such as ["a", "b"]`
	case reflect.Map:
		if t.Elem().Kind() == reflect.String {
			return `a table of texts, such as { name = "value" }`
		}
	}
	return "a table"
}
