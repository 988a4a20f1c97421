package keys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

const secret = "sk-marker-3f9a"

// TestMain plays the program of api_key_command when the environment says so.
func TestMain(m *testing.M) {
	switch os.Getenv("AIMLCHAT_TEST_COMMAND") {
	case "":
		os.Exit(m.Run())
	case "print":
		fmt.Printf("  %s \r\nuser: me\n", strings.Join(os.Args[1:], ""))
	case "fail":
		fmt.Println(secret)
		fmt.Fprintln(os.Stderr, secret)
		syscall.Exit(3) // not os.Exit: the race detector rests there for a second
	case "interrupt":
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Signal(os.Interrupt)
		time.Sleep(time.Hour)
	case "ask":
		fmt.Fprint(os.Stderr, "passphrase: ")
		_, _ = io.Copy(os.Stdout, os.Stdin)
	case "hang":
		time.Sleep(time.Hour)
	}
	syscall.Exit(0)
}

// fakeKeyring is a keyring whose every answer a test gives.
type fakeKeyring struct {
	get    func(user string) (string, error)
	set    func(user, secret string) error
	remove func(user string) error
}

func (k fakeKeyring) Get(_, user string) (string, error) { return k.get(user) }
func (k fakeKeyring) Set(_, user, secret string) error   { return k.set(user, secret) }
func (k fakeKeyring) Delete(_, user string) error        { return k.remove(user) }

// none is a keyring without keys, which takes none.
var none = broken(keyring.ErrNotFound)

// broken is a keyring that answers with an error.
func broken(err error) Keyring {
	return fakeKeyring{
		func(string) (string, error) { return "", err }, func(_, _ string) error { return err }, func(string) error { return err },
	}
}

func command(t *testing.T, what string, args ...string) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("AIMLCHAT_TEST_COMMAND", what)
	return append([]string{program}, args...)
}

func keyFile(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "aimlapi.key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheOrderOfPlaces(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(Service, "aimlapi", "from-keyring"); err != nil {
		t.Fatal(err)
	}
	file := keyFile(t, 0o600, "from-file\n")
	s := Source{
		Provider: "aimlapi",
		Env:      []Variable{{"AIMLAPI_API_KEY", " from-env\n"}, {"AIML_API_KEY", "from-old-env"}},
		Command:  command(t, "print", "from-command"),
		File:     file,
	}
	for _, step := range []struct {
		key, from string
		next      func()
	}{
		{"from-env", "AIMLAPI_API_KEY", func() { s.Env[0].Value = " " }},
		{"from-old-env", "AIML_API_KEY", func() { s.Env = nil }},
		{"from-command", "api_key_command", func() { s.Command = nil }},
		{"from-keyring", "keyring", func() { s.Provider = "other" }},
		{"from-file", file, func() { s.File = filepath.Join(t.TempDir(), "none") }},
	} {
		key, from, err := Resolve(t.Context(), s)
		if key != step.key || from != step.from || err != nil {
			t.Errorf("got %q from %q, %v; want %q from %q", key, from, err, step.key, step.from)
		}
		step.next()
	}
	if _, _, err := Resolve(t.Context(), s); !errors.Is(err, ErrNone) {
		t.Errorf("with no key anywhere the error is %v", err)
	}
}

func TestErrorsSayWhatToDoAndNoKey(t *testing.T) {
	for name, test := range map[string]struct {
		source func(t *testing.T) Source
		want   string
	}{
		"command fails":        {func(t *testing.T) Source { return Source{Command: command(t, "fail", secret)} }, "exit status 3"},
		"command says nothing": {func(t *testing.T) Source { return Source{Command: command(t, "print")} }, "its first line is empty"},
		"no such command":      {func(*testing.T) Source { return Source{Command: []string{"aimlchat-no-such-program", secret}} }, "not found"},
		"key with a blank":     {func(*testing.T) Source { return Source{Env: []Variable{{"K", secret + " x"}}} }, "the key from K holds a blank"},
		"key with a newline":   {func(*testing.T) Source { return Source{Env: []Variable{{"K", secret + "\nx"}}} }, "the key from K holds a blank"},
		"folder as file":       {func(t *testing.T) Source { return Source{Keyring: none, File: t.TempDir()} }, "read the key file: "},
		"keyring broken": {func(*testing.T) Source {
			return Source{Keyring: broken(errors.New("no bus"))}
		}, "no key is set (the keyring did not answer: no bus)"},
	} {
		t.Run(name, func(t *testing.T) {
			key, from, err := Resolve(t.Context(), test.source(t))
			if err == nil || key != "" || from != "" {
				t.Fatalf("got %q from %q, %v", key, from, err)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "marker") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %q, want %q in it", err, test.want)
			}
		})
	}
}

func TestFileThatOthersCanRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no such permissions")
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o602} {
		path := keyFile(t, mode, secret)
		_, _, err := Resolve(t.Context(), Source{Keyring: none, File: path})
		if err == nil || !strings.Contains(err.Error(), "chmod 600") || strings.Contains(err.Error(), "marker") {
			t.Errorf("mode %o: the error is %v", mode, err)
		}
	}
}

func TestCommandThatHangsIsLetGo(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err := Resolve(ctx, Source{Command: command(t, "hang")})
	if err == nil || !strings.Contains(err.Error(), "api_key_command") {
		t.Errorf("the error is %v", err)
	}
	_, _, err = Resolve(t.Context(), Source{Command: command(t, "hang"), patience: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "no answer within 50ms") || CommandTimeout != 30*time.Second {
		t.Errorf("the error is %v", err)
	}
}

// A terminal's ctrl+c reaches the command too, maybe before us.
func TestCommandThatIsInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no such signal")
	}
	_, _, err := Resolve(t.Context(), Source{Command: command(t, "interrupt")})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestKeyringThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		hang := fakeKeyring{get: func(string) (string, error) { <-release; return secret, nil }}
		begin := time.Now()
		key, from, err := Resolve(t.Context(), Source{Keyring: hang})
		if key != "" || from != "" || !errors.Is(err, ErrNone) || time.Since(begin) != KeyringTimeout {
			t.Errorf("got %q from %q, %v after %s", key, from, err, time.Since(begin))
		}
	})
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	release := make(chan struct{})
	defer close(release)
	hang := fakeKeyring{get: func(string) (string, error) { <-release; return "", nil }}
	if _, _, err := Resolve(ctx, Source{Keyring: hang}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// A command may ask the person: it is lent the terminal, for as long as it runs.
func TestCommandIsLentTheTerminal(t *testing.T) {
	var asked strings.Builder
	lent := 0
	s := Source{
		Command: command(t, "ask"),
		Lend: func(_ context.Context, use func(io.Reader, io.Writer) error) error {
			lent++
			return use(strings.NewReader(secret+"\n"), &asked)
		},
	}
	key, _, err := Resolve(t.Context(), s)
	if key != secret || err != nil || asked.String() != "passphrase: " || lent != 1 {
		t.Errorf("got %q, %v; the person read %q; lent %d times", key, err, asked.String(), lent)
	}
	s.Lend = func(context.Context, func(io.Reader, io.Writer) error) error {
		return errors.New("there is no terminal")
	}
	if _, _, err := Resolve(t.Context(), s); err == nil || !strings.Contains(err.Error(), "there is no terminal") {
		t.Errorf("the error is %v", err)
	}
}

// Nothing is expanded, split or run by a shell.
func TestCommandHasNoShell(t *testing.T) {
	s := Source{Command: command(t, "print", "$HOME;", "`id`", "*", "|'\"")}
	if key, _, err := Resolve(t.Context(), s); key != "$HOME;`id`*|'\"" || err != nil {
		t.Errorf("got %q, %v", key, err)
	}
}
