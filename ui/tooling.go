// This file owns how a person runs a tool of a service: it is asked in a command,
// its result is shown, and offered to the model as a file of the next message. At
// most one runs. It refuses to send a result that the person took away.

package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// ToolResult is what came of running a tool.
type ToolResult struct {
	Name, Action string
	Text         string   // for a person
	Notices      []string // of the service, or about what still runs there
	Cost         api.Cost
	File         api.File // the result as it can go with a message
}

// toolRun is a tool that runs.
type toolRun struct {
	stop    context.CancelFunc
	stopped bool
}

// runTool runs a tool as the person asks: an id, an action, its JSON.
func (m *Model) runTool(line string) tea.Cmd {
	run := m.opts.Tool
	switch {
	case run == nil:
		m.say("there are no tools here")
		return nil
	case line == "":
		m.say(`name a tool, an action and its JSON: /tool ID scrape {"url": "https://example.com"}`)
		return nil
	case m.tool != nil:
		m.say("a tool runs already; %s stops it", m.keyOf("escape"))
		return nil
	}
	ctx, stop := context.WithCancel(m.ctx)
	t, c := &toolRun{stop: stop}, m.conv
	m.tool = t
	name, _, _ := strings.Cut(line, " ")
	c.view.Append(&transcript.Notice{Text: name + " runs …"})
	c.view.Bottom()
	return func() tea.Msg {
		defer stop()
		r, err := run(ctx, c.provider, line)
		return toldMsg(func(m *Model) tea.Cmd {
			m.tool = nil
			m.toolReturned(c, line, r, err)
			return nil
		})
	}
}

// stopTool stops waiting for the tool that runs, if one does.
func (m *Model) stopTool() bool {
	if m.tool == nil || m.tool.stopped {
		return false
	}
	m.tool.stopped = true
	m.tool.stop()
	m.stopped = m.opts.Now()
	return true
}

// toolReturned shows what a tool returned, and offers it to the model.
func (m *Model) toolReturned(c *conversation, line string, r ToolResult, err error) {
	for _, n := range r.Notices {
		c.view.Append(&transcript.Notice{Text: n, Warning: err != nil})
	}
	if err != nil {
		e := api.AsError(err)
		what := e.Message
		if e.Hint != "" {
			what += " · " + e.Hint
		}
		if e.Kind == api.ErrInvalid && c == m.conv && m.composer.Empty() {
			m.composer.SetValue("/tool " + line) // to be corrected
		}
		c.view.Append(&transcript.Notice{Text: "The tool returned nothing: " + what, Warning: true})
		return
	}
	c.view.Append(&transcript.Notice{Text: toolText(r)})
	if c != m.conv {
		m.say("%s returned; its result is in %s", r.Name, c.session.Title)
		c.draft.files = append(c.draft.files, r.File)
		return
	}
	c.view.Bottom()
	m.composer.Attach(r.File)
	m.say("the result goes with the next message; backspace takes it away")
}

// longestResult is how many lines of a result are shown. The file has them all.
const longestResult = 20

// toolText is a result as it is shown.
func toolText(r ToolResult) string {
	head := r.Name + " · " + r.Action
	if usd := r.Cost.USD; usd != nil {
		head += " · " + figures.USD(*usd)
	}
	text := strings.TrimRight(r.Text, "\n")
	if block, ok := strings.CutPrefix(text, "```json\n"); ok { // for a model; a person sees what it is
		text = strings.TrimSuffix(block, "\n```")
	}
	lines := strings.Split(text, "\n")
	if n := len(lines) - longestResult; n > 1 {
		lines = append(lines[:longestResult:longestResult], fmt.Sprintf("… and %d more lines", n))
	}
	return head + "\n" + strings.Join(lines, "\n")
}
