package composer

// files.go owns what is attached to the draft: chips in a row of their own above
// the text, which go one by one with backspace at its beginning. It refuses to
// read files and to judge them.

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Attach adds a file to the draft. One that is there already is not added twice.
func (c *Composer) Attach(f api.File) {
	same := func(g api.File) bool { return g.Name == f.Name && g.SHA256 == f.SHA256 }
	if !slices.ContainsFunc(c.files, same) {
		c.files = append(c.files, f)
	}
	c.changed()
}

// SetFiles replaces what is attached.
func (c *Composer) SetFiles(files []api.File) {
	c.files = slices.Clone(files)
	c.changed()
}

// Files returns what is attached, in the order in which it was.
func (c *Composer) Files() []api.File { return slices.Clone(c.files) }

// detach takes the last file away.
func (c *Composer) detach() bool {
	if c.at > 0 || len(c.files) == 0 {
		return false
	}
	c.files = c.files[:len(c.files)-1]
	c.changed()
	return true
}

// chipRows is how many rows the chips take: one, if there is room beside the
// text.
func (c *Composer) chipRows() int {
	room := c.maxHeight
	if c.framed() {
		room -= 2
	}
	if len(c.files) == 0 || room < 2 {
		return 0
	}
	return 1
}

// chips draws as many files as fit, and how many more there are.
func (c *Composer) chips(width int) (drawn string, cells int, plain bool) {
	var b strings.Builder
	plain = true
	for i, f := range c.files {
		text := "▪ " + sanitize.Line(f.Name) + " " + figures.Bytes(f.Size)
		if i > 0 {
			text = "  " + text
		}
		more := ""
		if rest := len(c.files) - i - 1; rest > 0 {
			more = "  +" + strconv.Itoa(rest)
		}
		if room := width - cells - len(more); ansi.StringWidth(text) > room {
			if i > 0 {
				rest := "  +" + strconv.Itoa(len(c.files)-i)
				b.WriteString(c.look.hint.Render(rest))
				return b.String(), cells + len(rest), plain
			}
			text = ansi.Truncate(text, max(room, 0), "…")
		}
		b.WriteString(c.look.fold.Render(text))
		cells += ansi.StringWidth(text)
		plain = plain && sanitize.CertainWidth(f.Name) // every terminal agrees about the mark
	}
	return b.String(), cells, plain
}

// Word returns what stands between the last blank and the cursor. A blank
// behind a backslash belongs to the word.
func (c *Composer) Word() string { return c.text[c.wordStart():c.at] }

// SetWord replaces it.
func (c *Composer) SetWord(s string) {
	from := c.wordStart()
	c.replace(from, c.at, clean(s))
	c.touched()
	c.changed()
}

func (c *Composer) wordStart() int {
	before := c.text[:c.at]
	start := strings.LastIndexAny(before, " \t\n") + 1
	for start > 1 && before[start-2:start] == `\ ` {
		start = strings.LastIndexAny(before[:start-2], " \t\n") + 1
	}
	if mark := strings.LastIndexByte(before, foldByte); mark >= start {
		start = mark + foldLen
	}
	return start
}
