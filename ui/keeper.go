// This file owns one attempt to save what waits in a session, off the screen's
// goroutine. When that is to be is in keeping.go.

package ui

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// keeper saves what waits in one session: messages that could not be saved, a
// draft, a queue, changes. It makes a session that has only a draft, and removes
// one that has nothing any more.
type keeper struct {
	pump

	waiting waiting
	kept    waiting        // as it is in the database
	change  session.Change // of the rest of the session
	mine    bool           // its draft and queue are this program's
	rests   bool           // no turn was live in it
	empty   bool           // nothing was said in it
	turn    int            // the number of the last turn when it began
	err     error

	once sync.Once
}

// attempt saves, or waits until the attempt that is on its way has ended.
func (k *keeper) attempt(ctx context.Context) { k.once.Do(func() { k.run(ctx) }) }

// keeper takes what is to be saved of a conversation. What it shares with it
// nobody changes.
func (m *Model) keeper(c *conversation) *keeper {
	if c.session.ID == "" {
		now := m.opts.Now()
		c.session.ID, c.session.Created, c.session.Updated = session.NewID(now), now, now
		c.session.Provider, c.session.Model = c.provider, c.model
	}
	k := &keeper{
		pump:    pump{batch: newBatch(0), store: m.store, session: c.session, known: c.saved, claim: c.claim},
		waiting: waiting{draft: m.draftOf(c), queue: slices.Clone(c.waits())},
		kept:    c.kept,
		change:  c.missed,
		mine:    c.ours(),
		rests:   c.turn == nil,
		empty:   len(c.messages) == 0 && c.turn == nil,
		turn:    m.turns,
	}
	if !k.mine {
		k.waiting = c.kept
	}
	if c.turn == nil {
		k.said, k.unsaved = slices.Clone(c.messages), slices.Clone(c.unsaved)
	}
	return k
}

func (k *keeper) run(ctx context.Context) {
	if k.err = k.keep(ctx); k.err == nil && k.empty && k.known && k.waiting.blank() {
		k.err = k.drop(ctx)
	}
}

func (k *keeper) keep(ctx context.Context) error {
	if !k.known && k.waiting.blank() && len(k.unsaved) == 0 {
		return nil
	}
	change, queue := k.change, k.waiting.queued()
	if k.mine {
		k.session.Draft, k.session.Queue = k.waiting.draft.text, queue
		change.Draft = &k.waiting.draft.text
		if !k.known || !k.waiting.sameQueue(k.kept) { // each time, contents of files are looked after
			change.Queue = &queue
		}
	}
	if err := k.save(ctx); err != nil {
		return err
	}
	return k.store.Update(ctx, k.session.ID, change)
}

// drop removes the session again.
func (k *keeper) drop(ctx context.Context) error {
	dropped, err := k.store.Drop(ctx, k.session.ID)
	if dropped {
		k.known = false
	}
	return err
}

// queued is the queue as the database has it: the files of the draft stand in it
// too.
func (w waiting) queued() []session.Queued {
	list := make([]session.Queued, len(w.queue), len(w.queue)+1)
	for i, p := range w.queue {
		list[i] = session.Queued{Text: p.text, Files: p.files}
	}
	if len(w.draft.files) > 0 {
		list = append(list, session.Queued{Files: w.draft.files, Draft: true})
	}
	return list
}

// sameQueue reports whether both are the same in the queue of the database.
func (w waiting) sameQueue(o waiting) bool {
	return !o.unsure && samePrompts(w.queue, o.queue) && slices.EqualFunc(w.draft.files, o.draft.files, sameFile)
}

// waitingIn is what waits in a session as it came from the database.
func waitingIn(s session.Session) waiting {
	w := waiting{draft: prompt{text: s.Draft}}
	for _, q := range s.Queue {
		if q.Draft {
			w.draft.files = q.Files
			continue
		}
		w.queue = append(w.queue, prompt{q.Text, q.Files})
	}
	return w
}

// save writes what the database does not have yet: the prompt, and before it
// whatever an earlier failure kept out.
func (p *pump) save(ctx context.Context) error {
	if !p.known {
		if err := p.create(ctx); err != nil {
			return err
		}
	}
	for len(p.unsaved) > 0 {
		m := &p.unsaved[0]
		// An answer whose recording failed may be there all the same, in part or
		// whole.
		err := session.ErrNotFound
		if m.Role == api.Assistant {
			err = p.store.Settle(ctx, *m)
		}
		if errors.Is(err, session.ErrNotFound) {
			err = p.store.Append(ctx, *m)
		}
		if errors.Is(err, session.ErrNotFound) && p.followsLost() {
			continue
		}
		if lost, is := errors.AsType[*session.FileError](err); is { // the words are saved, and go out
			p.batch.put(func(t *turnMsg) { t.lost = lost })
			err = nil
		}
		if err != nil {
			return err
		}
		p.unsaved = p.unsaved[1:]
	}
	return nil
}

// create adds the session, and claims it. It may have been added for its draft
// meanwhile, and be claimed by that.
func (p *pump) create(ctx context.Context) error {
	if err := p.store.Create(ctx, p.session); err != nil {
		if there, missing := p.store.Find(ctx, p.session.ID); missing != nil || there.ID != p.session.ID {
			return err
		}
	}
	p.known = true
	claim, err := p.store.Claim(p.session.ID)
	if _, ours := errors.AsType[*session.ClaimedError](err); ours {
		return nil
	}
	p.claim = claim
	return err
}

// followsLost reports whether the first unsaved message follows an answer whose
// recording failed without a word in time, and puts that answer before it.
func (p *pump) followsLost() bool {
	i := slices.IndexFunc(p.said, func(m session.Message) bool { return m.ID == p.unsaved[0].ParentID })
	if i < 0 || p.said[i].Role != api.Assistant {
		return false
	}
	p.unsaved = slices.Insert(p.unsaved, 0, p.said[i])
	p.said = p.said[:i]
	return true
}
