// This file owns going from question to question.

package transcript

// SelectQuestion selects the next question of the person's, the one before when
// delta is -1, and shows it from its first line. It reports whether there is one.
func (t *Transcript) SelectQuestion(delta int) bool {
	if t.width == 0 || t.height == 0 {
		return false
	}
	for i := t.questionBase(delta) + delta; i >= 0 && i < len(t.entries); i += delta {
		if _, is := t.entries[i].(*User); is {
			t.selected = i
			t.show(place{entry: i})
			return true
		}
	}
	return false
}

// questionBase is the entry from which to look: the selected one if it is in
// view, else the first in view.
func (t *Transcript) questionBase(delta int) int {
	top := t.top()
	bottom := t.advance(top, t.height-1)
	if t.selected >= top.entry && t.selected <= bottom.entry {
		return t.selected
	}
	if delta < 0 && before(place{entry: top.entry}, top) { // its beginning is above
		return top.entry + 1
	}
	return top.entry
}

// show puts a line at the top of the screen, as far as there is enough below it.
func (t *Transcript) show(p place) {
	if !t.beforeEnd(p) {
		t.Bottom()
		return
	}
	t.follow = false
	t.setAnchor(p)
}
