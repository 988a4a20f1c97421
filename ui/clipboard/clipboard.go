// Package clipboard knows the clipboards: the system's own, by its programs;
// tmux's, by tmux; the terminal's, by OSC 52, also through tmux and screen; and
// a file, when none of them can be verified.
//
// It owns which of them are the person's: over SSH, the system's programs
// would fill the clipboard of a machine that nobody sits at. It verifies what it
// can by reading it back, and says no more than it knows. It refuses to write to
// the terminal (the root of ui does, with [Result.OSC52]), to wait for a program
// without end, to run a shell, and to hand out a text that package sanitize has
// not seen.
package clipboard

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

var (
	// ErrEmpty refuses to copy nothing: it would clear what is on the clipboard.
	ErrEmpty = errors.New("nothing to copy")
	// ErrNoText says that no clipboard that can be read here holds text. The
	// terminal may still be asked (tea.ReadClipboard), or paste by itself.
	ErrNoText = errors.New("no clipboard here gave a text")
	// ErrNoImage says that no clipboard that can be read here holds an image.
	ErrNoImage = errors.New("no clipboard here gave an image")
)

// patience is how long one program may take.
const patience = 2 * time.Second

// Options is what a [Clipboard] knows of the world.
type Options struct {
	Getenv func(string) string // the environment; nil: an empty one
	GOOS   string              // as runtime.GOOS
	Dir    string              // where a text goes that no clipboard certainly took; "": nowhere

	// For tests; the zero values are right for everybody else.
	Patience time.Duration                               // how long one program may take
	LookPath func(string) (string, error)                // finds a program
	Run      func(context.Context, Call) ([]byte, error) // runs it
}

// Clipboard copies and pastes. All its methods run programs, for seconds at
// worst: they are for Cmds, never for the screen's goroutine. They may be called
// at the same time.
type Clipboard struct {
	opts   Options
	saving sync.Mutex // one file at a time
}

// New returns the clipboards of the world that o describes. It runs nothing.
func New(o Options) *Clipboard {
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	if o.LookPath == nil {
		o.LookPath = exec.LookPath
	}
	if o.Run == nil {
		o.Run = run
	}
	return &Clipboard{opts: o}
}

// Result says where a text went.
type Result struct {
	Way      string // who took the text: "xclip", "pbcopy and tmux"; "" nobody that could be run
	Verified bool   // Way was read, and holds the text
	OSC52    string // bytes for the terminal, to be written as they are (tea.Raw); "" none
	Large    bool   // the text is longer than many terminals take by OSC 52
	File     string // path of the file that holds the text; "" unless it was needed
}

// Tell says r to the person, in one line; what is what was copied: "3 lines".
// It claims that a clipboard has the text only if that was seen.
func (r Result) Tell(what string) string {
	terminal := ""
	switch {
	case r.OSC52 != "" && r.Large:
		terminal = "the terminal (which may refuse a text so long)"
	case r.OSC52 != "":
		terminal = "the terminal"
	}
	if r.Verified {
		said := "copied " + what + " (" + r.Way + ")"
		if r.Way == tmuxWay && terminal != "" { // it is not yet what other programs paste
			said += "; asked " + terminal + " too"
		}
		return said
	}
	asked := join(r.Way, terminal)
	switch {
	case r.File != "" && asked != "":
		return "copied " + what + " to " + r.File + "; asked " + asked + " too"
	case r.File != "":
		return "no clipboard took it; copied " + what + " to " + r.File
	case asked != "":
		return "asked " + asked + " to copy " + what
	}
	return "no clipboard took it: nothing was copied"
}

// Copy gives text to every clipboard that is the person's, and to a file if none
// of them certainly has it. The text is sanitised first; tabs and newlines stay.
// Beside an error, which is [ErrEmpty] or says that the file could not be written,
// the Result is true, and its OSC52 still wants to be written.
func (c *Clipboard) Copy(ctx context.Context, text string) (Result, error) {
	text = sanitize.Text(text)
	if text == "" {
		return Result{}, ErrEmpty
	}
	var (
		r         Result
		forwarded bool
		err       error
		h         = c.here(ctx)
	)
	r.Way, r.Verified = c.copyNative(ctx, h, text)
	if h.env("TMUX") != "" {
		var took bool
		if took, forwarded = c.copyTmux(ctx, h, text); took {
			if !r.Verified {
				r.Way = ""
			}
			r.Way, r.Verified = join(r.Way, tmuxWay), true
		}
	}
	r.OSC52, r.Large = sequence(h, text, forwarded)
	if r.Verified && r.Large { // half a text may not replace a whole one
		r.OSC52 = ""
	}
	if !r.Verified {
		r.File, err = c.save(text)
	}
	return r, err
}

// copyNative gives text to the system's clipboard. It returns the program that
// took it, and whether the clipboard was seen to hold it.
func (c *Clipboard) copyNative(ctx context.Context, h here, text string) (way string, verified bool) {
	for _, s := range c.systems(h) {
		if way != "" && s.paste == nil && !s.echoes {
			continue // it could only spoil what the other one took
		}
		input := text
		if s.encode != nil {
			input = s.encode(text)
		}
		out, err := c.call(ctx, h, s.copy, input, s.echoes, s.patience)
		if err != nil {
			continue
		}
		if s.echoes && same(s.read(out), text) || !s.echoes && c.holds(ctx, h, s, text) {
			return s.name, true
		}
		if way == "" {
			way = s.name
		}
	}
	return way, false
}

// holds reads the clipboard of s back. Some programs return before they own the
// clipboard, so that a first look may see what was there before.
func (c *Clipboard) holds(ctx context.Context, h here, s system, text string) bool {
	for range 3 {
		out, err := c.call(ctx, h, s.paste, "", true, s.patience)
		if err == nil && same(s.read(out), text) {
			return true
		}
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, context.DeadlineExceeded) {
			return false
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(40 * time.Millisecond):
		}
	}
	return false
}

// ReadText returns the text on the person's clipboard, exactly as its program
// says it; what is unfit for a terminal is still in it. The error is [ErrNoText]
// if there is none, or if nobody here can tell.
func (c *Clipboard) ReadText(ctx context.Context) (string, error) {
	h := c.here(ctx)
	readers := c.systems(h)
	if h.env("TMUX") != "" {
		readers = append(readers, system{paste: []string{"tmux", "save-buffer", "-"}})
	}
	for _, s := range readers {
		out, err := c.call(ctx, h, s.paste, "", true, s.patience)
		if text := s.read(out); err == nil && text != "" {
			return text, nil
		}
	}
	return "", ErrNoText
}

// same tells whether a clipboard gave a text back. Some give its lines other
// ends, or one newline more.
func same(got, text string) bool {
	got = strings.ReplaceAll(got, "\r\n", "\n")
	return got == text || got == text+"\n"
}

// join lists two names, either of which may be empty.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " and " + b
}
