package api

// This file owns the seam between an answer that broke off and what goes on with
// it: how a model is asked to go on that can't simply write on, and what of its
// reply is there already. It refuses to guess: only an exact repetition is left
// out. A "Sure, here is the rest:" stays.

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// leastOverlap is how many bytes a repetition of the last words must have.
// Shorter ones happen in any text.
const leastOverlap = 20

// anchorLength is about how much of the end a model is asked to repeat, in
// bytes, so that the seam can be found. It is more than leastOverlap.
const anchorLength = 60

// AskOn returns a request by which any model can be asked to go on: with a
// prompt that asks for it. The seam says what [Spliced] has to do with the
// reply. It returns false when the last message is no answer, or has no text to
// go on with, and then the request without it.
func AskOn(req Request) (Request, Seam, bool) {
	broken, rest := cutLast(req.Messages)
	text := strings.TrimRight(broken.Content(), white)
	req.Continue, req.Mark = false, ""
	if text == "" {
		req.Messages = rest
		return req, Seam{}, false
	}
	req.Messages = append(slices.Clip(req.Messages), Text(User, askOn+"\n\n"+anchor(text)))
	return req, Seam{Text: broken.Content()}, true
}

// askOn is said to a model whose answer broke off.
const askOn = "Your last answer broke off. Go on from exactly where it ends. " +
	"Begin by repeating its last words, which stand below, letter for letter, and write on in the same line, as if there had been no break. " +
	"Repeat nothing else, say nothing about this, and open no code fence anew that is still open. The last words:"

// cutLast returns the last message, if it is an answer, and those before it.
func cutLast(all []Message) (Message, []Message) {
	last := len(all) - 1
	if last < 0 || all[last].Role != Assistant {
		return Message{}, all
	}
	return all[last], all[:last:last]
}

// anchor returns the end of a text, from the beginning of a word on.
func anchor(text string) string {
	if len(text) <= anchorLength {
		return text
	}
	at := len(text) - anchorLength
	if space := strings.LastIndexAny(text[:at], " \t\n"); at-space <= anchorLength {
		return text[space+1:]
	}
	for !utf8.RuneStart(text[at]) {
		at++
	}
	return text[at:]
}

// white is what may be lost at the end of a text on its way to a model.
const white = " \t\r\n"

// Seam is where an answer broke off.
type Seam struct {
	// Text is the answer as far as it had arrived.
	Text string

	// WritesOn says that the model was made to write on behind Text, so that it
	// repeats it whole or not at all.
	WritesOn bool

	// Trimmed says that the model was not shown the white space at the end of
	// Text.
	Trimmed bool
}

// Spliced yields events, without what their answer repeats of the text before
// the seam. What may be a repetition is held back until that is known: usually
// a few bytes, and more only while it is an exact copy. The end of the sequence,
// whatever it is, gives it out.
func Spliced(events iter.Seq2[Event, error], seam Seam) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		s := newSplicer(seam)
		out := func(text string) bool { return text == "" || yield(Answer{text}, nil) }
		for ev, err := range events {
			switch ev := ev.(type) {
			case Answer:
				if !out(s.add(ev.Text)) {
					return
				}
				continue
			case Retry: // nothing has arrived
				s = newSplicer(seam)
			case ToolCallDelta, Attached, Finish:
				if !out(s.end()) {
					return
				}
			}
			if err != nil && !out(s.end()) {
				return
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// splicer takes out of a reply, which comes in pieces of any size, what the text
// before the seam has. Its sum does not depend on the pieces.
type splicer struct {
	seam  Seam
	text  string // without the white space at its end
	space string // that white space, as far as the reply may repeat it now

	opener string // the line of the fence that is still open; it may be repeated first
	opened int    // so much of it was
	copied int    // so much of the reply after that is a copy
	places []int  // of what text has there
	found  int    // so much of the reply is the end of text; 0: none yet
	state  state
}

type state int

const (
	atOpener state = iota
	atCopy
	atSpace
	flowing
)

// window is how far from its end a text may be repeated in part, in bytes.
const window = 4096

func newSplicer(seam Seam) *splicer {
	text := strings.TrimRight(seam.Text, white)
	s := &splicer{seam: seam, text: text, space: seam.Text[len(text):], places: []int{0}, state: atOpener}
	if text == "" {
		s.state = atSpace
	} else if !seam.WritesOn {
		s.opener = openFence(seam.Text)
		for at := max(1, len(text)-window); at <= len(text)-leastOverlap; at++ {
			s.places = append(s.places, at)
		}
	}
	return s
}

// add takes in a piece, and returns what is new.
func (s *splicer) add(piece string) string {
	var out strings.Builder
	for i := range len(piece) {
		if s.state == flowing {
			out.WriteString(piece[i:])
			break
		}
		s.take(piece[i], &out)
	}
	return out.String()
}

func (s *splicer) take(c byte, out *strings.Builder) {
	switch s.state {
	case atOpener:
		if s.opened < len(s.opener) && s.opener[s.opened] == c {
			s.opened++
			return
		}
		held := s.opener[:s.opened]
		s.state = atCopy
		if s.opened < len(s.opener) { // it was another text
			s.opener, s.opened = "", 0
			for i := range len(held) {
				s.take(held[i], out)
			}
		}
		s.take(c, out)
	case atCopy:
		s.compare(c, out)
	case atSpace:
		if s.space != "" && s.space[0] == c {
			s.space = s.space[1:]
			return
		}
		s.state = flowing
		out.WriteByte(c)
	case flowing:
		out.WriteByte(c)
	}
}

// compare takes in a byte while all before it is a copy.
func (s *splicer) compare(c byte, out *strings.Builder) {
	last := s.places[0]
	live := s.places[:0:0]
	for _, at := range s.places {
		if at+s.copied < len(s.text) && s.text[at+s.copied] == c {
			live = append(live, at)
		}
	}
	if len(live) == 0 {
		held := s.text[last:last+s.copied] + string([]byte{c})
		s.settle(held, out)
		return
	}
	s.places = live
	s.copied++
	if at := len(s.text) - s.copied; slices.Contains(live, at) && s.counts(at) {
		s.found = s.copied
	}
	if len(live) == 1 && s.found == s.copied {
		s.settle("", out)
	}
}

// counts reports whether a copy from a place to the end is a repetition.
func (s *splicer) counts(at int) bool {
	if s.seam.WritesOn {
		return at == 0 && len(s.text) >= leastOverlap
	}
	return at == 0 || len(s.text)-at >= leastOverlap
}

// settle ends the search for a repetition: of what was held, all is new that
// none was found in.
func (s *splicer) settle(held string, out *strings.Builder) {
	s.state = flowing
	if s.found > 0 {
		s.state = atSpace
		if held != "" {
			held = held[s.found:]
		}
	} else {
		if s.seam.Trimmed {
			s.state = atSpace
		}
		if bare := strings.Trim(s.opener, "`~\n") == ""; bare { // it closes the fence
			out.WriteString(s.opener[:s.opened])
		}
	}
	for i := range len(held) {
		s.take(held[i], out)
	}
}

// end returns what is still held back. A reply that ends in the middle of a
// long copy said nothing new.
func (s *splicer) end() string {
	var out strings.Builder
	switch s.state {
	case atOpener:
		out.WriteString(s.opener[:s.opened])
	case atCopy:
		if held := s.text[s.places[0] : s.places[0]+s.copied]; s.found > 0 || s.copied < window/10 {
			s.settle(held, &out)
		}
	}
	s.state = flowing
	return out.String()
}

// openFence returns the line that opened the code fence in which a text ends,
// without what is before the marks; "" if it ends in none.
func openFence(text string) string {
	open := ""
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(line, "\n") {
			break
		}
		line = strings.TrimLeft(line, " \t>")
		marks := len(line) - len(strings.TrimLeft(line, line[:1]))
		switch {
		case marks < 3 || line[0] != '`' && line[0] != '~':
		case open == "":
			if line[0] == '~' || !strings.Contains(line[marks:], "`") {
				open = line
			}
		case strings.HasPrefix(open, line[:1]) && strings.TrimSpace(line[marks:]) == "" &&
			marks >= len(open)-len(strings.TrimLeft(open, line[:1])):
			open = ""
		}
	}
	return open
}
