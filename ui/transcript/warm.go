// This file owns the memory of what was drawn: entries keep their rows as long as
// they are looked at, and some beyond. It refuses to draw.

package transcript

import (
	"container/list"
	"strings"
)

// warmth bounds the text, in bytes, that is kept drawn though it is not looked
// at: a few dozen screens, so that scrolling back and forth costs nothing.
const warmth = 256 << 10

// warm is the entries that keep what was drawn of them.
type warm struct {
	order list.List // of *kept, the one asked for last first
	of    map[Entry]*list.Element
	size  int // of all their texts
	round int // counts layouts
}

// kept is an entry that is warm.
type kept struct {
	entry Entry
	size  int // of its text, in bytes
	round int // in which it was asked for last
}

// work counts what has been done, for tests.
type work struct {
	asked int // how often an entry was asked for what it shows
	drawn int // entries drawn anew
	bytes int // of text in them

	tallied  int // how often an entry was asked what is found in it
	searched int // bytes of text searched
}

// lay returns the sections of entry i as drawn now.
func (t *Transcript) lay(i int) sections {
	e := t.entries[i]
	was := drawnFor(e)
	ss := e.sections(t.context(i))
	size := textSize(e)
	if t.work.asked++; was != drawnFor(e) || was == (drawnKey{}) {
		t.work.drawn++
		t.work.bytes += size
	}
	t.warm.touch(e, size)
	for t.warm.order.Len() > 2*t.height+64 && t.warm.size > warmth {
		t.warm.drop() // as many are not on a screen
	}
	return ss
}

// touch notes that an entry is looked at.
func (w *warm) touch(e Entry, size int) {
	if size == 0 {
		return
	}
	at := w.of[e]
	if at == nil {
		if w.of == nil {
			w.of = make(map[Entry]*list.Element)
		}
		at = w.order.PushFront(&kept{entry: e})
		w.of[e] = at
	}
	w.order.MoveToFront(at)
	k := at.Value.(*kept)
	w.size += size - k.size
	k.size, k.round = size, w.round
}

// cool forgets what has not been looked at since the last layout, where there is
// too much of it.
func (w *warm) cool() {
	for w.size > warmth && w.order.Back().Value.(*kept).round < w.round {
		w.drop()
	}
	w.round++
}

// drop forgets what was drawn of the entry that was looked at longest ago. What
// is still arriving keeps it: it would all be read again with the next piece.
func (w *warm) drop() {
	at := w.order.Back()
	k := at.Value.(*kept)
	if a, is := k.entry.(*Answer); is && a.Live {
		w.order.MoveToFront(at)
		k.round = w.round
		return
	}
	w.order.Remove(at)
	delete(w.of, k.entry)
	w.size -= k.size
	forget(k.entry)
}

// forget drops what was drawn of an entry.
func forget(e Entry) {
	switch e := e.(type) {
	case *User:
		e.key, e.text, e.chips = wrapKey{}, nil, nil
	case *Answer:
		e.key, e.done, e.written, e.tools = answerKey{}, nil, rawText{}, nil
		e.whole, e.later, e.seams = strings.Builder{}, arriving{}, seams{}
		e.answer.forget()
		e.thought.forget()
	}
}

// textSize is how long the text of a message is, in bytes; 0 for what keeps
// nothing.
func textSize(e Entry) int {
	switch e := e.(type) {
	case *User:
		return len(e.Text) + 1
	case *Answer:
		n := e.Reply.Answer.Len() + e.Reply.Reasoning.Len() + 1
		for _, p := range e.Earlier {
			n += p.Reply.Answer.Len() + p.Reply.Reasoning.Len()
		}
		return n
	}
	return 0
}

// drawnKey is what an entry was last drawn for; nothing when it keeps nothing.
type drawnKey struct {
	user   wrapKey
	answer answerKey
}

func drawnFor(e Entry) drawnKey {
	switch e := e.(type) {
	case *User:
		return drawnKey{user: e.key}
	case *Answer:
		if e.done != nil && !e.Live {
			return drawnKey{answer: e.key}
		}
	}
	return drawnKey{}
}
