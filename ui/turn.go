// This file owns the way of a turn from the network to Update: one goroutine
// pumps the stream through the recorder into a batch, one command at a time
// takes the batch to the screen. The pump never waits for the screen; a slow
// screen finds more in its batch.

package ui

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// The renderer looks so often whether there is something to draw, also when
// nothing happens: at 50 that takes less than the least Bubble Tea program, and a
// key is still answered within 20 ms.
const (
	framesPerSecond = 50
	frame           = time.Second / 30 // between two batches; the first comes at once
)

// turn is a question on its way to being answered. Update owns it, but for the
// batch, which it shares with the pump.
type turn struct {
	number int
	cancel context.CancelFunc
	batch  *batch
	entry  *transcript.Answer
	pause  time.Duration // how long the last frame lasts

	retry   *api.Retry // the last attempt that failed; nil: none did
	retryAt time.Time  // when the next one comes

	recorded bool // its answer is being saved, as far as is known
	doubted  bool // the database said that it may not be; that can be heard before it begins
	stopped  bool // by the person: late arrivals are still taken in, to be shown as saved
}

// clocked reports whether a clock runs on screen: until the answer begins.
func (t *turn) clocked() bool { return t != nil && t.entry.Reply.Answer.Len() == 0 }

// arrival is an event and when it came.
type arrival struct {
	event api.Event
	at    time.Time
}

// turnMsg brings a batch to Update.
type turnMsg struct {
	number   int
	arrivals []arrival
	placed   *placed    // set once, when the turn has its place in the session
	lost     error      // a file could not be saved
	done     bool       // nothing follows
	err      *api.Error // why it ended early; nil if it did not
	at       time.Time
}

// placed tells where a turn stands in its session.
type placed struct {
	session       session.Session
	claim         *session.Claim
	prompt, reply session.Message
	known         bool              // the database has the session
	unsaved       []session.Message // what it does not have, oldest first
	err           error             // why it does not; the conversation goes on
}

// The faster text comes, the longer a frame lasts: the eye follows a line that
// grows letter by letter, but not a page that rolls, and each frame costs the
// terminal dear. At 500 bytes a second it is 40 ms, from 2,000 on slowFrame.
const (
	slowFrame = 160 * time.Millisecond
	rollTime  = slowFrame / 2000 // for each byte a second
)

// pause is how long the frame lasts that a batch begins, which came in the frame
// before it, or some time after: then little of it did.
func pause(arrivals []arrival, before time.Duration) time.Duration {
	n := 0
	for _, a := range arrivals {
		switch ev := a.event.(type) {
		case api.Answer:
			n += len(ev.Text)
		case api.Reasoning:
			n += len(ev.Text)
		}
	}
	rate := float64(n) / max(before, frame).Seconds()
	return min(max(frame, time.Duration(rate*float64(rollTime))), slowFrame)
}

// batch collects what arrives between two frames.
type batch struct {
	mu      sync.Mutex
	ready   chan struct{} // holds a token while there is something to take
	pending turnMsg
	taken   *turnMsg // on its way to Update; nil: it has arrived
}

func newBatch(number int) *batch {
	return &batch{ready: make(chan struct{}, 1), pending: turnMsg{number: number}}
}

// put changes what is pending.
func (b *batch) put(change func(*turnMsg)) {
	b.mu.Lock()
	change(&b.pending)
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// add takes in an event. Text that follows text of its kind is joined to it, so
// that a batch stays small however long the screen is away.
func (b *batch) add(ev api.Event, at time.Time) {
	b.put(func(p *turnMsg) {
		if n := len(p.arrivals); n > 0 {
			if joined := join(p.arrivals[n-1].event, ev); joined != nil {
				p.arrivals[n-1].event = joined
				return
			}
		}
		p.arrivals = append(p.arrivals, arrival{ev, at})
	})
}

// maxJoin bounds joined text, so that joining stays linear.
const maxJoin = 16 << 10

func join(a, b api.Event) api.Event {
	switch a := a.(type) {
	case api.Answer:
		if b, ok := b.(api.Answer); ok && len(a.Text) < maxJoin {
			return api.Answer{Text: a.Text + b.Text}
		}
	case api.Reasoning:
		if b, ok := b.(api.Reasoning); ok && len(a.Text) < maxJoin {
			return api.Reasoning{Text: a.Text + b.Text}
		}
	}
	return nil
}

// take returns what is pending and starts anew. What it returned last has
// arrived by then.
func (b *batch) take() turnMsg {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.pending
	b.pending, b.taken = turnMsg{number: m.number}, &m
	return m
}

// arrived says that what was taken is in Update's hands.
func (b *batch) arrived() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken = nil
}

// lost returns what was taken and never arrived, as when the program ended on
// its way; nil when nothing was.
func (b *batch) lost() *turnMsg {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.taken
}

// await is the command that brings the next batch: it sleeps out the frame
// that began with the last one, then waits until there is something. After the
// end of ctx, the program's, it leaves that to [Model.close].
func (b *batch) await(ctx context.Context, pause time.Duration) tea.Cmd {
	return func() tea.Msg {
		time.Sleep(pause)
		<-b.ready
		if ctx.Err() != nil {
			return nil
		}
		return b.take()
	}
}

// pump runs a turn from its first commit to its last. It owns the order: the
// prompt is durable before the request leaves.
type pump struct {
	batch   *batch
	now     func() time.Time
	store   *session.Store // nil: nothing is saved
	backend func() (api.Backend, error)
	request api.Request

	session session.Session
	known   bool             // the database has the session
	claim   *session.Claim   // nil when it is not held yet
	prompt  *session.Message // nil when an earlier prompt is answered anew
	reply   session.Message
	said    []session.Message // the conversation until now, the prompt included
	unsaved []session.Message // what could not be saved before, oldest first

	refuses func(api.File) string // why the model can't be sent a file; "": it can
}

func (p *pump) run(ctx context.Context) {
	var failure *api.Error
	defer func() {
		if r := recover(); r != nil {
			failure = &api.Error{
				Kind:    api.ErrInternal,
				Message: fmt.Sprintf("aimlchat failed while reading the answer: %v", r),
				Hint:    "what arrived is kept; please report this",
				Err:     fmt.Errorf("panic: %v\n%s", r, debug.Stack()),
			}
		}
		at := p.now()
		p.batch.put(func(m *turnMsg) { m.done, m.err, m.at = true, failure, at })
	}()
	p.place(ctx)
	failure = p.stream(ctx)
}

// place commits the prompt. Failing to save is told, and does not keep the
// question from being asked.
func (p *pump) place(ctx context.Context) {
	now := p.now()
	if p.session.ID == "" {
		p.session.ID = session.NewID(now)
		p.session.Created, p.session.Updated = now, now
	}
	p.reply.ID, p.reply.SessionID, p.reply.Created = session.NewID(now), p.session.ID, now
	p.request.ID = p.reply.ID // so that the service's logs lead to ours
	if p.prompt != nil {
		p.prompt.ID, p.prompt.SessionID, p.prompt.Created = session.NewID(now), p.session.ID, now
		p.reply.ParentID = p.prompt.ID
		p.unsaved = append(p.unsaved, *p.prompt)
	}
	var err error
	if p.store != nil {
		if err = p.save(context.WithoutCancel(ctx)); err != nil {
			p.store = nil
		}
	}
	pl := &placed{session: p.session, claim: p.claim, reply: p.reply, known: p.known, unsaved: p.unsaved, err: err}
	if p.prompt != nil {
		pl.prompt = *p.prompt
	}
	p.batch.put(func(m *turnMsg) { m.placed = pl })
}

// stream takes in the answer. How it ended is what the recorder makes of it,
// so that screen and database agree.
func (p *pump) stream(ctx context.Context) *api.Error {
	finished := false
	events := p.ask(ctx)
	if p.store != nil {
		events = p.store.Record(ctx, p.reply, events)
	}
	for ev, err := range events {
		if err != nil {
			return api.Failure(ctx, err)
		}
		if end, is := ev.(api.Finish); is {
			finished = true
			end.Reason = cmp.Or(end.Reason, api.FinishStop)
			ev = end
		}
		p.batch.add(ev, p.now())
	}
	switch {
	case finished:
		return nil
	case ctx.Err() != nil:
		return &api.Error{Kind: api.ErrCanceled, Message: "stopped"}
	}
	return &api.Error{Kind: api.ErrCut, Message: "the answer ended before it was complete", Retryable: true}
}

// ask sends the request. A backend that can't be had, or a file that can't,
// fails like a service that refuses, so that the failure is kept with the turn.
func (p *pump) ask(ctx context.Context) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		backend, err := p.backend()
		left := p.leaveOut() // first: what is not sent may be gone
		if err == nil && p.store != nil {
			err = p.store.Load(ctx, p.request.Messages)
		}
		if err != nil {
			yield(nil, api.AsError(err))
			return
		}
		for _, why := range left {
			if !yield(api.Notice{Text: why}, nil) {
				return
			}
		}
		for ev, err := range backend.Stream(ctx, p.request) {
			if !yield(ev, err) {
				return
			}
		}
	}
}

// leaveOut takes the files out of the history that the model can't be sent, and
// says of each why, once. They were meant for the model before it. A message of which
// nothing else is left names them, as services refuse empty ones.
func (p *pump) leaveOut() (notices []string) {
	told := 0 // by an answer of the same model
	for i, m := range p.request.Messages {
		if m.Role == api.Assistant && m.Model == p.request.Model {
			told = i
		}
	}
	for i := range p.request.Messages {
		m, names := &p.request.Messages[i], []string{}
		m.Parts = slices.DeleteFunc(m.Parts, func(part api.Part) bool {
			if part.File == nil {
				return false
			}
			why := p.refuses(*part.File)
			if why == "" {
				return false
			}
			names = append(names, part.File.Name)
			if i >= told {
				notices = append(notices, why+"; it was left out")
			}
			return true
		})
		if len(m.Parts) == 0 {
			m.Parts = []api.Part{{Kind: api.TextPart, Text: "[" + strings.Join(names, ", ") + "]"}}
		}
	}
	return notices
}
