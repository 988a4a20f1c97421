// This file owns what was found: how often in each entry, and which match is
// shown. Texts are searched as they were written, which is fast and nearly
// right; where a match is shown, its entry is laid out and tells exactly.

package transcript

// finding is a search in the conversation.
type finding struct {
	pattern pattern
	origin  place   // where the reader was when it began
	tallies []tally // of the entries
	counted countKey
	live    []int // entries that are still arriving
	fresh   []int // entries that were counted since countExactly
	total   int
	sum     *Found // nil: to be added up

	at    match // the one that is shown
	shown bool  // there is one
	step  int   // how often one was gone to
	drawn findKey
}

// match is one place: the nth of its entry.
type match struct{ entry, nth, of int }

// Found says what a search has found.
type Found struct {
	Current int  // the number of the match that is shown, from 1; 0: none is
	Total   int  // of all matches
	Rough   bool // Total counts what may not be shown as it was written
}

// exactly bounds the text, in bytes, that is laid out to count exactly.
const exactly = 16 << 10

// blanks bounds how many entries are laid out that turn out to show no match.
const blanks = 64

// Find looks for a query, and shows the first match from where the reader was
// when it began. An empty one finds nothing. A capital makes case count.
func (t *Transcript) Find(query string) {
	p := newPattern(query)
	if t.find == nil {
		t.find = &finding{origin: t.top()}
	}
	f := t.find
	if !p.narrows(f.pattern) {
		f.keepTallies(0)
	}
	for i := range f.tallies {
		f.tallies[i].stale = f.tallies[i].n > 0
	}
	f.pattern, f.shown, f.counted, f.sum = p, false, countKey{}, nil
	t.tally()
	t.countExactly()
	t.showFirst()
}

// EndFind forgets the search, and stays where it led.
func (t *Transcript) EndFind() { t.find = nil }

// FindNext shows the next match, the one before when delta is -1, and goes on
// at the other end of the conversation.
func (t *Transcript) FindNext(delta int) {
	f := t.find
	if f == nil || t.width == 0 {
		return
	}
	t.tally()
	if t.refind(); !f.shown {
		t.showFirst()
		return
	}
	hits := t.hits(f.at.entry)
	if n := f.at.nth + delta; n >= 0 && n < len(hits) {
		t.showMatch(f.at.entry, n, hits)
		return
	}
	t.showFrom(f.at.entry+delta, delta)
}

// showFrom shows the first match of the entries from i on, the last when delta
// is -1, going around the ends.
func (t *Transcript) showFrom(i, delta int) {
	misses := 0
	for range t.entries {
		i = (i + len(t.entries)) % len(t.entries)
		if t.find.tallies[i].n > 0 {
			if hits := t.hits(i); len(hits) > 0 {
				t.showMatch(i, pick(delta, len(hits)), hits)
				return
			}
			if misses++; misses == blanks {
				return
			}
		}
		i += delta
	}
}

// pick is the first of n when delta is 1, else the last.
func pick(delta, n int) int {
	if delta > 0 {
		return 0
	}
	return n - 1
}

// showFirst shows the first match from the origin on; where there is none, the
// last one before it.
func (t *Transcript) showFirst() {
	f := t.find
	if f.total == 0 || t.width == 0 || f.origin.entry >= len(t.entries) {
		return
	}
	at := f.origin.entry
	hits := t.hits(at)
	for n := range hits {
		if !before(t.placeOf(at, hits[n]), f.origin) {
			t.showMatch(at, n, hits)
			return
		}
	}
	for i := at + 1; i < len(t.entries); i++ {
		if f.tallies[i].n > 0 {
			t.showFrom(i, 1)
			return
		}
	}
	if len(hits) > 0 {
		t.showMatch(at, len(hits)-1, hits)
		return
	}
	t.showFrom(at-1, -1)
}

// showMatch shows match n of entry i with some lines around it. Nothing moves
// where it is in view; the reader reads from now on.
func (t *Transcript) showMatch(i, n int, hits []hit) {
	t.find.sum = nil
	t.find.at, t.find.shown = match{entry: i, nth: n, of: len(hits)}, true
	t.find.step++
	t.find.drawn = t.findKey(i)
	t.find.drawn.hit = hits[n]
	if t.entries[i].selectable() {
		t.selected = i
	}
	p, top := t.placeOf(i, hits[n]), t.top()
	bottom := t.advance(top, t.height-2)
	if before(p, t.advance(top, min(1, t.height/3))) && before(place{}, top) || !before(p, bottom) && t.beforeEnd(top) {
		top = t.advance(p, -t.height/3)
	}
	if !t.beforeEnd(top) {
		top = t.end()
	}
	t.follow = false
	t.setAnchor(top)
}

// placeOf is the line in which a match begins.
func (t *Transcript) placeOf(i int, h hit) place {
	for k, s := range t.lay(i) {
		if s.kind == h.kind && s.part == h.part {
			return place{i, k, h.first}
		}
		if s.kind == sectionThoughtTitle && h.kind == sectionThought && t.beside { // the pane shows it
			return place{i, k, 0}
		}
	}
	return place{entry: i}
}

// findKey is all that the places of matches in an entry depend on, besides its
// text, and the match that was found so.
type findKey struct {
	width int
	state shownParts
	hit   hit
}

func (t *Transcript) findKey(i int) findKey {
	return findKey{width: t.width, state: t.partsOf(t.entries[i])}
}

// refind brings the shown match up to date after what moves lines within an
// entry: another width, a fold, the raw look.
func (t *Transcript) refind() {
	f := t.find
	if !f.shown {
		return
	}
	if f.at.entry >= len(t.entries) {
		f.shown, f.sum = false, nil
		return
	}
	key := t.findKey(f.at.entry)
	key.hit = f.drawn.hit
	if key == f.drawn {
		return
	}
	f.sum = nil
	hits := t.hits(f.at.entry)
	if f.shown = len(hits) > 0; f.shown {
		f.at.nth = min(f.at.nth, len(hits)-1)
		key.hit = hits[f.at.nth]
	}
	f.drawn = key
}

// hits are all matches of an entry, which is laid out for it.
func (t *Transcript) hits(i int) []hit {
	f := t.find
	parts := t.partsOf(t.entries[i])
	var hits []hit
	if parts.any {
		for _, s := range append(t.apart(i), t.lay(i)...) {
			if parts.show(s.kind) {
				hits = appendHits(hits, &f.pattern, &s, 0, s.height())
			}
		}
	}
	ta := &f.tallies[i]
	f.sum = nil
	f.total += len(hits) - ta.n
	ta.n, ta.exact = len(hits), true
	return hits
}

// hit is a match on rows of one section: from a cell of the first row to before
// one of the last.
type hit struct {
	kind        sectionKind
	part        int
	first, last int // rows
	from, to    int // cells
}

// appendHits appends the matches in rows of a section.
func appendHits(hits []hit, p *pattern, s *section, lo, hi int) []hit {
	rows := s.rows()
	for lo < hi {
		n := lo + 1
		for n < hi && rows[n-1].Soft {
			n++
		}
		l := joinRows(rows[lo:n])
		p.each(l.text, 0, false, func(begin, end int) bool {
			h := hit{kind: s.kind, part: s.part}
			h.first, h.from = l.cell(begin, lo)
			h.last, h.to = l.cellBefore(end, lo)
			hits = append(hits, h)
			return true
		})
		lo = n
	}
	return hits
}

// countExactly lays the entries out in which something was found since it last
// did, as long as that is little text.
func (t *Transcript) countExactly() {
	f, size := t.find, 0
	for _, i := range f.fresh {
		if ta := &f.tallies[i]; ta.n > 0 && !ta.exact && t.width > 0 {
			if size += ta.size; size > exactly {
				break
			}
			t.hits(i)
		}
	}
	f.fresh = f.fresh[:0]
}

// mark marks the matches on the screen, after it has been laid out.
func (t *Transcript) mark() {
	f := t.find
	if f == nil {
		return
	}
	t.tally()
	t.countExactly()
	t.refind()
	if f.pattern.empty() {
		return
	}
	top := t.top()
	y := -top.line
	for i := top.entry; i < len(t.entries) && y < t.height; i++ {
		parts := t.partsOf(t.entries[i])
		for k, s := range t.lay(i) {
			if i == top.entry && k < top.section || y >= t.height {
				continue
			}
			if parts.show(s.kind) {
				t.markSection(i, &s, y)
			}
			y += s.height()
		}
	}
}

// beyond is how many rows of a line of text are looked at outside the screen.
const beyond = 32

func (t *Transcript) markSection(i int, s *section, y int) {
	rows := s.rows()
	lo, hi := max(0, -y), min(len(rows), t.height-y)
	if lo >= hi {
		return
	}
	for n := 0; n < beyond && lo > 0 && rows[lo-1].Soft; n++ {
		lo--
	}
	for n := 0; n < beyond && hi < len(rows) && rows[hi-1].Soft; n++ {
		hi++
	}
	spans := map[int][]span{} // by row of the screen, from left to right
	for _, h := range appendHits(nil, &t.find.pattern, s, lo, hi) {
		current := t.find.shown && t.find.at.entry == i && h == t.find.drawn.hit
		for row := h.first; row <= h.last; row++ {
			if y+row >= 0 && y+row < t.height {
				spans[y+row] = append(spans[y+row], s.span(row, h, current))
			}
		}
	}
	for row, marked := range spans {
		t.frame[row] = t.style.markRow(t.frame[row], marked)
	}
}
