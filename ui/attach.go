// This file owns what goes along with a message: files that the person names or
// pastes, and whether the model can be sent them. It reads none of
// them; Options does, in commands.

package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// attachedMsg brings a file, or why there is none.
type attachedMsg struct {
	file   api.File
	err    error
	pasted string // what was pasted; "" when the person named the file
}

// attach reads a file. Of a paste that turns out to be none, the text is
// pasted.
func (m *Model) attach(path, pasted string) tea.Cmd {
	read, ctx := m.opts.Attach, m.ctx
	if read == nil {
		m.say("nothing can be attached here")
		return nil
	}
	m.reading++
	return func() tea.Msg {
		f, err := read(ctx, path)
		return attachedMsg{f, err, pasted}
	}
}

// attachFile is the command.
func (m *Model) attachFile(path string) tea.Cmd {
	if path == "" {
		m.say("name a file: /attach PATH, or type @ and its path")
		return nil
	}
	return m.attach(path, "")
}

func (m *Model) attached(msg attachedMsg) tea.Cmd {
	m.reading--
	switch {
	case msg.err != nil && msg.pasted != "":
		m.composer.Paste(msg.pasted)
	case msg.err != nil:
		m.say("%s", api.AsError(msg.err).Message)
		m.sends = false
	default:
		if c, arg := m.slash(m.composer.Value()); c != nil && c.Name == "attach" && arg == "" {
			m.composer.SetValue("") // what it waited for was pasted
		}
		m.composer.Attach(msg.file)
		if why := m.refuses([]api.File{msg.file}); why != "" {
			m.sayRefused(why)
		}
	}
	if m.sends && m.reading == 0 {
		m.sends = false
		return m.submit()
	}
	return nil
}

// sayRefused says why a file in the composer can't be sent, and what to do.
func (m *Model) sayRefused(why string) {
	m.say("%s · %s another, or backspace takes the file away", why, m.keyOf("model"))
}

// looksLikePath reports whether a paste may be the path of one file, as
// terminals paste what is dropped on them.
func looksLikePath(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 4096 || strings.ContainsAny(s, "\n\r") {
		return false
	}
	drive := len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
	return drive || slices.ContainsFunc([]string{"/", "~/", "./", "../", "'", `"`, "file://", `\\`}, func(p string) bool {
		return strings.HasPrefix(s, p)
	})
}

// refuses says why the model that comes next can't be sent the files; "" when
// it can.
func (m *Model) refuses(files []api.File) string { return m.refusesFor(m.conv, files) }

func (m *Model) refusesFor(c *conversation, files []api.File) string {
	for _, f := range files {
		if why := m.opts.refuses(c.provider, c.model, f); why != "" {
			return why
		}
	}
	return ""
}

func (o *Options) refuses(provider, model string, f api.File) string {
	if o.Refuses == nil {
		return ""
	}
	return o.Refuses(provider, model, f)
}

// warnOfSwitch tells what the model that was switched to can't be sent: a
// history beyond its window, files of that history, files about to be sent. It
// stands under the divider; where there is none yet, in the status line.
func (m *Model) warnOfSwitch() {
	c := m.conv
	var lines []string
	if used, window := m.used(), m.window(); window > 0 && used > window {
		lines = append(lines, fmt.Sprintf("%s reads %s tokens; this conversation takes %s: /compact sends less of it", c.model, figures.Tokens(window), figures.Tokens(used)))
	}
	var said, unsaid []api.File
	for _, msg := range c.messages {
		said = append(said, filesOf(msg.Parts)...)
	}
	for _, p := range c.queue {
		unsaid = append(unsaid, p.files...)
	}
	if why := m.refusesSome(said); why != "" {
		lines = append(lines, why+"; left out from here on")
	}
	if why := m.refusesSome(append(unsaid, m.composer.Files()...)); why != "" {
		lines = append(lines, why)
	}
	if len(lines) == 0 {
		return
	}
	if d, ok := c.view.Last().(*transcript.Divider); ok {
		d.Warning = strings.Join(lines, "\n")
		return
	}
	m.say("%s", lines[0])
}

// refusesSome says why the model can't be sent one of the files, and how many
// others it can't be sent either.
func (m *Model) refusesSome(files []api.File) string {
	n, first := 0, ""
	for _, f := range files {
		if why := m.refuses([]api.File{f}); why != "" {
			n, first = n+1, cmp.Or(first, why)
		}
	}
	switch {
	case n == 2:
		first += ", nor another file"
	case n > 2:
		first += fmt.Sprintf(", nor %d other files", n-1)
	}
	return first
}

// savedPath is where a file that a model made is kept; "" when it is not.
func (m *Model) savedPath(f api.File) string {
	if m.store == nil {
		return ""
	}
	return m.store.FilePath(f)
}
