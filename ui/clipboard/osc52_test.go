package clipboard

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

func TestFraming(t *testing.T) {
	const plain = "\x1b]52;c;aGk=\a"
	const inTmux = "\x1bPtmux;\x1b\x1b]52;c;aGk=\a\x1b\\"
	const inScreen = "\x1bP\x1b]52;c;aGk=\a\x1b\\"
	for name, c := range map[string]struct {
		env   map[string]string
		asked bool
		want  string
	}{
		"plain":                   {map[string]string{"TERM": "xterm-256color"}, false, plain},
		"no TERM":                 {nil, false, plain},
		"tmux":                    {map[string]string{"TERM": "tmux-256color", "TMUX": "s,1,0"}, true, inTmux},
		"tmux before 3.2":         {map[string]string{"TERM": "screen", "TMUX": "s,1,0"}, false, plain + inTmux},
		"ssh from tmux":           {map[string]string{"TERM": "tmux-256color"}, false, plain + inTmux},
		"screen":                  {map[string]string{"TERM": "screen.xterm", "STY": "1.x"}, false, inScreen},
		"ssh from screen or tmux": {map[string]string{"TERM": "screen-256color"}, false, plain + inScreen},
		"tmux and screen":         {map[string]string{"TERM": "screen", "STY": "1.x", "TMUX": "s,1,0"}, true, ""},
		"console":                 {map[string]string{"TERM": "linux"}, false, ""},
		"dumb":                    {map[string]string{"TERM": "dumb"}, false, ""},
	} {
		if got, large := sequence(here{env: environ(c.env)}, "hi", c.asked); got != c.want || large {
			t.Errorf("%s: %q (large: %v), want %q", name, got, large, c.want)
		}
	}
}

func TestScreenGetsPieces(t *testing.T) {
	text := strings.Repeat("x", 10_000)
	seq := ansi.SetSystemClipboard(text)
	for name, env := range map[string]map[string]string{
		"screen":             {"STY": "1.x", "TERM": "screen"},
		"ssh from somewhere": {"TERM": "screen"}, // and nothing plain, which a screen would print
	} {
		got, _ := sequence(here{env: environ(env)}, text, false)
		var whole strings.Builder
		for got != "" {
			body, ok := strings.CutPrefix(got, "\x1bP")
			piece, rest, end := strings.Cut(body, "\x1b\\")
			if !ok || !end || len(piece) > screenTakes || strings.HasSuffix(piece, "\x1b") {
				t.Fatalf("%s: bad piece of %d bytes: %.20q", name, len(piece), piece)
			}
			whole.WriteString(piece)
			got = rest
		}
		if whole.String() != seq {
			t.Errorf("%s: the pieces are not the sequence", name)
		}
	}
}

func TestLongTexts(t *testing.T) {
	h := here{env: environ(nil)}
	for _, c := range []struct {
		n           int
		seq, isLong bool
	}{
		{75_000, true, false}, // 100,000 in base64
		{75_001, true, true},
		{750_000, true, true},
		{750_001, false, true},
	} {
		seq, long := sequence(h, strings.Repeat("x", c.n), false)
		if (seq != "") != c.seq || long != c.isLong {
			t.Errorf("%d bytes: sequence %v, large %v; want %v, %v", c.n, seq != "", long, c.seq, c.isLong)
		}
	}
}

// A terminal may take a part of a long text. What is on the clipboard already
// is not risked for it.
func TestALongTextThatWasCopiedIsLeftAlone(t *testing.T) {
	text := strings.Repeat("x", 80_000)
	b := New(Options{
		GOOS: "darwin", LookPath: everywhere,
		Run: func(context.Context, Call) ([]byte, error) { return []byte(text), nil },
	})
	if r, err := b.Copy(t.Context(), text); err != nil || !r.Verified || r.OSC52 != "" {
		t.Errorf("Copy = %s, %v, and a sequence of %d bytes, %v", r.Way, r.Verified, len(r.OSC52), err)
	}
	if r, err := b.Copy(t.Context(), text[1:]); err != nil || r.Verified || r.OSC52 == "" || !r.Large {
		t.Errorf("nobody took it: verified %v, large %v, a sequence of %d bytes, %v", r.Verified, r.Large, len(r.OSC52), err)
	}
}

// fakeTmux is a tmux of an age; old ones don't know load-buffer -w.
type fakeTmux struct {
	old, broken bool
	buffer      string
	asked       bool
}

func (f *fakeTmux) run(_ context.Context, call Call) ([]byte, error) {
	switch strings.Join(call.Argv[1:], " ") {
	case "show-environment":
		return nil, errors.New("no such session")
	case "load-buffer -w -":
		if f.old || f.broken {
			return nil, errors.New("usage: load-buffer [-b buffer-name] path")
		}
		f.asked, f.buffer = true, call.Stdin
		return nil, nil
	case "load-buffer -":
		if f.broken {
			return nil, errors.New("no server running")
		}
		f.buffer = call.Stdin
		return nil, nil
	case "save-buffer -":
		return []byte(f.buffer), nil
	}
	return nil, errors.New("not of tmux")
}

func TestTmux(t *testing.T) {
	const plain = "\x1b]52;c;aGk=\a"
	const wrapped = "\x1bPtmux;\x1b\x1b]52;c;aGk=\a\x1b\\"
	for name, c := range map[string]struct {
		tmux fakeTmux
		want Result
	}{
		"new":    {fakeTmux{}, Result{Way: "tmux", Verified: true, OSC52: wrapped}},
		"old":    {fakeTmux{old: true}, Result{Way: "tmux", Verified: true, OSC52: plain + wrapped}},
		"broken": {fakeTmux{broken: true}, Result{OSC52: plain + wrapped}},
	} {
		b := New(Options{
			Getenv: environ(map[string]string{"TMUX": "s,1,0", "TERM": "screen", "SSH_TTY": "/dev/pts/3"}),
			GOOS:   "linux", LookPath: everywhere, Run: c.tmux.run,
		})
		r, err := b.Copy(t.Context(), "hi")
		if err != nil || r != c.want {
			t.Errorf("%s: Copy = %+v, %v; want %+v", name, r, err, c.want)
		}
		if text, err := b.ReadText(t.Context()); c.want.Verified && (text != "hi" || err != nil) {
			t.Errorf("%s: ReadText = %q, %v", name, text, err)
		}
	}
}

// A real tmux, where there is one.
func TestRealTmux(t *testing.T) {
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("no tmux here")
	}
	socket := filepath.Join(t.TempDir(), "s")
	command := func(args ...string) (string, error) {
		cmd := exec.Command(tmux, append([]string{"-S", socket, "-f", "/dev/null"}, args...)...)
		cmd.Env = []string{"PATH=/usr/bin:/bin", "TERM=xterm", "LC_ALL=C.UTF-8"}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := command("new-session", "-d", "cat"); err != nil {
		t.Skipf("tmux doesn't start: %v %s", err, out)
	}
	t.Cleanup(func() { command("kill-server") })
	b := New(Options{
		Getenv: environ(map[string]string{"TMUX": socket + ",1,0", "PATH": "/usr/bin:/bin"}), Patience: time.Hour,
		GOOS: "linux",
	})
	for _, text := range []string{hard, strings.Repeat("a long line of text 漢字\n", 40_000)} {
		r, err := b.Copy(t.Context(), text)
		if err != nil || r.Way != "tmux" || !r.Verified {
			t.Errorf("Copy = %s, %v, %v", r.Way, r.Verified, err)
		}
		if got, err := command("show-buffer"); err != nil || got != text {
			t.Errorf("tmux holds %d bytes, want %d (%v)", len(got), len(text), err)
		}
	}
	if text, err := b.ReadText(t.Context()); err != nil || !strings.HasPrefix(text, "a long line") {
		t.Errorf("ReadText = %.20q, %v", text, err)
	}
}
