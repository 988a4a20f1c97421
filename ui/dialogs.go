// This file opens dialogs and carries out what comes of them.

package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// modal is a dialog as the root sees it. At most one is open; it gets every
// key and returns what is to be done.
type modal interface {
	Press(tea.KeyPressMsg) dialog.Action
	Paste(string)
	ScrollBy(lines int)
	Resize(width, height int)
	SetTheme(themes.Theme)
	View() string
	Cursor() (x, y int, ok bool)
}

// act carries out what a dialog asks for.
func (m *Model) act(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case nil:
		return nil
	case dialog.Close:
		return m.closeDialog()
	case dialog.ChooseModel:
		m.dialog = nil
		return m.modelChosen(a.Provider, a.ID)
	case dialog.AskModels:
		return m.askModels(a.Provider)
	case dialog.Compact:
		m.dialog = nil
		return m.compacted(a)
	case dialog.JumpTo:
		m.dialog = nil
		return m.jump(a.MessageID)
	case dialog.OpenSession:
		m.dialog = nil
		return m.openAt(a.ID, a.MessageID)
	case dialog.SearchSessions, dialog.ChangeSession, dialog.TrashSession, dialog.DeleteSession:
		return m.keepHouse(a)
	case dialog.TakeQueued:
		m.dialog = nil
		return m.takeQueued(a.FromEnd)
	case dialog.DropQueued:
		m.dropQueued(a.FromEnd)
		return nil
	case dialog.MoveQueued:
		m.moveQueued(a.FromEnd, a.By)
		return nil
	case dialog.UsePrompt:
		m.dialog = nil
		return m.usePrompt(a.Text)
	case dialog.RunCommand:
		m.dialog = nil
		return m.runCommand(a.Name)
	case dialog.OpenURL:
		m.dialog = nil
		return m.openURL(a.URL)
	case dialog.Copy:
		return m.copy(a.Text)
	case dialog.Decided:
		m.dialog = nil
		return m.wayChosen(a.Way)
	case dialog.Answered:
		m.dialog = nil
		return m.decided(a.Yes)
	}
	return nil
}

// confirm asks a question, to which the person's last key led, and which is no
// dialog's. What takes the dialog away without an answer answers no.
func (m *Model) confirm(q dialog.Question, decide func(yes bool) tea.Cmd) {
	m.open(dialog.NewConfirm(m.theme, q))
	m.decide, m.asked = decide, m.opts.Now()
}

// typedAhead is how soon after a question a key can't be meant as its answer,
// nor one that follows it so soon.
const typedAhead = 500 * time.Millisecond

// hasty reports whether a key comes too soon after a question to answer it.
func (m *Model) hasty() bool {
	now := m.opts.Now()
	if m.decide == nil || now.Sub(m.asked) >= typedAhead {
		return false
	}
	m.asked = now
	return true
}

// decided carries out what follows the answer to the open question, if one is.
func (m *Model) decided(yes bool) tea.Cmd {
	decide := m.decide
	m.decide = nil
	if decide == nil {
		return nil
	}
	return decide(yes)
}

// closeIf closes a dialog if it is the open one.
func (m *Model) closeIf(d modal) {
	if m.dialog == d {
		m.dialog = nil
	}
}

// closeDialog closes the dialog without a choice. Who was to pick a session to
// begin with, and did not, begins a new one.
func (m *Model) closeDialog() tea.Cmd {
	m.dialog = nil
	if m.opts.Open.Pick {
		m.opts.Open = Open{}
		return m.sendPrompt()
	}
	return m.decided(false)
}

func (m *Model) open(d modal) {
	if m.decide != nil {
		_ = m.decided(false) // no does nothing that takes a command
	}
	m.dialog, m.chosen = d, nil
	m.status.text = "" // it was about the screen that goes
	d.Resize(m.layout.width, m.layout.height)
}

// openHelp shows the table of commands.
func (m *Model) openHelp() tea.Cmd {
	var sections []dialog.Section
	for _, scope := range []Scope{Anywhere, Composing, Reading} {
		s := dialog.Section{Title: string(scope)}
		for _, c := range m.commands {
			if c.Scope == scope {
				s.Rows = append(s.Rows, dialog.Row{Keys: keysText(c), Text: c.Does})
			}
		}
		sections = append(sections, s)
	}
	m.open(dialog.NewHelp(m.theme, sections))
	return nil
}

// keysText lists all ways to call a command.
func keysText(c Command) string {
	ways := slices.Clone(c.Keys)
	if c.Slash != "" {
		ways = append(ways, c.Slash)
	}
	return strings.Join(ways, ", ")
}

// openPalette lists the commands to search and run.
func (m *Model) openPalette() tea.Cmd {
	var rows []dialog.CommandRow
	for _, c := range m.commands {
		if c.run != nil && c.Scope == Anywhere && c.Name != "palette" && c.Name != "escape" && c.Name != "cancel" {
			rows = append(rows, dialog.CommandRow{Name: c.Name, Does: c.Does, Keys: keysText(c)})
		}
	}
	m.open(dialog.NewCommands(m.theme, rows))
	return nil
}

func (m *Model) runCommand(name string) tea.Cmd {
	for i := range m.commands {
		if c := &m.commands[i]; c.Name == name && c.run != nil {
			if strings.Contains(c.Slash, " ") && !strings.Contains(c.Slash, "[") {
				m.composer.SetValue(slashName(c.Slash) + " ") // it needs an argument
				m.setFocus(composing)
				return nil
			}
			return c.run(m, "")
		}
	}
	return nil
}

// viewDialog draws the open dialog over an otherwise empty screen. What is said
// meanwhile stands in the last row.
func (m *Model) viewDialog() (string, *tea.Cursor) {
	content := m.dialog.View()
	if m.status.fading(m.now) {
		rows := strings.SplitN(content, "\n", m.layout.height)
		for len(rows) < m.layout.height {
			rows = append(rows, "")
		}
		rows[len(rows)-1] = m.status.line(m.chrome.muted, m.layout.width)
		content = strings.Join(rows, "\n")
	}
	if x, y, ok := m.dialog.Cursor(); ok {
		return content, tea.NewCursor(x, y)
	}
	return content, nil
}

// rename gives the session another title.
func (m *Model) rename(title string) tea.Cmd {
	if title == "" {
		m.composer.SetValue("/title " + m.conv.session.Title)
		return nil
	}
	m.conv.session.Title, m.conv.session.TitleBy = title, session.TitleByPerson
	return m.change(m.conv, session.Change{Title: &title})
}

// setSystem sets the system prompt for the messages to come.
func (m *Model) setSystem(text string) tea.Cmd {
	if m.onlyFollowed() {
		return nil
	}
	m.conv.session.System = text
	if text == "" {
		m.say("no system prompt from here on")
	} else {
		m.say("the system prompt holds from the next message on")
	}
	return m.change(m.conv, session.Change{System: &text})
}

// change writes a change of a session to the database, if it is there already;
// else it goes with the first prompt, or after it.
func (m *Model) change(c *conversation, ch session.Change) tea.Cmd {
	store, id, ctx := m.store, c.session.ID, m.ctx
	if store == nil || !c.saved || ch == (session.Change{}) {
		return nil
	}
	return func() tea.Msg {
		if err := store.Update(context.WithoutCancel(ctx), id, ch); err != nil {
			return toldMsg(func(m *Model) tea.Cmd {
				c.missed = merged(ch, c.missed)
				m.trouble(c, err)
				return nil
			})
		}
		return nil
	}
}
