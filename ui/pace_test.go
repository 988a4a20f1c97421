package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func TestPause(t *testing.T) {
	for _, tt := range []struct {
		bytes int
		want  time.Duration
	}{{0, frame}, {4, frame}, {12, frame}, {30, slowFrame / 2}, {60, slowFrame}, {16 << 10, slowFrame}} {
		half := strings.Repeat("x", tt.bytes/2)
		got := pause([]arrival{{event: api.Reasoning{Text: half}}, {event: api.Metered{}}, {event: api.Answer{Text: half}}})
		if got != tt.want {
			t.Errorf("%d bytes: %v, want %v", tt.bytes, got, tt.want)
		}
	}
}

// While an answer arrives no clock is seen, so none runs.
func TestNoTickWhileAnswering(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "hi")
	c.events <- api.Reasoning{Text: "a thought"}
	s.WaitForText("Thinking", "a thought")
	w.pass(5 * time.Second)
	s.WaitForText("Thinking · 5.0 s")
	c.events <- api.Answer{Text: "an answer"}
	s.WaitForText("an answer", "Thought for")
	var live *turn
	if live.clocked() {
		t.Error("a clock runs without a turn")
	}
	c.finish(" and its end")
	s.WaitForText("its end")
}
