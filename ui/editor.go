// This file owns writing a prompt in the person's own editor. It starts none;
// Options does, while the screen is the editor's.

package ui

import (
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// editing is one visit to the editor, as Bubble Tea runs it.
type editing struct {
	Streams

	ctx  context.Context //nolint:containedctx // Run takes none
	edit func(ctx context.Context, text string, s Streams) (string, error)
	text string // before, and after it went well
}

// Streams are what a program is given that takes over the terminal.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

func (e *editing) SetStdin(r io.Reader)  { e.In = r }
func (e *editing) SetStdout(w io.Writer) { e.Out = w }
func (e *editing) SetStderr(w io.Writer) { e.Err = w }

// settling is how long the renderer is given to stop before it may be started
// again. It stops its ticker in a goroutine of its own; an editor that fails at
// once could have it stop the new one's, and the screen would stay blank.
const settling = 50 * time.Millisecond

// settle waits until the renderer has stopped.
func settle() { time.Sleep(settling) }

// Run returns when the person has left the editor.
func (e *editing) Run() error {
	defer settle()
	text, err := e.edit(e.ctx, e.text, e.Streams)
	if err == nil {
		e.text = text
	}
	return err
}

// editDraft opens what is written in the editor.
func (m *Model) editDraft() tea.Cmd {
	if m.opts.Edit == nil {
		m.say("there is no editor here")
		return nil
	}
	e := &editing{ctx: m.ctx, edit: m.opts.Edit, text: m.composer.Value()}
	return tea.Exec(e, func(err error) tea.Msg {
		return toldMsg(func(m *Model) tea.Cmd { return m.edited(e.text, err) })
	})
}

// edited takes back what was written in the editor, and draws the screen anew:
// nobody knows what the editor left of it. After a failure, the draft is as it
// was.
func (m *Model) edited(text string, err error) tea.Cmd {
	m.setFocus(composing)
	if err != nil {
		m.say("%s", sanitize.Line(err.Error()))
	} else {
		m.composer.SetValue(text)
	}
	return tea.ClearScreen
}
