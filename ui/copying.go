// This file owns what leaves the chat by the clipboard and comes in by it. What
// it says of a copy is what package clipboard has seen. It refuses to write to
// the terminal by itself: what the terminal is asked goes through Bubble Tea.

package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/clipboard"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/charmbracelet/x/ansi"
)

// Clipboard is the person's. Its methods may take seconds.
type Clipboard interface {
	// Copy gives a text away. Beside an error the result is true.
	Copy(ctx context.Context, text string) (clipboard.Result, error)
	// ReadText and ReadImage return what is there, or an error that says that
	// there is none.
	ReadText(ctx context.Context) (string, error)
	ReadImage(ctx context.Context) (image []byte, mime string, err error)
}

// NewClipboard returns the clipboards that an environment makes reachable. A
// text that none of them certainly takes goes to a file in dir.
func NewClipboard(getenv func(string) string, goos, dir string) Clipboard {
	return clipboard.New(clipboard.Options{Getenv: getenv, GOOS: goos, Dir: dir})
}

// copies are the texts on their way to the clipboard. The last one is to win, so
// that there is one at a time.
type copies struct {
	busy bool
	next *string // what follows; nil: nothing
}

// copy hands text to the clipboards.
func (m *Model) copy(text string) tea.Cmd {
	if text == "" { // it would clear what is on the clipboard
		m.say("nothing to copy")
		return nil
	}
	if m.copies.busy {
		m.copies.next = &text
		return nil
	}
	m.copies.busy = true
	to, ctx, what := m.opts.Clipboard, m.ctx, lineCount(text)
	return func() tea.Msg {
		r, err := to.Copy(ctx, text)
		return toldMsg(func(m *Model) tea.Cmd { return m.copied(what, r, err) })
	}
}

// copied says where a text went, and asks the terminal where it must be asked.
func (m *Model) copied(what string, r clipboard.Result, err error) tea.Cmd {
	m.copies.busy = false
	if err != nil && r.Way == "" && r.OSC52 == "" {
		m.say("nothing was copied: %v", err)
	} else {
		m.tellCopied(r, what)
	}
	if next := m.copies.next; next != nil { // it takes the place of this one
		m.copies.next = nil
		return m.copy(*next)
	}
	if r.OSC52 == "" {
		return nil
	}
	return tea.Raw(r.OSC52)
}

// tellCopied says where a text went. The path of a file is told whole, and stays
// to be read: where there is no room for it, it is told in the conversation too.
func (m *Model) tellCopied(r clipboard.Result, what string) {
	told := r.Tell(what)
	m.say("%s", told)
	if r.File != "" && ansi.StringWidth(told) > m.layout.width-2*margin {
		m.conv.view.Append(&transcript.Notice{Text: told})
	}
}

// lineCount says how much a text is.
func lineCount(text string) string {
	n := strings.Count(strings.TrimRight(text, "\n"), "\n") + 1
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}
