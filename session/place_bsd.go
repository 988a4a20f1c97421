//go:build darwin || freebsd || dragonfly

package session

// This file asks macOS and the BSDs for the file system of a folder.

import "syscall"

func placeOf(dir string) Place {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return Place{Free: -1}
	}
	name := make([]byte, 0, len(st.Fstypename))
	for _, c := range st.Fstypename {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	p := Place{Type: string(name), Free: int64(st.Bavail) * int64(st.Bsize)} //nolint:gosec,unconvert // far from the limit; the types differ between systems
	switch p.Type {
	case "apfs", "hfs", "ufs", "zfs", "hammer", "hammer2", "tmpfs", "exfat", "msdos", "msdosfs", "ntfs", "udf":
		p.Local = true
	}
	return p
}
