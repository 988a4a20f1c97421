package sanitize

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"empty":                {"", ""},
		"clean":                {"a\tb\nc", "a\tb\nc"},
		"crlf":                 {"a\r\nb\r\n", "a\nb\n"},
		"lone return":          {"PAY MALLORY\rPAY ALICE", "PAY MALLORYPAY ALICE"},
		"escape":               {"\x1b[2Jx\x1b]0;t\x07y", "[2Jx]0;ty"},
		"nul, del":             {"a\x00b\x7fc", "abc"},
		"c1":                   {"a\u009b2Jb\u0085c", "a2Jbc"},
		"raw c1 byte":          {"a\x9bb", "a\ufffdb"},
		"invalid bytes":        {"a\xff\xfeb\xe2\x82", "a\ufffd\ufffdb\ufffd\ufffd"},
		"replacement rune":     {"a\ufffdb", "a\ufffdb"},
		"bidi":                 {"a\u202eb\u2066c\u2069d", "abcd"},
		"marks stay":           {"a\u200eb\u200fc\u061cd", "a\u200eb\u200fc\u061cd"},
		"tags":                 {"a\U000e0041\U000e007fb", "ab"},
		"family":               {"👨‍👩‍👧‍👦👍🏽🇳🇴", "👨‍👩‍👧‍👦👍🏽🇳🇴"},
		"heart on fire":        {"❤️‍🔥", "❤️‍🔥"},
		"keycap":               {"1️⃣ #️⃣", "1️⃣ #️⃣"},
		"persian":              {"می‌خواهم", "می‌خواهم"},
		"devanagari":           {"क्‍ष", "क्‍ष"},
		"joiner in latin":      {"pay\u200dpal\u200c", "paypal"},
		"joiner after emoji":   {"👨\u200dx", "👨x"},
		"joiner over control":  {"👨\u200d\x1b👩", "👨👩"},
		"selector smuggling":   {"😀\U000e0173\U000e0165\U000e0163", "😀\U000e0173"},
		"selector after space": {" \ufe0f", " "},
		"ideographic variant":  {"葛\U000e0100", "葛\U000e0100"},
		"hebrew":               {"שלום עולם", "שלום עולם"},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("%s: Text(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	if got, want := Line("a\r\nb\tc\u2028d\x1b[1m"), "a b c d[1m"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

func TestCleanTextIsNotCopied(t *testing.T) {
	for _, s := range []string{"plain text\n\twith lines", "naïve 日本語 👩‍💻"} {
		if n := testing.AllocsPerRun(10, func() { _ = Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
	}
}

func TestTerminalAttacks(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "..", "shared", "data", "terminal-attacks.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the shared attack list is not beside this clone: %v", err)
	}
	var cases []struct {
		Name    string   `json:"name"`
		Text    string   `json:"text_base64"`
		Survive []string `json:"must_survive"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		raw, err := base64.StdEncoding.DecodeString(c.Text)
		if err != nil {
			t.Fatal(err)
		}
		got := Text(string(raw))
		check(t, got)
		for _, s := range c.Survive {
			if !strings.Contains(got, s) {
				t.Errorf("%s: %q is gone from %q", c.Name, s, got)
			}
		}
	}
}

// check fails when s holds what may never be drawn.
func check(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if forbidden(r) {
			t.Errorf("%q holds %U", s, r)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\r\nb", "\x1b[31m", "👨\u200d\u200d👩", "\xff\u200d", "می‌\u200d", "1\ufe0f\u20e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		check(t, got)
		if again := Text(got); again != got {
			t.Errorf("a second pass makes %q of %q (first %q)", again, got, s)
		}
		line := Line(s)
		check(t, line)
		if strings.ContainsAny(line, "\n\t\u2028\u2029") {
			t.Errorf("Line(%q) = %q is more than one line", s, line)
		}
		if again := Line(line); again != line {
			t.Errorf("a second Line makes %q of %q", again, line)
		}
	})
}

func BenchmarkTextClean(b *testing.B) {
	s := strings.Repeat("The quick brown fox jumps over the lazy dog.\n", 200)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Text(s)
	}
}
