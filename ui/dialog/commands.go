package dialog

// commands.go owns how commands are offered. It refuses to know what they do.

import (
	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
)

// CommandRow is a command as the palette shows it.
type CommandRow struct{ Name, Does, Keys string }

// Commands is the palette: the dialog that chooses a command to run.
type Commands struct{ chooser }

// NewCommands returns the palette of the given commands.
func NewCommands(theme themes.Theme, rows []CommandRow) *Commands {
	d := &Commands{}
	d.title = "Commands"
	d.help = []string{"enter run", "esc close", "type to filter"}
	d.none = "no commands"
	d.init(theme, picker.Options{Noun: "commands"})
	items := make([]picker.Item, len(rows))
	for i, r := range rows {
		items[i] = picker.Item{ID: r.Name, Title: r.Name, Detail: r.Does, Columns: []string{r.Keys}, About: r.Does}
	}
	d.setItems(items)
	return d
}

// Press acts on a key.
func (d *Commands) Press(key tea.KeyPressMsg) Action {
	id, a := d.press(key)
	if id != "" {
		return RunCommand{id}
	}
	return a
}
