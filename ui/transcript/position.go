// This file owns where the selected entry stands among the messages.

package transcript

// Position returns how many messages stand before the selected entry, counting
// questions and answers alike; -1 when no message is selected.
func (t *Transcript) Position() int {
	if t.Selected() == nil || messages(t.Selected()) == 0 {
		return -1
	}
	n := 0
	for _, e := range t.entries[:t.selected] {
		n += messages(e)
	}
	return n
}
