package transcript

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

var rawTexts = []string{
	"# A *title*\n\n- one\n- two [x](https://example.com) `code`\n\n```go\n\tif x {\n\t}\n```\n",
	"no break at all " + strings.Repeat("and on ", 60),
	strings.Repeat("word", 80) + " and   blanks\n   indented " + strings.Repeat("日本語", 30),
	"a\x1b[31mred\x1b[m b\r\nc\u202edrowkcab\n\n\n",
	strings.Repeat("👩‍👩‍👧 e\u0301 ", 40),
}

// Raw rows are the text, joined at soft breaks, and the same however it came.
func TestRawIsTheText(t *testing.T) {
	st := newStyle(themes.Plain(), false)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, text := range rawTexts {
		for _, width := range []int{1, 7, 40, 80} {
			var live rawText
			for n := 0; n < len(text); n = min(len(text), n+1+rng.IntN(9)) {
				var fresh rawText
				if got, want := live.lines(st, text[:n], width), fresh.lines(st, text[:n], width); !slices.Equal(got, want) {
					t.Fatalf("width %d, %d bytes of %q: live differs from fresh", width, n, text)
				}
			}
			rows := live.lines(st, text, width)
			var b strings.Builder
			for i, row := range rows {
				if w := ansi.StringWidth(row.Text); w > max(width, 2) {
					t.Errorf("a row of %d cells at width %d", w, width)
				}
				b.WriteString(ansi.Strip(row.Text))
				switch {
				case row.Space:
					b.WriteByte(' ')
				case !row.Soft && i < len(rows)-1:
					b.WriteByte('\n')
				}
			}
			if got := b.String(); !strings.ContainsAny(text, "\x1b\r\t") && got != text {
				t.Errorf("width %d: got %q, want %q", width, got, text)
			}
			if strings.ContainsAny(b.String(), "\x1b\u202e\r") {
				t.Errorf("width %d: %q is not safe", width, b.String())
			}
		}
	}
}

// A long line that grows is not wrapped again from its start.
func TestRawKeepsWhatIsFinal(t *testing.T) {
	var r rawText
	st, text := newStyle(themes.Plain(), false), strings.Repeat("some words ", 2000)
	r.lines(st, text, 80)
	if left := len(text) - r.taken; left > 80 {
		t.Errorf("%d bytes would be wrapped again", left)
	}
}

func TestRawKeepsTheLine(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 10)
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, "## Part %d\n\n- **item %d** with [a link](https://example.com/%d)\n- more of it\n\n", i, i, i)
	}
	tr.Append(&Answer{Model: "m", Reply: reply("", b.String())})
	tr.Top()
	for !strings.Contains(lines(tr)[0], "Part 17") {
		tr.ScrollBy(1)
	}
	want := lines(tr)[0]
	if !tr.ToggleRaw() || !strings.Contains(lines(tr)[0], "## Part 17") || !strings.Contains(plainView(tr), "[a link](https://example.com/17)") {
		t.Errorf("raw, it shows\n%s", plainView(tr))
	}
	if tr.ToggleRaw() || lines(tr)[0] != want {
		t.Errorf("drawn again, it shows\n%s", plainView(tr))
	}
}

// What raw and drawn text have in common is where words say they are.
func TestSameWordsNearest(t *testing.T) {
	var drawn, written []markdown.Line
	for i := range 40 {
		drawn = append(drawn, markdown.Line{Text: "the same"}, markdown.Line{Text: fmt.Sprint("other ", i)})
		written = append(written, markdown.Line{Text: "**the** same"}, markdown.Line{}, markdown.Line{Text: fmt.Sprint("*other* ", i)})
	}
	for i := range 40 {
		from, to := wordsOf(drawn), wordsOf(written)
		if got := to.line(from.from(2*i), scale(from.at(2*i), len(from.text), len(to.text))); got != 3*i {
			t.Errorf("line %d is taken for line %d, want %d", 2*i, got, 3*i)
		}
	}
}

func TestQuestionToQuestion(t *testing.T) {
	tr := conversation(5, 60, 12)
	tr.Select(-1)
	for i := 4; i >= 0; i-- {
		if !tr.SelectQuestion(-1) || !strings.Contains(plainView(tr), fmt.Sprint("question ", i)) {
			t.Fatalf("question %d is not shown:\n%s", i, plainView(tr))
		}
	}
	if tr.SelectQuestion(-1) {
		t.Error("there is no question before the first")
	}
	for i := 1; i < 5; i++ {
		if !tr.SelectQuestion(1) || !strings.Contains(lines(tr)[2], fmt.Sprint("question ", i)) {
			t.Errorf("question %d is not at the top:\n%s", i, plainView(tr))
		}
	}
	if tr.SelectQuestion(1) {
		t.Error("there is no question after the last")
	}
	tr.Bottom()
	tr.ScrollBy(-4) // in the last answer, the selection out of view
	tr.Deselect()
	if !tr.SelectQuestion(-1) || !strings.Contains(plainView(tr), "question 4") {
		t.Errorf("from within its answer the question is not found:\n%s", plainView(tr))
	}
}

func TestNewLinesAreCounted(t *testing.T) {
	tr := conversation(3, 60, 12)
	r := api.NewReply(start)
	r.Add(api.Answer{Text: "first\n\n"}, start)
	tr.Append(&Answer{Model: "m", Reply: r, Live: true})
	tr.Layout()
	tr.ScrollBy(-20)
	tr.Layout()
	if n := tr.NewLines(); n != 0 {
		t.Errorf("%d new lines before any came", n)
	}
	for range 5 { // each a line and the blank one before it
		r.Add(api.Answer{Text: "next\n\n"}, start)
		tr.Extend()
		tr.Layout()
	}
	if n := tr.NewLines(); n != 10 {
		t.Errorf("%d new lines, want 10", n)
	}
	tr.Append(&User{Text: "again"})
	tr.Layout()
	if n := tr.NewLines(); n != 13 {
		t.Errorf("with a question %d new lines, want 13", n)
	}
	tr.Resize(30, 12)
	tr.Layout()
	if n := tr.NewLines(); n != 13 {
		t.Errorf("resized, %d new lines, want 13", n)
	}
	for tr.ScrollBy(1); !strings.Contains(plainView(tr), "again"); tr.ScrollBy(1) {
		tr.Layout()
	}
	if n := tr.NewLines(); n != 0 || tr.Unread() {
		t.Errorf("at the end, %d new lines", n)
	}
}

// Folding moves lines about, and makes none of them new.
func TestFoldingMakesNoNewLines(t *testing.T) {
	tr := conversation(2, 60, 12)
	r := api.NewReply(start)
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	r.Add(api.Reasoning{Text: strings.Repeat("a thought\n\n", 20)}, start)
	r.Add(api.Answer{Text: "row\n\nrow\n\n"}, start)
	tr.Layout()
	tr.ScrollBy(-2)
	tr.Layout()
	fold := func() { tr.ToggleFold(a) }
	all := func() { tr.CycleFold() }
	for i, change := range []func(){fold, fold, all, all, all, fold} {
		r.Add(api.Answer{Text: "row\n\n"}, start)
		tr.Extend()
		tr.Layout()
		change()
		tr.Layout()
		if n := tr.NewLines(); n != 2*i+2 {
			t.Errorf("after change %d there are %d new lines, want %d", i, n, 2*i+2)
		}
	}
}
