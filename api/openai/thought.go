package openai

// This file owns which copy of a thought is shown. Services send the same one in
// two fields at once, or in a field and again inline. It refuses to drop
// anything that is not a copy.

import (
	"bytes"
	"strings"
)

// origin is a place in which a thought arrives.
type origin int

const (
	inReasoningContent origin = iota
	inReasoning
	inDetails
	inParts
	inline
	origins
)

// thoughts merges what arrives from several origins. As long as what came from
// one agrees with what is shown already, only what goes beyond it is new; from
// the first difference on it is a thought of its own.
type thoughts struct {
	shown []byte
	from  [origins]struct {
		agreed int  // bytes of shown that this origin has repeated or written
		begun  bool // more than white space has come
		wrote  bool // some of shown is its own
		apart  bool
	}
}

// add takes in a piece and returns what of it is to be shown.
func (t *thoughts) add(from origin, piece string) string {
	s := &t.from[from]
	if !s.begun {
		if len(t.shown) > 0 { // copies may differ in the white space around them
			piece = strings.TrimLeft(piece, blank)
			s.agreed = len(t.shown) - len(bytes.TrimLeft(t.shown, blank))
		}
		s.begun = strings.Trim(piece, blank) != ""
	}
	common := min(len(piece), len(t.shown)-s.agreed)
	if !s.apart && string(t.shown[s.agreed:s.agreed+common]) != piece[:common] {
		s.apart = true
		if !s.wrote { // it only seemed to be a copy
			piece = string(t.shown[:s.agreed]) + piece
		}
	}
	if !s.apart {
		s.agreed += common
		piece = piece[common:]
	}
	if piece == "" {
		return ""
	}
	t.shown = append(t.shown, piece...)
	s.agreed, s.wrote = len(t.shown), true
	return piece
}

const blank = " \t\r\n"
