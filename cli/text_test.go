package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// cleaned writes text in pieces that end at the given places, modulo its
// length, and returns what came out.
func cleaned(t *testing.T, text string, cuts []byte) string {
	t.Helper()
	var out bytes.Buffer
	c := cleaner{w: &out}
	for _, cut := range cuts {
		n := int(cut)
		for n < len(text) && !utf8.RuneStart(text[n]) { // events hold whole characters
			n++
		}
		n = min(n, len(text))
		if err := c.write(text[:n]); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := errors.Join(c.write(text), c.end()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// whole is what cleaned should return.
func whole(text string) string {
	text = strings.TrimRight(sanitize.Text(text), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

func TestCleanerInPieces(t *testing.T) {
	for _, text := range []string{
		"", "\n", "\n\n", "a", "a\n", "a\n\n\n", "\n\na\n\nb\n",
		"family 👩\u200d👩\u200d👧\u200d👦 and flag 🏳\ufe0f\u200d🌈 and 1\ufe0f\u20e3.", "क्\u200dष می\u200cخواهم", "x\u200dy", "\u200d\u200d", "👩\x1b\u200d👩",
		"\x1b]0;title\x07", "a\r\nb\r", "é\u0301\u202e", "\U000E0041\ufe0f",
	} {
		ones := bytes.Repeat([]byte{1}, len(text))
		if got, want := cleaned(t, text, ones), whole(text); got != want {
			t.Errorf("%q in pieces: %q, want %q", text, got, want)
		}
	}
}

func TestCleanerDoesNotHoldBack(t *testing.T) {
	var out bytes.Buffer
	c := cleaner{w: &out}
	if err := c.write("日本語\n"); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "日本語" {
		t.Errorf("printed %q, want all but the newline", got)
	}
	if err := c.write(strings.Repeat("\u200d", 1000)); err != nil {
		t.Fatal(err)
	}
	if len(c.held) > maxHeld+3 {
		t.Errorf("holds %d bytes back", len(c.held))
	}
}

func FuzzCleaner(f *testing.F) {
	f.Add("👩\u200d👩\u200d👧\n\x1b[31m", []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, text string, cuts []byte) {
		text = strings.ToValidUTF8(text, "?")
		if len(text) > maxHeld { // beyond it a joiner at a cut may be lost
			return
		}
		if got, want := cleaned(t, text, cuts), whole(text); got != want {
			t.Errorf("%q cut at %v: %q, want %q", text, cuts, got, want)
		}
	})
}

func FuzzEscapeUnseen(f *testing.F) {
	f.Add("a\u202eb\u007f\u0085\U000E0041\U0001F600")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		var out bytes.Buffer
		if err := writeJSON(&out, text); err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.TrimSuffix(out.String(), "\n") {
			if r < ' ' || unseen(r) {
				t.Errorf("%q leaves %U in %q", text, r, out.String())
			}
		}
		var back string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != text {
			t.Errorf("%q came back as %q (%v)", text, back, err)
		}
	})
}
