package ui

import (
	"context"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// answer is what a provider says that it offers.
type answer struct {
	ids []string
	err error
}

// market is a world of providers whose answers a test gives. Each asked provider
// takes note of how.
func (w *world) market(names ...string) (o Options, answers map[string]chan answer, asked chan string) {
	o = w.options()
	o.Providers = append([]string{"test"}, names...)
	answers, asked = map[string]chan answer{}, make(chan string, 32)
	for _, name := range names {
		answers[name] = make(chan answer)
	}
	known := o.Models
	o.Models = func(ctx context.Context, provider string, how Asking) ([]dialog.Choice, error) {
		if answers[provider] == nil || how == Nobody {
			if provider != "test" {
				return nil, nil
			}
			return known(ctx, provider, how)
		}
		asked <- provider + map[Asking]string{Quietly: " quietly", AtOnce: " at once"}[how]
		var choices []dialog.Choice
		select {
		case a := <-answers[provider]:
			for _, id := range a.ids {
				choices = append(choices, dialog.Choice{Provider: provider, Model: api.Model{ID: id}})
			}
			return choices, a.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return o, answers, asked
}

// Who is slow, and who fails, is told in a row of its own, and keeps nobody from
// the others.
func TestPickerOfManyProviders(t *testing.T) {
	w := newWorld(t)
	o, answers, asked := w.market("slow", "broken")
	s, _ := w.open(o, 100, 30)
	for range 2 {
		<-asked
	}
	s.Press("ctrl+o")
	s.WaitForText("asking broken …")
	answers["broken"] <- answer{err: &api.Error{Kind: api.ErrConnect, Message: "connection refused"}}
	s.WaitForText("test · Test", "test/quick", "asking slow …", "broken failed", "connection refused")
	s.Press("esc")
	s.WaitForNoText("broken failed")
	s.Press("ctrl+o") // those that failed are asked anew
	if again := <-asked; again != "broken quietly" {
		t.Errorf("asked was %s", again)
	}
	answers["broken"] <- answer{err: &api.Error{Kind: api.ErrConnect, Message: "still refused"}}
	s.WaitForText("still refused")
	s.Type("broken")
	s.WaitForText("enter asks broken again")
	s.Press("enter")
	if again := <-asked; again != "broken at once" {
		t.Errorf("asked was %s", again)
	}
	answers["broken"] <- answer{ids: []string{"mended-1"}}
	s.WaitForText("mended-1")
	s.WaitForNoText("broken failed")
	answers["slow"] <- answer{ids: []string{"patient-1"}}
	s.WaitForNoText("refreshing…")
	for range "broken" {
		s.Press("backspace")
	}
	s.WaitForText("patient-1", "mended-1")
	s.Type("patient")
	s.Press("enter")
	s.WaitForText("the next message goes to slow · patient-1")
}

// Whoever would have to ask the person something first waits until the person
// wants that.
func TestProviderIsAskedForItsModels(t *testing.T) {
	w := newWorld(t)
	o, answers, asked := w.market("vault")
	s, _ := w.open(o, 100, 30)
	<-asked
	s.Press("ctrl+o")
	s.WaitForText("asking vault …")
	answers["vault"] <- answer{err: Unasked("its key wants a passphrase")}
	s.WaitForText("ask vault for its models")
	s.Press("esc")
	s.WaitForNoText("ask vault")
	s.Press("ctrl+o")
	<-asked
	s.WaitForText("vault", "ask vault for its models", "its key wants a passphrase")
	answers["vault"] <- answer{err: Unasked("its key wants a passphrase")}
	s.Type("vault")
	s.WaitForText("enter asks vault")
	s.Press("enter")
	if how := <-asked; how != "vault at once" {
		t.Errorf("asked was %s", how)
	}
	s.WaitForText("asking vault …")
	answers["vault"] <- answer{ids: []string{"gold-1"}}
	s.WaitForText("gold-1")
	s.Press("enter")
	s.WaitForText("the next message goes to vault · gold-1")
}

// The same id at two providers is two models, also among those used lately.
func TestRecentModelsHaveProviders(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.two(), 100, 30)
	s.WaitForText("4 models")
	for _, model := range []string{"groq/test/quick", "test/test/thinker"} {
		s.Type("/model " + model)
		s.Press("enter")
		s.WaitForText("the next message goes to")
	}
	s.Press("ctrl+o")
	s.WaitForText("Recent")
	list, rest, _ := strings.Cut(s.Text(), "test · Test")
	if !strings.Contains(list, "test/quick     groq") || strings.Count(list, "test/quick") != 1 || strings.Count(rest, "test/quick") != 1 {
		t.Errorf("the picker is\n%s", s.Text())
	}
}

// A session whose provider is gone from the config opens, says so, and another
// model can be chosen.
func TestProviderIsGone(t *testing.T) {
	w := newWorld(t)
	o := w.two()
	o.Provider, o.Model = "groq", "llama-3.3-70b"
	s, end := w.open(o, 100, 30)
	w.turn(s, "one", "first answer")
	s.WaitForText("first answer", "tok")
	end()

	o = w.options()
	o.Known = func(provider string) bool { return provider == "test" }
	o.Open = Open{Continue: true}
	s, _ = w.open(o, 100, 30)
	s.WaitForText("first answer", "There is no provider groq any more", "test · test/thinker")
	s.Type("/model test/quick")
	s.Press("enter")
	s.WaitForText("the next message goes to")
	c := w.ask(s, "two")
	if c.req.Model != "test/quick" || c.texts() != "user: one\nassistant: first answer\nuser: two" {
		t.Errorf("%s was asked\n%s", c.req.Model, c.texts())
	}
	c.finish("second answer")
	s.WaitForText("second answer")
	kept, err := w.stored(t).Newest(t.Context(), session.KindChat)
	if err != nil || kept.Provider != "test" || kept.Model != "test/quick" {
		t.Errorf("kept is %+v, %v", kept, err)
	}
}
