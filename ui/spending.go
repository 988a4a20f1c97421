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
	conv  *conversation
	asked bool // by a key of the person's, just now
	day   session.Spending
	since time.Time // when that day began
	err   error
	do    func() tea.Cmd
}

// withinCap does what costs money, after asking the person if that may pass the
// day's cap. Several aimlchats share the day, so the database is asked each
// time. What nobody asked for just now, as a queued message, is held instead:
// a question that opens under the fingers is answered by accident.
func (m *Model) withinCap(c *conversation, asked bool, do func() tea.Cmd) tea.Cmd {
	since := midnight(m.opts.Now())
	if m.opts.SpendCap == nil || m.store == nil || m.spends.Equal(since) || m.isFree(c) {
		return do()
	}
	store, ctx := m.store, m.ctx
	return func() tea.Msg {
		day, err := store.Spent(ctx, "", since)
		return spentMsg{c, asked, day, since, err, do}
	}
}

// isFree reports whether what answers c is known to cost nothing.
func (m *Model) isFree(c *conversation) bool {
	choice := m.choice(c.provider, c.model)
	return c.provider == "demo" ||
		choice != nil && choice.PriceIn != nil && choice.PriceOut != nil && *choice.PriceIn+*choice.PriceOut == 0
}

func (m *Model) spent(msg spentMsg) tea.Cmd {
	limit, c := *m.opts.SpendCap, msg.conv
	next := m.nextCost(c)
	switch {
	case msg.err == nil && msg.day.USD+next < limit, m.spends.Equal(msg.since):
		return msg.do()
	case !msg.asked || m.dialog != nil || c != m.conv:
		m.hold(c, "the day's cap is reached")
		return nil
	}
	text := fmt.Sprintf("Today's answers cost %s", figures.USD(msg.day.USD))
	if msg.err != nil {
		text = fmt.Sprintf("What today's answers cost is not known (%v)", msg.err)
	}
	if next > 0 {
		text += fmt.Sprintf("; the next takes about %s", figures.USD(next))
	}
	text += fmt.Sprintf(". The cap is %s a day (spend_cap_usd in the config).", figures.USD(limit))
	m.confirm(dialog.Question{Title: "Pass the day's cap?", Text: text, Yes: "send it", No: "wait"}, func(yes bool) tea.Cmd {
		if !yes {
			m.hold(c, "the day's cap is reached")
			return nil
		}
		m.spends, c.held = msg.since, false
		return msg.do()
	})
	return nil
}

// hold keeps what is queued from being sent until the person sends it again.
func (m *Model) hold(c *conversation, why string) {
	c.hold()
	switch {
	case c == m.conv:
		m.say("not sent: %s", why)
		return
	case !c.held:
		return
	}
	m.say("%s: %s, %s", c.session.Title, waits(len(c.queue)), why)
	m.park(c)
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
	tokens := c.used()
	if len(c.queue) > 0 {
		tokens += c.queue[0].tokens()
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
	if m.store == nil {
		bill.Today = bill.Session // there is nothing else
	}
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
	if ask == nil || m.dialog != d {
		return nil
	}
	bill.Balance = "asking …"
	d.SetBill(bill)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, balanceWithin)
		defer cancel()
		b, err := ask(ctx, provider)
		return toldMsg(func(*Model) tea.Cmd {
			bill.Balance, bill.Low = b.String(), b.Low
			if err != nil {
				bill.Balance = fmt.Sprintf("can't be had: %v", err)
			}
			d.SetBill(bill)
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
	c := m.conv
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, balanceWithin)
		defer cancel()
		b, err := ask(ctx, provider)
		return toldMsg(func(m *Model) tea.Cmd {
			n := &transcript.Notice{Text: fmt.Sprintf("The balance at %s can't be had: %v", provider, err), Warning: true}
			if err == nil {
				n = &transcript.Notice{Text: fmt.Sprintf("Balance at %s: %s", provider, b.String())}
			}
			c.view.Append(n)
			if c != m.conv {
				m.say("%s", n.Text)
				return nil
			}
			m.status.text = ""
			c.view.Bottom()
			return nil
		})
	}
}
