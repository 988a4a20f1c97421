// This file owns money: what the conversation and the day cost, the cap that is
// asked about before it is passed, and the balance. Nothing is computed here
// that a service could have said.

package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// toldMsg brings what a command found out, as what is to be done with it.
type toldMsg func(*Model) tea.Cmd

// midnight is when the day of t began, where the person is.
func midnight(t time.Time) time.Time {
	y, mo, d := t.Date()
	return time.Date(y, mo, d, 0, 0, 0, 0, t.Location())
}

// spentMsg brings what the day has cost so far, before something more is spent.
type spentMsg struct {
	conv *conversation
	day  session.Spending
	err  error
	do   func() tea.Cmd
}

// withinCap does what costs money, after asking the person if that may pass the
// day's cap. Several aimlchats share the day, so the database is asked each
// time.
func (m *Model) withinCap(c *conversation, do func() tea.Cmd) tea.Cmd {
	if m.opts.SpendCap == nil || m.spends || m.store == nil {
		return do()
	}
	store, ctx, since := m.store, m.ctx, midnight(m.opts.Now())
	return func() tea.Msg {
		day, err := store.Spent(ctx, "", since)
		return spentMsg{c, day, err, do}
	}
}

func (m *Model) spent(msg spentMsg) tea.Cmd {
	limit := *m.opts.SpendCap
	next := m.nextCost(msg.conv)
	if msg.err == nil && msg.day.USD+next < limit {
		return msg.do()
	}
	text := fmt.Sprintf("Today's answers cost %s", figures.USD(msg.day.USD))
	if msg.err != nil {
		text = fmt.Sprintf("What today's answers cost is not known (%v)", msg.err)
	}
	if next > 0 {
		text += fmt.Sprintf("; the next takes about %s", figures.USD(next))
	}
	text += fmt.Sprintf(". The cap is %s a day (spend_cap_usd in the config).", figures.USD(limit))
	c, do := msg.conv, msg.do
	m.confirm(dialog.Question{Title: "Pass the day's cap?", Text: text, Yes: "send it", No: "wait"}, func(yes bool) tea.Cmd {
		if !yes {
			c.held = len(c.queue) > 0
			m.say("not sent: the day's cap is reached")
			return nil
		}
		m.spends = true
		return do()
	})
	return nil
}

// typicalAnswer is how many tokens of answer the cost of the next message is
// guessed with.
const typicalAnswer = 1000

// nextCost guesses what the next answer costs; 0 when there is no telling.
func (m *Model) nextCost(c *conversation) float64 {
	choice := m.choice(c.provider, c.model)
	if choice == nil || choice.PriceIn == nil || choice.PriceOut == nil {
		return 0
	}
	tokens := m.used()
	for _, p := range c.queue {
		tokens += figures.EstimateTokens(p.text)
	}
	return (float64(tokens)**choice.PriceIn + typicalAnswer**choice.PriceOut) / 1e6
}

// showCosts shows what the session and the day cost, and then, when the
// provider has told, what is left.
func (m *Model) showCosts() tea.Cmd {
	usd, estimated, unknown := m.conv.spent()
	bill := dialog.Bill{Cap: m.opts.SpendCap, Session: dialog.Spent{USD: usd, Answers: m.conv.answers(), Unknown: unknown}}
	if estimated {
		bill.Session.Estimated = usd
	}
	bill.Today = bill.Session // without a database there is nothing else
	d := dialog.NewCosts(m.theme, bill)
	m.open(d)
	store, ctx, since, id := m.store, m.ctx, midnight(m.opts.Now()), m.conv.session.ID
	if store == nil {
		return m.addBalance(d, bill)
	}
	return func() tea.Msg {
		day, err := store.Spent(ctx, "", since)
		var whole session.Spending
		if err == nil && id != "" {
			whole, err = store.Spent(ctx, id, time.Time{})
		}
		return toldMsg(func(m *Model) tea.Cmd {
			if err != nil {
				m.closeIf(d)
				m.say("what was spent is not known: %v", err)
				return nil
			}
			bill.Today = spentOf(day)
			if whole.Answers > 0 {
				bill.Session = spentOf(whole)
			}
			d.SetBill(bill)
			return m.addBalance(d, bill)
		})
	}
}

// addBalance asks the provider what is left, for a dialog that is open.
func (m *Model) addBalance(d *dialog.Costs, bill dialog.Bill) tea.Cmd {
	ask, ctx, provider := m.opts.Balance, m.ctx, m.conv.provider
	if ask == nil {
		return nil
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, balanceWithin)
		defer cancel()
		b, err := ask(ctx, provider)
		return toldMsg(func(*Model) tea.Cmd {
			if err == nil {
				bill.Balance, bill.Low = b.String(), b.Low
				d.SetBill(bill)
			}
			return nil
		})
	}
}

// balanceWithin is how long a balance is waited for.
const balanceWithin = 30 * time.Second

func spentOf(s session.Spending) dialog.Spent {
	return dialog.Spent{USD: s.USD, Estimated: s.Estimated, Answers: s.Answers, Unknown: s.Unknown}
}

// showBalance asks the provider for the money on the account.
func (m *Model) showBalance() tea.Cmd {
	ask, ctx, provider := m.opts.Balance, m.ctx, m.conv.provider
	if ask == nil {
		m.say("%s can't be asked for a balance", provider)
		return nil
	}
	m.say("asking %s for the balance …", provider)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, balanceWithin)
		defer cancel()
		b, err := ask(ctx, provider)
		return toldMsg(func(m *Model) tea.Cmd {
			m.status.text = ""
			n := &transcript.Notice{Text: fmt.Sprintf("The balance at %s can't be had: %v", provider, err), Warning: true}
			if err == nil {
				n = &transcript.Notice{Text: fmt.Sprintf("Balance at %s: %s", provider, b.String())}
			}
			m.conv.view.Append(n)
			m.conv.view.Bottom()
			return nil
		})
	}
}
