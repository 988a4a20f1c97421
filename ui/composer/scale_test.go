package composer

// What a key costs however much is written: counted here, timed by the
// benchmarks.

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Every pair of runes that is said to be two characters is, and each is as
// wide as the slow way finds it.
func TestAlone(t *testing.T) {
	var all []rune
	for r := rune(0x80); r <= 0xFFFF; r++ {
		if alone(r) {
			all = append(all, r)
		}
	}
	var f folds
	for i, r := range all {
		if got, want := f.width(string(r)), ansi.StringWidth(sanitize.Text(string(r))); got != want {
			t.Errorf("%U is %d cells wide, not %d", r, want, got)
		}
		for _, next := range []rune{all[(i*7919+1)%len(all)], r, 'a', '\n', ' '} {
			two := string(r) + string(next)
			if c, _ := ansi.FirstGraphemeCluster(two, ansi.GraphemeWidth); c != string(r) {
				t.Errorf("%U and %U are one character", r, next)
			}
		}
	}
}

// mixed are pieces of which texts for layouts are made.
var mixed = []string{
	"a", " ", "  ", "\n", "word ", "京", "都の桜", "\t", "e\u0301", "\u0301", "👩\u200d👩\u200d👧", "👧", "\u200d", "🇯", "🇵",
	"ü", "Привет ", "\x00", "aVeryLongWordWithoutAnyBlank", "\u0600", "한글", "สวัสดี", "\uFE0F", "☂",
}

func TestLayoutGrowsAsIfAnew(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 9))
	var f folds
	mark := f.paste(strings.Repeat("x\n", 30))
	pieces := append(slices.Clone(mixed), mark)
	for run := range 20 {
		var l layout
		d := draft{}
		width := 1 + rng.IntN(30)
		for step := range 120 {
			switch rng.IntN(12) {
			case 0:
				width = 1 + rng.IntN(30)
			case 1, 2, 3:
				from := d.somewhere(rng)
				to := from
				for range rng.IntN(6) {
					to = d.next(to)
				}
				d.replace(from, to, "")
			default:
				at := d.somewhere(rng)
				var s strings.Builder
				for range 1 + rng.IntN(8) {
					s.WriteString(pieces[rng.IntN(len(pieces))])
				}
				d.replace(at, at, s.String())
			}
			l.set(d.text, width, &f)
			var fresh layout
			fresh.set(d.text, width, &f)
			if !slices.Equal(l.rows, fresh.rows) {
				t.Fatalf("run %d step %d width %d: %q lies in\n%v, anew in\n%v", run, step, width, d.text, l.rows, fresh.rows)
			}
		}
	}
}

// somewhere is a place between two characters.
func (d *draft) somewhere(rng *rand.Rand) int {
	if d.text == "" {
		return 0
	}
	i := rng.IntN(len(d.text) + 1)
	p := 0
	for p < i {
		p = d.next(p)
	}
	return p
}

// drafts are texts that are much to lay out.
func drafts() map[string]string {
	return map[string]string{
		"2000 lines":          strings.Repeat("all work and no play makes a dull line of about eighty characters, as one writes\n", 2000),
		"100 KB in one line":  strings.Repeat("words without a newline between them ", 100<<10/37),
		"100 KB of han":       strings.Repeat("京都の桜はいつ咲きますか、四月の初めでしょうか。", 100<<10/72),
		"100 KB in one word":  strings.Repeat("aGVsbG8", 100<<10/7),
		"1 MB of prose":       strings.Repeat("all work and no play makes a dull line of about eighty characters, as one writes\n", 1<<20/81),
		"20 KB of emoji":      strings.Repeat("👩\u200d👩\u200d👧", 20<<10/18),
		"a fold of 1 MB":      "before \xff\U00010001 behind",
		"20 KB of devanagari": strings.Repeat("नमस्ते दुनिया ", 20<<10/38),
	}
}

func large(text string) *Composer {
	c := focused(120, 20)
	if strings.Contains(text, "\xff") {
		c.Paste(strings.Repeat("a line that was pasted\n", 1<<20/23))
		c.Press(key("a"))
		return c
	}
	c.SetValue(text)
	return c
}

// A key measures the rows around it, wherever it is pressed, unless it moves
// all that stands behind it in its line.
func TestKeysCostWhatTheyChange(t *testing.T) {
	for name, text := range drafts() {
		c := large(text)
		for _, press := range []string{"x", "backspace", "ctrl+j", "backspace", "left", "y", "up", "z", "ctrl+w"} {
			before := c.rows.read
			c.Press(key(press))
			if cost := c.rows.read - before; cost > 8<<10 {
				t.Errorf("%s: %s at the end measures %d bytes", name, press, cost)
			}
		}
		if name == "100 KB in one word" || name == "100 KB of han" {
			continue
		}
		c.at = c.lineStart(len(c.text) / 2)
		before := c.rows.read
		c.Press(key("x"))
		if cost := c.rows.read - before; cost > 8<<10 {
			t.Errorf("%s: a key in the middle measures %d bytes", name, cost)
		}
	}
}

func TestPasteOfAMegabyteIsSentWhole(t *testing.T) {
	text := strings.Repeat("a line that was pasted\r", 1<<20/23)
	want := strings.ReplaceAll(text, "\r", "\n")
	c := focused(80, 10)
	c.Press(key("a"))
	c.Paste(text)
	if c.rows.read > 1000 {
		t.Errorf("%d bytes were measured", c.rows.read)
	}
	if c.Value() != "a"+want {
		t.Error("the value is not what was pasted")
	}
	if !strings.Contains(c.View(), fmt.Sprintf("[pasted %d lines]", strings.Count(want, "\n"))) {
		t.Errorf("it is not folded:\n%s", c.View())
	}
	c.Remember(c.Value())
	c.Reset()
	c.Press(key("up"))
	if c.Value() != "a"+want || c.rows.read > 2000 {
		t.Errorf("recalled it measures %d bytes", c.rows.read)
	}
}

// A paste of one endless line folds as one of many lines does.
func TestPasteOfAnEndlessLineIsNotLaidOut(t *testing.T) {
	text := strings.Repeat("日本語", 1<<20/9)
	c := focused(80, 10)
	c.Paste(text)
	_ = c.View()
	if c.rows.read > 1000 {
		t.Errorf("%d bytes were measured", c.rows.read)
	}
	if c.Value() != text {
		t.Error("the value is not what was pasted")
	}
}

func BenchmarkKey(b *testing.B) {
	texts := drafts()
	texts["baseline: a word"] = "word"
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		for _, where := range []string{"end", "start"} {
			b.Run(name+"/"+where, func(b *testing.B) {
				c := large(texts[name])
				if where == "start" {
					c.Press(key("ctrl+home"))
				}
				b.ResetTimer()
				for i := range b.N {
					c.Press(key([]string{"x", "backspace"}[i%2]))
					_ = c.View()
				}
			})
		}
	}
}

func BenchmarkPaste(b *testing.B) {
	text := strings.Repeat("a line that was pasted\r", 1<<20/23)
	for b.Loop() {
		c := focused(120, 20)
		c.Paste(text)
		_ = c.View()
		if len(c.Value()) != len(text) {
			b.Fatal("not whole")
		}
	}
}
