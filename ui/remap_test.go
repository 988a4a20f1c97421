package ui

import "testing"

// Keys of the config work, also those that the composer acts on itself, and
// what is said of keys is said of them.
func TestKeysOfTheConfig(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Keys = map[string][]string{
		"newline": {"ctrl+l"}, "model": {"ctrl+x"}, "help-empty": {"ctrl+g"}, "cancel": {"ctrl+q"},
		"unqueue": {}, "restore": {"ctrl+s"}, "history": {"alt+k", "alt+j"},
	}
	s, _ := w.open(o, 120, 30)
	s.WaitForText("ctrl+g  all keys", "ctrl+l newline · ctrl+x model", "ctrl+g help")
	s.Type("a")
	s.Press("ctrl+l")
	c := w.ask(s, "b")
	if c.texts() != "user: a\nb" {
		t.Errorf("sent %q", c.texts())
	}
	s.Type("next")
	s.Press("enter")
	s.WaitForText("1 queued · /unqueue takes it back")
	s.Type("draft")
	s.Press("ctrl+q")
	s.WaitForText("cleared; ctrl+s brings it back")
	s.Press("ctrl+s")
	s.WaitForText("│ draft")
	s.Press("alt+k")
	s.WaitForText("│ next")
	s.Press("alt+j")
	s.WaitForText("│ draft")
	c.finish("fine")
	w.next().finish("fine too")
	s.WaitForText("fine too", "8 tok", "enter send")
	s.Press("ctrl+q", "ctrl+q")
	s.WaitForText("ctrl+q again quits")
}
