// This file owns what remains of lines on a screen that is hardly wider than the
// bars before them.

package transcript

import "github.com/charmbracelet/x/ansi"

// hardly is the width below which a bar, or two, may leave no room for a word.
const hardly = 8

// clip cuts the lines on screen to the width that there is.
func (t *Transcript) clip() {
	if t.width >= hardly {
		return
	}
	for i, line := range t.frame {
		t.frame[i] = ansi.Truncate(line, t.width, "")
	}
}
