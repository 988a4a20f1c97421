package archive

// This file owns what an export consists of, whatever its format: which
// sessions, which of their messages, what is hidden of them. It opens no file.

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// Options say what an export holds.
type Options struct {
	Tree      bool  // all branches; false: the one that is shown
	Reasoning bool  // Markdown and HTML: what models thought, too. JSON always has it
	Mask      *Mask // takes out what looks like a secret; nil: everything is as it was

	// Content returns the content of a file: JSON and HTML hold it. Nil: contents
	// are left out.
	Content func(api.File) (io.ReadCloser, error)
	// Lost is told of a file whose content could not be had; nil: nobody is.
	Lost func(api.File, error)

	Now   time.Time
	Local *time.Location // for people; nil: UTC
}

// Source is where an export finds the messages of a session: [session.Store]
// and its Tree.
type Source interface {
	Tree(ctx context.Context, sessionID string) ([]session.Message, error)
}

// writer is a format.
type writer interface {
	begin(list []session.Session) error
	session(s Session) error
	end() error
}

// Export writes sessions to w. It holds one of them in memory at a time, without
// its files.
func Export(ctx context.Context, w io.Writer, f Format, from Source, list []session.Session, o Options) error {
	if o.Local == nil {
		o.Local = time.UTC
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	out, err := o.writer(f, buffered)
	if err != nil {
		return err
	}
	if o.Mask != nil {
		list = slices.Clone(list)
		for i, s := range list {
			list[i] = o.Mask.session(s)
		}
	}
	if err := out.begin(list); err != nil {
		return err
	}
	for _, s := range list {
		msgs, err := from.Tree(ctx, s.ID)
		if err != nil {
			return err
		}
		if err := out.session(o.chosen(f, Session{Session: s, Messages: msgs})); err != nil {
			return fmt.Errorf("export session %s: %w", s.ID, err)
		}
	}
	if err := out.end(); err != nil {
		return err
	}
	return buffered.Flush()
}

func (o Options) writer(f Format, w *bufio.Writer) (writer, error) {
	switch f {
	case JSON:
		return &jsonWriter{w: w, o: o}, nil
	case Markdown:
		return &markdownWriter{page{w: w, o: o}, false}, nil
	case HTML:
		return &htmlWriter{page: page{w: w, o: o}}, nil
	}
	return nil, fmt.Errorf("there is no format %q", f)
}

// chosen returns s with the messages that go out.
func (o Options) chosen(f Format, s Session) Session {
	switch {
	case !o.Tree:
		s.Messages = s.shown()
		s.Chosen = ""
		for i := range s.Messages {
			s.Messages[i].Chosen = ""
		}
		if n := len(s.Messages); n > 0 {
			s.Messages[0].ParentID, s.Leaf = "", s.Messages[n-1].ID
		} else {
			s.Leaf = ""
		}
	case f != JSON:
		s.Messages = slices.DeleteFunc(s.Messages, func(m session.Message) bool { return m.Hidden })
	}
	if o.Mask != nil {
		for i, m := range s.Messages {
			s.Messages[i] = o.Mask.message(m, o.open)
		}
	}
	return s
}

// open returns the content of a file, if it is to go out and there is one.
func (o Options) open(f api.File) (io.ReadCloser, bool) {
	if f.Data != nil {
		return io.NopCloser(bytes.NewReader(f.Data)), true
	}
	if o.Content == nil || f.SHA256 == "" {
		return nil, false
	}
	content, err := o.Content(f)
	if err != nil {
		if o.Lost != nil {
			o.Lost(f, err)
		}
		return nil, false
	}
	return content, true
}

// branches parts a tree into rows of messages: the one that is shown first, then
// each other one from where it leaves a branch before it, in order of arrival.
func (s Session) branches() [][]session.Message {
	children := map[string][]session.Message{}
	taken := map[string]bool{}
	for _, m := range s.Messages {
		children[m.ParentID] = append(children[m.ParentID], m)
	}
	var rows [][]session.Message
	if shown := s.shown(); len(shown) > 0 {
		rows = append(rows, shown)
		for _, m := range shown {
			taken[m.ID] = true
		}
	}
	for _, m := range s.Messages {
		var row []session.Message
		for next := []session.Message{m}; len(next) > 0; {
			m = next[len(next)-1] // the newest
			if taken[m.ID] {
				break
			}
			taken[m.ID] = true
			row = append(row, m)
			next = children[m.ID]
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// siblings are the ids of the messages that have the same parent, by id of each.
func (s Session) siblings() map[string][]string {
	children := map[string][]string{}
	for _, m := range s.Messages {
		children[m.ParentID] = append(children[m.ParentID], m.ID)
	}
	all := map[string][]string{}
	for _, m := range s.Messages {
		all[m.ID] = children[m.ParentID]
	}
	return all
}
