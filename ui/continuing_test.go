package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// breakOff answers a call in part, and then ends for a reason.
func (c *call) breakOff(text string, why api.FinishReason) {
	usd := 0.001
	n := int64(7)
	c.events <- api.Answer{Text: text}
	c.events <- api.Metered{Usage: api.Usage{Completion: &n}, Cost: api.Cost{USD: &usd, Source: api.Billed}}
	if why == api.FinishError {
		c.events <- &api.Error{Kind: api.ErrCut, Message: "the connection broke", Retryable: true}
		return
	}
	c.events <- api.Finish{Reason: why}
	close(c.events)
}

// goesOn waits for a request to go on with a text.
func (w *world) goesOn(text string) *call {
	w.t.Helper()
	c := w.next()
	if !c.req.Continue {
		w.t.Error("the request does not say that it continues")
	}
	last := c.req.Messages[len(c.req.Messages)-1]
	if last.Role != api.Assistant || last.Content() != text {
		w.t.Errorf("%s: %q is to be gone on with, want %q", last.Role, last.Content(), text)
	}
	return c
}

const brokenCode = "Here it is:\n\n```go\nfunc main() {\n\tprint"

func TestContinue(t *testing.T) {
	for _, size := range [][2]int{{40, 20}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			w := newWorld(t)
			s, end := w.open(w.options(), size[0], size[1])
			c := w.ask(s, "code?")
			w.pass(time.Second)
			c.breakOff(brokenCode, api.FinishLength)
			s.WaitForText("cut at the token limit · /continue", "asks")
			s.Press("tab")
			s.WaitForText("C goes on")
			s.Press("C")
			w.pass(2 * time.Second)
			c = w.goesOn(brokenCode)
			c.breakOff("(1)\n}\n```\n\nThat is", api.FinishError)
			s.WaitForText("the connection broke", "print(1)", "That is")
			s.Press("C")
			w.pass(3 * time.Second)
			c = w.goesOn(brokenCode + "(1)\n}\n```\n\nThat is")
			c.finish(" all.\n\nReally.")
			s.WaitForText("That is all.", "Really.", "+ 3.0 s")
			s.WaitForNoText("the connection broke", "C goes on")
			s.Golden(t)
			shown := s.Text()
			end()

			o := w.options()
			o.Open = Open{Continue: true}
			s, _ = w.open(o, size[0], size[1])
			s.WaitForText("Really.", "+ 3.0 s")
			s.Press("tab")
			s.WaitForText("█")
			if again := s.Text(); again != shown {
				t.Errorf("reopened, it shows\n%s\nbefore it was\n%s", again, shown)
			}
		})
	}
}

func TestContinueWithAnotherModelAndAgain(t *testing.T) {
	w := newWorld(t)
	b := newBoard()
	o := w.options()
	o.Clipboard = b
	s, _ := w.open(o, 80, 40)
	w.ask(s, "count").breakOff("one tw", api.FinishLength)
	s.WaitForText("cut at the token limit")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("switched to test/quick")
	s.Type("/continue")
	s.Press("enter")
	c := w.goesOn("one tw")
	if c.req.Model != "test/quick" {
		t.Errorf("%s was asked", c.req.Model)
	}
	s.WaitForNoText("switched to")
	c.events <- api.Answer{Text: "o three"}
	s.WaitForText("one two three")
	s.Press("esc")
	s.WaitForText("stopped by you · /continue goes on", "test/thinker · then test/quick")
	s.Type("/continue")
	s.Press("enter")
	w.goesOn("one two three").finish(" four")
	s.WaitForText("one two three four", "+ test/quick", "tok")
	s.WaitForText("$0.001")
	s.Press("tab", "y")
	s.WaitForText("1 line")
	if got := b.took(t); got != "one two three four" {
		t.Errorf("copied %q", got)
	}
	s.Press("v")
	s.WaitForText("Part 1 of 3", "test/thinker")
	s.Press("esc", "r") // from the question on
	if c := w.next(); c.texts() != "user: count" {
		t.Errorf("asked again with\n%s", c.texts())
	} else {
		c.finish("better second")
	}
	s.WaitForText("better second", "‹2/2›")
	s.Press("[")
	s.WaitForText("one two three four", "‹1/2›")
}

// What follows an answer stays when that is gone on with: as another branch.
func TestContinueInTheMiddle(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 40)
	w.ask(s, "one?").breakOff("first", api.FinishLength)
	s.WaitForText("cut at the token limit")
	w.turn(s, "two?", "second answer")
	s.WaitForText("second answer", "13 tok")
	s.Press("tab", "k", "k")
	s.WaitForText("C go on") // under the composer: the answer itself does not say it
	s.Press("C")
	w.goesOn("first").finish(" answer")
	sees(t, s, "one?", "first answer", "‹2/2›")
	s.Press("[")
	sees(t, s, "one?", "first", "‹1/2›", "two?", "second answer")
	s.Press("{", "]")
	s.WaitForText("no other branch") // the first question has none
	s.Press("j", "j", "]")
	sees(t, s, "one?", "first answer", "‹2/2›")
	s.Press("i")
	w.turn(s, "one more?", "better second")
	sees(t, s, "one?", "first answer", "one more?", "better second")
	s.WaitForText("enter send")
	s.Type("/delete")
	s.Press("enter")
	sees(t, s, "one?", "first answer", "one more?")
}

func TestTakingAContinuationBack(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 40)
	w.ask(s, "one?").breakOff("first", api.FinishLength)
	s.WaitForText("cut at the token limit")
	s.Press("tab", "C")
	w.goesOn("first").finish(" answer")
	s.WaitForText("first answer", "+ ")
	s.Press("i")
	s.Type("/delete")
	s.Press("enter")
	s.WaitForText("hidden", "cut at the token limit · /continue goes on")
	s.WaitForNoText("first answer")
	s.Type("/undo")
	s.Press("enter")
	s.WaitForText("first answer", "it is back")
}

func TestWhatCannotBeContinued(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "one?", "first answer")
	s.WaitForText("12 tok")
	s.Press("tab", "C")
	s.WaitForText("this answer is whole; r answers again")
	s.Press("ctrl+n")
	s.WaitForNoText("first answer")
	s.Type("/continue")
	s.Press("enter")
	s.WaitForText("there is no answer to go on with")
	c := w.ask(s, "two?")
	c.events <- api.Reasoning{Text: "hm, ho"}
	c.events <- &api.Error{Kind: api.ErrCut, Message: "the connection broke", Retryable: true}
	s.WaitForText("the connection broke", "enter or /retry asks again")
	if strings.Contains(s.Text(), "goes on") {
		t.Errorf("there is nothing to go on with:\n%s", s.Text())
	}
	s.Press("tab", "C")
	s.WaitForText("asked anew")
	if c := w.next(); c.req.Continue || !strings.HasSuffix(c.texts(), "user: two?") {
		t.Errorf("continue: %v, asked\n%s", c.req.Continue, c.texts())
	}
}

// A thought about how to go on is shown where the reader is, and is part of the
// answer's thought when that goes on.
func TestContinuationThinks(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.ask(s, "one?").breakOff("It is on", api.FinishLength)
	s.WaitForText("cut at the token limit")
	s.Press("tab", "C")
	c := w.goesOn("It is on")
	c.events <- api.Reasoning{Text: "where was I"}
	s.WaitFor(func(text string) bool {
		answer, thought := strings.Index(text, "It is on"), strings.Index(text, "where was I")
		return answer >= 0 && answer < thought && strings.Contains(text, "Thinking")
	})
	c.finish("ly this.")
	s.WaitForText("▸ Thought for", "It is only this.")
	s.WaitForNoText("where was I", "Thinking")
	s.Press("enter")
	s.WaitFor(func(text string) bool {
		answer, thought := strings.Index(text, "It is only"), strings.Index(text, "where was I")
		return thought >= 0 && thought < answer
	})
}
