package transcript

import (
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// A block that begins above the screen has its number where it comes into view.
func TestCodesFromAbove(t *testing.T) {
	tr := shown("```\n"+strings.Repeat("line\n", 30)+"```\n\n```\nlast\n```", 40)
	tr.Resize(40, 10)
	tr.Select(-1)
	tr.NumberCodes(true)
	v := lines(tr)
	if !strings.HasPrefix(v[0], "[1]") || !strings.HasPrefix(v[9], "[2]") || strings.Count(plainView(tr), "[") != 2 {
		t.Errorf("numbered are\n%s", plainView(tr))
	}
}

func TestCodes(t *testing.T) {
	text := "A long line of prose which has to be wrapped here:\n\n```go\nx\t:= 1\n```\n\n1. item\n   ~~~\n   ```\n   ~~~\n\n```\n```\n\nend\n\n    indented"
	want := []string{"x\t:= 1", "```", "indented"}
	tr := New(themes.Plain(), false)
	tr.Resize(30, 60)
	tr.Append(&User{Text: text, At: start})
	tr.Append(&Answer{Model: "m", Reply: answered(text)})
	tr.Layout()
	for _, raw := range []bool{false, true} {
		if tr.raw != raw {
			tr.ToggleRaw()
		}
		tr.Deselect()
		for range 2 {
			tr.Select(-1)
			if got := tr.Codes(); !slices.Equal(got, want) {
				t.Errorf("raw %v: the code of %T is %q, want %q", raw, tr.Selected(), got, want)
			}
			tr.NumberCodes(true)
			var marked []string
			_, user := tr.Selected().(*User)
			for _, line := range lines(tr) {
				if strings.HasPrefix(line, "[") {
					marked = append(marked, strings.TrimSpace(line))
				}
			}
			wantMarked := []string{"[1] go", "[2]    ```", "[3] indented"}
			if user || raw {
				wantMarked = []string{"[1]``go", "[2]  ~~~", "[3]   indented"}
			}
			if !slices.Equal(marked, wantMarked) {
				t.Errorf("raw %v, %T: numbered are %q, want %q", raw, tr.Selected(), marked, wantMarked)
			}
			tr.NumberCodes(false)
		}
	}
}
