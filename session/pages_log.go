package session

// This file owns the reading of SQLite's write-ahead log: which of its frames
// are committed, and which are damaged. SQLite itself forgets everything from
// the first damaged frame on; here only that frame is doubted.

import (
	"encoding/binary"
	"fmt"
)

const (
	logHead   = 32
	frameHead = 24
)

// frame is a page in the log.
type frame struct {
	page   uint32
	commit uint32 // pages of the database after the transaction that it ends, 0 if it ends none
	at     int64  // of its page
	ours   bool   // it belongs to this round of the log
	sound  bool   // its sum fits
}

// layOver finds the newest version of each page in the log, up to the last
// frame that ends a transaction.
func (im *image) layOver(logSize int64) {
	head := make([]byte, logHead)
	if n, _ := im.log.ReadAt(head, 0); n < logHead {
		return
	}
	frames := im.frames(head, logSize)
	last := -1
	for i, f := range frames {
		if f.sound && f.ours && f.commit > 0 {
			last = i
		}
	}
	im.newest = map[uint32]int64{}
	for i, f := range frames[:last+1] {
		if !f.sound || !f.ours {
			im.doubted = append(im.doubted, f.page)
			im.damaged = append(im.damaged, fmt.Sprintf("frame %d of the log is damaged", i+1))
		}
		if f.page > 0 && f.page <= frames[last].commit && (f.sound || f.ours) {
			im.newest[f.page] = f.at
		}
	}
	if last >= 0 { // what is in neither can't be counted
		im.count = max(im.count, min(frames[last].commit, im.count+uint32(len(frames)))) //nolint:gosec // far less
	}
}

// frames reads all frames. A frame's sum begins with the sum of the one before
// it, as that is stored, so that damage to one does not spread.
func (im *image) frames(head []byte, logSize int64) (list []frame) {
	order := sumOrder(head)
	salts := im.salts(head)
	before := head[24:32]
	buf := make([]byte, frameHead+im.size)
	for at := int64(logHead); at+int64(len(buf)) <= logSize; at += int64(len(buf)) {
		if n, _ := im.log.ReadAt(buf, at); n < len(buf) {
			break
		}
		sum := logSum(order, before, buf[:8], buf[frameHead:])
		list = append(list, frame{
			page: binary.BigEndian.Uint32(buf), commit: binary.BigEndian.Uint32(buf[4:]), at: at + frameHead,
			ours:  string(buf[8:16]) == salts,
			sound: sum == string(buf[16:24]),
		})
		before = append([]byte(nil), buf[16:24]...)
	}
	return list
}

// salts returns the mark of the frames of this round: what the header says, or
// the first frame if the header is damaged.
func (im *image) salts(head []byte) string {
	if logSum(sumOrder(head), make([]byte, 8), head[:24]) == string(head[24:32]) {
		return string(head[16:24])
	}
	im.damaged = append(im.damaged, "the header of the log is damaged")
	first := make([]byte, 16)
	_, _ = im.log.ReadAt(first, logHead)
	return string(first[8:16])
}

func sumOrder(head []byte) binary.ByteOrder {
	if binary.BigEndian.Uint32(head) == 0x377f0683 {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// logSum is the log's own checksum over parts, of whole 8 bytes, after another.
func logSum(order binary.ByteOrder, before []byte, parts ...[]byte) string {
	a, b := binary.BigEndian.Uint32(before), binary.BigEndian.Uint32(before[4:])
	for _, p := range parts {
		for ; len(p) >= 8; p = p[8:] {
			a += order.Uint32(p) + b
			b += order.Uint32(p[4:]) + a
		}
	}
	return string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, a), b))
}
