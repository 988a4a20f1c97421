package composer

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"fits", "abcdefghij", []string{"abcdefghij"}},
		{"words", "the quick brown fox", []string{"the quick ", "brown fox"}},
		{"a blank hangs over", "abcdefghij klm", []string{"abcdefghij ", "klm"}},
		{"a long word", "abcdefghijklm", []string{"abcdefghij", "klm"}},
		{"a long word behind a short", "ab cdefghijklmnop", []string{"ab ", "cdefghijkl", "mnop"}},
		{"many blanks", "abcdefghij   k", []string{"abcdefghij ", "  k"}},
		{"han", "京都の桜はいつ咲く", []string{"京都の桜は", "いつ咲く"}},
		{"han at an odd column", "a京都の桜はい", []string{"a京都の桜", "はい"}},
		{"lines", "a\n\nb\n", []string{"a", "", "b", ""}},
		{"tabs", "\tab\tcd", []string{"\tab\t", "cd"}},
		{"emoji that some terminals do not join", "ab 👩‍👩‍👧‍👦 c", []string{"ab ", "👩‍👩‍👧‍👦 c"}},
		{"nothing", "", []string{""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l layout
			var f folds
			l.set(tt.text, 10, &f)
			var got []string
			for _, r := range l.rows {
				got = append(got, tt.text[r.start:r.end])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEveryPlaceHasACellAndBack(t *testing.T) {
	d := draft{text: "the quick 京都 brown 👩‍👩‍👧 fox jumps\n\n\tover the lazyyyyyyyyyyyyyyyyy dog  "}
	var f folds
	var l layout
	for width := 1; width < 30; width++ {
		l.set(d.text, width, &f)
		for i := 0; i < len(d.text); i = d.next(i) {
			y, x := l.find(&d, &f, i)
			back := l.offset(&d, &f, y, x)
			if y2, x2 := l.find(&d, &f, back); width > 2 && (back != i && d.text[i] != ' ' || y != y2 || x != x2) {
				t.Fatalf("width %d: offset %d is at %d,%d, and that is offset %d", width, i, x, y, back)
			}
		}
	}
}

func TestEverySizeIsLegal(t *testing.T) {
	c := focused(0, 0)
	c.SetValue("hello 京都 👩‍👩‍👧\n\tworld of wide things\n\nand more\nand more\nand more")
	c.Paste(strings.Repeat("\n", 30))
	for _, compact := range []bool{false, true} {
		c.SetCompact(compact)
		for w := range 30 {
			for h := range 10 {
				c.Resize(w, h)
				checkView(t, c, w, h)
			}
		}
	}
}

// checkView is what holds of every view.
func checkView(t *testing.T, c *Composer, w, h int) {
	t.Helper()
	view := c.View()
	lines := strings.Split(view, "\n")
	switch {
	case c.Height() > h:
		t.Fatalf("%dx%d: height %d", w, h, c.Height())
	case c.Height() == 0 && view != "", c.Height() > 0 && len(lines) != c.Height():
		t.Fatalf("%dx%d: %d rows drawn, height %d", w, h, len(lines), c.Height())
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > w {
			t.Fatalf("%dx%d: a row of %d cells: %q", w, h, ansi.StringWidth(l), l)
		}
	}
	if x, y, ok := c.Cursor(); ok && (x < 0 || x >= w || y < 0 || y >= c.Height()) {
		t.Fatalf("%dx%d: cursor at %d,%d", w, h, x, y)
	}
}
