package uitest

// Owns: the sequences that the emulator library leaves out or gets wrong, and
// the queue in which answers and typed bytes wait for the program. Refuses:
// everything that the library does well.

import (
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// markPrefix starts the frame mark that a [probe] hides in the window's title.
const markPrefix = "\u2063mark:"

const (
	synchronizedOutput = 2026
	unicodeCore        = 2027
)

// register adds our handlers; the emulator asks the newest first.
func (t *Terminal) register() {
	for _, cmd := range []int{0, 2} {
		t.emu.RegisterOscHandler(cmd, func(data []byte) bool {
			_, title, _ := strings.Cut(string(data), ";")
			t.setTitle(title)
			return true
		})
	}
	// The library draws by grapheme whatever it is told, but does not say so,
	// and a program that believes it measures emoji differently.
	t.emu.RegisterCsiHandler(ansi.Command('?', '$', 'p'), func(params ansi.Params) bool {
		mode, _, _ := params.Param(0, 0)
		if mode != synchronizedOutput && mode != unicodeCore {
			return false
		}
		_, _ = io.WriteString(t.emu.InputPipe(), ansi.ReportMode(ansi.DECMode(mode), ansi.ModeReset))
		return true
	})
	t.emu.RegisterCsiHandler('r', t.setRegion)
	t.emu.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(ansi.Params) bool {
		t.kitty++
		return true
	})
	t.emu.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(params ansi.Params) bool {
		n, _, _ := params.Param(0, 1)
		t.kitty = max(0, t.kitty-n)
		return true
	})
}

// setRegion ends a scrolling region at the last row, where the library fails in
// the next scroll. A terminal that has shrunk since a frame was made is sent one
// that goes beyond, and terminals cut it. Nothing else is let through: what
// panics on other sequences is worth knowing.
func (t *Terminal) setRegion(params ansi.Params) (handled bool) {
	height := t.emu.Height()
	if top, _, _ := params.Param(0, 1); top >= height {
		return true // no region at all
	}
	if bottom, _, ok := params.Param(1, height); ok && bottom > height {
		params[1] = ansi.Param(height)
	}
	return false
}

func (t *Terminal) setTitle(title string) {
	title, mark, marked := strings.Cut(title, markPrefix)
	t.title = title
	if !marked {
		return
	}
	if n, view, ok := strings.Cut(mark, "/"); ok {
		t.mark, _ = strconv.Atoi(n)
		t.view, _ = strconv.Atoi(view)
	}
}

func (t *Terminal) setMode(m ansi.Mode, on bool) {
	dec, ok := m.(ansi.DECMode)
	if !ok {
		return
	}
	if dec == synchronizedOutput {
		t.drawing = on
	}
	t.modes[int(dec)] = on
}

// queue is a pipe without an end to its patience: writing never waits.
type queue struct {
	mu     sync.Mutex
	filled sync.Cond
	bytes  []byte
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.filled.L = &q.mu
	return q
}

func (q *queue) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0, io.ErrClosedPipe
	}
	q.bytes = append(q.bytes, p...)
	q.filled.Broadcast()
	return len(p), nil
}

func (q *queue) Read(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.bytes) == 0 && !q.closed {
		q.filled.Wait()
	}
	if len(q.bytes) == 0 {
		return 0, io.EOF
	}
	n := copy(p, q.bytes)
	q.bytes = q.bytes[n:]
	return n, nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}
