package composer

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/themes"
)

func focused(width, height int) *Composer {
	c := New(themes.Plain())
	c.Resize(width, height)
	c.Focus()
	return c
}

// key makes the message of a key named as Bubble Tea names it.
func key(name string) tea.KeyPressMsg {
	var k tea.Key
	mods := map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift}
	for again := true; again; {
		again = false
		for prefix, mod := range mods {
			if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
				name, again, k.Mod = rest, true, k.Mod|mod
			}
		}
	}
	codes := map[string]rune{
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		"space": tea.KeySpace, "pgup": tea.KeyPgUp,
	}
	if code, ok := codes[name]; ok {
		k.Code = code
		if code == tea.KeySpace && k.Mod == 0 {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	k.Code = []rune(name)[0]
	if k.Mod&^tea.ModShift == 0 {
		k.Text = name
	}
	return tea.KeyPressMsg(k)
}

// press sends keys named in one string; a word in quotes is typed.
func press(c *Composer, names string) {
	for name := range strings.FieldsSeq(names) {
		if word, ok := strings.CutPrefix(name, "'"); ok {
			for _, r := range word {
				c.Press(key(string(r)))
			}
			continue
		}
		c.Press(key(name))
	}
}

// marked is the value with the cursor in it.
func marked(c *Composer) string {
	return c.folds.unfold(c.text[:c.at]) + "|" + c.folds.unfold(c.text[c.at:])
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct{ name, text, keys, want string }{
		{"types", "", "'hello space 'world", "hello world|"},
		{"newlines", "", "'a ctrl+j 'b alt+enter 'c shift+enter 'd", "a\nb\nc\nd|"},
		{"enter is not its own", "a", "enter tab esc ctrl+v ctrl+m ctrl+i ctrl+h pgup", "a|"},
		{"left and right", "abc", "left left right", "ab|c"},
		{"ctrl+b at the start", "a", "ctrl+b ctrl+b ctrl+b", "|a"},
		{"line start", "one\ntwo", "ctrl+a", "one\n|two"},
		{"line end", "one\ntwo", "ctrl+a left home ctrl+e", "one|\ntwo"},
		{"text start and end", "one\ntwo", "ctrl+home 'x ctrl+end 'y", "xone\ntwoy|"},
		{"words left", "one two, three", "alt+b alt+b", "one |two, three"},
		{"words right", "one two, three", "ctrl+a alt+f alt+f", "one two|, three"},
		{"kill word left", "one two.three  ", "ctrl+w", "one |"},
		{"kill lettered word left", "one two.three", "alt+backspace", "one two.|"},
		{"kill word right", "one two", "ctrl+a alt+d", "| two"},
		{"kill to start", "one\ntwo three", "alt+b ctrl+u", "one\n|three"},
		{"kill newline before", "one\ntwo", "ctrl+a ctrl+u", "one|two"},
		{"kill to end", "one\ntwo", "ctrl+home right ctrl+k", "o|\ntwo"},
		{"kill newline behind", "one\ntwo", "ctrl+home ctrl+e ctrl+k", "one|two"},
		{"backspace", "ab", "backspace", "a|"},
		{"backspace at start", "ab", "ctrl+a backspace", "|ab"},
		{"delete", "ab", "ctrl+a delete", "|b"},
		{"ctrl+d deletes", "ab", "ctrl+a ctrl+d", "|b"},
		{"a family is one character", "a👨‍👩‍👧b", "left backspace", "a|b"},
		{"an accent goes with its letter", "e\u0301x", "left left 'y", "y|e\u0301x"},
		{"a flag is one character", "🇯🇵🇨🇭", "backspace", "🇯🇵|"},
		{"rows", "one\ntwo\nthree", "up", "one\ntwo|\nthree"},
		{"the column is kept", "long line\nx\nlong line", "up up", "long line|\nx\nlong line"},
		{"down again", "long line\nx\nlong line", "up up down down", "long line\nx\nlong line|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := focused(40, 10)
			c.SetValue(tt.text)
			press(c, tt.keys)
			if got := marked(c); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPressTellsWhatItHandled(t *testing.T) {
	c := focused(40, 10)
	for _, name := range []string{
		"enter", "tab", "esc", "ctrl+v", "ctrl+c", "ctrl+o", "ctrl+f", "ctrl+g", "ctrl+h", "ctrl+i", "ctrl+m", "ctrl+[",
		"pgup", "up", "down", "home", "end", "ctrl+d", "ctrl+_", "alt+up",
	} {
		if c.Press(key(name)) {
			t.Errorf("an empty composer handled %s", name)
		}
	}
	if !c.Press(key("x")) || !c.Press(key("home")) || !c.Press(key("ctrl+d")) {
		t.Error("editing keys were not handled")
	}
	c.Blur()
	if c.Press(key("x")) || c.Value() != "" {
		t.Error("a blurred composer took a key")
	}
}

func TestTextOfAltGrAndInputMethods(t *testing.T) {
	c := focused(40, 10)
	c.Press(tea.KeyPressMsg{Code: 'q', Text: "@", Mod: tea.ModCtrl | tea.ModAlt})
	c.Press(tea.KeyPressMsg{Code: tea.KeyExtended, Text: "日本"})
	c.Press(tea.KeyPressMsg{Code: tea.KeyEnter, Text: "\r"})
	if got := c.Value(); got != "@日本" {
		t.Errorf("got %q", got)
	}
}

func TestValueIsExact(t *testing.T) {
	c := focused(40, 10)
	for _, s := range []string{"\ttab\t", "nul\x00 esc\x1b[31m", "\u202Ebidi\u2066", "trailing \n\n", " ", "\uE000\U0010FFFF"} {
		c.SetValue(s)
		if c.Value() != s {
			t.Errorf("SetValue(%q) gives %q", s, c.Value())
		}
		if strings.ContainsAny(c.View(), "\x00\u202E\u2066") || strings.Contains(c.View(), "\x1b[31m") {
			t.Errorf("%q reached the screen", s)
		}
		c.SetValue("")
		c.Paste(s)
		if c.Value() != s {
			t.Errorf("Paste(%q) gives %q", s, c.Value())
		}
	}
	c.SetValue("a\r\nb\rc\xff\xfe")
	if got := c.Value(); got != "a\nb\nc\uFFFD" {
		t.Errorf("got %q", got)
	}
}

func TestFolds(t *testing.T) {
	c := focused(60, 10)
	one := strings.Repeat("one\r\n", 214)
	two := strings.TrimSuffix(strings.Repeat("two\n", 214), "\n")
	c.Paste(one)
	press(c, "space 'and space")
	c.Paste(two)
	press(c, "'!")
	unix := strings.ReplaceAll(one, "\r\n", "\n")
	if want := unix + " and " + two + "!"; c.Value() != want {
		t.Fatal("the folds don't give back what was pasted")
	}
	if view := c.View(); strings.Count(view, "[pasted 214 lines]") != 2 {
		t.Fatalf("two folds should show:\n%s", view)
	}
	press(c, "backspace backspace")
	if c.Value() != unix+" and " {
		t.Error("backspace should delete the second fold whole")
	}
	press(c, "ctrl+a delete")
	if c.Value() != " and " {
		t.Error("delete should delete the first fold whole")
	}
}

func TestSmallPastesAreNotFolded(t *testing.T) {
	c := focused(60, 10)
	c.Paste(strings.Repeat("x\n", 20))
	if strings.Contains(c.View(), "pasted") {
		t.Error("20 lines were folded")
	}
	c.Reset()
	c.Paste(strings.Repeat("x", 20<<10))
	if !strings.Contains(c.View(), "[pasted 20 KB]") {
		t.Errorf("a long line was not folded:\n%s", c.View())
	}
}

func TestFoldSurvivesHistoryAndLoss(t *testing.T) {
	c := focused(60, 10)
	paste := strings.Repeat("line\n", 30)
	c.Paste(paste)
	press(c, "'why?")
	c.Remember(c.Value())
	c.Reset()
	press(c, "up")
	if !strings.Contains(c.View(), "[pasted 30 lines]why?") || c.Value() != paste+"why?" {
		t.Errorf("recalled:\n%s", c.View())
	}
	press(c, "'x")
	c.Reset()
	press(c, "ctrl+_")
	if c.Value() != paste+"why?x" {
		t.Error("the lost draft lost its fold")
	}
	c.Reset()
	c.SetHistory(nil)
	c.past.lost = ""
	c.Reset()
	if len(c.folds.kept) != 0 {
		t.Error("a fold that nothing mentions is still kept")
	}
}

func TestTypingInALongTextIsCheap(t *testing.T) {
	c := focused(100, 20)
	c.SetValue(strings.Repeat("func main() { fmt.Println(`hello`) }\n", 5000))
	allocated := testing.AllocsPerRun(10, func() { c.Press(key("x")) })
	if allocated > 500 {
		t.Errorf("a key costs %.0f allocations in 5000 lines: it lays out more than its line", allocated)
	}
}

func TestHistory(t *testing.T) {
	c := focused(40, 10)
	c.SetHistory([]string{"first", "two\nlines", "third"})
	steps := []struct{ keys, want string }{
		{"'draft", "draft|"},
		{"up", "third|"},
		{"up", "two\nlines|"},
		{"up", "first|"},
		{"up", "first|"},
		{"down down", "third|"},
		{"down", "draft|"},
		{"down", "draft|"},
		{"up up left", "two\nline|s"},
		{"up", "two|\nlines"},
		{"down", "two\nline|s"},
		{"down", "third|"},
	}
	for i, s := range steps {
		press(c, s.keys)
		if got := marked(c); got != s.want {
			t.Fatalf("step %d, %s: got %q, want %q", i, s.keys, got, s.want)
		}
	}
}

func TestRemember(t *testing.T) {
	c := focused(40, 10)
	for _, s := range []string{"a", "b", "b", "  "} {
		c.SetValue(s)
		c.Remember(c.Value())
		c.Reset()
	}
	press(c, "up up")
	if c.Value() != "a" {
		t.Errorf("got %q: blanks and repetitions should not be remembered", c.Value())
	}
	c.Reset()
	if press(c, "ctrl+_"); c.Value() != "" {
		t.Errorf("%q was sent, not lost", c.Value())
	}
	// The other order.
	press(c, "'sent")
	v := c.Value()
	c.Reset()
	c.Remember(v)
	if press(c, "ctrl+_"); c.Value() != "" {
		t.Errorf("%q was sent, not lost", c.Value())
	}
	if press(c, "up"); c.Value() != "sent" {
		t.Errorf("got %q", c.Value())
	}
}

func TestLostDrafts(t *testing.T) {
	for _, tt := range []struct{ name, keys, want string }{
		{"ctrl+_ brings it back", "'draft RESET ctrl+_", "draft|"},
		{"ctrl+/ brings it back", "'draft RESET ctrl+/", "draft|"},
		{"kitty's name of it", "'draft RESET ctrl+shift+-", "draft|"},
		{"up brings it back first", "'draft RESET up", "draft|"},
		{"up goes on to the history", "'draft RESET up up", "old|"},
		{"and down comes back", "'draft RESET up up down", "draft|"},
		{"nothing is lost by restoring", "'one RESET 'two ctrl+_ ctrl+_", "two|"},
		{"ctrl+u loses it too", "'draft ctrl+u ctrl+_", "draft|"},
		{"a single character is no loss", "'draft RESET 'x backspace ctrl+_", "draft|"},
		{"an edited prompt is lost", "up 'er RESET ctrl+_", "older|"},
		{"an edited prompt that was left", "up 'er left right up ctrl+_", "older|"},
		{"a prompt is not", "up RESET ctrl+_", "|"},
		{"a draft behind a prompt", "'draft up RESET ctrl+_", "draft|"},
		{"nothing to lose", "RESET ctrl+_", "|"},
		{"clearing nothing keeps it", "'draft RESET RESET ctrl+_", "draft|"},
		{"what is replaced is lost too", "'draft SET ctrl+_", "draft|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := focused(40, 10)
			c.SetHistory([]string{"old"})
			for name := range strings.FieldsSeq(tt.keys) {
				switch name {
				case "RESET":
					c.Reset()
				case "SET":
					c.SetValue("something else")
				default:
					press(c, name)
				}
			}
			if got := marked(c); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
