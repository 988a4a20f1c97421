//go:build !unix

// This file is for systems on which a started program outlives us by itself.

package cli

import "os/exec"

func detach(*exec.Cmd) {}
