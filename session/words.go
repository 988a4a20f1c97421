package session

// This file owns what a word is to the search: how a text falls into words, and
// which of them count as the same. The index, queries and highlights all go by
// it. What SQLite's own tokenizer does with the words given to it adds nothing.

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a text: how it counts, and the bytes that it was made of.
type token struct {
	word     []byte // valid until the next one
	from, to int
}

// alone are the scripts that put no blanks between words: each letter is a word
// there, and words are phrases of them.
var alone = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// prolonged is the mark in katakana that belongs to several scripts.
const prolonged = 'ー'

func standsAlone(r rune) bool { return r >= 0x0E00 && (r == prolonged || unicode.In(r, alone...)) }

// tokens returns the words of a text: letters and digits, folded.
func tokens(text string) iter.Seq[token] {
	return func(yield func(token) bool) {
		word := make([]byte, 0, 64)
		from := -1
		flush := func(to int) bool {
			if from < 0 {
				return true
			}
			start := from
			from = -1
			return len(word) == 0 || yield(token{word, start, to})
		}
		for i := 0; i < len(text); {
			r, size := rune(text[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			switch {
			case !belongs(r):
				if !flush(i) {
					return
				}
			case standsAlone(r):
				if !flush(i) || !unicode.Is(unicode.Mn, r) && !yield(token{fold(word[:0], r, text[i:i+size]), i, i + size}) {
					return
				}
			default:
				if from < 0 {
					from, word = i, word[:0]
				}
				word = fold(word, r, text[i:i+size])
			}
			i += size
		}
		flush(len(text))
	}
}

// belongs reports whether r is part of a word.
func belongs(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// fold adds r, which is written as s, to a word, as it counts: in lower case,
// without accents, in its plain form.
func fold(word []byte, r rune, s string) []byte {
	switch {
	case 'A' <= r && r <= 'Z':
		return append(word, byte(r+'a'-'A'))
	case r < utf8.RuneSelf:
		return append(word, byte(r))
	case unicode.Is(unicode.Mn, r):
		return word
	case r < 0x0400, 0x1E00 <= r && r < 0x2000: // Latin and Greek: letters that are one with their accents
		for _, r := range norm.NFKD.String(s) {
			if belongs(r) && !unicode.Is(unicode.Mn, r) {
				word = utf8.AppendRune(word, unicode.ToLower(r))
			}
		}
		return word
	case r == 'ё' || r == 'Ё':
		return append(word, "е"...)
	case 0xFB00 <= r: // presentation forms, and the wide and narrow ones
		for _, r := range norm.NFKC.String(s) {
			if belongs(r) && !unicode.Is(unicode.Mn, r) {
				word = utf8.AppendRune(word, unicode.ToLower(r))
			}
		}
		return word
	}
	return utf8.AppendRune(word, unicode.ToLower(r))
}

// maxIndexed bounds what of a message is searched, in bytes.
const maxIndexed = 128 << 10

// indexedWords writes the words of a text for the index.
func indexedWords(text string) string {
	text = text[:min(len(text), maxIndexed)]
	var b strings.Builder
	b.Grow(len(text) + 16)
	for t := range tokens(text) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(t.word)
	}
	return b.String()
}
