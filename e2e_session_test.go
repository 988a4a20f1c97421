//go:build !windows

package main_test

// Owns: what must survive: leaving, being killed, company. Refuses: the rest.

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

func TestContinueShowsAll(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", thinker)
	x.send("remember me")
	q := s.asked(t, "remember me")
	q.think("I shall.")
	q.say("I will, **always**.")
	q.finish()
	x.waitForText("I will, always.", "55 tok")
	id := x.quit()
	if id == "" {
		t.Fatalf("the shell is not told how to resume:\n%s", x.Text())
	}
	for _, args := range [][]string{{"--continue"}, {"--resume", id}, {"-r", id[:len(id)-3]}} {
		x := h.start(t, 100, 30, args...)
		x.waitForText("remember me", thinker, "Thought for", "I will, always.", "34 tokens", "55 tok", "$0.0012")
		if again := x.quit(); again != id {
			t.Errorf("%q resumes %q, not %q", args, again, id)
		}
	}
	x = h.start(t, 100, 30, "--resume")
	x.waitForText("remember me")
	x.press("enter")
	x.waitForText("I will, always.")
	x.quit()
}

func TestKillLosesNothingOld(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"in the answer", "in the thought"} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			h := newHome(t, s)
			x := h.start(t, 100, 30, "-m", thinker)
			x.send("count")
			q := s.asked(t, "count")
			q.think("one two three")
			x.waitForText("one two three")
			arrived := []string{"one two three"}
			if name == "in the answer" {
				arrived = append(arrived, "four five six")
				q.say("four five six")
				x.waitForText("four five six")
			}
			h.waitForSaved(t, func() {}, arrived...)
			x.kill()

			x = h.start(t, 100, 30, "--continue")
			x.waitForText("count", "interrupted", "Thought")
			if name == "in the answer" {
				x.waitForText("four five six")
			}
			x.press("ctrl+t")
			x.waitForText("one two three")
			x.send("go on")
			q = s.asked(t, "go on")
			q.say("seven")
			q.finish()
			x.waitForText("seven", "55 tok")
		})
	}
}

// While text keeps coming, what is older than the promise survives.
func TestKillWhileStreaming(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	x := h.start(t, 100, 30, "-m", talker)
	x.send("flow")
	q := s.asked(t, "flow")
	q.say("old words, ")
	h.waitForSaved(t, func() { q.say("more, ") }, "old words, more, more,")
	x.waitForText("old words, more, more,")
	x.kill()
	x = h.start(t, 100, 30, "--continue")
	x.waitForText("flow", "old words, more, more,", "interrupted")
}

// waitForSaved waits until the newest session has texts in its last message, and
// does something before each look. How soon that must be is for package session
// to test.
func (h *home) waitForSaved(t *testing.T, meanwhile func(), texts ...string) {
	t.Helper()
	store, err := session.Open(t.Context(), session.Options{Path: filepath.Join(h.dir, "data", "aimlchat", "aimlchat.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	saved := func() bool {
		newest, err := store.Newest(t.Context(), session.KindChat)
		if err != nil {
			t.Fatal(err)
		}
		path, err := store.Path(t.Context(), newest.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := path[len(path)-1]
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(last.Reasoning()+last.Content(), text) })
	}
	for deadline := time.After(uitest.Patience); !saved(); meanwhile() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatalf("%q is not saved", texts)
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	names := []string{"left", "right"}
	var xs []*terminal
	var qs []*exchange
	for _, name := range names {
		x := h.start(t, 80, 24, "-m", talker)
		x.send("I am " + name)
		xs, qs = append(xs, x), append(qs, s.asked(t, "I am "+name))
	}
	for range 20 {
		for i, q := range qs {
			q.say(names[i] + " ")
		}
	}
	var ids []string
	for i, q := range qs {
		q.say("done.")
		q.finish()
		xs[i].waitForText(strings.Repeat(names[i]+" ", 3), "done.", "55 tok")
		if strings.Contains(xs[i].Text(), "not saved") {
			t.Errorf("the %s one complains:\n%s", names[i], xs[i].Text())
		}
	}
	for _, x := range xs {
		ids = append(ids, x.quit())
	}
	for i, id := range ids {
		x := h.start(t, 100, 24, "--resume", id)
		x.waitForText("I am "+names[i], names[i]+" done.")
		x.quit()
	}
}

func TestSecondOpenerIsTold(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	first := h.start(t, 100, 30, "-m", talker)
	first.turn(s, "mine", "yours.", "55 tok")

	second := h.start(t, 100, 30, "--continue")
	second.decide("3")
	second.waitForText("mine", "yours.", "open in another aimlchat", "Ask anything")
	second.turn(s, "a branch", "of its own.", "55 tok")

	first.turn(s, "the trunk", "goes on.")
	if strings.Contains(first.Text(), "a branch") {
		t.Errorf("the second one's branch is in the first one's way:\n%s", first.Text())
	}
	first.quit()
	second.quit()
}

// decide answers the question about a session that is open elsewhere. A key that
// comes at once may have been meant for something else, and is no answer: it is
// pressed again until the question is gone.
func (x *terminal) decide(key string) {
	x.t.Helper()
	x.waitForText("Open elsewhere")
	deadline := time.After(uitest.Patience)
	for strings.Contains(x.Text(), "Open elsewhere") {
		select {
		case <-time.After(700 * time.Millisecond):
			x.press(key)
		case <-deadline:
			x.t.Fatalf("the question stays:\n%s", x.Text())
		}
	}
	x.press("ctrl+u") // what was pressed too often
}

// The second one follows what the first one is told, and takes over what it left:
// also when it died in the middle of an answer.
func TestSecondOpenerFollowsAndTakesOver(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	first := h.start(t, 100, 30, "-m", talker)
	first.turn(s, "mine", "yours.", "55 tok")

	second := h.start(t, 100, 30, "--continue")
	second.decide("1")
	second.waitForText("mine", "yours.", "following · another aimlchat (process", "nothing is sent from here")
	first.send("the trunk")
	q := s.asked(t, "the trunk")
	q.say("it grows ")
	second.waitForText("the trunk", "it grows")
	q.say("and grows.")
	second.waitForText("it grows and grows.")
	q.finish()
	second.waitFor("both counted", func(text string) bool { return strings.Count(text, "55 tok") == 2 })

	first.send("the end")
	q = s.asked(t, "the end")
	q.say("half a word")
	second.waitForText("half a word")
	first.kill()
	second.waitForText("it is free now · enter takes it over", "interrupted")
	second.press("enter")
	second.waitForText("Ask anything", "interrupted · /continue goes on")
	second.turn(s, "still there?", "here I am.", "55 tok")
	second.quit()
}
