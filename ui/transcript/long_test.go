package transcript

// What a conversation of thousands of messages costs, in counted work: no more
// than a short one, whatever is done with it.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/themes"
)

// long is a conversation of n messages of the same length.
func long(n int) *Transcript {
	t := New(themes.Plain(), false)
	t.Resize(120, 40)
	for i := range n / 2 {
		t.Append(&User{Text: fmt.Sprintf("question %04d", i), At: start})
		t.Append(&Answer{Model: "demo/thinker", Reply: reply("a thought", longAnswer(i))})
	}
	return t
}

func longAnswer(i int) string {
	needle := ""
	if i%5 == 0 {
		needle = "needle "
	}
	return strings.Repeat(fmt.Sprintf("Answer %04d %sis long enough to be wrapped on a narrow screen and on a wide one, if only one goes on and on.\n\n", i, needle), 2)
}

// cost is the work of a verb and the frame after it.
func cost(t *Transcript, verb func()) work {
	was := t.work
	verb()
	t.Layout()
	is := t.work
	return work{is.asked - was.asked, is.drawn - was.drawn, is.bytes - was.bytes, is.tallied - was.tallied, is.searched - was.searched}
}

// most is the greater of each.
func (w work) most(v work) work {
	return work{max(w.asked, v.asked), max(w.drawn, v.drawn), max(w.bytes, v.bytes), max(w.tallied, v.tallied), max(w.searched, v.searched)}
}

// use does with a conversation what people do, and tells what the worst frame
// of each cost.
func use(t *testing.T, tr *Transcript) map[string]work {
	worst := map[string]work{"open": cost(tr, func() {})}
	do := func(name string, verb func()) { worst[name] = worst[name].most(cost(tr, verb)) }
	scroll := func(name string, by, frames int) {
		tr.Bottom()
		do("end", func() {})
		for n := 0; before(place{}, tr.top()) && n < frames; n++ {
			do(name, func() { tr.ScrollBy(-by) })
		}
	}
	scroll("line", 1, 60)
	scroll("wheel", 3, 60)
	scroll("page", 39, 2000)
	if before(place{}, tr.top()) {
		t.Error("the beginning is never reached")
	}
	do("end", tr.Bottom)
	do("start", tr.Top)
	for range min(tr.Len()/4, 40) {
		do("question", func() { tr.SelectQuestion(1) })
	}
	tr.setAnchor(place{entry: tr.Len() / 2, line: 3})
	do("middle", func() {})
	top := lines(tr)[0]
	for _, width := range []int{80, 200, 120} {
		do("resize", func() { tr.Resize(width, 40) })
	}
	if got := lines(tr)[0]; got != top {
		t.Errorf("after resizing the top line is %q, was %q", got, top)
	}
	do("theme", func() { tr.SetTheme(themes.Dark(), true) })
	for range 3 {
		do("fold", func() { tr.CycleFold() })
	}
	do("unfold", func() { tr.ToggleFold(tr.Thinker()) })
	do("fold", func() { tr.CycleFold() })
	for range 2 {
		do("raw", func() { tr.ToggleRaw() })
	}
	do("message", func() { tr.Select(-1) })
	do("message", func() { tr.Select(1) })
	do("mark", func() { tr.Mark(3, 3, ByLine) })
	do("mark", func() { tr.MarkTo(10, 20); tr.MarkedText(); tr.Unmark() })
	do("codes", func() { tr.Codes() })
	cost(tr, func() { tr.Find("needle") }) // which reads all text, and is measured below
	for range 40 {
		do("next", func() { tr.FindNext(1) })
		do("next", func() { tr.FindNext(-2 + 3*(tr.work.asked%2)) })
		do("still", func() {})
	}
	return worst
}

// No frame of a long conversation costs more than a few first frames of a short
// one; and the first costs the same.
func TestALongConversationCostsWhatAShortOneDoes(t *testing.T) {
	short, much := use(t, long(50)), use(t, long(2000))
	if short["open"] != much["open"] {
		t.Errorf("the first frame costs %+v, of a short one %+v", much["open"], short["open"])
	}
	screen := short["open"]
	for name, w := range much {
		if limit := 6 * screen.asked; w.asked > max(limit, short[name].asked) {
			t.Errorf("%s asks %d entries, of a short one %d; the first frame %d", name, w.asked, short[name].asked, screen.asked)
		}
		if w.drawn > 4*screen.drawn || w.bytes > 4*screen.bytes {
			t.Errorf("%s draws %d entries (%d bytes), of a short one %d (%d bytes)", name, w.drawn, w.bytes, short[name].drawn, short[name].bytes)
		}
		if w.tallied > 2 || w.searched > 2000 {
			t.Errorf("%s counts in %d entries (%d bytes)", name, w.tallied, w.searched)
		}
		t.Logf("%-8s %+v, short %+v", name, w, short[name])
	}
}

// A search reads all text, once for each letter that makes it another one, and
// draws what is in view.
func TestSearchingALongConversation(t *testing.T) {
	tr := long(5000)
	tr.Layout()
	screen := tr.work
	for _, query := range []string{"n", "ne", "needle", "Answer 0000", ""} {
		w := cost(tr, func() { tr.Find(query) })
		if w.drawn > 4*screen.drawn+2*blanks || w.bytes > 4*screen.bytes+exactly {
			t.Errorf("looking for %q draws %+v", query, w)
		}
		if w.tallied > 5000 {
			t.Errorf("looking for %q counts in %d entries", query, w.tallied)
		}
	}
}

// What is kept drawn is bounded, wherever the reader has been; what is in view
// and what still arrives is always kept.
func TestWhatIsKeptDrawnIsBounded(t *testing.T) {
	tr := long(5000)
	check := func(when string) {
		t.Helper()
		tr.Layout()
		size, entries := 0, 0
		for _, e := range tr.entries {
			if drawnFor(e) != (drawnKey{}) {
				size, entries = size+textSize(e), entries+1
			}
		}
		if size > warmth+16<<10 {
			t.Errorf("%s: %d entries with %d bytes are kept", when, entries, size)
		}
		if size != tr.warm.size {
			t.Errorf("%s: it counts %d bytes, and %d are kept", when, tr.warm.size, size)
		}
	}
	check("at first")
	for range 200 {
		tr.ScrollBy(-40)
		tr.Layout()
	}
	check("after scrolling")
	tr.Mark(0, 0, ByLine)
	tr.setAnchor(place{entry: tr.Len() - 100})
	tr.MarkTo(30, 39)
	if text := tr.MarkedText(); len(text) < warmth {
		t.Fatalf("only %d bytes are marked", len(text))
	}
	check("after copying much")
	tr.Unmark()
	huge := &Answer{Model: "m", Reply: reply("", strings.Repeat("many words in a paragraph\n\n", 20_000))}
	tr.Append(huge)
	tr.Bottom()
	tr.Layout()
	if huge.answer.doc == nil {
		t.Error("what is in view is forgotten")
	}
	tr.Top()
	tr.Layout()
	check("after a long answer")
	tr.Append(&Answer{Model: "m", Live: true, Reply: reply("", strings.Repeat("still arriving\n\n", 20_000))})
	tr.Bottom()
	tr.Layout()
	live := tr.Last().(*Answer)
	doc := live.answer.doc
	tr.Top()
	for range 3 {
		tr.Layout()
	}
	if live.answer.doc != doc {
		t.Error("what still arrives is forgotten")
	}
	live.Live = false
	tr.Bottom()
	tr.Layout()
	tr.Top()
	tr.Layout()
	check("after its end")
}

// What was drawn before it came to the screen is not drawn again there.
func TestDrawnBeforeItIsShown(t *testing.T) {
	tr := long(20)
	tr.Layout()
	w := cost(tr, func() {
		tr.SetTheme(themes.Plain(), false)
		tr.SetBeside(false)
		tr.Resize(120, 40)
	})
	if w.drawn > 0 {
		t.Errorf("it is drawn again: %+v", w)
	}
}
