//go:build unix

// This file lets a started program outlive us and our terminal.

package cli

import (
	"os/exec"
	"syscall"
)

// detach gives a command a session of its own: no signal of our terminal
// reaches it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
