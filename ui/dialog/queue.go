package dialog

// queue.go owns how the messages that wait to be sent are listed, put in another
// order, taken back and dropped. It refuses to know when they are sent.

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
)

// Messages of a queue are named by their place from its end, 1 being the newest:
// while the dialog is open, only the oldest leaves it.
type (
	// TakeQueued takes a message back into the composer.
	TakeQueued struct{ FromEnd int }

	// DropQueued takes a message away.
	DropQueued struct{ FromEnd int }

	// MoveQueued moves a message, towards the front when By is -1.
	MoveQueued struct{ FromEnd, By int }
)

func (TakeQueued) action() {}
func (DropQueued) action() {}
func (MoveQueued) action() {}

// Queue is the dialog of the messages that wait to be sent.
type Queue struct {
	chooser
	messages []string
}

// NewQueue returns the dialog.
func NewQueue(theme themes.Theme) *Queue {
	d := &Queue{}
	d.title = "Queue"
	d.help = []string{"enter take back", "alt+↑ ↓ move", "ctrl+d drop", "esc close"}
	d.none = "nothing is queued"
	d.init(theme, picker.Options{Noun: "messages"})
	return d
}

// SetMessages replaces the messages, the next one first. What is selected stays
// selected.
func (d *Queue) SetMessages(messages []string) {
	if slices.Equal(messages, d.messages) {
		return
	}
	d.messages = slices.Clone(messages)
	items := make([]picker.Item, len(messages))
	for i, text := range messages {
		items[i] = promptItem(strconv.Itoa(len(messages)-i), text)
		items[i].Lead = strconv.Itoa(i + 1)
		items[i].Title = strings.TrimSpace(items[i].Title)
	}
	d.setItems(items)
}

// Select selects a message.
func (d *Queue) Select(fromEnd int) { d.list.Select(strconv.Itoa(fromEnd)) }

// Press acts on a key.
func (d *Queue) Press(key tea.KeyPressMsg) Action {
	id, _ := d.list.Selected()
	at, err := strconv.Atoi(id)
	if err == nil {
		switch key.Keystroke() {
		case "alt+up", "shift+up":
			return MoveQueued{at, -1}
		case "alt+down", "shift+down":
			return MoveQueued{at, 1}
		case "ctrl+d", "delete":
			return DropQueued{at}
		}
	}
	id, a := d.press(key)
	if at, err := strconv.Atoi(id); err == nil {
		return TakeQueued{at}
	}
	return a
}
