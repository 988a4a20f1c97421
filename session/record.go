package session

// This file owns the recorder: it lets a stream through, untouched and at
// once, and decides when what has arrived is saved. How it is saved is in
// keep.go.

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// saveAfter is how long the oldest unsaved text waits for more. The promise is
// 250 ms; the rest is for waking up and for the commit.
const saveAfter = 160 * time.Millisecond

// Record writes an answer down while it streams. It returns the same stream:
// each event is passed on as soon as it comes, and nothing waits for the disk.
// The answer is added to the session when the first event is pulled, what
// arrives is saved within 250 ms by a goroutine of its own, and the end is
// saved before the sequence ends.
//
// A file that comes with its content is saved as [Store.FilePath] says; its
// event is passed on with SHA256 and Size, and its Data must not change any more.
//
// The sequence can be pulled once. Of answer, the ids, Provider, Model and
// Created count; the rest is what the stream says, as [api.Reply] adds it up. A
// consumer that breaks off, or a cancelled context, stops the answer ([api.FinishStopped]); an error ends it
// with [api.FinishError]; a stream that just ends was cut.
//
// Cancelling ctx ends the stream as far as the stream obeys it; saving goes on.
// A failure to save never ends the stream: it goes to Options.OnSaveError, and
// the text is saved as soon as saving works again. An answer whose end could
// not be saved within a few seconds is left for the next [Store.Claim]. A file
// that can't be saved (*[FileError]) keeps nothing else from being saved.
func (s *Store) Record(ctx context.Context, answer Message, events iter.Seq2[api.Event, error]) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		r := newRecorder(s, answer)
		saving := context.WithoutCancel(ctx)
		go r.run(saving)
		why := &api.Error{Kind: api.ErrCanceled, Message: "stopped"} // also if the consumer panics
		defer func() { r.end(saving, why) }()
		for ev, err := range events {
			if made, is := ev.(api.Attached); is {
				ev = api.Attached{File: identified(made.File)}
			}
			r.take(ctx, ev, err)
			if !yield(ev, err) {
				return
			}
		}
		if ctx.Err() == nil {
			why = &api.Error{Kind: api.ErrCut, Message: "the answer ended before it was complete", Retryable: true}
		}
	}
}

// recorder is one recording. take is called by whoever pulls the stream; run
// is the goroutine that saves. After run has ended, end saves.
type recorder struct {
	store *Store
	ended chan struct{} // closed by end: the stream is over
	gone  chan struct{} // closed by run: it saves no more

	mu    sync.Mutex // never held while saving
	reply *api.Reply
	timer *time.Timer
	armed bool // the timer runs, or has fired for what is still unsaved

	keeper  keeper // owned by run, then by end
	failing bool   // likewise: the last attempt to save failed
	losing  bool   // likewise: it could not save a file
}

func newRecorder(s *Store, answer Message) *recorder {
	answer.Role = api.Assistant
	answer.Finish = ""
	if answer.Created.IsZero() {
		answer.Created = s.now()
	}
	timer := time.NewTimer(saveAfter)
	timer.Stop()
	return &recorder{
		store:  s,
		ended:  make(chan struct{}),
		gone:   make(chan struct{}),
		reply:  api.NewReply(s.now()),
		timer:  timer,
		keeper: keeper{store: s, msg: answer, kept: map[string]bool{}},
	}
}

// take adds what arrived to the reply. The first of it that is unsaved starts
// the timer; from then on it runs whether or not more arrives.
func (r *recorder) take(ctx context.Context, ev api.Event, err error) {
	now := r.store.now()
	if end, is := ev.(api.Finish); is && end.Reason == "" {
		ev = api.Finish{Reason: api.FinishStop} // no finish at all means that it still streams
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.reply.Fail(api.Failure(ctx, err), now)
	} else {
		r.reply.Add(ev, now)
	}
	r.arm()
}

func (r *recorder) arm() {
	if !r.armed {
		r.armed = true
		r.timer.Reset(saveAfter)
	}
}

func (r *recorder) run(ctx context.Context) {
	defer close(r.gone)
	r.store.live.add(r.keeper.msg.ID)
	r.save(ctx, false) // the empty answer: it was asked for
	for {
		select {
		case <-r.timer.C:
			r.save(ctx, false)
		case <-r.ended:
			return
		}
	}
}

// end saves the end of the answer; why is why it ended, if the stream did not say.
func (r *recorder) end(ctx context.Context, why *api.Error) {
	close(r.ended)
	<-r.gone
	r.timer.Stop()
	defer r.store.live.remove(r.keeper.msg.ID)
	r.mu.Lock()
	if r.reply.Finish == "" {
		r.reply.Fail(why, r.store.now())
	}
	r.mu.Unlock()
	// A disk that is full must not keep the program from leaving.
	ctx, cancel := context.WithTimeout(ctx, r.store.patience)
	defer cancel()
	for !r.save(ctx, true) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(saveAfter):
		}
	}
}

// save saves all that has arrived until now. What arrives meanwhile starts the
// timer anew; a failure does too, so that it is tried again.
func (r *recorder) save(ctx context.Context, whole bool) bool {
	r.mu.Lock()
	r.armed = false
	snap := snapshot(r.reply)
	r.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, r.store.patience)
	defer cancel()
	r.watch(false, 0)
	lost, err := r.keep(ctx, snap, whole)
	r.tell(&r.failing, err)
	if err != nil {
		r.mu.Lock()
		r.arm()
		r.mu.Unlock()
		return false
	}
	// A file that is lost is tried again with what comes next, not for its own
	// sake: it may be large.
	r.tell(&r.losing, lost)
	r.watch(true, len(snap.reasoning)+len(snap.answer))
	return true
}

// tell passes a failure on, once until there is none.
func (r *recorder) tell(before *bool, err error) {
	if err != nil && !*before && r.store.onSaveError != nil {
		r.store.onSaveError(fmt.Errorf("save the answer as it arrives: %w", err))
	}
	*before = err != nil
}

func (r *recorder) watch(done bool, size int) {
	if r.store.watch != nil {
		r.store.watch(done, size)
	}
}

// keep turns a panic into an error: in a goroutine of ours it would take the
// program, and the terminal's state, down with it.
func (r *recorder) keep(ctx context.Context, snap arrived, whole bool) (lost, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.keeper.keep(ctx, snap, whole)
}

// liveSet holds the ids of the answers that this store records at the moment.
type liveSet struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (l *liveSet) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids == nil {
		l.ids = map[string]bool{}
	}
	l.ids[id] = true
}

func (l *liveSet) remove(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ids, id)
}

func (l *liveSet) has(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ids[id]
}
