package markdown

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// hostileTexts were made to be slow.
var hostileTexts = map[string]string{
	"brackets":        strings.Repeat("[", 50_000),
	"closed brackets": strings.Repeat("[", 25_000) + strings.Repeat("]", 25_000),
	"links":           strings.Repeat("[a](", 10_000),
	"stars":           strings.Repeat("*", 50_000),
	"starred":         strings.Repeat("*a ", 20_000),
	"mixed marks":     strings.Repeat("*a_ ", 20_000),
	"unclosed":        strings.Repeat("**bold _and ~~not `closed ", 3_000),
	"backticks":       strings.Repeat("`", 20_000) + " " + strings.Repeat("a`", 2_000),
	"backtick runs":   tickRuns(300),
	"quotes":          strings.Repeat(">", 5_000),
	"spaced quotes":   strings.Repeat("> ", 20_000) + "x",
	"bullets":         strings.Repeat("- ", 20_000),
	"deeper":          deeper(200),
	"angles":          strings.Repeat("<", 50_000),
	"tags":            strings.Repeat("<a ", 20_000),
	"entities":        strings.Repeat("&", 50_000),
	"one word":        strings.Repeat("a", 1<<18),
	"code line":       "```js\n" + strings.Repeat("a(", 50_000),
	"comments":        strings.Repeat("<!--", 10_000),
	"dollars":         strings.Repeat("$a", 20_000),
	"formulas":        strings.Repeat(`\(`, 20_000),
	"formula blocks":  strings.Repeat("$$\n", 10_000),
	"braces":          `\(` + strings.Repeat("{", 1_900) + `\)`,
	"images":          strings.Repeat("![", 20_000),
	"definitions":     strings.Repeat("[a]: b\n", 5_000),
	"footnotes":       strings.Repeat("[^1]: b\n", 10_000),
	"references":      strings.Repeat("[a] ", 5_000) + "\n\n[a]: b",
	"table columns":   strings.Repeat("|a", 500) + "\n" + strings.Repeat("|-", 500) + strings.Repeat("\n"+strings.Repeat("|b", 500), 20),
	"delimiters":      strings.Repeat("a|b\n-|-\n\n", 3_000),
	"zero width":      strings.Repeat("a\u0301\u200d", 10_000),
	"zalgo":           strings.Repeat("Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334", 2_000),
	"combining":       "a" + strings.Repeat("\u0301", 50_000),
	"emoji":           strings.Repeat("👩\u200d👩\u200d👧", 4_000),
	"flags":           strings.Repeat("🇳🇴", 5_000),
	"invalid":         strings.Repeat("\xff\xe2\x82", 10_000),
	"tabs":            strings.Repeat("\t", 20_000) + "x" + strings.Repeat("-\t", 5_000),
	"blank lines":     strings.Repeat("\n", 50_000),
	"underlines":      strings.Repeat("a\n=\n", 10_000),
	"setext":          strings.Repeat("a\n", 20_000) + "===",
}

func tickRuns(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("`", i+1) + " ")
	}
	return b.String()
}

func deeper(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// TestHostileTexts counts the work for texts that were made to cost much, at
// once and in frames: a byte is parsed a few times at most.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(hostileTexts)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := hostileTexts[name]
			if !long() {
				text = text[:min(len(text), 10<<10)]
			}
			d := NewDocument(colours())
			d.Extend(text)
			checkLines(t, d.Lines(80), 80)
			if w := d.work; w.parsed > 3*len(text) || d.code.coloured > 3*len(text) || w.lines > 3*len(d.rows)+500 {
				t.Errorf("%d bytes in %d rows cost %+v", len(text), len(d.rows), w)
			}
			d = NewDocument(colours())
			frames := min(len(text), 30)
			for i := range frames {
				d.Extend(text[i*len(text)/frames : (i+1)*len(text)/frames])
				d.Lines(80)
			}
			if w := d.work; w.parsed > 12*len(text)+100_000 || w.lines > 20*len(d.rows)+2000 {
				t.Errorf("%d bytes in frames, %d rows, cost %+v", len(text), len(d.rows), w)
			}
			if !slices.Equal(d.Lines(80), fresh(colours(), text, 80)) {
				t.Error("live and fresh differ")
			}
		})
	}
}

// BenchmarkHostile measures the worst frame of such a text, of which the end is
// looked at: while it arrives in 30 of them, when it was there before, and at
// another width. Of each frame the best time counts.
func BenchmarkHostile(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hostileTexts)) {
		text := hostileTexts[name]
		b.Run(name, func(b *testing.B) {
			frames := make([]time.Duration, 32)
			for i := range frames {
				frames[i] = time.Hour
			}
			for b.Loop() {
				d := NewDocument(colours())
				for i := range 30 {
					start := time.Now()
					d.Extend(text[i*len(text)/30 : (i+1)*len(text)/30])
					seeEnd(d, 80)
					frames[i] = min(frames[i], time.Since(start))
				}
				start := time.Now()
				seeEnd(d, 100)
				frames[31] = min(frames[31], time.Since(start))
				d = NewDocument(colours())
				d.Extend(text)
				start = time.Now()
				seeEnd(d, 80)
				frames[30] = min(frames[30], time.Since(start))
			}
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(slices.Max(frames[:30])), "arriving-ms")
			b.ReportMetric(ms(frames[30]), "opening-ms")
			b.ReportMetric(ms(frames[31]), "resizing-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// seeEnd lays out what a screen shows that follows a text.
func seeEnd(d *Document, width int) {
	ink := Ink(2 << 10)
	seen := 0
	for i := d.Parts(width) - 1; i >= 0 && seen < 40; i-- {
		n := len(d.Rows(i))
		d.Colour(i, max(0, n-40+seen), n, &ink)
		seen += n
	}
}

// attack is a text that somebody collected against terminals.
type attack struct {
	Name    string   `json:"name"`
	Text    []byte   `json:"text_base64"`
	Survive []string `json:"must_survive"`
}

func attacks(t *testing.T) []attack {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "terminal-attacks.json"))
	if err != nil {
		t.Skipf("the shared attack list is not beside this clone: %v", err)
	}
	var all []attack
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTerminalAttacks draws them whole, cut at many places, and with their
// control characters written as entities, in text, code and links.
func TestTerminalAttacks(t *testing.T) {
	t.Parallel()
	for _, a := range attacks(t) {
		text := string(a.Text)
		for _, s := range []*Style{colours(), linked(), plain()} {
			lines := fresh(s, text, 2000)
			checkLines(t, lines, 2000)
			for _, part := range a.Survive {
				if got := stripped(lines); !strings.Contains(got, part) {
					t.Errorf("%s: %q is gone:\n%s", a.Name, part, got)
				}
			}
			checkLines(t, fresh(s, text, 8), 8)
		}
		whole := fresh(linked(), text, 80)
		places := 25
		if long() {
			places = 1000
		}
		for i := 0; i < len(text); i += 1 + len(text)/places {
			d := NewDocument(linked())
			d.Extend(text[:i])
			checkLines(t, d.Lines(80), 80)
			d.Extend(text[i:])
			same(t, fmt.Sprintf("%s cut at %d", a.Name, i), d.Lines(80), whole)
		}
		for _, form := range []string{"%s", "`%s`", "# %s", "| %s |\n|---|\n| %[1]s |", "```\n%s\n```", "[l](https://x.example/%s)", "[l](<https://x.example/%s>)", "[l](https://x.example \"%s\")", "[%s](https://x.example)", "<https://x.example/%s>", "$$%s$$", `\(\text{%s}\)`, "[r]\n\n[r]: https://x.example/%s"} {
			for _, raw := range []string{text, encoded(text)} {
				checkLines(t, fresh(linked(), fmt.Sprintf(form, raw), 80), 80)
			}
		}
	}
}

// encoded writes what is not printable as entities.
func encoded(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) || r == '\n' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#x%x;", r)
		}
	}
	return b.String()
}

// TestLinksSayWhereTheyLead holds labels and titles that look like an address
// against the address.
func TestLinksSayWhereTheyLead(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"[bank.example](https://evil.example)", "[https://bank.example/login](https://evil.example)", "[bank.example](https://bank.example@evil.example)",
		"[bank\u2024example](https://evil.example)", "[bank。example](https://evil.example)", "[a@bank.example](https://evil.example)",
		"[**bank**.example](https://evil.example)", "[x](https://evil.example \"https://bank.example\")", "![bank.example](https://evil.example)",
		"[bank&#46;example](https://evil.example)", "[bank.example][r]\n\n[r]: https://evil.example", "[see bank.example now](https://evil.example)",
		"[bank.example](https://evil.example/https://bank.example)", "[bank.example:443](https://evil.example)",
	} {
		first, _, _ := strings.Cut(stripped(fresh(linked(), in, 200)), "\n")
		if !strings.Contains(first, "evil.example") {
			t.Errorf("%s is shown as %q", in, first)
		}
	}
	for in, want := range map[string]string{
		"<https://аpple.example>":                "https://xn--pple-43d.example",
		"[x](https://аpple.example)":             "x",
		"[аpple.example](https://аpple.example)": "аpple.example (https://xn--pple-43d.example)",
	} {
		if got := strings.TrimSpace(stripped(fresh(linked(), in, 200))); got != want {
			t.Errorf("%s is shown as %q, want %q", in, got, want)
		}
	}
}
