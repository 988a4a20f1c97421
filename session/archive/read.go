package archive

// This file owns the reading of what others wrote, and of our own: it tells a
// source by what is in it, bounds what is taken of it, and makes sure that what
// comes out is a tree. Each format has a file of its own.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// Input is what is read.
type Input struct {
	At   io.ReaderAt
	Size int64

	// Path names the same as a file, for a database: only SQLite knows how to read
	// one. Alone says that no log of changes lies beside it. Path "": a database
	// can't be read.
	Path  string
	Alone bool
}

// Limits bound what is taken in.
type Limits struct {
	Total    int64 // bytes of the source, and of what an archive becomes
	Message  int   // bytes of a message in the source
	Session  int   // bytes of a session's messages together
	Messages int   // of a session
	Sessions int
}

// DefaultLimits are wide enough for years of talk, and fit into memory.
func DefaultLimits() Limits {
	return Limits{Total: 1 << 30, Message: 64 << 20, Session: 256 << 20, Messages: 100_000, Sessions: 1_000_000}
}

// Problem is something that could not be taken in. The rest goes on.
type Problem struct {
	Where string // "conversation 3 (Kyoto)", "line 12"; "" for the source as a whole
	What  string
}

func (p *Problem) Error() string {
	if p.Where == "" {
		return p.What
	}
	return p.Where + ": " + p.What
}

// ErrUnknown says that a source is none of those that can be read.
var ErrUnknown = errors.New("it holds no conversation that aimlchat can read")

func database(head []byte) bool { return bytes.HasPrefix(head, []byte("SQLite format 3\x00")) }

func zipped(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// Read returns the conversations of a source as they are read. Beside a
// *[Problem] there is none, and more may follow; any other error is the last.
//
// Messages have the ids that the source gave them, which may be taken, or no ids
// of ours at all: a [Keeper] sees to that. Parents come before their children,
// and there are no circles.
func Read(ctx context.Context, in Input, l Limits) iter.Seq2[Session, error] {
	return func(yield func(Session, error) bool) {
		r := &reader{ctx: ctx, in: in, limits: l}
		r.yield = func(s Session, err error) error {
			if !yield(s, err) {
				return errEnough
			}
			return ctx.Err()
		}
		if err := r.read(); err != nil && !errors.Is(err, errEnough) {
			yield(Session{}, err)
		}
	}
}

// errEnough ends a reading of which nobody wants more.
var errEnough = errors.New("enough")

type reader struct {
	ctx    context.Context //nolint:containedctx // of one reading
	in     Input
	limits Limits
	yield  func(Session, error) error

	found int // sessions
	noted int // problems
}

func (r *reader) read() error {
	if r.in.Size > r.limits.Total {
		return fmt.Errorf("it is larger than %s", size(r.limits.Total))
	}
	head := make([]byte, 16)
	n, err := r.in.At.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	switch {
	case database(head):
		err = r.database()
	case zipped(head):
		err = r.zip()
	default:
		err = r.document(io.NewSectionReader(r.in.At, 0, r.in.Size), r.in.At, nil)
	}
	if err == nil && r.found == 0 && r.noted == 0 {
		err = ErrUnknown
	}
	return err
}

// mostProblems bounds what is said of one source.
const mostProblems = 1000

func (r *reader) problem(where, format string, args ...any) error {
	r.noted++
	switch {
	case r.noted > mostProblems:
		return nil
	case r.noted == mostProblems:
		return r.yield(Session{}, &Problem{What: "there is more that could not be read; it is not listed"})
	}
	return r.yield(Session{}, &Problem{where, fmt.Sprintf(format, args...)})
}

// hand hands a session on, as a tree.
func (r *reader) hand(s Session) error {
	if r.found++; r.found > r.limits.Sessions {
		return fmt.Errorf("it holds more than %d conversations", r.limits.Sessions)
	}
	s.Messages = arrange(s.Messages)
	if s.ID == "" { // a stranger's: it is known again by where it came from
		for i := range s.Messages {
			s.Messages[i].Origin = s.Messages[i].ID
		}
	}
	known := map[string]bool{}
	for _, m := range s.Messages {
		known[m.ID] = true
	}
	if !known[s.Leaf] {
		s.Leaf = newest(s.Messages)
	}
	return r.yield(s, nil)
}

// newest is the last message from which nothing goes on, and that is shown.
func newest(msgs []session.Message) string {
	for i := len(msgs) - 1; i >= 0; i-- {
		if !msgs[i].Hidden {
			return msgs[i].ID
		}
	}
	return ""
}

// arrange makes a tree of messages: of two with one id the first stays, what
// follows nobody, or itself, comes first, and parents come before their
// children. Else the order stays.
func arrange(msgs []session.Message) []session.Message {
	at := map[string]int{}
	var list []session.Message
	for _, m := range msgs {
		if _, twice := at[m.ID]; !twice && m.ID != "" {
			at[m.ID] = len(list)
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return nil
	}
	const waiting, done = 1, 2
	state := make([]int, len(list))
	ordered := make([]session.Message, 0, len(list))
	for i := range list {
		var chain []int // from a message up to what is placed already
		for j, known := i, true; known && state[j] == 0; {
			state[j] = waiting
			chain = append(chain, j)
			up := list[j].ParentID
			if j, known = at[up]; !known || state[j] == waiting {
				list[chain[len(chain)-1]].ParentID = "" // nobody, or a circle
				known = false
			}
		}
		for k := len(chain) - 1; k >= 0; k-- {
			state[chain[k]] = done
			ordered = append(ordered, list[chain[k]])
		}
	}
	return ordered
}

// baseName is the name of a file without any folder, in the words of whatever
// system it was named on.
func baseName(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || unseen(r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[len(runes)-200:])
	}
	if name == "." || name == ".." {
		return ""
	}
	return name
}

// textParts is a text as a message has it: nothing for an empty one.
func textParts(kind api.PartKind, text string) []api.Part {
	if text == "" {
		return nil
	}
	return []api.Part{{Kind: kind, Text: text}}
}
