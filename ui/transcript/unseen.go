// This file owns how much has arrived that the reader has not seen.

package transcript

const (
	// countable bounds how many new lines are counted.
	countable = 999
	// settledAtOnce is how many sections are laid out to count them, in a frame.
	settledAtOnce = 2
)

// seen is the last line that was there when the reader left the end, or that has
// been in view since; by a spot, which no width moves.
type seen struct {
	anchor
	spot
	known bool
}

// NewLines returns how many lines arrived below the screen since the reader left
// the end, as of the last Layout. More than 999 are not counted.
func (t *Transcript) NewLines() int {
	if !t.Unread() {
		return 0
	}
	return t.fresh
}

// look notes what is in view, after it has been laid out.
func (t *Transcript) look() {
	t.fresh, t.rough, t.heading = 0, t.rough[:0], t.findHeading()
	if t.follow {
		t.seen.known = false
		return
	}
	if !t.seen.known {
		t.see(t.advance(place{entry: len(t.entries)}, -1))
	}
	if !t.unread {
		return
	}
	from := t.lastSeen()
	if bottom := t.advance(t.top(), t.height-1); before(from, bottom) {
		t.see(bottom)
		from = bottom
	}
	t.fresh = t.below(from)
}

// see notes that all lines down to p have been seen.
func (t *Transcript) see(p place) {
	was := t.anchor
	t.setAnchor(p)
	t.seen = seen{anchor: t.anchor, known: true}
	t.anchor = was
	if p.entry < len(t.entries) {
		if s := t.lay(p.entry).section(t.seen.anchor); s != nil {
			t.seen.spot = s.spot(t.seen.line)
		}
	}
}

// lastSeen is where what was seen ends now.
func (t *Transcript) lastSeen() place {
	a := t.seen.anchor
	if a.entry < len(t.entries) {
		a = t.lay(a.entry).find(a, t.seen.spot)
	}
	return t.resolve(a)
}

// below counts the lines below p, those that are not laid out about.
func (t *Transcript) below(p place) int {
	n := -1 - p.line
	for i := p.entry; i < len(t.entries) && n < countable; i++ {
		ss := t.lay(i)
		for k := range ss {
			if i > p.entry || k >= p.section {
				h, sure := ss[k].guess()
				if n += h; !sure && len(t.rough) < settledAtOnce {
					t.rough = append(t.rough, place{entry: i, section: k})
				}
			}
		}
	}
	return min(max(n, 0), countable)
}

// Rough reports whether something is still to come, as of the last Layout: colours
// of code in view, or the exact number of lines below it, which have not all been
// laid out since the width changed. Then [Transcript.Settle] is to be called, and
// Layout again.
func (t *Transcript) Rough() bool { return t.pale || len(t.rough) > 0 }

// Settle lays out a little of what was not counted exactly.
func (t *Transcript) Settle() {
	for _, p := range t.rough {
		if p.entry < len(t.entries) {
			if ss := t.lay(p.entry); p.section < len(ss) {
				ss[p.section].rows()
			}
		}
	}
}
