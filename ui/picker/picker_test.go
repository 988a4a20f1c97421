package picker

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
)

var abilities = []Badge{{"thinks", "t"}, {"sees", "s"}, {"tools", "u"}}

// models are items like those that the picker is for.
func models() []Item {
	return []Item{
		{ID: "1", Group: "Recent", Family: "OpenAI", Title: "openai/gpt-4o", Detail: "GPT-4o", Columns: []string{"128k", "$2.50/$10.00"}, Badges: []string{"sees", "tools"}, About: "GPT-4o by OpenAI", Marked: true},
		{ID: "2", Group: "Anthropic", Family: "Anthropic", Title: "claude-sonnet-4.5", Detail: "Claude 4.5 Sonnet", Columns: []string{"200k", "$3.00/$15.00"}, Badges: []string{"thinks", "sees", "tools"}, About: "Claude 4.5 Sonnet by Anthropic"},
		{ID: "3", Group: "Anthropic", Family: "Anthropic", Title: "claude-3-haiku", Detail: "Claude 3 Haiku", Columns: []string{"200k", "$0.25/$1.25"}, Badges: []string{"sees"}, About: "Claude 3 Haiku by Anthropic"},
		{ID: "4", Group: "DeepSeek", Family: "DeepSeek", Title: "deepseek/deepseek-r1", Detail: "DeepSeek R1", Columns: []string{"128k", "$0.55/$2.19"}, Badges: []string{"thinks"}, About: "DeepSeek R1 by DeepSeek"},
		{ID: "5", Group: "DeepSeek", Family: "DeepSeek", Title: "deepseek-chat", Columns: []string{"64k"}, About: "deepseek-chat"},
		{ID: "6", Group: "OpenAI", Family: "OpenAI", Title: "gpt-4o-mini", Detail: "GPT-4o mini", Columns: []string{"128k", "$0.15/$0.60"}, Badges: []string{"sees", "tools"}, About: "GPT-4o mini by OpenAI"},
	}
}

func picking(width, height int, items []Item) *Picker {
	p := New(themes.Plain(), Options{Noun: "models", Badges: abilities})
	p.Resize(width, height)
	p.SetItems(items)
	return p
}

func many(n int) []Item {
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{
			ID: fmt.Sprint(i), Group: fmt.Sprint("maker ", i/40), Title: fmt.Sprintf("maker-%d/model-%03d", i/40, i), Detail: fmt.Sprint("Model ", i),
			Columns: []string{"128k", "$1.00/$2.00"}, Badges: []string{"sees", "tools"}, About: "about",
		}
	}
	return items
}

func typed(p *Picker, s string) {
	for _, r := range s {
		p.Press(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func keys(p *Picker, keys ...tea.KeyPressMsg) {
	for _, k := range keys {
		p.Press(k)
	}
}

var (
	up, down     = tea.KeyPressMsg{Code: tea.KeyUp}, tea.KeyPressMsg{Code: tea.KeyDown}
	pgup, pgdown = tea.KeyPressMsg{Code: tea.KeyPgUp}, tea.KeyPressMsg{Code: tea.KeyPgDown}
	home, end    = tea.KeyPressMsg{Code: tea.KeyHome}, tea.KeyPressMsg{Code: tea.KeyEnd}
	backspace    = tea.KeyPressMsg{Code: tea.KeyBackspace}
)

func ctrl(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl} }

func selected(p *Picker) string { id, _ := p.Selected(); return id }

// ids are those of the items shown, in their order.
func ids(p *Picker) string {
	var s []string
	for _, m := range p.found {
		s = append(s, p.items[m.item].ID)
	}
	return strings.Join(s, " ")
}

func TestFilter(t *testing.T) {
	for _, tt := range []struct{ filter, want string }{
		{"", "1 2 3 4 5 6"},
		{"gpt", "6 1"},
		{"gpt-4o-mini", "6"},
		{"gpt-4o", "1 6"},
		{"recent", ""},
		{"GPT", "6 1"},
		{"mini gpt", "6"},
		{"gpt4o", "6 1"},
		{"anthropic", "2 3"},
		{"haiku 3", "3"},
		{"r1", "4"},
		{"dsr1", "4"},
		{"is:thinks", "2 4"},
		{"is:th", "2 4"},
		{"IS:Thinks", "2 4"},
		{"is:sees is:tools", "1 2 6"},
		{"is:sees gpt", "6 1"},
		{"is:flies", ""},
		{"is:", "1 2 3 4 6"},
		{"nothing like it", ""},
		{"z", ""},
		{"  ", "1 2 3 4 5 6"},
	} {
		t.Run(tt.filter, func(t *testing.T) {
			p := picking(80, 20, models())
			typed(p, tt.filter)
			if got := ids(p); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestProseIsFoundByWordsOnly(t *testing.T) {
	p := picking(80, 20, []Item{
		{ID: "1", Title: "Kyoto", Prose: "When do the cherry trees bloom?"},
		{ID: "2", Title: "Cherry pie", Prose: "How is it made?"},
	})
	typed(p, "cherry")
	if got := ids(p); got != "2 1" {
		t.Errorf("got %q: a title counts for more than prose", got)
	}
	p.SetFilter("wdtc")
	if got := ids(p); got != "" {
		t.Errorf("got %q: letters scattered over a text mean nothing", got)
	}
}

func TestFoundLetters(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       []int
	}{
		{"gpt-4o", "4O", []int{4, 5}},
		{"Ärger", "är", []int{0, 2}},
		{"京都の桜", "都の", []int{3, 6}},
		{"chatgpt gpt", "gpt", []int{8, 9, 10}},
		{"chatgpt", "gpt", []int{4, 5, 6}},
		{"gp", "gpt", nil},
		{"", "x", nil},
	} {
		if got := piece(tt.text, tt.word); !slices.Equal(got, tt.want) {
			t.Errorf("piece(%q, %q) = %v, want %v", tt.text, tt.word, got, tt.want)
		}
	}
}

func TestMoving(t *testing.T) {
	p := picking(60, 12, many(100))
	for i, step := range []struct {
		key  tea.KeyPressMsg
		want string
	}{
		{down, "1"},
		{ctrl('n'), "2"},
		{ctrl('p'), "1"},
		{up, "0"},
		{up, "99"},
		{down, "0"},
		{pgdown, "9"},
		{pgup, "0"},
		{pgup, "0"},
		{end, "99"},
		{pgdown, "99"},
		{home, "0"},
		{tea.KeyPressMsg{Code: tea.KeyTab}, "1"},
	} {
		if !p.Press(step.key) {
			t.Fatalf("step %d: %s was not handled", i, step.key)
		}
		if got := selected(p); got != step.want {
			t.Fatalf("step %d, %s: selected %s, want %s", i, step.key, got, step.want)
		}
		if !strings.Contains(ansi.Strip(p.View()), "▌") {
			t.Fatalf("step %d, %s: the selected item is out of view", i, step.key)
		}
	}
}

func TestTheFirstOfAGroupShowsItsHeading(t *testing.T) {
	p := picking(60, 12, many(100))
	keys(p, end, home)
	if !strings.Contains(ansi.Strip(p.View()), " maker 0\n") {
		t.Errorf("no heading above the first item:\n%s", ansi.Strip(p.View()))
	}
}

func TestLettersAreTyped(t *testing.T) {
	p := picking(60, 12, models())
	typed(p, "jkqv?/gG ")
	if p.Filter() != "jkqv?/gG " {
		t.Errorf("filter %q", p.Filter())
	}
	for _, k := range []tea.KeyPressMsg{{Code: tea.KeyEnter}, {Code: tea.KeyEscape}, ctrl('o'), ctrl('c'), {Code: tea.KeyF1}} {
		if p.Press(k) {
			t.Errorf("%s was taken", k)
		}
	}
}

func TestEditingTheFilter(t *testing.T) {
	p := picking(60, 12, models())
	typed(p, "a👨‍👩‍👧")
	keys(p, backspace)
	if p.Filter() != "a" {
		t.Errorf("filter %q", p.Filter())
	}
	keys(p, backspace, backspace)
	typed(p, "two words")
	keys(p, ctrl('w'))
	if p.Filter() != "two " {
		t.Errorf("filter %q", p.Filter())
	}
	keys(p, ctrl('u'))
	p.Paste(" gpt\n4o\x1b ")
	if p.Filter() != "gpt 4o" {
		t.Errorf("filter %q", p.Filter())
	}
}

func TestToggle(t *testing.T) {
	p := picking(60, 12, models())
	typed(p, "gpt")
	p.Toggle(1)
	if p.Filter() != "gpt is:sees " || ids(p) != "6 1" {
		t.Errorf("filter %q finds %s", p.Filter(), ids(p))
	}
	p.Toggle(1)
	p.Toggle(9)
	if p.Filter() != "gpt " {
		t.Errorf("filter %q", p.Filter())
	}
}

func TestSelectionSurvivesNewItems(t *testing.T) {
	p := picking(60, 12, models())
	p.Select("4")
	items := models()
	slices.Reverse(items)
	p.SetItems(items)
	if selected(p) != "4" {
		t.Errorf("selected %s after a refresh", selected(p))
	}
	typed(p, "deep")
	p.Select("5")
	p.SetItems(models())
	if selected(p) != "5" || p.Filter() != "deep" {
		t.Errorf("selected %s, filter %q after a refresh", selected(p), p.Filter())
	}
	keys(p, ctrl('u'))
	if selected(p) != "5" {
		t.Errorf("selected %s after clearing the filter", selected(p))
	}
	p.SetItems(models()[:2])
	if selected(p) != "1" {
		t.Errorf("selected %s when the selected item is gone", selected(p))
	}
	p.SetItems(nil)
	if _, ok := p.Selected(); ok {
		t.Error("something is selected in an empty list")
	}
	keys(p, up, down, pgup, pgdown, home, end)
}

func TestTypingSelectsTheBest(t *testing.T) {
	p := picking(60, 12, models())
	keys(p, end)
	typed(p, "claude")
	if selected(p) != "3" && selected(p) != "2" {
		t.Errorf("selected %s", selected(p))
	}
	if p.cursor != 0 {
		t.Errorf("the cursor is at %d, not at the best", p.cursor)
	}
}

func TestForeignTextIsSafe(t *testing.T) {
	p := picking(80, 20, []Item{{ID: "\x1b", Title: "a\x1b[31mred\nline", Detail: "\u202Ebidi", Prose: "p\x07", About: "x\x9b", Group: "g\r", Columns: []string{"\x00"}}})
	view := p.View()
	for _, bad := range []string{"\x1b[31m", "\u202E", "\x07", "\x9b", "\r", "\x00"} {
		if strings.Contains(view, bad) {
			t.Errorf("%q reached the screen", bad)
		}
	}
	if selected(p) != "\x1b" {
		t.Error("the ID must come back as it was given")
	}
}

func TestManyItemsAreCheap(t *testing.T) {
	p := picking(96, 34, many(1000))
	if n := testing.AllocsPerRun(10, func() { _ = p.View() }); n > 3000 {
		t.Errorf("a view costs %.0f allocations: it draws more than it shows", n)
	}
}

func TestEverySizeIsLegal(t *testing.T) {
	items := append(many(50), Item{ID: "wide", Group: "京都", Title: "京都の桜👨‍👩‍👧の花", Detail: "wide", Prose: strings.Repeat("prose ", 20)})
	p := picking(0, 0, items)
	for _, filter := range []string{"", "model", "京", "no such thing at all, and a long filter too"} {
		p.SetFilter(filter)
		for w := 0; w < 110; w += 1 + w/10 {
			for _, h := range []int{0, 1, 2, 3, 6, 7, 13, 14, 40} {
				p.Resize(w, h)
				keys(p, end)
				checkView(t, p, w, h)
			}
		}
	}
}

func checkView(t *testing.T, p *Picker, w, h int) {
	t.Helper()
	view := p.View()
	if w == 0 || h == 0 {
		if view != "" {
			t.Fatalf("%dx%d draws %q", w, h, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%dx%d: %d rows", w, h, len(lines))
	}
	for _, l := range lines {
		if ansi.StringWidth(l) > w {
			t.Fatalf("%dx%d: a row of %d cells: %q", w, h, ansi.StringWidth(l), l)
		}
	}
	if x, y, ok := p.Cursor(); !ok || x < 0 || x >= w || y != 0 {
		t.Fatalf("%dx%d: cursor at %d,%d", w, h, x, y)
	}
	if from, to, ok := p.Thumb(); ok && (from < 1 || to > h || from >= to) {
		t.Fatalf("%dx%d: thumb %d to %d", w, h, from, to)
	}
}

func BenchmarkTyping(b *testing.B) {
	p := picking(96, 34, many(1000))
	for b.Loop() {
		typed(p, "model 77")
		_ = p.View()
		p.SetFilter("")
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("gpt is:sees", "a title", "a detail")
	f.Add("İ ß\u0301", "İstanbul", "STRASSE")
	f.Add("\xff", "\xff\xfe", "\x00")
	f.Fuzz(func(t *testing.T, filter, title, detail string) {
		p := picking(40, 10, []Item{{ID: "1", Title: title, Detail: detail, Group: title, Prose: detail, About: title}})
		p.Paste(filter)
		checkView(t, p, 40, 10)
		keys(p, backspace, down, ctrl('w'))
		checkView(t, p, 40, 10)
	})
}
