package dialog

// tree.go owns how the tree of a session is drawn as a list: a row for each
// message, a bar for each branch beside the one that is shown. It refuses to
// know how the tree is kept.

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// JumpTo shows the branch on which a message stands.
type JumpTo struct{ MessageID string }

func (JumpTo) action() {}

// unmarked takes the commonest marks of markdown away: a row is no place for them.
var unmarked = strings.NewReplacer("**", "", "`", "")

// treeWords is how many bytes of a message a row is made of, and searched.
const treeWords = 400

// Tree is the dialog that shows the branches of a session.
type Tree struct {
	chooser
	now   time.Time
	leaf  string
	shown map[string]bool // what is on the screen: the leaf and all above it
	below map[string][]*session.Message
	items []picker.Item
}

// NewTree returns the dialog for the messages of a session, in the order of
// their arrival, of which leaf is the last one on the screen. Hidden ones are
// dimmed.
//
// A conversation is long and rarely branches, so that a message stands below
// the one that it follows without being indented. Where several follow the same
// one, those that are not on the screen come first, each with what follows it
// behind a bar; then the branch that is shown goes on.
func NewTree(theme themes.Theme, now time.Time, messages []session.Message, leaf string) *Tree {
	d := &Tree{now: now, leaf: leaf, shown: map[string]bool{}, below: map[string][]*session.Message{}}
	d.title = "Branches"
	d.help = []string{"enter show that branch", "esc close", "type to filter"}
	d.none = "nothing was said yet"
	d.init(theme, picker.Options{Noun: "messages"})
	d.hang(messages)
	d.branch("", "")
	d.setItems(d.items)
	d.list.Select(leaf)
	return d
}

// hang hangs every message below the one that it follows, or, where that is
// lost, among the first.
func (d *Tree) hang(messages []session.Message) {
	parent := make(map[string]string, len(messages))
	for i := range messages {
		parent[messages[i].ID] = messages[i].ParentID
	}
	for i := range messages {
		m := &messages[i]
		above := m.ParentID
		if _, there := parent[above]; !there {
			above = ""
		}
		d.below[above] = append(d.below[above], m)
	}
	for id := d.leaf; id != "" && !d.shown[id]; id = parent[id] {
		d.shown[id] = true
	}
}

// Select selects a message.
func (d *Tree) Select(id string) { d.list.Select(id) }

// Press acts on a key.
func (d *Tree) Press(key tea.KeyPressMsg) Action {
	id, a := d.press(key)
	if id != "" {
		return JumpTo{id}
	}
	return a
}

// branch adds the rows of all that follows a message. Only side branches are
// gone into by a call: the depth of the calls is that of the bars.
func (d *Tree) branch(id, bars string) {
	for {
		next := d.below[id]
		if len(next) == 0 {
			return
		}
		main := d.main(next)
		for _, m := range next {
			if m != main {
				d.add(m, bars+"├ ")
				d.branch(m.ID, bars+"│ ")
			}
		}
		d.add(main, bars)
		id = main.ID
	}
}

// main is the one of several branches that goes on without a bar: the one that
// is shown, else the newest that is not hidden.
func (d *Tree) main(next []*session.Message) *session.Message {
	main := next[len(next)-1]
	for _, m := range slices.Backward(next) {
		if d.shown[m.ID] {
			return m
		}
		if main.Hidden && !m.Hidden {
			main = m
		}
	}
	return main
}

func (d *Tree) add(m *session.Message, bars string) {
	words := unmarked.Replace(sanitize.Line(beginning(strings.TrimSpace(m.Content()), treeWords)))
	who := "you"
	if m.Role == api.Assistant {
		who = short(m.Model)
	}
	state := ""
	switch {
	case m.Hidden:
		state = "hidden"
	case m.Streaming():
		state = "arriving"
	case m.Err != nil:
		state = "failed"
	}
	at := when(d.now, m.Created.In(d.now.Location()))
	d.items = append(d.items, picker.Item{
		ID:     m.ID,
		Title:  innermost(bars) + who,
		Prose:  cmp.Or(words, fileNames(m.Parts), state, "…"),
		About:  strings.Join(slices.DeleteFunc([]string{at, m.Model, state}, func(s string) bool { return s == "" }), " · "),
		Marked: m.ID == d.leaf,
		Dimmed: m.Hidden,
	})
}

// deepest is how many bars a row begins with at most: it is to say something too.
const deepest = 5

// innermost is bars, the outer ones left out where they are too many.
func innermost(bars string) string {
	if over := strings.Count(bars, " ") - deepest; over > 0 {
		return "… " + strings.Join(strings.SplitAfter(bars, " ")[over+1:], "")
	}
	return bars
}

// fileNames names the files of a message that says nothing else.
func fileNames(parts []api.Part) string {
	var names []string
	for _, p := range parts {
		if p.File != nil {
			names = append(names, p.File.Name)
		}
	}
	return strings.Join(names, ", ")
}
