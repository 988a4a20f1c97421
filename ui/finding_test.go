package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/aimlchat/aimlchat/ui/uitest"
	"github.com/charmbracelet/x/ansi"
)

// talk opens a chat in which a few things were said.
func (w *world) talk(width, height int) *uitest.Screen {
	w.t.Helper()
	s, _ := w.open(w.options(), width, height)
	s.WaitForText("test/thinker")
	for i := range 3 {
		c := w.ask(s, fmt.Sprintf("question %d about cherries", i))
		c.events <- api.Reasoning{Text: fmt.Sprintf("They ask about **cherries**, time %d.\n\n%s", i, strings.Repeat("I weigh it. ", 40))}
		c.finish(fmt.Sprintf("Answer %d. Cherries bloom in *April*.\n\n%sThat was %d.", i, strings.Repeat("The buds open when it is warm, [and](https://example.com) not before. ", 12), i))
		s.WaitFor(func(text string) bool {
			_, after, ended := strings.Cut(text, fmt.Sprintf("was %d.", i))
			return ended && strings.Contains(after, " tok")
		})
	}
	return s
}

func TestFindLine(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 30}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newWorld(t).talk(size[0], size[1])
			s.Press("ctrl+f")
			s.Type("cherries")
			s.WaitForText("/6")
			s.Press("enter", "enter")
			s.Golden(t)
		})
	}
}

func TestFindKeys(t *testing.T) {
	s := newWorld(t).talk(80, 24)
	s.Type("a draft")
	s.Press("ctrl+f")
	s.Type("nothing of this")
	s.WaitForText("nothing found")
	s.Press("esc")
	s.WaitForText("a draft", "enter send")
	s.Press("esc", "/")
	s.Type("cherries")
	s.WaitForText("6/6")
	s.Press("shift+enter")
	s.WaitForText("5/6")
	s.Press("up", "down", "down")
	s.WaitForText("6/6")
	s.Press("enter")
	s.WaitForText("1/6", "question 0")
	s.Press("backspace", "backspace", "backspace", "esc")
	s.WaitForText("i write", "question 0")
	s.Press("n")
	s.WaitForText("find cherr", "/6")
	s.Press("N", "n", "n")
	s.Press("esc")
	s.WaitForNoText("find cherr")
	s.Press("/")
	s.Paste("April")
	s.WaitForText("/3")
	s.Press("ctrl+u")
	s.WaitForNoText("/3")
	s.Press("ctrl+c")
	s.WaitForText("a draft", "i write")
	s.Press("i")
	s.WaitForText("enter send")
}

func TestQuestionKeys(t *testing.T) {
	s := newWorld(t).talk(80, 24)
	s.Press("tab", "{", "{")
	s.WaitForText("question 1")
	s.Press("{")
	s.WaitForText("question 0")
	s.Press("{")
	s.WaitForText("no question before this one")
	s.Press("}", "}")
	s.WaitForText("question 2")
}

// The line under the header names what is being read, once its head is above.
func TestStickyHeading(t *testing.T) {
	for _, size := range [][2]int{{40, 14}, {80, 14}, {120, 12}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newWorld(t).talk(size[0], size[1])
			s.Press("tab", "{")
			s.Press("ctrl+d", "ctrl+d", "ctrl+d")
			s.WaitForText("─ test/thinker")
			s.Golden(t)
		})
	}
}

// What arrives does not throw the reader to it: it is counted, and the next key
// goes there.
func TestFindWhileItStreams(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "go")
	c.events <- api.Answer{Text: "It *is"}
	s.WaitForText("It *is")
	s.Press("ctrl+f")
	s.Type("buds")
	s.WaitForText("nothing found")
	c.events <- api.Answer{Text: "* when bu**ds** open.\n\n"}
	s.WaitForText(" 1 found · enter next")
	c.events <- api.Answer{Text: strings.Repeat("And on.\n\n", 30) + "Buds again."}
	s.WaitForText(" 2 found", "Buds again.") // the end is followed still
	s.Press("enter")
	s.WaitForText(" 1/2 ", "when buds open", "↓")
	s.Press("ctrl+u")
	s.Type("**")
	s.WaitForText("nothing found")
	c.finish("")
	s.WaitForText("nothing found")
}

// At either end of the conversation the keys that lead on change nothing.
func TestReadingEndsAtBothEnds(t *testing.T) { bubble(t, readToTheEnds) }

func readToTheEnds(t *testing.T) {
	s := newWorld(t).talk(80, 20)
	s.Press("esc")
	for _, end := range []struct{ there, shows, says, on string }{
		{"g", "█ question 0 about", "no question before this one", "{ k up ctrl+u pgup g home"},
		{"G", "█ 889 tok", "no question after this one", "} j down ctrl+d pgdown G end"},
	} {
		s.Press(end.there)
		s.WaitForText(end.shows)
		s.Press(end.on[:1])
		s.WaitForText(end.says)
		want := s.Text()
		for key := range strings.FieldsSeq(end.on) {
			if s.Press(key); s.Text() != want {
				t.Errorf("%s at the end that %s leads to shows\n%s\nbefore\n%s", key, end.there, s.Text(), want)
			}
		}
	}
}

// The line under the header is as long as the screen is wide, whatever it names.
func TestTheRuleFitsWideTitles(t *testing.T) {
	m := New(t.Context(), nil, newWorld(t).options())
	m.conv.view.Append(&transcript.User{Text: strings.Repeat("京都の桜 👩\u200d👩\u200d👧 שלום e\u0301 はいつ咲きますか。\n\n", 40)})
	for w := range 90 {
		m.layout.width, m.layout.height = w, 14
		m.arrange()
		m.conv.view.Top()
		m.conv.view.ScrollBy(20)
		m.arrange()
		if m.conv.view.Heading().Name == "" && w > 1 {
			t.Fatalf("at width %d nothing is named", w)
		}
		if rule := m.viewRule(); ansi.StringWidth(rule) != w {
			t.Errorf("at width %d the line has %d cells: %q", w, ansi.StringWidth(rule), ansi.Strip(rule))
		}
	}
}

// Keys that mean one thing in an empty composer and another one elsewhere.
func TestKeysOfTheEmptyComposer(t *testing.T) { bubble(t, pressInTheComposer) }

func pressInTheComposer(t *testing.T) {
	s := newWorld(t).talk(80, 20)
	s.Press("pgup", "pgup")
	s.WaitForText("↓ more")
	s.Press("pgdown")
	s.WaitForText("↓ more")
	s.Press("end")
	s.WaitForText("889 tok")
	s.WaitForNoText("↓ more")
	s.Press("pgup")
	s.Type("a?b")
	s.Press("home", "end", "ctrl+d", "f1")
	s.WaitForText("Keys", "esc close") // over a draft too
	s.Press("esc")
	s.WaitForText("│ a?b", "↓ more") // end was for the draft, and ctrl+d too
	s.Press("ctrl+u", "?")
	s.WaitForText("Keys", "esc close")
	s.Press("esc", "tab", "ctrl+d", "ctrl+u", "?")
	s.WaitForText("Keys", "esc close")
	s.Press("esc", "x", "z", "q") // bound to nothing
	s.WaitForText("i write")
	s.Paste("pasted")
	s.WaitForText("│ pasted", "enter send")
	s.Press("ctrl+u", "ctrl+d")
	s.WaitForEnd()
}
