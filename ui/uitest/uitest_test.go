package uitest_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/aimlchat/aimlchat/ui/uitest"
)

// toy shows what it was told.
type toy struct {
	width, height int
	keys          []string
	text          string
	pasted        string
	wheel         int
	dark          string
	title         string
	answer        chan string // what its Cmd waits for
}

func (m toy) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (m toy) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.dark = fmt.Sprintf("dark=%t", msg.IsDark())
	case tea.PasteMsg:
		m.pasted = msg.Content
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			m.wheel--
		} else {
			m.wheel++
		}
	case string:
		m.text = msg
	case tea.KeyPressMsg:
		m.keys = append(m.keys, msg.String())
		switch msg.String() {
		case "q":
			return m, tea.Quit
		case "a":
			return m, func() tea.Msg { return <-m.answer }
		}
	}
	return m, nil
}

func (m toy) View() tea.View {
	lines := []string{
		fmt.Sprintf("%dx%d %s", m.width, m.height, m.dark),
		"keys: " + strings.Join(m.keys, " "),
		"text: " + lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("#ff0000")).Render(m.text),
		"pasted: " + strings.ReplaceAll(m.pasted, "\n", "⏎"),
		fmt.Sprintf("wheel: %d", m.wheel),
		"wide: 日本語 👩‍🚀 ❤️ |",
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = m.title
	v.Cursor = tea.NewCursor(len("keys: ")+len(strings.Join(m.keys, " ")), 1)
	return v
}

func TestKeysArriveByName(t *testing.T) {
	s := uitest.Start(t, toy{}, 250, 8)
	// "esc" then "b" would be "alt+b" if they arrived together.
	keys := []string{
		"x", "é", "界", "enter", "tab", "space", "esc", "b", "backspace", "ctrl+o", "ctrl+_", "shift+tab", "up", "shift+up",
		"ctrl+right", "pgdown", "home", "delete", "f1", "f5", "alt+enter", "alt+t", "alt+1", "shift+enter", "ctrl+j",
	}
	s.Press(keys...)
	if want := strings.Join(keys, " "); !strings.Contains(s.Text(), want) {
		t.Errorf("the keys %q made:\n%s", want, s.Text())
	}
}

func TestTypePasteWheelResize(t *testing.T) {
	s := uitest.Start(t, toy{}, 40, 6)
	s.Type("hi")
	s.Paste("one\ntwo 🎉")
	s.Wheel(3, 2, 5)
	s.Wheel(3, 2, -2)
	s.Send("told")
	s.Resize(50, 7)
	s.WaitForText("50x7", "keys: h i", "pasted: one⏎two 🎉", "wheel: 3", "text: told")
	if x, y, visible := s.Cursor(); x != 9 || y != 1 || !visible {
		t.Errorf("the cursor is at %d,%d, visible=%t", x, y, visible)
	}
	s.WaitForText("dark=true")
	s.Golden(t)
}

func TestBackgroundIsReported(t *testing.T) {
	s := uitest.Start(t, toy{}, 40, 6, uitest.Background(color.White))
	s.WaitForText("dark=false")
}

func TestStyles(t *testing.T) {
	s := uitest.Start(t, toy{dark: "", width: 0}, 40, 6)
	s.WaitForText("dark=true")
	s.Send("red")
	s.GoldenStyled(t)
}

func TestWaitsForCmds(t *testing.T) {
	answer := make(chan string)
	s := uitest.Start(t, toy{answer: answer}, 40, 6)
	s.Press("a")
	answer <- "here it is"
	s.WaitForText("here it is")
	s.Send("gone")
	s.WaitForNoText("here it is")
}

func TestTitleIsTheModels(t *testing.T) {
	s := uitest.Start(t, toy{title: "a; b"}, 40, 6)
	if s.Title() != "a; b" {
		t.Errorf("the title is %q", s.Title())
	}
}

func TestEndRestoresTheTerminal(t *testing.T) {
	s := uitest.Start(t, toy{}, 40, 6)
	if !s.AltScreen() {
		t.Error("the program draws on the main screen")
	}
	s.Press("z", "q")
	last, ok := s.WaitForEnd().(toy)
	if !ok || strings.Join(last.keys, "") != "zq" {
		t.Errorf("the last model is %+v", last)
	}
	if s.AltScreen() || len(s.Leftovers()) > 0 {
		t.Errorf("left behind: alternate screen %t, %q", s.AltScreen(), s.Leftovers())
	}
}

func TestUnknownKey(t *testing.T) {
	for _, name := range []string{"hyper+x", "ctrl+1", "", "enterr"} {
		if seq, err := uitest.Key(name); err == nil {
			t.Errorf("Key(%q) = %q, want an error", name, seq)
		}
	}
}

// A terminal shows no half frame: between the two marks of a synchronized
// update, the frame before it is on the screen.
func TestNoHalfFrames(t *testing.T) {
	term := uitest.NewTerminal(20, 2)
	defer term.Close()
	write := func(s string) {
		t.Helper()
		if _, err := term.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	write("before")
	write("\x1b[?2026h\x1b[H\x1b[Jhal")
	if got := term.Text(); got != "before\n" {
		t.Errorf("in mid-frame the screen is %q", got)
	}
	write("f\x1b[?2026l")
	if got := term.Text(); got != "half\n" {
		t.Errorf("after the frame the screen is %q", got)
	}
}

// A frame that was made for a taller screen scrolls what there is of it.
func TestRegionBeyondTheScreen(t *testing.T) {
	term := uitest.NewTerminal(4, 3)
	defer term.Close()
	if _, err := term.Write([]byte("\x1b[Ha\x1b[2Hb\x1b[3Hc\x1b[2;9r\x1b[S\x1b[r\x1b[7;9r\x1b[S")); err != nil {
		t.Fatal(err)
	}
	if got := term.Text(); got != "c\n\n" {
		t.Errorf("the screen is %q", got)
	}
}
