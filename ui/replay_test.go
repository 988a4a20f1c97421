package ui

// Random use of the whole chat, on a terminal. After every event what the
// frames so far have left there is compared with the last one drawn alone.

import (
	"context"
	"fmt"
	"image/color"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// years is how far in the future the next bubble is.
var years atomic.Int64

func init() { years.Store(30) }

// bubble runs a test on a clock of its own: nobody waits for a frame, nor for a
// slow machine. Regular expressions of code time out by a clock that all of the
// process shares: to it, each bubble comes after all that was before, and ends
// when that clock has stopped.
func bubble(t *testing.T, test func(*testing.T)) {
	bubbled.Store(true)
	defer bubbled.Store(false)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Duration(years.Add(1)) * 365 * 24 * time.Hour)
		t.Cleanup(func() { time.Sleep(time.Hour) })
		test(t)
	})
}

// The replays are 3,000 events when there is time, which takes minutes under the
// race detector; 240 otherwise. AIMLCHAT_SEED=1000 plays others.
func TestReplay(t *testing.T) {
	runs, events := uint64(4), 60
	if os.Getenv("AIMLCHAT_LONG") != "" {
		runs, events = 6, 500
	}
	first, _ := strconv.ParseUint(os.Getenv("AIMLCHAT_SEED"), 10, 64)
	for seed := first; seed < first+runs; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newReplay(t, seed)
				for range events {
					r.step()
				}
			})
		})
	}
}

// replay is a chat that is used at random.
type replay struct {
	t   *testing.T
	w   *world
	s   *uitest.Screen
	rng *rand.Rand

	keys  []string
	words []string // slash commands
	log   []string

	backend *replayed
}

func newReplay(t *testing.T, seed uint64) *replay {
	w := newWorld(t)
	o := w.options()
	o.Links, o.Mouse = true, true
	o.History = []string{"an earlier prompt", "and one\nof two lines"}
	o.Paths = func(prefix string) []string { return []string{prefix + "a.txt", prefix + "b/"} }
	o.Balance = func(context.Context, string) (api.Balance, error) { return api.Balance{}, nil }
	o.OpenURL = func(string) error { return nil }
	o.Doctor = func(context.Context) []Check { return []Check{{Name: "all", State: "ok", Text: "well"}} }
	backend := &replayed{events: make(chan any)}
	o.Backend = func(string) (api.Backend, error) { return backend, nil }
	ctx, cancel := context.WithCancel(context.Background())
	var pumps sync.WaitGroup
	m := New(ctx, &pumps, o)
	// What leaves the program, or would leave the test.
	m.commands = slices.DeleteFunc(m.commands, func(c Command) bool {
		return slices.Contains([]string{"suspend", "quit", "quit-empty", "edit"}, c.Name)
	})
	t.Cleanup(func() {
		cancel()
		pumps.Wait()
		m.close()
	})
	r := &replay{t: t, w: w, rng: rand.New(rand.NewPCG(seed, 4)), backend: backend}
	for _, c := range m.commands {
		for _, k := range c.Keys {
			if _, err := uitest.Key(k); err == nil {
				r.keys = append(r.keys, k)
			}
		}
		if c.Slash != "" {
			r.words = append(r.words, slashName(c.Slash))
		}
	}
	r.keys = append(r.keys, "left", "right", "up", "down", "backspace", "enter", "esc", "tab", "pgup", "pgdown")
	r.s = uitest.Start(t, m, 80, 24, uitest.Record(), uitest.Output(steadied), uitest.Program(tea.WithFPS(30)))
	return r
}

// step does one thing, and compares.
func (r *replay) step() {
	r.t.Helper()
	r.w.pass(time.Duration(r.rng.IntN(3000)) * time.Millisecond)
	events := []func() string{
		r.chunk, r.chunk, r.chunk, r.chunk, r.chunk, r.press, r.press, r.press, r.press, r.text, r.text, r.ask, r.ask,
		r.wheel, r.wheel, r.click, r.resize, r.resize, r.theme, r.slash, r.finish, r.paste,
	}
	event := pick(r.rng, events)
	if w, h := r.s.Size(); w*h > 10_000 && r.rng.IntN(2) > 0 { // a huge one is left soon
		event = r.resize
	}
	r.log = append(r.log, event())
	if len(r.log) > 25 {
		r.log = r.log[1:]
	}
	if why := r.s.Drift(); why != "" {
		r.t.Fatalf("after\n  %s\n%s", strings.Join(r.log, "\n  "), why)
	}
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// shapes are pieces of answers: whole blocks, halves of them, and what is
// drawn with care.
var shapes = []string{
	"Plain words. ", "a longer sentence that has to be wrapped on most screens, since it goes on and on; ", "\n", "\n\n", "**bold", "**", "`code", "`",
	"```go\nfunc main() {\n\tfmt.Println(\"hi\")\n", "```\n", "- one\n- two\n  - three\n", "| a | b |\n|---|---|\n", "| 京都 | x |\n", "> quoted\n", "# Head\n", "1. first\n",
	"京都の桜はいつ咲きますか。", "👩\u200d👩\u200d👧 👍🏽 🇯🇵 ", "e\u0301 ñ ", "مرحبا ", "[a link](https://example.com/with/a/long/path) ", "\\(x^2\\) ", "$$\n\\frac{a}{b}\n$$\n",
	"<think>", "</think>", "\t- tab\n", "\x1b[31mred\x1b[0m", "a\u202Eb", strings.Repeat("wide ", 60), strings.Repeat("x", 300), "☂️ ☎ ½ ",
}

// chunk lets a piece of an answer arrive.
func (r *replay) chunk() string {
	text := ""
	for range 1 + r.rng.IntN(4) {
		text += pick(r.rng, shapes)
	}
	var ev api.Event = api.Answer{Text: text}
	if r.rng.IntN(5) == 0 {
		ev = api.Reasoning{Text: text}
	}
	return r.arrive(ev)
}

// finish ends an answer, well or not.
func (r *replay) finish() string {
	n := int64(1000)
	return r.arrive(pick(r.rng, []any{
		api.Finish{Reason: api.FinishStop},
		api.Finish{Reason: api.FinishStop},
		api.Finish{Reason: api.FinishLength},
		api.Metered{Usage: api.Usage{Completion: &n, Total: &n}},
		api.Notice{Text: "The model can't do that."},
		&api.Error{Kind: api.ErrServer, Message: "the service failed", Hint: "try later", Retryable: true},
	}))
}

// arrive hands an event to an answer that is awaited, and waits until Update
// has it. Without one it does nothing.
func (r *replay) arrive(ev any) string {
	if r.backend.streams.Load() == 0 {
		return "nobody waits for an answer"
	}
	select {
	case r.backend.events <- ev:
	case <-time.After(uitest.Patience):
		r.t.Fatal("the answer is not read on")
	}
	for idle := make(chan bool); ; time.Sleep(frame) {
		r.s.Send(toldMsg(func(m *Model) tea.Cmd {
			taken := true
			for _, c := range m.live {
				c.turn.batch.mu.Lock()
				taken = taken && len(c.turn.batch.pending.arrivals) == 0
				c.turn.batch.mu.Unlock()
			}
			idle <- taken
			return nil
		}))
		if <-idle {
			break
		}
	}
	return fmt.Sprintf("%T %+v", ev, ev)
}

// ask sends a prompt, whatever the keys have brought about.
func (r *replay) ask() string {
	r.s.Press("esc", "i", "ctrl+u")
	r.s.Type("why? ")
	r.s.Press("enter")
	return "ask"
}

func (r *replay) press() string {
	key := pick(r.rng, r.keys)
	if key == "ctrl+c" {
		r.w.pass(3 * time.Second) // twice in a row quits
	}
	r.s.Press(key)
	return "press " + key
}

func (r *replay) text() string {
	text := pick(r.rng, []string{"a", "word ", "京都", "é", "👍", "is:thinks ", "quick", "-", "@", "/re", strings.Repeat("long ", 6)})
	r.s.Type(text)
	return "type " + text
}

func (r *replay) slash() string {
	word := pick(r.rng, r.words)
	r.s.Press("esc", "i", "ctrl+u")
	r.s.Type(word + " ")
	r.s.Press("enter")
	return "command " + word
}

func (r *replay) paste() string {
	text := pick(r.rng, []string{"pasted", "two\nlines", strings.Repeat("a line\n", 50), "/tmp/x", "\x00\x1b[2Jhostile"})
	r.s.Send(tea.PasteMsg{Content: text})
	return fmt.Sprintf("paste %q", text)
}

func (r *replay) wheel() string {
	lines := r.rng.IntN(11) - 5
	if lines == 0 {
		lines = 8
	}
	button := tea.MouseWheelDown
	if lines < 0 {
		button, lines = tea.MouseWheelUp, -lines
	}
	for range lines {
		r.s.Send(tea.MouseWheelMsg{X: r.rng.IntN(80), Y: r.rng.IntN(24), Button: button})
	}
	return fmt.Sprintf("wheel %v %d", button, lines)
}

// click presses a button of the mouse, perhaps drags, and perhaps lets go: what
// follows may come while it is down.
func (r *replay) click() string {
	w, h := r.s.Size()
	at := func() tea.Mouse {
		return tea.Mouse{X: r.rng.IntN(w + 1), Y: r.rng.IntN(h + 1), Button: tea.MouseLeft}
	}
	from, to := at(), at()
	did := ""
	if r.rng.IntN(3) > 0 {
		r.s.Send(tea.MouseClickMsg(from))
		did += fmt.Sprintf(" press %d,%d", from.X, from.Y)
	}
	if r.rng.IntN(2) > 0 {
		r.s.Send(tea.MouseMotionMsg(to))
		did += fmt.Sprintf(" move %d,%d", to.X, to.Y)
	}
	if r.rng.IntN(2) > 0 {
		r.s.Send(tea.MouseReleaseMsg(to))
		did += " release"
	}
	return "mouse" + did
}

// resize changes the size. Most screens are small: what happens at the edges of
// one happens there more often, and costs less to compare.
func (r *replay) resize() string {
	size := pick(r.rng, [][2]int{{0, 0}, {1, 1}, {400, 120}, {40, 10}, {80, 24}, {80, 24}, {120, 40}, {-1, -1}, {-1, -1}, {-1, -1}})
	if size[0] < 0 {
		size = [2]int{r.rng.IntN(1 + r.rng.IntN(200)), r.rng.IntN(1 + r.rng.IntN(60))}
	}
	r.s.Resize(size[0], size[1])
	return fmt.Sprintf("resize to %dx%d", size[0], size[1])
}

func (r *replay) theme() string {
	c := pick(r.rng, []color.Color{color.Black, color.White})
	r.s.Send(tea.BackgroundColorMsg{Color: c})
	return fmt.Sprintf("background %v", c)
}

// replayed is a backend whose answers all come from one channel.
type replayed struct {
	events  chan any // api.Event or error
	streams atomic.Int32
}

func (b *replayed) Name() string { return "test" }

func (b *replayed) Models(context.Context) ([]api.Model, error) { return nil, nil }

func (b *replayed) Stream(ctx context.Context, _ api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		b.streams.Add(1)
		defer b.streams.Add(-1)
		for {
			select {
			case <-ctx.Done():
				yield(nil, &api.Error{Kind: api.ErrCanceled, Message: "canceled"})
				return
			case ev := <-b.events:
				if err, failed := ev.(error); failed {
					yield(nil, err)
					return
				}
				_, last := ev.(api.Finish)
				if !yield(ev.(api.Event), nil) || last {
					return
				}
			}
		}
	}
}
