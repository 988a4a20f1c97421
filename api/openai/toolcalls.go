package openai

// This file owns which piece of a tool call belongs to which call. It refuses to
// trust indices: some services count from one, some number all alike, some send
// none.

// callTable gives each call a place of its own, in order of appearance.
type callTable []struct {
	index int // as the service numbers it; -1: not at all
	id    string
}

// place returns the place of the call to which c belongs.
func (t *callTable) place(c toolCall) int {
	index := -1
	if c.Index != nil {
		index = *c.Index
	}
	for i := len(*t) - 1; i >= 0; i-- {
		known := &(*t)[i]
		if known.index == index && (c.ID == "" || known.id == "" || known.id == c.ID) && !startsAnew(c, index) {
			if known.id == "" {
				known.id = c.ID
			}
			return i
		}
	}
	*t = append(*t, struct {
		index int
		id    string
	}{index, c.ID})
	return len(*t) - 1
}

// startsAnew reports whether a piece without any number begins another call:
// when it has a name but no id to compare.
func startsAnew(c toolCall, index int) bool {
	return index < 0 && c.ID == "" && c.Function.Name != ""
}
