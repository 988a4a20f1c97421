package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteText(t *testing.T) {
	home := t.TempDir()
	a := &app{env: Env{LookupEnv: func(key string) (string, bool) { return home, key == "HOME" }}}
	got, err := a.writeText(context.Background(), `~/my\ notes.md`, "a\tb\n")
	want := filepath.Join(home, "my notes.md")
	if err != nil || got != want {
		t.Fatalf("wrote to %q (%v), want %q", got, err, want)
	}
	if data, err := os.ReadFile(want); err != nil || string(data) != "a\tb\n" {
		t.Errorf("the file holds %q (%v)", data, err)
	}
	if _, err := a.writeText(context.Background(), want, "x"); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("writing it again: %v", err)
	}
	if data, _ := os.ReadFile(want); string(data) != "a\tb\n" {
		t.Errorf("then it holds %q", data)
	}
	if _, err := a.writeText(context.Background(), filepath.Join(home, "none", "x"), "x"); err == nil {
		t.Error("a file in no folder was written")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.writeText(ctx, filepath.Join(home, "late"), "x"); err == nil {
		t.Error("written after the end")
	}
}
