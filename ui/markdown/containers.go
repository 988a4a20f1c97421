// This file owns the quotes and items that are open: how they begin and end, the
// numbers of items, and where blank rows go. It refuses to read text.

package markdown

// item reads the marker of an item and the white space after it.
func item(c *cursor, columns int, rest []byte) *container {
	n := marker(rest)
	it := &container{marker: rest[n-1], ordered: n > 1, offset: columns + n + 1}
	for _, digit := range rest[:n-1] {
		it.number = it.number*10 + int(digit-'0')
	}
	c.skip(columns)
	c.advance(n)
	space, content := c.indent()
	if len(content) > 0 && space <= 4 {
		it.offset = columns + n + space
	}
	c.skip(it.offset - columns - n)
	return it
}

// push opens a container.
func (s *structure) push(c *container, kind childKind) {
	gap, depth := s.place(kind, c.marker)
	if kind == childList {
		list := &s.stack[len(s.stack)-1].list
		if list.marker != c.marker {
			*list = listState{marker: c.marker, next: c.number}
		}
		c.number = list.next
		list.next++
	}
	s.stack = append(s.stack, frame{container: c, gap: gap, depth: depth})
}

// place says whether a blank row comes before a block that is now added to the
// innermost container, and inside how many containers.
func (s *structure) place(kind childKind, mark byte) (gap bool, depth int) {
	f := &s.stack[len(s.stack)-1]
	depth = len(s.stack) - 1
	switch goesOn := kind == childList && f.last == childList; {
	case depth > 0 && !f.drawn:
		gap, depth = f.gap, f.depth
	case f.last == childNone:
	case goesOn && f.list.marker == mark:
		gap = f.list.airy
	case kind == childList && f.last == childText && depth > 0 && !f.quote:
	default:
		gap = true
	}
	if kind != childList || f.last != childList {
		f.list = listState{}
	}
	f.last = kind
	switch kind {
	case childText:
		f.texts++
	case childOther:
		f.other = true
	}
	return gap, depth
}

// add makes l the open leaf.
func (s *structure) add(l *leaf, kind childKind) *leaf {
	l.gap, l.depth = s.place(kind, 0)
	s.count++
	l.id = s.count
	for i := len(s.stack) - 1; i > 0; i-- {
		if !s.stack[i].drawn {
			l.fresh++
			s.stack[i].drawn = true
		}
	}
	if n := len(s.stack) - 1; n > 0 {
		l.path = make([]*container, n)
		for i, f := range s.stack[1:] {
			l.path[i] = f.container
		}
	}
	s.leaf = l
	return l
}

// closeLeaf closes the open leaf, if there is one.
func (s *structure) closeLeaf() {
	if s.leaf != nil {
		s.out = append(s.out, s.leaf)
		s.leaf = nil
	}
}

// closeTo closes all but the first n containers.
func (s *structure) closeTo(n int) {
	if len(s.stack) <= n {
		return
	}
	s.closeLeaf()
	for len(s.stack) > n {
		s.emitEmpty()
		s.closeLeaf()
		f := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if !f.quote {
			s.stack[len(s.stack)-1].list.airy = f.airy()
		}
	}
}

// emitEmpty adds a leaf to a container that holds nothing.
func (s *structure) emitEmpty() {
	if n := len(s.stack); n > 1 && !s.stack[n-1].drawn {
		f := s.stack[n-1]
		s.add(&leaf{kind: leafEmpty}, childNone)
		s.stack[n-1].texts, s.stack[n-1].other = f.texts, f.other
	}
}
