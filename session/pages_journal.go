package session

// This file owns the reading of SQLite's rollback journal, which databases on
// another computer's disk have: it holds the pages as they were before a
// transaction that did not come to its end. SQLite itself forgets everything from
// the first damaged record on; here only that record is left out.

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	journalMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
	journalHead  = 28
)

// undo lays the pages over the file that a journal has of it.
func (im *image) undo(journal io.ReaderAt, size int64) {
	im.log, im.newest = journal, map[uint32]int64{}
	head := make([]byte, journalHead)
	for at := int64(0); at+journalHead <= size; {
		if n, _ := journal.ReadAt(head, at); n < journalHead || string(head[:8]) != journalMagic {
			break
		}
		if at == 0 {
			im.before(head)
		}
		sector := int64(max(binary.BigEndian.Uint32(head[20:]), journalHead))
		end := im.records(at+sector, size, binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:]))
		at = (end + sector - 1) / sector * sector
	}
}

// before takes over how large the database was.
func (im *image) before(head []byte) {
	count, size := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[24:])
	if size <= 65536 && pageSize(int(size)) == int(size) && int(size) != im.size {
		im.count = uint32(int64(im.count) * int64(im.size) / int64(size)) //nolint:gosec // not more than it was, times 128
		im.size = int(size)
	}
	if count > 0 {
		im.count = min(im.count, count)
	}
}

// records reads so many records, and returns where they end. A page's first one
// counts.
func (im *image) records(at, size int64, count, nonce uint32) int64 {
	buf := make([]byte, im.size+8)
	for ; count > 0 && at+int64(len(buf)) <= size; count, at = count-1, at+int64(len(buf)) {
		if n, _ := im.log.ReadAt(buf, at); n < len(buf) {
			break
		}
		page, sum := binary.BigEndian.Uint32(buf), nonce
		for i := im.size - 200; i > 0; i -= 200 {
			sum += uint32(buf[4+i])
		}
		if sum != binary.BigEndian.Uint32(buf[4+im.size:]) {
			im.damaged = append(im.damaged, fmt.Sprintf("the record of page %d in the journal is damaged", page))
			continue
		}
		if _, known := im.newest[page]; !known && page > 0 {
			im.newest[page] = at + 4
		}
	}
	return at
}

// cutOff reports whether err says that a transaction was cut off, which the next
// program that may write takes back.
func cutOff(err error) bool {
	return extendedCode(err) == sqlite3.SQLITE_READONLY_ROLLBACK
}

// checkUndone checks a copy of a database in which that is done.
func checkUndone(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+".new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	to := filepath.Join(dir, "copy.db")
	for _, side := range []string{"", "-journal"} {
		if err := copyFile(path+side, to+side); err != nil {
			return err
		}
	}
	db, err := sql.Open("sqlite", dsn(to, false))
	if err != nil {
		return err
	}
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(new(int))
	if err = errors.Join(err, db.Close()); err == nil {
		_, err = Check(ctx, to)
	}
	return err
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}
