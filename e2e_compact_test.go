//go:build !windows

package main_test

// Owns: a conversation of which less is sent, in the real program: the summary,
// what goes along with it, what a crash leaves of it, and the way back. Refuses:
// how it looks and what it is offered for (package ui).

import (
	"strings"
	"testing"
)

func TestCompactAndBack(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 40, "-m", talker)
	turn := func(prompt, answer string) (asked string) {
		t.Helper()
		x.send(prompt)
		q := s.asked(t, prompt)
		for _, m := range q.Asked {
			asked += m.Role + ": " + m.Content + "\n"
		}
		q.say(answer)
		q.finish()
		x.waitForText(answer)
		x.waitForNoText("esc stop")
		return asked
	}
	turn("the first", "a first answer")
	turn("the second", "a second answer")
	x.send("/compact")
	x.waitForText("What is sent", "keep the last turn", "2 messages before that")
	x.press("enter")
	q := s.takes(t, "for a summary", func(x *exchange) bool { return strings.Contains(x.prompt(), "<conversation>") })
	if p := q.prompt(); q.Model != talker || !strings.Contains(p, "a first answer") || strings.Contains(p, "the second") {
		t.Errorf("%s is to sum up\n%s", q.Model, p)
	}
	q.say("They began.")
	q.finish()
	x.waitForText("2 earlier messages are sent as a summary", "the first", "$0.0037") // three were paid
	asked := turn("the third", "a third answer")
	if !strings.Contains(asked, "They began.") || !strings.Contains(asked, "assistant: a second answer\nuser: the third\n") || strings.Contains(asked, "a first answer") {
		t.Errorf("after that is sent\n%s", asked)
	}
	x.kill()

	x = h.start(t, 100, 40, "--continue")
	x.waitForText("a first answer", "2 earlier messages are sent as a summary", "a third answer", "$0.005")
	asked = turn("the fourth", "a fourth answer")
	if !strings.Contains(asked, "They began.") || strings.Contains(asked, "a first answer") {
		t.Errorf("after a crash is sent\n%s", asked)
	}
	x.send("/compact")
	x.waitForText("send everything again")
	x.press("down", "down", "enter")
	x.waitForNoText("2 earlier messages")
	asked = turn("the fifth", "a fifth answer")
	if !strings.HasPrefix(asked, "user: the first\nassistant: a first answer\n") || strings.Contains(asked, "They began.") {
		t.Errorf("taken back, is sent\n%s", asked)
	}
	x.quit()
}
