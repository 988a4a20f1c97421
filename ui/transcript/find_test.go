package transcript

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
)

func TestPattern(t *testing.T) {
	tests := []struct {
		query, text string
		marks       bool
		want        int
	}{
		{"go", "Go, go, GO; cargo", false, 4},
		{"Go", "Go, go, GO; Gopher", false, 2},
		{"bold text", "some **bold** text", true, 1},
		{"bold text", "some **bold** text", false, 0},
		{"two words", "two\nwords two \t words", true, 2},
		{"snake_case", "a snake_case name", true, 1},
		{"*", "2 * 3 * 4", true, 2},
		{"straße", "Die STRASSE, die Straße", false, 1},
		{"京都", "In 京都 and 京都市", false, 2},
		{"ÄRGER", "ärger ÄRGER", false, 1},
		{"ärger", "ärger ÄRGER", false, 2},
		{"aa", "aaaaa", false, 2},
		{"", "anything", false, 0},
		{"  ", "any thing", false, 0},
	}
	for _, tt := range tests {
		p, n := newPattern(tt.query), 0
		p.each(tt.text, 0, tt.marks, func(begin, end int) bool { n++; return end > begin })
		if n != tt.want {
			t.Errorf("%q is %d times in %q, want %d", tt.query, n, tt.text, tt.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("bold text", "some **bold** text", true)
	f.Add("\xff", "a\xff\xfe", false)
	f.Add("K", "\u212a k", false)
	f.Fuzz(func(t *testing.T, query, text string, marks bool) {
		p, last := newPattern(query), 0
		p.each(text, 0, marks, func(begin, end int) bool {
			if begin < last || end <= begin || end > len(text) {
				t.Fatalf("%q in %q from %d to %d after %d", query, text, begin, end, last)
			}
			last = end
			return true
		})
	})
}

// finder is a transcript in which things are said in all the places where they
// can be found.
func finder(width, height int) *Transcript {
	tr := New(themes.Dark(), true)
	tr.Resize(width, height)
	tr.Append(&User{Text: "Where is the needle?", At: start})
	tr.Append(&Answer{Model: "needle/model", Reply: reply("a needle in thought", "The **needle** is here.\n\n"+strings.Repeat("hay ", 60)+"needle "+strings.Repeat("hay ", 60)+"\n\n```go\nneedle := 1\n```\n")})
	tr.Append(&Divider{Text: "switched to needle"})
	for i := range 10 {
		tr.Append(&User{Text: fmt.Sprint("hay ", i)})
		tr.Append(&Answer{Model: "m", Reply: reply("", strings.Repeat("more hay\n\n", 8))})
	}
	r := api.NewReply(start)
	r.Add(api.ToolCallDelta{ToolCall: api.ToolCall{Name: "seek", Arguments: `{"what":"needle","how":"needle by hand"}`}}, start)
	r.Add(api.Finish{Reason: api.FinishTools}, start)
	tr.Append(&Answer{Model: "m", Reply: r})
	return tr
}

func found(t *testing.T, tr *Transcript, current, total int) {
	t.Helper()
	tr.Layout()
	if f := tr.Found(); f.Current != current || f.Total != total || f.Rough {
		t.Errorf("found %+v, want %d/%d\n%s", f, current, total, plainView(tr))
	}
}

func TestFind(t *testing.T) {
	tr := finder(60, 14)
	tr.Top()
	tr.Find("needle")
	found(t, tr, 1, 5)
	for i := 2; i <= 5; i++ {
		tr.FindNext(1)
		found(t, tr, i, 5)
		if !strings.Contains(plainView(tr), "needle") {
			t.Errorf("match %d is not in view:\n%s", i, plainView(tr))
		}
	}
	tr.FindNext(1)
	found(t, tr, 1, 5)
	tr.FindNext(-1)
	found(t, tr, 5, 5)
	tr.Find("Needle")
	found(t, tr, 0, 0)
	tr.Find("hay 7")
	found(t, tr, 1, 1)
	if tr.Following() || tr.Selected().(*User).Text != "hay 7" {
		t.Error("the message is not selected, or the end is followed")
	}
	place := plainView(tr)
	tr.EndFind()
	if plainView(tr) != place {
		t.Error("the place is not kept")
	}
}

// What is folded is not found; unfolded it is.
func TestFindWhatIsUnfolded(t *testing.T) {
	tr := finder(60, 14)
	tr.Find("in thought")
	found(t, tr, 0, 0)
	tr.CycleFold()
	tr.FindNext(1)
	found(t, tr, 1, 1)
	if !strings.Contains(plainView(tr), "needle in thought") {
		t.Errorf("it is not in view:\n%s", plainView(tr))
	}
	tr.Find("by hand")
	found(t, tr, 0, 0)
	tr.ToggleFold(tr.Last().(*Answer))
	tr.FindNext(1)
	found(t, tr, 1, 1)
}

// Matches go over soft breaks, and stay marked at every width.
func TestMarksAcrossBreaks(t *testing.T) {
	tr := New(themes.Dark(), true)
	tr.Append(&Answer{Model: "m", Reply: reply("", "> - some words, then **alpha** beta [gamma](https://example.com) `delta`, and more words\n")})
	tr.Append(&User{Text: "typed words alpha beta gamma delta"})
	for _, width := range []int{9, 14, 20, 31, 40, 80} {
		tr.Resize(width, 40)
		tr.Find("alpha beta gamma delta")
		tr.Layout()
		if f := tr.Found(); f.Total != 2 {
			t.Errorf("width %d: found %+v", width, f)
		}
		if got := marked(tr); got != strings.Repeat("alphabetagammadelta", 2) {
			t.Errorf("width %d: marked are %q\n%s", width, got, plainView(tr))
		}
		for row := range strings.SplitSeq(tr.View(), "\n") {
			if ansi.StringWidth(row) > width {
				t.Errorf("width %d: a row of %d cells", width, ansi.StringWidth(row))
			}
		}
	}
}

// marked is what is drawn as matches, the shown one first, without blanks.
func marked(tr *Transcript) string {
	var out strings.Builder
	links := regexp.MustCompile("\x1b]8;[^\x1b\x07]*(\x1b\\\\|\x07)") // they go on within a match
	for row := range strings.SplitSeq(links.ReplaceAllString(tr.View(), ""), "\n") {
		for _, st := range []string{tr.style.current.Styled("\x00"), tr.style.match.Styled("\x00")} {
			open, _, _ := strings.Cut(st, "\x00")
			for {
				_, rest, ok := strings.Cut(row, open)
				if !ok {
					break
				}
				word, after, _ := strings.Cut(rest, "\x1b")
				out.WriteString(strings.Join(strings.Fields(word), ""))
				row = after
			}
		}
	}
	return out.String()
}

// The count of a text that grows is that of the whole.
func TestFindInWhatArrives(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	text := strings.Repeat("a *nee*dle, anee\ndle needleneedle, **need**le ne", 40)
	tr := New(themes.Plain(), false)
	tr.Resize(60, 12)
	r := api.NewReply(start)
	tr.Append(&Answer{Model: "m", Reply: r, Live: true})
	tr.Find("needle")
	for n := 0; n < len(text); {
		size := min(len(text)-n, 1+rng.IntN(30))
		r.Add(api.Answer{Text: text[n : n+size]}, start)
		n += size
		tr.Extend()
		tr.Layout()
		want, p := 0, newPattern("needle")
		p.each(text[:n], 0, true, func(int, int) bool { want++; return true })
		if f := tr.Found(); f.Total != want {
			t.Fatalf("after %d bytes %d are found, want %d", n, f.Total, want)
		}
	}
	tr.FindNext(1)
	if f := tr.Found(); f.Current != 1 || f.Rough {
		t.Errorf("found %+v", f)
	}
}

// Finding in a long conversation lays out what is shown, not what is searched.
func TestFindLaysOutLittle(t *testing.T) {
	tr := conversation(2500, 100, 40)
	tr.Layout()
	tr.Find("question")
	tr.Find("question 77")
	tr.FindNext(1)
	tr.Layout()
	laid := 0
	for _, e := range tr.entries {
		if a, ok := e.(*Answer); ok && a.done != nil {
			laid++
		}
	}
	if laid > 60 {
		t.Errorf("%d of 2,500 answers were laid out", laid)
	}
	if f := tr.Found(); f.Current != 1 || f.Total != 11 {
		t.Errorf("found %+v", f)
	}
}

// A match stays shown through what moves its lines.
func TestFoundThroughChanges(t *testing.T) {
	tr := finder(60, 14)
	tr.Top()
	tr.Find("needle")
	tr.FindNext(1)
	tr.FindNext(1)
	for _, change := range []func(){
		func() { tr.Resize(33, 14) },
		func() { tr.CycleFold() },
		func() { tr.CycleFold() },
		func() { tr.ToggleRaw() },
		func() { tr.Resize(100, 20) },
		func() { tr.RemoveLast(1) },
		func() { tr.Resize(0, 0) },
		func() { tr.Resize(1, 1) },
		func() { tr.RemoveLast(99) },
		func() { tr.FindNext(1); tr.Find("x"); tr.Append(&User{Text: "xyz"}) },
	} {
		change()
		tr.Layout()
		if f := tr.Found(); f.Current > f.Total || f.Total < 0 {
			t.Errorf("found %+v", f)
		}
	}
}

func TestHeading(t *testing.T) {
	tr := conversation(3, 60, 10)
	tr.Top()
	tr.Layout()
	if h := tr.Heading(); h.Name != "" {
		t.Errorf("at the top the heading is %+v", h)
	}
	for !strings.Contains(lines(tr)[0], "Answer 1, paragraph 2") {
		tr.ScrollBy(1)
	}
	if h := tr.Heading(); h.Name != "demo/thinker" || !strings.HasPrefix(h.Words, "Answer 1, paragraph 0, which") {
		t.Errorf("the heading is %+v", h)
	}
}

// BenchmarkFind looks for a letter in 5,000 messages of 2 KB.
func BenchmarkFind(b *testing.B) {
	tr := New(themes.Dark(), true)
	tr.Resize(120, 40)
	for i := range 2500 {
		tr.Append(&User{Text: fmt.Sprint("question ", i)})
		tr.Append(&Answer{Model: "m", Reply: reply("", strings.Repeat("The quick brown fox jumps over the *lazy* dog. ", 90))})
	}
	for b.Loop() {
		tr.EndFind()
		tr.Find("e")
		tr.Layout()
	}
}

// What arrives while something is looked for is counted as it is shown: marks of
// markdown are not, and the number is no guess.
func TestFoundInWhatArrivesIsExact(t *testing.T) {
	for query, want := range map[string][3]int{ // after each piece
		"**":     {0, 0, 0},
		"cherry": {0, 1, 2},
		"a b":    {0, 0, 1},
		"[x]":    {0, 0, 0},
	} {
		tr := New(themes.Plain(), false)
		tr.Resize(60, 12)
		r := api.NewReply(start)
		a := &Answer{Model: "m", Reply: r, Live: true}
		tr.Append(a)
		tr.Find(query)
		for i, piece := range []string{"Some **bold** text.\n\n", "A che**rry** [x](https://example.com/) and", " one *a* b cherry."} {
			r.Add(api.Answer{Text: piece}, start)
			tr.Extend()
			found(t, tr, 0, want[i])
		}
		a.Live = false
		tr.Append(&User{Text: "and now?"})
		found(t, tr, 0, want[2])
		if tr.FindNext(1); want[2] > 0 {
			found(t, tr, 1, want[2])
		}
	}
}
