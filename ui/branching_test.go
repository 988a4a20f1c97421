package ui

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// twoTurns is a conversation of two questions and their answers.
func twoTurns(t *testing.T) (*world, *uitest.Screen, func()) {
	t.Helper()
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 40)
	w.turn(s, "one?", "first answer")
	s.WaitForText("first answer", "tok")
	w.turn(s, "two?", "second answer")
	s.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 2 })
	return w, s, end
}

// sees waits until the questions and answers on the screen are these, in this
// order, and no others of those that the test knows.
func sees(t *testing.T, s *uitest.Screen, want ...string) {
	t.Helper()
	known := []string{"one?", "one more?", "first answer", "another first", "two?", "second answer", "better second"}
	s.WaitFor(func(text string) bool {
		_, text, _ = strings.Cut(text, "\n") // the title
		at := 0
		for _, line := range want {
			i := strings.Index(text[at:], line)
			if i < 0 {
				return false
			}
			at += i
		}
		for _, k := range known {
			n := 0
			for _, line := range want {
				if strings.Contains(line, k) {
					n++
				}
			}
			if n == 0 && strings.Contains(text, k) {
				return false
			}
		}
		return true
	})
}

func TestEditMakesABranch(t *testing.T) {
	w, s, end := twoTurns(t)
	s.Type("a draft")
	s.Press("tab", "{", "{", "e")                // to the first question
	s.WaitForText("editing", "one?", "≈ 1 tok ") // what comes after it would not go along
	s.Press("backspace")
	s.Type(" more?")
	s.Press("enter")
	c := w.next()
	if c.texts() != "user: one more?" {
		t.Errorf("sent\n%s", c.texts())
	}
	c.finish("another first")
	sees(t, s, "‹2/2›", "one more?", "another first")
	s.WaitForText("tok")
	s.Press("tab", "{", "[")
	sees(t, s, "‹1/2›", "one?", "first answer", "two?", "second answer")
	s.WaitForText("e edit")
	s.Press("]")
	sees(t, s, "‹2/2›", "one more?", "another first")
	s.Press("j") // from the answer, to the branches of its question
	s.WaitForText("r answer again")
	s.Press("[")
	sees(t, s, "‹1/2›", "one?", "first answer", "two?", "second answer")
	s.Press("]")
	sees(t, s, "‹2/2›", "one more?", "another first")
	end()

	o := w.options()
	o.Open = Open{Continue: true}
	s, _ = w.open(o, 80, 40)
	sees(t, s, "‹2/2›", "one more?", "another first")
}

func TestEscLeavesEditing(t *testing.T) {
	_, s, _ := twoTurns(t)
	s.Type("a draft")
	s.Press("tab", "{", "{", "e")
	s.WaitForText("editing")
	s.Press("esc")
	s.WaitForText("a draft")
	s.WaitForNoText("editing")
}

func TestRegenerateMakesASibling(t *testing.T) {
	w, s, _ := twoTurns(t)
	s.Press("tab", "r")
	c := w.next()
	if want := "user: one?\nassistant: first answer\nuser: two?"; c.texts() != want {
		t.Errorf("sent\n%s\nwant\n%s", c.texts(), want)
	}
	c.finish("better second")
	sees(t, s, "one?", "first answer", "two?", "better second", "‹2/2›")
	s.Press("[")
	sees(t, s, "one?", "first answer", "two?", "second answer", "‹1/2›")
	s.WaitForText("r answer again", "[ ] branches")
	s.Press("k", "k", "r") // the first answer again: the rest stays where it is
	w.next().finish("another first")
	sees(t, s, "one?", "another first", "‹2/2›")
	s.Press("[")
	sees(t, s, "one?", "first answer", "‹1/2›", "two?", "second answer", "‹1/2›")
}

func TestRegenerateWithAnotherModel(t *testing.T) {
	w, s, _ := twoTurns(t)
	s.Press("tab", "R")
	s.WaitForText("Models", "test/quick")
	s.Type("quick")
	s.Press("enter")
	c := w.next()
	if c.req.Model != "test/quick" || !strings.HasSuffix(c.texts(), "user: two?") {
		t.Errorf("%s was asked\n%s", c.req.Model, c.texts())
	}
	c.finish("better second")
	sees(t, s, "one?", "first answer", "two?", "test/quick", "better second", "‹2/2›")
	s.Press("R", "esc") // leaving the picker asks nobody
	s.WaitForNoText("Models")
	s.Press("ctrl+o")
	s.WaitForText("Models")
	s.Type("thinker")
	s.Press("enter")
	s.WaitForText("switched to test/thinker")
	select {
	case c := <-w.backend.calls:
		t.Errorf("%s was asked though the picker was left", c.req.Model)
	default:
	}
}

func TestHideAndUndo(t *testing.T) {
	w, s, end := twoTurns(t)
	s.Press("tab", "k", "d") // the second question goes, with its answer
	sees(t, s, "one?", "first answer")
	s.WaitForText("hidden", "u brings it back")
	s.Press("u")
	sees(t, s, "one?", "first answer", "two?", "second answer")
	s.Press("u")
	s.WaitForText("nothing is hidden")
	s.Press("d")
	s.WaitForNoText("second answer")
	end()
	o := w.options()
	o.Open = Open{Continue: true}
	s, _ = w.open(o, 80, 40)
	s.WaitForText("first answer")
	s.Type("/undo")
	s.Press("enter")
	sees(t, s, "one?", "first answer", "two?", "second answer")
}

func TestPurgeAsksFirst(t *testing.T) {
	w, s, _ := twoTurns(t)
	s.Press("tab", "k", "d")
	sees(t, s, "one?", "first answer")
	s.Press("tab")
	purge := func(answer string) {
		s.Type("/purge")
		s.Press("enter")
		s.WaitForText("Remove what is hidden?")
		w.pass(typedAhead)
		s.Press(answer)
		s.WaitForNoText("Remove what is hidden?")
	}
	purge("n")
	s.Type("/undo")
	s.Press("enter")
	sees(t, s, "one?", "first answer", "two?", "second answer")
	s.Press("tab", "k", "d")
	sees(t, s, "one?", "first answer")
	s.Press("tab")
	purge("y")
	s.WaitForText("removed for good: 2 messages")
	s.Type("/undo")
	s.Press("enter")
	s.WaitForText("nothing is hidden")
	sees(t, s, "one?", "first answer")
}

func TestForkLeavesTheOtherSessionAlone(t *testing.T) {
	w, s, _ := twoTurns(t)
	s.Press("tab", "k", "k", "f") // up to the first answer
	s.WaitForText("a session of its own")
	sees(t, s, "one?", "first answer")
	c := w.ask(s, "one more?")
	if want := "user: one?\nassistant: first answer\nuser: one more?"; c.texts() != want {
		t.Errorf("sent\n%s\nwant\n%s", c.texts(), want)
	}
	c.finish("better second")
	sees(t, s, "one?", "first answer", "one more?", "better second")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "2/2")
	s.Press("down", "enter")
	sees(t, s, "one?", "first answer", "two?", "second answer")
}

func TestTreeJumps(t *testing.T) {
	w, s, _ := twoTurns(t)
	s.Press("tab", "r")
	w.next().finish("better second")
	sees(t, s, "one?", "first answer", "two?", "better second", "‹2/2›")
	s.Press("tab")
	s.Type("/tree")
	s.Press("enter")
	s.WaitForText("Branches", "├ thinker  second answer", "better second")
	s.Golden(t)
	s.Press("up", "enter")
	sees(t, s, "one?", "first answer", "two?", "second answer", "‹1/2›")
}

// Branches are not changed under an answer that arrives.
func TestNoBranchWhileAnAnswerArrives(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "one?")
	c.events <- api.Answer{Text: "so"}
	s.WaitForText("so")
	s.Press("tab")
	for _, key := range []string{"e", "r", "R", "d", "f"} {
		s.Press(key)
		s.WaitForText("an answer is arriving")
	}
	c.finish(" it is")
	s.WaitForText("so it is", "tok")
}
