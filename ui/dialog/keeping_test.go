package dialog

import (
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
)

// tidied are sessions of which a person keeps something.
func tidied() []session.Summary {
	list := sessions()
	list[0].Pinned, list[0].Tags = true, []string{"japan", "travel"}
	list[1].Draft = "and one about\n  the rain, in which"
	list[2].Queue = []session.Queued{{Text: "and lifetimes?"}, {Text: "and Pin?"}}
	return list
}

func hits() []session.Hit {
	list := tidied()
	mark := func(s, what string) (marks []session.Range) {
		for at := 0; ; {
			i := strings.Index(strings.ToLower(s[at:]), what)
			if i < 0 {
				return marks
			}
			marks = append(marks, session.Range{From: at + i, To: at + i + len(what)})
			at += i + len(what)
		}
	}
	one := func(s session.Summary, message, snippet string, n int) session.Hit {
		return session.Hit{Summary: s, TitleMarks: mark(s.Title, "april"), MessageID: message, Snippet: snippet, Marks: mark(snippet, "april"), Hits: n}
	}
	return []session.Hit{
		one(list[0], "", "", 0),
		one(list[1], "m2", "桜 in April,\n\x1b[31mpetals on the wet stone steps, and in late April the wind that carries them off to the river", 3),
		one(list[2], "m3", "The checker was merged on the first of April, which nobody believed until the second", 1),
	}
}

func kept(theme themes.Theme) map[string]modal {
	show := func(typed string, hits []session.Hit, keys ...tea.KeyPressMsg) *Sessions {
		d := NewSessions(theme, now)
		d.SetSessions(tidied())
		d.SetCurrent("01a")
		d.SetStates(map[string]string{"01d": "answering"})
		d.SetFilter(typed)
		if typed != "" {
			d.SetHits(typed, hits)
		}
		for _, k := range keys {
			d.Press(k)
		}
		return d
	}
	gone := hits()[1:]
	for i := range gone {
		gone[i].Trashed, gone[i].Snippet, gone[i].Marks = now.Add(-time.Hour), "", nil
	}
	return map[string]modal{
		"sessions-kept":    show("", nil),
		"sessions-found":   show("april", hits(), down),
		"sessions-unfound": show("kyt", nil),
		"sessions-trash":   show("is:trash", gone),
		"sessions-doomed":  show("is:trash", gone, ctrl('d')),
		"sessions-emptied": show("is:trash", nil),
		"sessions-rename":  show("", nil, ctrl('e')),
		"sessions-undo":    show("", nil, ctrl('d')),
	}
}

var backspace = tea.KeyPressMsg{Code: tea.KeyBackspace}

func typing(s string) (keys []tea.KeyPressMsg) {
	for _, r := range s {
		keys = append(keys, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return keys
}

// pressed is what the last of the keys leads to.
func pressed(d *Sessions, keys ...tea.KeyPressMsg) (a Action) {
	for _, k := range keys {
		a = d.Press(k)
	}
	return a
}

func TestSessionsAreKept(t *testing.T) {
	d := NewSessions(themes.Plain(), now)
	d.Resize(80, 24)
	d.SetSessions(tidied())
	for _, tt := range []struct {
		name string
		keys []tea.KeyPressMsg
		want Action
	}{
		{"search", typing("a"), SearchSessions{"a"}},
		{"search for less", []tea.KeyPressMsg{backspace}, SearchSessions{""}},
		{"pin", []tea.KeyPressMsg{ctrl('f')}, ChangeSession{"01a", session.Change{Pinned: new(false)}}},
		{"rename", append([]tea.KeyPressMsg{ctrl('e'), ctrl('u')}, append(typing("Hanami "), enter)...), ChangeSession{"01a", session.Change{Title: new("Hanami"), TitleBy: new(session.TitleByPerson)}}},
		{"tag", append([]tea.KeyPressMsg{ctrl('t')}, append(typing(", trees"), enter)...), ChangeSession{"01a", session.Change{Tags: &[]string{"japan", "travel", "trees"}}}},
		{"think better of it", []tea.KeyPressMsg{ctrl('e'), backspace, esc}, nil},
		{"trash", []tea.KeyPressMsg{down, ctrl('d')}, TrashSession{"01b", false}},
		{"undo", []tea.KeyPressMsg{ctrl('z')}, TrashSession{"01b", true}},
		{"undo no more", []tea.KeyPressMsg{ctrl('z')}, nil},
	} {
		if got := pressed(d, tt.keys...); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %#v", tt.name, got)
		}
	}
}

// A session in which nothing was said yet goes by what is written in it.
func TestASessionWithOnlyADraft(t *testing.T) {
	d := NewSessions(themes.Theme{}, now)
	files := []session.Queued{{Draft: true, Files: []api.File{{Name: "cat.png"}}}}
	for want, s := range map[string]session.Summary{
		"why is the sky blue|draft|": {Session: session.Session{Draft: "why is\nthe sky blue"}},
		"cat.png|draft|":             {Session: session.Session{Queue: files}},
		"untitled|0 msgs|":           {},
		"Sky|2 msgs|draft: and red":  {Session: session.Session{Title: "Sky", Draft: "and red"}, Messages: 2},
	} {
		it := d.item(&s)
		if got := it.Title + "|" + it.Columns[0] + "|" + it.Prose; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTheTrash(t *testing.T) {
	d := kept(themes.Plain())["sessions-trash"].(*Sessions)
	d.Resize(80, 24)
	if a := pressed(d, enter); a != (TrashSession{"01b", true}) {
		t.Errorf("enter: %#v", a)
	}
	if a := pressed(d, ctrl('d')); a != nil {
		t.Errorf("ctrl+d asks first: %#v", a)
	}
	if a := pressed(d, typing("xn")...); a != nil {
		t.Errorf("no: %#v", a)
	}
	if a := pressed(d, append([]tea.KeyPressMsg{down, ctrl('d')}, typing("y")...)...); a != (DeleteSession{"01c"}) {
		t.Errorf("yes: %#v", a)
	}
}

// Who types on and presses enter before the next hits are there means those.
func TestSessionsOpenWhatWasTyped(t *testing.T) {
	d := kept(themes.Plain())["sessions-found"].(*Sessions)
	d.Resize(80, 24)
	pressed(d, typing("x")...)
	if a := pressed(d, enter); a != nil {
		t.Errorf("what was found for less: %#v", a)
	}
	if a := d.SetHits("aprilx", hits()[2:]); a != (OpenSession{"01c", "m3"}) {
		t.Errorf("got %#v", a)
	}
	pressed(d, append(typing("y"), enter, backspace)...) // thought better of it
	if a := d.SetHits("aprilx", hits()[2:]); a != nil {
		t.Errorf("got %#v", a)
	}
}

// Enter opens the session at what was found, and the hits stay while the next
// ones are on their way.
func TestSessionsOpenAtTheHit(t *testing.T) {
	d := kept(themes.Plain())["sessions-found"].(*Sessions)
	d.Resize(80, 24)
	if a := pressed(d, enter); a != (OpenSession{"01b", "m2"}) {
		t.Errorf("got %#v", a)
	}
	d.Press(typing("x")[0])
	if !strings.Contains(ansi.Strip(d.View()), "petals") {
		t.Errorf("the hits are gone:\n%s", ansi.Strip(d.View()))
	}
	d.SetHits("aprilx", nil)
	if !strings.Contains(ansi.Strip(d.View()), "no matches") {
		t.Errorf("got\n%s", ansi.Strip(d.View()))
	}
	d.SetHits("", nil)
	d.SetFilter("")
	if a := pressed(d, enter); a != (OpenSession{"01a", ""}) {
		t.Errorf("got %#v", a)
	}
}
