package dialog

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
)

// tree is a session that branched twice: at its first answer, and, in the branch
// that is shown, at its second question; one message of it is hidden.
func tree() []session.Message {
	said := func(id, parent string, role api.Role, model, text string) session.Message {
		return session.Message{
			ID: id, ParentID: parent, Role: role, Model: model, Created: now,
			Parts: []api.Part{{Kind: api.TextPart, Text: text}}, Finish: api.FinishStop,
		}
	}
	hidden := said("f", "b", api.User, "", "What of 京都 in May?")
	hidden.Hidden = true
	failed := said("h", "e", api.Assistant, "demo/quick", "")
	failed.Err = &api.Error{Kind: api.ErrServer}
	return []session.Message{
		said("a", "", api.User, "", "When do the cherry trees bloom?"),
		said("b", "a", api.Assistant, "deepseek/deepseek-r1", "Around the first week of April,\nwhen the weather allows."),
		said("c", "a", api.Assistant, "openai/gpt-4o", "In spring."),
		said("d", "c", api.User, "", "Which month?"),
		said("e", "b", api.User, "", "And in Tokyo?"),
		hidden,
		said("g", "d", api.Assistant, "openai/gpt-4o", "April."),
		failed,
		said("i", "d", api.Assistant, "demo/thinker", "Late March, mostly."),
	}
}

func TestTreeChooses(t *testing.T) {
	d := NewTree(themes.Plain(), now, tree(), "h")
	d.Resize(80, 24)
	if a := d.Press(enter); a != (JumpTo{"h"}) {
		t.Errorf("the leaf should be selected: %#v", a)
	}
	d.SetFilter("spring")
	if a := d.Press(enter); a != (JumpTo{"c"}) {
		t.Errorf("got %#v", a)
	}
	if a := d.Press(esc); a != (Close{}) {
		t.Errorf("esc: %#v", a)
	}
}

// A message that is missing, as in a damaged file, takes no other along, and
// messages that follow each other in a circle are no reason to hang.
func TestTreeOfBrokenSessions(t *testing.T) {
	messages := tree()
	messages[4].ParentID = "gone"
	messages[3].ParentID = "g"
	d := NewTree(themes.Plain(), now, messages, "h")
	d.Resize(80, 24)
	if n, all := d.list.Count(); n != 6 || all != 6 {
		t.Errorf("%d of %d rows", n, all)
	}
}

func BenchmarkTree(b *testing.B) {
	var messages []session.Message
	parent := ""
	for i := range 5000 {
		m := session.Message{ID: strconv.Itoa(i), ParentID: parent, Role: api.User, Parts: []api.Part{{Kind: api.TextPart, Text: "words"}}}
		parent = m.ID
		messages = append(messages, m)
	}
	for b.Loop() {
		NewTree(themes.Plain(), now, messages, parent)
	}
}

// A session of hundreds of branches, beside each other or within each other, is
// gone through on a small screen as on a large one, and every row says something.
func TestTreeOfManyBranches(t *testing.T) {
	said := func(id, parent string, n int) session.Message {
		return session.Message{ID: id, ParentID: parent, Role: api.Assistant, Model: "a/m", Created: now, Parts: []api.Part{{Kind: api.TextPart, Text: fmt.Sprintf("words %03d 京都", n)}}}
	}
	wide, deep := []session.Message{said("q", "", 999)}, []session.Message{said("q", "", 999)}
	for i := range 300 {
		wide = append(wide, said(fmt.Sprint("m", i), "q", i))
		above := fmt.Sprint("m", i-1)
		if i == 0 {
			above = "q"
		}
		deep = append(deep, said(fmt.Sprint("m", i), above, i), said(fmt.Sprint("side", i), above, 300+i))
	}
	for name, messages := range map[string][]session.Message{"wide": wide, "deep": deep} {
		for _, size := range [][2]int{{40, 10}, {80, 24}} {
			d := NewTree(themes.Plain(), now, messages, messages[len(messages)-1].ID)
			if name == "deep" {
				d = NewTree(themes.Plain(), now, messages, "side0")
			}
			d.Resize(size[0], size[1])
			seen := map[string]bool{}
			d.ScrollBy(-1000)
			for last := ""; d.View() != last; {
				last = d.View()
				for _, row := range strings.Split(checkView(t, d, size[0], size[1]), "\n") {
					if _, words, ok := strings.Cut(row, "words "); ok {
						seen[words[:3]] = true
					} else if strings.Contains(row, "├") || strings.Contains(row, "▌") {
						t.Fatalf("%s at %v: a row without words: %q", name, size, row)
					}
				}
				d.Press(pgdown)
			}
			if len(seen) != len(messages) {
				t.Errorf("%s at %v: %d of %d messages were seen", name, size, len(seen), len(messages))
			}
			d.SetFilter("words 271")
			if a := d.Press(enter); a != (JumpTo{"m271"}) {
				t.Errorf("%s at %v: it jumps to %#v", name, size, a)
			}
		}
	}
}
