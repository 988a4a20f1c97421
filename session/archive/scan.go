package archive

// This file owns the reading of JSON that is larger than memory: a value is
// taken whole, passed over, or entered. It knows no format. What it takes is
// bounded; what it passes over need not be.

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	deepest    = 512     // brackets within brackets
	longestKey = 4 << 10 // bytes
)

// errTooLong is that of one value, which was passed over; errJSON ends the
// reading of the document.
var (
	errTooLong = errors.New("it is too long")
	errJSON    = errors.New("it is no valid JSON")
	errCut     = fmt.Errorf("%w: it ends too early", errJSON)
)

// extent is where something stands in the source, in bytes.
type extent struct{ from, size int64 }

// scanner reads a stream of JSON values.
type scanner struct {
	r    *bufio.Reader
	at   int64 // of the next byte
	line int   // of the next byte, the first is 1
	last byte  // that was read

	keep []byte // of the value that is being taken
	left int    // how much more of it may be kept; negative: nothing is kept
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 64<<10), line: 1, left: -1}
}

// byte returns the next byte and goes past it.
func (s *scanner) byte() (byte, error) {
	c, err := s.r.ReadByte()
	if err != nil {
		return 0, err
	}
	s.at++
	if s.last = c; c == '\n' {
		s.line++
	}
	if s.left >= 0 {
		if s.left == 0 {
			s.keep = nil
		} else {
			s.keep = append(s.keep, c)
		}
		s.left--
	}
	return c, nil
}

// must is byte where the document may not end.
func (s *scanner) must() (byte, error) {
	c, err := s.byte()
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return c, err
}

// peek returns the next byte that is no blank, and stays before it.
func (s *scanner) peek() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, s.r.UnreadByte()
		}
		s.at++
		if c == '\n' {
			s.line++
		}
	}
}

// mark is peek where the document may not end.
func (s *scanner) mark() (byte, error) {
	c, err := s.peek()
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return c, err
}

// take returns the next value, which has at most so many bytes. One that is
// longer is errTooLong, and has been passed over.
func (s *scanner) take(most int) (json.RawMessage, error) {
	if _, err := s.mark(); err != nil {
		return nil, err
	}
	s.keep, s.left = make([]byte, 0, 64), most
	_, err := s.pass()
	kept, long := s.keep, s.left < 0
	s.keep, s.left = nil, -1
	if err == nil && long {
		err = errTooLong
	}
	return kept, err
}

// pass goes past the next value, whatever it is, and returns where it stands.
func (s *scanner) pass() (extent, error) {
	c, err := s.mark()
	if err != nil {
		return extent{}, err
	}
	from := s.at
	switch c {
	case '{', '[':
		err = s.passNest()
	case '"':
		if _, err = s.must(); err == nil {
			err = s.passText()
		}
	default:
		err = s.passWord()
	}
	return extent{from, s.at - from}, err
}

func (s *scanner) passNest() error {
	var open []byte
	for {
		c, err := s.must()
		if err != nil {
			return err
		}
		switch c {
		case '"':
			if err := s.passText(); err != nil {
				return err
			}
		case '{', '[':
			if len(open) == deepest {
				return fmt.Errorf("%w: brackets stand too deep in each other", errJSON)
			}
			open = append(open, c)
		case '}', ']':
			if open[len(open)-1] != c-2 { // '{' and '[' are two before what closes them
				return fmt.Errorf("%w: a bracket is closed by another", errJSON)
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return nil
			}
		}
	}
}

// passText goes past a text whose first quote was read.
func (s *scanner) passText() error {
	for escaped := false; ; {
		c, err := s.must()
		switch {
		case err != nil:
			return err
		case c < ' ':
			return fmt.Errorf("%w: a control character stands in a text", errJSON)
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			return nil
		}
	}
}

// passWord goes past a number, or true, false, null.
func (s *scanner) passWord() error {
	for n := 0; ; n++ {
		next, err := s.r.Peek(1)
		switch {
		case errors.Is(err, io.EOF) && n > 0, err == nil && n > 0 && !ofWord(next[0]):
			return nil
		case err != nil:
			return err
		case !ofWord(next[0]):
			return fmt.Errorf("%w: %q begins no value", errJSON, next[0])
		}
		if _, err := s.byte(); err != nil {
			return err
		}
	}
}

func ofWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '-' || c == '.'
}

// object enters an object. Each must go past the value of its key.
func (s *scanner) object(each func(key string) error) error {
	return s.list('{', '}', func() error {
		key, err := s.key()
		if err != nil {
			return err
		}
		if c, err := s.mark(); err != nil || c != ':' {
			return errors.Join(err, fmt.Errorf("%w: a key without a value", errJSON))
		}
		if _, err := s.must(); err != nil {
			return err
		}
		return each(key)
	})
}

func (s *scanner) key() (key string, err error) {
	c, err := s.mark()
	if err != nil {
		return "", err
	}
	if c != '"' {
		return "", fmt.Errorf("%w: a key that is no text", errJSON)
	}
	raw, err := s.take(longestKey)
	if err != nil {
		return "", fmt.Errorf("%w: a key: %w", errJSON, err)
	}
	if json.Unmarshal(raw, &key) != nil {
		err = errJSON
	}
	return key, err
}

// array enters an array. Each must go past its value.
func (s *scanner) array(each func() error) error { return s.list('[', ']', each) }

func (s *scanner) list(open, end byte, each func() error) error {
	if c, err := s.mark(); err != nil || c != open {
		return errors.Join(err, fmt.Errorf("%w: no %q where one should be", errJSON, open))
	}
	if _, err := s.must(); err != nil {
		return err
	}
	for first := true; ; first = false {
		c, err := s.mark()
		if err != nil {
			return err
		}
		if c == end {
			_, err := s.must()
			return err
		}
		if !first {
			if c != ',' {
				return fmt.Errorf("%w: no comma where one should be", errJSON)
			}
			if _, err := s.must(); err != nil {
				return err
			}
		}
		if err := each(); err != nil {
			return err
		}
	}
}

// nextStart goes to the next line that may begin a document: behind one that is
// damaged, or one after the other.
func (s *scanner) nextStart() error {
	for {
		for s.last != '\n' {
			if _, err := s.byte(); err != nil {
				return err
			}
		}
		next, err := s.r.Peek(1)
		if err != nil || next[0] == '{' || next[0] == '[' {
			return err
		}
		s.last = 0
	}
}
