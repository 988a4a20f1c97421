// This file owns the search for models that no list names, while a person types
// in the picker: one at a time, none for what is no longer typed.

package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

const (
	fewModels   = 5 // fewer that fit make it worth asking for more
	shortSearch = 3 // letters, at least
	typingPause = 300 * time.Millisecond
)

// seeker is how it stands with the search for models.
type seeker struct {
	typed  string // what is wanted
	number int    // of what is wanted
	stop   context.CancelFunc
}

// seekModels searches if the picker of models is open.
func (m *Model) seekModels() tea.Cmd {
	if d, ok := m.dialog.(*dialog.Models); ok {
		return m.seekTyped(d)
	}
	return nil
}

// seekTyped searches for what is typed in the picker of models, if few are known
// that fit.
func (m *Model) seekTyped(d *dialog.Models) tea.Cmd {
	s := &m.seeker
	typed := strings.TrimSpace(d.Typed())
	if m.opts.Search == nil || typed == s.typed {
		return nil
	}
	s.typed = typed
	s.number++
	if s.stop != nil {
		s.stop()
		s.stop = nil
		d.SetLoading(false)
	}
	if len(typed) < shortSearch || strings.Contains(typed, "is:") || d.Shown() >= fewModels {
		return nil
	}
	ctx, stop := context.WithCancel(m.ctx)
	s.stop = stop
	d.SetLoading(true)
	search, number := m.opts.Search, s.number
	return tea.Tick(typingPause, func(time.Time) tea.Msg {
		if ctx.Err() != nil {
			return nil // more was typed
		}
		found, err := search(ctx, typed)
		return toldMsg(func(m *Model) tea.Cmd {
			m.modelsFound(number, found, err)
			return nil
		})
	})
}

// modelsFound offers what was found, if nothing else was typed since.
func (m *Model) modelsFound(number int, found []dialog.Choice, err error) {
	s := &m.seeker
	if number != s.number {
		return
	}
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	for _, c := range found {
		if !slices.ContainsFunc(m.found, func(f dialog.Choice) bool { return f.Provider == c.Provider && f.ID == c.ID }) {
			m.found = append(m.found, c)
		}
	}
	m.choices = withFound(m.choices, m.found)
	d, ok := m.dialog.(*dialog.Models)
	if !ok {
		return
	}
	d.SetChoices(m.choices)
	d.SetLoading(false)
	if err != nil {
		d.SetError("could not search for more: " + err.Error())
	}
}

// withFound adds what was found to a list that does not name it.
func withFound(choices, found []dialog.Choice) []dialog.Choice {
	all := slices.Clip(choices)
	for _, f := range found {
		if !slices.ContainsFunc(choices, func(c dialog.Choice) bool { return f.Provider == c.Provider && f.ID == c.ID }) {
			all = append(all, f)
		}
	}
	return all
}
