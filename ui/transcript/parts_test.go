package transcript

// What one long answer costs, and that it looks as if all of it were drawn.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
)

// huge are answers of one kind of block each.
var huge = map[string]func(i int) string{
	"paragraphs": func(i int) string {
		return fmt.Sprintf("Paragraph %d has *some* words, and it goes on for a while.\n\n", i)
	},
	"lines":     func(i int) string { return fmt.Sprintf("Line %d has *some* words, and it goes on for a while.\n", i) },
	"paragraph": func(i int) string { return fmt.Sprintf("Sentence %d has *some* words. ", i) },
	"list":      func(i int) string { return fmt.Sprintf("- item %d with `code` in it\n", i) },
	"code":      func(i int) string { return [2]string{"", "```\n"}[b2i(i == 0)] + fmt.Sprintf("call(%d)\n", i) },
	"table": func(i int) string {
		return [2]string{"", "| a | b |\n|---|---|\n"}[b2i(i == 0)] + fmt.Sprintf("| row %d | *more* of it |\n", i)
	},
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func hugeText(name string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(huge[name](i))
	}
	return b.String()
}

// bigger is a transcript with one answer, and what stands around it.
func bigger(text string) *Transcript {
	t := New(themes.Dark(), false)
	t.Resize(120, 40)
	t.Append(&User{Text: "question", At: start})
	t.Append(&Answer{Model: "m", Reply: reply("", text)})
	t.Append(&User{Text: "another one", At: start})
	return t
}

// laidOut counts the sections of the answer that are laid out.
func laidOut(t *Transcript) (n, all int) {
	for _, s := range t.lay(1) {
		if s.doc != nil {
			if all++; s.doc.Laid(s.part) {
				n++
			}
		}
	}
	return n, all
}

// A frame of a long answer lays out what is in view and what it takes to know the
// ends, wherever the reader is and whatever changes; and it shows what a transcript
// shows that has laid out all of it.
func TestALongAnswerIsLaidOutWhereItIsSeen(t *testing.T) {
	for name := range huge {
		tr, whole := bigger(hugeText(name, 40<<10)), bigger(hugeText(name, 40<<10))
		width, theme := 120, themes.Dark()
		check := func(what string, most int) {
			t.Helper()
			was, _ := laidOut(tr)
			tr.Layout()
			is, all := laidOut(tr)
			if is-was > most || all < 5 {
				t.Errorf("%s, %s: %d sections of %d are laid out in a frame", name, what, is-was, all)
			}
			if what == "page up" && tr.top().section%4 > 0 {
				return
			}
			whole.SetTheme(theme, false)
			whole.Resize(width, 40)
			for i := range whole.entries {
				whole.lay(i).height()
			}
			whole.follow, whole.anchor = tr.follow, tr.anchor
			if whole.Layout(); whole.View() != tr.View() {
				t.Fatalf("%s, %s: shown is\n%s\nall laid out is\n%s", name, what, tr.View(), whole.View())
			}
		}
		check("opened", 4)
		for range 5 {
			tr.ScrollBy(-39)
			check("page up", 4)
		}
		for _, width = range []int{80, 200, 93} {
			tr.Resize(width, 40)
			check("resized", 8)
		}
		theme = themes.Light()
		tr.SetTheme(theme, false)
		check("in another theme", 8)
		tr.Top()
		check("at the top", 8)
		tr.ScrollBy(60)
		check("below the top", 8)
		tr.Bottom()
		check("at the bottom", 4)
	}
}

// The words at the top stay there while a window is dragged, from any place.
func TestResizingKeepsThePlaceInALongAnswer(t *testing.T) {
	for name := range huge {
		if name == "table" { // of which a row is a line, and the width decides how high it is
			continue
		}
		tr := bigger(hugeText(name, 30<<10))
		tr.Layout()
		for _, up := range []int{25, 300} {
			tr.Resize(120, 40)
			tr.Bottom()
			tr.Layout()
			tr.ScrollBy(-up)
			tr.Layout()
			want := lines(tr)[0]
			for width := 119; width > 40; width -= 19 {
				tr.Resize(width, 40)
				tr.Layout()
			}
			tr.Resize(120, 40)
			if tr.Layout(); lines(tr)[0] != want {
				t.Errorf("%s, %d lines up: the top is %q, was %q", name, up, lines(tr)[0], want)
			}
		}
	}
}

// A reader is not thrown about while the block that is read grows and is divided.
func TestReadingWhileABlockIsDivided(t *testing.T) {
	for name := range huge {
		text := hugeText(name, 16<<10)
		r := reply("", text[:3000])
		tr := New(themes.Plain(), false)
		tr.Resize(90, 12)
		tr.Append(&Answer{Model: "m", Live: true, Reply: r})
		tr.Layout()
		tr.ScrollBy(-1)
		tr.Layout()
		for at := 3000; at < len(text)-700; at += 700 {
			tr.ScrollBy(6)
			if tr.Following() {
				tr.ScrollBy(-1)
			}
			tr.Layout()
			top := lines(tr)[0]
			r.Add(api.Answer{Text: text[at : at+700]}, start)
			tr.Extend()
			if tr.Layout(); lines(tr)[0] != top && name != "table" {
				t.Fatalf("%s, %d bytes: the top is %q, was %q", name, at, lines(tr)[0], top)
			}
		}
	}
}

// Numbers of lines are exact once they have settled, and that ends.
func TestNumbersSettle(t *testing.T) {
	text := hugeText("paragraphs", 60<<10)
	r := reply("", text[:6000])
	tr := New(themes.Plain(), false)
	tr.Resize(100, 12)
	tr.Append(&Answer{Model: "m", Live: true, Reply: r})
	tr.Layout()
	tr.ScrollBy(-30)
	tr.Layout()
	r.Add(api.Answer{Text: text[6000:]}, start)
	tr.Extend()
	for _, width := range []int{100, 61} {
		tr.Resize(width, 12)
		tr.Layout()
		rounds := 0
		for ; tr.Rough() && rounds < 100; rounds++ {
			before, _ := laidOut2(tr)
			tr.Settle()
			if after, _ := laidOut2(tr); after == before || after > before+settledAtOnce {
				t.Fatalf("it lays out %d sections, then %d", before, after)
			}
			tr.Layout()
		}
		n := 0
		for _, s := range tr.lay(0) {
			n += s.height()
		}
		seen := tr.lastSeen()
		for i, s := range tr.lay(0) {
			if i < seen.section {
				n -= s.height()
			}
		}
		if n -= seen.line + 1; tr.Rough() || tr.NewLines() != min(n, countable) {
			t.Errorf("width %d: %d new lines, not %d, after %d rounds", width, tr.NewLines(), n, rounds)
		}
	}
}

func laidOut2(t *Transcript) (n, all int) {
	t.entries = append([]Entry{nil}, t.entries...)
	defer func() { t.entries = t.entries[1:] }()
	return laidOut(t)
}

// What is copied of a text that was divided inside of a line is that line.
func TestCopyingAcrossSections(t *testing.T) {
	text := strings.TrimSpace(strings.Repeat("several words and ", 2000))
	tr := bigger(text)
	tr.Layout()
	s := tr.lay(1).section(anchor{section: sectionText})
	var last section
	for _, s := range tr.lay(1) {
		if s.kind == sectionText {
			last = s
		}
	}
	if last.part < 2 {
		t.Fatalf("only part %d", last.part)
	}
	tr.marked = selection{begun: true, on: true, extent: extent{
		point{entry: 1, section: sectionText}, point{entry: 1, section: sectionText, part: last.part, row: last.height()},
	}}
	if got := tr.MarkedText(); got != text {
		t.Errorf("%d bytes are copied, not %d; %d rows in the first of %d sections", len(got), len(text), s.height(), last.part+1)
	}
}
