package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

func TestExportTo(t *testing.T) {
	dir := t.TempDir()
	a := &app{env: Env{
		LookupEnv: func(key string) (string, bool) { return dir, key == "HOME" },
		Now:       func() time.Time { return time.Date(2026, 4, 2, 10, 42, 0, 0, time.UTC) },
	}}
	store, err := session.Open(t.Context(), session.Options{Path: filepath.Join(dir, "aimlchat.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Create(t.Context(), session.Session{ID: "s1", Title: "Spring / Kyoto…"}); err != nil {
		t.Fatal(err)
	}
	prompt := session.Message{ID: "m1", SessionID: "s1", Role: api.User, Parts: []api.Part{{Kind: api.TextPart, Text: "When?"}}}
	if err := store.Append(t.Context(), prompt); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for path, want := range map[string]string{
		"": "\nWhen?\n", "~/a.md": "\nWhen?\n", "b.JSON": `"text":"When?"`, `my\ page.html`: "<p>When?</p>", "c.txt": "\nWhen?\n",
	} {
		got, err := a.exportTo(t.Context(), store, "s1", path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(got)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%q: %s holds %q (%v)", path, got, data, err)
		}
		if info, err := os.Stat(got); err == nil && runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", got, info.Mode())
		}
		again, err := a.exportTo(t.Context(), store, "s1", path)
		if path == "" && (err != nil || again != "Spring-Kyoto-2026-04-02-2.md") {
			t.Errorf("the second one is %q, %v", again, err)
		}
		if path != "" && (err == nil || !strings.Contains(err.Error(), "already")) {
			t.Errorf("%q was replaced: %v", path, err)
		}
	}
	if _, err := os.Stat("Spring-Kyoto-2026-04-02.md"); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(".new-*"); len(left) > 0 {
		t.Errorf("%q is left behind", left)
	}
}
