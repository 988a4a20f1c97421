package composer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/aimlchat/aimlchat/themes"
)

// scenes are what the goldens show.
var scenes = map[string]func(*Composer){
	"empty":   func(*Composer) {},
	"blurred": func(c *Composer) { c.Blur() },
	"wrapped": func(c *Composer) {
		c.SetValue("When do the cherry trees bloom in Kyoto, and is the first week of April too late to see them at their best?\n\n京都の桜はいつ咲きますか。")
	},
	"emoji": func(c *Composer) { c.SetValue("plain\nfamily 👨‍👩‍👧 here\nplain") },
	"fold": func(c *Composer) {
		c.Paste("What does this do?\n")
		c.Paste(strings.Repeat("x\n", 214))
	},
	"scrolled": func(c *Composer) {
		c.SetValue("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12")
		press(c, "up up up up up up up up")
	},
}

var sizes = []struct {
	width, height int
	compact       bool
}{{40, 3, true}, {80, 8, false}, {120, 8, false}}

func TestView(t *testing.T) {
	for name, set := range scenes {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%d", name, size.width), func(t *testing.T) {
				c := focused(size.width, size.height)
				c.SetCompact(size.compact)
				set(c)
				checkView(t, c, size.width, size.height)
				x, y, ok := c.Cursor()
				golden.RequireEqual(t, fmt.Sprintf("%s\ncursor %d,%d %v\n", ansi.Strip(c.View()), x, y, ok))
			})
		}
	}
}

func TestViewInColour(t *testing.T) {
	for _, theme := range themes.All() {
		t.Run(theme.Name, func(t *testing.T) {
			c := focused(40, 8)
			c.SetTheme(theme)
			scenes["fold"](c)
			golden.RequireEqual(t, c.View())
		})
	}
}

func TestCursorFollowsTheText(t *testing.T) {
	c := focused(30, 5)
	for range 100 {
		press(c, "'wordy space")
		checkView(t, c, 30, 5)
	}
	if c.Height() != 5 {
		t.Errorf("height %d", c.Height())
	}
	press(c, "ctrl+home")
	if x, y, _ := c.Cursor(); x != 2 || y != 1 {
		t.Errorf("cursor at %d,%d", x, y)
	}
	press(c, "ctrl+u ctrl+k")
	if c.Height() != 3 || c.top != 0 {
		t.Errorf("an emptied composer is %d rows high, scrolled to %d", c.Height(), c.top)
	}
}

func TestResizeToTheSameSizeChangesNothing(t *testing.T) {
	c := focused(30, 5)
	c.SetValue("long line\nx\nlong line")
	press(c, "up")
	c.Resize(30, 5)
	press(c, "up")
	if got := marked(c); got != "long line|\nx\nlong line" {
		t.Errorf("got %q", got)
	}
}
