package openai

// This file owns the short way to read the chunk that most chunks are: one
// choice, one piece of text, nothing else. It refuses everything else, which
// then goes the long way; both give the same, to which a fuzz test holds them.
//
// It halves what an answer costs: encoding/json looks at each byte twice, and at
// each field by reflection.

import (
	"bytes"
	"encoding/json"

	"github.com/aimlchat/aimlchat/api/wire"
)

// shortcut reads a document from its start to its end, or gives up.
type shortcut struct {
	data  []byte
	at    int
	lost  bool
	chunk *chunk
	delta *message
	// What the last chunk said, and this one probably says again.
	id, model string
}

// short reads an ordinary chunk.
func (d *decoder) short(data []byte) (*chunk, bool) {
	d.delta = message{}
	s := shortcut{data: data, chunk: d.scratch(), delta: &d.delta, id: d.id, model: d.figures.Model}
	s.object(s.top)
	s.blank()
	return s.chunk, !s.lost && s.at == len(data)
}

func (s *shortcut) top(name []byte) {
	switch string(name) {
	case "choices":
		if len(s.chunk.Choices) > 0 {
			s.lost = true
			return
		}
		s.chunk.Choices = append(s.chunk.Choices, choice{})
		s.expect('[')
		s.object(s.choice)
		s.expect(']')
	case "id":
		s.text(&s.chunk.ID, s.id)
	case "model":
		s.text(&s.chunk.Model, s.model)
	case "object":
		s.text(&s.chunk.Object, "chat.completion.chunk")
	case "created":
		s.number()
	case "usage", "meta", "citations", "search_results", "search_info", "x_groq", "event", "state":
		s.null()
	case "system_fingerprint", "service_tier", "provider", "obfuscation":
		s.ignore()
	default:
		s.lost = true
	}
}

func (s *shortcut) choice(name []byte) {
	switch string(name) {
	case "delta":
		if s.chunk.Choices[0].Delta != nil {
			s.lost = true
			return
		}
		s.chunk.Choices[0].Delta = s.delta
		s.object(s.piece)
	case "index":
		s.lost = s.lost || string(s.number()) != "0"
	case "finish_reason", "logprobs", "native_finish_reason":
		s.null()
	default:
		s.lost = true
	}
}

func (s *shortcut) piece(name []byte) {
	switch string(name) {
	case "content":
		s.words(&s.delta.Content.text)
	case "reasoning_content":
		s.words(&s.delta.ReasoningContent)
	case "reasoning":
		s.words(&s.delta.Reasoning)
	case "role":
		s.ignore()
	case "refusal", "tool_calls", "function_call", "annotations", "audio":
		s.null()
	default:
		s.lost = true
	}
}

// object reads an object and hands over the name of each field, whose value field
// then reads.
func (s *shortcut) object(field func(name []byte)) {
	s.expect('{')
	for first := true; !s.lost; first = false {
		if s.next() == '}' && first {
			s.at++
			return
		}
		name := s.token()
		s.expect(':')
		if s.lost {
			return
		}
		field(name[1 : len(name)-1])
		if s.next() == '}' {
			s.at++
			return
		}
		s.expect(',')
	}
}

// words reads text, or null, which leaves it as it is.
func (s *shortcut) words(to *wire.Words) {
	if s.next() == 'n' {
		s.null()
	} else if token := s.token(); !s.lost {
		*to = wire.Words(wire.Unquote(token))
	}
}

// text reads a string, or null, which leaves it as it is; one that is expected
// takes no memory.
func (s *shortcut) text(to *string, expected string) {
	if s.next() == 'n' {
		s.null()
	} else if token := s.token(); !s.lost {
		if *to = expected; string(token[1:len(token)-1]) != expected {
			*to = wire.Unquote(token)
		}
	}
}

// ignore reads a string or null that nobody looks at.
func (s *shortcut) ignore() {
	if s.next() == 'n' {
		s.null()
	} else {
		s.token()
	}
}

func (s *shortcut) null() {
	s.blank()
	if !bytes.HasPrefix(s.data[s.at:], []byte("null")) {
		s.lost = true
		return
	}
	s.at += len("null")
}

// number reads a whole number that is not negative.
func (s *shortcut) number() []byte {
	s.blank()
	start := s.at
	for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
		s.at++
	}
	digits := s.data[start:s.at]
	s.lost = s.lost || len(digits) == 0 || len(digits) > 1 && digits[0] == '0'
	return digits
}

// token reads a string, its quotes included.
func (s *shortcut) token() []byte {
	if s.next() != '"' {
		s.lost = true
		return nil
	}
	start, escaped := s.at, false
	for s.at++; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			token := s.data[start:s.at]
			s.lost = s.lost || escaped && !json.Valid(token)
			return token
		case c == '\\':
			escaped = true
			s.at++
		case c < ' ':
			s.lost = true
			return nil
		}
	}
	s.at, s.lost = len(s.data), true
	return nil
}

func (s *shortcut) expect(c byte) {
	if s.next() != c {
		s.lost = true
		return
	}
	s.at++
}

// next is the next byte that is no white space, 0 at the end.
func (s *shortcut) next() byte {
	s.blank()
	if s.at == len(s.data) {
		return 0
	}
	return s.data[s.at]
}

func (s *shortcut) blank() {
	for s.at < len(s.data) && (s.data[s.at] == ' ' || s.data[s.at] == '\n' || s.data[s.at] == '\t' || s.data[s.at] == '\r') {
		s.at++
	}
}
