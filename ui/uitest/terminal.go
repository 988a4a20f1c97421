package uitest

// Owns: the virtual terminal, its lock, what it answers when asked, and what a
// test may read of it. Refuses: programs (screen.go), keys (keys.go).

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Patience is how long a test waits for what should happen at once. It is
// generous: it is spent only by tests that fail.
const Patience = time.Minute

// Terminal is a terminal emulator that a test can look at while a program
// draws on it. All its methods may be called from any goroutine.
//
// It answers as a good terminal does: it reports its background colour, its
// cursor, and that it draws by grapheme and in whole frames. While a frame is
// being drawn, the frame before it is what there is to see.
type Terminal struct {
	mu      sync.Mutex
	emu     *vt.Emulator
	changed chan struct{} // closed and replaced when something changed

	seen    snapshot // the last whole frame that was looked at
	stale   bool     // another came since: it is looked at when somebody asks
	blind   bool     // no frame is taken: cells are looked at one by one
	drawing bool     // inside a synchronized update

	title   string
	mark    int // the last frame mark that came with a title; see probe
	view    int // the number of the view that came with it
	hidden  bool
	modes   map[int]bool // DEC private modes that were touched
	kitty   int          // depth of the stack of keyboard modes
	replies *queue
}

// snapshot is one frame, as a person sees it.
type snapshot struct {
	plain, styled    string
	cursorX, cursorY int
}

// NewTerminal returns a terminal of the given size in cells, with white text
// on a black background.
func NewTerminal(width, height int) *Terminal {
	t := &Terminal{
		emu:     vt.NewEmulator(width, height),
		changed: make(chan struct{}),
		modes:   map[int]bool{},
		replies: newQueue(),
	}
	t.emu.SetCallbacks(vt.Callbacks{
		CursorVisibility: func(visible bool) { t.hidden = !visible },
		EnableMode:       func(m ansi.Mode) { t.setMode(m, true) },
		DisableMode:      func(m ansi.Mode) { t.setMode(m, false) },
	})
	t.register()
	t.look()
	// The emulator answers through a pipe, while it is being written to:
	// somebody must always be reading.
	go func() { _, _ = io.Copy(t.replies, t.emu) }()
	return t
}

// SetBackground gives the terminal a background colour, for those who ask.
func (t *Terminal) SetBackground(c color.Color) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.SetDefaultBackgroundColor(c)
}

// Write draws what a program puts out.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale && !t.drawing && cutShort(p) {
		t.look() // it is gone afterwards, and what follows is no frame yet
	}
	n, err := t.emu.Write(p)
	if !t.drawing {
		t.stale = true
	}
	t.wake()
	return n, err
}

// Read returns what the terminal sends to the program: its answers, and what
// was given to [Terminal.Input].
func (t *Terminal) Read(p []byte) (int, error) { return t.replies.Read(p) }

// Input sends bytes to the program as if a person had typed them.
func (t *Terminal) Input(s string) { _, _ = io.WriteString(t.replies, s) }

// Close ends the terminal: readers get the rest and then [io.EOF].
func (t *Terminal) Close() {
	if pipe, ok := t.emu.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
	t.replies.close()
}

// Resize changes the size. The program isn't told.
func (t *Terminal) Resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.Resize(width, height)
	t.look()
	t.wake()
}

// Size returns the size in cells.
func (t *Terminal) Size() (width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.Width(), t.emu.Height()
}

// Text returns the screen as plain lines, one for each row, without the spaces
// at their ends.
func (t *Terminal) Text() string { return t.snapshot().plain }

// Styled returns the screen with its styles as escape sequences.
func (t *Terminal) Styled() string { return t.snapshot().styled }

// Cursor returns where the cursor is, and whether it can be seen.
func (t *Terminal) Cursor() (x, y int, visible bool) {
	s := t.snapshot()
	t.mu.Lock()
	defer t.mu.Unlock()
	return s.cursorX, s.cursorY, !t.hidden
}

// Title returns the window's title.
func (t *Terminal) Title() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.title
}

// AltScreen reports whether the program draws on the alternate screen.
func (t *Terminal) AltScreen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.IsAltScreen()
}

// Leftovers names what a program changed and did not restore: DEC private
// modes by number, "kitty keyboard". It is empty for a terminal in which a
// shell can go on.
func (t *Terminal) Leftovers() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var left []string
	for _, m := range slices.Sorted(maps.Keys(t.modes)) {
		// Wrapping and the cursor are on by default, everything else is off.
		if byDefault := m == 7 || m == 25; t.modes[m] != byDefault {
			left = append(left, "mode "+strconv.Itoa(m))
		}
	}
	if t.kitty > 0 {
		left = append(left, "kitty keyboard")
	}
	return left
}

// Wait waits until the screen's text meets a condition. It fails after
// [Patience], and when ended is closed before: what draws is gone then. The
// error shows the screen.
func (t *Terminal) Wait(what string, ended <-chan struct{}, cond func(text string) bool) error {
	return t.wait(what, ended, func() bool { return cond(t.Text()) })
}

func (t *Terminal) wait(what string, ended <-chan struct{}, cond func() bool) error {
	deadline := time.After(Patience)
	for {
		change := t.change()
		if cond() {
			return nil
		}
		select {
		case <-change:
		case <-ended:
			if cond() {
				return nil
			}
			return fmt.Errorf("wait for %s: the program ended; the screen is:\n%s", what, t.Text())
		case <-deadline:
			return fmt.Errorf("wait for %s: not within %v; the screen is:\n%s", what, Patience, t.Text())
		}
	}
}

func (t *Terminal) snapshot() snapshot {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale && !t.drawing {
		t.look()
	}
	return t.seen
}

// cutShort reports whether output ends inside a synchronized update that begins
// in it.
func cutShort(p []byte) bool {
	begin := bytes.LastIndex(p, []byte(ansi.SetModeSynchronizedOutput))
	return begin >= 0 && !bytes.Contains(p[begin:], []byte(ansi.ResetModeSynchronizedOutput))
}

// change returns a channel that is closed when the terminal next changes.
func (t *Terminal) change() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changed
}

// nudge makes waiting tests look again.
func (t *Terminal) nudge() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wake()
}

func (t *Terminal) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *Terminal) lastMark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mark
}

// look takes the frame that is on the screen now.
func (t *Terminal) look() {
	t.stale = false
	if t.blind {
		return
	}
	var plain strings.Builder
	for y := range t.emu.Height() {
		var line strings.Builder
		for x := range t.emu.Width() {
			switch c := t.emu.CellAt(x, y); {
			case c == nil || c.IsZero(): // the right half of a wide cell
			case c.Content == "":
				line.WriteByte(' ')
			default:
				line.WriteString(c.Content)
			}
		}
		plain.WriteString(strings.TrimRight(line.String(), " "))
		plain.WriteByte('\n')
	}
	at := t.emu.CursorPosition()
	t.seen = snapshot{
		plain:   strings.TrimSuffix(plain.String(), "\n"),
		styled:  t.emu.Render(),
		cursorX: at.X,
		cursorY: at.Y,
	}
}
