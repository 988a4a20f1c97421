// This file owns what comes to stand before a conversation that is being read:
// the end of a long one is shown before the rest has been read from the disk.

package transcript

import "slices"

// Prepend puts the entries of another transcript before all others. Nothing that
// is in view moves, as far as there is enough above it. The other one is not to
// be used any more.
func (t *Transcript) Prepend(before *Transcript) {
	n := len(before.entries)
	t.entries = slices.Concat(before.entries, t.entries)
	if t.selected >= 0 {
		t.selected += n
	}
	t.anchor.entry += n
	t.seen.entry += n
	s := &t.marked
	for _, p := range []*point{&s.begin, &s.anchor.from, &s.anchor.to, &s.from, &s.to} {
		p.entry += n
	}
	if f := t.find; f != nil {
		f.keepTallies(0)
		f.counted = countKey{}
		f.origin.entry += n
		f.at.entry += n
		t.tally()
	}
}
