// This file holds everything that package cli takes from the world: the
// environment, the places of files, the clock, what is a terminal. Nothing
// else in aimlchat reads the environment or calls xdg, so that a test can hand
// in a world of its own.

package cli

import (
	"cmp"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/adrg/xdg"
	"golang.org/x/term"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config/keys"
)

// Env is the world in which aimlchat runs.
type Env struct {
	Version   string
	LookupEnv func(key string) (string, bool)
	Now       func() time.Time
	Dirs      Dirs
	Terminal  Terminal
	Size      func() (width, height int) // of the terminal in cells; nil: unknown

	// Keyring keeps keys; nil is the operating system's.
	Keyring keys.Keyring
	// Retry is when a failed request is repeated; zero is as a person likes it.
	Retry api.RetryPolicy
	// Local carries the questions to servers that may run on this machine; nil is
	// the network.
	Local http.RoundTripper
	// Downloads carries the requests for media that a model made; nil is the
	// network, but for private addresses.
	Downloads http.RoundTripper
}

// Dirs are the folders of aimlchat, which need not exist.
type Dirs struct {
	Config string // config.toml, themes
	Data   string // the database
	Cache  string // the model catalogue
	State  string // the prompt history, the last model, locks
}

// Terminal says which of the standard streams are terminals.
type Terminal struct{ Stdin, Stdout, Stderr bool }

// System is the real world. The version is what the release build set; when
// it is "" the build information is asked.
func System(version string) Env {
	const name = "aimlchat"
	return Env{
		Version:   cmp.Or(version, buildVersion()),
		LookupEnv: os.LookupEnv,
		Now:       time.Now,
		Dirs: Dirs{
			Config: filepath.Join(xdg.ConfigHome, name),
			Data:   filepath.Join(xdg.DataHome, name),
			Cache:  filepath.Join(xdg.CacheHome, name),
			State:  filepath.Join(xdg.StateHome, name),
		},
		Terminal: Terminal{
			Stdin:  term.IsTerminal(int(os.Stdin.Fd())),
			Stdout: term.IsTerminal(int(os.Stdout.Fd())),
			Stderr: term.IsTerminal(int(os.Stderr.Fd())),
		},
		Size: func() (width, height int) {
			width, height, _ = term.GetSize(int(os.Stdout.Fd())) // 0×0 when nobody can tell
			return width, height
		},
	}
}

func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return cmp.Or(info.Main.Version, "unknown")
}

// getenv returns the value of the first of keys that is set and not empty.
func (e Env) getenv(keys ...string) string {
	for _, key := range keys {
		if v, _ := e.LookupEnv(key); v != "" {
			return v
		}
	}
	return ""
}

// plain reports whether output must have no colours.
func (e Env) plain() bool {
	return e.getenv("NO_COLOR") != "" || e.getenv("TERM") == "dumb"
}

// links reports whether the terminal is known to show hyperlinks (OSC 8):
// one that does not may print their addresses into the text.
func (e Env) links() bool {
	if e.getenv("TERM") == "dumb" {
		return false
	}
	switch e.getenv("TERM_PROGRAM") {
	case "ghostty", "iTerm.app", "rio", "Tabby", "vscode", "WezTerm":
		return true
	}
	switch e.getenv("TERM") {
	case "alacritty", "contour", "foot", "foot-extra", "xterm-ghostty", "xterm-kitty":
		return true
	}
	vte, _ := strconv.Atoi(e.getenv("VTE_VERSION")) // 0 for none
	return vte >= 5000 || e.getenv("KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION") != ""
}
