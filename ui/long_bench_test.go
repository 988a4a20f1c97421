package ui

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/session"
)

// BenchmarkOpening measures from the database to the first frame of a session of
// 5,000 messages, and from its messages to the frame. The metric ratio is that
// time beside the one of a session of 50, in the same run.
func BenchmarkOpening(b *testing.B) {
	w, store := benchStore(b)
	for _, id := range []string{"short", "long"} {
		fill(b, w, id, map[string]int{"short": 50, "long": 5000}[id])
	}
	measure := func(id string, all bool) time.Duration {
		m := benchModel(b, w, store)
		start := time.Now()
		msg := m.load(id, true)()
		if !all {
			start = time.Now()
		}
		m.Update(msg)
		m.View()
		took := time.Since(start)
		m.conv.release()
		return took
	}
	for name, all := range map[string]bool{"whole": true, "ui": false} {
		b.Run(name, func(b *testing.B) {
			var long, short time.Duration
			for b.Loop() {
				short += measure("short", all)
				long += measure("long", all)
			}
			b.ReportMetric(float64(long.Microseconds())/1000/float64(b.N), "ms/5000")
			b.ReportMetric(float64(short.Microseconds())/1000/float64(b.N), "ms/50")
			b.ReportMetric(float64(long)/float64(short), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkReading measures frames of a session of 5,000 messages: scrolling
// from its end to its start by pages, resizing in its middle, and other themes.
// The metric is the worst frame, each with the best of its times, so that what
// else runs is not in it. Memory is what the heap holds after scrolling,
// beside what it held at the first frame, which has all of the text.
func BenchmarkReading(b *testing.B) {
	w, store := benchStore(b)
	fill(b, w, "long", 5000)
	m := benchModel(b, w, store)
	finish(m, m.load("long", true))
	defer m.conv.release()
	view := m.conv.view
	run := func(name string, frames int, do func(i int)) {
		b.Run(name, func(b *testing.B) {
			took := make([]time.Duration, frames)
			n := 0
			for b.Loop() {
				for i := range frames {
					start := time.Now()
					do(i)
					m.View()
					if d := time.Since(start); took[i] == 0 || d < took[i] {
						took[i] = d
					}
					n++
				}
			}
			b.ReportMetric(float64(slices.Max(took).Microseconds())/1000, "worst-ms/frame")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(n), "ms/frame")
			b.ReportMetric(0, "ns/op")
		})
	}
	before := heap()
	run("scroll", 2500, func(i int) {
		if i == 0 {
			view.Bottom()
		}
		view.ScrollBy(-m.layout.transcript)
		m.Update(nil)
	})
	b.Run("memory", func(b *testing.B) {
		b.ReportMetric(before, "MB-opened")
		b.ReportMetric(heap(), "MB-scrolled")
		b.ReportMetric(0, "ns/op")
	})
	view.Top()
	for range 500 {
		view.ScrollBy(30)
	}
	run("resize", 10, func(i int) { m.Update(tea.WindowSizeMsg{Width: 200 - 120*(i%2), Height: 40}) })
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	run("theme", 10, func(i int) {
		m.dark = i%2 == 0
		m.setTheme(m.pickTheme())
		m.Update(nil)
	})
	run("wheel", 100, func(i int) { view.ScrollBy(3 - 6*(i/50)); m.Update(nil) })
}

// heap is what lives on the heap, in MB.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// finish does a command, and what follows it.
func finish(m *Model, cmd tea.Cmd) {
	for cmd != nil {
		msg := cmd()
		if all, is := msg.(tea.BatchMsg); is {
			for _, cmd := range all {
				finish(m, cmd)
			}
			return
		}
		_, cmd = m.Update(msg)
	}
}

func benchStore(b *testing.B) (*world, *session.Store) {
	w := &world{t: nil, dir: b.TempDir(), now: time.Date(2026, 4, 2, 10, 42, 0, 0, time.UTC)}
	store, err := w.options().Store(b.Context(), func(error) {})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	return w, store
}

func benchModel(b *testing.B, w *world, store *session.Store) *Model {
	o := w.options()
	m := New(context.Background(), new(sync.WaitGroup), o)
	m.store, m.ready = store, true
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.View()
	return m
}

// benchAnswer is a kilobyte of everything that answers are made of.
func benchAnswer(i int) string {
	text := strings.Repeat(fmt.Sprintf("Some **bold** words of answer %d and `code`, as they come, in a line that is long enough. ", i), 3)
	list := "- one *item*\n- another one, with a [link](https://example.com/a)\n  1. inside\n\n"
	switch i % 6 {
	case 1:
		return "## A heading\n\n" + text + "\n\n```go\n" + strings.Repeat("func f(i int) (string, error) { return fmt.Sprint(i), nil } // a comment\n", 6) + "```\n\n" + text
	case 3:
		return text + "\n\n" + list + "| a | b |\n|---|---|\n" + strings.Repeat("| some cell | another cell |\n", 5)
	}
	return text + "\n\n" + list + text
}
