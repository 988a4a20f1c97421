// This file owns titles that a model writes: after the first answer, if the
// config names a model for that. Nobody waits for them, and nobody is told when
// there is none: the words of the prompt are a title too.

package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// name asks for a title of c, whose first answer has just ended, of the provider
// that gave the answer.
func (m *Model) name(c *conversation) tea.Cmd {
	last := c.last()
	switch {
	case m.opts.TitleModel == "" || m.store == nil || !c.saved || c.named || m.leaving:
		return nil
	case last == nil || last.Role != api.Assistant || c.answers() != 1 || c.partial:
		return nil
	case last.Finish != api.FinishStop && last.Finish != api.FinishLength:
		return nil
	case c.session.TitleBy == session.TitleByPerson || c.session.TitleBy == session.TitleByModel:
		return nil
	}
	c.named = true
	n := &naming{
		store: m.store, ctx: m.ctx, session: c.session.ID, provider: last.Provider, opts: m.opts,
		request: api.TitleRequest(m.opts.TitleModel, c.messages[0].Content(), last.Content()),
	}
	return func() tea.Msg {
		title := n.run()
		return toldMsg(func(*Model) tea.Cmd {
			if title != "" && c.session.TitleBy != session.TitleByPerson {
				c.session.Title, c.session.TitleBy = title, session.TitleByModel
			}
			return nil
		})
	}
}

// naming is one question for a title.
type naming struct {
	ctx      context.Context //nolint:containedctx // of the program: ends the question
	store    *session.Store
	opts     Options
	session  string
	provider string
	request  api.Request
}

// run returns the title that was given and saved; "": none was.
func (n *naming) run() string {
	if !n.affordable() {
		return ""
	}
	backend, err := n.opts.Backend(n.provider)
	if err != nil {
		return ""
	}
	n.request.ID = session.NewID(n.opts.Now())
	reply := api.NewReply(n.opts.Now())
	for ev, err := range backend.Stream(n.ctx, n.request) {
		if err != nil {
			reply.Fail(api.Failure(n.ctx, err), n.opts.Now())
			break
		}
		reply.Add(ev, n.opts.Now())
	}
	ctx := context.WithoutCancel(n.ctx)
	if reply.Finish != api.FinishError || reply.Cost.USD != nil {
		_ = n.store.Book(ctx, n.session, session.Payment{ // one that is not counted is no reason to trouble anybody
			Kind: session.ForTitle, Provider: n.provider, Model: n.request.Model, Usage: reply.Usage, Cost: reply.Cost,
		})
	}
	title := api.CleanTitle(reply.Answer.String())
	if reply.Err != nil || title == "" {
		return ""
	}
	if err := n.store.Update(ctx, n.session, session.Change{Title: &title, TitleBy: new(session.TitleByModel)}); err != nil {
		return ""
	}
	return title
}

// affordable reports whether the day's cap leaves room for it: nobody can be
// asked here.
func (n *naming) affordable() bool {
	limit := n.opts.SpendCap
	if limit == nil {
		return true
	}
	spent, err := n.store.Spent(n.ctx, "", midnight(n.opts.Now()))
	return err == nil && spent.USD < *limit
}
