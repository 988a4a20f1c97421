package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// A session with a long answer comes to the screen drawn: what is there stays,
// and takes keys, until then.
func TestALongAnswerIsDrawnBeforeItIsShown(t *testing.T) {
	w := newWorld(t)
	w.emptied("huge", 6)
	w.exec(fmt.Sprintf(`UPDATE parts SET text = '%s' WHERE message_id = 'huge000005'`, strings.Repeat("many words\n\n", 8000)+"the end"))
	o := w.options()
	store, err := o.Store(t.Context(), func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	m := New(t.Context(), nil, o)
	defer m.close()
	m.store, m.ready = store, true
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	was := m.conv
	_, cmd := m.Update(m.load("huge", true)())
	if m.conv != was || m.ready {
		t.Fatal("it is shown before it is drawn")
	}
	m.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
	finish(m, cmd)
	if v := m.View().Content; m.conv == was || !m.ready || !strings.Contains(v, "the end") || was.draft.text != "x" {
		t.Errorf("it shows\n%s", v)
	}
}
