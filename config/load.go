package config

// load.go turns the text of a config file into a Config, and what the TOML
// decoder says into what a person can act on. It refuses to guess: the first
// mistake, from the top, is the answer.

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// document is a config file as TOML sees it: the settings that TOML has no
// type for are still text.
type document struct {
	Config
	Timeouts  timeouts            `toml:"timeouts"`
	Keys      map[string]any      `toml:"keys"`
	Providers map[string]provider `toml:"providers"`
}

// provider is a Provider whose models may be texts or tables.
type provider struct {
	Provider
	Models []any `toml:"models"`
}

type timeouts struct {
	Connect    string `toml:"connect"`
	FirstToken string `toml:"first_token"`
	Idle       string `toml:"idle"`
}

// Load reads the text of the config file at path, which it only uses to say
// where a mistake is. Every error is an [*Error].
func Load(path string, data []byte) (Config, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	doc := document{Config: Config{Mouse: true}}
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return Config{}, explain(path, err)
	}
	check := checker{path: path, lines: lines(data)}
	check.document(&doc)
	if err := check.first(); err != nil {
		return Config{}, err
	}
	return doc.Config, nil
}

// Error returns the file, the line and the mistake.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Message
	}
	return e.Path + ":" + strconv.Itoa(e.Line) + ": " + e.Message
}

func explain(path string, err error) *Error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		first := &strict.Errors[0]
		line, _ := first.Position()
		return &Error{path, line, unknownKey(first.Key())}
	}
	wrong, ok := errors.AsType[*toml.DecodeError](err)
	if !ok {
		return &Error{path, 0, strings.TrimPrefix(err.Error(), "toml: ")}
	}
	line, _ := wrong.Position()
	message := strings.TrimPrefix(wrong.Error(), "toml: ")
	if strings.HasPrefix(message, "cannot ") && len(wrong.Key()) > 0 {
		message = wrongType(wrong.Key())
	}
	return &Error{path, line, message}
}

// unknownKey says of a key that nobody knows where it belongs, or which known
// one it resembles.
func unknownKey(key []string) string {
	t := reflect.TypeFor[document]()
	for i, name := range key {
		next, ok := member(t, name)
		if ok {
			t = next
			continue
		}
		where := ""
		if i > 0 {
			where = " in [" + dotted(key[:i]) + "]"
		}
		if home, ok := homes()[name]; ok {
			return fmt.Sprintf("unknown key %q%s; it belongs %s", name, where, home)
		}
		return fmt.Sprintf("unknown key %q%s; did you mean %q?", name, where, nearest(name, known(t)))
	}
	return fmt.Sprintf("unknown key %q", dotted(key))
}

// wrongType says what sort of value a key takes.
func wrongType(key []string) string {
	t := reflect.TypeFor[document]()
	for i, name := range key {
		next, ok := member(t, name)
		if ok {
			t = next
			continue
		}
		plural := append([]string{key[0] + "s"}, key[1:]...)
		if _, ok := member(reflect.TypeFor[document](), plural[0]); ok {
			return fmt.Sprintf("there is no table [%s]; did you mean [%s]?", dotted(key), dotted(plural))
		}
		key = key[:i]
		break
	}
	want := inWords(t)
	if len(key) == 2 && key[0] == "timeouts" {
		want = durationForm
	}
	return dotted(key) + " must be " + want
}

const durationForm = `a duration in quotes, such as "90s" or "5m"`

func parseDuration(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && d > 0
}
