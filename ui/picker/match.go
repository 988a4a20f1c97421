package picker

// match.go owns which items a filter finds, in which order, and which of their
// letters it found. It refuses to look at sizes.

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"
)

// isToken begins a word of the filter that asks for a badge.
const isToken = "is:"

// What a hit is worth, besides what the fuzzy matcher says: to be found in one
// piece is better than scattered, in the title better than beside it.
const (
	wholeTitle  = 400
	endsTitle   = 300
	startsTitle = 120
	startsWord  = 80
	insideTitle = 60
	detailCost  = 20
	familyWorth = 15
	proseWorth  = 5
)

// match is an item that the filter found.
type match struct {
	item  int
	score int
	title []int // offsets of the letters that were found
	about []int // the same, in the detail
}

// all returns every item, with what is marked of its title.
func all(items []Item) []match {
	found := make([]match, len(items))
	for i := range items {
		found[i] = match{item: i, title: letters(items[i].Title, items[i].TitleMarks)}
	}
	return found
}

// letters returns the offsets of what is marked.
func letters(s string, marks []Range) (at []int) {
	for _, m := range marks {
		for i := range s[min(m.From, len(s)):min(m.To, len(s))] {
			at = append(at, m.From+i)
		}
	}
	return at
}

// search returns the items that every word of the filter finds, the best
// first, equals in their given order. Without a filter it returns all.
func search(items []Item, filter string) []match {
	found := all(items)
	words := strings.Fields(filter)
	if len(words) == 0 {
		return found
	}
	for _, w := range words {
		if badge, ok := strings.CutPrefix(strings.ToLower(w), isToken); ok {
			found = slices.DeleteFunc(found, func(m match) bool { return !items[m.item].has(badge) })
		} else {
			found = narrow(items, found, w)
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return b.score - a.score })
	return found
}

// has reports whether the item has a badge that begins with prefix.
func (it *Item) has(prefix string) bool {
	return slices.ContainsFunc(it.Badges, func(b string) bool { return strings.HasPrefix(b, prefix) })
}

// narrow keeps the matches in which word is found too.
func narrow(items []Item, found []match, word string) []match {
	titles, details := make([]string, len(found)), make([]string, len(found))
	for i, m := range found {
		titles[i], details[i] = items[m.item].Title, items[m.item].Detail
	}
	inTitle, inDetail := scattered(word, titles), scattered(word, details)
	kept := found[:0]
	for i, m := range found {
		if hit(&m, &items[m.item], word, inTitle[i], inDetail[i]) {
			kept = append(kept, m)
		}
	}
	return kept
}

// hit adds to m what word finds in its item.
func hit(m *match, it *Item, word string, inTitle, inDetail *fuzzy.Match) bool {
	if at := piece(it.Title, word); at != nil {
		m.score += len(word)*10 - len(it.Title)/4 + worth(it.Title, word, at[0])
		m.title = append(m.title, at...)
		return true
	}
	if at := piece(it.Detail, word); at != nil {
		m.score += len(word)*10 - detailCost
		m.about = append(m.about, at...)
		return true
	}
	switch {
	case piece(it.Family, word) != nil:
		m.score += familyWorth
	case piece(it.Prose, word) != nil:
		m.score += proseWorth
	case inTitle != nil:
		m.score += inTitle.Score - insideTitle
		m.title = append(m.title, inTitle.MatchedIndexes...)
	case inDetail != nil:
		m.score += inDetail.Score - insideTitle - detailCost
		m.about = append(m.about, inDetail.MatchedIndexes...)
	default:
		return false
	}
	return true
}

// worth grades a word found in one piece by where it stands.
func worth(title, word string, at int) int {
	switch {
	case len(title) == len(word):
		return wholeTitle
	case at == 0:
		return startsTitle
	}
	r, _ := utf8.DecodeLastRuneInString(title[:at])
	switch {
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return insideTitle
	case at+len(word) == len(title):
		return endsTitle
	}
	return startsWord
}

// scattered finds the letters of word, in their order, in each text: nil where
// they are not. One letter alone says nothing.
func scattered(word string, texts []string) []*fuzzy.Match {
	hits := make([]*fuzzy.Match, len(texts))
	if utf8.RuneCountInString(word) < 2 {
		return hits
	}
	for _, m := range fuzzy.FindNoSort(word, texts) {
		hits[m.Index] = &m
	}
	return hits
}

// piece returns the offsets of the letters of word where it stands in s in one
// piece, in any case; nil where it does not. The beginning of a word is
// preferred.
func piece(s, word string) []int {
	var inside []int
	before := rune(0)
	for i, r := range s {
		if at := prefix(s[i:], word, i); at != nil {
			if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
				return at
			}
			if inside == nil {
				inside = at
			}
		}
		before = r
	}
	return inside
}

// prefix returns the offsets, counted from base, of the letters of word at the
// beginning of s; nil if s begins otherwise.
func prefix(s, word string, base int) []int {
	var at []int
	i := 0
	for _, w := range word {
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 0 || r != w && unicode.ToLower(r) != unicode.ToLower(w) {
			return nil
		}
		at = append(at, base+i)
		i += n
	}
	return at
}

// DropLast returns s without what a person takes for its last character.
func DropLast(s string) string {
	last := 0
	for i := 0; i < len(s); {
		c, _ := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
		last = i
		i += len(c)
	}
	return s[:last]
}
