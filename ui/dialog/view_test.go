package dialog

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/aimlchat/aimlchat/themes"
)

func TestView(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		for name, d := range dialogs(themes.Plain()) {
			t.Run(fmt.Sprintf("%s/%d", name, size[0]), func(t *testing.T) {
				d.Resize(size[0], size[1])
				checkView(t, d, size[0], size[1])
				x, y, ok := d.Cursor()
				golden.RequireEqual(t, fmt.Sprintf("%s\ncursor %d,%d %v\n", ansi.Strip(d.View()), x, y, ok))
			})
		}
	}
}

func TestViewInColour(t *testing.T) {
	for _, theme := range themes.All() {
		fresh := dialogs(themes.Plain())
		for _, name := range []string{"models-stale", "help", "sessions-found"} {
			t.Run(theme.Name+"/"+name, func(t *testing.T) {
				d := fresh[name]
				d.SetTheme(theme)
				d.Resize(60, 12)
				golden.RequireEqual(t, d.View())
			})
		}
	}
}

// Every width meets a third of the heights, and every height a third of the widths.
func TestEverySizeIsLegal(t *testing.T) {
	for name, d := range dialogs(themes.Dark()) {
		for i, w := range []int{0, 1, 2, 3, 5, 8, 13, 19, 20, 21, 34, 55, 83, 87, 88, 99, 100, 101, 130} {
			for k, h := range []int{0, 1, 2, 3, 5, 6, 7, 10, 17, 50} {
				if (i+k)%3 > 0 && os.Getenv("AIMLCHAT_LONG") == "" {
					continue
				}
				d.Resize(w, h)
				d.Press(down)
				d.Press(pgdown)
				checkView(t, d, w, h)
			}
		}
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func checkView(t *testing.T, d modal, w, h int) (view string) {
	t.Helper()
	view = d.View()
	if w == 0 || h == 0 {
		if view != "" {
			t.Fatalf("%dx%d draws %q", w, h, view)
		}
		return view
	}
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Fatalf("%dx%d: %d rows", w, h, len(lines))
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > w {
			t.Fatalf("%dx%d: a row of %d cells: %q", w, h, ansi.StringWidth(l), l)
		}
	}
	if x, y, ok := d.Cursor(); ok && (x < 0 || x >= w || y < 0 || y >= h) {
		t.Fatalf("%dx%d: cursor at %d,%d", w, h, x, y)
	}
	return view
}
