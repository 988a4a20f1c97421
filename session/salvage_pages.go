package session

// This file owns the walk through a damaged database: which pages belong to
// what, and which rows lie on them. A row is known by its shape, so that rows
// are found on pages that nothing leads to any more. It refuses to decide what
// a row is worth.

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
)

// spot is where a cell lies. Rows are read again when they are written: all of
// them at once may be too much.
type spot struct {
	page  uint32
	at    int
	kind  byte
	under bool // on the page that the log has replaced
}

// The tables, by name, and the least number of columns that their rows had in
// any version.
const (
	sessionTable = "sessions"
	messageTable = "messages"
	partTable    = "parts"
	chunkTable   = "chunks"
	tagTable     = "tags"
	paymentTable = "payments"
)

// shapeOf returns the table that a row is of, "" if it is of none of ours.
func shapeOf(v []any, kind byte) string {
	if kind == indexLeaf || kind == indexInterior {
		switch {
		case len(v) == 4 && areText(v[0], v[1], v[3]) && areInt(v[2]) && isID(v[0]):
			return chunkTable
		case len(v) == 2 && areText(v...) && isID(v[0]):
			return tagTable
		}
		return ""
	}
	switch {
	case len(v) >= 11 && areText(v[:8]...) && areInt(v[8:11]...) && isID(v[0]) && v[1] != "":
		return sessionTable
	case len(v) >= 13 && v[0] == nil && isID(v[1]) && isID(v[2]) && (v[3] == nil || isID(v[3])) && areText(v[4]) && v[4] != "":
		return messageTable
	case len(v) == 6 && v[0] == nil && isID(v[1]) && areInt(v[2]) && areText(v[3:5]...):
		return partTable
	case len(v) == 7 && v[0] == nil && areText(v[1], v[2], v[4], v[5], v[6]) && areInt(v[3]):
		return paymentTable
	}
	return ""
}

func areText(v ...any) bool {
	return !slices.ContainsFunc(v, func(v any) bool { _, is := v.(string); return !is })
}

func areInt(v ...any) bool {
	return !slices.ContainsFunc(v, func(v any) bool { _, is := v.(int64); return !is })
}

func isID(v any) bool {
	id, is := v.(string)
	return is && validID(id)
}

// explore finds all rows: first those that the trees lead to, then those on
// pages that nothing leads to.
func (w *wreck) explore(ctx context.Context) error {
	w.readSchema()
	w.readFree()
	for name, root := range w.roots {
		w.walk(name, root)
	}
	seen := w.label
	for n := uint32(1); n <= w.im.count; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, is := seen[n]; is {
			w.readPage(n, w.im.page(n), false)
		}
	}
	for n := uint32(1); n <= w.im.count; n++ {
		_, is := seen[n]
		if err := ctx.Err(); err != nil {
			return err
		}
		if !is && !w.overflow[n] {
			w.readPage(n, w.im.page(n), true)
		}
	}
	for _, n := range w.im.doubted {
		if p := w.im.under(n); p != nil {
			w.readUnder(n, p)
		}
	}
	return nil
}

// readSchema finds the roots of the tables and indexes.
func (w *wreck) readSchema() {
	w.walk("sqlite_schema", 1)
	for n := range w.label {
		p := w.im.page(n)
		h := parsePage(n, p)
		if h.kind != tableLeaf {
			continue
		}
		for _, at := range h.cells {
			c, ok := w.im.readCell(tableLeaf, p, at)
			if !ok || len(c.values) != 5 {
				continue
			}
			name, is := c.values[1].(string)
			root, is2 := c.values[3].(int64)
			if is && is2 && root > 0 && root <= int64(w.im.count) {
				w.roots[name] = uint32(root) //nolint:gosec // bounded
			}
		}
	}
}

// readFree finds the pages that are free: what lies there was removed.
func (w *wreck) readFree() {
	head := w.im.page(1)
	if head == nil {
		return
	}
	next, said := binary.BigEndian.Uint32(head[32:]), binary.BigEndian.Uint32(head[36:])
	for next != 0 && !w.free[next] {
		p := w.im.page(next)
		if p == nil {
			break
		}
		w.free[next] = true
		count := binary.BigEndian.Uint32(p[4:])
		for i := uint32(0); i < count && int(i)*4+12 <= len(p); i++ {
			w.free[binary.BigEndian.Uint32(p[8+4*i:])] = true
		}
		next = binary.BigEndian.Uint32(p)
	}
	if len(w.free) != int(said) {
		w.damage("the list of free pages")
	}
}

// walk labels the pages below a root with the name of their tree.
func (w *wreck) walk(name string, root uint32) {
	todo := []uint32{root}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		p := w.im.page(n)
		if _, seen := w.label[n]; seen || p == nil {
			w.broken = true
			w.damage(fmt.Sprintf("page %d", n))
			continue
		}
		w.label[n] = name
		h := parsePage(n, p)
		if h.odd {
			w.broken = true
			w.damage(fmt.Sprintf("page %d", n))
		}
		if h.kind != tableInterior && h.kind != indexInterior {
			continue
		}
		todo = append(todo, h.right)
		for _, at := range h.cells {
			if c, ok := w.im.readCell(h.kind, p, at); ok || c.child != 0 {
				todo = append(todo, c.child)
			}
		}
	}
}

// readPage takes the rows of a page. Those of a stray one, to which nothing
// leads, are worth less.
func (w *wreck) readPage(n uint32, p []byte, stray bool) {
	h := parsePage(n, p)
	kinds := []byte{h.kind}
	if h.odd {
		kinds = []byte{tableLeaf, indexLeaf} // its first byte may be what is damaged
	}
	for _, kind := range kinds {
		if kind == tableInterior {
			continue
		}
		for _, at := range h.cells {
			c, ok := w.im.readCell(kind, p, at)
			if !ok && !stray && !h.odd {
				w.damage(fmt.Sprintf("a cell of page %d", n))
			}
			if ok {
				w.take(n, spot{n, at, kind, false}, c, stray)
			}
		}
		for _, at := range h.spare {
			if c, ok := w.im.readCell(kind, p, at); ok {
				w.spare(spot{n, at, kind, false}, c)
			}
		}
	}
}

func (w *wreck) readUnder(n uint32, p []byte) {
	h := parsePage(n, p)
	for _, at := range h.cells {
		if c, ok := w.im.readCell(h.kind, p, at); ok && h.kind != tableInterior {
			w.spare(spot{n, at, h.kind, true}, c)
		}
	}
}

// take notes a row that belongs to the database, or an entry of an index.
func (w *wreck) take(n uint32, at spot, c cell, stray bool) {
	if stray && (w.free[n] || !w.broken) {
		w.spare(at, c)
		return
	}
	for _, page := range c.chain {
		w.overflow[page] = true
	}
	if !w.hint(w.label[n], c) {
		w.keep(w.label[n], at, c)
	}
}

// again reads the row at a spot once more.
func (w *wreck) again(at spot) []any {
	p := w.im.page(at.page)
	if at.under {
		p = w.im.under(at.page)
	}
	c, _ := w.im.readCell(at.kind, p, at.at)
	return c.values
}

// damage notes, once, what could not be read.
func (w *wreck) damage(what string) {
	if !slices.Contains(w.report.Pages, what) && len(w.report.Pages) < 100 {
		w.report.Pages = append(w.report.Pages, what)
	}
}
