// This file owns the reader's place: which lines of which entries are on the
// screen. It asks entries for their sections, from the anchor outwards, and
// stops at the edge of the screen.

package transcript

// anchor names one line of the conversation. It is stable: text that arrives,
// folds or unfolds elsewhere does not change what it names.
type anchor struct {
	entry   int
	section sectionKind
	line    int // within the section
}

// place is an anchor as a plain line number within its entry; it holds until
// the entry changes.
type place struct{ entry, line int }

// Layout arranges the lines on the screen. The root calls it once after the
// verbs of one update.
func (t *Transcript) Layout() {
	t.frame = t.frame[:0]
	if t.height == 0 || t.width == 0 {
		return
	}
	top := t.top()
	for i := top.entry; i < len(t.entries) && len(t.frame) < t.height; i++ {
		l := t.lay(i)
		from := 0
		if i == top.entry {
			from = top.line
		}
		t.frame = l.appendLines(t.frame, from, t.height-len(t.frame))
	}
	for len(t.frame) < t.height {
		t.frame = append(t.frame, "")
	}
}

// ScrollBy moves the view by lines, up when n is negative. Scrolling up pauses
// following; reaching the end resumes it.
func (t *Transcript) ScrollBy(n int) {
	if t.width == 0 || n == 0 || len(t.entries) == 0 {
		return
	}
	p := t.advance(t.top(), n)
	end := t.end()
	if !before(p, end) {
		t.Bottom()
		return
	}
	t.follow = false
	t.setAnchor(p)
}

// Top shows the beginning.
func (t *Transcript) Top() {
	if before(place{}, t.end()) {
		t.follow = false
		t.setAnchor(place{})
	}
}

// Bottom shows the end and follows it from now on.
func (t *Transcript) Bottom() { t.follow, t.unread = true, false }

// Select moves the cursor to another entry, skipping what can't be selected,
// and brings it into view. The first call selects the last entry on screen.
func (t *Transcript) Select(delta int) {
	i := t.selected
	if i < 0 {
		i = len(t.entries)
		delta = -1
	}
	for i += delta; i >= 0 && i < len(t.entries); i += delta {
		if t.entries[i].selectable() {
			t.selected = i
			t.reveal(i)
			return
		}
	}
}

// Deselect takes the cursor away.
func (t *Transcript) Deselect() { t.selected = -1 }

// Selected returns the entry under the cursor, nil when there is none.
func (t *Transcript) Selected() Entry {
	if t.selected < 0 || t.selected >= len(t.entries) {
		return nil
	}
	return t.entries[t.selected]
}

// reveal scrolls as little as needed to show entry i from its first line.
func (t *Transcript) reveal(i int) {
	top, end := t.top(), t.end()
	start := place{entry: i}
	if before(start, top) {
		t.follow = false
		t.setAnchor(start)
		return
	}
	h := t.lay(i).height()
	bottom := t.advance(top, t.height)
	if last := (place{i, h}); before(bottom, last) {
		p := t.advance(last, -t.height)
		if h > t.height {
			p = start
		}
		if !before(p, end) {
			t.Bottom()
			return
		}
		t.follow = false
		t.setAnchor(p)
	}
}

// top is the first line on screen.
func (t *Transcript) top() place {
	end := t.end()
	if t.follow {
		return end
	}
	p := t.resolve(t.anchor)
	if before(end, p) {
		return end
	}
	return p
}

// end is the first line on screen when the last line is the bottom one.
func (t *Transcript) end() place {
	p := place{entry: len(t.entries)}
	return t.advance(p, -t.height)
}

// advance returns the place n lines below p, or above it when n is negative,
// and stops at either end of the conversation.
func (t *Transcript) advance(p place, n int) place {
	p.line += n
	for p.line < 0 && p.entry > 0 {
		p.entry--
		p.line += t.lay(p.entry).height()
	}
	if p.line < 0 {
		return place{}
	}
	for p.entry < len(t.entries) {
		h := t.lay(p.entry).height()
		if p.line < h {
			return p
		}
		p.entry, p.line = p.entry+1, p.line-h
	}
	return place{entry: len(t.entries)}
}

// resolve finds the line that an anchor names now. A section that has vanished
// or shrunk gives way to the nearest line above it.
func (t *Transcript) resolve(a anchor) place {
	if a.entry >= len(t.entries) {
		return place{entry: len(t.entries)}
	}
	line := 0
	for _, s := range t.lay(a.entry) {
		if s.kind >= a.section {
			if s.kind == a.section {
				line += min(a.line, max(0, len(s.lines)-1))
			}
			break
		}
		line += len(s.lines)
	}
	return place{a.entry, line}
}

func (t *Transcript) setAnchor(p place) {
	t.anchor = anchor{entry: p.entry}
	if p.entry >= len(t.entries) {
		return
	}
	line := p.line
	for _, s := range t.lay(p.entry) {
		if line < len(s.lines) {
			t.anchor.section, t.anchor.line = s.kind, line
			return
		}
		line -= len(s.lines)
	}
}

// reanchor keeps the anchored text at the top while the width changes: it
// counts the hard line breaks above the anchor, which no width moves.
func (t *Transcript) reanchor(width int) {
	if t.anchor.entry >= len(t.entries) || t.width == 0 || width == 0 {
		return
	}
	hard, soft := 0, 0
	if s := t.lay(t.anchor.entry).section(t.anchor.section); s != nil {
		hard, soft = s.logical(t.anchor.line)
	}
	share := float64(soft) * float64(t.width) // cells of the wrapped line above the anchor
	t.width = width
	if s := t.lay(t.anchor.entry).section(t.anchor.section); s != nil {
		t.anchor.line = s.physical(hard, int(share)/width)
	}
}

// lay returns the sections of entry i as drawn now.
func (t *Transcript) lay(i int) sections { return t.entries[i].sections(t.context(i)) }

func before(a, b place) bool {
	return a.entry < b.entry || a.entry == b.entry && a.line < b.line
}
