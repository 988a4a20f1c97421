package cli

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/pflag"
)

func TestJoinResume(t *testing.T) {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(options).define(fs)
	for _, c := range []struct{ args, want string }{
		{"-r", "-r"},
		{"-r abc", "--resume=abc"},
		{"--resume abc more words", "--resume=abc more words"},
		{"-r -p", "-r -p"},
		{"-pr abc", "-p --resume=abc"},
		{"-rp abc", "-rp abc"},
		{"-rabc", "-rabc"},
		{"--resume=abc def", "--resume=abc def"},
		{"-s -r abc", "-s -r abc"}, // -r is what -s says
		{"-s=x -r abc", "-s=x --resume=abc"},
		{"-sx -r abc", "-sx --resume=abc"},
		{"-m -r", "-m -r"},
		{"--model -r -r abc", "--model -r --resume=abc"},
		{"-- -r abc", "-- -r abc"},
		{"words -r abc", "words --resume=abc"},
		{"-x abc", "-x abc"},
		{"- -é -", "- -é -"},
	} {
		if got := strings.Join(joinResume(strings.Fields(c.args), fs), " "); got != c.want {
			t.Errorf("joinResume(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}

func TestAsksForHelp(t *testing.T) {
	commands := new(app).commands()
	for args, want := range map[string]string{
		"": "", "help": "--help", "help models": "models --help", "help me": "help me", "help models of the world": "help models of the world",
		"models": "models", "-- help": "-- help", "-p help": "-p help", "help --demo": "help --demo",
	} {
		if got := strings.Join(asksForHelp(strings.Fields(args), commands), " "); got != want {
			t.Errorf("%q means %q, want %q", args, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "one two": "one two", "one two three": "one two|three", "  one\n two  ": "one two", "averylongword a": "averylongword|a", "ééé ééé é": "ééé ééé|é",
	} {
		if got := strings.Join(wrap(text, 8), "|"); got != want {
			t.Errorf("wrap(%q) = %q, want %q", text, got, want)
		}
	}
}

// Nothing of the help is wider than the narrowest usual terminal.
func TestHelpFits(t *testing.T) {
	names := []string{""}
	for _, c := range new(app).commands() {
		names = append(names, c.Name())
		for _, sub := range c.Commands() {
			names = append(names, c.Name()+" "+sub.Name())
		}
	}
	for _, name := range names {
		var out, errs strings.Builder
		if code := Main(t.Context(), append(strings.Fields(name), "--help"), strings.NewReader(""), &out, &errs, testApp(t, nil).env); code != 0 || errs.Len() > 0 {
			t.Errorf("help of %q ends with %d: %s", name, code, &errs)
		}
		for line := range strings.Lines(out.String()) {
			if w := runewidth.StringWidth(strings.TrimRight(line, "\n")); w > helpWidth {
				t.Errorf("help of %q is %d cells wide: %s", name, w, line)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"model", "continue", "print", "max-tokens", "temperature"}
	for typed, want := range map[string]string{
		"modle": "model", "mdoel": "model", "max-token": "max-tokens", "temp": "temperature", "prnit": "print", "verbose": "", "x": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
