package clipboard

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests' programs are this test binary under other names: it does what its
// name says, with the folder that it stands in.
func TestMain(m *testing.M) {
	self, err := filepath.Abs(os.Args[0])
	if play, known := programs[filepath.Base(self)]; err == nil && known {
		play(filepath.Dir(self), os.Args[1:])
		syscall.Exit(0) // not os.Exit: the race detector rests there for a second
	}
	os.Exit(m.Run())
}

var programs = map[string]func(dir string, args []string){
	"wl-copy":  serve,
	"xclip":    serve,
	"wl-paste": give,
	"pbcopy":   func(dir string, _ []string) { keep(dir) },
	"pbpaste":  give,
	"deaf":     func(string, []string) { <-time.After(10 * time.Minute) },
	"lasting":  func(string, []string) { <-time.After(10 * time.Minute) },
	"liar":     func(string, []string) { io.Copy(io.Discard, os.Stdin) },
	"flood": func(string, []string) {
		for chunk := make([]byte, 1<<20); ; {
			if _, err := os.Stdout.Write(chunk); err != nil {
				syscall.Exit(1)
			}
		}
	},
	"environment": func(string, []string) {
		cmd := exec.Command("env")
		cmd.Stdout = os.Stdout
		cmd.Run()
	},
}

// keep puts what comes in onto the clipboard.
func keep(dir string) {
	text, _ := io.ReadAll(os.Stdin)
	os.WriteFile(filepath.Join(dir, "clipboard"), text, 0o600)
}

// give prints the clipboard.
func give(dir string, _ []string) {
	text, err := os.ReadFile(filepath.Join(dir, "clipboard"))
	if err != nil {
		syscall.Exit(1)
	}
	os.Stdout.Write(text)
}

// serve behaves as xclip and wl-copy do: it stays behind in the background,
// holding what it was given.
func serve(dir string, args []string) {
	if strings.Contains(strings.Join(args, " "), "-out") {
		give(dir, args)
		return
	}
	keep(dir)
	stay := exec.Command(filepath.Join(dir, "lasting"))
	stay.Stdin, stay.Stdout, stay.Stderr = os.Stdin, os.Stdout, os.Stderr
	if stay.Start() != nil {
		syscall.Exit(1)
	}
	os.WriteFile(filepath.Join(dir, strconv.Itoa(stay.Process.Pid)+".pid"), nil, 0o600)
}

// world is a folder of programs, and the variables set.
type world struct {
	bin string
	env map[string]string
}

// newWorld installs programs.
func newWorld(t *testing.T, env map[string]string, installed ...string) world {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("links to the test binary need rights on Windows")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := world{t.TempDir(), env}
	for _, program := range append(installed, "lasting") {
		if err := os.Symlink(self, filepath.Join(w.bin, program)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { // end what stayed behind
		left, _ := filepath.Glob(filepath.Join(w.bin, "*.pid"))
		for _, path := range left {
			pid, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".pid"))
			if err != nil {
				continue
			}
			if p, err := os.FindProcess(pid); err == nil {
				p.Kill()
			}
		}
	})
	return w
}

func (w world) getenv(name string) string { return w.env[name] }

// find looks programs up in the world; alias says which one stands for another.
func (w world) find(alias map[string]string) func(string) (string, error) {
	return func(program string) (string, error) {
		if other := alias[program]; other != "" {
			program = other
		}
		path := filepath.Join(w.bin, program)
		if _, err := os.Stat(path); err != nil {
			return "", exec.ErrNotFound
		}
		return path, nil
	}
}

// within fails the test if f takes so long that it must have waited for a
// program that does not end.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it waits for a program that does not end")
	}
}

const hard = "tabs\tand\nlines\n  wide 漢字 👩‍👩‍👧 \\(x\\) $(id) `id` ' \" trailing  "

func TestCopyIsVerified(t *testing.T) {
	for name, c := range map[string]struct {
		goos string
		env  map[string]string
		have []string
		way  string
	}{
		"macOS":           {"darwin", nil, []string{"pbcopy", "pbpaste"}, "pbcopy"},
		"Wayland":         {"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, []string{"wl-copy", "wl-paste"}, "wl-copy"},
		"X11":             {"linux", map[string]string{"DISPLAY": ":0"}, []string{"xclip"}, "xclip"},
		"BSD":             {"freebsd", map[string]string{"DISPLAY": ":0"}, []string{"xclip"}, "xclip"},
		"Wayland's X11":   {"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, []string{"xclip"}, "xclip"},
		"X11 through ssh": {"linux", map[string]string{"SSH_CONNECTION": "a 1 b 2", "DISPLAY": "localhost:10.0"}, []string{"xclip"}, "xclip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.env, c.have...)
			dir := t.TempDir()
			b := New(Options{Getenv: w.getenv, GOOS: c.goos, Dir: dir, Patience: time.Hour, LookPath: w.find(nil)})
			within(t, func() {
				r, err := b.Copy(t.Context(), hard)
				if err != nil || r.Way != c.way || !r.Verified || r.File != "" {
					t.Errorf("Copy = %+v, %v; want it verified, by %s", r, err, c.way)
				}
				if want := "copied 3 lines (" + c.way + ")"; r.Tell("3 lines") != want {
					t.Errorf("it says %q, want %q", r.Tell("3 lines"), want)
				}
				if text, err := b.ReadText(t.Context()); text != hard || err != nil {
					t.Errorf("ReadText = %q, %v", text, err)
				}
			})
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("a file was written although the clipboard has the text: %v", left)
			}
		})
	}
}

// xclip and wl-copy hold their output for as long as nothing else is copied.
func TestWhatStaysBehindIsNotWaitedFor(t *testing.T) {
	w := newWorld(t, map[string]string{"DISPLAY": ":0"}, "xclip")
	path := filepath.Join(w.bin, "xclip")
	within(t, func() {
		if _, err := run(t.Context(), Call{Argv: []string{path, "-in"}, Stdin: "text"}); err != nil {
			t.Errorf("asked for no output: %v", err)
		}
		if _, err := run(t.Context(), Call{Argv: []string{path, "-in"}, Stdin: "text", Output: true}); err != nil {
			t.Errorf("asked for output: %v", err)
		}
	})
}

func TestPatienceEnds(t *testing.T) {
	w := newWorld(t, map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "deaf", "xclip")
	b := New(Options{
		Getenv: w.getenv, GOOS: "linux", Patience: 200 * time.Millisecond,
		LookPath: w.find(map[string]string{"wl-copy": "deaf", "wl-paste": "deaf"}),
		Run: func(ctx context.Context, call Call) ([]byte, error) {
			if !strings.HasSuffix(call.Argv[0], "deaf") { // a loaded machine may take its time
				ctx = context.WithoutCancel(ctx)
			}
			return run(ctx, call)
		},
	})
	within(t, func() {
		r, err := b.Copy(t.Context(), strings.Repeat("text that fills a pipe\n", 10_000))
		if err != nil || r.Way != "xclip" || !r.Verified {
			t.Errorf("Copy = %s, verified %v, %v; want xclip after a wl-copy that hangs", r.Way, r.Verified, err)
		}
	})
}

func TestCopyCanBeCancelled(t *testing.T) {
	w := newWorld(t, nil, "deaf")
	b := New(Options{Getenv: w.getenv, GOOS: "darwin", Patience: time.Hour, LookPath: w.find(map[string]string{"pbcopy": "deaf"})})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	within(t, func() {
		if r, err := b.Copy(ctx, "text"); err != nil || r.Verified || r.Way != "" {
			t.Errorf("Copy = %+v, %v", r, err)
		}
	})
}

// A program that takes the text and loses it is not believed.
func TestAClipboardThatLosesTheTextIsNotBelieved(t *testing.T) {
	w := newWorld(t, nil, "liar", "pbpaste")
	if err := os.WriteFile(filepath.Join(w.bin, "clipboard"), []byte("what was there before"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := New(Options{Getenv: w.getenv, GOOS: "darwin", Dir: t.TempDir(), Patience: time.Hour, LookPath: w.find(map[string]string{"pbcopy": "liar"})})
	r, err := b.Copy(t.Context(), "text")
	if err != nil || r.Verified || r.Way != "pbcopy" || r.File == "" || r.OSC52 == "" {
		t.Fatalf("Copy = %+v, %v; want it unverified, and a file", r, err)
	}
	if want := "copied 1 line to " + r.File + "; asked pbcopy and the terminal too"; r.Tell("1 line") != want {
		t.Errorf("it says %q, want %q", r.Tell("1 line"), want)
	}
}

func TestOverSSHTheTerminalIsAsked(t *testing.T) {
	for _, sign := range []string{"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"} {
		for _, goos := range []string{"darwin", "linux", "windows"} {
			b := New(Options{
				Getenv: environ(map[string]string{sign: "x", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "WSL_DISTRO_NAME": "d"}),
				GOOS:   goos, Dir: t.TempDir(), LookPath: everywhere,
				Run: func(_ context.Context, call Call) ([]byte, error) {
					t.Errorf("%s, %s: ran %q on the wrong machine", sign, goos, call.Argv)
					return nil, nil
				},
			})
			r, err := b.Copy(t.Context(), "text")
			if err != nil || r.Verified || r.OSC52 != "\x1b]52;c;dGV4dA==\a" || r.File == "" {
				t.Errorf("%s, %s: Copy = %+v, %v", sign, goos, r, err)
			}
			if _, _, err := b.ReadImage(t.Context()); !errors.Is(err, ErrNoImage) {
				t.Errorf("%s, %s: ReadImage: %v", sign, goos, err)
			}
			if _, err := b.ReadText(t.Context()); !errors.Is(err, ErrNoText) {
				t.Errorf("%s, %s: ReadText: %v", sign, goos, err)
			}
		}
	}
}

func TestHostileText(t *testing.T) {
	var got string
	b := New(Options{GOOS: "darwin", Dir: t.TempDir(), LookPath: everywhere, Run: func(_ context.Context, call Call) ([]byte, error) {
		if strings.HasSuffix(call.Argv[0], "pbcopy") {
			got = call.Stdin
		}
		return []byte("other"), nil
	}})
	r, err := b.Copy(t.Context(), "a\x1b]52;c;AAAA\x07b\u009b31m\u202etxt\r\nrm -rf\t~\x00\x7f\xff\n")
	const want = "a]52;c;AAAAb31mtxt\nrm -rf\t~\ufffd\n"
	if err != nil || got != want {
		t.Errorf("the program got %q (%v), want %q", got, err, want)
	}
	if file, err := os.ReadFile(r.File); string(file) != want {
		t.Errorf("the file holds %q (%v), want %q", file, err, want)
	}
	if strings.Count(r.OSC52, "\x1b") != 1 || strings.Count(r.OSC52, "\a") != 1 {
		t.Errorf("the sequence can be broken out of: %q", r.OSC52)
	}
	for _, nothing := range []string{"", "\x1b", "\x00\x07"} {
		if _, err := b.Copy(t.Context(), nothing); !errors.Is(err, ErrEmpty) {
			t.Errorf("Copy(%q): %v", nothing, err)
		}
	}
}

func TestTell(t *testing.T) {
	for want, r := range map[string]Result{
		"copied 3 lines (xclip)":                                                        {Way: "xclip", Verified: true, OSC52: "x"},
		"copied 3 lines (tmux); asked the terminal too":                                 {Way: "tmux", Verified: true, OSC52: "x"},
		"copied 3 lines (wl-copy and tmux)":                                             {Way: "wl-copy and tmux", Verified: true, OSC52: "x"},
		"copied 3 lines to /d/copied-1.txt; asked the terminal too":                     {OSC52: "x", File: "/d/copied-1.txt"},
		"no clipboard took it; copied 3 lines to /d/copied-1.txt":                       {File: "/d/copied-1.txt"},
		"asked the terminal to copy 3 lines":                                            {OSC52: "x"},
		"no clipboard took it: nothing was copied":                                      {},
		"copied 3 lines to f; asked the terminal (which may refuse a text so long) too": {OSC52: "x", File: "f", Large: true},
	} {
		if got := r.Tell("3 lines"); got != want {
			t.Errorf("%+v says %q, want %q", r, got, want)
		}
	}
}

// environ is an environment of the variables given.
func environ(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

// everywhere finds every program.
func everywhere(program string) (string, error) { return "/bin/" + program, nil }
