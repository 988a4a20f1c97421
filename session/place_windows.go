package session

// This file asks Windows for the drive of a folder.

import (
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// The kinds of drives, as GetDriveType returns them.
const (
	removableDrive = 2
	fixedDrive     = 3
	remoteDrive    = 4
	memoryDrive    = 6
)

var driveType = sync.OnceValue(func() *syscall.LazyProc {
	return syscall.NewLazyDLL("kernel32.dll").NewProc("GetDriveTypeW")
})

func placeOf(dir string) Place {
	p := Place{Free: -1}
	volume := filepath.VolumeName(dir)
	if strings.HasPrefix(volume, `\\`) && !strings.HasPrefix(volume, `\\?\`) && !strings.HasPrefix(volume, `\\.\`) {
		p.Type = "a network share"
		return p
	}
	root, err := syscall.UTF16PtrFromString(volume + `\`)
	if err != nil {
		return p
	}
	kind, _, _ := driveType().Call(uintptr(unsafe.Pointer(root)))
	switch kind {
	case fixedDrive:
		p.Type, p.Local = "a fixed drive", true
	case removableDrive:
		p.Type, p.Local = "a removable drive", true
	case memoryDrive:
		p.Type, p.Local = "a memory drive", true
	case remoteDrive:
		p.Type = "a network drive"
	}
	return p
}
