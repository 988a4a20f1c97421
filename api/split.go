package api

// This file owns thought that models write into their answer, between <think>
// and </think>. It refuses to look for it anywhere but at the very head.

import (
	"bytes"
	"strings"
)

const (
	openTag  = "<think>"
	closeTag = "</think>"
	blank    = " \t\r\n"
)

// Splitter parts content that arrives in pieces, cut anywhere, into [Reasoning]
// and [Answer]. Thought is what stands between <think> and </think> at the head
// of the content, white space aside; a tag anywhere later is text. Without a
// closing tag all that follows the opening one is thought.
//
// A closing tag without an opening one is text, too. Some servers leave the
// opening tag in their prompt template, and their thought looks like answer; but
// others end a plain answer with a stray closing tag, by then the person has
// read it as an answer, and nothing tells the two apart.
//
// The white space around the two tags belongs to them and is dropped; nothing
// else is. The joined events are the same wherever the content is cut.
//
// The zero value is ready.
type Splitter struct {
	state splitState
	held  []byte // what can't be told yet
	blank int    // bytes of held, from its start, known to be white space
	out   []Event
}

type splitState int

const (
	atHead    splitState = iota // an opening tag may come
	atThought                   // after the opening tag: white space is its own
	inThought
	atAnswer // after the closing tag: white space is its own
	inAnswer
)

// Push takes in the next piece of content and returns what is now certain. The
// slice is valid until the next call.
func (s *Splitter) Push(content string) []Event {
	s.out = s.out[:0]
	if content == "" {
		return s.out
	}
	if s.state == inAnswer {
		s.out = append(s.out, Answer{content})
		return s.out
	}
	s.held = append(s.held, content...)
	for s.step() {
	}
	return s.out
}

// Flush returns what was held back, at the end of the content.
func (s *Splitter) Flush() []Event {
	s.out = s.out[:0]
	switch s.state {
	case atHead, inAnswer:
		s.answer(len(s.held))
	case inThought:
		s.thought(len(s.held))
	}
	s.held = s.held[:0]
	return s.out
}

// Settled reports whether nothing but answer can follow.
func (s *Splitter) Settled() bool { return s.state == inAnswer }

// step moves on by one state, or reports that it can't yet.
func (s *Splitter) step() bool {
	switch s.state {
	case atHead:
		return s.head()
	case atThought:
		return s.skipBlank(inThought)
	case inThought:
		return s.untilClose()
	case atAnswer:
		return s.skipBlank(inAnswer)
	default:
		s.answer(len(s.held))
		return false
	}
}

func (s *Splitter) head() bool {
	rest := bytes.TrimLeft(s.held[s.blank:], blank)
	switch {
	case bytes.HasPrefix(rest, []byte(openTag)):
		s.drop(len(s.held) - len(rest) + len(openTag))
		s.state = atThought
	case strings.HasPrefix(openTag, string(rest)):
		s.blank = len(s.held) - len(rest)
		return false // it may still become one
	default:
		s.state = inAnswer
	}
	return true
}

func (s *Splitter) skipBlank(next splitState) bool {
	s.drop(len(s.held) - len(bytes.TrimLeft(s.held, blank)))
	if len(s.held) == 0 {
		return false
	}
	s.state = next
	return true
}

func (s *Splitter) untilClose() bool {
	end := bytes.Index(s.held[s.blank:], []byte(closeTag))
	closed := end >= 0
	if !closed {
		end = len(s.held) - s.blank - stump(s.held[s.blank:])
	}
	end += s.blank
	text := s.blank + len(bytes.TrimRight(s.held[s.blank:end], blank))
	if text > s.blank {
		s.thought(text)
		end -= text
	}
	s.blank = end
	if closed {
		s.drop(end + len(closeTag))
		s.state = atAnswer
	}
	return closed
}

// stump is the length of the longest end of b that begins a closing tag.
func stump(b []byte) int {
	for n := min(len(b), len(closeTag)-1); n > 0; n-- {
		if strings.HasPrefix(closeTag, string(b[len(b)-n:])) {
			return n
		}
	}
	return 0
}

func (s *Splitter) thought(n int) {
	if n > 0 {
		s.out = append(s.out, Reasoning{string(s.held[:n])})
		s.drop(n)
	}
}

func (s *Splitter) answer(n int) {
	if n > 0 {
		s.out = append(s.out, Answer{string(s.held[:n])})
		s.drop(n)
	}
}

func (s *Splitter) drop(n int) {
	s.held = append(s.held[:0], s.held[n:]...)
	s.blank = 0
}
