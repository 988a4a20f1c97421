package ui

import (
	"strings"
	"testing"
)

// A label that looks like another host stands beside the whole address, on the
// screen itself and in colours, in an answer and in its thought.
func TestDisguisedLinksShowWhereTheyLead(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Links = true
	s, _ := w.open(o, 100, 24)
	s.WaitForText("test/thinker")
	w.turn(s, "hello", "go to [https://good.example/login](https://evil.example/a) or [good.example](https://evil.example/b) or [the docs](https://docs.example/c)")
	s.WaitForText("(https://evil.example/a)", "(https://evil.example/b)", "the docs", "tok")
	if strings.Contains(s.Text(), "docs.example") {
		t.Errorf("an honest label shows its address too:\n%s", s.Text())
	}
}
