package ui

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image/color"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/uitest"
	"github.com/charmbracelet/colorprofile"
)

// world is what a chat runs in, in a test: a database of its own, a clock that
// stands still until it is moved, and a backend that says what the test says.
type world struct {
	t       *testing.T
	dir     string
	backend *scripted

	mu  sync.Mutex
	now time.Time
}

// newWorld returns a world. Its test runs beside others, but for one in a bubble,
// which has the process for itself.
func newWorld(t *testing.T) *world {
	if !bubbled.Load() && beside(t) {
		t.Parallel()
	}
	dir := t.TempDir()
	begin(t, filepath.Join(dir, "aimlchat.db"))
	return &world{
		t: t, dir: dir, backend: &scripted{calls: make(chan *call, 16)},
		now: time.Date(2026, 4, 2, 10, 42, 0, 0, time.UTC),
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) options() Options {
	return Options{
		Provider: "test", Model: "test/thinker",
		Store: func(ctx context.Context, unsaved func(error)) (*session.Store, error) {
			return session.Open(ctx, session.Options{
				Path: filepath.Join(w.dir, "aimlchat.db"), LockDir: filepath.Join(w.dir, "locks"), Now: w.clock, OnSaveError: unsaved,
			})
		},
		Backend: func(provider string) (api.Backend, error) {
			if provider != "test" {
				return nil, &api.Error{Kind: api.ErrAuth, Message: "no key for " + provider, Hint: "set a key"}
			}
			return w.backend, nil
		},
		Models: func(context.Context, string, Asking) ([]dialog.Choice, error) {
			return []dialog.Choice{
				{Provider: "test", Model: api.Model{ID: "test/thinker", Name: "Thinker", Developer: "Test", Context: 128_000, Capabilities: []string{"reasoning"}}},
				{Provider: "test", Model: api.Model{ID: "test/quick", Name: "Quick", Developer: "Test", Context: 32_000}},
			}, nil
		},
		Light: themes.Light(), Dark: themes.Dark(), Now: w.clock,
	}
}

// open starts the chat on a screen, and ends it, saving all, with the test or
// when the returned function is called.
func (w *world) open(o Options, width, height int) (*uitest.Screen, func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var pumps sync.WaitGroup
	m := New(ctx, &pumps, o)
	save := sync.OnceFunc(func() {
		cancel()
		pumps.Wait()
		m.close()
	})
	w.t.Cleanup(save) // after the program has ended, which Start sees to
	s := uitest.Start(w.t, m, width, height)
	return s, func() {
		w.t.Helper()
		s.Send(tea.QuitMsg{})
		s.WaitForEnd()
		save()
	}
}

// scripted is a backend whose answers a test gives, event by event.
type scripted struct{ calls chan *call }

// call is one request and the way to answer it.
type call struct {
	req    api.Request
	events chan any // api.Event or error; closed: the stream ends
}

func (s *scripted) Name() string { return "test" }

func (s *scripted) Models(context.Context) ([]api.Model, error) { return nil, errors.New("not asked") }

func (s *scripted) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		c := &call{req: req, events: make(chan any, 64)}
		s.calls <- c
		for {
			select {
			case <-ctx.Done():
				yield(nil, &api.Error{Kind: api.ErrCanceled, Message: "canceled"})
				return
			case ev, ok := <-c.events:
				if !ok {
					return
				}
				if err, failed := ev.(error); failed {
					yield(nil, err)
					return
				}
				if !yield(ev.(api.Event), nil) {
					return
				}
			}
		}
	}
}

// next waits for the next request.
func (w *world) next() *call {
	w.t.Helper()
	select {
	case c := <-w.backend.calls:
		return c
	case <-time.After(uitest.Patience):
		w.t.Fatal("no request was sent")
		return nil
	}
}

// ask sends a prompt, and returns the request that it made.
func (w *world) ask(s *uitest.Screen, prompt string) *call {
	w.t.Helper()
	s.Type(prompt)
	s.Press("enter")
	return w.next()
}

// turn sends a prompt, and answers it whole.
func (w *world) turn(s *uitest.Screen, prompt, answer string) {
	w.t.Helper()
	w.ask(s, prompt).finish(answer)
}

// finish answers a call whole.
func (c *call) finish(answer string) {
	n := int64(len(answer))
	c.events <- api.Answer{Text: answer}
	c.events <- api.Metered{Usage: api.Usage{Completion: &n, Total: &n}}
	c.events <- api.Finish{Reason: api.FinishStop}
	close(c.events)
}

func (c *call) texts() string {
	var out []string
	for _, m := range c.req.Messages {
		out = append(out, fmt.Sprintf("%s: %s", m.Role, m.Content()))
	}
	return strings.Join(out, "\n")
}

func TestFirstScreen(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			w := newWorld(t)
			o := w.options()
			o.Notices = []string{"Welcome."}
			s, _ := w.open(o, size[0], size[1])
			s.WaitForText("Ask anything")
			s.Golden(t)
		})
	}
}

func TestWelcome(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			w := newWorld(t)
			s, _ := w.open(w.options(), size[0], size[1])
			s.WaitForText("2 models")
			s.Golden(t)
		})
	}
}

// A terminal of 16 colours shows the colours that were meant: none is blurred
// into another, and nothing that is read gets the colour of a rule.
func TestSixteenColours(t *testing.T) {
	for _, dark := range []bool{true, false} {
		th := themes.Sixteen(dark)
		seen := map[color.Color]string{}
		for name, c := range map[string]color.Color{
			"muted": th.Muted, "faint": th.Faint, "accent": th.Accent, "user": th.User,
			"model": th.Model, "good": th.Good, "warning": th.Warning, "error": th.Error,
		} {
			basic := colorprofile.ANSI.Convert(c)
			if other, taken := seen[basic]; taken {
				t.Errorf("dark %v: %s and %s are both %v", dark, name, other, basic)
			}
			seen[basic] = name
		}
	}
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := New(ctx, new(sync.WaitGroup), w.options())
	s := uitest.Start(t, m, 80, 24, uitest.Profile(colorprofile.ANSI))
	s.WaitForText("Ask anything")
	s.Send(tea.QuitMsg{})
	if end := s.WaitForEnd().(*Model); end.theme.Name != "sixteen" {
		t.Errorf("drawn in theme %q", end.theme.Name)
	}
}

func TestTurn(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			w := newWorld(t)
			s, _ := w.open(w.options(), size[0], size[1])
			s.Type("When do the cherry trees bloom in 京都?")
			s.Press("enter")
			c := w.next()
			w.pass(time.Second)
			c.events <- api.Reasoning{Text: "They mean Kyoto.\n\nEarly April."}
			s.WaitForText("Thinking", "Early April.")
			w.pass(2 * time.Second)
			c.finish("Around the **first week of April**.\n\n| tree | when |\n|---|---|\n| 桜 | April |\n")
			s.WaitForText("Thought for 2.0 s", "桜   │ April", "tok")
			s.Golden(t)
		})
	}
}

func TestReasoningCycles(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "hi")
	c.events <- api.Reasoning{Text: "a deep thought"}
	c.finish("hello")
	s.WaitForText("▸ Thought", "hello")
	s.WaitForNoText("a deep thought")
	s.Press("ctrl+t")
	s.WaitForText("▾ Thought", "a deep thought", "reasoning: open")
	s.Press("ctrl+t")
	s.WaitForNoText("Thought for")
	s.Press("ctrl+t")
	s.WaitForText("▸ Thought")
	s.Press("esc", "enter")
	s.WaitForText("a deep thought")
}

func TestSwitchModel(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 30)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok")
	s.Press("ctrl+o")
	s.WaitForText("Models", "test/quick")
	s.Type("quick")
	s.Press("enter")
	s.WaitForText("switched to test/quick")
	c := w.ask(s, "two")
	if c.req.Model != "test/quick" {
		t.Errorf("the request went to %s", c.req.Model)
	}
	if want := "user: one\nassistant: first answer\nuser: two"; c.texts() != want {
		t.Errorf("the history is\n%s\nwant\n%s", c.texts(), want)
	}
	c.finish("second answer")
	s.WaitForText("second answer")
	s.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 2 })
	live := s.Text()
	end()

	o := w.options()
	o.Open = Open{Continue: true}
	again, _ := w.open(o, 80, 30)
	again.WaitForText("second answer")
	if got := again.Text(); got != live {
		t.Errorf("reopened it looks different:\n%s\nbefore:\n%s", got, live)
	}
}

func TestReasoningNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 30)
	c := w.ask(s, "one")
	c.events <- api.Reasoning{Text: "SECRET"}
	c.finish("fine")
	s.WaitForText("fine", "tok")
	s.Type("two")
	s.Press("enter")
	for _, m := range w.next().req.Messages {
		for _, p := range m.Parts {
			if strings.Contains(p.Text, "SECRET") {
				t.Errorf("the thought was sent: %+v", m)
			}
		}
	}
}

func TestFailureAndRetry(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "hello?")
	c.events <- api.Answer{Text: "Half an ans"}
	c.events <- &api.Error{Kind: api.ErrCut, Message: "the connection broke before the answer was whole", Hint: "check the network", Retryable: true}
	s.WaitForText("Half an ans", "✗ the connection broke", "check the network", "/continue goes on", "enter or /retry asks again", "enter try again")
	s.Golden(t)
	s.Press("enter")
	c = w.next()
	if want := "user: hello?"; c.texts() != want {
		t.Errorf("the retry sent\n%s\nwant\n%s", c.texts(), want)
	}
	c.finish("A whole answer.")
	s.WaitForText("A whole answer.")
	s.WaitForNoText("Half an ans", "✗")
}

func TestMissingKeyIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Check = func(_ context.Context, provider string) error {
		return &api.Error{Kind: api.ErrAuth, Message: "no key for " + provider, Hint: "set a key, or run the demo"}
	}
	s, _ := w.open(o, 80, 24)
	s.WaitForText("no key for test", "set a key, or run the demo", "all keys")
}

func TestNoBackend(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Provider = "aimlapi"
	s, _ := w.open(o, 80, 24)
	s.Type("hello?")
	s.Press("enter")
	s.WaitForText("✗ no key for aimlapi", "set a key")
}

func TestEscStopsAndKeeps(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	c := w.ask(s, "count")
	c.events <- api.Answer{Text: "one two three"}
	s.WaitForText("one two three")
	s.Press("esc", "esc")
	s.WaitForText("stopped by you · /continue goes on · /retry asks again", "one two three")
	s.WaitForNoText("█ you")
	s.Press("enter")
	s.WaitForText("one two three") // nothing was sent: the answer is kept
	s.Type("go on")
	s.Press("enter")
	if c := w.next(); !strings.Contains(c.texts(), "assistant: one two three") {
		t.Errorf("what arrived is not in the history:\n%s", c.texts())
	}
	end()
}

func TestQueue(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "first")
	s.Type("second")
	s.Press("enter")
	s.Type("third")
	s.Press("enter")
	s.WaitForText("2 queued")
	s.Press("alt+up")
	s.WaitForText("1 queued", "third")
	s.Press("ctrl+u")
	c.finish("answer to the first")
	c = w.next()
	if !strings.HasSuffix(c.texts(), "user: second") {
		t.Errorf("the queue sent\n%s", c.texts())
	}
	c.finish("answer to the second")
	s.WaitForText("answer to the second")
	s.WaitForNoText("queued")
}

func TestFailureHoldsTheQueue(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "first")
	s.Type("second")
	s.Press("enter")
	s.WaitForText("1 queued")
	c.events <- &api.Error{Kind: api.ErrServer, Message: "the service failed"}
	s.WaitForText("✗ the service failed", "1 queued")
	s.Press("enter")
	w.next().finish("better")
	if c := w.next(); !strings.HasSuffix(c.texts(), "user: second") {
		t.Errorf("after the retry the queue sent\n%s", c.texts())
	}
}

func TestCtrlC(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	s.Type("a draft")
	s.Press("ctrl+c")
	s.WaitForNoText("a draft")
	s.Press("ctrl+_")
	s.WaitForText("a draft")
	s.Press("ctrl+c", "ctrl+c")
	s.WaitForText("ctrl+c again quits")
	w.pass(3 * time.Second)
	s.Press("ctrl+c")
	s.WaitForText("ctrl+c again quits")
	s.Press("ctrl+c")
	s.WaitForEnd()
}

func TestSlashIsTextUnlessACommand(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "/etc/passwd is a file")
	if c.texts() != "user: /etc/passwd is a file" {
		t.Errorf("sent %q", c.texts())
	}
	c.finish("It is.")
	s.WaitForText("It is.", "tok")
	s.Type("/ti")
	s.WaitForText("/title TEXT", "rename the session")
	s.Press("tab")
	s.Type("Files")
	s.Press("enter")
	s.WaitForText("aimlchat · Files")
	s.Type("/mo")
	s.WaitForText("/model  /mouse")
	s.Press("ctrl+u")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("switched to test/quick")
}

func TestResizeWhileStreaming(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "go")
	for i, size := range [][2]int{{120, 40}, {40, 10}, {1, 1}, {200, 60}, {80, 24}} {
		c.events <- api.Answer{Text: fmt.Sprintf("part%d ", i)}
		s.Resize(size[0], size[1])
	}
	c.finish("end")
	s.WaitForText("part0 part1 part2 part3 part4 end", "tok")
}

func TestSessionsGoOnBehindTheScreen(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	s.Type("a slow question")
	s.Press("enter")
	slow := w.next()
	slow.events <- api.Answer{Text: "It is "}
	s.WaitForText("It is")
	s.Press("ctrl+n")
	s.WaitForNoText("It is")
	w.turn(s, "a quick question", "quick answer")
	s.WaitForText("quick answer", "1 answering elsewhere")
	slow.finish("done.")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "a slow question", "a quick question")
	s.Type("slow")
	s.Press("enter")
	s.WaitForText("It is done.", "a slow question")
}

func TestResumeWithPromptAndSystem(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.System = "Be brief."
	s, end := w.open(o, 80, 24)
	w.turn(s, "one", "first")
	s.WaitForText("first", "tok")
	end()

	o = w.options()
	o.Open, o.System, o.Prompt = Open{Continue: true}, "Be long.", "two"
	w.open(o, 80, 24)
	c := w.next()
	if want := "system: Be long.\nuser: one\nassistant: first\nuser: two"; c.texts() != want {
		t.Errorf("sent\n%s\nwant\n%s", c.texts(), want)
	}
	if c.req.ID == "" {
		t.Error("the request has no id")
	}
}

func TestPromptWaitsForThePick(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 80, 24)
	w.turn(s, "an old question", "an old answer")
	s.WaitForText("an old answer", "tok")
	end()

	o := w.options()
	o.Open, o.Prompt = Open{Pick: true}, "a new one"
	s, _ = w.open(o, 80, 24)
	s.WaitForText("Sessions", "an old question")
	s.Press("enter")
	if want := "user: an old question\nassistant: an old answer\nuser: a new one"; w.next().texts() != want {
		t.Error("the prompt did not go to the session that was picked")
	}
}

func TestInterruptedIsShown(t *testing.T) {
	w := newWorld(t)
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	id := session.NewID(w.clock())
	must(t, store.Create(ctx, session.Session{ID: id, Kind: session.KindChat, Title: "Cut short", Provider: "test", Model: "test/thinker"}))
	must(t, store.Append(ctx, session.Message{ID: "q", SessionID: id, Role: api.User, Parts: []api.Part{{Kind: api.TextPart, Text: "hello"}}}))
	must(t, store.Append(ctx, session.Message{
		ID: "a", SessionID: id, ParentID: "q", Role: api.Assistant, Model: "test/thinker", Provider: "test",
		Parts: []api.Part{{Kind: api.TextPart, Text: "Half of it"}}, Finish: api.FinishInterrupted,
	}))
	o := w.options()
	o.Open = Open{Continue: true}
	s, end := w.open(o, 80, 24)
	s.WaitForText("Cut short", "Half of it", "interrupted · /continue goes on · /retry asks again", "enter send")

	// The same session again, while the first has it: the second is told.
	o = w.options()
	o.Open = Open{Ref: id}
	second, _ := w.open(o, 80, 24)
	second.WaitForText("Open elsewhere")
	w.pass(typedAhead)
	second.Press("3")
	second.WaitForText("Half of it", "open in another aimlchat", "interrupted · /continue goes on")
	end()
	must(t, store.Close())
}

func TestNothingIsSavedSaysSo(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Store = func(context.Context, func(error)) (*session.Store, error) { return nil, errors.New("the disk is full") }
	s, _ := w.open(o, 80, 24)
	s.WaitForText("Nothing is saved: the disk is full", "nothing is saved")
	w.turn(s, "hi", "hello all the same")
	s.WaitForText("hello all the same")
}

// A database that can't be written for a while has everything in the end.
func TestSavingResumes(t *testing.T) {
	w := newWorld(t)
	store, err := w.options().Store(context.Background(), func(err error) { t.Error(err) })
	must(t, err)
	s, end := w.open(w.options(), 80, 24)
	lock, err := sql.Open("sqlite", filepath.Join(w.dir, "aimlchat.db"))
	must(t, err)
	must(t, exec(lock, "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"))
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "not saved", "the disk is full")
	must(t, exec(lock, "DROP TRIGGER full"))
	must(t, lock.Close())
	w.turn(s, "two", "second answer")
	s.WaitForText("second answer", "all is saved again")
	newest, err := store.Newest(context.Background(), session.KindChat)
	must(t, err)
	s.WaitFor(func(string) bool {
		path, err := store.Path(context.Background(), newest.ID)
		return err == nil && len(path) == 4 && path[3].Finish == api.FinishStop && path[1].Content() == "first answer"
	})
	end()
	must(t, store.Close())
}

func exec(db *sql.DB, query string) error {
	_, err := db.ExecContext(context.Background(), query)
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// How to ask again is told where asking again would do that.
func TestRetryHintGoes(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "hi")
	c.events <- &api.Error{Kind: api.ErrServer, Message: "no luck"}
	s.WaitForText("no luck", "asks again")
	w.turn(s, "and now?", "better")
	s.WaitForText("no luck", "better")
	s.WaitForNoText("asks again")
}

// Until the next attempt the time that is left runs down.
func TestTheWaitCountsDown(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 24)
	c := w.ask(s, "hello?")
	c.events <- api.Retry{Attempt: 2, After: 30 * time.Second, Err: &api.Error{Kind: api.ErrServer, Message: "the service is busy"}}
	s.WaitForText("attempt 2 in 30 s: the service is busy")
	w.pass(7 * time.Second)
	s.WaitForText("attempt 2 in 23 s: the service is busy")
	w.pass(30 * time.Second)
	s.WaitForText("attempt 2: the service is busy")
	c.finish("at last")
	s.WaitForText("at last")
}
