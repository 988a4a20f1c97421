package wire

// This file owns how Linux is told from how many bytes on it wakes a reader.

import "syscall"

func setLowWater(conn syscall.RawConn, bytes int) (err error) {
	failed := conn.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, bytes)
	})
	if failed != nil {
		return failed
	}
	return err
}
