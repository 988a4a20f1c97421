package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/ui"
)

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"vi":                            {"vi"},
		"  code --wait ":                {"code", "--wait"},
		`"/Applications/My Editor" -n`:  {"/Applications/My Editor", "-n"},
		`emacsclient -a '' -c`:          {"emacsclient", "-a", "", "-c"},
		`C:\Windows\notepad.exe`:        {`C:\Windows\notepad.exe`},
		`vim -c "set tw=72" -c 'a "b"'`: {"vim", "-c", "set tw=72", "-c", `a "b"`},
		`a$(touch /tmp/x)`:              {"a$(touch", "/tmp/x)"},
	} {
		if got, err := words(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s is %q, %v", line, got, err)
		}
	}
	if _, err := words(`vim "half`); err == nil {
		t.Error("an open quote is taken")
	}
}

func TestEdit(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the editor of this test is a shell script")
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "my editor")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nstat -c %a \"$2\" 2>/dev/null || stat -f %Lp \"$2\"\ncat \"$2\"\necho \"$1\" >> \"$2\"\nexit $STATUS\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(dir, "state")
	vars := map[string]string{"EDITOR": "'" + script + "' --wait"}
	a := &app{env: Env{LookupEnv: func(k string) (string, bool) { v, ok := vars[k]; return v, ok }, Dirs: Dirs{State: state}}}
	var out strings.Builder
	got, err := a.edit(context.Background(), "one\ntwo", ui.Streams{Out: &out, Err: &out})
	if err != nil || got != "one\ntwo--wait" {
		t.Errorf("it became %q, %v", got, err)
	}
	if !strings.HasPrefix(out.String(), "600\n") {
		t.Errorf("the file's rights: %s", out.String())
	}
	t.Setenv("STATUS", "1")
	if _, err := a.edit(context.Background(), "one", ui.Streams{Out: &out, Err: &out}); err == nil || !strings.Contains(err.Error(), "exit status 1") {
		t.Errorf("a failing editor: %v", err)
	}
	vars["VISUAL"] = "/no/such/editor"
	if _, err := a.edit(context.Background(), "one", ui.Streams{Out: &out, Err: &out}); err == nil {
		t.Error("an editor that isn't there edits")
	}
	left, err := os.ReadDir(state)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
