package ui

// What reaches the terminal: few bytes while an answer arrives, and none when
// nothing happens.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// meter counts the bytes of each write.
type meter struct {
	io.Writer

	mu     sync.Mutex
	writes []int
}

func (c *meter) Write(p []byte) (int, error) {
	c.mu.Lock()
	// The marks by which a test knows its frames are no part of them.
	c.writes = append(c.writes, len(p)-titles(p))
	c.mu.Unlock()
	return c.Writer.Write(p)
}

func titles(p []byte) int {
	_, rest, ok := bytes.Cut(p, []byte("\x1b]2;"))
	if end := bytes.IndexByte(rest, '\a'); ok && end >= 0 {
		return len("\x1b]2;") + end + 1
	}
	return 0
}

// take returns the writes since the last time.
func (c *meter) take() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.writes
	c.writes = nil
	return w
}

func sum(ns []int) (n int) {
	for _, x := range ns {
		n += x
	}
	return n
}

// A frame of an arriving answer writes a quarter of what drawing the whole
// screen writes, or less.
func TestBytesPerFrame(t *testing.T) { bubble(t, bytesPerFrame) }

func bytesPerFrame(t *testing.T) {
	w := newWorld(t)
	out := &meter{}
	pumps := new(sync.WaitGroup)
	m := New(t.Context(), pumps, w.options())
	t.Cleanup(func() { pumps.Wait(); m.close() })
	s := uitest.Start(t, m, 120, 40, uitest.Output(func(term io.Writer) io.Writer {
		out.Writer = term
		return out
	}))
	s.WaitForText("2 models")
	s.Type("tell me about trees\n")
	c := w.next()
	var frames []int
	for i := range 60 {
		c.events <- api.Answer{Text: piece(i)}
		last := fmt.Sprintf("word%d", i)
		out.take()
		s.WaitForText(last)
		if n := sum(out.take()); n > 0 {
			frames = append(frames, n)
		}
	}
	out.take()
	s.Send(tea.ClearScreen())
	full := slices.Max(out.take())
	slices.Sort(frames)
	median := frames[len(frames)/2]
	t.Logf("%d frames: median %d, 90%% %d, largest %d bytes; the whole screen %d", len(frames), median, frames[len(frames)*9/10], frames[len(frames)-1], full)
	if median*4 > full {
		t.Errorf("the median frame writes %d bytes, the whole screen %d", median, full)
	}
	c.events <- api.Finish{Reason: api.FinishStop}
	close(c.events)
}

// piece is what arrives between two frames.
func piece(i int) string {
	words := fmt.Sprintf("some **bold** words and `code`, as they come, word%d ", i)
	switch {
	case i%15 == 14:
		return words + "\n\n```go\nfunc f() int { return 1 }\n```\n\n"
	case i%4 == 3:
		return words + "\n\n- "
	}
	return words
}

// When nothing happens, no timer of ours runs and not a byte is written.
func TestIdleIsSilent(t *testing.T) { bubble(t, idleIsSilent) }

func idleIsSilent(t *testing.T) {
	w := newWorld(t)
	out := &meter{}
	pumps := new(sync.WaitGroup)
	m := New(t.Context(), pumps, w.options())
	t.Cleanup(func() { pumps.Wait(); m.close() })
	s := uitest.Start(t, m, 80, 24, uitest.Output(func(term io.Writer) io.Writer {
		out.Writer = term
		return out
	}))
	s.WaitForText("2 models")
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", " tok")
	s.Press("ctrl+t") // a word that fades
	s.WaitForText("reasoning:")
	w.pass(time.Minute)
	s.WaitForNoText("reasoning:")
	ticking := true
	s.Send(toldMsg(func(m *Model) tea.Cmd { ticking = m.ticking; return nil }))
	if ticking {
		t.Error("a clock goes on")
	}
	out.take()
	for range 20 { // frames of the renderer, each with a new mark alone
		s.Send(nil)
	}
	if n := sum(out.take()) - 20*len("\x1b[?2026h\x1b[?2026l"); n > 0 {
		t.Errorf("%d bytes are written while nothing happens", n)
	}
	if strings.Contains(s.Text(), "reasoning:") {
		t.Error("it did not fade")
	}
}

// tally counts what comes to Update.
type tally struct {
	tea.Model
	messages atomic.Int32
}

func (c *tally) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	c.messages.Add(1)
	m, cmd := c.Model.Update(msg)
	c.Model = m
	return c, cmd
}

// After an answer a minute passes, and nothing comes to Update. The clock is
// that of the bubble: a timer of ours would be waited for.
func TestNothingRunsAtRest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithCancel(t.Context())
		pumps := new(sync.WaitGroup)
		m := New(ctx, pumps, w.options())
		t.Cleanup(func() { cancel(); pumps.Wait(); m.close() })
		c := &tally{Model: m}
		s := uitest.Start(t, c, 80, 24, uitest.Program(tea.WithFPS(framesPerSecond)))
		s.WaitForText("2 models")
		w.turn(s, "one", "first answer")
		s.WaitForText("first answer", " tok")
		s.Press("ctrl+t") // a word that fades
		w.pass(time.Minute)
		time.Sleep(time.Minute)
		before := c.messages.Load()
		time.Sleep(time.Minute)
		if n := c.messages.Load() - before; n > 0 {
			t.Errorf("%d messages come while nothing happens", n)
		}
	})
}
