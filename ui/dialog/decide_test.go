package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

func decision() Decision {
	return Decision{
		Title: "Open elsewhere",
		Text:  "Another aimlchat has this session open (process 4711), and may write in it.",
		Ways: []Course{
			{"follow it here", "read what comes, take over later"},
			{"fork it", "go on in a copy, a session of its own"},
			{"write in it too, as a branch", "beside the other's"},
		},
	}
}

func TestDecide(t *testing.T) {
	tab := tea.KeyPressMsg{Code: tea.KeyTab}
	up, two, nine := tea.KeyPressMsg{Code: tea.KeyUp}, tea.KeyPressMsg{Code: '2', Text: "2"}, tea.KeyPressMsg{Code: '9', Text: "9"}
	for _, tt := range []struct {
		name string
		keys []tea.KeyPressMsg
		want Action
	}{
		{"enter does no harm", []tea.KeyPressMsg{enter}, Decided{0}},
		{"esc", []tea.KeyPressMsg{down, esc}, Decided{0}},
		{"ctrl+c", []tea.KeyPressMsg{down, ctrl('c')}, Decided{0}},
		{"down", []tea.KeyPressMsg{down, enter}, Decided{1}},
		{"up goes round", []tea.KeyPressMsg{up, enter}, Decided{2}},
		{"tab", []tea.KeyPressMsg{tab, tab, tab, enter}, Decided{0}},
		{"a number", []tea.KeyPressMsg{two}, Decided{1}},
		{"no such number", []tea.KeyPressMsg{nine}, nil},
		{"a letter", []tea.KeyPressMsg{{Code: 'j', Text: "j"}}, nil},
	} {
		d := NewDecide(themes.Plain(), decision())
		d.Resize(40, 10)
		var got Action
		for _, k := range tt.keys {
			got = d.Press(k)
		}
		if got != tt.want {
			t.Errorf("%s: %#v, want %#v", tt.name, got, tt.want)
		}
	}
}

// However small the screen is, the way that enter takes is on it.
func TestDecideShowsWhatEnterTakes(t *testing.T) {
	for height := 1; height < 12; height++ {
		d := NewDecide(themes.Plain(), decision())
		for i, w := range decision().Ways {
			d.Resize(40, height)
			if v := ansi.Strip(d.View()); !strings.Contains(v, "▸ "+string(rune('1'+i))+" "+w.Name) {
				t.Errorf("%d rows, way %d:\n%s", height, i, v)
			}
			d.Press(down)
		}
	}
}
