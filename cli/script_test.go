package cli_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/zalando/go-keyring"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/cli"
)

// The scripts in testdata/script run the program as a process of its own,
// against a server in this one.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"aimlchat": aimlchat})
}

// aimlchat is main.go, but for the keyring, which no test may ask, and the
// waiting before a retry.
func aimlchat() {
	ctx, stop := cli.WithSignals(context.Background())
	env := cli.System("test")
	env.Keyring = fakeKeyring{env.LookupEnv}
	env.Retry = api.RetryPolicy{Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	env.Downloads = fakeMedia{}
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, env)
	stop()
	os.Exit(code)
}

// fakeKeyring keeps its keys in the folder that KEYRING names; without one, it is
// a machine that has no keyring.
type fakeKeyring struct {
	lookup func(string) (string, bool)
}

var errNoKeyring = errors.New("no keyring runs here")

func (k fakeKeyring) file(service, user string) (string, error) {
	dir, ok := k.lookup("KEYRING")
	if !ok || dir == "" {
		return "", errNoKeyring
	}
	return filepath.Join(dir, service+"."+user), nil
}

func (k fakeKeyring) Get(service, user string) (string, error) {
	path, err := k.file(service, user)
	if err != nil {
		return "", err
	}
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = keyring.ErrNotFound
	}
	return string(key), err
}

func (k fakeKeyring) Set(service, user, secret string) error {
	path, err := k.file(service, user)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(secret), 0o600)
}

func (k fakeKeyring) Delete(service, user string) error {
	path, err := k.file(service, user)
	if err != nil {
		return err
	}
	if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
		err = keyring.ErrNotFound
	}
	return err
}

// fakeMedia is the internet of media.
type fakeMedia struct{}

func (fakeMedia) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if r.URL.String() == "https://media.example/cat.png" && r.Header.Get("Authorization") == "" {
		rec.Header().Set("Content-Type", "image/png")
		_, _ = rec.WriteString("\x89PNG\r\n\x1a\n")
	} else {
		rec.Header().Set("Content-Type", "text/html")
	}
	return rec.Result(), nil
}

func TestScripts(t *testing.T) {
	service := httptest.NewServer(newFakeService())
	t.Cleanup(service.Close)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE")) // else each process rests for a second at its end
			e.Setenv("SERVICE", service.URL+"/v1")
			e.Setenv("AIMLAPI_BASE_URL", service.URL+"/v1")
			e.Setenv("AIMLAPI_API_KEY", "test-key-not-secret")
			return os.MkdirAll(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"expand":    expand,
			"sample":    sample,
			"normalise": normalise,
			"interrupt": interrupt,
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// exits CODE COMMAND... runs a command and checks its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = regexp.MustCompile(`\d+$`).FindString(err.Error())
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s (%v)", code, args[0], err)
	}
}

// expand FILE replaces $SERVICE in a file.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "$SERVICE", ts.Getenv("SERVICE"))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// sample FILE HEX writes a file that is no text.
func sample(ts *testscript.TestScript, _ bool, args []string) {
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// volatile is what differs from run to run.
var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`"[0-9a-hjkmnp-tv-z]{26}"`), `"ID"`},
	{regexp.MustCompile(`"(first_token_ms|thinking_ms|total_ms)":(\d+|null)`), `"$1":MS`},
	{regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*Z"`), `"TIME"`},
}

// normalise FILE replaces ids and times in a file, for comparing it.
func normalise(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.with)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// interrupt SIGNAL TEXT CODE ARGS... runs aimlchat until TEXT is on its stdout,
// sends it the signal, and checks its exit code.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	signal := map[string]os.Signal{"int": syscall.SIGINT, "term": syscall.SIGTERM}[args[0]]
	cmd := exec.Command("aimlchat", args[3:]...)
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "GOCOVERDIR", "GORACE", "AIMLAPI_BASE_URL", "AIMLAPI_API_KEY",
		"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME",
	} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stderr = ts.Stderr()
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	seen := make([]byte, len(args[1]))
	_, err = io.ReadFull(out, seen)
	ts.Check(err)
	ts.Check(cmd.Process.Signal(signal))
	for range 2000 { // timeout(1) sends each signal twice, in one breath
		_ = cmd.Process.Signal(signal) // it may be gone
	}
	rest, err := io.ReadAll(out)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s%s", seen, rest)
	_ = cmd.Wait()
	if string(seen) != args[1] || strconv.Itoa(cmd.ProcessState.ExitCode()) != args[2] {
		ts.Fatalf("printed %q, then exit code %d; want %q, then %s", seen, cmd.ProcessState.ExitCode(), args[1], args[2])
	}
}
