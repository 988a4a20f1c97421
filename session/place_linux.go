package session

// This file asks Linux for the file system of a folder.

import (
	"os"
	"path/filepath"
	"syscall"
)

// localTypes are the file systems that lie on a disk of this computer, or in
// its memory, by their magic number (statfs(2), linux/magic.h).
var localTypes = map[uint32]string{
	0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x01021994: "tmpfs", 0x858458f6: "ramfs",
	0x2fc12fc1: "zfs", 0xf2f52010: "f2fs", 0x794c7630: "overlay", 0xca451a4e: "bcachefs", 0x52654973: "reiserfs",
	0x3153464a: "jfs", 0x3434: "nilfs", 0x24051905: "ubifs", 0x72b6: "jffs2", 0xf15f: "ecryptfs", 0x61756673: "aufs",
	0x5346544e: "ntfs", 0x7366746e: "ntfs3", 0x2011bab0: "exfat", 0x4d44: "vfat", 0x482b: "hfsplus", 0x4244: "hfs",
	0x15013346: "udf", 0x137f: "minix", 0x00011954: "ufs",
}

// farTypes are those that lie on another computer, or seem to.
var farTypes = map[uint32]string{
	0x6969: "nfs", 0x517b: "smb", 0xff534d42: "cifs", 0xfe534d42: "smb2", 0x01021997: "9p", 0x00c36400: "ceph",
	0x5346414f: "afs", 0x6b414653: "afs", 0x73757245: "coda", 0x0bd00bd0: "lustre", 0x01161970: "gfs2", 0x7461636f: "ocfs2",
	0x47504653: "gpfs", 0x19830326: "beegfs", 0x786f4256: "vboxsf", 0xbacbacbc: "vmhgfs", 0x564c: "ncp",
}

// fuseType is of programs that play file system; what they play, only the table
// of mounts says.
const fuseType = 0x65735546

func placeOf(dir string) Place {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return Place{Free: -1}
	}
	p := Place{Free: int64(st.Bavail) * int64(st.Bsize)} //nolint:gosec,unconvert // far from the limit; the widths differ between processors
	magic := uint32(st.Type)                             //nolint:gosec // some processors sign it
	if p.Type, p.Local = localTypes[magic]; p.Local {
		return p
	}
	if p.Type = farTypes[magic]; p.Type != "" {
		return p
	}
	if whole, err := filepath.EvalSymlinks(dir); err == nil {
		table, _ := os.ReadFile("/proc/self/mountinfo") // without it the type stays unknown
		p.Type = mountedAs(string(table), whole)
	}
	p.Local = magic == fuseType && p.Type == "fuseblk" // a disk, read by a program: ntfs-3g
	return p
}
