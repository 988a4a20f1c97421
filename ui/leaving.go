// This file owns the end of the chat, however it comes: what is saved last, what
// is left over, and that a failure of ours takes neither that nor the terminal
// with it.

package ui

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// guard stands between Bubble Tea and the chat. Where the chat panics, it ends
// as if the person had left, so that all is saved, and the terminal is theirs.
type guard struct {
	m    *Model
	quit func() // may wait for the program
	last tea.View
}

// panicMsg tells of a panic in a command.
type panicMsg struct{ err error }

// Init begins the chat.
func (g *guard) Init() tea.Cmd { return g.safe(g.m.Init()) }

// Update passes a message on.
func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g
	if failed, is := msg.(panicMsg); is {
		g.fail(failed.err)
	}
	if g.m.failure != nil {
		return next, tea.Quit
	}
	if err := g.guarded(func() { _, cmd = g.m.Update(msg) }); err != nil {
		return next, tea.Quit
	}
	return next, g.safe(cmd)
}

// View draws the chat; what was drawn last, when that fails.
func (g *guard) View() tea.View {
	if g.m.failure == nil {
		if err := g.guarded(func() { g.last = g.m.View() }); err != nil {
			go g.quit()
		}
	}
	return g.last
}

// guarded calls f, and makes a failure of the chat of a panic in it.
func (g *guard) guarded(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
			g.fail(err)
		}
	}()
	f()
	return nil
}

// safe makes a command whose panic is told, and those that it leads to.
func (g *guard) safe(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = panicMsg{panicked(r)}
			}
		}()
		msg = cmd()
		if batch, is := msg.(tea.BatchMsg); is {
			for i := range batch {
				batch[i] = g.safe(batch[i])
			}
		}
		return msg
	}
}

func (g *guard) fail(err error) {
	if g.m.failure == nil {
		g.m.failure = err
	}
	g.m.leaving = true
}

func panicked(r any) error {
	return &api.Error{
		Kind: api.ErrInternal, Message: fmt.Sprintf("aimlchat failed: %v", r),
		Hint: "what was said is kept; please report this",
		Err:  fmt.Errorf("panic: %v\n%s", r, debug.Stack()),
	}
}

// close takes in what turns left when the screen went away, tries once more to
// save what could not be saved, and lets go of what the program held. Turns
// must have ended.
func (m *Model) close() {
	m.leaving = true
	for _, c := range m.live {
		b := c.turn.batch
		if lost := b.lost(); lost != nil {
			m.arrived(*lost)
		}
		if c.turn != nil {
			m.arrived(b.take())
		}
	}
	for _, c := range slices.Collect(m.conversations()) {
		m.finishSaving(c)
		m.saveRest(c)
		m.saveBeside(c)
		c.release()
	}
	if m.store != nil {
		_ = m.store.Close() // everything is committed; nobody is left to tell
	}
}

// lastSave bounds the last attempt to save, so that leaving takes no longer.
const lastSave = 3 * time.Second

// saveRest saves what is not saved yet.
func (m *Model) saveRest(c *conversation) {
	if m.store == nil || !m.dirty(c) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), lastSave)
	defer cancel()
	k := m.keeper(c)
	c.missed = session.Change{}
	k.run(ctx)
	m.keptUp(keptMsg{c, k})
}

// finishSaving ends the attempt to save that the end of the program came upon:
// the database must not be closed under it.
func (m *Model) finishSaving(c *conversation) {
	if k := c.saver; k != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), lastSave)
		defer cancel()
		k.attempt(ctx)
		m.keptUp(keptMsg{c, k})
	}
}

// Unsaved is what could not be saved, when there is no other chance.
type Unsaved struct {
	What string // in a few words, and why; "": all is saved
	Text string // all of it, as Markdown
}

// left tells what is not saved at the end.
func (m *Model) left() Unsaved {
	if m.opts.Store == nil {
		return Unsaved{}
	}
	var b strings.Builder
	messages, drafts := 0, 0
	for c := range m.conversations() {
		if c.lent { // it is told where it was written
			continue
		}
		for i := range c.unsaved {
			msg := &c.unsaved[i]
			who := "you"
			if msg.Role == api.Assistant {
				who = msg.Model
			}
			fmt.Fprintf(&b, "## %s\n\n%s\n", who, prompt{msg.Content(), filesOf(msg.Parts)}.markdown())
			messages++
		}
		for i, p := range slices.Insert(slices.Clone(c.queue), 0, m.draftOf(c)) {
			if p.blank() || i == 0 && samePrompt(p, c.kept.draft) || i > 0 && samePrompts(c.queue, c.kept.queue) {
				continue
			}
			fmt.Fprintf(&b, "## not sent yet\n\n%s\n", p.markdown())
			drafts++
		}
	}
	return Unsaved{What: m.unsavedWords(messages, drafts), Text: b.String()}
}

// markdown is the text, and the names of the files.
func (p prompt) markdown() string {
	var b strings.Builder
	if p.text != "" {
		b.WriteString(p.text + "\n")
	}
	for _, f := range p.files {
		b.WriteString("\nwith " + f.Name + "\n")
	}
	return b.String()
}

func (m *Model) unsavedWords(messages, drafts int) string {
	var what []string
	for _, n := range []struct {
		n         int
		one, many string
	}{{messages, "message", "messages"}, {drafts, "text that was not sent", "texts that were not sent"}} {
		switch {
		case n.n == 1:
			what = append(what, "1 "+n.one)
		case n.n > 1:
			what = append(what, fmt.Sprintf("%d %s", n.n, n.many))
		}
	}
	if len(what) == 0 {
		return ""
	}
	why := ""
	if m.keeping.why != nil {
		why = ": " + faultOf(m.keeping.why)
	}
	return strings.Join(what, " and ") + why
}
