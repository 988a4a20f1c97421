package main_test

// Owns: what the README says and the program can confirm. Refuses: prose.

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/cli"
)

// The README's table of keys is the program's own.
func TestReadmeShowsTheKeys(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := cli.Main(t.Context(), []string{"keys", "--output", "markdown"}, strings.NewReader(""), &stdout, &stderr, cli.System("test")); code != 0 {
		t.Fatalf("aimlchat keys exits with %d: %s", code, &stderr)
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- keys:begin -->\n")
	got, _, _ := strings.Cut(rest, "<!-- keys:end -->")
	if want := "\n" + strings.TrimSpace(stdout.String()) + "\n\n"; got != want {
		t.Errorf("the README's keys are not those of the program. Between the keys marks put the output of `go run . keys --output markdown`:\n%s", want)
	}
}
