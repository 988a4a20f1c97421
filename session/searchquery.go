package session

// This file owns what a person may type to search: words, phrases and filters.
// Nothing that is typed is an error; what makes no sense as a filter is words.

import (
	"slices"
	"strings"
	"time"
)

// SearchQuery says what is searched for. The zero value finds every session.
type SearchQuery struct {
	Text string // words that must all be there, the last as a beginning; "what must stand together"

	Kind    Kind      // "": all
	Model   string    // a part of the id of one that answers there; "": any
	Tags    []string  // all of them
	Pinned  bool      // only those
	Trashed bool      // what is in the trash, and nothing else; otherwise nothing of it
	After   time.Time // messages from then on; zero: all
	Before  time.Time // messages from before it; zero: all
	Limit   int       // sessions; 0: 50
	Whole   bool      // as far back as it takes; otherwise as far as can be done at each key, see [Found]
}

// ParseSearch reads what a person typed: words and "phrases", and the filters
// tag:NAME, model:PART, kind:chat|print|all, before:DATE (that day not
// included), after:DATE (included), is:pinned, is:trash. A DATE is 2026,
// 2026-04, 2026-04-30, today or yesterday, in the time zone of now.
func ParseSearch(typed string, now time.Time) SearchQuery {
	var q SearchQuery
	var words []string
	for _, w := range split(typed) {
		if !q.filter(w, now) {
			words = append(words, w)
		}
	}
	q.Text = strings.Join(words, " ")
	return q
}

// split returns the words between blanks; what stands in quotes, closed or not,
// is one, with its quotes.
func split(typed string) (words []string) {
	quoted, from := false, -1
	for i, r := range typed {
		switch {
		case r == '"' && !quoted && from < 0:
			quoted, from = true, i
		case r == '"' && quoted:
			words, quoted, from = append(words, typed[from:i+1]), false, -1
		case !quoted && apart(r):
			if from >= 0 {
				words, from = append(words, typed[from:i]), -1
			}
		case from < 0:
			from = i
		}
	}
	if from >= 0 {
		words = append(words, typed[from:])
	}
	return words
}

// filter takes a word for a filter, if it is one.
func (q *SearchQuery) filter(word string, now time.Time) bool {
	name, value, is := strings.Cut(word, ":")
	if !is || value == "" {
		return false
	}
	switch strings.ToLower(name) {
	case "tag":
		tag := cleanTag(value)
		if tag != "" {
			q.Tags = append(q.Tags, tag)
		}
		return tag != ""
	case "model":
		q.Model = value
		return true
	case "before":
		return setDate(&q.Before, value, now)
	case "after":
		return setDate(&q.After, value, now)
	case "kind":
		return q.kind(strings.ToLower(value))
	case "is":
		return q.is(strings.ToLower(value))
	}
	return false
}

func (q *SearchQuery) kind(value string) bool {
	switch value {
	case string(KindChat), string(KindPrint):
		q.Kind = Kind(value)
	case "all":
		q.Kind = ""
	default:
		return false
	}
	return true
}

func (q *SearchQuery) is(value string) bool {
	switch value {
	case "pinned":
		q.Pinned = true
	case "trash", "trashed":
		q.Trashed = true
	default:
		return false
	}
	return true
}

// setDate reads the beginning of a year, a month or a day.
func setDate(at *time.Time, value string, now time.Time) bool {
	y, m, d := now.Date()
	switch strings.ToLower(value) {
	case "today":
		*at = time.Date(y, m, d, 0, 0, 0, 0, now.Location())
		return true
	case "yesterday":
		*at = time.Date(y, m, d-1, 0, 0, 0, 0, now.Location())
		return true
	}
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, value, now.Location()); err == nil {
			*at = t
			return true
		}
	}
	return false
}

// phrase is words that stand one after the other. Of the last one a beginning
// will do, if open.
type phrase struct {
	words []string
	open  bool
}

// What is typed beyond this is not looked at.
const maxPhrases, maxPhraseWords = 12, 32

// phrases returns what must be found. What is not in quotes is one too, where it
// is more than a word ("foo_bar", or a language without blanks).
func phrases(text string) (list []phrase) {
	typed := split(text)
	for i, w := range typed {
		inner := strings.Trim(w, `"`)
		p := phrase{open: i == len(typed)-1 && !strings.HasPrefix(w, `"`)}
		for t := range tokens(strings.Map(unmarked, inner)) {
			if len(p.words) < maxPhraseWords {
				p.words = append(p.words, string(t.word))
			}
		}
		if len(p.words) == 0 || len(list) == maxPhrases {
			continue
		}
		if !slices.ContainsFunc(list, func(o phrase) bool { return o.open == p.open && slices.Equal(o.words, p.words) }) {
			list = append(list, p)
		}
	}
	return list
}

// unmarked takes out the letters that are the index's own.
func unmarked(r rune) rune {
	if r >= 0xE000 && r <= 0xF8FF {
		return ' '
	}
	return r
}

// match writes phrases as FTS5 wants them. All in it is letters, digits and
// quotes, so that nothing typed is ever syntax.
func match(list []phrase) string {
	var b strings.Builder
	for _, p := range list {
		if b.Len() > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + strings.Join(p.words, " ") + `"`)
		if p.open {
			b.WriteByte('*')
		}
	}
	return b.String()
}
