// This file owns what a transcript knows of branches: the place of a message
// among those that follow the same one, and the way back to where a branch
// begins. It knows nothing of the branches that are not shown.

package transcript

import "fmt"

// Branch is the place of a message among those that follow the same one: the
// second of three. The zero value is that of a message which stands alone.
type Branch struct {
	At, Of int // At from 1
}

// String returns the place as it is shown, "" for a message that stands alone.
func (b Branch) String() string {
	if b.Of < 2 {
		return ""
	}
	return fmt.Sprintf("‹%d/%d›", b.At, b.Of)
}

// messages is how many messages an entry shows.
func messages(e Entry) int {
	switch e := e.(type) {
	case *User:
		return 1
	case *Answer:
		return 1 + len(e.Earlier)
	}
	return 0
}

// entryOf is the index of the entry that shows message n, counted from 0; the
// number of entries when none does.
func (t *Transcript) entryOf(n int) int {
	for i, e := range t.entries {
		shows := messages(e)
		if shows > n {
			return i
		}
		n -= shows
	}
	return len(t.entries)
}

// KeepMessages takes away the entries from that of message n on, counted from
// 0, with what was said before it about it.
func (t *Transcript) KeepMessages(n int) {
	keep := t.entryOf(n)
	if keep == len(t.entries) {
		return
	}
	for keep > 0 && messages(t.entries[keep-1]) == 0 {
		keep--
	}
	t.RemoveLast(len(t.entries) - keep)
}

// SelectMessage selects message n, counted from 0, or the last one if there are
// fewer, and brings it into view.
func (t *Transcript) SelectMessage(n int) {
	if i := t.selectableFrom(min(t.entryOf(n), len(t.entries)-1), -1); i >= 0 {
		t.selected = i
		if t.width > 0 && t.height > 0 {
			t.reveal(i)
		}
	}
}
