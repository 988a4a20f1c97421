// This file owns what a person takes out of a message: a code block to the
// clipboard, all of it to a file; and what comes in from the clipboard. Files
// are written by Options, in commands.

package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// copyCode copies the code block of the selected message; where there are
// several, the next key says which.
func (m *Model) copyCode() tea.Cmd {
	codes := m.conv.view.Codes()
	switch len(codes) {
	case 0:
		m.say("no code in this message")
		return nil
	case 1:
		return m.copy(codes[0])
	}
	m.picking, m.picked = len(codes), ""
	m.conv.view.NumberCodes(true)
	m.askCode()
	return nil
}

// askCode asks which code block is meant.
func (m *Model) askCode() {
	switch {
	case m.picking <= len(transcript.CodeKeys):
		m.say("which code block? %s, esc for none", m.codeKeys())
	case m.picked == "":
		m.say("which code block? write its number, %s, esc for none", m.codeKeys())
	default:
		m.say("which code block? %s, enter takes it", m.picked)
	}
}

// codeKeys are the keys that choose among the code blocks, for people.
func (m *Model) codeKeys() string {
	return "1–" + transcript.CodeName(m.picking-1, m.picking)
}

// pickCode takes the key that says which code block is meant. Any other one
// gives the choice up, and is passed on unless it is esc.
func (m *Model) pickCode(key string) (cmd tea.Cmd, taken bool) {
	if m.picking == 0 {
		return nil, false
	}
	i, more := m.pickByKey(key)
	if more {
		m.askCode()
		return nil, true
	}
	m.stopPicking()
	if codes := m.conv.view.Codes(); i >= 0 && i < len(codes) {
		return m.copy(codes[i]), true
	}
	return nil, key == "esc" || key == "ctrl+c"
}

// pickByKey returns which code block a key means, -1 for none; or that more keys
// are to come.
func (m *Model) pickByKey(key string) (i int, more bool) {
	if m.picking <= len(transcript.CodeKeys) {
		if len(key) != 1 {
			return -1, false
		}
		return strings.Index(transcript.CodeKeys, key), false
	}
	switch digit := len(key) == 1 && key[0] >= '0' && key[0] <= '9'; {
	case digit:
		m.picked += key
	case key == "backspace":
		m.picked = m.picked[:max(0, len(m.picked)-1)]
		return -1, true
	case key != "enter":
		return -1, false
	}
	n, _ := strconv.Atoi(m.picked)
	if n == 0 || n > m.picking { // no block has it
		m.picked = ""
		return -1, key != "enter"
	}
	return n - 1, key != "enter" && n*10 <= m.picking
}

// stopPicking gives the choice up.
func (m *Model) stopPicking() {
	if m.picking == 0 {
		return
	}
	m.picking, m.status.text = 0, ""
	m.conv.view.NumberCodes(false)
}

// written is the text of an entry as it goes to the clipboard, or to a file; ""
// when it has none.
func written(e transcript.Entry) string {
	switch e := e.(type) {
	case *transcript.User:
		return e.Text
	case *transcript.Answer:
		return e.Text()
	case *transcript.Digest:
		return e.Text
	}
	return ""
}

// writing is the message that the path in the composer is for.
type writing struct {
	entry transcript.Entry
	draft string // what was in the composer before
}

// askWhere asks for the path of the file that the selected message goes to.
func (m *Model) askWhere() tea.Cmd {
	e := m.conv.view.Selected()
	if written(e) == "" {
		m.say("nothing to write")
		return nil
	}
	m.writing = &writing{e, m.composer.Value()}
	m.composer.SetValue("/write ")
	m.setFocus(composing)
	return nil
}

// forgetWriting drops the message that was to be written when the person has
// turned to something else.
func (m *Model) forgetWriting() {
	if m.writing != nil && m.focus == composing && !strings.HasPrefix(m.composer.Value(), "/write") {
		m.writing = nil
	}
}

// writeMessage writes the message for which [Model.askWhere] asked to a file, or
// the last answer.
func (m *Model) writeMessage(path string) tea.Cmd {
	text := m.lastAnswer()
	if w := m.writing; w != nil {
		m.writing = nil
		text = written(w.entry)
		m.composer.SetValue(w.draft)
	}
	write, ctx := m.opts.Write, m.ctx
	switch {
	case write == nil:
		m.say("nothing can be written here")
		return nil
	case text == "":
		m.say("nothing to write yet")
		return nil
	case path == "":
		m.say("name a file: /write PATH")
		return nil
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return func() tea.Msg {
		where, err := write(ctx, path, text)
		return toldMsg(func(m *Model) tea.Cmd {
			if err != nil {
				e := api.AsError(err)
				m.say("%s", joinHint(e.Message, e.Hint))
				return nil
			}
			m.say("wrote %s to %s", lineCount(text), where)
			return nil
		})
	}
}

func joinHint(what, hint string) string {
	if hint == "" {
		return what
	}
	return what + " · " + hint
}

// pasteClipboard takes what is on the clipboard: an image is attached, text goes
// into the composer. Where no clipboard can be read here, the terminal is asked.
func (m *Model) pasteClipboard() tea.Cmd {
	from, ctx := m.opts.Clipboard, m.ctx
	m.reading++
	return func() tea.Msg {
		if image, mime, err := from.ReadImage(ctx); err == nil {
			return attachedMsg{file: clipboardImage(image, mime)}
		}
		text, _ := from.ReadText(ctx)
		return toldMsg(func(m *Model) tea.Cmd { return m.clipboardRead(text) })
	}
}

func (m *Model) clipboardRead(text string) tea.Cmd {
	m.reading--
	if text == "" {
		m.say("no clipboard here holds anything; asked the terminal for its own")
		return tea.ReadClipboard
	}
	return m.paste(text)
}

// clipboardImage is an image as a file.
func clipboardImage(image []byte, mime string) api.File {
	sum := sha256.Sum256(image)
	_, kind, _ := strings.Cut(mime, "/")
	return api.File{
		Name: "clipboard." + kind, MIME: mime, Size: int64(len(image)),
		SHA256: hex.EncodeToString(sum[:]), Data: image,
	}
}
