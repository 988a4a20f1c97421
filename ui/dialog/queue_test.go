package dialog

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/themes"
)

func TestQueueNamesMessagesFromItsEnd(t *testing.T) {
	d := NewQueue(themes.Plain())
	d.Resize(80, 24)
	for _, key := range []tea.KeyPressMsg{enter, {Code: tea.KeyUp, Mod: tea.ModAlt}, {Code: 'd', Mod: tea.ModCtrl}} {
		if a := d.Press(key); a != nil {
			t.Errorf("an empty queue asks for %#v", a)
		}
	}
	d.SetMessages([]string{"first", "second", "third"})
	d.Press(down)
	for _, tt := range []struct {
		key  tea.KeyPressMsg
		want Action
	}{
		{enter, TakeQueued{2}},
		{tea.KeyPressMsg{Code: tea.KeyUp, Mod: tea.ModAlt}, MoveQueued{2, -1}},
		{tea.KeyPressMsg{Code: tea.KeyDown, Mod: tea.ModShift}, MoveQueued{2, 1}},
		{tea.KeyPressMsg{Code: 'd', Mod: tea.ModCtrl}, DropQueued{2}},
		{esc, Close{}},
	} {
		if a := d.Press(tt.key); a != tt.want {
			t.Errorf("%s: %#v, want %#v", tt.key, a, tt.want)
		}
	}
	d.SetMessages([]string{"second", "third"}) // the first was sent
	if a := d.Press(enter); a != (TakeQueued{2}) {
		t.Errorf("another message is selected: %#v", a)
	}
}
