package api

import (
	"errors"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
)

// replied is a backend's sequence: the reply in pieces, then a finish or an error.
func replied(pieces []string, err error) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for _, text := range pieces {
			if !yield(Answer{text}, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
			return
		}
		yield(Finish{FinishStop}, nil)
	}
}

func splice(t *testing.T, seam Seam, pieces ...string) string {
	t.Helper()
	var out strings.Builder
	ended := false
	for ev, err := range Spliced(replied(pieces, nil), seam) {
		if err != nil || ended {
			t.Fatalf("%v, ended %t", err, ended)
		}
		switch ev := ev.(type) {
		case Answer:
			if ev.Text == "" {
				t.Error("an empty piece")
			}
			out.WriteString(ev.Text)
		case Finish:
			ended = true
		}
	}
	return out.String()
}

const kyoto = "Full bloom is usually around the first week of April. Go to the Philosopher's Path ear"

func TestSpliced(t *testing.T) {
	code := "Here it is:\n\n```go\nfunc main() {\n\tfmt.Println(\"one"
	bare := "Here:\n\n```\nls -l /usr/share/doc/packages\n"
	song := "one for the money, and two for the show\n" + strings.Repeat("la la la ", 60) + "\nnow the verse, "
	for name, test := range map[string]struct {
		seam        Seam
		reply, want string
	}{
		"nothing repeated":     {Seam{Text: kyoto}, "ly in the day.", "ly in the day."},
		"last words repeated":  {Seam{Text: kyoto}, "to the Philosopher's Path early in the day.", "ly in the day."},
		"the whole repeated":   {Seam{Text: kyoto}, kyoto + "ly.", "ly."},
		"and nothing after it": {Seam{Text: kyoto}, kyoto, ""},
		"too little repeated":  {Seam{Text: kyoto}, "Path early.", "Path early."},
		"not quite":            {Seam{Text: kyoto}, "to the philosopher's Path early.", "to the philosopher's Path early."},
		"the beginning, then another": {
			Seam{Text: kyoto},
			"Full bloom is usually around the last week of March.",
			"Full bloom is usually around the last week of March.",
		},
		"no guessing": {Seam{Text: kyoto}, "Sure, continuing: ly in the day.", "Sure, continuing: ly in the day."},
		"a refrain is no repetition": {
			Seam{Text: song}, strings.Repeat("la la la ", 60) + "\nand the end", strings.Repeat("la la la ", 60) + "\nand the end",
		},
		"a long copy and no more": {Seam{Text: song + strings.Repeat("x", 50)}, strings.Repeat("la la la ", 60), ""},

		"white space repeated":          {Seam{Text: "It has four seasons and more. \n\n"}, "It has four seasons and more.\n\nOne is", "\n\nOne is"},
		"white space repeated, exactly": {Seam{Text: "It has four seasons and more.\n"}, "four seasons and more.\n\nOne is", "\nOne is"},
		"white space trimmed":           {Seam{Text: "It has\n\n", WritesOn: true, Trimmed: true}, "\n\n- one", "- one"},
		"trimmed, and more of it":       {Seam{Text: "It has\n  ", WritesOn: true, Trimmed: true}, "\n    - one", "  - one"},
		"trimmed, and other":            {Seam{Text: "It has ", WritesOn: true, Trimmed: true}, "\n- one", "\n- one"},
		"not trimmed":                   {Seam{Text: "It has\n", WritesOn: true}, "\n- one", "\n- one"},

		"written on":               {Seam{Text: kyoto, WritesOn: true}, "ly", "ly"},
		"written on, repeating":    {Seam{Text: "tra la la la la la la la la ", WritesOn: true}, "la la la la la la la la", "la la la la la la la la"},
		"written on, with it all":  {Seam{Text: kyoto + " ", WritesOn: true}, kyoto + " ly", "ly"},
		"written on, a short echo": {Seam{Text: "ha ", WritesOn: true}, "ha ha", "ha ha"},

		"the fence opened anew":            {Seam{Text: code}, "```go\n two\")\n}\n```", " two\")\n}\n```"},
		"the fence and the last words":     {Seam{Text: code}, "```go\nfunc main() {\n\tfmt.Println(\"one two\")", " two\")"},
		"another fence":                    {Seam{Text: code}, "```rust\nx", "```rust\nx"},
		"the bare fence closed":            {Seam{Text: bare}, "```\nThat is all.", "```\nThat is all."},
		"the bare fence closed, at an end": {Seam{Text: bare}, "```", "```"},
		"the bare fence opened anew":       {Seam{Text: bare}, "```\nls -l /usr/share/doc/packages\nls", "ls"},
		"a closed fence":                   {Seam{Text: "```go\nx\n```\n"}, "```go\ny\n```", "```go\ny\n```"},
		"a fence in a list":                {Seam{Text: "- so:\n  ~~~~ sh\n  ls\n"}, "~~~~ sh\n  cd", "  cd"},
		"an empty reply":                   {Seam{Text: code}, "", ""},
	} {
		if got := splice(t, test.seam, test.reply); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if got := splice(t, test.seam, strings.Split(test.reply, "")...); got != test.want {
			t.Errorf("%s, a character at a time: %q, want %q", name, got, test.want)
		}
	}
}

// What may be a repetition is not held back when it is certain that it is none.
func TestSplicedHoldsLittleBack(t *testing.T) {
	s := newSplicer(Seam{Text: strings.Repeat(kyoto+"\n", 100)})
	reply := "Full bloom is over. The first week of April is past. Go to the hills."
	given, most := 0, 0
	for i := range len(reply) {
		given += len(s.add(reply[i : i+1]))
		most = max(most, i+1-given)
	}
	if most > 20 || given != len(reply) {
		t.Errorf("up to %d bytes were held back, %d of %d given out", most, given, len(reply))
	}
}

func TestSplicedEnds(t *testing.T) {
	failed := &Error{Kind: ErrCut}
	var got strings.Builder
	var last error
	for ev, err := range Spliced(replied([]string{"Full bloom"}, failed), Seam{Text: kyoto}) {
		if a, ok := ev.(Answer); ok {
			got.WriteString(a.Text)
		}
		last = err
	}
	if got.String() != "Full bloom" || !errors.Is(last, failed) {
		t.Errorf("%q, %v", got.String(), last)
	}
	again := func(yield func(Event, error) bool) {
		_ = yield(Answer{"Full bloom"}, nil) && yield(Retry{}, nil) && yield(Answer{kyoto}, nil) && yield(ToolCallDelta{}, nil) && yield(Answer{"ly"}, nil)
	}
	got.Reset()
	for ev := range Spliced(again, Seam{Text: kyoto}) {
		if a, ok := ev.(Answer); ok {
			got.WriteString(a.Text)
		}
	}
	if got.String() != "ly" {
		t.Errorf("after a retry: %q", got.String())
	}
}

func TestAskOn(t *testing.T) {
	req := Request{Continue: true, Messages: []Message{Text(User, "When?"), Text(Assistant, kyoto+" \n")}}
	asked, seam, ok := AskOn(req)
	if !ok || seam.Text != kyoto+" \n" || asked.Continue || len(asked.Messages) != 3 || len(req.Messages) != 2 {
		t.Fatalf("%+v, %+v, %t", asked, seam, ok)
	}
	prompt := asked.Messages[2].Content()
	_, words, _ := strings.Cut(prompt, "\n\n")
	if asked.Messages[2].Role != User || !strings.HasSuffix(kyoto, words) || len(words) < 2*leastOverlap {
		t.Errorf("it is asked: %q", prompt)
	}
	if got := splice(t, seam, words+"ly."); got != "ly." {
		t.Errorf("who does as asked adds %q", got)
	}
	req.Messages[1] = Message{Role: Assistant, Parts: []Part{{Kind: ReasoningPart, Text: "Hm"}}}
	if asked, _, ok := AskOn(req); ok || len(asked.Messages) != 1 {
		t.Errorf("of a thought alone: %+v", asked)
	}
	if asked, _, ok := AskOn(Request{Continue: true, Messages: req.Messages[:1]}); ok || len(asked.Messages) != 1 {
		t.Errorf("of no answer: %+v", asked)
	}
	for _, text := range []string{"short", strings.Repeat("漢", 200), strings.Repeat("x", 500), strings.Repeat("ab cd ", 50)} {
		words := anchor(text)
		if !strings.HasSuffix(text, words) || words == "" || len(words) > 2*anchorLength+4 || !strings.HasPrefix(text, words[:3]) && strings.ContainsRune(words, '\uFFFD') {
			t.Errorf("the anchor of %.20q is %q", text, words)
		}
	}
}

// However a reply is cut into pieces, the same is left of it, and that is its
// end; what is left out was there.
func FuzzSpliced(f *testing.F) {
	f.Add(kyoto, "the Philosopher's Path early", uint64(1), false)
	f.Add("```go\nx := 1\n", "```go\nx := 1\ny", uint64(2), false)
	f.Add("a\n\n", "\n\nb", uint64(3), true)
	f.Fuzz(func(t *testing.T, text, reply string, seed uint64, writesOn bool) {
		seam := Seam{Text: text, WritesOn: writesOn, Trimmed: seed%2 == 0}
		rng := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // no secret
		var pieces []string
		for rest := reply; rest != ""; {
			n := 1 + rng.IntN(len(rest))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		whole, cut := splice(t, seam, reply), splice(t, seam, pieces...)
		if whole != cut || !strings.HasSuffix(reply, whole) {
			t.Fatalf("%q after %q is %q, and %q in pieces", reply, text, whole, cut)
		}
		gone := strings.TrimPrefix(reply[:len(reply)-len(whole)], openFence(text))
		if body := strings.TrimRight(gone, white); body != "" && !strings.Contains(text, body) && !strings.Contains(openFence(text), gone) {
			t.Errorf("%q was left out, which %q does not have", gone, text)
		}
	})
}
