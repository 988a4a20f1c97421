package uitest

// Owns: the model around the model, which counts what arrives and marks
// frames. Refuses: any influence on the model within.

import (
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// markMsg asks for a frame that bears a mark. The program answers a message
// only after all that came before it, and the terminal shows a mark only with
// the frame that bears it: that is how a test knows that it sees everything.
type markMsg int

// probe is a model that passes everything on to another.
type probe struct {
	nudge func() // called after every message

	mu    sync.Mutex
	model tea.Model
	mark  int
	typed int  // messages that came from the keyboard or the mouse
	size  bool // a size has come

	record recording
}

func newProbe(model tea.Model, nudge func()) *probe { return &probe{model: model, nudge: nudge} }

func (p *probe) Init() tea.Cmd { return p.model.Init() }

func (p *probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer p.nudge()
	if n, ok := msg.(markMsg); ok {
		p.mark = int(n)
		return p, nil
	}
	model, cmd := p.model.Update(msg)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.model = model
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		p.typed++
	case tea.WindowSizeMsg:
		p.size = true
	}
	return p, cmd
}

func (p *probe) View() tea.View {
	v := p.model.View()
	number := 0
	if p.record.on {
		p.mu.Lock()
		number = p.record.add(v)
		p.mu.Unlock()
	}
	v.WindowTitle += fmt.Sprintf("%s%d/%d", markPrefix, p.mark, number)
	return v
}

// view is the recorded view of a number.
func (p *probe) view(number int) (v tea.View, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok = p.record.views[number]
	return v, ok
}

func (p *probe) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.typed
}

func (p *probe) sized() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size
}

func (p *probe) inner() tea.Model {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.model
}
