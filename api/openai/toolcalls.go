package openai

// This file owns which piece of a tool call belongs to which call. It refuses to
// trust indices alone: some services count from one, some number all alike, some
// send none.

// callTable gives each call a place of its own, in order of appearance.
type callTable []calling

type calling struct {
	index int // as the service numbers it; -1: not at all
	id    string
	past  bool // it belongs to an answer before this one
}

// place returns the place of the call to which c belongs, or -1 when there are
// too many.
func (t *callTable) place(c toolCall) int {
	index := -1
	if c.Index != nil {
		index = *c.Index
	}
	for i := len(*t) - 1; i >= 0; i-- {
		known := &(*t)[i]
		if known.index == index && known.takes(c.ID) && !startsAnew(c, index) {
			if known.id == "" {
				known.id = c.ID
			}
			return i
		}
	}
	if len(*t) == maxCalls {
		return -1
	}
	*t = append(*t, calling{index: index, id: c.ID})
	return len(*t) - 1
}

// takes reports whether a piece with that id may belong to the call. Ids tell
// calls of one answer apart; those of two answers in one stream have nothing to
// do with each other, which leaves the index.
func (c *calling) takes(id string) bool {
	return id == "" || c.id == "" || c.id == id || c.past
}

// nextAnswer says that what follows belongs to another answer.
func (t callTable) nextAnswer() {
	for i := range t {
		t[i].past = true
	}
}

// startsAnew reports whether a piece without any number begins another call:
// when it has a name but no id to compare.
func startsAnew(c toolCall, index int) bool {
	return index < 0 && c.ID == "" && c.Function.Name != ""
}
