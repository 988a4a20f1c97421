package api

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// split pushes the pieces and returns the thought and the answer.
func split(pieces ...string) (reasoning, answer string) {
	var s Splitter
	var r Reply
	take := func(events []Event) {
		for _, ev := range events {
			r.Add(ev, time.Time{})
		}
	}
	for _, p := range pieces {
		take(s.Push(p))
	}
	take(s.Flush())
	return r.Reasoning.String(), r.Answer.String()
}

func TestSplitter(t *testing.T) {
	for _, tt := range []struct {
		name, content, reasoning, answer string
	}{
		{"no thought", "Hello", "", "Hello"},
		{"nothing", "", "", ""},
		{"recorded form", "<think>\nplan\n</think>\n\nHello", "plan", "Hello"},
		{"blank before the tag", "\n <think>plan</think>Hello", "plan", "Hello"},
		{"blank before an answer stays", "\n\n  Hello\n", "", "\n\n  Hello\n"},
		{"only blank", " \n ", "", " \n "},
		{"empty thought", "<think>\n\n</think>\n\nHello", "", "Hello"},
		{"later tag is text", "Use <think>x</think> so", "", "Use <think>x</think> so"},
		{"later tag after thought", "<think>a</think>b <think>c</think>", "a", "b <think>c</think>"},
		{"second block is text", "<think>a</think><think>b</think>", "a", "<think>b</think>"},
		{"tag inside thought", "<think>a <think> b</think>c", "a <think> b", "c"},
		{"unclosed", "<think>never ending", "never ending", ""},
		{"unclosed, cut in the tag", "<think>plan\n</thi", "plan\n</thi", ""},
		{"unclosed, blank end", "<think>plan\n", "plan\n", ""},
		{"half a tag", "<thi", "", "<thi"},
		{"other tag", "<thinking>a</thinking>", "", "<thinking>a</thinking>"},
		{"close without open", "a</think>b", "", "a</think>b"},
		{"blank within thought", "<think>a \n\n b</think>c", "a \n\n b", "c"},
		{"less-than within thought", "<think>a < b </ c</think>d", "a < b </ c", "d"},
		{"blank and stump", "<think>a  </th b  </think>  c", "a  </th b", "c"},
		{"wide", "<think>思考 🤔</think>答え", "思考 🤔", "答え"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, pieces := range cuts(tt.content) {
				reasoning, answer := split(pieces...)
				if reasoning != tt.reasoning || answer != tt.answer {
					t.Errorf("%s: got %q and %q, want %q and %q", name, reasoning, answer, tt.reasoning, tt.answer)
				}
			}
		})
	}
}

func TestSplitterGivesAtOnce(t *testing.T) {
	var s Splitter
	s.Push("<think>")
	if got := s.Push("one two"); len(got) != 1 || got[0] != (Reasoning{"one two"}) {
		t.Errorf("thought is held back: %v", got)
	}
	s.Push("</think>")
	if got := s.Push("Hello "); len(got) != 1 || got[0] != (Answer{"Hello "}) {
		t.Errorf("answer is held back: %v", got)
	}
	if !s.Settled() {
		t.Error("not settled in the answer")
	}
}

func TestSplitterIsLinear(t *testing.T) {
	var s Splitter
	s.Push("<think>a")
	for range 1 << 20 {
		s.Push(" ") // quadratic work here would take minutes
	}
	if got := s.Push("</think>b"); len(got) != 1 || got[0] != (Answer{"b"}) {
		t.Errorf("got %v", got)
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add("<think>\nplan\n</think>\n\nHello", uint64(1))
	f.Add(" <think>a </thin </think> b", uint64(2))
	f.Add("<thin", uint64(3))
	f.Fuzz(func(t *testing.T, content string, seed uint64) {
		reasoning, answer := split(content)
		r2, a2 := split(randomCuts(content, seed)...)
		if r2 != reasoning || a2 != answer {
			t.Fatalf("cut: %q and %q, whole: %q and %q", r2, a2, reasoning, answer)
		}
		if !strings.HasPrefix(strings.TrimLeft(content, blank), openTag) && answer != content {
			t.Fatalf("content without thought changed to %q", answer)
		}
	})
}

// cuts are the ways in which tests feed a stream.
func cuts(s string) map[string][]string {
	return map[string][]string{
		"whole":        {s},
		"byte by byte": everyByte(s),
		"random":       randomCuts(s, 7),
	}
}

func everyByte(s string) []string {
	pieces := make([]string, len(s))
	for i := range pieces {
		pieces[i] = s[i : i+1]
	}
	return pieces
}

func randomCuts(s string, seed uint64) []string {
	rng := rand.New(rand.NewPCG(seed, 0))
	var pieces []string
	for s != "" {
		n := min(len(s), 1+rng.IntN(8))
		pieces = append(pieces, s[:n])
		s = s[n:]
	}
	return pieces
}
