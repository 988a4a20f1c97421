package ui

import (
	"context"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// A newcomer without a key is offered the servers of this machine when they have
// answered; the chat is there before, and stays usable when they never do.
func TestServersOfThisMachineAreOffered(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Check = func(context.Context, string) error {
		return &api.Error{Kind: api.ErrAuth, Message: "there is no key for test", Hint: "set one"}
	}
	answers := make(chan []Nearby)
	o.Nearby = func(ctx context.Context) []Nearby {
		select {
		case found := <-answers:
			return found
		case <-ctx.Done():
			return nil
		}
	}
	o.Backend = func(string) (api.Backend, error) { return w.backend, nil }
	s, _ := w.open(o, 100, 30)
	s.WaitForText("there is no key for test", "Ask anything")
	s.Type("half a thought")
	s.WaitForText("half a thought")
	answers <- []Nearby{{Title: "Ollama", Provider: "ollama", Choices: []dialog.Choice{{Provider: "ollama", Model: api.Model{ID: "qwen3:8b"}}}}}
	s.WaitForText("Ollama answers on this machine, without a key: qwen3:8b, see ctrl+o", "half a thought")
	s.Press("ctrl+u")
	s.Type("/model ollama/qwen3:8b")
	s.Press("enter")
	s.WaitForText("the next message goes to ollama · qwen3:8b")
	if c := w.ask(s, "hello"); c.req.Model != "qwen3:8b" {
		t.Errorf("asked was %s", c.req.Model)
	}
}

// With a key nobody looks around.
func TestNobodyLooksAroundWithAKey(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Check = func(context.Context, string) error { return nil }
	o.Nearby = func(context.Context) []Nearby { t.Error("somebody looked around"); return nil }
	s, _ := w.open(o, 100, 30)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer")
}
