package clipboard

import (
	"context"
	"encoding/base64"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSystems(t *testing.T) {
	for name, c := range map[string]struct {
		goos string
		env  map[string]string
		want string
	}{
		"Windows":               {"windows", nil, "powershell clip.exe"},
		"macOS":                 {"darwin", map[string]string{"DISPLAY": "/private/tmp/x"}, "pbcopy"},
		"WSL":                   {"linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, "powershell clip.exe"},
		"WSLg":                  {"linux", map[string]string{"WSL_INTEROP": "/run/x", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "powershell clip.exe wl-copy xclip xsel"},
		"Termux":                {"android", nil, "termux-clipboard-set"},
		"Termux, built as such": {"linux", map[string]string{"TERMUX_VERSION": "0.118"}, "termux-clipboard-set"},
		"Wayland":               {"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, "wl-copy"},
		"X11":                   {"openbsd", map[string]string{"DISPLAY": ":0"}, "xclip xsel"},
		"console":               {"linux", nil, ""},
		"ssh":                   {"linux", map[string]string{"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0"}, ""},
		"ssh -X":                {"linux", map[string]string{"SSH_TTY": "/dev/pts/1", "DISPLAY": "localhost:11.0"}, "xclip xsel"},
		"ssh, DISPLAY by hand":  {"linux", map[string]string{"SSH_TTY": "/dev/pts/1", "DISPLAY": "localhost:0"}, ""},
	} {
		b := New(Options{Getenv: environ(c.env), GOOS: c.goos, LookPath: everywhere})
		var got []string
		for _, s := range b.systems(b.here(t.Context())) {
			got = append(got, s.name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Who attached to a tmux from elsewhere is elsewhere, whatever our environment
// says; and the other way round.
func TestTmuxKnowsWhereThePersonIs(t *testing.T) {
	for name, c := range map[string]struct {
		env    map[string]string
		shown  string
		remote bool
		runs   string
	}{
		"attached by ssh": {
			map[string]string{"TMUX": "s,1,0", "DISPLAY": ":0"},
			"-DISPLAY\nSSH_CONNECTION=a 1 b 2\nLANG=C\n", true, "",
		},
		"attached at home": {
			map[string]string{"TMUX": "s,1,0", "SSH_CONNECTION": "a 1 b 2", "SSH_TTY": "/dev/pts/9", "DISPLAY": ":5"},
			"DISPLAY=:0\n-SSH_CONNECTION\n", false, "xclip xsel",
		},
		"says nothing": {
			map[string]string{"TMUX": "s,1,0", "SSH_TTY": "/dev/pts/9", "DISPLAY": ":0"}, "SHELL=/bin/sh\n", true, "",
		},
	} {
		b := New(Options{
			Getenv: environ(c.env), GOOS: "linux", LookPath: everywhere,
			Run: func(context.Context, Call) ([]byte, error) { return []byte(c.shown), nil },
		})
		h := b.here(t.Context())
		var got []string
		for _, s := range b.systems(h) {
			got = append(got, s.name)
		}
		if h.remote != c.remote || strings.Join(got, " ") != c.runs {
			t.Errorf("%s: remote %v, %q; want %v, %q", name, h.remote, got, c.remote, c.runs)
		}
	}
}

// windows plays PowerShell's and clip.exe's part.
type windows struct {
	clipboard string
	calls     []Call
}

func (w *windows) run(_ context.Context, call Call) ([]byte, error) {
	w.calls = append(w.calls, call)
	switch script := call.Argv[len(call.Argv)-1]; {
	case !strings.HasPrefix(filepath.Base(call.Argv[0]), "powershell"):
		return nil, nil
	case script == psCopy:
		text, err := base64.StdEncoding.DecodeString(call.Stdin)
		if err != nil {
			return nil, err
		}
		w.clipboard = strings.ReplaceAll(string(text), "\n", "\r\n")
	case script != psPaste:
		return nil, errors.New("unknown script")
	}
	return []byte(base64.StdEncoding.EncodeToString([]byte(w.clipboard)) + "\r\n"), nil
}

func TestWindowsGetsASCIIOnly(t *testing.T) {
	for name, o := range map[string]Options{
		"Windows": {GOOS: "windows", LookPath: everywhere},
		"WSL":     {GOOS: "linux", Getenv: environ(map[string]string{"WSL_DISTRO_NAME": "Debian"}), LookPath: everywhere},
		"WSL without Windows in PATH": {GOOS: "linux", Getenv: environ(map[string]string{"WSL_DISTRO_NAME": "Debian"}), LookPath: func(program string) (string, error) {
			if filepath.IsAbs(program) {
				return program, nil
			}
			return "", exec.ErrNotFound
		}},
	} {
		var w windows
		o.Run = w.run
		b := New(o)
		r, err := b.Copy(t.Context(), hard)
		if err != nil || r.Way != "powershell" || !r.Verified {
			t.Errorf("%s: Copy = %+v, %v", name, r, err)
		}
		if text, err := b.ReadText(t.Context()); err != nil || strings.ReplaceAll(text, "\r\n", "\n") != hard {
			t.Errorf("%s: ReadText = %q, %v", name, text, err)
		}
		if len(w.calls) != 2 {
			t.Errorf("%s: started PowerShell %d times for one copy and one paste", name, len(w.calls))
		}
		for _, call := range w.calls {
			if s := call.Stdin + strings.Join(call.Argv, ""); strings.ContainsAny(s, "漢\"") {
				t.Errorf("%s: it depends on a code page or on quoting: %q", name, s)
			}
		}
	}
}

func TestClipExeGetsUTF16(t *testing.T) {
	var got string
	b := New(Options{
		GOOS: "windows", Dir: t.TempDir(),
		LookPath: func(program string) (string, error) {
			if program == "clip.exe" {
				return program, nil
			}
			return "", exec.ErrNotFound
		},
		Run: func(_ context.Context, call Call) ([]byte, error) { got = call.Stdin; return nil, nil },
	})
	r, err := b.Copy(t.Context(), "a漢👍\n")
	if want := "a\x00\x22\x6f\x3d\xd8\x4d\xdc\n\x00"; got != want {
		t.Errorf("clip.exe got %q, want %q", got, want)
	}
	if err != nil || r.Verified || r.Way != "clip.exe" || r.File == "" {
		t.Errorf("Copy = %+v, %v; nobody can read it back", r, err)
	}
}

// What PowerShell took, in its own way, clip.exe is not given again.
func TestClipExeIsForWantOfPowerShell(t *testing.T) {
	b := New(Options{GOOS: "windows", LookPath: everywhere, Run: func(_ context.Context, call Call) ([]byte, error) {
		if strings.Contains(call.Argv[0], "clip.exe") {
			t.Error("ran clip.exe")
		}
		return []byte("b3RoZXI="), nil
	}})
	if r, err := b.Copy(t.Context(), "text"); err != nil || r.Way != "powershell" || r.Verified {
		t.Errorf("Copy = %+v, %v", r, err)
	}
}

func TestProgramsSeeLittle(t *testing.T) {
	w := newWorld(t, map[string]string{"PATH": "/usr/bin:/bin", "HOME": "/home/x", "AIMLAPI_API_KEY": "secret", "DISPLAY": ":0"}, "environment")
	b := New(Options{Getenv: w.getenv, GOOS: "linux", Patience: time.Hour, LookPath: w.find(nil)})
	out, err := b.call(t.Context(), b.here(t.Context()), []string{"environment"}, "", true, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	if want := []string{"DISPLAY=:0", "HOME=/home/x", "PATH=/usr/bin:/bin"}; !slices.Equal(got, want) {
		t.Errorf("a program sees %q, want %q", got, want)
	}
}

func TestOutputIsBounded(t *testing.T) {
	w := newWorld(t, nil, "flood")
	within(t, func() {
		if out, err := run(t.Context(), Call{Argv: []string{filepath.Join(w.bin, "flood")}, Output: true}); err == nil || len(out) > maxOutput {
			t.Errorf("took %d bytes, %v", len(out), err)
		}
	})
}

func FuzzAttached(f *testing.F) {
	f.Add("DISPLAY=:0\n-SSH_CONNECTION\nX=\n-\n=\n")
	f.Fuzz(func(t *testing.T, shown string) {
		env := attached(environ(map[string]string{"HOME": "/h", "PATH": "/p"}), shown)
		if env("HOME") != "/h" || env("PATH") != "/p" {
			t.Error("tmux changed a variable that is not its to tell")
		}
		if strings.ContainsAny(env("DISPLAY")+env("SSH_CONNECTION"), "\n") {
			t.Error("a value goes over its line")
		}
	})
}
