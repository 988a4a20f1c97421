//go:build !windows

package main_test

// Owns: what a person does in one sitting: ask, watch, fold, switch, stop,
// resize, leave. Refuses: what must survive the sitting (e2e_session_test.go)
// and what goes wrong (e2e_failure_test.go).

import (
	"strings"
	"syscall"
	"testing"
)

func TestDemoNeedsNothing(t *testing.T) {
	t.Parallel()
	x := newHome(t, nil).start(t, 100, 30, "--demo")
	x.waitForText("Ask anything", "demo")
	x.send("show me a table")
	x.waitFor("a table and the end", func(s string) bool {
		return strings.Contains(s, "─┼─") && strings.Contains(s, " to first")
	})
	if id := x.quit(); id == "" {
		t.Errorf("the shell is not told how to resume:\n%s", x.Text())
	}
}

func TestThoughtThenAnswer(t *testing.T) {
	t.Parallel()
	s := newService(t)
	x := newHome(t, s).start(t, 100, 30, "-m", thinker)
	x.send("When do the cherry trees bloom?")
	q := s.asked(t, "When do the cherry trees bloom?")
	if q.Model != thinker || q.raw["max_tokens"] == nil || q.raw["stream"] != true {
		t.Errorf("the request is %v", q.raw)
	}
	q.think("Kyoto, then. ")
	x.waitForText("Thinking", "Kyoto, then.")
	q.think("Early April.")
	x.waitForText("Kyoto, then. Early April.")
	q.say("Around the **first week")
	x.waitForText("Thought for", "Around the")
	x.waitForNoText("Early April.")
	q.say(" of April**.")
	q.finish()
	x.waitForText(thinker, "Around the first week of April.", "34 tokens", "55 tok", "$0.0012")
	x.waitForNoText("esc stop")

	x.press("ctrl+t")
	x.waitForText("Kyoto, then. Early April.")
	x.press("ctrl+t")
	x.waitForNoText("Thought for")
	x.press("ctrl+t")
	x.waitForText("Thought for")
	x.waitForNoText("Early April.")
}

func TestSwitchModelInMidConversation(t *testing.T) {
	t.Parallel()
	s := newService(t)
	x := newHome(t, s).start(t, 100, 40, "-m", thinker)
	x.send("first question")
	q := s.asked(t, "first question")
	q.think("secret musing")
	q.say("first answer")
	q.finish()
	x.waitForText("first answer", "55 tok")

	x.press("ctrl+o")
	x.waitForText(talker)
	x.typeText("talker")
	x.waitForNoText("Thinker R1")
	x.press("enter")
	x.waitForText("switched to " + talker)
	x.send("second question")
	q = s.asked(t, "second question")
	if q.Model != talker {
		t.Errorf("the second question goes to %s", q.Model)
	}
	if len(q.Asked) != 3 || q.Asked[0].Content != "first question" || q.Asked[1].Content != "first answer" {
		t.Errorf("the second question comes with %v", q.Asked)
	}
	q.say("second answer")
	q.finish()
	x.waitForText("first answer", "second answer")
	x.waitFor("each answer to name its model", func(screen string) bool {
		first, rest, ok := strings.Cut(screen, "switched to ")
		return ok && strings.Contains(first, "  "+thinker+"\n") && strings.Contains(rest, "  "+talker+"\n")
	})
}

func TestEscStopsAndKeeps(t *testing.T) {
	t.Parallel()
	s := newService(t)
	x := newHome(t, s).start(t, 80, 24, "-m", talker)
	x.send("tell me a story")
	q := s.asked(t, "tell me a story")
	q.say("Once upon a time")
	x.waitForText("Once upon a time")
	x.press("esc")
	q.waitForLeave()
	x.waitForText("Once upon a time", "stopped by you")
	x.turn(s, "and on", "they lived happily")
}

func TestResizeWhileStreaming(t *testing.T) {
	t.Parallel()
	s := newService(t)
	x := newHome(t, s).start(t, 120, 40, "-m", talker)
	x.send("go")
	q := s.asked(t, "go")
	for i, size := range [][2]int{{40, 10}, {200, 60}, {1, 1}, {80, 24}} {
		x.resize(size[0], size[1])
		q.say(strings.Repeat("word ", 5) + string(rune('A'+i)) + " ")
	}
	q.finish()
	x.waitForText("word word D", "Ask anything")
	x.resize(40, 10)
	x.waitFor("a screen of 40 columns", func(s string) bool { return strings.Contains(s, "word D") })
}

func TestLeavingRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	s := newService(t)
	t.Run("quit", func(t *testing.T) {
		x := newHome(t, s).start(t, 80, 24)
		x.quit()
		x.restored()
	})
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			x := newHome(t, s).start(t, 80, 24, "-m", talker)
			prompt := "until " + sig.String()
			x.send(prompt)
			q := s.asked(t, prompt)
			q.say("half an")
			x.waitForText("half an")
			if err := x.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := x.waitForEnd(); code != 128+int(sig) {
				t.Errorf("the exit code is %d, not %d", code, 128+int(sig))
			}
			x.restored()
		})
	}
}
