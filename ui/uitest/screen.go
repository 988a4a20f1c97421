// Package uitest runs a Bubble Tea program on a virtual terminal of known size
// and lets a test type, wait and look. Only tests import it.
//
//	screen := uitest.Start(t, model, 80, 24)
//	screen.Type("hello")
//	screen.Press("enter")
//	screen.WaitForText("hello yourself")
//	screen.Golden(t)
//
// The program is a real one: keys reach it as bytes, through its own decoder,
// and what is compared is what its renderer drew. A test never sleeps: every
// verb returns when the program has taken it in and the frame that followed is
// on the terminal, and what takes longer is waited for by what it shows.
package uitest

// Owns: the program, the verbs, the waiting. Refuses: drawing (terminal.go).

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// Screen is a program on its terminal.
type Screen struct {
	*Terminal

	t       testing.TB
	program *tea.Program
	probe   *probe
	marks   int       // how many frames were asked for; see settle
	fresh   *Terminal // what Drift compares with; nil: nothing yet

	done  chan struct{} // closed when the program has ended
	model tea.Model     // the last one; read after done
	err   error         // how it ended; read after done
}

// Option changes how [Start] starts a program.
type Option func(*settings)

type settings struct {
	background color.Color
	program    []tea.ProgramOption
	output     func(io.Writer) io.Writer
	record     bool
}

// Background gives the terminal a background colour. Without it, it is black.
func Background(c color.Color) Option {
	return func(s *settings) { s.background = c }
}

// Profile sets the colours that the terminal can show. Without it, all.
func Profile(p colorprofile.Profile) Option { return Program(tea.WithColorProfile(p)) }

// Output puts a writer between the program and the terminal.
func Output(wrap func(terminal io.Writer) io.Writer) Option {
	return func(s *settings) { s.output = wrap }
}

// Program hands options on to [tea.NewProgram].
func Program(opts ...tea.ProgramOption) Option {
	return func(s *settings) { s.program = append(s.program, opts...) }
}

// Start runs a program on a terminal of the given size in cells, and returns
// when its first frame of that size is drawn. The program ends with the test.
func Start(t testing.TB, model tea.Model, width, height int, opts ...Option) *Screen {
	t.Helper()
	set := settings{output: func(w io.Writer) io.Writer { return w }}
	for _, opt := range opts {
		opt(&set)
	}
	term := NewTerminal(width, height)
	if set.background != nil {
		term.SetBackground(set.background)
	}
	// No kernel stands between program and terminal here to make "\r\n" of
	// "\n", on which a program whose input is no tty relies.
	_, _ = io.WriteString(term, ansi.SetModeLineFeedNewLine)
	s := &Screen{Terminal: term, t: t, done: make(chan struct{})}
	s.probe = newProbe(model, term.nudge)
	s.probe.record.on, term.blind = set.record, set.record
	s.program = tea.NewProgram(s.probe, append([]tea.ProgramOption{
		tea.WithContext(t.Context()),
		tea.WithInput(term),
		tea.WithOutput(set.output(term)),
		tea.WithWindowSize(width, height),
		tea.WithColorProfile(colorprofile.TrueColor),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}),
		tea.WithFPS(120), // a frame is waited for after every key
		tea.WithoutSignalHandler(),
	}, set.program...)...)
	go s.run()
	t.Cleanup(s.end)
	s.until("its size", s.probe.sized)
	s.draw()
	return s
}

func (s *Screen) run() {
	defer s.nudge()
	defer close(s.done)
	_, s.err = s.program.Run()
	s.model = s.probe.inner()
}

// end kills a program that is still running, and waits for it.
func (s *Screen) end() {
	s.program.Kill()
	select {
	case <-s.done:
	case <-time.After(Patience):
		s.t.Errorf("the program does not end")
	}
	s.Close()
	if s.fresh != nil {
		s.fresh.Close()
	}
}

// Type presses the keys that write text, one after the other. A newline in it
// is an "enter".
func (s *Screen) Type(text string) {
	s.t.Helper()
	for _, r := range text {
		if r == '\n' {
			s.Press("enter")
			continue
		}
		s.send(string(r), 1)
	}
	s.settle()
}

// Press presses keys by their names; see [Key].
func (s *Screen) Press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		seq, err := Key(name)
		if err != nil {
			s.t.Fatal(err)
		}
		s.send(seq, 1)
	}
	s.settle()
}

// Paste pastes text, bracketed, as the terminal would.
func (s *Screen) Paste(text string) {
	s.t.Helper()
	s.send(ansi.BracketedPasteStart+text+ansi.BracketedPasteEnd, 1)
	s.settle()
}

// Wheel turns the mouse wheel over a cell: up when lines is negative.
func (s *Screen) Wheel(x, y, lines int) {
	s.t.Helper()
	button := ansi.MouseWheelDown
	if lines < 0 {
		button, lines = ansi.MouseWheelUp, -lines
	}
	code := ansi.EncodeMouseButton(button, false, false, false, false)
	s.send(strings.Repeat(ansi.MouseSgr(code, x, y, false), lines), lines)
	s.settle()
}

// Send gives the program a message.
func (s *Screen) Send(msg tea.Msg) {
	s.t.Helper()
	s.program.Send(msg)
	s.settle()
}

// Resize changes the size of the terminal and tells the program.
func (s *Screen) Resize(width, height int) {
	s.t.Helper()
	s.Terminal.Resize(width, height)
	s.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

// WaitFor waits until the screen's text meets a condition.
func (s *Screen) WaitFor(cond func(text string) bool) {
	s.t.Helper()
	s.until("the screen", func() bool { return cond(s.Text()) })
}

// WaitForText waits until the screen shows all of the given texts.
func (s *Screen) WaitForText(texts ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q", texts), func() bool { return containsAll(s.Text(), texts) })
}

// WaitForNoText waits until the screen shows none of the given texts.
func (s *Screen) WaitForNoText(texts ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("the end of %q", texts), func() bool { return !containsAny(s.Text(), texts) })
}

// WaitForEnd waits until the program ends, and returns its last model.
func (s *Screen) WaitForEnd() tea.Model {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(Patience):
		s.t.Fatalf("the program does not end; the screen is:\n%s", s.Text())
	}
	if s.err != nil {
		s.t.Fatalf("the program failed: %v", s.err)
	}
	return s.model
}

// Golden compares the screen's text with testdata/<name of the test>.golden.
// `go test -update` writes that file.
func (s *Screen) Golden(t testing.TB) {
	t.Helper()
	golden.RequireEqual(t, s.Text()+"\n")
}

// GoldenStyled is [Screen.Golden] with colours and attributes. Use it once for
// each theme, not for each screen: it says little to a reader.
func (s *Screen) GoldenStyled(t testing.TB) {
	t.Helper()
	golden.RequireEqual(t, s.Styled()+"\n")
}

// send types bytes that make as many messages, and waits until the program has
// them all. An escape must be understood as a key before anything follows it,
// or the two together are another key.
func (s *Screen) send(bytes string, messages int) {
	s.t.Helper()
	want := s.probe.received() + messages
	s.Input(bytes)
	s.until(fmt.Sprintf("the program to take %q", bytes), func() bool { return s.probe.received() >= want })
}

// settle waits until all that the program has received by now is on the
// screen. A program that has ended is settled. A screen that is compared waits
// only when it is.
func (s *Screen) settle() {
	s.t.Helper()
	if !s.blind {
		s.draw()
	}
}

func (s *Screen) draw() {
	s.t.Helper()
	s.marks++
	n := s.marks
	s.program.Send(markMsg(n))
	s.until("a frame", func() bool { return s.lastMark() >= n })
}

// until waits for a condition, or for the program to end well: what was typed
// may have been what ends it.
func (s *Screen) until(what string, cond func() bool) {
	s.t.Helper()
	err := s.wait(what, s.done, cond)
	if err == nil {
		return
	}
	select {
	case <-s.done:
		if s.err == nil || errors.Is(s.err, tea.ErrInterrupted) {
			return
		}
		err = errors.Join(s.err, err)
	default:
	}
	s.t.Fatal(err)
}

func containsAll(s string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(s, text) {
			return false
		}
	}
	return true
}

func containsAny(s string, texts []string) bool {
	for _, text := range texts {
		if strings.Contains(s, text) {
			return true
		}
	}
	return false
}
