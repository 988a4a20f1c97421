package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// A frame lasts as the text of the one before says, however long that was, and
// settles at once.
func TestPause(t *testing.T) {
	for _, tt := range []struct {
		rate int // bytes a second
		want time.Duration
	}{
		{0, frame},
		{200, frame},
		{500, 40 * time.Millisecond},
		{1000, 80 * time.Millisecond},
		{2000, slowFrame},
		{1 << 20, slowFrame},
	} {
		for _, before := range []time.Duration{frame, 50 * time.Millisecond, slowFrame} {
			half := strings.Repeat("x", tt.rate*int(before/time.Microsecond)/2_000_000)
			got := pause([]arrival{{event: api.Reasoning{Text: half}}, {event: api.Metered{}}, {event: api.Answer{Text: half}}}, before)
			if (got - tt.want).Abs() > tt.want/10 { // whole bytes
				t.Errorf("%d bytes a second after %v: %v, want %v", tt.rate, before, got, tt.want)
			}
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
