package ui

import (
	"context"
	"errors"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// charge answers a call whole, for a price.
func (c *call) charge(answer string, usd float64) {
	c.events <- api.Metered{Cost: api.Cost{USD: &usd, Source: api.Billed}}
	c.finish(answer)
}

func TestSpendCap(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 0.5
	o.SpendCap = &limit
	s, _ := w.open(o, 80, 24)
	w.ask(s, "one").charge("first answer", 0.4)
	s.WaitForText("first answer")
	w.ask(s, "two").charge("second answer", 0.2) // it is below the cap when it is asked
	s.WaitForText("second answer")

	s.Type("three")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?", "$0.60", "$0.50")
	s.Golden(t)
	s.Press("n")
	s.WaitForText("not sent", "1 queued")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	s.Press("y")
	w.next().charge("third answer", 0.1)
	s.WaitForText("third answer")
	w.ask(s, "four").charge("fourth answer", 0.1) // asked once
	s.WaitForText("fourth answer")
}

// The next day begins at nothing.
func TestSpendCapByDay(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 0.1
	o.SpendCap = &limit
	s, _ := w.open(o, 80, 24)
	w.ask(s, "one").charge("first answer", 0.4)
	s.WaitForText("first answer")
	w.pass(24 * 3600e9)
	w.ask(s, "two").charge("second answer", 0.2)
	s.WaitForText("second answer")
	s.Type("/retry")
	s.Press("enter")
	s.WaitForText("nothing to ask again")
}

func TestCosts(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 5.0
	o.SpendCap = &limit
	left := 12.5
	o.Balance = func(context.Context, string) (api.Balance, error) { return api.Balance{USD: &left}, nil }
	s, _ := w.open(o, 80, 24)
	w.ask(s, "one").charge("first answer", 0.4)
	s.WaitForText("first answer")
	s.Press("ctrl+n")
	w.ask(s, "two").charge("second answer", 0.2)
	s.WaitForText("second answer")
	s.Type("/cost")
	s.Press("enter")
	s.WaitForText("this session", "$0.20", "today", "$0.60", "balance", "$12.50")
	s.Golden(t)
}

func TestBalance(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	left, failure := 12.5, error(nil)
	o.Balance = func(context.Context, string) (api.Balance, error) { return api.Balance{USD: &left}, failure }
	s, _ := w.open(o, 80, 24)
	s.Type("/balance")
	s.Press("enter")
	s.WaitForText("Balance at test: $12.50")
	failure = errors.New("the line is dead")
	s.Type("/balance")
	s.Press("enter")
	s.WaitForText("can't be had: the line is dead")
}
