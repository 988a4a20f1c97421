// This file owns the mouse: over the transcript and the reasoning beside it,
// marking text, which is copied when the button goes up, and choosing messages;
// over the composer, the place of its cursor.

package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

const (
	// clickAgain is how soon a click must follow another one to make it double.
	clickAgain = 400 * time.Millisecond
	// dragEvery is how often the transcript scrolls while the mouse drags beyond it.
	dragEvery = 50 * time.Millisecond
)

// mouseDrag is what the left button is doing.
type mouseDrag struct {
	down    bool
	clicks  int       // in a row, up to three
	at      time.Time // of the last one
	x, y    int       // of the last one, as lastX and lastY
	lastX   int       // where the mouse is, in cells from the corner of the pane
	lastY   int
	ticking bool

	pane      *transcript.Transcript // in which the button went down
	left, top int                    // the corner of that pane on the screen
}

// paneAt returns what stands under a cell of the screen that can be marked, and
// its corner; nil for nothing.
func (m *Model) paneAt(x, y int) (pane *transcript.Transcript, left, top int) {
	l := &m.layout
	switch {
	case y < l.header || y >= l.header+l.transcript:
		return nil, 0, 0
	case hasBeside(m) && x > l.answer:
		return m.beside.Text(), l.answer + len([]rune(divider)) + 2, l.header + transcript.BesideTitle
	}
	return m.conv.view, 0, l.header
}

// useMouse takes what the buttons and the movements of the mouse say.
func (m *Model) useMouse(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		return m.pressMouse(msg)
	case tea.MouseMotionMsg:
		return m.moveMouse(msg)
	case tea.MouseReleaseMsg:
		return m.releaseMouse()
	}
	return nil
}

// pressMouse begins to mark text.
func (m *Model) pressMouse(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.dialog != nil {
		return nil
	}
	m.stopPicking()
	m.unmark()
	pane, left, top := m.paneAt(msg.X, msg.Y)
	if pane == nil {
		m.clickComposer(msg.X, msg.Y)
		return nil
	}
	d, now := &m.drag, m.opts.Now()
	x, y := msg.X-left, msg.Y-top
	again := now.Sub(d.at) < clickAgain && d.pane == pane && d.y == y && d.x-x <= 1 && x-d.x <= 1
	if again && d.clicks < 3 {
		d.clicks++
	} else {
		d.clicks = 1
	}
	d.pane, d.left, d.top = pane, left, top
	d.at, d.x, d.y, d.lastX, d.lastY = now, x, y, x, y
	d.down = pane.Mark(max(x, 0), y, []transcript.Unit{transcript.ByCell, transcript.ByWord, transcript.ByLine}[d.clicks-1])
	return nil
}

// clickComposer puts the composer's cursor where a person clicks.
func (m *Model) clickComposer(x, y int) {
	y -= m.layout.header + m.layout.transcript + m.layout.status
	if y >= 0 && y < m.layout.composer {
		m.setFocus(composing)
		m.composer.Click(x, y)
	}
}

// moveMouse extends what is marked.
func (m *Model) moveMouse(msg tea.MouseMotionMsg) tea.Cmd {
	d := &m.drag
	if !d.down {
		return nil
	}
	d.lastX, d.lastY = msg.X-d.left, msg.Y-d.top
	d.pane.MarkTo(max(d.lastX, 0), d.lastY)
	return m.dragOn()
}

// beyond is by how many rows the mouse is above the pane in which it marks, less
// than 0, or below it. Where nothing is above, its first row counts as beyond.
func (m *Model) beyond() int {
	y, height := m.drag.lastY, m.layout.header+m.layout.transcript-m.drag.top
	switch {
	case y <= 0 && m.drag.top == 0:
		return -1
	case y < 0:
		return y
	case y >= height:
		return y - height + 1
	}
	return 0
}

// dragOn makes the transcript scroll as long as the mouse is beyond it.
func (m *Model) dragOn() tea.Cmd {
	if m.drag.ticking || !m.drag.down || m.beyond() == 0 {
		return nil
	}
	m.drag.ticking = true
	return tea.Tick(dragEvery, func(time.Time) tea.Msg { return toldMsg((*Model).dragged) })
}

// dragged scrolls on, the faster the farther away the mouse is.
func (m *Model) dragged() tea.Cmd {
	m.drag.ticking = false
	if n := m.beyond(); m.drag.down && n != 0 {
		m.drag.pane.ScrollBy(min(max(n, -4), 4))
		m.drag.pane.MarkTo(max(m.drag.lastX, 0), m.drag.lastY)
	}
	return m.dragOn()
}

// releaseMouse copies what is marked. A click alone chooses the message.
func (m *Model) releaseMouse() tea.Cmd {
	d := &m.drag
	if !d.down {
		return nil
	}
	d.down = false
	pane := d.pane
	pane.EndMark()
	if pane.Marked() {
		if text := pane.MarkedText(); text != "" {
			return m.copy(text)
		}
		pane.Unmark()
		return nil
	}
	still := d.lastX == d.x && d.lastY == d.y // what was marked may be gone since
	if d.clicks == 1 && still && pane == m.conv.view && pane.SelectAt(d.y) {
		m.setFocus(reading)
	}
	return nil
}

// keepDrag ends a drag in a pane that is gone.
func (m *Model) keepDrag() {
	d := &m.drag
	shown := d.pane == m.conv.view || hasBeside(m) && d.pane == m.beside.Text()
	if d.down && (!shown || m.dialog != nil) {
		d.down = false
		d.pane.Unmark()
	}
}

// unmark takes away what is marked, and reports whether something was.
func (m *Model) unmark() bool {
	m.drag.down = false
	was := m.conv.view.Unmark()
	if m.beside != nil {
		was = m.beside.Text().Unmark() || was
	}
	return was
}
