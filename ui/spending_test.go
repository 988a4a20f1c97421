package ui

import (
	"context"
	"errors"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
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
	s.WaitForText("first answer", "enter send")
	w.ask(s, "two").charge("second answer", 0.2) // it is below the cap when it is asked
	s.WaitForText("second answer", "· $0.60")

	s.Type("three")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?", "$0.60", "$0.50")
	s.Golden(t)
	w.pass(typedAhead)
	s.Press("n")
	s.WaitForText("not sent", "1 queued")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	w.pass(typedAhead)
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
	s.WaitForText("first answer", "enter send")
	w.pass(24 * 3600e9)
	w.ask(s, "two").charge("second answer", 0.2)
	s.WaitForText("second answer", "enter send")
	s.Type("/retry") // the new day's money is spent by now
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
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
	s.WaitForText("first answer", "enter send")
	s.Press("ctrl+n")
	w.ask(s, "two").charge("second answer", 0.2)
	s.WaitForText("second answer", "enter send")
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

// capped is a chat on a day that has cost more than its cap.
func (w *world) capped(t *testing.T) *uitest.Screen {
	o := w.options()
	limit := 0.5
	o.SpendCap = &limit
	s, _ := w.open(o, 80, 24)
	w.ask(s, "one").charge("first answer", 0.6)
	s.WaitForText("first answer", "$0.60")
	return s
}

// Whatever takes the question away answers it with no; a key that was on its
// way when it came does not.
func TestSpendCapTakenAway(t *testing.T) {
	w := newWorld(t)
	s := w.capped(t)
	s.Type("two")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	w.pass(typedAhead * 3 / 4)
	s.Type("y")
	w.pass(typedAhead * 3 / 4) // still typing
	s.Type("yl")
	w.pass(typedAhead)
	s.Type("l")
	s.WaitForText("Pass the day's cap?", "▸ no, wait")
	s.Press("ctrl+c")
	s.WaitForText("not sent", "1 queued, held")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	w.pass(typedAhead)
	s.Press("y")
	w.next().charge("second answer", 0.1)
	s.WaitForText("second answer")
}

// What was queued when the cap is reached is held, without a question that
// opens under the fingers; sent again, it is asked about.
func TestSpendCapHoldsQueue(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 0.5
	o.SpendCap = &limit
	s, _ := w.open(o, 80, 24)
	c := w.ask(s, "one")
	s.Type("two")
	s.Press("enter")
	s.Type("three")
	s.Press("enter")
	s.WaitForText("2 queued")
	c.charge("first answer", 0.6)
	s.WaitForText("not sent: the day's cap is reached", "2 queued, held")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	w.pass(typedAhead)
	s.Press("y")
	w.next().charge("second answer", 0.1)
	w.next().charge("third answer", 0.1)
	s.WaitForText("third answer")
}

// Behind the screen nobody is asked, and nothing is sent; nor is it lost.
func TestSpendCapBehindTheScreen(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 0.5
	o.SpendCap = &limit
	s, _ := w.open(o, 80, 24)
	c := w.ask(s, "a slow question")
	s.Type("and another")
	s.Press("enter")
	s.WaitForText("1 queued")
	s.Press("ctrl+n")
	s.WaitForText("answering elsewhere")
	c.charge("at last", 0.6)
	s.WaitForText("a slow question: 1 message waits, the day's cap is reached")
	s.Press("ctrl+r")
	s.WaitForText("a slow question")
	s.Press("enter")
	s.WaitForText("at last", "1 queued, held")
}

// To agree is to agree for that day.
func TestSpendCapNextDay(t *testing.T) {
	w := newWorld(t)
	s := w.capped(t)
	s.Type("two")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
	w.pass(typedAhead)
	s.Press("y")
	w.next().charge("second answer", 0.1)
	s.WaitForText("second answer")
	w.pass(24 * 3600e9)
	w.ask(s, "three").charge("third answer", 0.6)
	s.WaitForText("third answer", "$1.30")
	s.Type("four")
	s.Press("enter")
	s.WaitForText("Pass the day's cap?")
}

// A message whose price is being looked up goes with the person, once.
func TestSentWhileSwitching(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	limit := 5.0
	o.SpendCap = &limit
	open := late(&o)
	s, _ := w.open(o, 80, 24)
	s.Type("hello")
	s.Press("enter")
	s.WaitForText("1 queued")
	s.Press("ctrl+n")
	open()
	c := w.next()
	if c.texts() != "user: hello" {
		t.Errorf("sent %q", c.texts())
	}
	c.finish("Hi.")
	s.WaitForText("Hi.")
	if n := len(w.backend.calls); n > 0 {
		t.Errorf("%d more requests were sent", n)
	}
}

// A balance that can't be had is told in the costs too.
func TestCostsWithoutBalance(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Balance = func(context.Context, string) (api.Balance, error) {
		return api.Balance{}, errors.New("the line is dead")
	}
	s, _ := w.open(o, 80, 24)
	s.Type("/cost")
	s.Press("enter")
	s.WaitForText("balance", "can't be had: the line is dead")
}
