package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestExitCodes(t *testing.T) {
	interrupted, cancel := context.WithCancelCause(context.Background())
	cancel(signalError{syscall.SIGINT})
	fail := func(kind api.ErrorKind) error { return fmt.Errorf("ask: %w", &api.Error{Kind: kind, Message: "no"}) }
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{context.Background(), nil, 0},
		{context.Background(), errors.New("any other"), 1},
		{context.Background(), usagef("", "wrong"), 2},
		{context.Background(), fail(api.ErrAuth), 3},
		{context.Background(), fail(api.ErrFunds), 4},
		{context.Background(), fail(api.ErrServer), 4},
		{context.Background(), fail(api.ErrBadResponse), 4},
		{context.Background(), fail(api.ErrConnect), 5},
		{context.Background(), fail(api.ErrCut), 5},
		{context.Background(), fail(api.ErrInternal), 1},
		{context.Background(), &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}, 0},
		{context.Background(), &api.Error{Kind: api.ErrCut, Err: syscall.EPIPE}, 5},
		{context.Background(), &api.Error{Kind: api.ErrInvalid, Status: 400}, 4},
		{context.Background(), &api.Error{Kind: api.ErrInvalid}, 2},
		{interrupted, fail(api.ErrCanceled), 130},
		{interrupted, errStopped, 130},
	} {
		if got := exitCode(c.ctx, c.err); got != c.want {
			t.Errorf("exit code of %v is %d, want %d", c.err, got, c.want)
		}
	}
}

func TestReportIsTwoCleanLines(t *testing.T) {
	var out strings.Builder
	report(context.Background(), &out, &api.Error{Kind: api.ErrServer, Message: "it\nbroke\x1b[31m", Hint: "try\r\nagain"})
	if got, want := out.String(), "aimlchat: it broke[31m\nhint: try again\n"; got != want {
		t.Errorf("reported %q, want %q", got, want)
	}
}

// Only a reader of ours that is gone is no failure; a service's is one.
func TestReportOfABrokenPipe(t *testing.T) {
	var out strings.Builder
	report(context.Background(), &out, &api.Error{Kind: api.ErrCut, Message: "closed", Err: syscall.EPIPE})
	if !strings.Contains(out.String(), "closed") {
		t.Errorf("reported %q", out.String())
	}
	out.Reset()
	report(context.Background(), &out, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE})
	if out.String() != "" {
		t.Errorf("reported %q", out.String())
	}
}

// Neither an answer nor an error: the object says why.
func TestObjectOfATurnStoppedBeforeItBegan(t *testing.T) {
	o := newTurnObject(&turn{Reply: &api.Reply{}}, errStopped)
	if o.Error != nil || o.FinishReason == nil || *o.FinishReason != api.FinishStopped {
		t.Errorf("finish reason %v, error %v", o.FinishReason, o.Error)
	}
}

func testApp(t *testing.T, env map[string]string) *app {
	t.Helper()
	return &app{env: Env{
		LookupEnv: func(key string) (string, bool) { v, ok := env[key]; return v, ok },
		Dirs:      Dirs{State: filepath.Join(t.TempDir(), "state")},
	}}
}

func TestHistory(t *testing.T) {
	a := testApp(t, nil)
	if got := a.history(); got != nil {
		t.Fatalf("history of nobody: %q", got)
	}
	for i := range 2*maxHistory + 1 {
		a.remember(fmt.Sprintf("prompt %d\nof two lines", i))
	}
	got := a.history()
	if len(got) != maxHistory || got[maxHistory-1] != fmt.Sprintf("prompt %d\nof two lines", 2*maxHistory) {
		t.Errorf("%d prompts, the last is %q", len(got), got[len(got)-1])
	}
	data, err := os.ReadFile(a.historyFile())
	if err != nil || strings.Count(string(data), "\n") != maxHistory {
		t.Errorf("the file has %d lines (%v), want it cut to %d", strings.Count(string(data), "\n"), err, maxHistory)
	}
	if info, err := os.Stat(a.historyFile()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
	}
}

func TestLastModelIsPerProvider(t *testing.T) {
	a := testApp(t, nil)
	a.keepLast("aimlapi", "a/b")
	a.keepLast("demo", "demo/thinker")
	if got := a.lastModel("aimlapi"); got != "a/b" {
		t.Errorf("last model is %q", got)
	}
	if got := a.lastModel("other"); got != "" {
		t.Errorf("last model of a stranger is %q", got)
	}
}

// A key is bound to the host that it was made for.
func TestAdhocKeys(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		url  string
		want string
	}{
		{map[string]string{"AIMLCHAT_API_KEY": "ours", "OPENAI_API_KEY": "theirs"}, "https://api.openai.com/v1", "ours"},
		{map[string]string{"OPENAI_API_KEY": "theirs"}, "https://api.openai.com/v1", "theirs"},
		{map[string]string{"OPENAI_API_KEY": "theirs"}, "https://example.com/v1", ""},
		{map[string]string{"OPENAI_API_KEY": "theirs"}, "https://api.openai.com.example.com/v1", ""},
		{map[string]string{"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "https://example.com/v1"}, "https://example.com/v2", "theirs"},
		{map[string]string{"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "https://example.com/v1"}, "https://example.com:444/v1", ""},
		{map[string]string{"AIMLAPI_API_KEY": "other"}, "https://example.com/v1", ""},
	} {
		got, err := testApp(t, c.env).adhocKey(c.url)(context.Background())
		if err != nil || got != c.want {
			t.Errorf("key for %s with %v: %q (%v), want %q", c.url, c.env, got, err, c.want)
		}
	}
}

func TestRememberAsksUntilThereIsAKey(t *testing.T) {
	asked, answers := 0, []string{"", "key", "never"}
	find := remember(func(context.Context) (string, error) { asked++; return answers[asked-1], nil })
	for _, want := range []string{"", "key", "key"} {
		if got, _ := find.get(context.Background()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReadSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "binary")
	if err := os.WriteFile(path, []byte("a\x00b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readSystem(path); err == nil || err.Error() != path+" holds no text" {
		t.Errorf("the error is %v", err)
	}
}

// Windows takes a colon in a file's name for something else.
func TestCacheFileHasNoColon(t *testing.T) {
	if name := filepath.Base(testApp(t, nil).cacheFile("[::1]:8080")); strings.ContainsAny(name, `:/\[]`) {
		t.Errorf("the cache is in %q", name)
	}
}
