package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/cli"
)

// world is a machine on which aimlchat runs within the test: with a config, an
// environment and folders of its own, and without a keyring unless it gets one.
type world struct {
	dir string
	env map[string]string
}

func newWorld(t *testing.T, conf string) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), env: map[string]string{}}
	w.configure(t, conf)
	return w
}

func (w *world) configure(t *testing.T, conf string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.config()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.config(), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) config() string { return filepath.Join(w.dir, "config", "config.toml") }

// run runs aimlchat with the arguments, as a script would.
func (w *world) run(args ...string) (stdout, stderr string, code int) {
	lookup := func(key string) (string, bool) { v, ok := w.env[key]; return v, ok }
	env := cli.Env{
		Version: "test", LookupEnv: lookup, Now: time.Now, Keyring: fakeKeyring{lookup}, Downloads: fakeMedia{},
		Retry: api.RetryPolicy{Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }},
		Dirs: cli.Dirs{
			Config: filepath.Dir(w.config()), Data: filepath.Join(w.dir, "data"),
			Cache: filepath.Join(w.dir, "cache"), State: filepath.Join(w.dir, "state"),
		},
	}
	var out, errs bytes.Buffer
	code = cli.Main(context.Background(), args, strings.NewReader(""), &out, &errs, env)
	return out.String(), errs.String(), code
}
