package ui

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/clipboard"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/uitest"
	"github.com/charmbracelet/x/ansi"
)

// assaults are texts that a hostile model could send, of our own: what turns
// into a control character late, or hides in what is not text.
var assaults = []string{
	"SAFE &#27;]0;pwned&#7; &#x1b;[31m &#155;2J &#x9b;31m &#x202e;evil&#8297; END",
	"SAFE [label](https://a.example/\u009b31m) [x](https://a.example/&#x9b;31m) [y](<https://a.example/\x1b[31m>) END",
	"SAFE\n\n```\x1b[31mgo\u009b2J\nx := \"\x1b]0;t\x07\"\n```\n\n    \x1b[2Jindented\n\nEND",
	"SAFE `&#27;[31m` `\u009b31m` **\x1b[8mstrong** *\u202eem* ~~\x07~~ END",
	"SAFE [https://good.example/login](https://evil.example/x) [good.example](https://evil.example) <https://evil.example/\u202e> END",
	"SAFE ![\x1b[31m](https://a.example/\x1b.png) <a href=\"\x1b]8;;x\x07\">&#27;</a> [^1]\n\n[^1]: \x1b[31mnote END",
	"SAFE\n\n| \x1b[2J | &#27;[2J |\n|--|--|\n|\u009b2J| x\x9by |\n\n> \x1b[31mquote\n\n- \x1b]52;c;eA==\x07item\n\nEND",
	"SAFE $\x1b[31m_x$ \\(\\text{\u009b31m}\\) $$\\alpha \x1b]0;t\x07$$ END",
	"SAFE \u2028\u2029 \x00 \x7f \x80\x9b\x9d0;t\x9c \xc2 END",
	"SAFE [a][ref] END\n\n[ref]: https://a.example/\x1b]0;t\x07 \"\x1b[31mtitle\"",
	"# \x1b[31mSAFE\n\n1. \x1b[1A\x1b[2K one END",
}

// harmless are texts of the same kinds, for what the program itself sends.
var harmless = []string{
	"SAFE [label](https://a.example/x) `code` **strong** *em* ~~gone~~ <https://a.example/y> END",
	"SAFE\n\n```go\nx := \"t\"\n```\n\n| a | b |\n|--|--|\n|c| x |\n\n> quote\n\n- item\n\nEND 日本語 👍🏽",
	"# SAFE\n\n[https://good.example/login](https://evil.example/x) $x_1$ END",
}

// recordedAttacks are those that others have collected, where they are at hand.
func recordedAttacks(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "terminal-attacks.json"))
	if err != nil {
		t.Log("no ../shared/data: only our own")
		return nil
	}
	var list []struct {
		Text []byte `json:"text_base64"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, a := range list {
		texts = append(texts, string(a.Text))
	}
	return texts
}

// someOf is every eighth of the texts unless there is time: packages markdown,
// transcript and dialog draw them all, and here each is shown in all places.
func someOf(texts []string) []string {
	if os.Getenv("AIMLCHAT_LONG") != "" {
		return texts
	}
	var some []string
	for i := 0; i < len(texts); i += 8 {
		some = append(some, texts[i])
	}
	return some
}

// wire keeps what a program writes to its terminal.
type wire struct {
	to  io.Writer
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.all.Write(p)
	w.mu.Unlock()
	return w.to.Write(p)
}

func (w *wire) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.all.Reset()
	return w.all.String()
}

// Whatever a model, a service, a file or a session says, and wherever it is
// shown, the terminal gets no control but those that harmless texts bring too.
func TestAttacksReachNoTerminal(t *testing.T) { bubble(t, attackTerminal) }

func attackTerminal(t *testing.T) {
	// What a renderer chooses among to get to a cell and to make room. An escape
	// that slips through brings more than these: most of the texts are others.
	known := map[string]bool{}
	for _, final := range "ABCDEFGHIZJKLMPSTX@bd" {
		known["\x1b["+string(final)] = true
	}
	for _, seq := range controls(t, assault(t, harmless)) {
		known[seq] = true
	}
	sent := assault(t, append(someOf(recordedAttacks(t)), assaults...))
	for _, seq := range controls(t, sent) {
		if !known[seq] {
			t.Errorf("the terminal got %q", seq)
		}
	}
}

// controls returns the kinds of control sequences in what a terminal got, and
// fails for what is text and must not be.
func controls(t *testing.T, sent string) []string {
	t.Helper()
	var kinds []string
	seen := map[string]bool{}
	for state := byte(0); sent != ""; {
		seq, _, n, next := ansi.DecodeSequence(sent, state, nil)
		sent, state = sent[n:], next
		if seq == "" || seen[seq] {
			continue
		}
		seen[seq] = true
		if seq[0] >= ' ' && seq[0] != 0x7f {
			for _, r := range seq {
				if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xe0000 && r <= 0xe007f {
					t.Errorf("the terminal got %q as text", seq)
				}
			}
			continue
		}
		kinds = append(kinds, kindOf(t, seq))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// kindOf is a control sequence without what may differ from text to text: rows,
// columns, addresses.
func kindOf(t *testing.T, seq string) string {
	t.Helper()
	switch {
	case strings.HasPrefix(seq, "\x1b]52;"):
		_, text, _ := strings.Cut(strings.TrimRight(strings.TrimSuffix(seq, "\x1b\\"), "\x07"), "c;")
		copied, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Errorf("to the clipboard went %q", seq)
		}
		for _, r := range string(copied) {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Errorf("to the clipboard went %q", copied)
			}
		}
		return "copy"
	case strings.HasPrefix(seq, "\x1b]8;"):
		_, url, _ := strings.Cut(seq[len("\x1b]8;"):], ";")
		url = strings.TrimRight(strings.TrimSuffix(url, "\x1b\\"), "\x07")
		for _, r := range url {
			if r <= ' ' || r >= 0x7f {
				t.Errorf("a link leads to %q", url)
			}
		}
		scheme, _, _ := strings.Cut(url, ":")
		return "link " + scheme
	case strings.HasPrefix(seq, "\x1b]0;"), strings.HasPrefix(seq, "\x1b]2;"):
		return "title"
	case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
		for _, colour := range []string{"38;2;", "48;2;", "58;2;"} {
			if i := strings.Index(seq, colour); i >= 0 {
				return "colour"
			}
		}
		return seq
	case strings.HasPrefix(seq, "\x1b[") && !strings.HasPrefix(seq, "\x1b[?"):
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) || r == ';' {
				return -1
			}
			return r
		}, seq)
	}
	return seq
}

// assault shows texts in every place there is, and returns what the terminal
// got.
func assault(t *testing.T, texts []string) string {
	w := newWorld(t)
	all := strings.Join(texts, " ")
	o := w.options()
	o.Links, o.Mouse, o.History, o.Notices = true, true, texts, texts
	o.Clipboard = clipboard.New(clipboard.Options{})
	o.Attach = func(_ context.Context, path string) (api.File, error) {
		if path != "x" {
			return api.File{}, errors.New(all)
		}
		return api.File{Name: all, MIME: all, Size: 3, Data: []byte("abc")}, nil
	}
	o.Paths = func(string) []string { return texts }
	o.Balance = func(context.Context, string) (api.Balance, error) { return api.Balance{}, errors.New(all) }
	o.Doctor = func(context.Context) []Check { return []Check{{Name: all, State: "failure", Text: all, Hint: all}} }
	o.OpenURL = func(string) error { return errors.New(all) }
	o.Write = func(context.Context, string, string) (string, error) { return all, nil }
	o.Models = func(context.Context, string, Asking) ([]dialog.Choice, error) {
		choices := []dialog.Choice{{Provider: "test", Model: api.Model{ID: "test/thinker"}}}
		for _, text := range texts {
			choices = append(choices, dialog.Choice{Provider: "test", Model: api.Model{ID: text, Name: text, Developer: text, Status: api.Status(text), ReplacedBy: text, Capabilities: []string{text}}, Facts: []Fact{{Name: text, Value: text}}})
		}
		return choices, nil
	}
	w.settled(texts)
	o.Open = Open{Continue: true}

	ctx, cancel := context.WithCancel(context.Background())
	var pumps sync.WaitGroup
	m := New(ctx, &pumps, o)
	t.Cleanup(func() { cancel(); pumps.Wait(); m.close() })
	term := &wire{}
	s := uitest.Start(t, m, 100, 40, uitest.Output(func(to io.Writer) io.Writer { term.to = to; return term }))
	s.WaitForText("Thought for", "END") // it is loaded
	s.Press("esc")
	s.WaitForText("i write")
	w.look(s, len(texts))
	s.Press("i")
	w.live(s, texts)
	w.dialogs(s, len(texts))
	s.Send(tea.QuitMsg{})
	s.WaitForEnd()
	return term.take()
}

// settled makes sessions of earlier runs out of texts. The last one holds them
// all.
func (w *world) settled(texts []string) {
	ctx := context.Background()
	store, err := w.options().Store(ctx, func(err error) { w.t.Error(err) })
	must(w.t, err)
	whole := strings.Map(func(r rune) rune {
		if strings.Contains(string(r), "\x9c") && r > 0x9f {
			return -1 // the emulator takes that byte for the end of a window's title
		}
		return r
	}, strings.Join(texts, " "))
	for i, title := range append(slices.Clone(texts), whole) {
		w.pass(time.Second)
		id := fmt.Sprintf("s%03d", i)
		must(w.t, store.Create(ctx, session.Session{ID: id, Kind: session.KindChat, Title: title, Provider: "test", Model: title, Created: w.clock(), Updated: w.clock()}))
		if i < len(texts) {
			must(w.t, store.Append(ctx, session.Message{ID: "x" + id, SessionID: id, Role: api.User, Created: w.clock(), Parts: []api.Part{{Kind: api.TextPart, Text: title}}}))
			continue
		}
		parent := ""
		for k, bad := range texts {
			q, a := fmt.Sprintf("q%03d", k), fmt.Sprintf("a%03d", k)
			must(w.t, store.Append(ctx, session.Message{ID: q, SessionID: id, ParentID: parent, Role: api.User, Created: w.clock(), Parts: []api.Part{
				{Kind: api.TextPart, Text: bad}, {Kind: api.FilePart, File: &api.File{Name: bad, MIME: bad, Size: 3, Data: []byte("abc")}},
			}}))
			must(w.t, store.Append(ctx, session.Message{
				ID: a, SessionID: id, ParentID: q, Role: api.Assistant, Created: w.clock(), Model: bad, AnsweredBy: bad, Provider: bad, InferenceID: bad,
				Parts:     []api.Part{{Kind: api.ReasoningPart, Text: bad}, {Kind: api.TextPart, Text: bad}},
				Citations: []api.Citation{{Title: bad, URL: "https://a.example/" + bad}, {URL: bad}},
				Finish:    api.FinishError, Err: &api.Error{Kind: api.ErrorKind(bad), Message: bad, Hint: bad, RequestID: bad},
			}))
			parent = a
		}
	}
	must(w.t, store.Close())
}

// How many messages have their dialogs opened, and of how many turns a file is
// attached; packages dialog and transcript see to the rest.
const messages, few = 3, 2

// look reads the conversation in every way.
func (w *world) look(s *uitest.Screen, n int) {
	pages := func() {
		s.Press("g")
		for range n/6 + 1 {
			s.Press("pgdown")
		}
	}
	pages()
	s.Press("ctrl+t")
	pages()
	s.Press("alt+r")
	pages()
	s.Press("alt+r", "alt+t", "g")
	for range min(2*n, messages) {
		s.Press("k", "enter", "c", "y")
		for _, open := range []string{"v", "o"} {
			s.Press(open, "pgdown", "enter")
			if strings.Contains(s.Text(), "╭─ ") { // a dialog is open
				s.Press("esc")
			}
		}
	}
	s.Press("/")
	s.Type("safe")
	for range min(n, messages) {
		s.Press("enter")
	}
	s.Press("esc", "alt+t")
}

// live has texts arrive, in pieces of a few bytes. Unless there is time, not all.
func (w *world) live(s *uitest.Screen, texts []string) {
	for i, bad := range texts {
		if i >= few && i%8 != 0 && os.Getenv("AIMLCHAT_LONG") == "" {
			continue
		}
		if i < few {
			s.Paste("/attach x")
			s.Press("enter")
			s.WaitFor(func(text string) bool { return strings.Contains(text, "│ ▪ ") })
			s.Paste("go @")
			s.Press("backspace")
		}
		s.Paste("go")
		c := w.ask(s, "")
		events := []any{api.Notice{Text: bad}}
		for piece := range slices.Chunk([]byte(bad), 3) {
			events = append(events, api.Reasoning{Text: string(piece)})
		}
		for piece := range slices.Chunk([]byte(bad), 2) {
			events = append(events, api.Answer{Text: string(piece)})
		}
		events = append(
			events,
			api.Cited{Citation: api.Citation{Title: bad, URL: "https://a.example/" + bad}},
			api.Attached{File: api.File{Name: bad, MIME: bad, URL: bad, Size: 1}},
			api.ToolCallDelta{ToolCall: api.ToolCall{Name: bad, Arguments: bad}},
			api.Finish{Reason: api.FinishReason(bad)},
		)
		if i%16 < 8 {
			events[len(events)-1] = &api.Error{Kind: api.ErrInvalid, Message: bad, Hint: bad, RequestID: bad}
		}
		for k, ev := range events {
			select {
			case c.events <- ev:
			case <-time.After(uitest.Patience):
				w.t.Fatalf("nobody takes event %d %#v of text %d:\n%s", k, ev, i, s.Text())
			}
		}
		close(c.events)
		s.WaitFor(func(text string) bool {
			return strings.Contains(text, "ctrl+o model") && !strings.Contains(text, "esc stop")
		})
		if i < few {
			s.Press("ctrl+y")
		}
	}
}

// dialogs opens what shows other people's words.
func (w *world) dialogs(s *uitest.Screen, n int) {
	for _, open := range []string{"ctrl+r", "ctrl+o", "ctrl+p"} {
		s.Press(open)
		for range n/8 + 2 {
			s.Press("pgdown", "down")
		}
		s.Press("esc")
	}
	for _, command := range []string{"/history", "/balance", "/doctor", "/cost", "/title x"} {
		s.Type(command + "\n")
		for range 5 {
			s.Press("down", "pgdown")
		}
		s.Press("esc")
	}
}
