package cli

import (
	"strings"
	"testing"

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
