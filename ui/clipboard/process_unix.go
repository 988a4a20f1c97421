// This file owns how a program is kept off our terminal, on Unix.

//go:build unix

package clipboard

import (
	"os/exec"
	"syscall"
)

// detach gives cmd a session of its own: it can't touch the terminal, and what
// it leaves behind to serve the clipboard outlives the window. If it is killed,
// so is what it started.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
