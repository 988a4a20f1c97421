// Package dialog is what opens over the transcript: the models to choose from,
// the sessions to resume, the commands, the keys; the details of a message, its
// links, the costs, a question.
//
// A dialog takes every key and answers each with an [Action], which the root
// carries out; it does nothing by itself. It is given the whole screen and
// draws itself in the middle of it, so that its View is that of the screen.
// All it shows is sanitised on the way in.
package dialog

// dialog.go owns the actions, and what all dialogs that choose from a list
// have in common. The frame is frame.go's.

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Action is what is to be done now. It is nil or one of the types below.
type Action interface{ action() }

type (
	// Close closes the dialog.
	Close struct{}

	// ChooseModel sends the next message to another model.
	ChooseModel struct{ Provider, ID string }
	// AskModels asks a provider for its models, whatever that takes.
	AskModels struct{ Provider string }

	// OpenSession resumes a session, at a message of it.
	OpenSession struct {
		ID        string
		MessageID string // "": where it was left
	}

	// RunCommand runs a command of the table.
	RunCommand struct{ Name string }

	// OpenURL opens an address that the person has seen: printable ASCII, of
	// http, https or mailto.
	OpenURL struct{ URL string }

	// Copy copies a text; the dialog stays.
	Copy struct{ Text string }

	// Answered answers the question of a [Confirm]. The dialog is done.
	Answered struct {
		ID  string // of the question
		Yes bool
	}
)

func (Close) action()       {}
func (ChooseModel) action() {}
func (AskModels) action()   {}
func (OpenSession) action() {}
func (RunCommand) action()  {}
func (OpenURL) action()     {}
func (Copy) action()        {}
func (Answered) action()    {}

// chooser is a dialog around a picker. Who embeds it makes the items and turns
// the chosen one into an action.
type chooser struct {
	frame
	title   string
	help    []string // hints below the list, the most needed first
	toggles string   // the key that opened it, which closes it again
	list    *picker.Picker
	pane    pane // about what is selected

	loading bool
	busy    string // said while it loads
	none    string // said when there is nothing
	failure string
	ask     string // a question about what is selected; "": none is put

	// written, if it is not nil, is a line that is being written in the place of the
	// filter, as much of it as there is room for.
	written func(width int) string
}

// pane is rows below a list about what is selected in it. They are as many for
// every item, so that nothing shifts while one moves along the list.
type pane struct {
	want          func(width, height int) int      // rows, of a body of that size; nil: there is no pane
	draw          func(width, height int) []string // exactly as many
	width, height int                              // as laid out
}

// init prepares a chooser; the texts are set by who embeds it.
func (c *chooser) init(theme themes.Theme, o picker.Options) {
	c.list = picker.New(theme, o)
	c.SetTheme(theme)
	c.refresh()
}

// SetTheme changes the colours.
func (c *chooser) SetTheme(theme themes.Theme) {
	c.look = newLook(theme)
	c.list.SetTheme(theme)
}

// Resize sets the size of the screen. Every size is legal.
func (c *chooser) Resize(width, height int) {
	c.pane.height = 0
	rows := c.list.Rows()
	if c.pane.want != nil {
		rows += c.pane.want(max(width, 0), maxHeight)
	}
	c.screen(width, height, rows)
	w, h := c.inner()
	if c.note() != "" && h > 2 {
		h--
	}
	if c.pane.want != nil {
		c.pane.width, c.pane.height = w, min(c.pane.want(w, h), h)
	}
	c.list.Resize(w, h-c.pane.height)
}

// SetLoading says that the list is being fetched.
func (c *chooser) SetLoading(on bool) {
	c.loading = on
	c.refresh()
}

// SetError says in one line why the list is not what it should be; "" takes it
// back.
func (c *chooser) SetError(text string) {
	c.failure = strings.TrimSpace(sanitize.Line(text))
	c.refresh()
}

// SetFilter types into the filter, in place of what is there.
func (c *chooser) SetFilter(s string) { c.list.SetFilter(s) }

// Paste types into the filter.
func (c *chooser) Paste(s string) { c.list.Paste(s) }

// ScrollBy moves the selection by n items, as a wheel does.
func (c *chooser) ScrollBy(n int) { c.list.ScrollBy(n) }

// setItems replaces the list.
func (c *chooser) setItems(items []picker.Item) {
	c.list.SetItems(items)
	c.refresh()
}

// refresh fits everything to what was just set.
func (c *chooser) refresh() {
	switch {
	case c.loading:
		c.list.SetEmpty(c.busy)
	case c.failure != "":
		c.list.SetEmpty("")
	default:
		c.list.SetEmpty(c.none)
	}
	c.Resize(c.screenWidth, c.screenHeight)
}

// note is the line below the list, if something is to be said.
func (c *chooser) note() string {
	_, all := c.list.Count()
	switch {
	case c.ask != "":
		return c.look.accent.Render(c.ask)
	case c.failure != "":
		return c.look.warning.Render(c.failure)
	case c.loading && all > 0:
		return c.look.muted.Render("refreshing…")
	}
	return ""
}

// press acts on a key that means the same in every chooser. It returns the ID
// of an item when that was chosen.
func (c *chooser) press(key tea.KeyPressMsg) (id string, a Action) {
	switch key.Keystroke() {
	case "esc", "ctrl+c", c.toggles:
		return "", Close{}
	case "enter", "kpenter":
		id, _ = c.list.Selected()
		return id, nil
	}
	c.list.Press(key)
	return "", nil
}

// View draws the dialog on an otherwise empty screen.
func (c *chooser) View() string {
	body := strings.Split(c.list.View(), "\n")
	if w, _ := c.inner(); c.written != nil {
		body[0] = c.written(w)
	}
	if c.pane.height > 0 {
		body = append(body, c.pane.draw(c.pane.width, c.pane.height)...)
	}
	if note := c.note(); note != "" {
		body = append(body, "   "+note)
	}
	from, to, _ := c.list.Thumb()
	return c.draw(c.title, c.help, body, from, to)
}

// Cursor returns where the terminal's cursor belongs on the screen.
func (c *chooser) Cursor() (x, y int, ok bool) {
	x, y, ok = c.list.Cursor()
	if w, _ := c.inner(); c.written != nil && ok {
		x = min(ansi.StringWidth(c.written(w)), w-1)
	}
	dx, dy := c.origin()
	return x + dx, y + dy, ok
}
