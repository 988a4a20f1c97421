package transcript

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// brokenTexts are answers with the places at which they broke off.
var brokenTexts = map[string][]string{
	"paragraph": {"The trees bloom in the first week of Ap", "ril, or a little later where it is cold, and that is all there is to say."},
	"blocks":    {"One paragraph.\n\n", "Another paragraph.\n\n- a list\n- of two"},
	"fence":     {"Here:\n\n```go\nfunc main() {\n\n", "\tprintln(\"hello\")\n}\n", "```\n\nThat is all."},
	"new fence": {"Here:", "\n\n```go\nfunc main() {}\n```"},
	"list":      {"- first\n- sec", "ond\n- third\n\n1. and", " numbers"},
	"table":     {"| tree | when |\n|---|---|\n| cherry | Apr", "il |\n| a very long name of a tree | May |\n", "\nDone."},
	"quote":     {"> said he\n>\n> and sai", "d she"},
	"emphasis":  {"this is **ver", "y** much"},
	"blank":     {"words", "   ", "\n\nmore words"},
}

// continued is an answer of those texts, all but the last of them cut off.
func continued(texts ...string) *Answer {
	a := &Answer{Model: "m/one", Reply: partial(texts[0])}
	for _, text := range texts[1:] {
		a.Earlier = append(a.Earlier, Part{a.Model, a.Reply, a.Branch, a.Provider})
		a.Reply = partial(text)
	}
	a.Reply.Finish = api.FinishStop
	return a
}

// partial is a reply that was cut at the limit.
func partial(text string) *api.Reply {
	r := api.NewReply(start)
	n, usd := int64(len(text)), 0.0002
	r.Add(api.Answer{Text: text}, start.Add(time.Second))
	r.Add(api.Metered{Usage: api.Usage{Completion: &n}, Cost: api.Cost{USD: &usd, Source: api.Billed}}, start.Add(2*time.Second))
	r.Add(api.Finish{Reason: api.FinishLength}, start.Add(2*time.Second))
	return r
}

func TestContinued(t *testing.T) {
	for name, texts := range brokenTexts {
		for _, width := range []int{40, 80} {
			t.Run(fmt.Sprintf("%s %d", name, width), func(t *testing.T) {
				tr := New(themes.Plain(), false)
				tr.Resize(width, 20)
				tr.Append(continued(texts...))
				golden.RequireEqual(t, []byte(plainView(tr)))
			})
		}
	}
}

// Whatever breaks where, what is shown is the whole text, and nothing else than
// the seams tells that it came in parts.
func TestContinuedIsOneText(t *testing.T) {
	for name, texts := range brokenTexts {
		for width := 12; width < 100; width += 11 {
			for _, raw := range []bool{false, true} {
				whole, parts := New(themes.Plain(), false), New(themes.Plain(), false)
				whole.Append(continued(strings.Join(texts, "")))
				parts.Append(continued(texts...))
				for _, tr := range []*Transcript{whole, parts} {
					tr.Resize(width, 60)
					tr.raw = raw
				}
				text := func(tr *Transcript) (rows []string) {
					for _, l := range tr.lay(0).section(anchor{section: sectionText}).rows() {
						rows = append(rows, l.Text)
					}
					return rows
				}
				if got, want := text(parts), text(whole); !slices.Equal(got, want) {
					t.Errorf("%s, %d wide, raw %v:\n%s\nwant\n%s", name, width, raw, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				parts.Layout()
				for y, row := range parts.frame {
					if w := ansi.StringWidth(row); w > width {
						t.Errorf("%s: row %d is %d wide, of %d", name, y, w, width)
					}
				}
			}
		}
	}
}

// Live is as done, and both are as what comes from the database.
func TestContinuedLiveIsFresh(t *testing.T) {
	for name, texts := range brokenTexts {
		rng := rand.New(rand.NewPCG(7, uint64(len(name))))
		for _, width := range []int{25, 60} {
			live := New(themes.Plain(), false)
			live.Resize(width, 50)
			a := &Answer{Model: "m/one", Reply: partial(texts[0])}
			live.Append(a)
			live.Layout()
			for k, text := range texts[1:] {
				r := api.NewReply(start)
				live.GoOn(a, Part{Model: "m/one", Reply: r})
				for rest := text; rest != ""; {
					n := 1 + rng.IntN(min(len(rest), 6))
					r.Add(api.Answer{Text: rest[:n]}, start.Add(time.Second))
					rest = rest[n:]
					live.Layout()
					fresh := New(themes.Plain(), false)
					fresh.Resize(width, 50)
					so := continued(append(slices.Clone(texts[:k+1]), text[:len(text)-len(rest)])...)
					so.Live = true
					fresh.Append(so)
					if fresh.Layout(); fresh.View() != live.View() {
						t.Fatalf("%s, %d wide: live is\n%s\nfresh is\n%s", name, width, live.View(), fresh.View())
					}
				}
				n, usd := int64(len(text)), 0.0002
				r.Add(api.Metered{Usage: api.Usage{Completion: &n}, Cost: api.Cost{USD: &usd, Source: api.Billed}}, start.Add(2*time.Second))
				r.Add(api.Finish{Reason: api.FinishLength}, start.Add(2*time.Second))
				a.Live = false
				live.Layout()
			}
			a.Reply.Finish = api.FinishStop
			a.done = nil
			live.Layout()
			fresh := New(themes.Plain(), false)
			fresh.Resize(width, 50)
			fresh.Append(continued(texts...))
			if fresh.Layout(); fresh.View() != live.View() {
				t.Errorf("%s, %d wide: done is\n%s\nfresh is\n%s", name, width, live.View(), fresh.View())
			}
		}
	}
}

func TestContinuedIsCopiedExactly(t *testing.T) {
	for name, texts := range brokenTexts {
		a := continued(texts...)
		if got, want := a.Text(), strings.Join(texts, ""); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Words and selections that reach over a seam know nothing of it.
func TestFindAndMarkAcrossTheSeam(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	tr.Append(continued("The trees bloom in Ap", "ril.\n\nAnd then in ", "May."))
	tr.Find("April")
	tr.Layout()
	if f := tr.Found(); f.Total != 1 || f.Current != 1 {
		t.Errorf("found %+v", f)
	}
	tr.EndFind()
	y := slices.IndexFunc(lines(tr), func(l string) bool { return strings.Contains(l, "trees") })
	tr.Mark(2, y, ByCell)
	tr.MarkTo(58, y+2)
	if got, want := tr.MarkedText(), "The trees bloom in April.\n\nAnd then in May."; got != want {
		t.Errorf("marked %q, want %q", got, want)
	}
	// while it goes on, what is found grows
	tr.Find("again")
	a := tr.entries[0].(*Answer)
	r := api.NewReply(start)
	tr.GoOn(a, Part{Model: "m/two", Reply: r})
	r.Add(api.Answer{Text: " Aga"}, start)
	tr.Layout()
	r.Add(api.Answer{Text: "in again"}, start)
	tr.Layout()
	if f := tr.Found(); f.Total != 2 {
		t.Errorf("found %+v", f)
	}
}

func TestContinuedCodeIsOneBlock(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	tr.Append(continued(brokenTexts["fence"]...))
	tr.Select(-1)
	if codes := tr.Codes(); len(codes) != 1 || codes[0] != "func main() {\n\n\tprintln(\"hello\")\n}" {
		t.Errorf("%q", codes)
	}
}

func TestEachPartIsNamedWhereTheyDiffer(t *testing.T) {
	for _, width := range []int{24, 40, 80, 120} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			tr := New(themes.Plain(), false)
			tr.Resize(width, 12)
			a := continued("one tw", "o thre", "e")
			a.Model, a.Branch = "bolt/talker-mini", Branch{2, 2}
			a.Earlier[0].Branch = Branch{1, 3}
			tr.Append(a)
			golden.RequireEqual(t, []byte(plainView(tr)))
		})
	}
}

func TestMessagesOfContinuedAnswers(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	tr.Append(&User{Text: "one?"})
	tr.Append(continued("a", "b", "c"))
	tr.Append(&User{Text: "two?"})
	tr.SelectMessage(4)
	if tr.Position() != 4 {
		t.Errorf("the second question is message %d", tr.Position())
	}
	tr.SelectMessage(3)
	if tr.Position() != 1 || tr.AnswerOf(3) != tr.entries[1] || tr.AnswerOf(4) != nil || tr.AnswerOf(9) != nil {
		t.Errorf("the answer is message %d", tr.Position())
	}
	tr.KeepMessages(4)
	if tr.Len() != 2 {
		t.Errorf("%d entries stay", tr.Len())
	}
}

func TestGoOnTakesAwayWhatWasSaidOfItsEnd(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	a := continued("one")
	a.Reply.Finish, a.Retry = api.FinishLength, "enter asks again"
	tr.Append(a)
	tr.Append(&Notice{Text: "a word"})
	tr.Append(&Divider{Text: "switched to m/two"})
	if view := plainView(tr); !strings.Contains(view, "cut at the token limit · enter asks again") {
		t.Fatalf("not told:\n%s", view)
	}
	tr.GoOn(a, Part{Model: "m/two", Reply: api.NewReply(start)})
	view := plainView(tr)
	if strings.Contains(view, "asks again") || strings.Contains(view, "switched") || !strings.Contains(view, "a word") || !strings.Contains(view, "waiting") {
		t.Errorf("it shows\n%s", view)
	}
}
