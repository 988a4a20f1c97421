package ui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// elapse lets time pass in a bubble, and waits for what it brings.
func elapse(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// beside opens the newest session in a second program, while the first has it.
func (w *world) beside(width, height int) (*uitest.Screen, func()) {
	w.t.Helper()
	o := w.options()
	o.Open = Open{Continue: true}
	s, end := w.open(o, width, height)
	s.WaitForText("Open elsewhere", "follow it here", "fork it", "write in it too")
	w.pass(time.Second) // a person reads before they answer
	return s, end
}

// followed is a program that talks, and a second one that follows it.
func followed(t *testing.T) (w *world, first, second *uitest.Screen, end func()) {
	t.Helper()
	w = newWorld(t)
	first, end = w.open(w.options(), 80, 24)
	w.turn(first, "one?", "first answer")
	first.WaitForText("first answer", "tok")
	second, _ = w.beside(80, 24)
	second.Press("enter")
	second.WaitForText("first answer", "following · another aimlchat (process", "Following: nothing is sent from here")
	return w, first, second, end
}

func TestFollowsAStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, first, second, _ := followed(t)
		c := w.ask(first, "two?")
		c.events <- api.Reasoning{Text: "let me see"}
		second.WaitForText("two?", "Thinking", "let me see")
		c.events <- api.Answer{Text: "it is "}
		second.WaitForText("it is", "Thought for")
		c.events <- api.Answer{Text: "so."}
		second.WaitForText("it is so.")
		c.finish("")
		second.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 2 })
	})
}

// What is followed looks as it does when it is opened.
func TestFollowedIsAsOpenedAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, first, second, _ := followed(t)
		w.turn(first, "two?", "second answer")
		second.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 2 })
		first.Press("tab", "r") // a branch
		w.next().finish("better second")
		second.WaitForText("better second", "‹2/2›")
		second.WaitForNoText("second answer")
		first.Press("i")
		c := w.ask(first, "three?")
		c.events <- api.Answer{Text: "broke "}
		c.events <- &api.Error{Kind: api.ErrCut, Message: "the line is gone"}
		second.WaitForText("three?", "broke", "the line is gone")
		first.Type("/continue")
		first.Press("enter")
		c = w.next()
		c.events <- api.Answer{Text: "and goes on"}
		second.WaitForText("broke and goes on")
		c.finish("")
		second.WaitForText("+ ")
		fresh, _ := w.beside(80, 24)
		fresh.Press("enter")
		fresh.WaitForText("broke and goes on", "following")
		elapse(10 * time.Second)
		if a, b := second.Text(), fresh.Text(); a != b {
			t.Errorf("followed:\n%s\nopened:\n%s", a, b)
		}
	})
}

func TestNothingIsSentWhileFollowing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, first, second, _ := followed(t)
		second.Type("let me in")
		second.Press("enter")
		second.WaitForText("let me in")
		second.Press("tab", "r")
		second.Press("e")
		second.Press("d")
		second.Press("C")
		elapse(10 * time.Second)
		select {
		case c := <-w.backend.calls:
			t.Fatalf("sent\n%s", c.texts())
		default:
		}
		second.WaitForText("one?", "first answer", "let me in", "following · another aimlchat")
		w.turn(first, "two?", "second answer")
		second.WaitForText("second answer")
	})
}

func TestTakesOverWhatIsFree(t *testing.T) {
	w, first, second, end := followed(t)
	c := w.ask(first, "two?")
	c.events <- api.Answer{Text: "half of"}
	second.WaitForText("half of")
	first.Type("a draft of the first")
	first.WaitForText("a draft of the first")
	second.Type("mine")
	second.Press("enter")
	second.WaitForText("following · another aimlchat")
	end()
	w.pass(time.Minute) // that word fades
	second.WaitForText("it is free now · enter takes it over", "half of", "stopped by you")
	second.Press("enter")
	second.WaitForText("it is yours now", "stopped by you · /continue", "a draft of the first", "mine")
	second.Press("ctrl+c")
	w.ask(second, "three?").finish("third answer")
	second.WaitForText("third answer", "tok")
	w.beside(80, 24) // it has the claim
}

// What is written in a session that another one has survives a crash as well: in a
// session of its own, which goes when that is taken over.
func TestDraftBesideAnotherIsKept(t *testing.T) {
	w, first, second, end := followed(t)
	store := w.library()
	w.ask(first, "two?").events <- api.Answer{Text: "half of"}
	second.WaitForText("half of")
	second.Type("mine")
	kept := waitForKept(second, store, func(n session.Session) bool { return n.Draft == "mine" && n.Leaf == "" })
	second.Type(" too")
	waitForKept(second, store, func(n session.Session) bool { return n.Draft == "mine too" && n.ID == kept.ID })
	second.Press("ctrl+u")
	second.WaitFor(func(string) bool {
		_, err := store.Find(context.Background(), kept.ID)
		return errors.Is(err, session.ErrNotFound)
	})
	second.Type("mine again")
	kept = waitForKept(second, store, func(n session.Session) bool { return n.Draft == "mine again" && n.Leaf == "" })
	first.Type("theirs")
	first.WaitForText("theirs")
	end()
	second.WaitForText("it is free now")
	second.Press("enter")
	second.WaitForText("it is yours now", "theirs", "mine again")
	waitForKept(second, store, func(n session.Session) bool { return n.Draft == "theirs\nmine again" && n.Leaf != "" })
	second.WaitFor(func(string) bool {
		_, err := store.Find(context.Background(), kept.ID)
		return errors.Is(err, session.ErrNotFound)
	})
}

// Who leaves finds it there.
func TestDraftBesideAnotherIsKeptAtTheEnd(t *testing.T) {
	w := newWorld(t)
	store := w.library()
	first, _ := w.open(w.options(), 80, 24)
	w.turn(first, "one?", "first answer")
	first.WaitForText("first answer", "tok")
	second, end := w.beside(80, 24)
	second.Press("3") // beside the other
	second.WaitForText("becomes a branch")
	second.Type("mine")
	waitForKept(second, store, func(n session.Session) bool { return n.Draft == "mine" && n.Leaf == "" })
	second.Type("!")
	end()
	n := waitForKept(second, store, func(n session.Session) bool { return n.Draft == "mine!" && n.Leaf == "" })
	if claim, err := store.Claim(n.ID); err != nil {
		t.Error(err)
	} else {
		claim.Release()
	}
	list, err := store.List(context.Background(), session.Query{})
	must(t, err)
	if len(list) != 2 {
		t.Errorf("%d sessions are left", len(list))
	}
}

func TestForksWhatIsOpenElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		first, _ := w.open(w.options(), 80, 24)
		w.turn(first, "one?", "first answer")
		first.WaitForText("first answer", "tok")
		second, _ := w.beside(80, 24)
		second.Press("2")
		second.WaitForText("a session of its own", "first answer")
		c := w.ask(second, "mine?")
		if want := "user: one?\nassistant: first answer\nuser: mine?"; c.texts() != want {
			t.Errorf("sent\n%s", c.texts())
		}
		c.finish("yours.")
		second.WaitForText("yours.", "tok")
		first.WaitForNoText("mine?")
	})
}

// A prompt of the command line is not kept waiting by a question.
func TestAPromptIsSentBesideTheOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		first, _ := w.open(w.options(), 80, 24)
		w.turn(first, "one?", "first answer")
		first.WaitForText("first answer", "tok")
		o := w.options()
		o.Open, o.Prompt = Open{Continue: true}, "mine?"
		second, _ := w.open(o, 80, 24)
		w.next().finish("yours.")
		second.WaitForText("open in another aimlchat", "becomes a branch", "mine?", "yours.")
	})
}

// Who follows looks once a second, and only at what is on the screen.
func TestLooksOnlyWhileFollowing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		first, _ := w.open(w.options(), 80, 24)
		w.turn(first, "one?", "first answer")
		first.WaitForText("first answer", "tok")
		ctx, cancel := context.WithCancel(t.Context())
		pumps := new(sync.WaitGroup)
		o := w.options()
		o.Open = Open{Continue: true}
		m := New(ctx, pumps, o)
		t.Cleanup(func() { cancel(); pumps.Wait(); m.close() })
		c := &tally{Model: m}
		s := uitest.Start(t, c, 80, 24)
		s.WaitForText("Open elsewhere")
		w.pass(time.Second)
		s.Press("esc")
		s.WaitForText("following")
		passes := func(d time.Duration) int32 {
			before := c.messages.Load()
			elapse(d)
			return c.messages.Load() - before
		}
		if n := passes(time.Minute); n < 100 || n > 121 { // the time, and what was seen
			t.Errorf("%d messages in a minute of following", n)
		}
		s.Press("ctrl+n")
		s.WaitForText("Ask anything")
		elapse(2 * time.Second)
		if n := passes(time.Minute); n > 0 {
			t.Errorf("%d messages in a minute of something else", n)
		}
	})
}
