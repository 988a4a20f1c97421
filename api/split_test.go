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
		{"stray close at the end, recorded", "Hello!</think>", "", "Hello!</think>"},
		{"close at the head", "</think>\n\nHello", "", "</think>\n\nHello"},
		{"other case", "<THINK>a</THINK>", "", "<THINK>a</THINK>"},
		{"blank in the tag", "< think>a</ think>", "", "< think>a</ think>"},
		{"open, open", "<think><think>a</think></think>b", "<think>a", "</think>b"},
		{"only tags", "<think></think>", "", ""},
		{"only an open tag", "<think>", "", ""},
		{"blank of other kinds", "\u00a0<think>a</think>", "", "\u00a0<think>a</think>"},
		{"stumps in a row", "<think></</th</thin</think>b", "</</th</thin", "b"},
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

// splitWhole says the same of content that is there as a whole.
func splitWhole(content string) (reasoning, answer string) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(content, blank), openTag)
	if !ok {
		return "", content
	}
	rest = strings.TrimLeft(rest, blank)
	thought, answer, closed := strings.Cut(rest, closeTag)
	if !closed {
		return rest, ""
	}
	return strings.TrimRight(thought, blank), strings.TrimLeft(answer, blank)
}

func FuzzSplitter(f *testing.F) {
	for _, content := range []string{
		"", "Hello", "<think>\nplan\n</think>\n\nHello", " <think>a </thin </think> b", "<thin", "<think>", "</think>a",
		"<think></think>", "<think> \n", "<think>a</think></think>b", "\r\n<think>\t</think>\t", "<think>a</think><think>b</think>",
		"<think>a<</</t</th</thi</thin</think</think>b", "<think>思考</think>答え", "<think>\xff</think>\xfe",
	} {
		f.Add(content, uint64(len(content)))
	}
	f.Fuzz(func(t *testing.T, content string, seed uint64) {
		reasoning, answer := splitWhole(content)
		for how, pieces := range map[string][]string{"whole": {content}, "byte by byte": everyByte(content), "random": randomCuts(content, seed)} {
			if r, a := split(pieces...); r != reasoning || a != answer {
				t.Fatalf("%s: got %q and %q, want %q and %q", how, r, a, reasoning, answer)
			}
		}
	})
}

// thoughtful is n pieces of content, three in four of them thought.
func thoughtful(n int) []string {
	pieces := make([]string, n)
	for i := range pieces {
		pieces[i] = "word and "
		switch i {
		case 0:
			pieces[i] = "<think>\n"
		case n * 3 / 4:
			pieces[i] = "\n</think>\n\n"
		}
	}
	return pieces
}

const benchPieces = 10_000

func splitAll(pieces []string) (bytes int) {
	var s Splitter
	take := func(events []Event) {
		for _, ev := range events {
			switch ev := ev.(type) {
			case Reasoning:
				bytes += len(ev.Text)
			case Answer:
				bytes += len(ev.Text)
			}
		}
	}
	for _, p := range pieces {
		take(s.Push(p))
	}
	take(s.Flush())
	return bytes
}

func BenchmarkSplitter(b *testing.B) {
	pieces := thoughtful(benchPieces)
	b.ReportAllocs()
	for b.Loop() {
		splitAll(pieces)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchPieces, "ns/piece")
}

// BenchmarkSplitterByBuilder is the least that anybody does with content.
func BenchmarkSplitterByBuilder(b *testing.B) {
	pieces := thoughtful(benchPieces)
	b.ReportAllocs()
	for b.Loop() {
		var all strings.Builder
		for _, p := range pieces {
			all.WriteString(p)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchPieces, "ns/piece")
}

// BenchmarkSplitterDoubling shows what twice the content costs: "ratio" is near
// 2 where the cost is linear, and near 4 where it is quadratic.
func BenchmarkSplitterDoubling(b *testing.B) {
	for name, piece := range map[string]string{"words": "word and ", "blanks": " ", "stumps": "</thin", "one byte": "x"} {
		once, twice := doubling(piece, benchPieces), doubling(piece, 2*benchPieces)
		b.Run(name, func(b *testing.B) {
			var short, long time.Duration
			for b.Loop() {
				at := time.Now()
				splitAll(once)
				middle := time.Now()
				splitAll(twice)
				short, long = short+middle.Sub(at), long+time.Since(middle)
			}
			b.ReportMetric(float64(long)/float64(short), "ratio")
		})
	}
}

func doubling(piece string, n int) []string {
	pieces := make([]string, n+2)
	for i := range pieces {
		pieces[i] = piece
	}
	pieces[0], pieces[n+1] = "<think>a", "</think>b"
	return pieces
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
