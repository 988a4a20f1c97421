// This file keeps the session of a printed turn, or nothing: with --ephemeral,
// and where the database can't be written. Not being able to save is told and
// never keeps a question from being asked.

package cli

import (
	"context"
	"errors"
	"iter"
	"path/filepath"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// databaseFile is where the sessions are.
func (a *app) databaseFile() string { return filepath.Join(a.env.Dirs.Data, "aimlchat.db") }

// openStore opens the database. What can't be saved later is told to unsaved.
func (a *app) openStore(ctx context.Context, unsaved func(error)) (*session.Store, error) {
	return session.Open(ctx, session.Options{
		Path:        a.databaseFile(),
		LockDir:     filepath.Join(a.env.Dirs.State, "locks"),
		Now:         a.env.Now,
		OnSaveError: unsaved,
	})
}

// openMemory opens a database that is gone when the program is: with --ephemeral
// a conversation has its branches all the same.
func (a *app) openMemory(ctx context.Context, unsaved func(error)) (*session.Store, error) {
	return session.Open(ctx, session.Options{Memory: true, Now: a.env.Now, OnSaveError: unsaved})
}

// notebook is one session, open for one more turn.
type notebook struct {
	*app
	store   *session.Store // nil: nothing is saved
	library *session.Store // what is read from; nil: nothing
	session session.Session
	path    []session.Message // what was said before
	claim   *session.Claim    // nil: another aimlchat has the session
}

// openNotebook opens the session that o resumes, or the cover of a new one.
func (a *app) openNotebook(ctx context.Context, o *options) (*notebook, error) {
	book := &notebook{app: a}
	resumes := o.Continue || o.Resume != nil
	if o.Ephemeral && !resumes {
		return book, nil
	}
	store, err := a.openStore(ctx, func(err error) { a.notice("the answer is not being saved: %s", err) })
	switch {
	case err != nil && resumes:
		return nil, err
	case err != nil:
		a.notice("nothing is saved: %s", err)
		return book, nil
	}
	book.library = store
	if !o.Ephemeral {
		book.store = store
	}
	if resumes {
		err = book.reopen(ctx, o)
	}
	if err != nil {
		book.close()
		return nil, err
	}
	return book, nil
}

// reopen finds the session that o means and reads it. It is claimed, so that
// nobody else writes to it; when somebody else has it, the turn becomes a
// sibling of theirs.
func (n *notebook) reopen(ctx context.Context, o *options) (err error) {
	if n.session, err = n.find(ctx, o); err != nil {
		return err
	}
	if n.store != nil {
		n.claim, err = n.store.Claim(n.session.ID) //nolint:contextcheck // it mends the session, which no one should cut short
		if e, ok := errors.AsType[*session.ClaimedError](err); ok {
			n.notice("%s; this answer is kept beside its messages", e)
		} else if err != nil {
			return err
		}
	}
	n.path, err = n.library.Path(ctx, n.session.ID)
	return err
}

func (n *notebook) find(ctx context.Context, o *options) (session.Session, error) {
	if o.Continue {
		s, err := n.library.Newest(ctx, session.KindPrint)
		if errors.Is(err, session.ErrNotFound) {
			return s, usagef("leave --continue out to begin one", "there is no printed session to continue")
		}
		return s, err
	}
	return findSession(ctx, n.library, *o.Resume)
}

// findSession finds the session that ref means: an id, a unique beginning of
// one, or an exact title.
func findSession(ctx context.Context, store *session.Store, ref string) (session.Session, error) {
	s, err := store.Find(ctx, ref)
	return s, findError(ref, err)
}

// findError says why a session could not be found.
func findError(ref string, err error) error {
	if errors.Is(err, session.ErrNotFound) {
		return usagef("aimlchat sessions list shows the ids", "there is no session %q", ref)
	}
	if e, ok := errors.AsType[*session.AmbiguousError](err); ok {
		return usagef("give more letters of the id", "%w", e)
	}
	return err
}

// begin commits the prompt and returns the answer to be, without ids when
// nothing is saved.
func (n *notebook) begin(ctx context.Context, c choice, question api.Message) session.Message {
	answer, err := n.commit(context.WithoutCancel(ctx), c, question)
	if err != nil {
		n.notice("nothing is saved: %s", err)
		n.close()
	}
	if n.store == nil {
		return session.Message{}
	}
	return answer
}

func (n *notebook) commit(ctx context.Context, c choice, q api.Message) (answer session.Message, err error) {
	if n.store == nil {
		return answer, nil
	}
	now := n.env.Now()
	if n.session.ID == "" {
		err = n.create(ctx, c, q.Content())
	} else {
		err = n.store.Update(ctx, n.session.ID, session.Change{Provider: &c.Provider, Model: &c.Model, System: &c.System})
	}
	if err != nil {
		return answer, err
	}
	question := session.Message{
		ID: session.NewID(now), SessionID: n.session.ID, ParentID: n.session.Leaf, Created: now,
		Role: api.User, Parts: q.Parts,
	}
	answer = session.Message{
		ID: session.NewID(now), SessionID: n.session.ID, ParentID: question.ID, Created: now,
		Role: api.Assistant, Provider: c.Provider, Model: c.Model,
	}
	return answer, n.store.Append(ctx, question)
}

// create makes the session, and claims it until the turn is over.
func (n *notebook) create(ctx context.Context, c choice, prompt string) error {
	now := n.env.Now()
	n.session = session.Session{
		ID: session.NewID(now), Kind: session.KindPrint, Title: session.Title(prompt), Created: now, Updated: now,
		Provider: c.Provider, Model: c.Model, System: c.System,
	}
	if err := n.store.Create(ctx, n.session); err != nil {
		return err
	}
	n.claim, _ = n.store.Claim(n.session.ID) //nolint:contextcheck // nobody else can know the session yet: to have no claim does no harm
	return nil
}

// record writes the answer down as it passes.
func (n *notebook) record(ctx context.Context, answer session.Message, events iter.Seq2[api.Event, error]) iter.Seq2[api.Event, error] {
	if n.store == nil {
		return events
	}
	return n.store.Record(ctx, answer, events)
}

// close puts the notebook away. What was read stays readable.
func (n *notebook) close() {
	if n.claim != nil {
		n.claim.Release()
	}
	if n.library != nil {
		_ = n.library.Close()
	}
	n.claim, n.store, n.library = nil, nil, nil
}
