package transcript

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// drag marks text from where one text begins to where another one ends, both as
// they stand on the screen, and returns what would be copied.
func drag(t *testing.T, tr *Transcript, from, to string) string {
	t.Helper()
	x1, y1 := find(t, tr, from)
	x2, y2 := find(t, tr, to)
	tr.Mark(x1, y1, ByCell)
	tr.MarkTo(x2+ansi.StringWidth(to)-1, y2)
	tr.EndMark()
	return tr.MarkedText()
}

// find returns the cell in which a text begins.
func find(t *testing.T, tr *Transcript, text string) (x, y int) {
	t.Helper()
	for y, line := range lines(tr) {
		if y < 2 {
			continue // the gap and the name
		}
		if before, _, ok := strings.Cut(line, text); ok {
			return ansi.StringWidth(before), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, plainView(tr))
	return 0, 0
}

// shown is a transcript that shows one answer.
func shown(answer string, width int) *Transcript {
	tr := New(themes.Plain(), false)
	tr.Resize(width, 60)
	tr.Append(&Answer{Model: "m", Reply: answered(answer)})
	tr.Layout()
	return tr
}

// answered is a reply of which nothing is known but its text.
func answered(text string) *api.Reply {
	r := api.NewReply(start)
	r.Add(api.Answer{Text: text}, start)
	return r
}

func TestWhatIsCopied(t *testing.T) {
	for name, c := range map[string]struct {
		answer   string
		width    int
		from, to string
		want     string
	}{
		"a part of a line":      {"one two three", 40, "two", "two", "two"},
		"a wrapped paragraph":   {"one two three four five six seven", 20, "one", "seven", "one two three four five six seven"},
		"a part of one":         {"one two three four five six seven", 20, "two", "six", "two three four five six"},
		"a word over two rows":  {"aaaaaaaaaabbbbbbbbbbcccccccccc", 14, "aaaa", "cccc", "aaaaaaaaaabbbbbbbbbbcccc"},
		"paragraphs":            {"one\n\ntwo", 40, "one", "two", "one\n\ntwo"},
		"code":                  {"```go\nfunc f() {\n\tif x {\n\t\treturn\n\t}\n}\n```", 40, "func", "}", "func f() {\n\tif x {\n\t\treturn\n\t}"},
		"a tab inside":          {"```\na\tb\n```", 40, "a", "b", "a\tb"},
		"spaces stay spaces":    {"```\n    a\n\tb\n```", 40, "a", "b", "a\n\tb"},
		"wrapped code":          {"```\none  two  three  four\n```", 16, "one", "four", "one  two  three  four"},
		"code in an item":       {"- item\n\n  ```\n  \tx\n  y\n  ```", 40, "item", "y", "item\n\n\tx\ny"},
		"a quote":               {"> one two three\n> four five six\n\nafter", 16, "one", "after", "one two three\nfour five six\n\nafter"},
		"quotes in quotes":      {"> one\n>\n> > two two two two\n> > three", 16, "one", "three", "one\n\ntwo two two two\nthree"},
		"a list":                {"- one one one one\n- two\n  - three", 16, "•", "three", "• one one one one\n• two\n  • three"},
		"ideographs":            {"桜の花が咲きました。とてもきれいです。", 20, "桜", "す。", "桜の花が咲きました。とてもきれいです。"},
		"a part of them":        {"桜の花が咲く", 40, "の", "が", "の花が"},
		"pictures":              {"a 👩‍👩‍👧 b 🇯🇵 c", 40, "👩‍👩‍👧", "🇯🇵", "👩‍👩‍👧 b 🇯🇵"},
		"a table":               {"| a | b |\n|---|---|\n| one | two |\n| 3 | 桜 |", 40, "a", "桜", "a\tb\none\ttwo\n3\t桜"},
		"a part of a table":     {"| a | b | c |\n|---|---|---|\n| one | two | three |", 40, "two", "three", "two\tthree"},
		"a bar in a table":      {"| a | b |\n|---|---|\n| x│y | z │ |", 40, "x", "z", "x│y\tz"},
		"a rule":                {"one\n\n---\n\ntwo", 40, "one", "two", "one\n\n\ntwo"},
		"bold and links":        {"**one** and [two](https://example.com) *end*", 80, "one", "end", "one and two (https://example.com) end"},
		"a hard break":          {"one  \ntwo", 40, "one", "two", "one\ntwo"},
		"a header of two words": {"# One two three four\n\ntext", 16, "One", "text", "One two three four\n\ntext"},
	} {
		t.Run(name, func(t *testing.T) {
			tr := shown(c.answer, c.width)
			if got := drag(t, tr, c.from, c.to); got != c.want {
				t.Errorf("copied %q, want %q, of\n%s", got, c.want, plainView(tr))
			}
		})
	}
}

// Backwards is forwards.
func TestMarkingBackwards(t *testing.T) {
	tr := shown("one two three four five six seven", 20)
	x1, y1 := find(t, tr, "two")
	x2, y2 := find(t, tr, "seven")
	tr.Mark(x2, y2, ByCell)
	tr.MarkTo(x1, y1)
	if got := tr.MarkedText(); got != "two three four five six s" {
		t.Errorf("copied %q", got)
	}
	tr.MarkTo(x2, y2)
	if tr.Marked() {
		t.Error("back where it began, something is marked")
	}
}

func TestMarkingAcrossMessages(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 40)
	tr.Append(&User{Text: "if x:\n\treturn  1", At: start})
	a := &Answer{Model: "demo/m", Reply: reply("a thought\n\n- and more", "The answer.")}
	tr.Append(a)
	tr.Append(&Divider{Text: "switched to x"})
	tr.Append(&User{Text: "why?"})
	if got, want := drag(t, tr, "x:", "answer."), "x:\n\treturn  1\n\ndemo/m\n▸ Thought for 2.1 s · 412 tokens\nThe answer."; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	tr.ToggleFold(a)
	if got, want := drag(t, tr, "thought", "The"), "thought\n\n• and more\nThe"; got != want {
		t.Errorf("across a thought copied %q, want %q", got, want)
	}
	if got := drag(t, tr, "switched", "why?"); got != "switched to x\n\nyou\nwhy?" {
		t.Errorf("across a divider copied %q", got)
	}
}

// What is marked stays the same text, wherever that goes.
func TestMarkedTextStays(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 14)
	r := reply("", strings.Repeat("before\n\n", 8)+"the marked text")
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	x, y := find(t, tr, "marked")
	tr.Mark(x, y, ByCell)
	tr.MarkTo(x+5, y)
	check := func(when string) {
		t.Helper()
		if got := tr.MarkedText(); got != "marked" {
			t.Errorf("%s the text %q is marked", when, got)
		}
	}
	check("at first")
	r.Answer.WriteString(strings.Repeat(" and more of it", 30))
	tr.Extend()
	tr.Layout()
	check("after text arrived")
	if !strings.Contains(plainView(tr), "the marked text") {
		t.Errorf("while it is being marked, it scrolled away:\n%s", plainView(tr))
	}
	tr.EndMark()
	tr.Bottom()
	tr.ScrollBy(-4)
	tr.Layout()
	check("after scrolling")
	a.Live = false
	tr.Layout()
	check("after the end")
	tr.Resize(30, 14)
	check("at another width")
}

func TestMarkedIsInverted(t *testing.T) {
	tr := shown("> one 桜桜 two", 40)
	drag(t, tr, "e 桜", "桜桜")
	tr.Layout()
	_, y := find(t, tr, "桜桜")
	if want := "\x1b[7me 桜桜\x1b[m"; !strings.Contains(tr.frame[y], want) {
		t.Errorf("the row is %q, want %q in it", tr.frame[y], want)
	}
	x, _ := find(t, tr, "桜桜")
	tr.Mark(x+1, y, ByCell) // the right half
	tr.MarkTo(x+2, y)       // the left half of the next
	if got := tr.MarkedText(); got != "桜桜" {
		t.Errorf("copied %q", got)
	}
}

func TestWordsAndLines(t *testing.T) {
	for name, c := range map[string]struct{ answer, at, word string }{
		"a word":          {"say hello, world", "ello", "hello"},
		"don't":           {"I don't know", "on", "don't"},
		"the last":        {"that is all.", "ll", "all"},
		"a number":        {"pi is 3.1416?", "14", "3.1416"},
		"a path":          {"see ./ui/a_b-c.go:12 there", "a_b", "./ui/a_b-c.go:12"},
		"a model":         {"use `deepseek/deepseek-r1`.", "seek-r1", "deepseek/deepseek-r1"},
		"an address":      {"see https://example.com/a_(b)?c=d&e#f, there", "example", "https://example.com/a_(b)?c=d&e#f"},
		"in parentheses":  {"see (https://example.com/a). There", "exam", "https://example.com/a"},
		"a quoted one":    {"x=\"https://example.com/a;b,c\" y", "exam", "https://example.com/a;b,c"},
		"before it":       {"x=\"https://example.com/\" y", "x", "x="},
		"ideographs":      {"花が咲く。春が来た。", "咲", "花が咲く"},
		"mixed":           {"東京Tokyo", "kyo", "Tokyo"},
		"an emoji":        {"good 👩‍👩‍👧👍 bye", "👩‍👩‍👧", "👩‍👩‍👧"},
		"with an accent":  {"un cafe\u0301 noir", "caf", "cafe\u0301"},
		"punctuation":     {"a (b) c", "(", "("},
		"over a break":    {"0123456789 https://example.com/0123456789/0123456789/0123456789 end", "example", "https://example.com/0123456789/0123456789/0123456789"},
		"a wrapped quote": {"> aaa https://example.com/0123456789/0123456789 end", "example", "https://example.com/0123456789/0123456789"},
	} {
		t.Run(name, func(t *testing.T) {
			tr := shown(c.answer, 32)
			x, y := find(t, tr, c.at)
			_, wide := ansi.FirstGraphemeCluster(c.at, ansi.GraphemeWidth)
			for half := range wide { // of what takes two cells
				tr.Mark(x+half, y, ByWord)
				if got := tr.MarkedText(); got != c.word {
					t.Errorf("a double click on %q marks %q, want %q", c.at, got, c.word)
				}
			}
		})
	}
	tr := shown("one two three four five six seven eight\n\nnext", 20)
	x, y := find(t, tr, "five")
	tr.Mark(x, y, ByLine)
	if got := tr.MarkedText(); got != "one two three four five six seven eight" {
		t.Errorf("a triple click marks %q", got)
	}
	x, y = find(t, tr, "five")
	tr.Mark(x+1, y, ByWord)
	x, y = find(t, tr, "two")
	tr.MarkTo(x+1, y)
	if got := tr.MarkedText(); got != "two three four five" {
		t.Errorf("by words it marks %q", got)
	}
}

// All of an answer, marked at any width, is the same text.
func TestWholeAnswersAtAnyWidth(t *testing.T) {
	for i, answer := range []string{
		"One two  three `four five` **six seven** eight, nine—ten.\nAfter a soft break in the text.\n\nA second paragraph, with 桜の花が咲きました and 👩‍👩‍👧 in it.",
		"```python\ndef f(x):\n\treturn {\n\t\t'a':\t1,   # a long comment that goes on and on\n\t}\n\n\nprint(f(1))\n```\n\nAnd then:\n\n    indented\n\tmore",
		"> quoted text that is long enough to wrap\n>\n> > and deeper quoted text that wraps too\n>\n> - with a list in it, which wraps as well\n>   1. twice\n",
		"1. one one one one one one one\n2. two\n\n   ```\n   a\tb\n   ```\n\n3. [ ] three\n   - four four four four four four\n",
		"# A heading that is long\n\ntext  \nbroken\n\nhttps://example.com/a/very/long/address/that/has/no/blank/in/it/at/all end\n",
	} {
		var want string
		for _, width := range []int{200, 120, 80, 59, 40, 33, 26, 21} {
			tr := shown(answer, width)
			tr.Resize(width, 400)
			tr.Layout()
			s := tr.lay(0).section(anchor{section: sectionText})
			top := 0
			for _, o := range tr.lay(0) {
				if o.kind == sectionText {
					break
				}
				top += len(o.rows())
			}
			tr.Mark(0, top, ByCell)
			tr.MarkTo(width-1, top+len(s.rows())-1)
			got := tr.MarkedText()
			if width == 200 {
				want = got
			}
			if got != want {
				t.Errorf("text %d at width %d is\n%q, at first\n%q", i, width, got, want)
			}
			// Against the rows themselves, but for tabs.
			if visible := visibleText(s); untabbed(got) != untabbed(visible) {
				t.Errorf("text %d at width %d: copied\n%q of\n%q", i, width, untabbed(got), untabbed(visible))
			}
		}
	}
}

// Whatever a document holds, copying all of it gives its code as it was written,
// and no border, no padding.
func TestWholeDocuments(t *testing.T) {
	files, _ := filepath.Glob("../markdown/testdata/*.md")
	if len(files) == 0 {
		t.Fatal("no documents")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{140, 80, 44} {
			tr := shown(string(text), width)
			tr.Resize(width, 3000)
			tr.Layout()
			tr.Mark(0, 2, ByCell)
			tr.MarkTo(width-1, len(tr.frame)-1)
			got := tr.MarkedText()
			for _, b := range markdown.Blocks(string(text)) {
				if b.Kind == markdown.Code && !strings.Contains(got, strings.TrimRight(b.Text, " \n")) {
					t.Errorf("%s at width %d: this code is not in what was copied:\n%s", name, width, b.Text)
				}
			}
			for _, line := range strings.Split(got, "\n") {
				if strings.ContainsAny(line, "─┼▌█") || strings.Contains(line, " │ ") || strings.HasSuffix(line, " ") || strings.Contains(line, "\x1b") {
					t.Errorf("%s at width %d: copied %q", name, width, line)
				}
			}
		}
	}
}

// visibleText is the visible text of a section, its soft breaks undone.
func visibleText(s *section) string {
	var b strings.Builder
	for _, l := range s.rows() {
		text := ansi.Strip(l.Text)
		b.WriteString(ansi.TruncateLeft(text, l.Gutter, ""))
		switch {
		case l.Soft && l.Space:
			b.WriteByte(' ')
		case !l.Soft:
			b.WriteByte('\n')
		}
	}
	return strings.Trim(b.String(), "\n")
}

func untabbed(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		var b strings.Builder
		for _, r := range line {
			if r == '\t' {
				b.WriteString(strings.Repeat(" ", 4-ansi.StringWidth(b.String())%4))
				continue
			}
			b.WriteRune(r)
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n")
}

func TestSelectAt(t *testing.T) {
	tr := conversation(2, 60, 40)
	_, y := find(t, tr, "question 1")
	if !tr.SelectAt(y) {
		t.Fatal("nothing was selected")
	}
	if u, ok := tr.Selected().(*User); !ok || u.Text != "question 1" {
		t.Errorf("selected %v", tr.Selected())
	}
}

// Every size is legal, and so is every cell.
func TestMarkingAnywhere(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {3, 2}, {20, 5}, {60, 30}} {
		tr := conversation(2, size[0], size[1])
		tr.Layout()
		for x := -2; x < size[0]+3; x += 2 + size[0]/12 {
			for y := -2; y < size[1]+3; y += 1 + size[1]/6 {
				for _, u := range []Unit{ByCell, ByWord, ByLine} {
					tr.Mark(x, y, u)
					tr.MarkTo(size[0]-x, size[1]-y)
					tr.MarkedText()
					tr.Layout()
					tr.EndMark()
				}
				tr.SelectAt(y)
			}
		}
		for i, l := range tr.frame {
			if ansi.StringWidth(l) > max(size[0], 3) {
				t.Errorf("%v: row %d is too wide: %q", size, i, l)
			}
		}
	}
	tr := New(themes.Plain(), false)
	tr.Resize(20, 5)
	tr.Mark(1, 1, ByLine)
	tr.MarkTo(2, 2)
	if tr.EndMark(); tr.Marked() || tr.MarkedText() != "" {
		t.Error("something is marked where there is nothing")
	}
}

func BenchmarkMarkedText(b *testing.B) {
	tr := New(themes.Plain(), false)
	tr.Resize(100, 40)
	tr.Append(&Answer{Model: "m", Reply: reply("", strings.Repeat(fmt.Sprintf("%s\n\n```go\n\tx := 1\n```\n\n", strings.Repeat("word ", 60)), 250))})
	tr.Top()
	tr.Layout()
	tr.Mark(3, 3, ByCell)
	tr.Bottom()
	tr.Layout()
	tr.MarkTo(30, 35)
	b.ResetTimer()
	for b.Loop() {
		tr.MarkedText()
	}
}

// Thoughts fold and unfold between the ends of what is marked, and around them:
// these stay at their words, and what is copied is what shows.
func TestMarkingAcrossFolds(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 60)
	first := &Answer{Model: "m", Reply: reply("thinking one\n\nand on", "The first answer.")}
	second := &Answer{Model: "m", Reply: reply("thinking two", "The second answer.")}
	tr.Append(first)
	tr.Append(&User{Text: "and then?"})
	tr.Append(second)
	const figures = "3.2 s · 0.8 s to first · 338 tok/s · 812 tok · $0.0004"
	const folded = "first answer.\n" + figures + "\n\nyou\nand then?\n\nm\n▸ Thought for 2.1 s · 412 tokens\nThe second"
	const open = "first answer.\n" + figures + "\n\nyou\nand then?\n\nm\n▾ Thought for 2.1 s · 412 tokens\nthinking two\nThe second"
	hidden := strings.Replace(folded, "▸ Thought for 2.1 s · 412 tokens\n", "", 1)
	if got := drag(t, tr, "first", "The second"); got != folded {
		t.Fatalf("copied %q, want %q", got, folded)
	}
	check := func(when, want string) {
		t.Helper()
		tr.Layout()
		if got := tr.MarkedText(); got != want {
			t.Errorf("%s copied %q, want %q", when, got, want)
		}
	}
	tr.ToggleFold(second)
	check("unfolded by hand", open)
	tr.ToggleFold(first)
	check("with one above", open)
	tr.CycleFold()
	check("all open", open)
	tr.CycleFold()
	check("hidden", hidden)
	tr.CycleFold()
	check("folded again", folded)
	tr.SetBeside(true)
	check("beside", folded)
	tr.SetBeside(false)

	// From within a thought, which folds while the button is down.
	tr.ToggleFold(second)
	x1, y1 := find(t, tr, "two")
	x2, y2 := find(t, tr, "second answer")
	tr.Mark(x1, y1, ByCell)
	tr.MarkTo(x2+5, y2)
	check("from a thought", "two\nThe second")
	tr.ToggleFold(second)
	check("from a thought that folded", "The second")
	x2, y2 = find(t, tr, "answer")
	tr.MarkTo(x2, y2)
	tr.EndMark()
	tr.Resize(40, 60)
	tr.Layout()
	if got := tr.MarkedText(); tr.Marked() && !strings.HasPrefix(got, "The first") && !strings.HasPrefix(got, "The second") {
		t.Errorf("at another width copied %q", got)
	}
}
