// Package cli turns a command line into aimlchat's world and runs it: the
// chat, the print mode, or one of the small commands that look after models,
// sessions and settings.
//
// A reader who wants to know how a command comes to its output reads, in this
// order: [Main]; root.go, where the commands are put together; options.go, the
// flags; then print.go, which is the whole pipeline without a screen:
//
//	prompt ─► session ─► backend ─► recorder ─► a printer (text or JSON)
//
// The chat (chat.go) hands the same pieces to package ui. backend.go knows who
// answers, choice.go which model is asked, errors.go what a failure looks like
// and which exit code it has.
//
// Only this package reads the environment, the folders and the clock, and
// nothing heavy is touched before it is needed: the database, the catalogue,
// the keyring and the network wait for their first use.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/ui"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// app is one run of aimlchat: its world, its streams, and what it has read.
type app struct {
	env    Env
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer

	config func() (config.Config, error) // read once
	lender *ui.Lender                    // of the chat, while there is one
}

// Main runs aimlchat with the arguments that follow its name, and returns its
// exit code. What went wrong is said on stderr in two lines, which never hold
// a key. Cancelling ctx stops what is under way and saves what arrived; when
// the cause is a signal (see [WithSignals]), the exit code tells which.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env Env) int {
	a := &app{env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	a.config = sync.OnceValues(a.readConfig)
	err := a.newRoot(ctx, args).ExecuteContext(ctx)
	return report(ctx, stderr, err)
}

// configPath is where the config file is, or would be.
func (a *app) configPath() string { return filepath.Join(a.env.Dirs.Config, "config.toml") }

func (a *app) readConfig() (config.Config, error) {
	path := a.configPath()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return config.Config{}, &usageError{what: err.Error(), hint: "make the file readable, or move it away", err: err}
	}
	c, err := config.Load(path, data)
	if err != nil {
		return c, &usageError{what: err.Error(), hint: "mend that line, or move the file away", err: err}
	}
	return c, keptHome(path, c)
}

// keptHome refuses a config that others can read while it holds a key.
func keptHome(path string, c config.Config) error {
	holds := c.Secrets()
	if len(holds) == 0 {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return &usageError{what: err.Error(), hint: "make the file readable, or move it away", err: err}
	}
	if open := tooOpen(info); open != "" {
		return usagef(fmt.Sprintf("chmod 600 %q", path), "%s: others can read it (%s), and %s holds a key", path, open, holds[0])
	}
	return nil
}

// notice tells something that is good to know and no failure.
func (a *app) notice(format string, args ...any) {
	fmt.Fprintf(a.stderr, "aimlchat: %s\n", sanitize.Line(fmt.Sprintf(format, args...)))
}
