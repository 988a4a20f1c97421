package composer

// layout.go owns how the draft lies on the screen: its rows, and the way from
// an offset to a cell and back. It refuses to draw.

import (
	"sort"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

const tabWidth = 4

// row is a stretch of the draft that is drawn as one row. The newline that
// ends it is not part of it; a row that was wrapped ends where the next begins.
type row struct{ start, end int }

// layout is the draft in rows of at most width cells. One blank may hang over
// the edge, so that a wrapped row never begins with the blank that ended the
// word before it; whoever draws leaves a column for it and for the cursor.
type layout struct {
	text  string // as it lies in rows
	width int
	rows  []row
	spare []row // the slice of the rows before these

	read int // bytes measured so far: what laying out has cost
}

// unsure is how many rows above an edit may be wrapped differently by it: a
// word of the one above may have become shorter, or its last character longer.
const unsure = 2

// set lays text out. Only rows around what has changed are measured, up to the
// first behind it that begins where one began before.
func (l *layout) set(text string, width int, f *folds) {
	old, from, tail := l.rows, 0, 0
	if width != l.width || len(old) == 0 {
		old = nil
	} else {
		from = sharedStart(l.text, text)
		if from == len(text) && from == len(l.text) {
			return
		}
		tail = sharedEnd(l.text[from:], text[from:])
	}
	moved := len(text) - len(l.text) // what is in the tail
	y := max(sort.Search(len(old), func(i int) bool { return old[i].start > from })-1-unsure, 0)
	rows := l.spare[:0]
	rows = append(rows, old[:y]...)
	start := 0
	if y < len(old) {
		start = old[y].start
	}
	l.text, l.width = text, width
	for {
		end := l.end(start, f)
		rows = append(rows, row{start, end})
		if end == len(text) {
			break
		}
		if start = end; text[end] == '\n' {
			start++
		}
		for y < len(old) && old[y].start+moved < start {
			y++
		}
		if start > len(text)-tail && y < len(old) && old[y].start+moved == start {
			for _, r := range old[y:] {
				rows = append(rows, row{r.start + moved, r.end + moved})
			}
			break
		}
	}
	l.rows, l.spare = rows, l.rows
}

// end returns where the row that begins at start ends: at a newline, or broken
// behind blanks, around wide characters and folds, and anywhere in a word too
// long for a row.
func (l *layout) end(start int, f *folds) int {
	i, x := start, 0
	word := start // the last place where the row may be broken
	for i < len(l.text) && l.text[i] != '\n' {
		c := cluster(l.text[i:])
		w := min(f.widest(c), l.width)
		loose := w > 1
		if loose {
			word = i
		}
		if x > 0 && x+w > l.width && (c != " " || x != l.width) {
			l.read += i - start
			if word > start {
				return word
			}
			return i
		}
		i, x = i+len(c), x+w
		if loose || c == " " {
			word = i
		}
	}
	l.read += i - start
	return i
}

// block is how many bytes of two texts are compared at once.
const block = 4 << 10

// sharedStart returns how many bytes a and b begin with in common.
func sharedStart(a, b string) int {
	n, most := 0, min(len(a), len(b))
	for most-n > block && a[n:n+block] == b[n:n+block] {
		n += block
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// sharedEnd returns how many bytes a and b end with in common.
func sharedEnd(a, b string) int {
	n, most := 0, min(len(a), len(b))
	for most-n > block && a[len(a)-n-block:len(a)-n] == b[len(b)-n-block:len(b)-n] {
		n += block
	}
	for n < most && a[len(a)-n-1] == b[len(b)-n-1] {
		n++
	}
	return n
}

// width returns the cells that one character takes.
func (f *folds) width(c string) int {
	switch b := c[0]; {
	case b == foldByte:
		return len(f.of(c).label)
	case b == '\t':
		return tabWidth
	case len(c) == 1 && (b < ' ' || b == 0x7F):
		return 0
	case len(c) == 1:
		return 1
	}
	if r, n := utf8.DecodeRuneInString(c); n == len(c) && alone(r) {
		if r >= firstWide {
			return 2
		}
		return 1
	}
	return ansi.StringWidth(sanitize.Text(c))
}

// widest is the width where it is widest: what is written shows on any terminal.
func (f *folds) widest(c string) int {
	if len(c) <= utf8.UTFMax || c[0] == foldByte {
		return f.width(c)
	}
	return sanitize.WidestCluster(sanitize.Text(c), f.width(c))
}

// find returns the row and the column of an offset. Between two halves of a
// wrapped line it is the beginning of the second.
func (l *layout) find(d *draft, f *folds, at int) (y, x int) {
	y = sort.Search(len(l.rows), func(i int) bool { return l.rows[i].start > at }) - 1
	for i := l.rows[y].start; i < at; {
		c := cluster(d.text[i:])
		x += min(f.width(c), l.width)
		i += len(c)
	}
	return y, min(x, l.width)
}

// offset returns the place in row y that is nearest to column x from the left.
func (l *layout) offset(d *draft, f *folds, y, x int) int {
	r := l.rows[y]
	i := r.start
	for i < r.end {
		n := d.next(i)
		x -= min(f.width(d.text[i:n]), l.width)
		wrapped := n == r.end && y+1 < len(l.rows) && l.rows[y+1].start == r.end
		if x < 0 || wrapped {
			break
		}
		i = n
	}
	return i
}
