package catalog

// nearest.go owns the likeness of ids, for suggestions.

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/aimlchat/aimlchat/api"
)

// Nearest returns the ids of at most n models whose id or alias is like id, the
// likest first; none when nothing is like it. Dots, dashes, letter case and the
// developer in front make less of a difference than letters and numbers do.
func Nearest(models []api.Model, id string, n int) []string {
	type candidate struct {
		id       string
		distance int
	}
	var found []candidate
	vendor, name := parts(id)
	if name == "" {
		return nil
	}
	for _, m := range models {
		best := -1
		for _, other := range append([]string{m.ID}, m.Aliases...) {
			v, other := parts(other)
			d, like := distance(name, other)
			if vendor != "" && v != "" && v != vendor {
				d++ // a developer that was named decides between equals
			}
			if like && (best < 0 || d < best) {
				best = d
			}
		}
		if best >= 0 {
			found = append(found, candidate{m.ID, best})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(a.id), len(b.id)))
	})
	var near []string
	for _, c := range found[:max(0, min(n, len(found)))] {
		near = append(near, c.id)
	}
	return near
}

// longestName bounds the work for a name that nobody would write.
const longestName = 100

// parts returns the letters and digits of an id, those of the developer apart.
func parts(id string) (vendor, name string) {
	id = strings.ToLower(id[:min(len(id), 2*longestName)])
	if before, after, found := strings.Cut(id, "/"); found {
		vendor, id = plain(before), after
	}
	name = plain(id)
	return vendor, name[:min(len(name), longestName)]
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// distance counts what it takes to make one name of the other, twice, and
// whether that is little. What only stands before or behind counts once.
func distance(a, b string) (d int, like bool) {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) >= 3 && strings.Contains(long, short) {
		return len(long) - len(short), true
	}
	d = edits(short, long)
	return 2 * d, d <= max(1, len(short)/3)
}

// edits is the number of letters to add, drop or change.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
