// This file owns what a key does, from the press to the command: a dialog gets
// it first, then the table of commands by focus, then the composer.

package ui

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// afterStop is how long a further esc does nothing: who stops an answer in a
// hurry presses twice.
const afterStop = 500 * time.Millisecond

// againQuits is how soon the second ctrl+c must come.
const againQuits = 2 * time.Second

func (m *Model) press(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	if key != "ctrl+c" {
		m.quitting = time.Time{} // "again" means twice in a row
	}
	m.sends = false // a key later, it may be something else
	if m.dialog != nil {
		switch {
		case key == "ctrl+c":
			return m.closeDialog()
		case m.hasty():
			return nil
		}
		return tea.Batch(m.act(m.dialog.Press(k)), m.seekModels())
	}
	if cmd, taken := m.pickCode(key); taken {
		return cmd
	}
	m.forgetWriting()
	if m.typingQuery() && m.pressFind(k) {
		return nil
	}
	scope := Composing
	if m.typingQuery() {
		scope = Anywhere
	} else if m.focus == reading {
		scope = Reading
	}
	for _, s := range []Scope{scope, Anywhere} {
		if c := m.pressed(key, s); c != nil {
			return c.run(m, "")
		}
	}
	if m.focus == composing {
		m.composer.Press(m.composerKey(k))
		return m.listPaths()
	}
	return nil
}

// composerKey is a key as the composer knows it: for one that the config gives
// to what the composer does itself, the key that it does it by.
func (m *Model) composerKey(k tea.KeyPressMsg) tea.KeyPressMsg {
	key := k.String()
	for _, c := range m.commands {
		if i := slices.Index(c.Keys, key); i >= 0 && len(c.own) > 0 && !slices.Contains(c.own, key) {
			return keyNamed(c.own[min(i, len(c.own)-1)])
		}
	}
	return k
}

// keyNamed is the key of a name as it stands in the table of commands.
func keyNamed(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			name, k.Mod = rest, k.Mod|mod
		}
	}
	switch name {
	case "up":
		k.Code = tea.KeyUp
	case "down":
		k.Code = tea.KeyDown
	case "enter":
		k.Code = tea.KeyEnter
	default:
		k.Code, _ = utf8.DecodeRuneInString(name)
	}
	return k
}

// escape stops the visible answer, else moves to the transcript.
func (m *Model) escape() tea.Cmd {
	switch {
	case m.finding():
		m.closeFind()
	case m.focus == composing && m.leaveEditing():
	case m.stopDigest():
	case m.conv.turn != nil && !m.conv.turn.stopped:
		m.unmark()
		m.stop()
	case m.stopTool():
	case m.unmark():
	case m.opts.Now().Sub(m.stopped) < afterStop:
	case m.focus == reading:
		m.setFocus(composing)
	case m.conv.view.Len() > 0:
		m.setFocus(reading)
	}
	return nil
}

func (m *Model) stop() {
	t := m.conv.turn
	t.stopped = true
	t.cancel()
	m.stopped = m.opts.Now()
}

// cancelOrQuit takes back one thing at a time, and quits when nothing is left
// and the person insists.
func (m *Model) cancelOrQuit() tea.Cmd {
	now := m.opts.Now()
	switch {
	case !m.composer.Empty():
		m.composer.Reset()
		m.say("cleared; %s brings it back", m.keyOf("restore"))
	case m.stopDigest():
	case m.conv.turn != nil && !m.conv.turn.stopped:
		m.stop()
	case m.stopTool():
	case now.Sub(m.quitting) < againQuits:
		return m.quit()
	default:
		m.quitting = now
		m.say("%s again quits", m.keyOf("cancel"))
	}
	return nil
}

// quit stops the visible turn and leaves; [Run] waits until all is saved.
func (m *Model) quit() tea.Cmd {
	m.leaving = true
	if m.conv.turn != nil {
		m.conv.turn.cancel()
	}
	return tea.Quit
}

func (m *Model) say(format string, args ...any) {
	m.now = m.opts.Now()
	m.status.say(m.now, format, args...)
}

func (m *Model) toReading() tea.Cmd {
	if fits := m.completions(); len(fits) > 0 {
		m.complete(fits)
		return nil
	}
	if _, ok := m.typed(); ok {
		return m.completePath()
	}
	if m.conv.view.Len() > 0 {
		m.setFocus(reading)
	}
	return nil
}

func (m *Model) toComposing() tea.Cmd { m.setFocus(composing); return nil }
func (m *Model) selectDown() tea.Cmd  { m.conv.view.Select(1); return nil }
func (m *Model) selectUp() tea.Cmd    { m.conv.view.Select(-1); return nil }
func (m *Model) pageUp() tea.Cmd      { return m.scroll(-(m.layout.transcript - 1)) }
func (m *Model) pageDown() tea.Cmd    { return m.scroll(m.layout.transcript - 1) }
func (m *Model) halfUp() tea.Cmd      { return m.scroll(-m.layout.transcript / 2) }
func (m *Model) halfDown() tea.Cmd    { return m.scroll(m.layout.transcript / 2) }

func (m *Model) top() tea.Cmd {
	m.conv.view.Top()
	m.conv.view.SelectEnd(-1)
	return nil
}

func (m *Model) bottom() tea.Cmd {
	m.conv.view.Bottom()
	if m.focus == reading {
		m.conv.view.SelectEnd(1)
	}
	return nil
}

func (m *Model) scroll(lines int) tea.Cmd {
	m.conv.view.ScrollBy(lines)
	return nil
}
