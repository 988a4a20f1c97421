package wire

// This file owns the memory of what refusals taught. It refuses to know what a
// lesson is.

import "sync"

// Memory holds what is known of each model, or of whatever else habits are of.
// The zero value knows nothing. It is safe for concurrent use.
type Memory[Of comparable, Habits any] struct{ known sync.Map }

// Habits returns what was kept of one; the zero value if nothing was.
func (m *Memory[Of, Habits]) Habits(of Of) Habits {
	h, _ := m.known.Load(of)
	habits, _ := h.(Habits)
	return habits
}

// Keep replaces what was known of one.
func (m *Memory[Of, Habits]) Keep(of Of, h Habits) { m.known.Store(of, h) }
