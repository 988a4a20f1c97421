package transcript

import (
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

// A thought has two bars: on a screen of four columns nothing is left of it,
// and no line is wider than that.
func TestHardlyAnyWidth(t *testing.T) {
	for width := range 12 {
		view := New(themes.Plain(), false)
		a := &Answer{Model: "test/thinker", Reply: api.NewReply(time.Time{}), Live: true}
		view.Append(&User{Text: "京都?"})
		view.Append(a)
		a.Reply.Add(api.Reasoning{Text: "A long thought, 京都.\n\n- item\n\n> quote\n\n```\ncode\n```\n"}, time.Time{})
		view.Extend()
		for range 3 {
			view.Resize(width, 40)
			view.Layout()
			for line := range strings.SplitSeq(view.View(), "\n") {
				if ansi.StringWidth(line) > width {
					t.Errorf("width %d: %q", width, line)
				}
			}
			view.CycleFold()
		}
	}
}
