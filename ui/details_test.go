package ui

import (
	"context"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestDetails(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 80, 40)
	c := w.ask(s, "one")
	c.events <- api.Start{Model: "test/thinker-2", InferenceID: "inf-7", Protocol: api.Responses}
	c.finish("first answer")
	s.WaitForText("first answer")
	w.turn(s, "two", "second answer")
	s.WaitFor(func(text string) bool { // to its end: esc would stop it
		_, after, _ := strings.Cut(text, "second answer")
		return strings.Contains(after, " tok")
	})
	s.Press("esc", "k", "k")
	s.Press("v")
	s.WaitForText("test/thinker-2", "inf-7", "/responses", c.req.ID)
	s.Press("esc", "k", "v")
	s.WaitForText("Message", "sent")
	s.WaitForNoText("inf-7")
}

func TestLinks(t *testing.T) {
	w := newWorld(t)
	opened := make(chan string, 1)
	o := w.options()
	o.OpenURL = func(url string) error { opened <- url; return nil }
	s, _ := w.open(o, 80, 24)
	c := w.ask(s, "one")
	c.events <- api.Cited{Citation: api.Citation{Title: "Bloom dates", URL: "https://example.org/bloom"}}
	c.finish("See [the list](https://example.com/list).")
	s.WaitForText("See the list", "Bloom dates", " tok") // to its end: esc would stop it
	s.Press("esc", "o")
	s.WaitForText("Links", "[1] Bloom dates", "https://example.org/bloom")
	s.Press("down")
	s.WaitForText("https://example.com/list")
	s.Press("enter")
	if url := <-opened; url != "https://example.com/list" {
		t.Errorf("opened %s", url)
	}
	s.WaitForText("opening https://example.com/list")
}

func TestDoctor(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Doctor = func(context.Context) []Check {
		return []Check{{Name: "database", State: "ok", Text: "opens"}, {Name: "key", State: "failure", Text: "none", Hint: "set one"}}
	}
	s, _ := w.open(o, 80, 24)
	s.Type("/doctor")
	s.Press("enter")
	s.WaitForText("database", "opens", "✗ none", "set one")
	s.Press("esc")
	s.WaitForText("Ask anything")
}

func TestWishes(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.options(), 100, 24)
	s.Type("/effort high")
	s.Press("enter")
	s.WaitForText("thinking: high effort", "· high effort")
	s.Type("/web")
	s.Press("enter")
	s.WaitForText("· high effort, web")
	c := w.ask(s, "hi")
	if c.req.Effort != api.HighEffort || !c.req.Web || c.req.ThinkingBudget != 0 {
		t.Errorf("sent %q, %v, %d", c.req.Effort, c.req.Web, c.req.ThinkingBudget)
	}
	c.finish("hello")
	s.WaitForText("hello")
	s.Type("/effort 4,096")
	s.Press("enter")
	s.WaitForText("up to 4.1k tokens")
	s.Type("/effort much")
	s.Press("enter")
	s.WaitForText(`not "much"`)
	s.Type("/web off")
	s.Press("enter")
	s.WaitForText("no web search")
	if c := w.ask(s, "hi"); c.req.Effort != "" || c.req.Web || c.req.ThinkingBudget != 4096 {
		t.Errorf("sent %q, %v, %d", c.req.Effort, c.req.Web, c.req.ThinkingBudget)
	}
}
