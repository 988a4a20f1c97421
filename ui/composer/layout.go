package composer

// layout.go owns how the draft lies on the screen: its rows, and the way from
// an offset to a cell and back. It refuses to draw.

import (
	"sort"
	"strings"

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
	width int
	rows  []row
	known map[string][]int // of a line: the offsets at which it is wrapped, at this width
}

// set lays text out. Only lines that were not there before are measured.
func (l *layout) set(text string, width int, f *folds) {
	old := l.known
	if width != l.width {
		old = nil
	}
	l.width, l.rows, l.known = width, l.rows[:0], make(map[string][]int)
	for start := 0; ; {
		line, _, more := strings.Cut(text[start:], "\n")
		breaks, ok := old[line]
		if !ok {
			breaks = wrap(line, width, f)
		}
		l.known[line] = breaks
		from := 0
		for _, to := range breaks {
			l.rows = append(l.rows, row{start + from, start + to})
			from = to
		}
		l.rows = append(l.rows, row{start + from, start + len(line)})
		if !more {
			return
		}
		start += len(line) + 1
	}
}

// wrap returns the offsets at which a line is broken: behind blanks, around
// wide characters and folds, and anywhere in a word too long for a row.
func wrap(line string, width int, f *folds) []int {
	var breaks []int
	start, x := 0, 0    // of the row: where it begins, how wide it is
	word, wordX := 0, 0 // the last place where the row may be broken
	for i := 0; i < len(line); {
		c := cluster(line[i:])
		w := min(f.width(c), width)
		loose := w > 1
		if loose {
			word, wordX = i, x
		}
		for x > 0 && x+w > width && !(c == " " && x == width) {
			if word <= start {
				word, wordX = i, x
			}
			breaks = append(breaks, word)
			start, x, wordX = word, x-wordX, 0
		}
		i, x = i+len(c), x+w
		if loose || c == " " {
			word, wordX = i, x
		}
	}
	return breaks
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
	return ansi.StringWidth(sanitize.Text(c))
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
