package markdown

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// TestGolden keeps whole documents as a reader sees them. Run with -update to
// accept what is drawn, after looking at it.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"tour", "answer"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{40, 80, 120} {
			t.Run(fmt.Sprintf("%s-%d", name, width), func(t *testing.T) {
				t.Parallel()
				golden.RequireEqual(t, []byte(stripped(fresh(plain(), string(text), width))))
			})
		}
	}
}

// TestGoldenStyles keeps the styles too, without code, whose colours are the
// lexers' business.
func TestGoldenStyles(t *testing.T) {
	t.Parallel()
	text := "# One `x`\n## Two\n### Three\n\n*a* **b** ***c*** ~~d~~ `e` [f](https://x.example) \\(g\\)\n\n> q\n\n- [x] t\n- u\n\n---\n\n| h |\n|---|\n| **i** |\n"
	for name, s := range map[string]*Style{"colours": colours(), "links": linked(), "plain": plain()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for _, l := range fresh(s, text, 60) {
				b.WriteString(strings.ReplaceAll(l.Text, "\x1b", "␛"))
				b.WriteByte('\n')
			}
			golden.RequireEqual(t, []byte(b.String()))
		})
	}
}
