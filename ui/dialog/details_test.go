package dialog

import (
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

// An answer that was continued is told part by part.
func TestDetailsOfParts(t *testing.T) {
	broke, rest := api.NewReply(now), api.NewReply(now)
	broke.Finish, rest.Finish = api.FinishLength, api.FinishStop
	d := NewDetails(themes.Plain(),
		Message{ID: "first-id", At: now, Model: "m/one", Reply: broke}, Message{ID: "second-id", At: now, Model: "m/two", Reply: rest})
	d.Resize(80, 60)
	view, from := ansi.Strip(d.View()), 0
	for _, want := range []string{"Part 1 of 2", "m/one", "cut at the token limit", "first-id", "Part 2 of 2", "m/two", "the answer is whole", "second-id"} {
		i := strings.Index(view[from:], want)
		if i < 0 {
			t.Fatalf("no %q where it should be:\n%s", want, view)
		}
		from += i
	}
}
