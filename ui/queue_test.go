package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// whileAnswering is a screen on which an answer arrives and messages wait.
func whileAnswering(t *testing.T, w *world, width, height int, messages ...string) (*uitest.Screen, *call) {
	t.Helper()
	s, _ := w.open(w.options(), width, height)
	c := w.ask(s, "one?")
	c.events <- api.Answer{Text: "first answer"}
	s.WaitForText("first answer")
	for i, text := range messages {
		s.Type(text)
		s.Press("enter")
		s.WaitForText(fmt.Sprintf("%d queued", i+1))
	}
	return s, c
}

func TestQueueIsShown(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {40, 16}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, _ := whileAnswering(t, newWorld(t), size[0], size[1], "What of 京都 in May?", "Compare the two, at length, with a table of all their differences.", "Thank you", "And now?")
				s.Golden(t)
			})
		})
	}
}

func TestQueueIsChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		s, c := whileAnswering(t, w, 80, 24, "two?", "three?", "four?", "five?")
		s.Type("/queue")
		s.Press("enter")
		s.WaitForText("Queue", "alt+↑ ↓ move")
		s.Press("alt+down") // two? behind three?
		s.Press("end", "ctrl+d")
		s.WaitForNoText("five?")
		s.Golden(t)
		s.Press("enter") // four? comes back
		s.WaitForText("2 queued", "four?")
		s.Press("ctrl+u")
		c.finish(".")
		c = w.next()
		if want := "user: one?\nassistant: first answer.\nuser: three?"; c.texts() != want {
			t.Errorf("sent\n%s\nwant\n%s", c.texts(), want)
		}
		s.WaitForText("1 queued")
		s.Press("alt+up")
		s.WaitForText("two?")
		s.WaitForNoText("queued")
		c.finish("third answer")
		s.WaitForText("third answer", "tok")
	})
}

// What is sent while its dialog is open leaves it; what stays keeps its place.
func TestQueueIsSentBehindItsDialog(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		s, c := whileAnswering(t, w, 80, 24, "two?", "three?")
		s.Type("/queue")
		s.Press("enter")
		s.WaitForText("Queue", "two?")
		s.Press("end")
		c.finish(".")
		c = w.next()
		s.WaitForNoText("two?")
		s.Press("enter")
		s.WaitForText("first answer", "three?")
		s.WaitForNoText("queued")
		c.finish("second answer")
		s.WaitForText("second answer", "tok")
	})
}

// After a failure nothing goes out by itself: what failed is asked again first.
func TestAFailureHoldsTheQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		s, c := whileAnswering(t, w, 80, 24, "two?")
		c.events <- &api.Error{Kind: api.ErrServer, Message: "it broke"}
		s.WaitForText("it broke", "1 queued")
		elapse(time.Hour)
		select {
		case c := <-w.backend.calls:
			t.Fatalf("sent\n%s", c.texts())
		default:
		}
		s.Press("enter")
		c = w.next()
		if c.texts() != "user: one?" {
			t.Errorf("asked again with\n%s", c.texts())
		}
		c.finish("first answer")
		if c = w.next(); !strings.HasSuffix(c.texts(), "user: two?") {
			t.Errorf("then sent\n%s", c.texts())
		}
		c.finish("second answer")
		s.WaitForText("second answer")
		s.WaitForNoText("queued")
	})
}
