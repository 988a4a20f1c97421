package demo

// tokens.go owns the cutting of texts into pieces as models send them: parts
// of words, marks and single characters of the wide scripts. A piece is valid
// UTF-8, but may well end between an emoji and its skin.

import (
	"math/rand/v2"
	"unicode"
	"unicode/utf8"
)

// tokenize cuts a text. Its pieces, joined, are the text; none is empty.
func tokenize(rng *rand.Rand, text string) []string {
	var tokens []string
	for text != "" {
		n := token(text, 3+rng.IntN(6))
		for n < len(text) && rng.IntN(6) == 0 { // now and then two come at once
			n += token(text[n:], 8)
		}
		tokens = append(tokens, text[:n])
		text = text[n:]
	}
	return tokens
}

// token returns the length of the first token of a text, in bytes. Of a long
// word it takes as many letters as are asked for.
func token(text string, letters int) int {
	r, n := utf8.DecodeRuneInString(text)
	if r == ' ' && n < len(text) {
		if next, size := utf8.DecodeRuneInString(text[n:]); unicode.IsLetter(next) && !wide(next) {
			r, n = next, n+size // a word comes with the space before it
		}
	}
	for count := 1; n < len(text) && count < letters; count++ {
		next, size := utf8.DecodeRuneInString(text[n:])
		if !together(r, next) {
			break
		}
		n += size
	}
	return n
}

// together tells whether two neighbours are of one token.
func together(a, b rune) bool {
	switch {
	case wide(a) || wide(b):
		return false
	case unicode.IsLetter(a):
		return unicode.IsLetter(b)
	case unicode.IsDigit(a):
		return unicode.IsDigit(b)
	}
	return a == b // spaces, dashes, new lines
}
