// This file owns the columns of a line: white space, and tabs of which a
// container may take a part. It refuses to know blocks.

package markdown

import "bytes"

// cursor is a place in a line.
type cursor struct {
	line []byte
	at   int
	col  int // of line[at], tabs counted to the next multiple of four
	left int // columns of a tab before line[at] that are still to be read
}

// indent returns the columns of white space here, and what follows it.
func (c *cursor) indent() (columns int, rest []byte) {
	columns = c.left
	col := c.col
	for i := c.at; i < len(c.line); i++ {
		switch c.line[i] {
		case ' ':
			columns, col = columns+1, col+1
		case '\t':
			n := 4 - col%4
			columns, col = columns+n, col+n
		default:
			return columns, c.line[i:]
		}
	}
	return columns, nil
}

// skip moves over n columns of white space, fewer where there are no more.
func (c *cursor) skip(n int) {
	take := min(n, c.left)
	c.left -= take
	for n -= take; n > 0 && c.at < len(c.line); c.at++ {
		switch c.line[c.at] {
		case ' ':
			c.col++
			n--
		case '\t':
			w := 4 - c.col%4
			c.col += w
			take = min(n, w)
			c.left = w - take
			n -= take
		default:
			return
		}
	}
}

// advance moves over n bytes that are not white space.
func (c *cursor) advance(n int) {
	c.at += n
	c.col += n
}

// rest returns what is left of the line, and its place in the line; -1 where a
// tab was taken in part.
func (c *cursor) rest() (rest []byte, at int) {
	if c.left == 0 {
		return c.line[c.at:], c.at
	}
	return append(bytes.Repeat([]byte(" "), c.left), c.line[c.at:]...), -1
}

// blank tells whether nothing but white space is left.
func (c *cursor) blank() bool { return len(bytes.TrimLeft(c.line[c.at:], " \t")) == 0 }
