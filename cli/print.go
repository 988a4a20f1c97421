// This file is the print mode: one prompt, one answer on stdout, no screen.
// It goes the way of every turn (session, backend, recorder) and leaves the
// words to a printer.

package cli

import (
	"cmp"
	"context"
	"iter"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// turn is what is known of the one turn that is printed.
type turn struct {
	SessionID string // "" when it is not saved
	MessageID string // "" when it is not saved
	Provider  string
	Model     string // as it was asked for
	Reply     *api.Reply
	Files     []savedFile // of the reply, once it is whole
}

// printer writes a turn in one of the formats of --output. An error of its own
// means that nobody reads any more: the turn is then stopped.
type printer interface {
	start(t *turn) error
	event(ev api.Event) error
	end(t *turn, failure error) error // what is left to say; failure may be nil
}

func (a *app) newPrinter(o *options) printer {
	switch o.Output {
	case outputJSON:
		return &jsonPrinter{w: a.stdout}
	case outputStream:
		return &jsonPrinter{w: a.stdout, lines: true}
	}
	p := &textPrinter{answer: cleaner{w: a.stdout}, notice: a.notice, gap: a.env.Terminal.Stdout && a.env.Terminal.Stderr}
	if o.Reasoning {
		p.reasoning = &cleaner{w: a.stderr}
	}
	return p
}

// print answers the prompt of o on stdout. A turn that fails is still printed
// as far as it came, and its failure returned.
func (a *app) print(ctx context.Context, o *options) error {
	out := a.newPrinter(o)
	t := &turn{Provider: o.Provider, Model: o.Model, Reply: api.NewReply(a.env.Now())}
	err := a.turn(ctx, o, t, out)
	if werr := out.end(t, err); werr != nil {
		return werr
	}
	return err
}

// printFailure prints a turn that a wrong command line kept from beginning, and
// returns why.
func (a *app) printFailure(o *options, err error) error {
	t := &turn{Provider: o.Provider, Model: o.Model, Reply: &api.Reply{}}
	if werr := a.newPrinter(o).end(t, err); werr != nil {
		return werr
	}
	return err
}

// turn asks and passes what arrives to out.
func (a *app) turn(ctx context.Context, o *options, t *turn, out printer) error {
	prompt, err := a.prompt(ctx, o.Words)
	if err != nil {
		return err
	}
	files, err := a.attachAll(ctx, o.Attach)
	if err != nil {
		return err
	}
	book, err := a.openNotebook(ctx, o)
	if err != nil {
		return err
	}
	defer book.close()

	all := a.newBackends(o)
	c, err := all.choose(o, book.session)
	if err != nil {
		return err
	}
	for _, n := range c.Notices {
		a.notice("%s", n)
	}
	t.Provider, t.Model = c.Provider, c.Model
	question := asked(prompt, files)
	req, err := all.request(ctx, c, book, question)
	if err == nil {
		err = all.underCap(ctx, c, book, req)
	}
	if err != nil {
		return err
	}
	backend, err := all.get(c.Provider)
	if err != nil {
		return err
	}
	answer := book.begin(ctx, c, question)
	req.ID = cmp.Or(answer.ID, session.NewID(a.env.Now()))
	t.SessionID, t.MessageID = answer.SessionID, answer.ID
	t.Reply = api.NewReply(a.env.Now())
	if err := out.start(t); err != nil {
		return err
	}
	defer func() { t.Files = book.saved(t.Reply.Files) }()
	return a.pull(book.record(ctx, answer, backend.Stream(ctx, req)), t.Reply, out)
}

// pull takes an answer in, event by event, until it ends or nobody reads it
// any more.
func (a *app) pull(events iter.Seq2[api.Event, error], reply *api.Reply, out printer) error {
	for ev, err := range events {
		if err != nil {
			e := api.AsError(err)
			reply.Fail(e, a.env.Now())
			return e
		}
		reply.Add(ev, a.env.Now())
		switch ev := ev.(type) {
		case api.Retry:
			a.notice("%s; trying again in %s", ev.Err.Message, figures.Seconds(ev.After))
		case api.Notice:
			a.notice("%s", ev.Text)
		}
		if err := out.event(ev); err != nil {
			return err // breaking off closes the connection, and the notebook says "stopped"
		}
	}
	a.noticeFinish(reply.Finish)
	return nil
}

func (a *app) noticeFinish(reason api.FinishReason) {
	switch reason {
	case api.FinishLength:
		a.notice("the answer was cut at the token limit; --max-tokens sets it")
	case api.FinishFilter:
		a.notice("the answer was cut by the service's content filter")
	}
}
