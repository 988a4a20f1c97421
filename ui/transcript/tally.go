// This file owns when something is counted: what was counted stays, so that a
// search which stands open costs a long conversation no more than a short one.
// It refuses to look into texts.

package transcript

import "slices"

// countKey is all that decides which parts of entries are searched, besides the
// entries.
type countKey struct {
	known  bool
	fold   Fold
	beside bool
	raw    bool
	folds  int
}

// tally counts anew what has changed.
func (t *Transcript) tally() {
	f := t.find
	f.keepTallies(len(t.entries))
	from := len(f.tallies)
	if key := (countKey{true, t.fold, t.beside, t.raw, t.folds}); key != f.counted {
		f.counted, from = key, 0
	}
	for _, i := range f.live {
		if i < from {
			t.tallyOf(i)
		}
	}
	f.live = slices.DeleteFunc(f.live, func(i int) bool { return i < from && !f.tallies[i].live })
	for i := from; i < len(t.entries); i++ {
		t.tallyOf(i)
		if f.tallies[i].live && !slices.Contains(f.live, i) {
			f.live = append(f.live, i)
		}
	}
}

// tallyOf counts entry i, where anything has changed.
func (t *Transcript) tallyOf(i int) {
	f, e := t.find, t.entries[i]
	if i == len(f.tallies) {
		f.tallies = append(f.tallies, tally{})
	}
	t.work.tallied++
	ta, state := &f.tallies[i], t.partsOf(e)
	f.total, f.sum = f.total-ta.n, nil
	if !ta.known || ta.stale || ta.state != state {
		*ta = tally{state: state}
	}
	if state.any && (!ta.known || ta.live) {
		t.count(ta, e)
		t.work.searched += ta.size
	}
	ta.known = true
	if f.total += ta.n; ta.n > 0 && !ta.exact {
		f.fresh = append(f.fresh, i)
	}
}

// keepTallies forgets what was counted from entry n on.
func (f *finding) keepTallies(n int) {
	if f == nil || n >= len(f.tallies) {
		return
	}
	for i := range f.tallies[n:] {
		f.total -= f.tallies[n+i].n
	}
	f.tallies, f.sum = f.tallies[:n], nil
	gone := func(i int) bool { return i >= n }
	f.live, f.fresh = slices.DeleteFunc(f.live, gone), slices.DeleteFunc(f.fresh, gone)
}

// Found returns what the search has found, as of the last Layout.
func (t *Transcript) Found() Found {
	f := t.find
	if f == nil {
		return Found{}
	}
	if f.sum == nil {
		f.sum = f.addUp()
	}
	return *f.sum
}

func (f *finding) addUp() *Found {
	found := &Found{Total: f.total}
	for i := range f.tallies {
		found.Rough = found.Rough || f.tallies[i].n > 0 && !f.tallies[i].exact
	}
	if f.shown {
		found.Current = f.at.nth + 1
		for i := range f.tallies[:min(f.at.entry, len(f.tallies))] {
			found.Current += f.tallies[i].n
		}
	}
	return found
}
