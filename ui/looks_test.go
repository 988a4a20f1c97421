package ui

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Whatever way a person looks at a conversation, what the frames have left on
// the screen is what drawing it anew shows.
func TestLooksLeaveNothingBehind(t *testing.T) { bubble(t, looksLeaveNothingBehind) }

func looksLeaveNothingBehind(t *testing.T) {
	s := newWorld(t).talk(120, 24)
	rng := rand.New(rand.NewPCG(7, 8))
	ways := []func(){
		func() { s.Press("alt+t") },
		func() { s.Press("alt+r") },
		func() { s.Press("ctrl+t") },
		func() { s.Press("ctrl+f"); s.Type("cherries"); s.Press("enter") },
		func() { s.Press("ctrl+f"); s.Type("weigh it"); s.Press("tab", "n", "N", "n") },
		func() { s.Press("ctrl+f", "esc") },
		func() { s.Press("shift+pgdown") },
		func() { s.Press("pgup") },
		func() { s.Press("pgdown") },
		func() { s.Wheel(3, 5, -1) },
		func() { s.Wheel(100, 5, 1) },
		func() { s.Resize(60+rng.IntN(90), 8+rng.IntN(30)) },
	}
	for i := range 30 {
		n := rng.IntN(len(ways))
		ways[n]()
		drawn := s.Styled()
		s.Send(tea.ClearScreen())
		if fresh := s.Styled(); fresh != drawn {
			t.Fatalf("step %d, way %d: the screen is\n%s\ndrawn anew it is\n%s", i, n, drawn, fresh)
		}
	}
}

// In a terminal that joins no emoji the end of the header is not pushed off the
// screen by what its title is made of.
func TestTheHeaderFitsTerminalsWithoutJoining(t *testing.T) {
	m := New(t.Context(), nil, newWorld(t).options())
	for _, title := range []string{"all about 👩\u200d👩\u200d👧", strings.Repeat("👩\u200d👩\u200d👧👍🏽", 9), "京都の桜 cafe\u0301"} {
		m.conv.session.Title = title
		for w := 40; w < 120; w += 7 {
			m.layout.width = w
			row := m.viewHeader()
			if ansi.StringWidthWc(row) > w || ansi.StringWidth(row) > w || !strings.Contains(ansi.Strip(row), m.conv.model) {
				t.Errorf("at width %d the header takes %d cells: %q", w, ansi.StringWidthWc(row), ansi.Strip(row))
			}
		}
	}
}
