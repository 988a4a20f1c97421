package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// The notches between two frames scroll once, as far as all of them.
func TestWheelScrollsOnceAFrame(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "count", strings.Repeat("row\n\n", 200)+"finis")
	s.WaitForText("finis")

	m := New(t.Context(), nil, w.options())
	m.layout.width, m.layout.height = 80, 24
	up := tea.MouseWheelMsg{Button: tea.MouseWheelUp, X: 3, Y: 4}
	if holdWheels(m, up) == nil {
		t.Error("the first notch is held")
	}
	if m.wheel(up) == nil {
		t.Fatal("after the first notch no frame is waited for")
	}
	for range 50 {
		if holdWheels(m, up) != nil {
			t.Fatal("a notch before the next frame is drawn")
		}
	}
	if got := m.wheels.lines; got != -150 {
		t.Errorf("%d lines are held, want -150", got)
	}
	if m.scrollWheeled() == nil || m.wheels.lines != 0 {
		t.Error("with the frame they do not scroll")
	}
	if m.scrollWheeled() != nil || m.wheels.pausing {
		t.Error("a timer runs though nothing is turned")
	}
	if holdWheels(m, tea.PasteMsg{}) == nil {
		t.Error("it swallows what is no wheel")
	}
}

// However fast it is turned, it arrives where all notches lead.
func TestWheelArrives(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	w.turn(s, "count", strings.Repeat("row\n\n", 40)+"finis")
	s.WaitForText("finis")
	s.Wheel(3, 5, -200)
	s.WaitForText("you", "↓")
	s.Wheel(3, 5, 200)
	s.WaitForText("finis")
	s.WaitForNoText("↓")
}

// BenchmarkWheel is what a notch costs that is turned between two frames; the
// baseline is one that is drawn.
func BenchmarkWheel(b *testing.B) {
	w := &world{}
	for _, held := range []bool{true, false} {
		b.Run(map[bool]string{true: "held", false: "drawn"}[held], func(b *testing.B) {
			m := New(b.Context(), nil, Options{Provider: "demo", Model: "demo/thinker", Now: w.clock})
			m.route(tea.WindowSizeMsg{Width: 120, Height: 40})
			m.arrange()
			up := tea.MouseWheelMsg{Button: tea.MouseWheelUp, X: 3, Y: 4}
			m.wheel(up)
			for b.Loop() {
				if held {
					holdWheels(m, up)
				} else {
					m.scrollAt(3, -3)
					m.arrange()
					_ = m.View()
				}
			}
		})
	}
}
