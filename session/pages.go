package session

// This file owns the reading of SQLite's file format without SQLite, which
// refuses whatever lies below a page that it can't read. The format is
// https://sqlite.org/fileformat2.html. Nothing here believes what it reads:
// every offset and length is checked, and whatever makes no sense is left out.

import (
	"encoding/binary"
	"io"
	"math"
)

// The kinds of pages, by their first byte.
const (
	indexInterior = 0x02
	tableInterior = 0x05
	indexLeaf     = 0x0a
	tableLeaf     = 0x0d
)

// usualPage is the size of our pages; the size in a damaged header may be none.
const usualPage = 4096

// image is a database file with the committed frames of its log laid over it.
type image struct {
	file    io.ReaderAt
	log     io.ReaderAt
	size    int // of a page
	count   uint32
	newest  map[uint32]int64 // where in the log a page lies
	doubted []uint32         // pages whose frame is damaged
	damaged []string         // what of the log does not add up, for people
}

// openImage reads the header of a file. log may be nil.
func openImage(file io.ReaderAt, fileSize int64, log io.ReaderAt, logSize int64) *image {
	head := make([]byte, 100)
	_, _ = file.ReadAt(head, 0) // what is missing stays zero
	im := &image{file: file, log: log, size: pageSize(int(binary.BigEndian.Uint16(head[16:])))}
	pages := (fileSize + int64(im.size) - 1) / int64(im.size)
	im.count = uint32(min(pages, math.MaxInt32)) //nolint:gosec // bounded
	if log != nil {
		im.layOver(logSize)
	}
	return im
}

func pageSize(said int) int {
	if said == 1 {
		return 65536
	}
	if said < 512 || said&(said-1) != 0 {
		return usualPage
	}
	return said
}

// page returns page n, counted from 1, and zeros for what isn't there; nil if n
// is none.
func (im *image) page(n uint32) []byte {
	if n < 1 || n > im.count {
		return nil
	}
	p := make([]byte, im.size)
	if at, is := im.newest[n]; is {
		_, _ = im.log.ReadAt(p, at)
		return p
	}
	_, _ = im.file.ReadAt(p, int64(n-1)*int64(im.size))
	return p
}

// under returns what the file says of a page that the log has too.
func (im *image) under(n uint32) []byte {
	if _, is := im.newest[n]; !is {
		return nil
	}
	p := make([]byte, im.size)
	_, _ = im.file.ReadAt(p, int64(n-1)*int64(im.size))
	return p
}

// leafPage is a page's header and its array of cells.
type leafPage struct {
	kind  byte
	right uint32 // the last child of an interior page
	cells []int  // offsets, those that are in the page
	spare []int  // what the array's unused end still points at: cells of before
	odd   bool   // something in it makes no sense
}

// parsePage reads the header of a page; n is its number.
func parsePage(n uint32, p []byte) (h leafPage) {
	at := 0
	if n == 1 {
		at = 100
	}
	h.kind = p[at]
	size := 8
	if h.kind == indexInterior || h.kind == tableInterior {
		size = 12
		h.right = binary.BigEndian.Uint32(p[at+8:])
	} else if h.kind != indexLeaf && h.kind != tableLeaf {
		h.odd = true
	}
	count := int(binary.BigEndian.Uint16(p[at+3:]))
	begin := int(binary.BigEndian.Uint16(p[at+5:]))
	if begin == 0 {
		begin = 65536
	}
	array := at + size
	end := array + 2*count
	if end > begin || begin > len(p) {
		h.odd = true
		begin = len(p)
	}
	for o := array; o+2 <= begin && o+2 <= len(p); o += 2 {
		cell := int(binary.BigEndian.Uint16(p[o:]))
		in := cell >= array && cell < len(p)-1
		switch {
		case o < end && in:
			h.cells = append(h.cells, cell)
		case o < end:
			h.odd = true
		case in:
			h.spare = append(h.spare, cell)
		}
	}
	return h
}

// varint reads a variable-length integer; n is 0 if it doesn't end in b.
func varint(b []byte) (v uint64, n int) {
	for n < len(b) && n < 8 {
		c := b[n]
		n++
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, n
		}
	}
	if n < 8 || n >= len(b) {
		return 0, 0
	}
	return v<<8 | uint64(b[n]), n + 1
}

// cell is what one cell holds: a row of a table, or an entry of an index.
type cell struct {
	child  uint32 // of an interior page
	rowid  int64  // of a table
	values []any  // nil, int64, float64, string or []byte
	cut    bool   // its end could not be read
	chain  []uint32
}

// readCell reads the cell at an offset of a page. It is not ok if that makes no
// sense.
func (im *image) readCell(kind byte, p []byte, at int) (c cell, ok bool) {
	b := p[at:]
	if kind == indexInterior || kind == tableInterior {
		if len(b) < 4 {
			return c, false
		}
		c.child, b = binary.BigEndian.Uint32(b), b[4:]
	}
	var size uint64
	if kind != tableInterior {
		v, n := varint(b)
		if n == 0 || v < 1 || v > uint64(im.count)*uint64(im.size) {
			return c, false
		}
		size, b = v, b[n:]
	}
	if kind == tableInterior || kind == tableLeaf {
		v, n := varint(b)
		if n == 0 {
			return c, false
		}
		c.rowid, b = int64(v), b[n:] //nolint:gosec // that is how it is stored
	}
	if kind == tableInterior {
		return c, true
	}
	payload, chain := im.payload(kind, b, int(size)) //nolint:gosec // not more than the file has
	c.chain, c.cut = chain, len(payload) < int(size) //nolint:gosec // likewise
	c.values, ok = record(payload, c.cut)
	return c, ok
}

// payload returns what a cell holds, with what flows over to pages of its own,
// as much as can be read, and those pages.
func (im *image) payload(kind byte, b []byte, size int) ([]byte, []uint32) {
	most, least := im.size-35, (im.size-12)*32/255-23
	if kind != tableLeaf {
		most = (im.size-12)*64/255 - 23
	}
	if size <= most {
		return b[:min(size, len(b))], nil
	}
	local := least + (size-least)%(im.size-4)
	if local > most {
		local = least
	}
	if local+4 > len(b) {
		return b[:min(local, len(b))], nil
	}
	all := append(make([]byte, 0, min(size, 1<<20)), b[:local]...)
	var chain []uint32
	for next := binary.BigEndian.Uint32(b[local:]); len(all) < size; {
		p := im.page(next)
		if p == nil {
			break
		}
		chain = append(chain, next)
		all = append(all, p[4:min(len(p), 4+size-len(all))]...)
		next = binary.BigEndian.Uint32(p)
	}
	return all, chain
}

// record reads the values of a payload. One that was cut gives what is there.
func record(b []byte, cut bool) (values []any, ok bool) {
	head, n := varint(b)
	if n == 0 || head < uint64(n) || head > uint64(len(b)) { //nolint:gosec // n is small
		return nil, false
	}
	types, body := b[n:head], b[head:]
	for len(types) > 0 {
		kind, n := varint(types)
		if n == 0 {
			return nil, false
		}
		types = types[n:]
		v, used, ok := value(kind, body, cut)
		if !ok {
			return nil, false
		}
		values, body = append(values, v), body[used:]
	}
	return values, len(body) == 0
}

// value reads a value of a serial type.
func value(kind uint64, b []byte, cut bool) (v any, used int, ok bool) {
	sizes := [...]int{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}
	switch {
	case kind == 10, kind == 11:
		return nil, 0, false
	case kind >= 12:
		size := (kind - 12) / 2
		if size > uint64(len(b)) {
			if !cut {
				return nil, 0, false
			}
			size = uint64(len(b))
		}
		if kind%2 == 0 {
			return b[:size:size], int(size), true //nolint:gosec // not more than b has
		}
		return string(b[:size]), int(size), true //nolint:gosec // likewise
	}
	size := sizes[kind]
	if size > len(b) {
		return nil, len(b), cut
	}
	switch kind {
	case 0:
		return nil, 0, true
	case 7:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), 8, true
	case 8, 9:
		return int64(kind - 8), 0, true //nolint:gosec // 0 or 1
	}
	n := int64(int8(b[0])) //nolint:gosec // its sign is meant
	for _, c := range b[1:size] {
		n = n<<8 | int64(c)
	}
	return n, size, true
}
