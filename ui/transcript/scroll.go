// This file owns the reader's place: which lines of which entries are on the
// screen. It asks entries for their sections, from the anchor outwards, and
// stops at the edge of the screen.

package transcript

import "github.com/aimlchat/aimlchat/ui/markdown"

// anchor names one line of the conversation. It is stable: text that arrives,
// folds or unfolds elsewhere does not change what it names.
type anchor struct {
	entry   int
	section sectionKind
	part    int // of the sections of that kind
	line    int // within the section
	at      *spot
}

// spot is a place in a section that no width moves: how many hard line breaks
// are above it, and how many cells between the last one and it. An anchor keeps
// it from one resize to the next, or it would drift while a window is dragged.
type spot struct{ hard, cells int }

// place is a line by its number: in a section, which is one of those of an entry.
// It holds until the entry changes.
type place struct{ entry, section, line int }

// inkOfFrame is how many bytes of code are coloured in a frame, about a screen of
// them: some lexers are slow.
const inkOfFrame markdown.Ink = 2 << 10

// Layout arranges the lines on the screen. The root calls it once after the
// verbs of one update.
func (t *Transcript) Layout() {
	t.frame, t.pale = t.frame[:0], false
	if t.height == 0 || t.width == 0 {
		return
	}
	top, ink := t.top(), inkOfFrame
	t.more = !t.follow && t.beforeEnd(top)
	t.unread = t.unread && t.more
	for i := top.entry; i < len(t.entries) && len(t.frame) < t.height; i++ {
		ss, skip := t.lay(i), 0
		if i == top.entry {
			ss, skip = ss[top.section:], top.line
		}
		var all bool
		t.frame, all = ss.appendLines(t.frame, skip, t.height-len(t.frame), &ink)
		t.pale = t.pale || !all
	}
	t.paintMarked(top)
	t.paintNumbers(top)
	for len(t.frame) < t.height {
		t.frame = append(t.frame, "")
	}
	t.clip()
	t.look()
	t.mark()
	t.warm.cool()
}

// ScrollBy moves the view by lines, up when n is negative. Scrolling up pauses
// following; reaching the end resumes it.
func (t *Transcript) ScrollBy(n int) {
	if t.width == 0 || n == 0 || len(t.entries) == 0 {
		return
	}
	if p := t.advance(t.top(), n); t.beforeEnd(p) {
		t.follow = false
		t.setAnchor(p)
	} else {
		t.Bottom()
	}
	t.takeAlong()
}

// takeAlong moves the cursor, where it is out of view, to the nearest message
// that is not: what a key does, it does to a message that the reader sees.
func (t *Transcript) takeAlong() {
	if t.selected < 0 || t.height == 0 {
		return
	}
	first, last := t.inView()
	i := t.selected
	if i < first {
		i = t.selectableFrom(first, 1)
	} else if i > last {
		i = t.selectableFrom(last, -1)
	}
	if first <= i && i <= last {
		t.selected = i
	}
}

// inView returns the first and the last entry of which more is in view than the
// blank line above it.
func (t *Transcript) inView() (first, last int) {
	top := t.top()
	bottom := t.advance(top, max(0, t.height-1))
	if bottom.section == 0 && bottom.line == 0 { // only its gap is in view, or it is beyond the end
		bottom.entry--
	}
	return top.entry, bottom.entry
}

// Top shows the beginning.
func (t *Transcript) Top() {
	if t.beforeEnd(place{}) {
		t.follow = false
		t.setAnchor(place{})
	}
}

// Bottom shows the end and follows it from now on.
func (t *Transcript) Bottom() { t.follow, t.unread = true, false }

// Select moves the cursor to another entry, skipping what can't be selected,
// and brings it into view. The first call selects the last entry on screen, and
// scrolls only if there is none.
func (t *Transcript) Select(delta int) {
	if t.selected < 0 {
		t.selectInView()
		return
	}
	if i := t.selectableFrom(t.selected+delta, delta); i >= 0 {
		t.selected = i
		t.reveal(i)
	}
}

func (t *Transcript) selectInView() {
	first, last := t.inView()
	i := t.selectableFrom(last, -1)
	if i < 0 {
		i = t.selectableFrom(0, 1)
	}
	if t.selected = i; i >= 0 && (i < first || i > last) {
		t.reveal(i)
	}
}

// SelectEnd moves the cursor to the first message, the last one when delta is 1,
// and does not scroll.
func (t *Transcript) SelectEnd(delta int) {
	i := 0
	if delta > 0 {
		i = len(t.entries) - 1
	}
	t.selected = t.selectableFrom(i, -delta)
}

// selectableFrom returns the first entry that can be selected, from i on in
// steps of delta; -1 for none.
func (t *Transcript) selectableFrom(i, delta int) int {
	for ; i >= 0 && i < len(t.entries); i += delta {
		if t.entries[i].selectable() {
			return i
		}
	}
	return -1
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
	top := t.top()
	start := place{entry: i}
	if before(start, top) {
		t.follow = false
		t.setAnchor(start)
		return
	}
	if last := (place{entry: i + 1}); before(t.advance(top, t.height), last) {
		p := t.advance(last, -t.height)
		if before(start, p) {
			p = start
		}
		if !t.beforeEnd(p) {
			t.Bottom()
			return
		}
		t.follow = false
		t.setAnchor(p)
	}
}

// top is the first line on screen.
func (t *Transcript) top() place {
	if t.follow {
		return t.end()
	}
	if p := t.resolve(t.anchor); t.beforeEnd(p) {
		return p
	}
	return t.end()
}

// beforeEnd reports whether there are lines below the screen when p is its first
// one. Entries have a line at least, so that the last ones, which may be long,
// are not drawn to know that they are far away.
func (t *Transcript) beforeEnd(p place) bool {
	return len(t.entries)-1-p.entry >= t.height || before(p, t.end())
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
	var ss sections
	if p.entry < len(t.entries) {
		ss = t.lay(p.entry)
	}
	for p.line < 0 {
		for p.section == 0 {
			if p.entry == 0 {
				return place{}
			}
			p.entry--
			ss = t.lay(p.entry)
			p.section = len(ss)
		}
		p.section--
		p.line += ss[p.section].height()
	}
	for p.entry < len(t.entries) {
		for ; p.section < len(ss); p.section++ {
			h := ss[p.section].height()
			if p.line < h {
				return p
			}
			p.line -= h
		}
		if p.entry, p.section = p.entry+1, 0; p.entry < len(t.entries) {
			ss = t.lay(p.entry)
		}
	}
	return place{entry: len(t.entries)}
}

// resolve finds the line that an anchor names now. A section that has vanished
// or shrunk gives way to the nearest line above it.
func (t *Transcript) resolve(a anchor) place {
	if a.entry >= len(t.entries) {
		return place{entry: len(t.entries)}
	}
	ss, above := t.lay(a.entry), -1
	for i := range ss {
		s := &ss[i]
		if s.is(a) {
			h := s.height()
			if a.line >= h && i+1 < len(ss) && s.before(&ss[i+1]) { // it was divided
				a.part, a.line = a.part+1, a.line-h
				continue
			}
			return t.advance(place{a.entry, i, min(a.line, max(0, h-1))}, 0)
		}
		if s.after(a) {
			break
		}
		above = i
	}
	for ; above >= 0; above-- {
		if h := ss[above].height(); h > 0 {
			return place{a.entry, above, h - 1}
		}
	}
	return place{entry: a.entry}
}

func (t *Transcript) setAnchor(p place) {
	t.anchor = anchor{entry: p.entry}
	if p.entry >= len(t.entries) {
		return
	}
	ss, line := t.lay(p.entry), p.line
	for i := p.section; i < len(ss); i++ {
		s := &ss[i]
		h := s.height()
		if line < h {
			t.anchor.section, t.anchor.part, t.anchor.line = s.kind, s.part, line
			return
		}
		line -= h
	}
}

// reanchor keeps the anchored text at the top while the width changes.
func (t *Transcript) reanchor(width int) {
	if t.anchor.entry >= len(t.entries) || t.width == 0 || width == 0 {
		return
	}
	if s := t.lay(t.anchor.entry).section(t.anchor); s != nil && t.anchor.at == nil {
		at := s.spot(t.anchor.line)
		t.anchor.at = &at
	}
	t.width = width
	if t.anchor.at != nil {
		t.anchor = t.lay(t.anchor.entry).find(t.anchor, *t.anchor.at)
	}
}

func before(a, b place) bool {
	switch {
	case a.entry != b.entry:
		return a.entry < b.entry
	case a.section != b.section:
		return a.section < b.section
	}
	return a.line < b.line
}
