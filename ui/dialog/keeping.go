package dialog

// keeping.go owns what can be done with the selected session: which keys do it,
// the line in which a title or tags are written, and the question before
// something goes for good. It changes nothing itself.

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

type (
	// SearchSessions finds what is typed in a [Sessions]; "" is no search. The
	// dialog stays.
	SearchSessions struct{ Text string }

	// ChangeSession pins, renames or tags a session. The dialog stays.
	ChangeSession struct {
		ID     string
		Change session.Change
	}

	// TrashSession throws a session away, or brings it back. The dialog stays.
	TrashSession struct {
		ID   string
		Back bool
	}

	// DeleteSession removes a session from the trash, for good. The dialog stays.
	DeleteSession struct{ ID string }
)

func (SearchSessions) action() {}
func (ChangeSession) action()  {}
func (TrashSession) action()   {}
func (DeleteSession) action()  {}

// entry is a line that is being written.
type entry struct {
	id    string // of the session that it is about
	label string
	text  string
	done  func(text string) session.Change
}

// Press acts on a key.
func (d *Sessions) Press(key tea.KeyPressMsg) Action {
	switch {
	case d.doomed != "":
		return d.decide(key)
	case d.entry != nil:
		return d.write(key)
	}
	if a, did := d.keep(key); did {
		return a
	}
	before := d.Typed()
	id, a := d.press(key)
	d.entered = id != "" && len(d.hits) > 0 && d.searched != before
	switch {
	case d.entered: // it is shown for less than what was typed
		return nil
	case id != "":
		return d.choose(id)
	case a == nil && d.Typed() != before:
		return SearchSessions{d.Typed()}
	}
	return a
}

// choose is what enter does with a session.
func (d *Sessions) choose(id string) Action {
	if d.inTrash() {
		return TrashSession{id, true}
	}
	return OpenSession{id, d.messageOf(id)}
}

// messageOf is the message that was found in a session, if one was.
func (d *Sessions) messageOf(id string) string {
	for i := range d.hits {
		if d.hits[i].ID == id {
			return d.hits[i].MessageID
		}
	}
	return ""
}

// Paste types into the filter, or into the line that is being written.
func (d *Sessions) Paste(s string) {
	if d.entry != nil {
		d.entry.text += strings.TrimSpace(strings.Join(strings.Fields(s), " "))
		return
	}
	d.chooser.Paste(s)
}

// remind says which keys there are.
func (d *Sessions) remind() {
	switch {
	case d.doomed != "":
		d.help = []string{"y delete for good", "n keep"}
	case d.entry != nil:
		d.help = []string{"enter keep it", "esc leave it"}
	case d.inTrash():
		d.help = []string{"enter restore", "ctrl+d delete for good", "esc close"}
	default:
		d.help = []string{"enter open", "ctrl+f pin", "ctrl+e name", "ctrl+t tags", "ctrl+d trash", "esc close", "is:trash"}
		if len(d.trashed) > 0 {
			d.help = slices.Insert(d.help, 1, "ctrl+z undo")
		}
	}
}

// keep acts on a key that does something with the selected session.
func (d *Sessions) keep(key tea.KeyPressMsg) (a Action, did bool) {
	defer d.remind()
	stroke := key.Keystroke()
	if n := len(d.trashed); stroke == "ctrl+z" && n > 0 {
		id := d.trashed[n-1]
		d.trashed, d.back = d.trashed[:n-1], id
		return TrashSession{id, true}, true
	}
	s := d.selected()
	switch stroke {
	case "ctrl+f", "ctrl+e", "f2", "ctrl+t", "ctrl+d", "ctrl+z":
	default:
		return nil, false
	}
	if s == nil {
		return nil, true
	}
	trashed := !s.Trashed.IsZero()
	switch {
	case stroke == "ctrl+z" && trashed:
		return TrashSession{s.ID, true}, true
	case stroke == "ctrl+z":
	case stroke == "ctrl+d" && trashed:
		d.doomed = s.ID
		d.ask = fmt.Sprintf("delete %q for good? y or n", ansi.Truncate(sanitize.Line(s.Title), maxModel, "…"))
		d.refresh()
	case stroke == "ctrl+d":
		d.trashed = append(d.trashed, s.ID)
		return TrashSession{s.ID, false}, true
	case stroke == "ctrl+f":
		return ChangeSession{s.ID, session.Change{Pinned: new(!s.Pinned)}}, true
	case stroke == "ctrl+t":
		d.begin(entry{s.ID, "tags", strings.Join(s.Tags, " "), func(text string) session.Change {
			return session.Change{Tags: new(strings.Fields(strings.ReplaceAll(text, ",", " ")))}
		}})
	default:
		d.begin(entry{s.ID, "title", s.Title, func(text string) session.Change {
			return session.Change{Title: &text, TitleBy: new(session.TitleByPerson)}
		}})
	}
	return nil, true
}

// selected is what is known of the selected session.
func (d *Sessions) selected() *session.Summary {
	id, ok := d.list.Selected()
	if !ok {
		return nil
	}
	for i := range d.hits {
		if d.hits[i].ID == id {
			return &d.hits[i].Summary
		}
	}
	for i := range d.sessions {
		if d.sessions[i].ID == id {
			return &d.sessions[i]
		}
	}
	return nil
}

// begin begins to write a line about the selected session.
func (d *Sessions) begin(e entry) {
	d.entry = &e
	d.written = func(width int) string {
		label := e.label + " › "
		room := max(width-ansi.StringWidth(label)-1, 1)
		text := sanitize.Line(e.text)
		if over := ansi.StringWidth(text) - room; over > 0 {
			text = ansi.TruncateLeft(text, over+1, "…")
		}
		return ansi.Truncate(d.look.accent.Render(label)+d.look.text.Render(text), width, "")
	}
}

// write acts on a key while a line is being written.
func (d *Sessions) write(key tea.KeyPressMsg) Action {
	e := d.entry
	if text := key.Text; text != "" && text >= " " && text[0] != 0x7F {
		e.text += text
		return nil
	}
	switch key.Keystroke() {
	case "enter", "kpenter":
		d.leave()
		return ChangeSession{e.id, e.done(strings.TrimSpace(e.text))}
	case "esc", "ctrl+c":
		d.leave()
	case "backspace", "shift+backspace":
		e.text = picker.DropLast(e.text)
	case "ctrl+u":
		e.text = ""
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		s := strings.TrimRight(e.text, " ")
		e.text = s[:strings.LastIndexByte(s, ' ')+1]
	}
	return nil
}

func (d *Sessions) leave() {
	d.entry, d.written = nil, nil
	d.remind()
}

// decide takes the answer to the question whether a session goes for good.
func (d *Sessions) decide(key tea.KeyPressMsg) Action {
	id := d.doomed
	yes := key.Text == "y" || key.Text == "Y"
	if no := key.Text == "n" || key.Text == "N" || slices.Contains([]string{"esc", "ctrl+c", "enter"}, key.Keystroke()); !yes && !no {
		return nil
	}
	d.doomed, d.ask = "", ""
	d.remind()
	d.refresh()
	if yes {
		return DeleteSession{id}
	}
	return nil
}
