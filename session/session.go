// Package session keeps conversations: one SQLite database that holds every
// session as a tree of messages, a folder beside it with the contents of files,
// and the recorder that writes an answer down while it streams.
//
// Its promises, in the order in which they matter:
//
//   - A prompt is on the disk when [Store.Append] returns, with the files that
//     are attached to it, so that it can be sent.
//   - Text that has streamed through [Store.Record] is on the disk within
//     250 ms (and one commit) of its arrival, whether or not more arrives. The
//     stream never waits for the disk.
//   - What is stored is exact: the bytes that came, not one more or less. A
//     file whose content is not what was saved is never loaded.
//   - Any number of programs may have the database open. A session is claimed
//     ([Store.Claim]) by the one that talks in it; the claim dies with it, and
//     the next claim turns an answer left without an end into an interrupted one.
//
// The order of sessions and messages comes from counters, never from the
// clock, which may jump. Nothing here reads the environment or prints.
package session

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/aimlchat/aimlchat/api"
)

// Kind says where a session comes from. It is stored: never rename one.
type Kind string

// The kinds of sessions.
const (
	KindChat  Kind = "chat"  // from the screen
	KindPrint Kind = "print" // from print mode
)

// Session is a saved conversation, without its messages. Times are kept to the
// millisecond.
type Session struct {
	ID       string // see [NewID]
	Title    string
	Kind     Kind
	Provider string // that the next message goes to
	Model    string // that the next message goes to
	System   string // the system prompt
	Created  time.Time
	Updated  time.Time // when the last message or draft was begun
	Leaf     string    // id of the message that the conversation stands at; "" while empty
	Draft    string    // what was typed and not sent
	Queue    []Queued  // what waits to be sent, in order; and the files of the draft

	TitleBy string    // whose Title is: "", [TitleByWords], [TitleByModel], [TitleByPerson]
	Pinned  bool      // first in lists
	Tags    []string  // in alphabetical order
	Trashed time.Time // when it was thrown away; zero: it was not
	Chosen  string    // id of the first message that was last shown; "": the newest
	Origin  string    // where it was imported from, in the importer's words; "": it was made here
}

// Summary is a session as a list shows it.
type Summary struct {
	Session
	FirstWords string // of the first prompt, or the name of its file: one line, at most 120 cells
	Messages   int    // in the whole tree, without hidden ones
}

// Message is one node of a session's tree.
type Message struct {
	ID        string // see [NewID]
	SessionID string
	ParentID  string // "" for the first
	Role      api.Role
	Parts     []api.Part
	Citations []api.Citation

	Provider   string
	Model      string       // as it was asked for
	AnsweredBy string       // the model, as the service names it
	Protocol   api.Protocol // by which the answer came; "": unknown
	Created    time.Time

	Finish      api.FinishReason // "" on an assistant message: it still streams
	Err         *api.Error       // why the answer ended early; its cause is not kept
	Usage       api.Usage
	Cost        api.Cost
	Timing      api.Timing
	InferenceID string

	Sibling, Siblings int     // its number among the shown children of its parent, from 1, and theirs; 0 of a hidden one
	Hidden            bool    // see [Store.Hide]
	HiddenAs          int64   // the same for all that was hidden at once; the greatest is undone first; 0: shown
	Chosen            string  // id of the child that was last shown; "": the newest
	Damaged           bool    // it is not what was saved; false as well of one saved before version 3
	Digest            *Digest // what takes the place of all before it in requests; nil: nothing
	Origin            string  // where it was imported from, or "fork:" and the id of what it is a copy of; "": it was made here
}

// Streaming reports whether m is an answer that has no end yet.
func (m Message) Streaming() bool { return m.Role == api.Assistant && m.Finish == "" }

// Content joins the text parts of m: what was asked or answered.
func (m Message) Content() string { return api.Message{Parts: m.Parts}.Content() }

// Reasoning joins the reasoning parts of m.
func (m Message) Reasoning() string { return api.Message{Parts: m.Parts}.Reasoning() }

// NewID returns a new id for a session or a message: a ULID in lower case.
// Ids made at different times sort by time as far as the clock was right.
func NewID(now time.Time) string {
	ms := uint64(max(now.UnixMilli(), 0))
	return strings.ToLower(ulid.MustNew(min(ms, ulid.MaxTime()), rand.Reader).String())
}

// validID reports whether id may name a session or a message. Ids name lock
// files as well, so nothing that means something to a file system passes.
func validID(id string) bool {
	return id != "" && len(id) <= 64 && idChars(id)
}

func idChars(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
