package dialog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
)

func count64(n int64) *int64 { return &n }

// answer is a message of which everything is known that can be.
func answer() Message {
	r := api.NewReply(now)
	r.Model, r.Protocol, r.InferenceID = "deepseek-v4-flash", api.Chat, "gen-1763342744-CQ9FPg3osank0dx0k46Z"
	r.Finish = api.FinishStop
	r.Usage = api.Usage{Prompt: count64(1024), Completion: count64(812), Reasoning: count64(1339), Total: count64(3175)}
	r.Cost = api.Cost{USD: dollarsOf(0.0004), Credits: dollarsOf(800), Source: api.Billed}
	r.Timing = api.Timing{FirstToken: 800 * time.Millisecond, Thinking: 2100 * time.Millisecond, Total: 3200 * time.Millisecond}
	return Message{
		ID: "01jq7h0m6f3v8c1x2b4n5k6j7h", At: now, Provider: "aimlapi", Model: "deepseek/deepseek-chat",
		RequestID: "01jq7h0m6f3v8c1x2b4n5k6j7h", Reply: r,
	}
}

func failure() Message {
	m := answer()
	r := api.NewReply(now)
	r.Finish = api.FinishError
	r.Err = &api.Error{Kind: api.ErrFunds, Status: 403, Message: "the account is out of money", Hint: "top up at https://aimlapi.com/app/billing", RequestID: "req_7"}
	m.Reply = r
	return m
}

func asked() Message {
	return Message{ID: "01jq", At: now, Files: []api.File{
		{Name: "photo.png", MIME: "image/png", Size: 120_400}, {Name: "桜.pdf", MIME: "application/pdf", Size: 4_500_000},
	}}
}

func bill() Bill {
	return Bill{
		Session: Spent{USD: 0.0123, Estimated: 0.002, Answers: 14, Unknown: 3},
		Today:   Spent{USD: 3.9, Answers: 80, Unknown: 1},
		Cap:     dollarsOf(5),
		Balance: "$12.34",
	}
}

func links() []Link {
	return []Link{
		{1, "Cherry blossom forecast 2026", "https://www.japan-guide.com/sakura/"},
		{2, "京都の桜 — 開花情報と見頃", "https://kyoto.travel/ja/sakura?utm_source=openai&utm_medium=chat"},
		{3, "", "https://xn--bcher-kva.example/a/very/long/path/that/has/to/be/wrapped/on/every/screen"},
		{0, "google.com", "https://google.com@evil.example/" + strings.Repeat("x", 300)},
		{0, "write to us", "mailto:me@mail.example"},
		{0, "not for a browser", "javascript:alert(1)"},
	}
}

func question() Question {
	return Question{
		ID: "cap", Title: "Pass the day's cap?", Yes: "send it", No: "wait",
		Text: "Today's answers cost $4.98; the next takes about $0.05. Your cap is $5.00 a day (spend_cap_usd).",
	}
}

func long() Conversation {
	c := Conversation{Sent: 61_300, Window: 128_000, Model: "deepseek/deepseek-r1", Keep: 3, PriceIn: dollarsOf(0.55), Compacted: true}
	for range 9 {
		c.Turns = append(c.Turns, Turn{2, 6_811})
	}
	return c
}

func waiting() Conversation {
	c := long()
	c.Sent, c.Window, c.Waiting, c.Compacted = 130_900, 128_000, true, false
	return c
}

// told are the dialogs that tell.
func told(theme themes.Theme) map[string]modal {
	detailed := NewModels(theme, "aimlapi", "openai/gpt-5")
	detailed.SetChoices([]Choice{
		{
			Provider: "aimlapi",
			Model: api.Model{
				ID: "openai/gpt-5", Name: "GPT-5", Developer: "OpenAI", Context: 400_000, OutputMax: 128_000,
				PriceIn: dollarsOf(1.25), PriceOut: dollarsOf(10), Capabilities: []string{"reasoning", "tools", "vision"},
				Controls: []api.Control{api.ControlEffort, api.ControlWebTool}, Aliases: []string{"gpt-5"},
				Prices: []api.Price{{Of: api.PriceOfCached, Unit: "token", USD: 1.25e-7}},
			},
			Facts: []Fact{{Name: "protocol", Value: "responses, for its reasoning"}},
		},
		{Provider: "aimlapi", Model: api.Model{
			ID: "openai/gpt-5.3-chat", Developer: "OpenAI", Status: api.Deprecated, Shutdown: "2026-08-10", ReplacedBy: "openai/gpt-5.3-codex",
		}},
		{Provider: "aimlapi", Model: api.Model{ID: "openai/gone", Developer: "OpenAI", Status: api.Withdrawn}},
	})
	deprecated := NewModels(theme, "aimlapi", "openai/gpt-5")
	deprecated.SetChoices(detailed.choices)
	deprecated.Press(down)
	return map[string]modal{
		"models-detailed": detailed, "models-deprecated": deprecated,
		"details": NewDetails(theme, answer()), "details-failed": NewDetails(theme, failure()), "details-asked": NewDetails(theme, asked()),
		"costs": NewCosts(theme, bill()), "costs-none": NewCosts(theme, Bill{}),
		"links": NewLinks(theme, links()), "links-none": NewLinks(theme, nil),
		"confirm": NewConfirm(theme, question()), "decide": NewDecide(theme, decision()),
		"compact": NewCompacting(theme, long()), "compact-waiting": NewCompacting(theme, waiting()),
		"compact-short": NewCompacting(theme, Conversation{Turns: []Turn{{2, 900}}, Sent: 900, Model: "acme/thinker-r1"}),
	}
}

func TestDetailsCopy(t *testing.T) {
	d := NewDetails(themes.Plain(), answer())
	a, ok := d.Press(tea.KeyPressMsg{Code: 'y', Text: "y"}).(Copy)
	if !ok || !strings.Contains(a.Text, "inference id: gen-1763342744-CQ9FPg3osank0dx0k46Z\n") || !strings.Contains(a.Text, "reasoning: 1,339\n") {
		t.Errorf("copied %q", a.Text)
	}
}

func TestDetailsSayHowItEnded(t *testing.T) {
	for finish, want := range map[api.FinishReason]string{
		"": "it still arrives", api.FinishLength: "cut at the token limit (length)",
		api.FinishFilter: "refused, or stopped by a content filter (content_filter)", "eos_token": "eos_token",
	} {
		r := api.NewReply(now)
		r.Finish = finish
		if got := ended(r); got != want {
			t.Errorf("%q: %q, want %q", finish, got, want)
		}
	}
}

func TestSpending(t *testing.T) {
	for _, tt := range []struct {
		spent Spent
		want  string
	}{
		{Spent{}, "nothing yet"},
		{Spent{Answers: 2, Unknown: 2}, "unknown|2 answers without a price"},
		{Spent{USD: 0.5, Answers: 2}, "$0.50, as billed"},
		{Spent{USD: 0.5, Estimated: 0.5, Answers: 2}, "≈ $0.50, estimated from list prices"},
		{Spent{USD: 0.5, Estimated: 0.1, Answers: 3, Unknown: 1}, "≈ $0.50|$0.10 of it estimated from list prices|1 answer without a price"},
		{Spent{Answers: 2}, "$0, as billed"},
	} {
		var got []string
		for _, f := range tt.spent.facts("x") {
			got = append(got, f.Value)
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%+v: %q, want %q", tt.spent, g, tt.want)
		}
	}
}

func TestCap(t *testing.T) {
	for _, tt := range []struct {
		spent, most float64
		want        string
		tone        Tone
	}{
		{0, 5, "$5.00, $5.00 left", Good},
		{3.6, 5, "$5.00, $1.40 left", Warning},
		{4.9, 5, "$5.00, $0.10 left", Bad},
		{7, 5, "$5.00, reached", Bad},
		{0, 0, "$0, reached", Bad},
	} {
		b := Bill{Today: Spent{USD: tt.spent}, Cap: &tt.most}
		if got := b.limit(); got[0].Value != tt.want || got[1].Tone != tt.tone {
			t.Errorf("%v of %v: %+v", tt.spent, tt.most, got)
		}
	}
}

func TestCostsTakeTheBalance(t *testing.T) {
	d := NewCosts(themes.Plain(), Bill{})
	d.Resize(80, 24)
	d.SetBill(Bill{Balance: "$7.00"})
	if v := ansi.Strip(d.View()); !strings.Contains(v, "balance") || !strings.Contains(v, "$7.00") {
		t.Errorf("the balance is not there:\n%s", v)
	}
}

func TestConfirm(t *testing.T) {
	y, n, tab := tea.KeyPressMsg{Code: 'y', Text: "y"}, tea.KeyPressMsg{Code: 'n', Text: "n"}, tea.KeyPressMsg{Code: tea.KeyTab}
	for _, tt := range []struct {
		name string
		yes  bool // by default
		keys []tea.KeyPressMsg
		want Action
	}{
		{"y", false, []tea.KeyPressMsg{y}, Answered{"cap", true}},
		{"n", true, []tea.KeyPressMsg{n}, Answered{"cap", false}},
		{"esc", true, []tea.KeyPressMsg{esc}, Answered{"cap", false}},
		{"ctrl+c", true, []tea.KeyPressMsg{ctrl('c')}, Answered{"cap", false}},
		{"enter does no harm", false, []tea.KeyPressMsg{enter}, Answered{"cap", false}},
		{"enter where yes does none", true, []tea.KeyPressMsg{enter}, Answered{"cap", true}},
		{"the other one", false, []tea.KeyPressMsg{tab, enter}, Answered{"cap", true}},
		{"scrolling is no answer", false, []tea.KeyPressMsg{down}, nil},
	} {
		q := question()
		q.Default = tt.yes
		d := NewConfirm(themes.Plain(), q)
		d.Resize(40, 10)
		var got Action
		for _, k := range tt.keys {
			got = d.Press(k)
		}
		if got != tt.want {
			t.Errorf("%s: %#v, want %#v", tt.name, got, tt.want)
		}
	}
}

func TestConfirmKeepsTheAnswersInView(t *testing.T) {
	q := question()
	q.Text = strings.Repeat("many words ", 200)
	d := NewConfirm(themes.Plain(), q)
	d.Resize(40, 8)
	if v := ansi.Strip(d.View()); !strings.Contains(v, "yes, send it") || !strings.Contains(v, "many words") {
		t.Errorf("got\n%s", v)
	}
}

func TestLinksOpen(t *testing.T) {
	d := NewLinks(themes.Plain(), links())
	d.Resize(80, 24)
	if a := d.Press(enter); a != (OpenURL{"https://www.japan-guide.com/sakura/"}) {
		t.Errorf("got %#v", a)
	}
	if a := d.Press(ctrl('y')); a != (Copy{"https://www.japan-guide.com/sakura/"}) {
		t.Errorf("got %#v", a)
	}
	d.SetFilter("not for a browser")
	if a := d.Press(enter); a != nil || !strings.Contains(ansi.Strip(d.View()), "only web and mail addresses are opened") {
		t.Errorf("got %#v and\n%s", a, ansi.Strip(d.View()))
	}
}

// Nobody opens an address without having seen all of it.
func TestALongAddressIsShownFirst(t *testing.T) {
	d := NewLinks(themes.Plain(), links())
	d.Resize(40, 10)
	d.SetFilter("google")
	if a := d.Press(enter); a != nil {
		t.Fatalf("opened %#v unseen", a)
	}
	var seen strings.Builder
	seen.WriteString(ansi.Strip(d.View()))
	for range 20 {
		d.Press(down)
		seen.WriteString(ansi.Strip(d.View()))
	}
	if v := seen.String(); !strings.Contains(v, "https://google.com@evil.example/x") || !strings.Contains(v, strings.Repeat("x", 12)+" ") {
		t.Errorf("not all of it was shown:\n%s", v)
	}
	if a := d.Press(esc); a != nil || d.whole {
		t.Error("esc should go back to the list")
	}
	d.Press(enter)
	if a := d.Press(enter); a != (OpenURL{links()[3].URL}) {
		t.Errorf("got %#v", a)
	}
}

func TestHostSpan(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/b": "a.example", "https://google.com@evil.example/@x": "evil.example", "http://a.example:8080?q": "a.example:8080",
		"https://a.example": "a.example", "mailto:me@mail.example": "mail.example", "https://e@e@e/": "e",
	} {
		if from, to := hostSpan(address); address[from:to] != want {
			t.Errorf("%s: %q, want %q", address, address[from:to], want)
		}
	}
}

func TestWhatOpens(t *testing.T) {
	for address, want := range map[string]bool{
		"https://a.example": true, "HTTP://a.example/x": true, "mailto:a@b.example": true,
		"javascript:alert(1)": false, "file:///etc/passwd": false, "https://": false, "": false, "mailto:": false,
		"https://bücher.example": false, "https://a.example/\x1b[2J": false, "https://a.example/a b": false,
	} {
		if l := (Link{URL: address}); l.opens() != want {
			t.Errorf("%q: opens is %v", address, !want)
		}
	}
}

func TestWithdrawnModelsAreNotOffered(t *testing.T) {
	gone := api.Model{ID: "gone", Status: api.Withdrawn, Shutdown: "2026-08-10", ReplacedBy: "here"}
	choices := []Choice{{Provider: "p", Model: gone}, {Provider: "p", Model: api.Model{ID: "here"}}}
	d := NewModels(themes.Plain(), "p", "here")
	d.SetChoices(choices)
	d.Resize(80, 24)
	if v := ansi.Strip(d.View()); strings.Contains(v, "gone") {
		t.Errorf("it is offered:\n%s", v)
	}
	d = NewModels(themes.Plain(), "p", "gone")
	d.SetChoices(choices)
	d.Resize(80, 24)
	if v := ansi.Strip(d.View()); !strings.Contains(v, "withdrawn 2026-08-10 → here") {
		t.Errorf("of the one in use it is not said that it is gone:\n%s", v)
	}
}

func TestBadgesOfControls(t *testing.T) {
	d := NewModels(themes.Plain(), "", "")
	d.SetChoices([]Choice{
		{Model: api.Model{ID: "a", Controls: []api.Control{api.ControlBudget}}},
		{Model: api.Model{ID: "b", Controls: []api.Control{api.ControlEnableSearch}}},
		{Model: api.Model{ID: "c", Controls: []api.Control{api.ControlUsage}}},
	})
	d.Resize(80, 24)
	for filter, want := range map[string]string{"is:thinks": "a", "is:web": "b"} {
		d.SetFilter(filter)
		if shown, _ := d.list.Count(); shown != 1 || d.Press(enter) != (ChooseModel{"", want}) {
			t.Errorf("%s shows %d", filter, shown)
		}
	}
}

func TestPricesOfAModel(t *testing.T) {
	c := Choice{Model: api.Model{PriceIn: dollarsOf(2.5), PriceOut: dollarsOf(10), Prices: []api.Price{
		{Of: api.PriceOfInput, Unit: "token", USD: 2.5e-6},
		{Of: api.PriceOfCached, Unit: "token", USD: 1.25e-6},
		{Of: api.PriceOfCached, Unit: "token", USD: 9, When: map[string]string{"context": "long"}},
		{Of: api.PriceOfRequest, Unit: "request", USD: 0.005},
	}}}
	if got, want := c.priced(), "$2.50 in, $1.25 cached, $10.00 out"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := c.charges(), "$0.0050 a request, prices vary"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// attacks are texts that a hostile service could send.
func attacks(t *testing.T) map[string]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "../shared/data/terminal-attacks.json"))
	if err != nil {
		t.Skip("no ../shared/data beside the repository")
	}
	var list []struct {
		Name string
		Text []byte `json:"text_base64"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, a := range list {
		all[a.Name] = string(a.Text)
	}
	return all
}

func TestAttacksReachNoDialog(t *testing.T) {
	for name, bad := range attacks(t) {
		m := answer()
		r := api.NewReply(now)
		r.Model, r.InferenceID, r.Finish, r.Protocol = bad, bad, api.FinishReason(bad), api.Protocol(bad)
		r.Err = &api.Error{Message: bad, Hint: bad, Kind: api.ErrorKind(bad), RequestID: bad}
		m.Reply, m.Model, m.Provider, m.RequestID, m.ID = r, bad, bad, bad, bad
		models := NewModels(themes.Plain(), "p", "m")
		models.SetChoices([]Choice{{
			Provider: "p", Facts: []Fact{{Name: bad, Value: bad}},
			Model: api.Model{ID: "m", Name: bad, Developer: bad, Status: api.Status(bad), ReplacedBy: bad, Shutdown: bad, Aliases: []string{bad}, Prices: []api.Price{{Unit: bad, USD: 1}}},
		}})
		list := NewLinks(themes.Plain(), []Link{{1, bad, "https://a.example/" + bad}, {2, bad, bad}})
		for _, d := range []modal{
			models, list, NewDetails(themes.Plain(), m),
			NewDetails(themes.Plain(), Message{Files: []api.File{{Name: bad, MIME: bad}}}),
			NewCosts(themes.Plain(), Bill{Balance: bad}),
			NewConfirm(themes.Plain(), Question{Title: bad, Text: bad, Yes: bad, No: bad}),
			NewDecide(themes.Plain(), Decision{Title: bad, Text: bad, Ways: []Course{{bad, bad}, {bad, ""}}}),
			NewReport(themes.Plain(), bad, []FactGroup{{Title: bad, Facts: []Fact{{Name: bad, Value: bad}}}}),
		} {
			d.Resize(80, 24)
			for range 3 {
				before := checkView(t, d, 80, 24)
				checkClean(t, name, d, before)
				if d.Press(pgdown); d.View() == before {
					break
				}
			}
		}
		if a := list.Press(enter); a != nil && a != (OpenURL{"https://a.example/" + bad}) {
			t.Errorf("%s: opened %#v", name, a)
		}
	}
}

// checkClean fails when a view holds what only an attack would have put there:
// all the escapes are plain colours, which the plain theme has none of but bold.
func checkClean(t *testing.T, name string, d modal, view string) {
	t.Helper()
	for _, r := range strings.NewReplacer("\x1b[1m", "", "\x1b[m", "", "\x1b[4m", "", "\x1b[1;4m", "", "\n", "").Replace(view) {
		if r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xe0000 && r <= 0xe007f {
			t.Fatalf("%s: %T shows %U", name, d, r)
		}
	}
}

// A summary of little is longer than what it stands for, and that is said.
func TestCompactingThatGainsNothing(t *testing.T) {
	c := long()
	short := Conversation{Turns: []Turn{{2, 200}, {2, 200}, {2, 200}}, Sent: 600, Model: "acme/thinker-r1"}
	for want, c := range map[bool]Conversation{false: c, true: short} {
		d := NewCompacting(themes.Plain(), c)
		d.Resize(120, 40)
		if got := strings.Contains(d.View(), "fewer than now"); got != want {
			t.Errorf("of %d tokens it says that nothing is gained: %v\n%s", c.Sent, got, d.View())
		}
	}
}
