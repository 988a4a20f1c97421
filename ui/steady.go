// This file owns what reaches the terminal beside Bubble Tea's own bytes: one
// correction of them.

package ui

import (
	"bytes"
	"io"
)

// steady corrects how scrolling regions end. The renderer sets them back to
// the rows that the terminal had when the frame was made. When it has grown
// meanwhile, the rows below stay outside the region, and the newlines of the
// frames that follow scroll the upper part instead of going down. A region
// without numbers is the whole screen, however large that is.
type steady struct{ io.Writer }

// steadyFile is steady for what Bubble Tea must know as a terminal.
type steadyFile struct {
	terminal
	steady
}

type terminal interface {
	io.ReadWriteCloser
	Fd() uintptr
}

// steadied wraps the output of a program.
func steadied(w io.Writer) io.Writer {
	if f, ok := w.(terminal); ok {
		return steadyFile{f, steady{f}}
	}
	return steady{w}
}

// Write writes p, corrected.
func (f steadyFile) Write(p []byte) (int, error) { return f.steady.Write(p) }

// Write writes p, corrected. A frame is one write.
func (s steady) Write(p []byte) (int, error) {
	if _, err := s.Writer.Write(endRegions(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// endRegions replaces every second region of p by the whole screen: each is set
// for one scroll, and then set back.
func endRegions(p []byte) []byte {
	if !bytes.Contains(p, []byte("r\x1b[")) {
		return p
	}
	out, back := make([]byte, 0, len(p)), true
	for {
		i := bytes.Index(p, []byte("\x1b["))
		if i < 0 {
			return append(out, p...)
		}
		n := region(p[i:])
		if n > 0 {
			back = !back
		}
		if n > 0 && back {
			out = append(append(out, p[:i]...), "\x1b[r"...)
		} else {
			n = max(n, len("\x1b["))
			out = append(out, p[:i+n]...)
		}
		p = p[i+n:]
	}
}

// region returns how long the sequence is that sets a scrolling region by its
// first and last row at the beginning of p; 0 when there is another.
func region(p []byte) int {
	const digits = "0123456789"
	rows := p[len("\x1b["):]
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(rows, digits), []byte(";"))
	rest = bytes.TrimLeft(rest, digits)
	if !ok || len(rest) == 0 || rest[0] != 'r' {
		return 0
	}
	return len(p) - len(rest) + 1
}
