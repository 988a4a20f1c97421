package ui

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
	"github.com/charmbracelet/x/ansi"
)

type mode struct{ name, open, leave string }

// modes are ways to open all that can be open, each with how it is left again.
// A word in <> is a key, the rest is typed.
var modes = []mode{
	{"models", "<ctrl+o>", "<esc>"},
	{"sessions", "<ctrl+r>", "<esc>"},
	{"sessions, one named", "<ctrl+r><ctrl+e>", "<esc><esc>"},
	{"the trash is asked about", "<ctrl+r><down><ctrl+d>", "<ctrl+z><esc>"},
	{"palette", "<ctrl+p>find", "<esc>"},
	{"help", "<f1><pgdown>", "<esc>"},
	{"tree", "/tree<enter>", "<esc>"},
	{"compact", "/compact<enter>", "<esc>"},
	{"costs", "/cost<enter>", "<esc>"},
	{"doctor", "/doctor<enter>", "<esc>"},
	{"find", "<ctrl+f>cherries", "<esc><i>"},
	{"reading", "<tab><k>", "<i>"},
	{"details", "<tab>kv", "<esc><i>"},
	{"links", "<tab>ko", "<esc><i>"},
	{"code blocks", "<tab>kc", "<esc><i>"},
	{"a file to write to", "<tab>w", "<ctrl+u>"},
	{"editing", "<tab>{e", "<esc>"},
	{"a question", "/purge<enter>", "n"},
	{"completions", "/", "<ctrl+u>"},
	{"a draft", "many words 京都 ", "<ctrl+u>"},
	{"reasoning", "<ctrl+t>", "<ctrl+t><ctrl+t>"},
	{"beside", "<alt+t>", "<alt+t>"},
	{"raw", "<alt+r>", "<alt+r>"},
}

// liveModes are those that differ while an answer arrives.
var liveModes = []mode{
	{"models", "<ctrl+o>", "<esc>"},
	{"tree", "/tree<enter>", "<esc>"},
	{"queue", "/queue<enter>", "<esc>"},
	{"find", "<ctrl+f>It is", "<esc>G<i>"},
	{"beside", "<alt+t>", "<alt+t>"},
	{"raw", "<alt+r>", "<alt+r>"},
	{"compact", "/compact<enter>", ""}, // it can't be opened
}

// play types what a mode is opened or left by.
func play(s *uitest.Screen, keys string) {
	for keys != "" {
		if name, rest, ok := strings.Cut(keys, ">"); ok && keys[0] == '<' {
			s.Press(name[1:])
			keys = rest
			continue
		}
		text, _, _ := strings.Cut(keys, "<")
		s.Type(text)
		keys = keys[len(text):]
	}
}

// Whatever is open, every size is legal, and back at the first one all looks as
// it did; and so it does when it is left again.
func TestEveryModeAtEverySize(t *testing.T) { bubble(t, everyMode) }

func everyMode(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Mouse, o.Links = true, true
	o.Clipboard = newBoard()
	o.Doctor = func(context.Context) []Check { return []Check{{Name: "all", State: "ok", Text: "well"}} }
	s, _ := w.open(o, 100, 34)
	w.turn(s, "the first session", "hello")
	s.WaitForText("hello", "tok")
	s.Press("ctrl+n")
	for range 2 {
		c := w.ask(s, "When do cherries bloom in 京都?")
		c.events <- api.Reasoning{Text: strings.Repeat("I weigh **cherries** and 👩‍👩‍👧. ", 20)}
		c.finish("In *April*, [it is said](https://example.com/a).\n\n```go\nx := 1\n```\n\n```\ny\n```\n\n| 桜 | b |\n|---|---|\n| c | d |\n")
		s.WaitForText("tok")
		s.WaitForNoText("esc stop")
	}
	s.Type("/delete\n")
	s.WaitForText("hidden")
	w.pass(2 * statusStays)
	s.Send(tickMsg(w.clock()))
	w.throughSizes(s, modes)
	c := w.ask(s, "and now?")
	c.events <- api.Answer{Text: "It is "}
	s.Type("one queued\ntwo queued\n")
	s.WaitForText("2 queued", "It is")
	w.throughSizes(s, liveModes)
}

// throughSizes opens every mode, gives the screen all kinds of sizes, and leaves it.
func (w *world) throughSizes(s *uitest.Screen, modes []mode) {
	for _, mode := range modes {
		before := s.Text()
		play(s, mode.open)
		if s.Text() == before {
			w.t.Errorf("%s: nothing opens:\n%s", mode.name, before)
		}
		w.pass(2 * statusStays) // what fades is gone, and no key too soon
		s.Send(toldMsg(func(m *Model) tea.Cmd {
			m.ticked(w.clock())
			w.resized(m, mode.name)
			return nil
		}))
		play(s, mode.leave)
		w.pass(2 * statusStays)
		s.Send(tickMsg(w.clock()))
		if got := s.Text(); got != before {
			w.t.Errorf("%s: when it is left there is\n%s\nbefore there was\n%s", mode.name, got, before)
		}
	}
}

// resized gives a screen all kinds of sizes, and in the end its own one.
func (w *world) resized(m *Model, name string) {
	was := m.layout
	draw := func(width, height int) string {
		m.fromTerminal(tea.WindowSizeMsg{Width: width, Height: height})
		m.arrange()
		v := m.View()
		for i, row := range strings.Split(v.Content, "\n") {
			if i >= max(height, 1) || ansi.StringWidth(row) > width {
				w.t.Errorf("%s: row %d does not fit %dx%d: %q", name, i, width, height, row)
			}
		}
		if c := v.Cursor; c != nil && (c.X >= max(width, 1) || c.Y >= max(height, 1) || c.X < 0 || c.Y < 0) {
			w.t.Errorf("%s: at %dx%d the cursor is at %v", name, width, height, c.Position)
		}
		return v.Content
	}
	if m.dialog != nil { // over which nothing can be marked
		at := tea.Mouse{X: 20, Y: 8, Button: tea.MouseLeft}
		m.useMouse(tea.MouseClickMsg(at))
		m.useMouse(tea.MouseMotionMsg{X: 60, Y: 12, Button: tea.MouseLeft})
		m.useMouse(tea.MouseReleaseMsg(at))
		if m.conv.view.Marked() {
			w.t.Errorf("%s: text was marked behind it", name)
		}
	}
	open := draw(was.width, was.height)
	for _, size := range [][2]int{{0, 0}, {1, 1}, {0, 5}, {2, 1}, {1, 30}, {200, 1}, {3, 7}, {40, 10}, {12, 12}, {200, 60}} {
		draw(size[0], size[1])
	}
	if got := draw(was.width, was.height); got != open {
		w.t.Errorf("%s: after other sizes it shows\n%s\nbefore\n%s", name, ansi.Strip(got), ansi.Strip(open))
	}
}
