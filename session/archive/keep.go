package archive

// This file owns how conversations that were read come into a database: as new
// sessions, or as what is new of those that are there. It opens nothing, and
// writes nothing itself.

import (
	"context"
	"errors"
	"io"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// Shelf is where conversations are kept: a [session.Store].
type Shelf interface {
	List(ctx context.Context, q session.Query) ([]session.Summary, error)
	Put(ctx context.Context, s session.Session, msgs []session.Message, files func(string) (io.ReadCloser, error)) (session.Session, error)
	Merge(ctx context.Context, s session.Session, msgs []session.Message, files func(string) (io.ReadCloser, error)) (int, error)
}

// Keeper brings conversations into a database, each at most once: one that is
// there already, by its id or by where it came from, gets the messages that it
// does not have.
type Keeper struct {
	shelf    Shelf
	try      bool
	byID     map[string]session.Session
	byOrigin map[string]session.Session
}

// Kept says what became of a conversation.
type Kept struct {
	Session  session.Session
	New      bool // it was not there
	Trashed  bool // it lies in the trash, and was left alone
	Messages int  // that were added
}

// NewKeeper returns a keeper that knows what is there. With try it changes
// nothing, and says what it would do, as far as that can be known.
func NewKeeper(ctx context.Context, shelf Shelf, try bool) (*Keeper, error) {
	k := &Keeper{shelf: shelf, try: try, byID: map[string]session.Session{}, byOrigin: map[string]session.Session{}}
	for _, q := range []session.Query{{}, {Trashed: true}} {
		list, err := shelf.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			k.know(s.Session)
		}
	}
	return k, nil
}

func (k *Keeper) know(s session.Session) {
	k.byID[s.ID] = s
	if s.Origin != "" {
		k.byOrigin[s.Origin] = s
	}
}

// ownOrigin begins the Origin of a session whose id was taken.
const ownOrigin = "aimlchat:"

// Keep adds a conversation, all of it or nothing.
func (k *Keeper) Keep(ctx context.Context, s Session) (Kept, error) {
	s.queue()
	for _, have := range k.find(s) {
		if !have.Trashed.IsZero() && s.Trashed.IsZero() {
			return Kept{Session: have, Trashed: true}, nil
		}
		n, err := k.merge(ctx, have, s)
		if !errors.Is(err, session.ErrUnrelated) {
			return Kept{Session: have, Messages: n}, err
		}
	}
	if _, taken := k.byID[s.ID]; taken && s.Origin == "" {
		s.Origin = ownOrigin + s.ID
	}
	if k.try {
		k.know(s.Session)
		return Kept{Session: s.Session, New: true, Messages: len(s.Messages)}, nil
	}
	put, err := k.shelf.Put(ctx, s.Session, s.named(), s.Content)
	if err != nil {
		return Kept{}, err
	}
	k.know(put)
	return Kept{Session: put, New: true, Messages: len(s.Messages)}, nil
}

// find returns the sessions that s may be, the likeliest first.
func (k *Keeper) find(s Session) (list []session.Session) {
	add := func(have session.Session, known bool) {
		if known {
			list = append(list, have)
		}
	}
	if s.ID != "" {
		have, known := k.byID[s.ID]
		add(have, known && have.Created.Equal(s.Created))
		have, known = k.byOrigin[ownOrigin+s.ID]
		add(have, known)
	}
	if s.Origin != "" {
		have, known := k.byOrigin[s.Origin]
		add(have, known)
	}
	return list
}

// merge adds what is new. Of a try nobody can tell how much that would be.
func (k *Keeper) merge(ctx context.Context, have session.Session, s Session) (int, error) {
	if k.try {
		return 0, nil
	}
	return k.shelf.Merge(ctx, session.Session{ID: have.ID, Leaf: s.Leaf}, s.Messages, s.Content)
}

// named returns the messages of s, such that they are known again when their ids
// turn out to be taken.
func (s Session) named() []session.Message {
	if s.Origin == "" || s.ID == "" {
		return s.Messages
	}
	list := make([]session.Message, len(s.Messages))
	for i, m := range s.Messages {
		if m.Origin == "" {
			m.Origin = m.ID
		}
		list[i] = m
	}
	return list
}

// queue leaves out the files of what waits to be sent that nobody has.
func (s *Session) queue() {
	for i, q := range s.Queue {
		var there []api.File
		for _, f := range q.Files {
			if s.has(f.SHA256) {
				there = append(there, f)
			}
		}
		s.Queue[i].Files = there
	}
}

func (s *Session) has(sum string) bool {
	if s.Content == nil || sum == "" {
		return false
	}
	content, err := s.Content(sum)
	if err != nil {
		return false
	}
	_ = content.Close()
	return true
}
