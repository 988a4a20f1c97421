package session

// This file owns where the words of a search stand in a text, what that is
// worth, and the piece of the text that shows it. Texts stay exact.

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Range is a piece of a string: the bytes from From to To, not included.
type Range struct{ From, To int }

// maxMarks bounds the places that are marked in one text.
const maxMarks = 64

// places returns where the phrases stand in a text, in order and apart, and how
// often each does.
func places(text string, list []phrase) (marks []Range, counts []int, words int) {
	counts = make([]int, len(list))
	open := make([][]run, len(list)) // beginnings of each phrase, that go on
	for t := range tokens(text) {
		words++
		for i, p := range list {
			going := open[i][:0]
			for _, r := range append(open[i], run{from: t.from}) {
				if !p.fits(r.at, t.word) {
					continue
				}
				if r.at++; r.at < len(p.words) {
					going = append(going, r)
					continue
				}
				counts[i]++
				marks = mark(marks, Range{r.from, t.to})
			}
			open[i] = going
		}
	}
	return marks, counts, words
}

// run is a phrase that has begun to fit.
type run struct {
	from int // in the text
	at   int // words of it that fit
}

func (p phrase) fits(at int, word []byte) bool {
	want := p.words[at]
	if p.open && at == len(p.words)-1 {
		return len(word) >= len(want) && string(word[:len(want)]) == want
	}
	return string(word) == want
}

func mark(marks []Range, r Range) []Range {
	if n := len(marks); n > 0 && marks[n-1].To >= r.From {
		marks[n-1].From, marks[n-1].To = min(marks[n-1].From, r.From), max(marks[n-1].To, r.To)
		return marks
	}
	if len(marks) == maxMarks {
		return marks
	}
	return append(marks, r)
}

// worth grades a text of so many words by how often it holds each phrase, as
// BM25 does among texts of which each holds them all.
func worth(counts []int, words int) (score float64) {
	const k, b, usual = 1.2, 0.75, 200.0
	for _, n := range counts {
		f := math.Max(float64(n), 0.5) // it is there, if only further on
		score += f * (k + 1) / (f + k*(1-b+b*float64(words)/usual))
	}
	return score
}

// A snippet is one piece of a text of about so many bytes, of which the first
// so many stand before what was found.
const snippetSize, snippetBefore = 240, 60

// snippet returns the piece of a text with the most of what was found in it, and
// the places in that piece. Nothing found: its beginning.
func snippet(text string, marks []Range) (string, []Range) {
	from := 0
	if len(marks) > 0 {
		from = beginning(text, marks[busiest(marks)].From)
	}
	to := min(from+snippetSize, len(text))
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	piece := text[from:to]
	var inside []Range
	for _, m := range marks {
		if m.From >= from && m.From < to {
			inside = append(inside, Range{m.From - from, min(m.To, to) - from})
		}
	}
	return piece, inside
}

// busiest is the place after which the most others follow soon.
func busiest(marks []Range) (best int) {
	most := 0
	for i, j := 0, 0; i < len(marks); i++ {
		for j < len(marks) && marks[j].From < marks[i].From+snippetSize-snippetBefore {
			j++
		}
		if j-i > most {
			best, most = i, j-i
		}
	}
	return best
}

// beginning is where a piece begins that shows what stands at a place: at a
// word, and not before its line if that is near.
func beginning(text string, at int) int {
	from := max(0, at-snippetBefore)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from++
	}
	if i := strings.LastIndexByte(text[from:at], '\n'); i >= 0 {
		return from + i + 1
	}
	if from == 0 {
		return 0
	}
	if i := strings.IndexByte(text[from:at], ' '); i >= 0 {
		return from + i + 1
	}
	return from
}
