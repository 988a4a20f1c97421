package composer

import (
	"fmt"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// A click where the cursor can stand puts it there, and nowhere does one break
// a character.
func TestClick(t *testing.T) {
	for name, set := range scenes {
		for _, size := range append(sizes, struct {
			width, height int
			compact       bool
		}{4, 6, false}) {
			for _, file := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d/%v", name, size.width, file), func(t *testing.T) {
					c := focused(size.width, size.height)
					c.SetCompact(size.compact)
					set(c)
					c.Focus()
					if file {
						c.Attach(api.File{Name: "a.png"})
					}
					for c.at > 0 {
						x, y, _ := c.Cursor()
						want, top := c.at, c.top
						if c.Click(x, y); c.at != want || c.top != top {
							t.Fatalf("a click at %d,%d went to %d in view from %d, not to %d from %d", x, y, c.at, c.top, want, top)
						}
						c.at = c.prev(c.at)
						c.follow()
					}
					for y := -2; y < size.height+2; y++ {
						for x := range size.width + 2 {
							c.Click(x, y)
							if x%11 == 0 || x >= size.width-1 {
								checkView(t, c, size.width, size.height)
							}
						}
					}
				})
			}
		}
	}
}
