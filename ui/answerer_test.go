package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// two is a world with a second provider, which has a model of an id that the
// first one has too.
func (w *world) two() Options {
	o := w.options()
	o.Backend = func(string) (api.Backend, error) { return w.backend, nil }
	o.Providers = []string{"test", "groq"}
	o.Models = func(_ context.Context, provider string, _ Asking) ([]dialog.Choice, error) {
		if provider == "groq" {
			return []dialog.Choice{{Provider: provider, Model: api.Model{ID: "llama-3.3-70b"}}, {Provider: provider, Model: api.Model{ID: "test/quick"}}}, nil
		}
		return []dialog.Choice{
			{Provider: provider, Model: api.Model{ID: "test/thinker", Developer: "Test"}}, {Provider: provider, Model: api.Model{ID: "test/quick", Developer: "Test"}},
		}, nil
	}
	return o
}

func TestSwitchProviderAndBack(t *testing.T) {
	for _, width := range []int{80, 120} {
		t.Run(fmt.Sprintf("%dx40", width), func(t *testing.T) {
			w := newWorld(t)
			s, end := w.open(w.two(), width, 40)
			s.WaitForText("4 models")
			w.turn(s, "one", "first answer")
			s.WaitForText("first answer", "tok")
			s.WaitForNoText("test · test/thinker")

			s.Type("/model groq/llama")
			s.Press("enter")
			s.WaitForText("switched to groq · llama-3.3-70b")
			c := w.ask(s, "two")
			if want := "user: one\nassistant: first answer\nuser: two"; c.texts() != want || c.req.Model != "llama-3.3-70b" {
				t.Errorf("%s got\n%s\nwant\n%s", c.req.Model, c.texts(), want)
			}
			c.finish("second answer")
			s.WaitFor(func(text string) bool { return strings.Count(text, " tok") == 3 })
			s.WaitForText("test · test/thinker", "groq · llama-3.3-70b")

			s.Type("/model test/test/thinker")
			s.Press("enter")
			s.WaitForText("switched to test · test/thinker")
			w.turn(s, "three", "third answer")
			s.WaitForText("third answer")
			s.WaitForNoText("esc stop")
			s.WaitFor(func(text string) bool { return strings.Count(text, "12 tok") == 3 })
			s.Golden(t)
			live := s.Text()
			end()

			o := w.two()
			o.Open = Open{Continue: true}
			again, _ := w.open(o, width, 40)
			again.WaitForText("third answer")
			if got := again.Text(); got != live {
				t.Errorf("reopened it looks different:\n%s\nbefore:\n%s", got, live)
			}
		})
	}
}

// A model that two providers have is no model that was named.
func TestModelOfTwoProviders(t *testing.T) {
	w := newWorld(t)
	o := w.two()
	o.Model = "test/thinker"
	s, _ := w.open(o, 100, 30)
	s.WaitForText("4 models")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("2/4") // the picker asks which
	s.Press("esc")
	s.Type("/model groq/test/quick")
	s.Press("enter")
	s.WaitForText("the next message goes to groq · test/quick")
}
