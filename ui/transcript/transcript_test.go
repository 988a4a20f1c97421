package transcript

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

var start = time.Date(2026, 4, 2, 10, 42, 0, 0, time.UTC)

func plainView(t *Transcript) string {
	t.Layout()
	return ansi.Strip(t.View())
}

func lines(t *Transcript) []string { return strings.Split(plainView(t), "\n") }

func reply(thought, answer string) *api.Reply {
	r := api.NewReply(start)
	r.Add(api.Start{}, start)
	if thought != "" {
		r.Add(api.Reasoning{Text: thought}, start.Add(800*time.Millisecond))
	}
	r.Add(api.Answer{Text: answer}, start.Add(2900*time.Millisecond))
	n, rs, usd := int64(812), int64(412), 0.0004
	r.Add(api.Metered{
		Usage: api.Usage{Completion: &n, Reasoning: &rs},
		Cost:  api.Cost{USD: &usd, Source: api.Billed},
	}, start.Add(3200*time.Millisecond))
	r.Add(api.Finish{Reason: api.FinishStop}, start.Add(3200*time.Millisecond))
	return r
}

// conversation is a transcript of n turns, each of several lines.
func conversation(n, width, height int) *Transcript {
	t := New(themes.Plain(), false)
	t.Resize(width, height)
	for i := range n {
		t.Append(&User{Text: fmt.Sprintf("question %d", i), At: start})
		var b strings.Builder
		for j := range 5 {
			fmt.Fprintf(&b, "Answer %d, paragraph %d, which is long enough to be wrapped on a narrow screen and not on a wide one.\n\n", i, j)
		}
		t.Append(&Answer{Model: "demo/thinker", Reply: reply("a thought", b.String())})
	}
	return t
}

func TestTurn(t *testing.T) {
	for _, size := range [][2]int{{40, 16}, {80, 16}, {120, 16}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			tr := New(themes.Plain(), false)
			tr.Resize(size[0], size[1])
			tr.Append(&User{Text: "When do the cherry trees\nbloom in 京都?", At: start})
			tr.Append(&Answer{Model: "deepseek/deepseek-r1", Reply: reply("The person asks.\n\nApril, usually.", "Full bloom is usually **around the first week of April**.")})
			golden.RequireEqual(t, []byte(plainView(tr)))
		})
	}
}

func TestFolds(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 14)
	a := &Answer{Model: "m", Reply: reply("first thought\n\nlast thought", "the answer")}
	tr.Append(a)
	check := func(when string, thought, title bool) {
		t.Helper()
		v := plainView(tr)
		if got := strings.Contains(v, "first thought"); got != thought {
			t.Errorf("%s: thought shown: %v, want %v\n%s", when, got, thought, v)
		}
		if got := strings.Contains(v, "Thought for 2.1 s · 412 tokens"); got != title {
			t.Errorf("%s: title shown: %v, want %v\n%s", when, got, title, v)
		}
		if !strings.Contains(v, "the answer") {
			t.Errorf("%s: the answer is gone\n%s", when, v)
		}
	}
	check("at first", false, true)
	tr.CycleFold()
	check("open", true, true)
	tr.CycleFold()
	check("hidden", false, false)
	tr.CycleFold()
	check("folded again", false, true)
	tr.ToggleFold(a)
	check("unfolded by hand", true, true)
}

func TestLiveThoughtShowsItsTail(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 30)
	r := api.NewReply(start)
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	tr.Tick(start.Add(time.Second))
	if v := plainView(tr); !strings.Contains(v, "waiting · 1.0 s") {
		t.Errorf("no sign of life:\n%s", v)
	}
	for i := range 40 {
		r.Add(api.Reasoning{Text: fmt.Sprintf("step %d\n\n", i)}, start.Add(time.Second))
	}
	tr.Tick(start.Add(3 * time.Second))
	v := plainView(tr)
	if !strings.Contains(v, "Thinking · 2.0 s") || !strings.Contains(v, "step 39") || strings.Contains(v, "step 20") {
		t.Errorf("want the clock and the tail only:\n%s", v)
	}
	r.Add(api.Answer{Text: "done"}, start.Add(4*time.Second))
	if v := plainView(tr); strings.Contains(v, "step") || !strings.Contains(v, "▸ Thought for 3.0 s") {
		t.Errorf("the thought did not fold when the answer began:\n%s", v)
	}
}

func TestFollowAndPause(t *testing.T) {
	tr := conversation(5, 80, 20)
	bottom := lines(tr)
	if !tr.Following() || !strings.Contains(bottom[19], "3.2 s") {
		t.Fatalf("does not follow the end:\n%s", strings.Join(bottom, "\n"))
	}
	tr.ScrollBy(-7)
	paused := lines(tr)
	if tr.Following() || paused[7] != bottom[0] {
		t.Fatalf("scrolling up 7 lines did not move 7 lines")
	}
	tr.Append(&User{Text: "more", At: start})
	if got := lines(tr); strings.Join(got, "\n") != strings.Join(paused, "\n") {
		t.Error("arriving text moved the reader")
	}
	if !tr.Unread() {
		t.Error("the reader is not told of new text")
	}
	tr.Bottom()
	if got := lines(tr); !strings.Contains(got[19], "more") || tr.Unread() {
		t.Errorf("G does not resume:\n%s", strings.Join(got, "\n"))
	}
	tr.ScrollBy(-1)
	tr.ScrollBy(1)
	if !tr.Following() {
		t.Error("scrolling back to the end does not resume following")
	}
}

func TestScrollingIsSeamless(t *testing.T) {
	tr := conversation(6, 60, 15)
	tr.Top()
	all := lines(tr)
	for !tr.Following() {
		tr.ScrollBy(1)
		all = append(all, lines(tr)[14])
	}
	for range 3 * len(all) {
		tr.ScrollBy(-1)
	}
	if got := lines(tr); strings.Join(got, "\n") != strings.Join(all[:15], "\n") {
		t.Error("scrolling up does not end at the beginning")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	at := 0
	for range 200 {
		n := rng.IntN(41) - 20
		tr.ScrollBy(n)
		at = min(max(at+n, 0), len(all)-15)
		if got := strings.Join(lines(tr), "\n"); got != strings.Join(all[at:at+15], "\n") {
			t.Fatalf("after scrolling to %d the view is not the lines there:\n%s", at, got)
		}
	}
}

func TestResizeKeepsTheLine(t *testing.T) {
	tr := conversation(6, 100, 12)
	tr.Top()
	for !strings.HasPrefix(lines(tr)[0], "  Answer 3, paragraph 2") {
		tr.ScrollBy(1)
	}
	for _, width := range []int{80, 40, 33, 200, 20, 100} {
		tr.Resize(width, 12)
		if got := lines(tr)[0]; !strings.HasPrefix(got, "  Answer 3,") && !strings.Contains(got, "paragraph 2") {
			t.Errorf("at width %d the top line is %q", width, got)
		}
	}
}

func TestFoldingKeepsTheLine(t *testing.T) {
	tr := conversation(6, 100, 12)
	tr.Top()
	for !strings.HasPrefix(lines(tr)[0], "  Answer 3, paragraph 2") {
		tr.ScrollBy(1)
	}
	want := lines(tr)[0]
	for range 3 {
		tr.CycleFold()
		if got := lines(tr)[0]; got != want {
			t.Errorf("cycling reasoning moved the reader to %q", got)
		}
	}
}

func TestSelect(t *testing.T) {
	tr := conversation(4, 80, 20)
	tr.Append(&Divider{Text: "switched to demo/quick"})
	tr.Layout()
	tr.Select(-1)
	if _, ok := tr.Selected().(*Answer); !ok {
		t.Fatalf("the first selection is %T, want the last answer", tr.Selected())
	}
	tr.Select(-1)
	u, ok := tr.Selected().(*User)
	if !ok || u.Text != "question 3" {
		t.Fatalf("selected %+v", tr.Selected())
	}
	for range 20 {
		tr.Select(-1)
	}
	if u, ok := tr.Selected().(*User); !ok || u.Text != "question 0" || !strings.Contains(plainView(tr), "question 0") {
		t.Error("the first message is not reached or not in view")
	}
	if v := plainView(tr); !strings.Contains(v, "█ you") {
		t.Errorf("the selection can't be seen without colour:\n%s", v)
	}
}

func TestFailureSaysWhatToDo(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(80, 12)
	r := api.NewReply(start)
	r.Add(api.Answer{Text: "Half an ans"}, start.Add(time.Second))
	r.Fail(&api.Error{Kind: api.ErrCut, Message: "the connection broke", Hint: "check the network"}, start.Add(2*time.Second))
	tr.Append(&Answer{Model: "m", Reply: r, Retry: "enter asks again"})
	golden.RequireEqual(t, []byte(plainView(tr)))
}

func TestEverySizeIsLegal(t *testing.T) {
	for w := range 30 {
		tr := conversation(2, 80, 20)
		for h := range 10 {
			tr.ScrollBy(-5)
			tr.Resize(w, h)
			tr.Select(-1)
			tr.Layout()
			view := tr.View()
			if h == 0 || w == 0 {
				continue
			}
			if n := strings.Count(view, "\n") + 1; n != h {
				t.Fatalf("%dx%d: %d lines", w, h, n)
			}
			for l := range strings.SplitSeq(view, "\n") {
				if got := ansi.StringWidth(l); got > max(w, 3) {
					t.Fatalf("%dx%d: a line of %d cells: %q", w, h, got, ansi.Strip(l))
				}
			}
		}
	}
}

// BenchmarkLongConversation draws one frame of a conversation of 5,000
// messages; the baseline is one of 10.
func BenchmarkLongConversation(b *testing.B) {
	for _, turns := range []int{5, 2500} {
		b.Run(fmt.Sprint(2*turns), func(b *testing.B) {
			tr := conversation(turns, 120, 40)
			for b.Loop() {
				tr.ScrollBy(-1)
				tr.Layout()
			}
		})
	}
}

// What failed hangs under its sign, and is copied without the indent.
func TestFailureHangs(t *testing.T) {
	r := api.NewReply(start)
	r.Fail(&api.Error{Message: "the service said no to this in many words", Hint: "wait for a minute, then ask again", Status: 429}, start)
	tr := New(themes.Plain(), false)
	tr.Resize(30, 20)
	tr.Append(&Answer{Model: "m", Reply: r})
	tr.Layout()
	for _, row := range lines(tr)[3:] {
		if row != "" && !strings.HasPrefix(row, "    ") {
			t.Errorf("a row does not hang: %q in\n%s", row, plainView(tr))
		}
	}
	if got, want := drag(t, tr, "the service", "again"), "the service said no to this in many words (429)\nwait for a minute, then ask again"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
}
