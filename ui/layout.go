// This file owns the arithmetic of the screen: who gets which rows. Every size
// from 0×0 up is legal; what does not fit goes in the order in which a person
// would miss it least: the rules, the status line, the footer, the header.

package ui

// layout is the screen cut into rows, from top to bottom.
type layout struct {
	width, height int

	header     int // rows: 0, 1, or 2 with its rule
	transcript int
	queue      int // rows of what waits to be sent
	status     int // 0 or 1: what is going on, above the composer
	composer   int
	footer     int // 0 or 1

	answer, thought int // columns of the transcript, and of the reasoning beside it; 0: none is
}

// small is the height below which only the answer and the composer are shown.
const small = 12

// maxComposerShare is the most of the screen that the composer may take.
const maxComposerShare = 2 // a half

// queueRows is how many rows of a screen show the messages that wait to be sent.
func queueRows(height, queued int) int {
	switch {
	case height < small:
		return 0
	case height < 2*small:
		return min(queued, 1)
	}
	return min(queued, 3)
}

// arrange cuts a screen for a composer that would like the given rows, and for
// queued messages.
func arrange(width, height, composer, queued int) layout {
	l := layout{width: width, height: height}
	if width <= 0 || height <= 0 {
		return layout{}
	}
	left := height
	take := func(want int) int {
		got := min(want, left)
		left -= got
		return got
	}
	l.composer = take(max(1, min(composer, composerLimit(height))))
	if height >= small {
		l.header = take(2)
		l.footer = take(1)
		l.status = take(1)
		l.queue = take(min(queueRows(height, queued), left/2))
	} else if height >= small/2 {
		l.footer = take(1)
	}
	l.transcript = left
	return l
}

// composerLimit is the most rows that the composer may take on a screen.
func composerLimit(height int) int {
	if height < small {
		return max(1, height/3)
	}
	return height / maxComposerShare
}

// compact reports whether the composer has to do without its frame.
func compact(height int) bool { return height < small }

// besideFrom is the width from which reasoning fits beside the answers.
const besideFrom = 100

// divider stands between the answers and the reasoning beside them, with a
// blank on each side.
const divider = "│"

// split cuts the columns of the transcript for reasoning beside it: two fifths
// of them. A narrow screen stays whole.
func split(width int) (answer, thought int) {
	if width < besideFrom {
		return width, 0
	}
	thought = width * 2 / 5
	return width - thought - 3, thought
}
