// This file owns how a program is kept off our console, on Windows.

//go:build windows

package clipboard

import (
	"os/exec"
	"syscall"
)

// noWindow is CREATE_NO_WINDOW: a console of its own, which nobody sees.
const noWindow = 0x08000000

// detach keeps cmd from our console, whose modes it would change.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: noWindow}
}
