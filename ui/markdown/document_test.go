package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

var widths = []int{20, 40, 80, 120}

// same fails unless two renderings are equal row for row.
func same(t *testing.T, what string, live, want []Line) {
	t.Helper()
	if slices.Equal(live, want) {
		return
	}
	for i := range max(len(live), len(want)) {
		var l, w Line
		if i < len(live) {
			l = live[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if l != w {
			t.Fatalf("%s: row %d of %d and %d:\nlive  %#v\nfresh %#v", what, i, len(live), len(want), l, w)
		}
	}
}

// TestLiveEqualsFresh is the promise of the package: every prefix that was
// shown on the way looks as if it had come at once.
func TestLiveEqualsFresh(t *testing.T) {
	t.Parallel()
	styles := []*Style{colours(), linked(), plain()}
	rng := seeded(t)
	for n, text := range samples {
		for round := range 2 {
			width := widths[rng.IntN(len(widths))]
			if round == 1 && n%2 == 0 {
				width = 1 + rng.IntN(12)
			}
			style := styles[rng.IntN(len(styles))]
			live(t, rng, fmt.Sprintf("sample %d at width %d", n, width), style, cuts(rng, text, 1+len(text)/12), width)
		}
	}
}

func TestLiveEqualsFreshByByte(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for n, text := range samples {
		if len(text) > 160 {
			continue
		}
		live(t, rng, fmt.Sprintf("sample %d", n), colours(), strings.Split(text, ""), 40)
	}
}

func TestLiveEqualsFreshMixture(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for _, width := range widths {
		live(t, rng, fmt.Sprintf("mixture at width %d", width), colours(), cuts(rng, mixture(rng, 4<<10), 400), width)
	}
}

// TestLiveEqualsFreshJoined runs samples into each other, which no one planned.
func TestLiveEqualsFreshJoined(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	for n := range documents(15) {
		var b strings.Builder
		for range 4 {
			b.WriteString(samples[rng.IntN(len(samples))])
			b.WriteString([]string{"", "\n", "\n\n"}[rng.IntN(3)])
		}
		live(t, rng, fmt.Sprintf("joined %d", n), colours(), cuts(rng, b.String(), 80), widths[rng.IntN(4)])
	}
}

func TestResizeAndRestyle(t *testing.T) {
	t.Parallel()
	rng := seeded(t)
	text := mixture(rng, 3<<10) + "\n[ref]\n\n[ref]: https://x.example\n"
	a, b := colours(), plain()
	d := NewDocument(a)
	var got strings.Builder
	for i, piece := range cuts(rng, text, 500) {
		d.Extend(piece)
		got.WriteString(piece)
		style := a
		if i%3 == 1 {
			style = b
		}
		d.SetStyle(style)
		width := widths[i%4]
		same(t, fmt.Sprintf("step %d", i), d.Lines(width), fresh(style, got.String(), width))
	}
}

func TestAnyWidth(t *testing.T) {
	t.Parallel()
	for _, text := range samples {
		d := NewDocument(linked())
		d.Extend(text)
		for _, width := range []int{1, 2, 3, 5, 7, 8, 9, 400} {
			checkLines(t, d.Lines(width), width)
		}
		for _, width := range []int{0, -1} {
			if got := d.Lines(width); got != nil {
				t.Errorf("width %d gives %d rows", width, len(got))
			}
		}
	}
}

// TestNothingEaten looks for texts that markdown renderers lose.
func TestNothingEaten(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Vec<T> x":                        "Vec<T> x",
		"a <think>b</think> c":            "a <think>b</think> c",
		"<think>\nx\n</think>":            "<think>\nx\n</think>",
		"```\na\tb\n```":                  "  a   b",
		`\(x\) \[y\]`:                     `x \[y\]`,
		`\\ \* \_ \a \#`:                  `\ * _ \a #`,
		"$a_b * c_d$ $\\{x\\}$":           "$a_b * c_d$ {x}",
		"[^1]: note\n[^2]: b":             "[^1]: note\n[^2]: b",
		"[a]: https://x.example":          "[a]: https://x.example",
		"| a |\n|---|\n| b | c |":         "a │\n──┼──\nb │ c",
		"a  \nb":                          "a\nb",
		"a\\\nb":                          "a\nb",
		"[l](https://x.example \"t\")":    "l (https://x.example \"t\")",
		"[1](https://x.example)":          "[1] (https://x.example)",
		"[](https://x.example)":           "https://x.example",
		"![alt](x.png)":                   "alt (x.png)",
		"<https://x.example>":             "https://x.example",
		"7. a\n1. b":                      "7. a\n8. b",
		"- [ ] a\n- [x] b":                "[ ] a\n[x] b",
		"&lt;b&gt; &amp;amp; &nosuch;":    "<b> &amp; &nosuch;",
		"a &#27;[31m b":                   "a [31m b",
		"* a":                             "• a",
		"2 * 3 * 4 snake_case_x":          "2 * 3 * 4 snake_case_x",
		"$$\na\n+ b\n$$":                  "a + b",
		"a  b   c":                        "a  b   c",
		"`a  b`":                          "`a  b`",
		"> > a":                           "│ │ a",
		"|a|\n|-|\n|`x \\| y` \\| z|":     "a\n───────────\n`x | y` | z",
		"#### no noise ####":              "no noise",
		"```c++\nx\n```":                  "  c++\n  x",
		"a\u2028b\x1b]0;t\x07c\u009bd":    "a b]0;tcd",
		"- a\n\n  b":                      "• a\n\n  b",
		"<a href=\"x*y*z\">":              "<a href=\"x*y*z\">",
		"[text][none] [none]":             "[text][none] [none]",
		"x\n- a\n  1. b\n     > c":        "x\n\n• a\n  1. b\n\n     │ c",
		"[google.com](https://e.example)": "google.com (https://e.example)",
		`C:\new\table \alpha \\server`:    `C:\new\table \alpha \server`,
		"```python title=x\na\n```":       "  python title=x\n  a",
		":smile: 👍":                       ":smile: 👍",
		"term\n: definition":              "term\n: definition",
		"0. zero\n1. one":                 "0. zero\n1. one",
		"Head\n====\nSub\n---":            "Head\n\nSub",
		"````\n```\na\n```\n````":         "  ```\n  a\n  ```",
		"~~~\n```\n~~~":                   "  ```",
		"a <!-- note --> b":               "a <!-- note --> b",
		"<div>\n*a*\n</div>":              "<div>\na\n</div>",
		"https://a.example/b). x":         "https://a.example/b). x",
		"a[^n] b\n\n[^n]: *note*":         "a[^n] b\n\n[^n]: note",
		"- [x](https://x.example)":        "• x (https://x.example)",
		"`` a`b ``":                       "``a`b``",
		"**unclosed and *this":            "**unclosed and *this",
		"| 名前 | b |\n|--|--|\n| 値 | 1 |":  "名前 │ b\n─────┼──\n値   │ 1",
	} {
		got := strings.TrimSuffix(stripped(fresh(plain(), in, 80)), "\n")
		if got != want {
			t.Errorf("%q is shown as\n%s\nwant\n%s", in, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"[l](https://x.example)":               "‹https://x.example›l‹›",
		"[x.example](https://x.example/a)":     "‹https://x.example/a›x.example‹›",
		"[bank.example](https://evil.example)": "‹https://evil.example›bank.example‹› (https://evil.example)",
		"[l](javascript:alert(1))":             "l (javascript:alert(1))",
		"[l](file:///etc/passwd)":              "l (file:///etc/passwd)",
		"[l](relative.md)":                     "l (relative.md)",
		"[l](mailto:a@b.example)":              "‹mailto:a@b.example›l‹›",
		"<a@b.example>":                        "‹mailto:a@b.example›a@b.example‹›",
		"www.x.example":                        "‹http://www.x.example›www.x.example‹›",
		"[l](https://bücher.example/ü)":        "‹https://xn--bcher-kva.example/%C3%BC›l‹›",
		"[l](https://x.example/&#27;]0;t&#7;)": "‹https://x.example/]0;t›l‹›",
		"[](https://x.example)":                "‹https://x.example›https://x.example‹›",
		"[1](https://x.example)":               "‹https://x.example›[1]‹›",
	} {
		rows := fresh(NewStyle(plainTheme, Options{Links: true}), in, 80)
		got := strings.NewReplacer("\x1b]8;;", "‹", "\x1b\\", "›", "\x1b[4m", "", "\x1b[m", "").Replace(rows[0].Text)
		if len(rows) != 1 || got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestSoftBreaks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"aaa bbb ccc\nddd":         "aaa bbb~ ccc| ddd|",
		"aaaaaaaaaaaa":             "aaaaaaaa+ aaaa|",
		"```\nlong code line\n```": "  long c+ ode li+ ne|",
		"- aaa bbb ccc":            "• aaa~ bbb~ ccc|",
		"日本語日本語":                   "日本語日+ 本語|",
		"x 日本語。日本":                 "x 日本+ 語。日本|",
	} {
		var got []string
		for _, l := range fresh(plain(), in, 8) {
			end := "|"
			if l.Soft && l.Space {
				end = "~"
			} else if l.Soft {
				end = "+"
			}
			text := ansi.Strip(l.Text)
			if len(got) > 0 && strings.HasPrefix(in, "- ") {
				text = strings.TrimLeft(text, " ")
			}
			if strings.HasPrefix(in, "```") && len(got) > 0 {
				text = text[l.Gutter:]
			}
			got = append(got, text+end)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", in, strings.Join(got, " "), want)
		}
	}
}

func TestGutter(t *testing.T) {
	t.Parallel()
	text := "> quoted text that wraps\n\n- item that also wraps\n  - nested\n\n```\ncode line that wraps\n```\n"
	var got []string
	for _, l := range fresh(plain(), text, 16) {
		s := ansi.Strip(l.Text)
		got = append(got, fmt.Sprintf("%d %s", l.Gutter, s[min(len(s), ansiBytes(s, l.Gutter)):]))
	}
	want := []string{
		"2 quoted text", "2 that wraps", "0 ", "0 • item that also", "2 wraps", "0   • nested", "0 ",
		"2 code line that", "2  wraps",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// ansiBytes returns the length of the first n cells of s.
func ansiBytes(s string, n int) int { return len(ansi.Truncate(s, n, "")) }

// Terminals that join no emoji draw a family as four people: a row of them that
// fits elsewhere would be cut at the edge.
func TestRowsFitWhereNoEmojiIsJoined(t *testing.T) {
	line := strings.Repeat("one 👩‍👩‍👧‍👦 two 👍🏽 three ❤️ four 🏴‍☠️ five ", 8)
	for _, text := range []string{line, "- " + line, "> " + line, "# " + line, "```\n" + line + "\n```", "| a | b |\n|---|---|\n| " + line + "| x |"} {
		for _, width := range []int{30, 47, 80} {
			for _, row := range fresh(plain(), text, width) {
				if w := sanitize.WidestWidth(ansi.Strip(row.Text)); w > width {
					t.Errorf("at %d, %d cells: %q", width, w, ansi.Strip(row.Text))
				}
			}
		}
	}
}

func TestNarrowTableBecomesRecords(t *testing.T) {
	t.Parallel()
	text := "| a | b | c | d | e |\n|-|-|-|-|-|\n| 1111 | 2222 | 3333 | 4444 | 5555 |"
	got := stripped(fresh(plain(), text, 20))
	if want := "a\n  1111\nb\n  2222\nc\n  3333\nd\n  4444\ne\n  5555\n"; got != want {
		t.Errorf("got\n%s", got)
	}
}

func FuzzDocument(f *testing.F) {
	for i, s := range samples {
		if len(s) < 400 {
			f.Add(s, 1+i%90, i%40)
		}
	}
	f.Fuzz(func(t *testing.T, text string, width, cut int) {
		if width < 1 || width > 200 || len(text) > 2000 {
			t.Skip()
		}
		cut = max(0, min(cut, len(text)))
		s := linked()
		d := NewDocument(s)
		d.Extend(text[:cut])
		checkLines(t, d.Lines(width), width)
		d.Extend(text[cut:])
		lines := d.Lines(width)
		checkLines(t, lines, width)
		same(t, fmt.Sprintf("%q cut at %d, width %d", text, cut, width), lines, fresh(s, text, width))
	})
}
