package composer

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzComposer presses keys and pastes texts as data says. Nothing may panic,
// every view must be well formed, and the value must be what the same edits
// make of a plain string as far as that is easy to tell.
func FuzzComposer(f *testing.F) {
	f.Add([]byte("hello world"), "pasted", uint8(20), uint8(5))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 200, 201, 202}, strings.Repeat("a\r\n", 30), uint8(9), uint8(3))
	f.Add([]byte{200, 3, 3, 200, 0}, "e\u0301\u200d👩‍👩‍👧\u0600", uint8(14), uint8(9))
	f.Add([]byte{200, 202, 201, 4, 7, 5, 202}, "\xff\U00010001\xff\x00\x1b[31m", uint8(3), uint8(1))
	names := strings.Fields("ctrl+j left right up down backspace delete ctrl+a ctrl+e ctrl+u ctrl+k ctrl+w alt+b alt+f alt+d ctrl+_ ctrl+d home end ctrl+home ctrl+end alt+backspace")
	f.Fuzz(func(t *testing.T, data []byte, paste string, w, h uint8) {
		if len(data) > 300 || len(paste) > 2000 {
			t.Skip("long enough")
		}
		c := focused(int(w), int(h))
		c.SetHistory([]string{"first", paste})
		for _, b := range data {
			before := c.Value()
			switch {
			case int(b) < len(names):
				c.Press(key(names[b]))
			case b == 200:
				at := len(c.folds.unfold(c.text[:c.at]))
				c.Paste(paste)
				if want := before[:at] + clean(paste) + before[at:]; c.Value() != want {
					t.Fatalf("pasting %q at %d into %q gives %q", paste, at, before, c.Value())
				}
			case b == 201:
				c.Remember(c.Value())
				c.Reset()
			case b == 202:
				c.Reset()
			case b == 203:
				c.SetValue(paste)
			default:
				c.Press(key(string(rune(b))))
			}
			if !utf8.ValidString(c.Value()) {
				t.Fatalf("%q is no UTF-8", c.Value())
			}
			checkView(t, c, int(w), int(h))
		}
	})
}
