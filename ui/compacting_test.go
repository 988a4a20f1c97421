package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/uitest"
)

// talked is a conversation of n turns: "ask 1", "reply 1", …
func talked(t *testing.T, n, width, height int) (*world, *uitest.Screen, func()) {
	t.Helper()
	w := newWorld(t)
	s, end := w.open(w.options(), width, height)
	for i := range n {
		w.counted(s, fmt.Sprint("ask ", i+1), fmt.Sprint("reply ", i+1), int64(10_000*(i+1)))
	}
	return w, s, end
}

// counted has a turn, of which the service says that it took so many tokens.
func (w *world) counted(s *uitest.Screen, prompt, answer string, tokens int64) {
	w.t.Helper()
	c := w.ask(s, prompt)
	c.events <- api.Answer{Text: answer}
	c.events <- api.Metered{Usage: api.Usage{Completion: new(int64(9)), Total: &tokens}, Cost: api.Cost{USD: new(0.01), Source: api.Billed}}
	c.events <- api.Finish{Reason: api.FinishStop}
	close(c.events)
	s.WaitForText(answer, "tok")
	s.WaitForNoText("esc stop")
	w.pass(time.Minute)
}

// sumUp answers the request for a digest.
func (w *world) sumUp(text string) string {
	w.t.Helper()
	c := w.next()
	c.events <- api.Answer{Text: text}
	c.events <- api.Metered{Usage: api.Usage{Completion: new(int64(44))}, Cost: api.Cost{USD: new(0.002), Source: api.Estimated}}
	c.events <- api.Finish{Reason: api.FinishStop}
	close(c.events)
	w.pass(time.Minute)
	return c.texts()
}

func TestCompact(t *testing.T) {
	w, s, end := talked(t, 4, 80, 50)
	b := newBoard()
	s.WaitForText("40k/128k", "$0.04")
	s.Type("/compact\n")
	s.WaitForText("What is sent", "keep the last 3 turns", "2 messages before that")
	s.Press("left")
	s.WaitForText("keep the last 2 turns", "4 messages before that")
	s.Press("enter")
	asked := w.sumUp("- they counted to two")
	for _, want := range []string{"Summarise", "ask 1", "reply 2"} {
		if !strings.Contains(asked, want) {
			t.Errorf("the request for a digest has no %q:\n%s", want, asked)
		}
	}
	if strings.Contains(asked, "ask 3") {
		t.Errorf("what is kept was summed up:\n%s", asked)
	}
	s.WaitForText("4 earlier messages are sent as a summary · enter shows it", "ask 1", "reply 4", "≈ $0.042")
	s.WaitForNoText("40k/128k")

	c := w.ask(s, "ask 5")
	want := "user: Summary of the conversation so far:\n\n- they counted to two\n" +
		"user: ask 3\nassistant: reply 3\nuser: ask 4\nassistant: reply 4\nuser: ask 5"
	if got := c.texts(); got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
	c.finish("reply 5")
	s.WaitForText("reply 5")
	s.WaitForNoText("esc stop")
	end()

	o := w.options()
	o.Open, o.Clipboard = Open{Continue: true}, b
	s, _ = w.open(o, 80, 50)
	s.WaitForText("4 earlier messages are sent as a summary", "ask 1", "reply 5", "≈ $0.042")
	s.Press("tab", "k", "k", "k", "k", "k", "k", "enter")
	s.WaitForText("enter hides it", "- they counted to two", "test/thinker · 44 tok · ≈ $0.002")
	s.Press("y")
	if got := b.took(t); got != "- they counted to two" {
		t.Errorf("copied %q", got)
	}
	s.Press("e") // it is no message
	s.WaitForText("select a message first")
	s.Press("i")
	s.Type("/compact\n")
	s.WaitForText("send everything again")
	s.Press("down", "down", "enter")
	s.WaitForNoText("earlier messages")
	w.pass(time.Minute)
	if got := w.ask(s, "ask 6").texts(); !strings.HasPrefix(got, "user: ask 1\n") || strings.Contains(got, "Summary") {
		t.Errorf("after all sent\n%s", got)
	}
}

func TestCompactLeavesOut(t *testing.T) {
	w, s, _ := talked(t, 3, 80, 40)
	s.Type("/compact\n")
	s.WaitForText("What is sent")
	s.Press("1", "down", "enter")
	s.WaitForText("4 earlier messages are not sent")
	if got := w.ask(s, "ask 4").texts(); got != "user: ask 3\nassistant: reply 3\nuser: ask 4" {
		t.Errorf("sent\n%s", got)
	}
}

// A branch that leaves the path above the mark is sent whole; back on the path it
// is as it was.
func TestCompactHoldsOnItsPath(t *testing.T) {
	w, s, _ := talked(t, 3, 80, 40)
	s.Type("/compact\n")
	s.WaitForText("What is sent")
	s.Press("1", "down", "enter")
	s.WaitForText("4 earlier messages are not sent")
	s.Press("tab", "{", "{", "e") // ask 2
	s.WaitForText("│ ask 2")
	s.Type("!\n")
	c := w.next()
	if got := c.texts(); got != "user: ask 1\nassistant: reply 1\nuser: ask 2!" {
		t.Errorf("on another branch sent\n%s", got)
	}
	c.finish("reply!")
	s.WaitForText("reply!", "‹2/2›")
	s.WaitForNoText("not sent")
	s.WaitForNoText("esc stop")
	s.Press("tab", "k", "[")
	s.WaitForText("4 earlier messages are not sent", "reply 3")
}

func TestCompactStops(t *testing.T) {
	w, s, _ := talked(t, 3, 80, 40)
	s.Type("/compact\n")
	s.WaitForText("What is sent")
	s.Press("enter")
	w.next()
	s.WaitForText("summing up 2 messages", "esc stops it")
	s.Type("ask 4\n")
	s.WaitForText("1 queued")
	s.Press("esc")
	s.WaitForText("stopped: nothing is summed up", "1 queued")
	s.Press("enter")
	if got := w.next().texts(); !strings.HasPrefix(got, "user: ask 1\n") || !strings.HasSuffix(got, "user: ask 4") {
		t.Errorf("sent\n%s", got)
	}
}

func TestCompactFails(t *testing.T) {
	w, s, _ := talked(t, 2, 80, 40)
	s.Type("/compact\n")
	s.WaitForText("What is sent")
	s.Press("enter")
	c := w.next()
	c.events <- api.Metered{Usage: api.Usage{Completion: new(int64(44))}, Cost: api.Cost{USD: new(0.5), Source: api.Billed}}
	c.events <- &api.Error{Kind: api.ErrServer, Message: "it broke", Hint: "try later"}
	s.WaitForText("There is no summary: it broke · try later")
	s.Type("/cost\n")
	s.WaitForText("$0.52, as billed") // also what nothing came of
	s.Press("esc")
	if got := w.ask(s, "ask 3").texts(); !strings.HasPrefix(got, "user: ask 1\n") {
		t.Errorf("sent\n%s", got)
	}
}

// narrow has the model read no more than n tokens.
func narrow(o Options, n int) Options {
	o.Models = func(context.Context, string, Asking) ([]dialog.Choice, error) {
		return []dialog.Choice{{Provider: "test", Model: api.Model{ID: "test/thinker", Context: n}}}, nil
	}
	return o
}

func TestCompactIsOfferedOnce(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(narrow(w.options(), 10_000), 80, 40)
	w.counted(s, "ask 1", "reply 1", 5_000)
	w.counted(s, "ask 2", "reply 2", 9_300)
	s.WaitForText("93 % of what test/thinker reads is taken; /compact makes room")
	s.Type("ask 3\ny\n") // what is typed ahead chooses nothing
	s.WaitForText("This conversation is long", "send it all, as until now")
	s.Golden(t)
	w.pass(time.Second)
	s.Press("esc")
	s.WaitForText("not sent: choose what to send")
	s.Press("enter")
	if got := w.next().texts(); !strings.HasPrefix(got, "user: ask 1\n") {
		t.Errorf("sent\n%s", got)
	}
}

// What is attached counts; who said no is not asked again in that session, also
// when it comes back to the screen.
func TestCompactIsOfferedForWhatIsAttached(t *testing.T) {
	w := newWorld(t)
	o := narrow(w.options(), 10_000)
	o.Attach = func(context.Context, string) (api.File, error) {
		return api.File{Name: "long.txt", MIME: "text/plain", Size: 24_000, Data: []byte(strings.Repeat("words ", 4_000))}, nil
	}
	s, _ := w.open(o, 80, 40)
	w.counted(s, "ask 1", "reply 1", 2_000)
	w.counted(s, "ask 2", "reply 2", 4_900)
	s.Type("/attach long.txt\n")
	s.WaitForText("▪ long.txt", "≈ 11k tok of 10k")
	s.Type("ask 3\n")
	s.WaitForText("This conversation is long", "about 11k tokens are sent; test/thinker reads only")
	w.pass(time.Second)
	s.Press("esc")
	s.WaitForText("not sent: choose what to send")
	s.Press("enter")
	c := w.next()
	c.events <- &api.Error{Kind: api.ErrInvalid, Message: "prompt is too long"}
	s.WaitForText("prompt is too long", "enter or /retry asks again · /compact makes room")
	s.Press("enter")
	w.next().finish("reply 3")
	s.WaitForText("reply 3", "enter send")
	s.Press("ctrl+n")
	s.WaitForNoText("reply 3")
	s.Press("ctrl+r")
	s.WaitForText("Sessions", "ask 1")
	s.Press("enter")
	s.WaitForText("reply 3")
	s.Paste(strings.Repeat("more ", 8_000))
	s.Press("enter")
	if got := w.next().texts(); !strings.HasPrefix(got, "user: ask 1\n") {
		t.Errorf("sent\n%.200s", got)
	}
}

func TestCompactMakesRoomForWhatWaits(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(narrow(w.options(), 10_000), 80, 40)
	w.counted(s, "ask 1", "reply 1", 5_000)
	w.counted(s, "ask 2", "reply 2", 9_300)
	s.Type("ask 3\n")
	s.WaitForText("This conversation is long")
	w.pass(time.Second)
	s.Press("down", "enter")
	w.sumUp("short")
	c := w.next()
	if got := c.texts(); !strings.Contains(got, "so far:\n\nshort\nuser: ask 2\nassistant: reply 2\nuser: ask 3") || strings.Contains(got, "ask 1") {
		t.Errorf("sent\n%s", got)
	}
	c.finish("reply 3")
	s.WaitForText("2 earlier messages are sent as a summary", "reply 3")
}

// Where the model reads less than there is to sum up, it is asked piece by piece.
func TestDigestInPieces(t *testing.T) {
	w := newWorld(t)
	writer := &digestWriter{model: "m", provider: "test", now: w.clock, window: 1000, backend: func() (api.Backend, error) { return w.backend, nil }}
	var said []api.Message
	for i := range 4 {
		said = append(said, api.Text(api.User, fmt.Sprintf("part %d ", i)+strings.Repeat("word ", 350)))
	}
	type result struct {
		d   session.Digest
		err error
	}
	done := make(chan result)
	go func() {
		d, err := writer.write(t.Context(), said)
		done <- result{d, err}
	}()
	for i := range 4 {
		asked := w.sumUp(fmt.Sprint("sum ", i))
		if !strings.Contains(asked, fmt.Sprintf("part %d", i)) || i > 0 && !strings.Contains(asked, fmt.Sprintf("sum %d", i-1)) {
			t.Errorf("piece %d is\n%s", i, asked)
		}
	}
	r := <-done
	if r.err != nil || r.d.Text != "sum 3" || *r.d.Usage.Completion != 4*44 || *r.d.Cost.USD < 0.0079 || r.d.Cost.Source != api.Estimated {
		t.Errorf("%+v, %v", r.d, r.err)
	}
}

func TestCompactScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprint(size[0]), func(t *testing.T) {
			w, s, _ := talked(t, 2, size[0], size[1])
			s.Type("/compact\n")
			s.WaitForText("summary of what is older")
			s.Press("enter")
			w.sumUp("They counted, and agreed that two follows one.")
			s.WaitForText("as a summary", "the next message takes")
			s.Golden(t)
		})
	}
}

// The gauge turns amber over 70 %, red over 90.
func TestGaugeWarns(t *testing.T) {
	m := New(t.Context(), nil, newWorld(t).options())
	m.choices = []dialog.Choice{{Provider: "test", Model: api.Model{ID: "test/thinker", Context: 1000}}}
	for used, style := range map[int64]lipgloss.Style{700: m.chrome.muted, 701: m.chrome.warning, 900: m.chrome.warning, 901: m.chrome.err, 2000: m.chrome.err} {
		m.conv.taken = used
		want, _, _ := strings.Cut(style.Render("x"), "x")
		if got := m.viewGauge(); !strings.HasPrefix(got, want) {
			t.Errorf("%d of 1000: %q", used, got)
		}
	}
}
