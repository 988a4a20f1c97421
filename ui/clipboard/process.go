// This file owns how a program is run: found in PATH, without a shell, with the
// few variables that clipboards need, for a bounded time. It refuses to wait for
// what a program leaves behind.

package clipboard

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"
)

// Call is one run of a program.
type Call struct {
	Argv   []string // the program's path, and its arguments
	Env    []string // all of its environment
	Stdin  string
	Output bool // what it prints is wanted
}

// maxOutput is the most that a program may print, in bytes.
const maxOutput = 64 << 20

var errTooMuch = errors.New("the clipboard holds more than 64 MB")

// needed are the variables that programs for clipboards need: to find
// themselves, the display, tmux's server, and on Windows the system.
var needed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE",
	"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
	"TMUX", "TMUX_PANE", "TMUX_TMPDIR",
	"PREFIX", "ANDROID_DATA", "ANDROID_ROOT", "TERMUX_VERSION",
	"WSL_DISTRO_NAME", "WSL_INTEROP",
	"SystemRoot", "SystemDrive", "windir", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData",
}

// call runs a program; argv nil is a program that there is not. patience 0 is
// the usual one.
func (c *Clipboard) call(ctx context.Context, h here, argv []string, stdin string, output bool, patience time.Duration) ([]byte, error) {
	if len(argv) == 0 {
		return nil, exec.ErrNotFound
	}
	path, err := c.opts.LookPath(argv[0])
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, max(patience, c.opts.Patience))
	defer cancel()
	return c.opts.Run(ctx, Call{append([]string{path}, argv[1:]...), c.environment(h), stdin, output})
}

// environment is what a program gets to see of ours.
func (c *Clipboard) environment(h here) []string {
	var env []string
	for _, name := range needed {
		if value := h.env(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	if c.opts.GOOS == "darwin" { // else pbcopy takes UTF-8 for MacRoman
		env = append(env, "LC_ALL=en_US.UTF-8")
	}
	return env
}

// run runs a program to its end, or kills it with ctx. What wl-copy, xclip and
// xsel leave behind to serve the clipboard holds their output open, as long as
// nothing else is copied: output is not piped unless it is wanted, and pipes are
// not waited for.
func run(ctx context.Context, call Call) ([]byte, error) {
	cmd := exec.CommandContext(ctx, call.Argv[0], call.Argv[1:]...)
	cmd.Env = call.Env
	cmd.Stdin = strings.NewReader(call.Stdin)
	cmd.WaitDelay = 200 * time.Millisecond
	detach(cmd)
	var out bounded
	if call.Output {
		cmd.Stdout = &out
	}
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case call.Output && errors.Is(err, exec.ErrWaitDelay): // it ended well, and somebody else holds its output
		err = nil
	}
	return out.buf.Bytes(), err
}

// bounded keeps what is written, up to maxOutput.
type bounded struct{ buf bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.buf.Len()+len(p) > maxOutput {
		return 0, errTooMuch
	}
	return b.buf.Write(p)
}
