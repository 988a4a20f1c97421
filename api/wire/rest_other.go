//go:build !linux

package wire

// This file owns that other systems than Linux wake a reader for every byte.

import (
	"errors"
	"syscall"
)

func setLowWater(syscall.RawConn, int) error { return errors.ErrUnsupported }
