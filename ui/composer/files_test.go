package composer

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
)

func withFiles(width, height int, names ...string) *Composer {
	c := New(themes.Plain())
	c.Focus()
	c.Resize(width, height)
	for _, name := range names {
		c.Attach(api.File{Name: name, Size: 1200})
	}
	return c
}

func TestChips(t *testing.T) {
	c := withFiles(40, 8, "photo.png", "notes.txt", "a-very-long-name-of-a-file.pdf", "photo.png")
	c.SetValue("what is this?")
	lines := strings.Split(ansi.Strip(c.View()), "\n")
	if len(c.Files()) != 3 || c.Height() != 4 || len(lines) != 4 {
		t.Fatalf("%d files, %d rows:\n%s", len(c.Files()), c.Height(), strings.Join(lines, "\n"))
	}
	if !strings.Contains(lines[1], "▪ photo.png 1.2 kB  +2") || !strings.Contains(lines[2], "what is this?") {
		t.Errorf("drawn:\n%s", strings.Join(lines, "\n"))
	}
	if x, y, ok := c.Cursor(); !ok || y != 2 || x != 15 {
		t.Errorf("the cursor is at %d, %d", x, y)
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > 40 {
			t.Errorf("%d cells: %s", w, line)
		}
	}
}

func TestDetach(t *testing.T) {
	c := withFiles(40, 8, "a", "b")
	c.SetValue("x")
	press(c, "backspace") // the letter
	press(c, "backspace") // b
	if files := c.Files(); len(files) != 1 || files[0].Name != "a" || c.Empty() {
		t.Fatalf("left: %v", files)
	}
	press(c, "backspace")
	if !c.Empty() || c.Height() != 3 {
		t.Errorf("not empty, %d rows", c.Height())
	}
}

// What is cleared by mistake comes back with what was attached; what was sent
// does not.
func TestLostFiles(t *testing.T) {
	c := withFiles(40, 8, "a")
	c.SetValue("look")
	c.Reset()
	if len(c.Files()) != 0 {
		t.Fatal("files stay after a reset")
	}
	press(c, "ctrl+_")
	if len(c.Files()) != 1 || c.Value() != "look" {
		t.Errorf("restored %q with %v", c.Value(), c.Files())
	}
	c.Remember("look")
	c.Reset()
	press(c, "ctrl+_")
	if len(c.Files()) != 0 {
		t.Errorf("sent files came back")
	}
}

// Files without a word are no less lost.
func TestLostFilesAlone(t *testing.T) {
	c := withFiles(40, 8, "a")
	c.Reset()
	press(c, "ctrl+_")
	if len(c.Files()) != 1 || c.Value() != "" {
		t.Fatalf("restored %q with %v", c.Value(), c.Files())
	}
	c.Remember("") // sent
	c.Reset()
	press(c, "ctrl+_")
	if len(c.Files()) != 0 {
		t.Errorf("sent files came back: %v", c.Files())
	}
}

// The files of what is sent do not go to a draft that was lost before, nor do
// those of one draft get lost with another.
func TestLostFilesStayApart(t *testing.T) {
	c := withFiles(40, 8)
	c.SetValue("an old draft")
	c.Reset()
	c.SetValue("look")
	c.Attach(api.File{Name: "secret"})
	c.Remember("look")
	c.Reset()
	press(c, "ctrl+_")
	if len(c.Files()) != 0 || c.Value() != "an old draft" {
		t.Fatalf("restored %q with %v", c.Value(), c.Files())
	}
	c.Attach(api.File{Name: "b"})
	c.Reset()
	c.SetValue("new")
	c.Attach(api.File{Name: "c"})
	for _, want := range []string{"an old draft b", "new c", "an old draft b"} {
		press(c, "ctrl+_")
		if got := c.Value() + " " + c.Files()[0].Name; got != want || len(c.Files()) != 1 {
			t.Errorf("restored %q, want %q", got, want)
		}
	}
}

// Who attaches a file and then wants the lost words back wants both.
func TestRestoreBesideFiles(t *testing.T) {
	c := withFiles(40, 8)
	c.SetValue("what is this?")
	c.Reset()
	c.Attach(api.File{Name: "a"})
	press(c, "up")
	if len(c.Files()) != 1 || c.Value() != "what is this?" {
		t.Errorf("restored %q with %v", c.Value(), c.Files())
	}
}

func TestWord(t *testing.T) {
	c := New(themes.Plain())
	c.Resize(40, 5)
	c.SetValue("see @src/ma")
	if w := c.Word(); w != "@src/ma" {
		t.Fatalf("the word is %q", w)
	}
	c.SetWord("@src/main.go")
	if v := c.Value(); v != "see @src/main.go" {
		t.Errorf("now %q", v)
	}
}

// Every size is legal, with chips too.
func TestChipsFit(t *testing.T) {
	for width := range 30 {
		for height := range 6 {
			c := withFiles(width, height, "写真.png", "b.txt")
			view := c.View()
			if rows := strings.Count(view, "\n") + 1; view != "" && rows != c.Height() || c.Height() > max(height, 0) {
				t.Errorf("%dx%d: %d rows, %d promised", width, height, rows, c.Height())
			}
		}
	}
}

// A word may stand right behind a folded paste.
func TestWordBehindFold(t *testing.T) {
	c := New(themes.Plain())
	c.Resize(60, 5)
	c.Focus()
	paste := strings.Repeat("line\n", 30)
	c.Paste(paste)
	c.Paste("@ab")
	if w := c.Word(); w != "@ab" {
		t.Fatalf("the word is %q", w)
	}
	c.SetWord("@abc")
	if v := c.Value(); v != paste+"@abc" {
		t.Errorf("now it ends in %q", v[len(v)-20:])
	}
}
