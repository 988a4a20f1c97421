package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/dialog"
)

// A tool's result is shown, goes with the next message, and not when it was taken
// away.
func TestTool(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	asked := make(chan string, 4)
	o.Tool = func(_ context.Context, provider, line string) (ToolResult, error) {
		asked <- provider + " " + line
		usd := 0.25
		return ToolResult{
			Name: "tool:scraper", Action: "scrape", Text: strings.Repeat("a line\n", 40), Notices: []string{"a note"}, Cost: api.Cost{USD: &usd},
			File: api.File{Name: "result.txt", MIME: "text/plain", Size: 6, SHA256: "x", Data: []byte("a line")},
		}, nil
	}
	s, _ := w.open(o, 90, 40)
	s.Type("/tool scraper scrape {\"url\":\"x\"}")
	s.Press("enter")
	s.WaitForText("a note", "tool:scraper · scrape · $0.25", "… and 20 more lines", "▪ result.txt")
	if line := <-asked; line != `test scraper scrape {"url":"x"}` {
		t.Errorf("asked was %q", line)
	}
	s.Type("and?")
	s.Press("enter")
	c := w.next()
	if last := c.req.Messages[len(c.req.Messages)-1]; len(filesOf(last.Parts)) != 1 || last.Content() != "and?" {
		t.Errorf("sent was %v", last)
	}
}

// A tool and its action are completed as far as somebody lists them.
func TestToolIsCompleted(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Tool = func(context.Context, string, string) (ToolResult, error) { return ToolResult{}, nil }
	o.Tools = func(_ context.Context, provider, before string) ([]string, error) {
		switch before {
		case "":
			return []string{provider + "/scraper", provider + "/silent", "other/x"}, nil
		case "test/scraper":
			return []string{"scrape", "screenshot"}, nil
		}
		return nil, errors.New("nobody says what it does")
	}
	s, _ := w.open(o, 90, 30)
	s.Type("/tool t")
	s.WaitForText("tab test/scraper  test/silent")
	s.Press("tab")
	s.WaitForText("/tool test/s")
	s.Type("c")
	s.Press("tab")
	s.WaitForText("/tool test/scraper")
	s.Type(" screens")
	s.Press("tab")
	s.WaitForText("/tool test/scraper screenshot")
	s.Type(" {")
	s.Press("tab")
	s.WaitForText("/tool ID ACTION {JSON}")
	s.Press("ctrl+u")
	s.Type("/tool test/silent ")
	s.Press("tab")
	s.WaitForText("nobody says what it does")
}

func TestToolText(t *testing.T) {
	for text, want := range map[string]string{
		"two\nlines\n": "two\nlines", "```json\n{\n  \"a\": 1\n}\n```": "{\n  \"a\": 1\n}", "see\n```json\n{}\n```": "see\n```json\n{}\n```",
	} {
		if got := toolText(ToolResult{Name: "tool:x", Action: "y", Text: text}); got != "tool:x · y\n"+want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}

func TestToolStops(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Tool = func(ctx context.Context, _, _ string) (ToolResult, error) {
		<-ctx.Done()
		return ToolResult{Notices: []string{"the run goes on"}}, api.AsError(ctx.Err())
	}
	s, _ := w.open(o, 90, 30)
	s.Type("/tool scraper scrape")
	s.Press("enter")
	s.WaitForText("scraper runs …", "esc stop")
	s.Press("esc")
	s.WaitForText("the run goes on", "The tool returned nothing")
}

// The picker asks for more where little fits, and forgets what is no longer typed.
func TestModelsAreSearched(t *testing.T) {
	w := newWorld(t)
	o := w.options()
	o.Search = func(ctx context.Context, words string) ([]dialog.Choice, error) {
		if words != "scribe" {
			<-ctx.Done()
			return []dialog.Choice{{Provider: "test", Model: api.Model{ID: "agent:scribe-stale"}}}, ctx.Err()
		}
		return []dialog.Choice{{Provider: "test", Model: api.Model{ID: "agent:scribe", Name: "Scribe", Capabilities: []string{"agent"}}}}, nil
	}
	s, _ := w.open(o, 110, 30)
	s.Press("ctrl+o")
	s.WaitForText("test/quick")
	s.Type("scr")
	s.WaitForText("scr")
	s.Type("ibe")
	s.WaitForText("agent:scribe", "Scribe", "agent")
	if text := s.Text(); strings.Contains(text, "stale") {
		t.Errorf("what is no longer wanted is shown:\n%s", text)
	}
	s.Press("enter")
	s.WaitForText("the next message goes to agent:scribe")
}
