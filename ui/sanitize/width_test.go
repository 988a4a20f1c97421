package sanitize

import (
	"strings"
	"testing"
)

func TestCertainWidth(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "plain text, “quoted” – like this": true, "京都の桜": true, "한글": true, "Привет": true,
		"👩‍👩‍👧": false, "e\u0301": false, "🌸": false, "שלום": false, "soft\u00ADhyphen": false,
	} {
		if got := CertainWidth(s); got != want {
			t.Errorf("CertainWidth(%q) = %v, want %v", s, got, want)
		}
	}
}

// Where a terminal joins no emoji, a row that is cut at its edge loses words.
func TestWrapFitsEveryTerminal(t *testing.T) {
	words := strings.Repeat("one 👩‍👩‍👧‍👦 two 👍🏽 three ❤️ four 🏴‍☠️ five ", 10)
	for width := 9; width < 80; width += 7 {
		rows := Wrap(words, width)
		for _, row := range rows {
			if w := WidestWidth(row); w > width {
				t.Errorf("at %d: %q takes %d cells", width, row, w)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(rows, " ")), " "); got != strings.TrimSpace(words) {
			t.Errorf("at %d: %q", width, got)
		}
	}
	if rows := Wrap("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 1); strings.Join(rows, "") != "👩‍👩‍👧‍👦👩‍👩‍👧‍👦" {
		t.Errorf("at 1: %q", rows)
	}
	if n := len(Wrap(strings.Repeat("a ", 100), 9)); n != 20 {
		t.Errorf("%d rows of letters", n)
	}
}
