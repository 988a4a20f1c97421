//go:build !windows

package main_test

// Owns: going on with an answer that ended early, in the real program. Refuses:
// how models are asked to (package api/catalog) and how it looks (ui/transcript).

import (
	"strings"
	"testing"
)

func TestContinueAfterACut(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.send("write it")
	q := s.asked(t, "write it")
	q.say("Here it is:\n\n```go\nfunc main() {\n\tprintln(\"he")
	x.waitForText("println")
	q.cut()
	x.waitForText("✗", "/continue goes on")
	x.press("tab")
	x.waitForText("C goes on · r answers again")
	x.press("C")
	q = s.askedOn(t, "println(\"he")
	if q.Asked[len(q.Asked)-2].Role != "assistant" {
		t.Errorf("what broke off does not go along: %v", q.Asked)
	}
	q.say("func main() {\n\tprintln(\"hel") // it repeats what it was asked to, and goes on
	q.say("lo\")\n}\n```\n\nThat")
	x.waitForText("println(\"hello\")", "That")
	q.say(" is all.")
	q.finish()
	x.waitForText("That is all.", "broke off", "+ ", "55 tok", "$0.0012")
	x.waitForNoText("goes on")
	if strings.Count(x.Text(), "func main") != 1 {
		t.Errorf("it is not one text:\n%s", x.Text())
	}
	x.quit()

	x = h.start(t, 100, 30, "--continue")
	x.waitForText("println(\"hello\")", "That is all.", "broke off", "+ ", "$0.0012")
	x.send("go on from there") // what goes along is one answer
	q = s.asked(t, "go on from there")
	if n := len(q.Asked); n < 3 || !strings.HasSuffix(q.Asked[n-2].Content, "println(\"hello\")\n}\n```\n\nThat is all.") || q.Asked[n-3].Role != "user" {
		t.Errorf("sent was %v", q.Asked)
	}
	q.finish()
	x.waitFor("the second answer", func(screen string) bool { return strings.Count(screen, "55 tok") == 2 })
	x.quit()
}

// Killed twice, by the first model in its answer and by the second one in what
// goes on with it, the answer comes to its end all the same.
func TestContinueAfterKills(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.send("count")
	q := s.asked(t, "count")
	q.say("one two th")
	x.waitForText("one two th")
	h.waitForSaved(t, func() {}, "one two th")
	x.kill()

	x = h.start(t, 100, 30, "--continue", "-m", thinker)
	x.waitForText("one two th", "interrupted · /continue goes on")
	x.send("/continue")
	q = s.askedOn(t, "one two th")
	if q.Model != thinker {
		t.Errorf("%s was asked", q.Model)
	}
	q.say("ree four f")
	x.waitForText("one two three four f")
	h.waitForSaved(t, func() {}, "ree four f")
	x.kill()

	x = h.start(t, 100, 30, "--continue")
	x.waitForText("one two three four f", talker+" · then "+thinker, "interrupted · /continue goes on")
	x.press("tab", "C")
	q = s.askedOn(t, "one two three four f")
	q.say("ive.")
	q.finish()
	x.waitForText("one two three four five.", "+ "+thinker, "55 tok")
	x.quit()
}
