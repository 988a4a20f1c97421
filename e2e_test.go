//go:build !windows

package main_test

// Owns: the real binary in a real terminal: building it once, running it with
// a home of its own, typing, waiting, reading the screen. Refuses: scenarios
// (e2e_*_test.go), the service (e2e_service_test.go). Windows has no pty of
// the kind that creack/pty opens, so none of this runs there.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/aimlchat/aimlchat/ui/uitest"
)

// buildDir holds the binary, once a test has asked for it.
var buildDir string

// program builds aimlchat for the first test that asks.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "aimlchat-e2e-")
	if err != nil {
		return "", err
	}
	buildDir = dir
	bin := filepath.Join(dir, "aimlchat")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build aimlchat: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		_ = os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// home is a person's machine: folders and an environment.
type home struct {
	dir string
	env []string
}

// newHome returns a machine on which aimlchat never ran, set up for a service.
// Without one, there is neither key nor address.
func newHome(t *testing.T, s *service) *home {
	t.Helper()
	if testing.Short() {
		t.Skip("the real binary in a real terminal takes seconds: left out by -short")
	}
	h := &home{dir: t.TempDir()}
	h.env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + h.dir,
		"XDG_CONFIG_HOME=" + filepath.Join(h.dir, "config"),
		"XDG_DATA_HOME=" + filepath.Join(h.dir, "data"),
		"XDG_CACHE_HOME=" + filepath.Join(h.dir, "cache"),
		"XDG_STATE_HOME=" + filepath.Join(h.dir, "state"),
		"XDG_RUNTIME_DIR=" + filepath.Join(h.dir, "run"),
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", // no keyring
		"TERM=xterm-256color",
		"LANG=C.UTF-8",
	}
	if s != nil {
		h.env = append(h.env, "AIMLAPI_BASE_URL="+s.URL+"/v1", "AIMLAPI_API_KEY="+testKey)
	}
	return h
}

// testKey is the key that every test uses; it must never be seen.
const testKey = "sk-e2e-not-a-real-key-0123456789"

// run runs aimlchat without a terminal, as a script would.
func (h *home) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := h.command(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		t.Error(err) // and no more: this may be a goroutine of the test's
	}
	return out.String(), errs.String(), code
}

func (h *home) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.program(t), args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	return cmd
}

// program returns the path of the binary, built if need be.
func (h *home) program(t *testing.T) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// terminal is aimlchat in a terminal.
type terminal struct {
	*uitest.Terminal

	t      *testing.T
	ptm    *os.File
	tty    *os.File
	before *term.State // of the tty
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process has ended
}

// start runs aimlchat in a terminal of the given size, and returns when its
// first frame is drawn.
func (h *home) start(t *testing.T, width, height int, args ...string) *terminal {
	t.Helper()
	x := h.open(t, width, height, args...)
	x.waitFor("the first frame", func(screen string) bool { return x.AltScreen() && strings.TrimSpace(screen) != "" })
	return x
}

// open runs aimlchat in a terminal of the given size.
func (h *home) open(t *testing.T, width, height int, args ...string) *terminal {
	t.Helper()
	ptm, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine has no pty to open: %v", err)
	}
	x := &terminal{Terminal: uitest.NewTerminal(width, height), t: t, ptm: ptm, tty: tty, ended: make(chan struct{})}
	x.setsize(width, height)
	if x.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	x.cmd = h.command(t, args...)
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = tty, tty, tty
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(x.Terminal, ptm) }()
	go func() { _, _ = io.Copy(ptm, x.Terminal) }()
	go func() {
		defer close(x.ended)
		_ = x.cmd.Wait() // how it ended is in ProcessState
	}()
	t.Cleanup(x.close)
	return x
}

func (x *terminal) close() {
	_ = x.cmd.Process.Kill()
	<-x.ended
	_ = x.tty.Close()
	_ = x.ptm.Close()
	x.Terminal.Close()
	if strings.Contains(x.Text(), testKey) {
		x.t.Error("the key is on the screen")
	}
}

func (x *terminal) setsize(width, height int) {
	x.t.Helper()
	if err := pty.Setsize(x.ptm, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		x.t.Fatal(err)
	}
}

// resize changes the size; the kernel tells the program.
func (x *terminal) resize(width, height int) {
	x.t.Helper()
	x.Resize(width, height)
	x.setsize(width, height)
}

func (x *terminal) typeText(text string) { x.Input(text) }

// paste pastes, as a terminal does that marks it.
func (x *terminal) paste(text string) { x.Input("\x1b[200~" + text + "\x1b[201~") }

// press presses keys; see [uitest.Key]. After an "esc", wait for what it does
// before pressing more.
func (x *terminal) press(names ...string) {
	x.t.Helper()
	for _, name := range names {
		seq, err := uitest.Key(name)
		if err != nil {
			x.t.Fatal(err)
		}
		x.Input(seq)
	}
}

// send writes a prompt and sends it.
func (x *terminal) send(prompt string) {
	x.t.Helper()
	x.typeText(prompt)
	x.waitForText(prompt)
	x.press("enter")
}

// turn asks s, which answers at once, and waits for the answer and what else
// is shown then.
func (x *terminal) turn(s *service, prompt, answer string, shown ...string) {
	x.t.Helper()
	x.send(prompt)
	q := s.asked(x.t, prompt)
	q.say(answer)
	q.finish()
	x.waitForText(append([]string{answer}, shown...)...)
}

func (x *terminal) waitFor(what string, cond func(text string) bool) {
	x.t.Helper()
	if err := x.Wait(what, x.ended, cond); err != nil {
		x.t.Fatal(err)
	}
}

func (x *terminal) waitForText(texts ...string) {
	x.t.Helper()
	x.waitFor(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

func (x *terminal) waitForNoText(text string) {
	x.t.Helper()
	x.waitFor(fmt.Sprintf("the end of %q", text), func(screen string) bool { return !strings.Contains(screen, text) })
}

// waitForEnd waits until the process has ended, and returns its exit code.
func (x *terminal) waitForEnd() int {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(uitest.Patience):
		x.t.Fatalf("aimlchat does not end; the screen is:\n%s", x.Text())
	}
	return x.cmd.ProcessState.ExitCode()
}

// kill ends the process as nothing can prevent.
func (x *terminal) kill() {
	x.t.Helper()
	if err := x.cmd.Process.Kill(); err != nil {
		x.t.Fatal(err)
	}
	x.waitForEnd()
}

// quit leaves as a person does who has seen the answer to its end, and returns
// the id of the session that the shell is told, "" for none.
func (x *terminal) quit() string {
	x.t.Helper()
	x.waitForNoText("esc stop") // what quits stops an answer first
	x.press("ctrl+c", "ctrl+c")
	if code := x.waitForEnd(); code != 0 {
		x.t.Errorf("quitting exits with %d:\n%s", code, x.Text())
	}
	x.drain()
	_, rest, _ := strings.Cut(x.Text(), "aimlchat --resume ")
	id, _, _ := strings.Cut(rest, "\n")
	return id
}

// drain waits until the terminal has drawn all that an ended program wrote: a
// title that we write after it comes last.
func (x *terminal) drain() {
	x.t.Helper()
	const last = "all is drawn"
	if _, err := x.tty.WriteString("\x1b]2;" + last + "\a"); err != nil {
		x.t.Fatal(err)
	}
	if err := x.Wait(last, nil, func(string) bool { return x.Title() == last }); err != nil {
		x.t.Fatal(err)
	}
}

// restored checks that a shell can go on in this terminal.
func (x *terminal) restored() {
	x.t.Helper()
	x.drain()
	if _, _, cursor := x.Cursor(); x.AltScreen() || !cursor || len(x.Leftovers()) > 0 {
		x.t.Errorf("left behind: the alternate screen %t, the cursor %t, %q", x.AltScreen(), cursor, x.Leftovers())
	}
	after, err := term.GetState(int(x.tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if !reflect.DeepEqual(x.before, after) {
		x.t.Error("the modes of the tty differ from those before")
	}
}
