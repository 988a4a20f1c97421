// This file owns the line in which a person writes what to find in the
// conversation. Where it is found is the transcript's business.

package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/charmbracelet/x/ansi"
)

// findLine is the line while it is open, and what was looked for last.
type findLine struct {
	view   *transcript.Transcript // in which is searched; nil: the line is closed
	query  string
	typing bool  // keys go to the line
	from   focus // where they went before
}

// longestQuery bounds what can be looked for, in bytes.
const longestQuery = 500

// finding reports whether the line is open, for the conversation on screen.
func (m *Model) finding() bool { return m.find.view != nil && m.find.view == m.conv.view }

// typingQuery reports whether keys go to the line.
func (m *Model) typingQuery() bool { return m.finding() && m.find.typing }

// openFind opens the line, empty or with what there is to find.
func (m *Model) openFind(query string) tea.Cmd {
	if m.conv.view.Len() == 0 {
		m.say("nothing to find in yet")
		return nil
	}
	m.leaveFind()
	m.find = findLine{view: m.conv.view, typing: true, from: m.focus}
	m.focus = reading
	m.composer.Blur()
	m.query(query)
	return nil
}

func (m *Model) openEmptyFind() tea.Cmd { return m.openFind("") }

// leaveFind ends a search that was left behind, in another conversation.
func (m *Model) leaveFind() {
	if m.find.view != nil {
		m.find.view.EndFind()
		m.find.view = nil
	}
}

// query looks for something else.
func (m *Model) query(text string) {
	text = strings.Join(strings.FieldsFunc(sanitize.Line(text), func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	if len(text) > longestQuery {
		return
	}
	m.find.query = text
	m.find.view.Find(text)
}

// closeFind closes the line and stays at what was found.
func (m *Model) closeFind() {
	found := m.find.view.Found().Current > 0
	m.leaveFind()
	if m.find.typing && !found && m.find.from == composing {
		m.setFocus(composing)
	} else {
		m.setFocus(reading)
	}
	m.find.typing = false
}

func (m *Model) findNext() tea.Cmd     { return m.findBy(1) }
func (m *Model) findPrevious() tea.Cmd { return m.findBy(-1) }

// findBy goes from match to match, opening the line again for what was looked
// for last.
func (m *Model) findBy(delta int) tea.Cmd {
	switch {
	case m.find.query == "":
		m.say("%s finds in the conversation", m.keyOf("search"))
	case !m.finding():
		m.leaveFind()
		m.find.view, m.find.typing, m.find.from = m.conv.view, false, m.focus
		m.find.view.Find(m.find.query)
	default:
		m.find.view.FindNext(delta)
	}
	return nil
}

// pressFind gives a key to the line, and reports whether it was for it.
func (m *Model) pressFind(k tea.KeyPressMsg) bool {
	q := m.find.query
	switch k.String() {
	case "esc", "ctrl+c":
		m.closeFind()
	case "enter", "down":
		m.find.view.FindNext(1)
	case "shift+enter", "up":
		m.find.view.FindNext(-1)
	case "backspace", "ctrl+h":
		m.query(withoutLast(q))
	case "ctrl+w":
		q = strings.TrimRight(q, " ")
		m.query(q[:strings.LastIndexByte(q, ' ')+1])
	case "ctrl+u":
		m.query("")
	case "tab": // on to the messages, with what was found in sight
		m.find.typing = false
		m.setFocus(reading)
	default:
		if k.Text == "" {
			return false
		}
		m.query(q + k.Text)
	}
	return true
}

// withoutLast is a text without its last character, of however many code points.
func withoutLast(text string) string {
	last, state := 0, byte(0)
	for at := 0; at < len(text); {
		_, _, n, next := ansi.DecodeSequence(text[at:], state, nil)
		last, at, state = at, at+n, next
	}
	return text[:last]
}

// viewFind is the line: what is looked for, and how often it was found.
func (m *Model) viewFind() string {
	w := m.layout.width
	left, query := m.findStart()
	room := w - ansi.StringWidth(left+query) - 2*margin
	right := m.viewFound()
	for _, h := range []hint{{"enter", "next"}, {"shift+enter", "previous"}, {"esc", "close"}} {
		if !m.find.typing && h.key != "esc" {
			h.key = map[string]string{"next": m.keyOf("find-next"), "previous": m.keyOf("find-previous")}[h.does]
		}
		longer := right + m.chrome.faint.Render(" · ") + m.chrome.accent.Render(h.key) + " " + m.chrome.muted.Render(h.does)
		if ansi.StringWidth(longer) > room {
			break
		}
		right = longer
	}
	return spread(left+query, right+strings.Repeat(" ", margin), w)
}

// findStart is the line up to its cursor: a name, and the end of the query where
// it does not fit.
func (m *Model) findStart() (name, query string) {
	name = strings.Repeat(" ", margin) + m.chrome.accent.Render("find") + " "
	room := max(1, m.layout.width-ansi.StringWidth(name)-ansi.StringWidth(m.viewFound())-2*margin)
	query = m.find.query
	if over := ansi.StringWidth(query) - room; over > 0 {
		query = ansi.TruncateLeft(query, over+1, "…")
	}
	return name, query
}

// viewFound is the count.
func (m *Model) viewFound() string {
	f := m.find.view.Found()
	switch {
	case strings.TrimSpace(m.find.query) == "":
		return ""
	case f.Total == 0:
		return m.chrome.warning.Render("nothing found")
	}
	total := figures.Count(int64(f.Total))
	if f.Rough {
		total = "≈ " + total
	}
	if f.Current == 0 {
		return m.chrome.muted.Render(total + " found") // since it was written
	}
	return m.chrome.muted.Render(fmt.Sprintf("%s/%s", figures.Count(int64(f.Current)), total))
}

// findCursor is where the terminal's cursor stands in the line.
func (m *Model) findCursor() *tea.Cursor {
	name, query := m.findStart()
	return tea.NewCursor(min(ansi.StringWidth(name+query), m.layout.width-1), m.layout.height-1)
}
