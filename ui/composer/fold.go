package composer

// fold.go owns large pastes: each is kept aside and stands in the draft as one
// mark, which is drawn as a label, moves and goes as one character, and gives
// its text back when the draft is read. It refuses to decide where marks go.

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/ui/figures"
)

// A mark is the byte 0xFF, which occurs in no UTF-8 text, and a rune of four
// bytes that names the fold. So the draft stays one string, and no text that a
// person can enter is taken for a mark.
const (
	foldByte  = 0xFF
	foldLen   = 1 + utf8.UTFMax
	foldFirst = 0x10000 // the first rune of four bytes
)

// What is folded: more lines than a composer shows at once, or more bytes than
// a person wants to scroll through.
const (
	foldLines = 20
	foldBytes = 16 << 10
)

type fold struct {
	text, label string
	tokens      int64 // that the text takes
}

// folds are the pastes kept aside, by the rune that names each.
type folds struct {
	kept map[rune]fold
	last rune
}

// paste returns what stands for s in the draft: s itself, or the mark of a new
// fold.
func (f *folds) paste(s string) string {
	lines := strings.Count(strings.TrimSuffix(s, "\n"), "\n") + 1
	if lines <= foldLines && len(s) <= foldBytes {
		return s
	}
	label := fmt.Sprintf("[pasted %d lines]", lines)
	if lines <= foldLines {
		label = fmt.Sprintf("[pasted %d KB]", (len(s)+1023)/1024)
	}
	if f.kept == nil {
		f.kept = make(map[rune]fold)
		f.last = foldFirst
	}
	f.last++
	f.kept[f.last] = fold{s, label, figures.EstimateTokens(s)}
	return string([]byte{foldByte}) + string(f.last)
}

// of returns the fold that a mark names.
func (f *folds) of(mark string) fold {
	r, _ := utf8.DecodeRuneInString(mark[1:])
	return f.kept[r]
}

// unfold returns s with every mark replaced by what it stands for.
func (f *folds) unfold(s string) string {
	if strings.IndexByte(s, foldByte) < 0 {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, foldByte)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		pasted := f.of(s[i:]).text
		b.Grow(i + len(pasted))
		b.WriteString(s[:i])
		b.WriteString(pasted)
		s = s[i+foldLen:]
	}
}

// count guesses how many tokens s takes, unfolded. What is folded was counted
// when it was pasted.
func (f *folds) count(s string) (tokens int64) {
	for {
		i := strings.IndexByte(s, foldByte)
		if i < 0 {
			return tokens + figures.EstimateTokens(s)
		}
		tokens += figures.EstimateTokens(s[:i]) + f.of(s[i:]).tokens
		s = s[i+foldLen:]
	}
}

// keepOnly forgets the folds that none of the texts has a mark of.
func (f *folds) keepOnly(texts ...string) {
	if len(f.kept) == 0 {
		return
	}
	kept := make(map[rune]fold)
	for _, s := range texts {
		for i := strings.IndexByte(s, foldByte); i >= 0; i = strings.IndexByte(s, foldByte) {
			r, _ := utf8.DecodeRuneInString(s[i+1:])
			kept[r] = f.kept[r]
			s = s[i+foldLen:]
		}
	}
	f.kept = kept
}
