package dialog

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
)

// modal is what the root needs of every dialog.
type modal interface {
	Press(tea.KeyPressMsg) Action
	Paste(string)
	Resize(width, height int)
	SetTheme(themes.Theme)
	View() string
	Cursor() (x, y int, ok bool)
}

var (
	enter  = tea.KeyPressMsg{Code: tea.KeyEnter}
	esc    = tea.KeyPressMsg{Code: tea.KeyEscape}
	down   = tea.KeyPressMsg{Code: tea.KeyDown}
	pgdown = tea.KeyPressMsg{Code: tea.KeyPgDown}
)

func ctrl(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl} }

func dollarsOf(v float64) *float64 { return &v }

func choices() []Choice {
	model := func(id, name, developer string, context int, in, out float64, input, can string) Choice {
		m := api.Model{ID: id, Name: name, Developer: developer, Context: context, Input: strings.Fields(input), Capabilities: strings.Fields(can)}
		if in >= 0 {
			m.PriceIn, m.PriceOut = dollarsOf(in), dollarsOf(out)
		}
		return Choice{Provider: "aimlapi", Model: m}
	}
	return []Choice{
		model("openai/gpt-4o", "GPT-4o", "OpenAI", 128_000, 2.5, 10, "text image", "streaming tools vision file_input"),
		model("gpt-4o-mini", "GPT-4o mini", "OpenAI", 128_000, 0.15, 0.6, "text image", "streaming tools vision"),
		model("o3-pro", "o3 pro", "OpenAI", 200_000, 20, 80, "text image", "reasoning tools"),
		model("gpt-4o-search-preview", "GPT-4o search", "OpenAI", 128_000, 2.5, 10, "text", "web_search"),
		model("deepseek/deepseek-r1", "DeepSeek R1", "DeepSeek", 128_000, 0.55, 2.19, "text", "streaming reasoning"),
		model("deepseek-chat", "", "DeepSeek", 64_000, -1, 0, "text", ""),
		model("claude-sonnet-4-5-20250929", "Claude 4.5 Sonnet", "Anthropic", 200_000, 3, 15, "text image", "thinking tools vision file_input"),
		model("google/gemini-2.5-pro", "Gemini 2.5 Pro", "Google", 1_048_576, 1.25, 10, "text image audio video", "reasoning tools file_input"),
		model("gemma-3-4b-it", "Gemma 3 4B", "Google", 32_768, 0, 0, "text", ""),
		model("mystery", "", "", 0, -1, 0, "", ""),
	}
}

// now is a Friday.
var now = time.Date(2026, 4, 3, 14, 30, 0, 0, time.FixedZone("JST", 9*60*60))

func sessions() []session.Summary {
	one := func(id, title, words, model string, n int, ago time.Duration) session.Summary {
		s := session.Session{ID: id, Title: title, Model: model, Updated: now.Add(-ago).UTC()}
		return session.Summary{Session: s, FirstWords: words, Messages: n}
	}
	return []session.Summary{
		one("01a", "Kyoto in April", "When do the cherry trees bloom?", "deepseek/deepseek-r1", 4, 20*time.Second),
		one("01b", "Write a haiku about 桜 🌸 in spring", "Write a haiku about 桜 🌸 in spring, with a season word", "openai/gpt-4o", 2, 12*time.Minute),
		one("01c", "Explain the borrow checker", "Explain the borrow checker of Rust to a Go programmer", "claude-sonnet-4.5", 31, 5*time.Hour),
		one("01d", "", "fix this: panic: runtime error: index out of range [3] with length 3", "gpt-4o-mini", 1, 26*time.Hour),
		one("01e", "SQL window functions", "How do I number rows per group?", "deepseek-chat", 12, 80*time.Hour),
		one("01f", "Old things", "What did we say?", "gpt-4", 220, 9000*time.Hour),
	}
}

func sections() []Section {
	return []Section{
		{"Anywhere", []Row{
			{"esc", "close the dialog, else stop the answer, else go to the transcript"},
			{"ctrl+o, /model [name]", "choose the model of the next message"},
			{"ctrl+r, /resume", "resume a session"},
			{"ctrl+n, /new", "begin a new session"},
		}},
		{"While writing", []Row{
			{"enter", "send"},
			{"ctrl+j, alt+enter, shift+enter", "begin a new line"},
			{"up, down", "earlier prompts"},
		}},
		{"While reading", []Row{{"j, k", "select a message"}, {"enter", "fold or unfold"}, {"y", "copy"}, {"g, G", "go to the top, the bottom"}}},
	}
}

func commands() []CommandRow {
	return []CommandRow{
		{"model", "choose the model of the next message", "ctrl+o, /model [name]"},
		{"new", "begin a new session", "ctrl+n, /new"},
		{"sessions", "resume a session", "ctrl+r, /resume"},
	}
}

// dialogs are all of them in the states that there are.
func dialogs(theme themes.Theme) map[string]modal {
	models := NewModels(theme, "aimlapi", "openai/gpt-4o")
	models.SetChoices(choices())
	models.SetRecent([]ChooseModel{{"aimlapi", "deepseek/deepseek-r1"}})
	stale := NewModels(theme, "aimlapi", "openai/gpt-4o")
	stale.SetChoices(choices())
	stale.SetError("could not refresh the list: connection refused; showing that of 3 days ago")
	stale.SetFilter("gpt")
	loading := NewModels(theme, "aimlapi", "openai/gpt-4o")
	loading.SetLoading(true)
	resume := NewSessions(theme, now)
	resume.SetSessions(sessions())
	resume.SetCurrent("01a")
	failed := NewSessions(theme, now)
	failed.SetError("the database is locked")
	all := map[string]modal{
		"models": models, "models-stale": stale, "models-loading": loading,
		"sessions": resume, "sessions-empty": NewSessions(theme, now), "sessions-failed": failed,
		"help": NewHelp(theme, sections()), "commands": NewCommands(theme, commands()),
		"tree": NewTree(theme, now, tree(), "h"), "history": NewHistory(theme, prompts()), "history-empty": NewHistory(theme, nil),
	}
	maps.Copy(all, told(theme))
	maps.Copy(all, kept(theme))
	return all
}

func TestModelsChoose(t *testing.T) {
	d := NewModels(themes.Plain(), "aimlapi", "openai/gpt-4o")
	d.Resize(80, 24)
	if a := d.Press(enter); a != nil {
		t.Errorf("enter in an empty list: %#v", a)
	}
	d.SetChoices(choices())
	if a := d.Press(enter); a != (ChooseModel{"aimlapi", "openai/gpt-4o"}) {
		t.Errorf("the model in use should be selected: %#v", a)
	}
	d.SetRecent([]ChooseModel{{"aimlapi", "no longer there"}, {"other", "gemma-3-4b-it"}, {"aimlapi", "deepseek/deepseek-r1"}})
	if a := d.Press(down); a != nil {
		t.Errorf("down: %#v", a)
	}
	if a := d.Press(enter); a != (ChooseModel{"aimlapi", "deepseek/deepseek-r1"}) {
		t.Errorf("the recent model should be second: %#v", a)
	}
	d.Paste("gemma")
	if a := d.Press(enter); a != (ChooseModel{"aimlapi", "gemma-3-4b-it"}) {
		t.Errorf("got %#v", a)
	}
	d.Paste(" nothing")
	if a := d.Press(enter); a != nil {
		t.Errorf("enter without a match: %#v", a)
	}
}

func TestClosing(t *testing.T) {
	for name, d := range dialogs(themes.Plain()) {
		d.Resize(80, 24)
		switch d.(type) {
		case *Confirm, *Decide: // to close one is an answer
			continue
		}
		if strings.HasSuffix(name, "-doomed") || strings.HasSuffix(name, "-rename") {
			d.Press(esc) // leaves what is asked or written
		}
		for _, k := range []tea.KeyPressMsg{esc, ctrl('c')} {
			if a := d.Press(k); a != (Close{}) {
				t.Errorf("%s: %s gives %#v", name, k, a)
			}
		}
	}
	all := dialogs(themes.Plain())
	if all["models"].Press(ctrl('o')) != (Close{}) || all["sessions"].Press(ctrl('r')) != (Close{}) {
		t.Error("the key that opens a dialog should close it")
	}
	if a := all["sessions"].Press(ctrl('o')); a != nil {
		t.Errorf("ctrl+o in the sessions: %#v", a)
	}
}

func TestBadges(t *testing.T) {
	for id, want := range map[string]string{
		"openai/gpt-4o":              "sees files tools",
		"o3-pro":                     "thinks sees tools",
		"google/gemini-2.5-pro":      "thinks sees hears files tools",
		"gpt-4o-search-preview":      "web",
		"deepseek/deepseek-r1":       "thinks",
		"claude-sonnet-4-5-20250929": "thinks sees files tools",
		"mystery":                    "",
	} {
		for _, c := range choices() {
			if it := c.item(false); c.ID == id && strings.Join(it.Badges, " ") != want {
				t.Errorf("%s: %q, want %q", id, it.Badges, want)
			}
		}
	}
	d := NewModels(themes.Plain(), "", "")
	d.SetChoices(choices())
	d.Resize(100, 30)
	d.Press(tea.KeyPressMsg{Code: '6', Mod: tea.ModAlt})
	if a := d.Press(enter); a != (ChooseModel{"aimlapi", "gpt-4o-search-preview"}) {
		t.Errorf("alt+6 should leave the models with web search: %#v", a)
	}
}

func TestProvidersAreNamedWhenThereAreSeveral(t *testing.T) {
	list := append(choices(), Choice{Provider: "demo", Model: api.Model{ID: "openai/gpt-4o"}})
	d := NewModels(themes.Plain(), "demo", "openai/gpt-4o")
	d.SetChoices(list)
	d.Resize(100, 40)
	view := ansi.Strip(d.View())
	if !strings.Contains(view, "aimlapi · OpenAI") {
		t.Errorf("the groups should name who offers them:\n%s", view)
	}
	if a := d.Press(enter); a != (ChooseModel{"demo", "openai/gpt-4o"}) {
		t.Errorf("two models of one id were confused: %#v", a)
	}
}

func TestPrices(t *testing.T) {
	for _, tt := range []struct {
		in, out *float64
		want    string
	}{
		{nil, nil, ""},
		{dollarsOf(0), dollarsOf(0), "free"},
		{dollarsOf(0.5), dollarsOf(1.5), "$0.50/$1.50"},
		{dollarsOf(0.0025), dollarsOf(150), "$0.0025/$150"},
		{nil, dollarsOf(2), "?/$2.00"},
	} {
		if got := price(tt.in, tt.out); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestWhen(t *testing.T) {
	for _, tt := range []struct{ at, want, period string }{
		{"2026-04-03T14:29:30", "just now", "Today"},
		{"2026-04-03T14:30:40", "just now", "Today"},
		{"2026-04-03T14:25:00", "5 min ago", "Today"},
		{"2026-04-03T13:30:01", "59 min ago", "Today"},
		{"2026-04-03T09:05:00", "today 09:05", "Today"},
		{"2026-04-03T20:05:00", "today 20:05", "Today"},
		{"2026-04-02T23:59:00", "yesterday 23:59", "Yesterday"},
		{"2026-03-31T08:00:00", "Tue 08:00", "This week"},
		{"2026-03-27T15:00:00", "27 Mar", "Older"},
		{"2025-11-12T15:00:00", "12 Nov 2025", "Older"},
		{"2027-01-01T00:00:00", "1 Jan 2027", "Today"},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04:05", tt.at, now.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := when(now, at); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.at, got, tt.want)
		}
		if got := period(now, at); got != tt.period {
			t.Errorf("%s is in %q, want %q", tt.at, got, tt.period)
		}
	}
	midnight := time.Date(2026, 4, 3, 0, 10, 0, 0, now.Location())
	if got := when(midnight, midnight.Add(-20*time.Minute)); got != "20 min ago" {
		t.Errorf("20 minutes ago, before midnight, is %q", got)
	}
}

func TestSessionsOpen(t *testing.T) {
	d := NewSessions(themes.Plain(), now)
	d.Resize(80, 24)
	d.SetLoading(true)
	if !strings.Contains(ansi.Strip(d.View()), "loading the sessions…") {
		t.Error("it should say that it loads")
	}
	d.SetLoading(false)
	d.SetSessions(sessions())
	d.Press(down)
	if a := d.Press(enter); a != (OpenSession{ID: "01b"}) {
		t.Errorf("got %#v", a)
	}
	d.Paste("season word")
	if a := d.Press(enter); a != (OpenSession{ID: "01b"}) {
		t.Errorf("first words should be found: %#v", a)
	}
}

func TestNotes(t *testing.T) {
	d := NewModels(themes.Plain(), "", "")
	d.Resize(80, 24)
	d.SetChoices(choices())
	d.SetLoading(true)
	if !strings.Contains(d.View(), "refreshing…") {
		t.Error("it should say that it refreshes")
	}
	d.SetLoading(false)
	d.SetError(errors.New("could not refresh:\nboom").Error())
	if !strings.Contains(d.View(), "could not refresh: boom") {
		t.Error("it should say what failed")
	}
	d.SetError("")
	if strings.Contains(d.View(), "boom") || strings.Contains(d.View(), "refreshing") {
		t.Error("the note should be gone")
	}
}

func TestCommandsRun(t *testing.T) {
	d := NewCommands(themes.Plain(), commands())
	d.Resize(80, 24)
	d.Paste("resume")
	if a := d.Press(enter); a != (RunCommand{"sessions"}) {
		t.Errorf("got %#v", a)
	}
}

func TestHelpScrolls(t *testing.T) {
	d := NewHelp(themes.Plain(), sections())
	d.Resize(40, 10)
	d.Press(tea.KeyPressMsg{Code: tea.KeyEnd})
	if view := ansi.Strip(d.View()); !strings.Contains(view, "the bottom") {
		t.Errorf("the end is not in view:\n%s", view)
	}
	d.Press(tea.KeyPressMsg{Code: tea.KeyHome})
	if view := ansi.Strip(d.View()); !strings.Contains(view, "Anywhere") {
		t.Errorf("the beginning is not in view:\n%s", view)
	}
	d.Press(tea.KeyPressMsg{Code: 'j', Text: "j"})
	if d.top != 1 {
		t.Errorf("j scrolls to %d", d.top)
	}
	d.Resize(120, 40)
	if d.top != 0 {
		t.Error("with room for everything it is still scrolled")
	}
}

func TestForeignTextIsSafe(t *testing.T) {
	bad := "a\x1b[31m\u202E\x9bz\r\n"
	m := NewModels(themes.Plain(), "", "")
	m.SetChoices([]Choice{{Provider: bad, Model: api.Model{ID: bad, Name: bad, Developer: bad, Capabilities: []string{bad}}}})
	m.SetError(bad)
	s := NewSessions(themes.Plain(), now)
	s.SetSessions([]session.Summary{{Session: session.Session{ID: "1", Title: bad, Model: bad, Updated: now}, FirstWords: bad}})
	h := NewHelp(themes.Plain(), []Section{{bad, []Row{{bad, bad}}}})
	for _, d := range []modal{m, s, h} {
		d.Resize(80, 24)
		for _, c := range []string{"\x1b[31m", "\u202E", "\x9b", "\r"} {
			if strings.Contains(d.View(), c) {
				t.Errorf("%T: %q reached the screen", d, c)
			}
		}
	}
	if a := m.Press(enter); a != (ChooseModel{bad, bad}) {
		t.Errorf("the id must come back as it was given: %#v", a)
	}
}
