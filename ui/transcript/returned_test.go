package transcript

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

func tokens(n int64) *int64 { return &n }

// full is an answer with all that can come with one.
func full() *Answer {
	r := api.NewReply(start)
	for _, ev := range []api.Event{
		api.Start{Model: "gpt-5-2025-08-07"},
		api.Notice{Text: "gpt-5 takes no thinking budget; it is left out"},
		api.Answer{Text: "Full bloom is usually **around the first week of April** [1], later in the hills [2][3]."},
		api.Cited{Citation: api.Citation{Title: "Cherry blossom forecast 2026", URL: "https://www.japan-guide.com/sakura/"}},
		api.Cited{Citation: api.Citation{Title: "京都の桜 — 開花情報と見頃、おすすめのスポットを徹底的にご紹介します", URL: "https://kyoto.travel/ja/sakura"}},
		api.Cited{Citation: api.Citation{URL: "https://bücher.example/a/very/long/path/that/is/cut/where/it/does/not/fit/into/the/line/that/it/has/on/any/of/the/screens"}},
		api.Cited{Citation: api.Citation{Title: "www.google.com", URL: "https://evil.example/x"}},
		api.Attached{File: api.File{Name: "bloom.png", MIME: "image/png", Size: 120_000, SHA256: "b"}},
		api.Attached{File: api.File{MIME: "audio/wav", Size: 1_200_000}},
		api.ToolCallDelta{Index: 0, ToolCall: api.ToolCall{Name: "get_weather", Arguments: `{"city":"京都","days":[1,2],"unit":"c"}`}},
		api.ToolCallDelta{Index: 2, ToolCall: api.ToolCall{Name: "search", Arguments: `{"query": "cherry blossom forecast for the whole of Japan in the year 2026"`}},
		api.Metered{Usage: api.Usage{Completion: tokens(812), Reasoning: tokens(1339)}},
	} {
		r.Add(ev, start.Add(time.Second))
	}
	for i := range 7 {
		r.Add(api.Cited{Citation: api.Citation{Title: fmt.Sprintf("Source %d", i+5), URL: fmt.Sprintf("https://s%d.example/", i+5)}}, start)
	}
	r.Add(api.Finish{Reason: api.FinishTools}, start.Add(4*time.Second))
	saved := func(f api.File) string {
		if f.SHA256 == "" {
			return ""
		}
		return "/home/me/.local/share/aimlchat/files/" + f.Name
	}
	return &Answer{Model: "openai/gpt-5", Reply: r, Saved: saved}
}

func attached() *User {
	return &User{Text: "When do the cherry trees bloom?", At: start, Files: []api.File{
		{Name: "photo.png", MIME: "image/png", Size: 120_400},
		{Name: "京都の桜についてのとても長い名前のファイル.pdf", MIME: "application/pdf", Size: 4_500_000},
		{Name: "notes.txt", MIME: "text/plain"},
	}}
}

func TestReturned(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		for _, open := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d-%v", width, open), func(t *testing.T) {
				tr := New(themes.Plain(), false)
				tr.Resize(width, 60)
				tr.Append(attached())
				a := full()
				tr.Append(a)
				if open {
					tr.ToggleFold(a)
				}
				golden.RequireEqual(t, []byte(plainView(tr)))
			})
		}
	}
}

func TestReturnedInColour(t *testing.T) {
	for _, theme := range themes.All() {
		t.Run(theme.Name, func(t *testing.T) {
			tr := New(theme, true)
			tr.Resize(60, 40)
			tr.Append(attached())
			tr.Append(full())
			tr.Layout()
			golden.RequireEqual(t, []byte(tr.View()))
		})
	}
}

// One key unfolds all that an answer folds, and folds it again.
func TestFoldOfEverything(t *testing.T) {
	call := api.ToolCallDelta{ToolCall: api.ToolCall{Name: "now", Arguments: `{"zone":"JST"}`}}
	for _, tt := range []struct {
		name  string
		whole int // how often the whole conversation was cycled
		call  bool
		want  string // what is in view at first and after each press: t thought, a arguments
	}{
		{"thought", 0, false, " |t| |t"},
		{"thought and call", 0, true, " |ta| |ta"},
		{"open thought", 1, false, "t| |t"},
		{"open thought and call", 1, true, "t|ta| "},
		{"hidden thought and call", 2, true, " |ta| "},
	} {
		tr := New(themes.Plain(), false)
		tr.Resize(60, 30)
		a := &Answer{Model: "m", Reply: reply("a thought", "the answer")}
		if tt.call {
			a.Reply.Add(call, start)
		}
		tr.Append(a)
		for range tt.whole {
			tr.CycleFold()
		}
		var got []string
		for range strings.Count(tt.want, "|") + 1 {
			v, seen := plainView(tr), ""
			if strings.Contains(v, "a thought") {
				seen += "t"
			}
			if strings.Contains(v, `"zone": "JST"`+"\n") {
				seen += "a"
			}
			if got = append(got, seen); seen == "" {
				got[len(got)-1] = " "
			}
			tr.ToggleFold(a)
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, g, tt.want)
		}
	}
}

// What unfolds above the reader's line does not move it.
func TestUnfoldingKeepsTheLineBelow(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 5)
	a := full()
	tr.Append(a)
	tr.Append(&User{Text: strings.Repeat("more\n", 20)})
	tr.Top()
	for !strings.Contains(lines(tr)[0], "search(") {
		tr.ScrollBy(1)
	}
	for range 3 {
		tr.ToggleFold(a)
		if got := lines(tr)[0]; !strings.Contains(got, "search(") {
			t.Errorf("the top line is %q", got)
		}
	}
	tr.ScrollBy(1)
	if got := lines(tr)[0]; !strings.Contains(got, `"query"`) {
		t.Fatalf("the top line is %q", got)
	}
	tr.ToggleFold(a)
	if got := lines(tr)[0]; !strings.Contains(got, "search(") {
		t.Errorf("of arguments that fold, the call stays, not %q", got)
	}
}

func TestHiddenThought(t *testing.T) {
	const line = "Thought, hidden by the vendor · 1,339 tokens"
	tr := New(themes.Plain(), false)
	tr.Resize(80, 20)
	r := api.NewReply(start)
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	r.Add(api.Answer{Text: "x"}, start)
	r.Add(api.Metered{Usage: api.Usage{Reasoning: tokens(0)}}, start)
	if v := plainView(tr); strings.Contains(v, "hidden") {
		t.Errorf("there was no thought:\n%s", v)
	}
	r.Add(api.Metered{Usage: api.Usage{Reasoning: tokens(1339)}}, start)
	if v := plainView(tr); !strings.Contains(v, line) {
		t.Errorf("not said:\n%s", v)
	}
	tr.CycleFold()
	tr.CycleFold()
	if v := plainView(tr); strings.Contains(v, line) {
		t.Errorf("reasoning is hidden, and shown:\n%s", v)
	}
	tr.CycleFold()
	r.Add(api.Reasoning{Text: "hm"}, start)
	if v := plainView(tr); strings.Contains(v, line) {
		t.Errorf("the thought is there:\n%s", v)
	}
}

func TestLiveToolCall(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 30)
	r := api.NewReply(start)
	a := &Answer{Model: "m", Reply: r, Live: true}
	tr.Append(a)
	add := func(name, args string) {
		r.Add(api.ToolCallDelta{ToolCall: api.ToolCall{Name: name, Arguments: args}}, start)
		tr.Extend()
	}
	for _, step := range []struct{ name, args, want string }{
		{"write", "", "▸ write()"},
		{"", `{"pa`, "▸ write()"},
		{"", `th":`, "▸ write(path: )"},
		{"", `"a/b`, `▸ write(path: "a/b)`},
		{"", `.go"`, `▸ write(path: "a/b.go")`},
		{"", `,"text":"` + strings.Repeat(`line\n`, 2000), `▸ write(path: "a/b.go", …)`},
	} {
		if add(step.name, step.args); !strings.Contains(plainView(tr), step.want) {
			t.Errorf("after %.20q it does not say %q:\n%s", step.args, step.want, plainView(tr))
		}
	}
	tr.ToggleFold(a)
	if v := plainView(tr); strings.Count(v, "line") < 20 || strings.Count(v, "\\n") > 100 {
		t.Errorf("want the end of the arguments:\n%s", v)
	}
	add("", `"}`)
	tr.Resize(60, 3000)
	r.Add(api.Finish{Reason: api.FinishTools}, start)
	a.Live = false
	if v := plainView(tr); !strings.Contains(v, "▾ write(") || !strings.Contains(v, `"path": "a/b.go",`) {
		t.Errorf("got\n%.500s", v)
	}
}

func TestFirstArgument(t *testing.T) {
	for _, tt := range []struct {
		args, want string
		more       bool
	}{
		{"", "", false},
		{" \n", "", false},
		{"{}", "", false},
		{`{"a":1}`, "a: 1", false},
		{`{"a":"x y","b":2}`, `a: "x y"`, true},
		{`{"a":{"b":1},"c":[]}`, "a: {…}", true},
		{`{"a":[1,2]}`, "a: […]", false},
		{`{"a":null}`, "a: null", false},
		{`[1, 2]`, "[1, 2]", false},
		{`"text"`, `"text"`, false},
		{"no\njson", "no json", false},
		{`{"a\u001b":"\u001b[31m"}`, `a: "\u001b[31m"`, false},
	} {
		if got, more := firstArgument(tt.args); got != tt.want || more != tt.more {
			t.Errorf("%q: %q %v, want %q %v", tt.args, got, more, tt.want, tt.more)
		}
	}
}

func FuzzArguments(f *testing.F) {
	for _, s := range []string{"", "{}", `{"a":`, `{"a":"b","c":[{}]}`, "```\n{", `{"a":"` + "\n```\n" + `"}`, "\x1b[2J", `{"` + strings.Repeat(`a":{"`, 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, args string) {
		r := api.NewReply(start)
		r.Add(api.ToolCallDelta{ToolCall: api.ToolCall{Name: "x", Arguments: args}}, start)
		r.Add(api.Finish{Reason: api.FinishTools}, start)
		checkPane(t, &Answer{Model: "m", Reply: r})
	})
}

// checkPane fails when an answer, folded or not, breaks the promises of a view.
func checkPane(t *testing.T, e Entry) {
	t.Helper()
	for _, width := range []int{7, 40} {
		tr := New(themes.Plain(), false)
		tr.Resize(width, 60)
		tr.Append(e)
		looks := []func(){func() {}}
		if a, is := e.(*Answer); is {
			fold := func() { tr.ToggleFold(a) }
			looks = append(looks, fold, fold, func() { tr.ToggleRaw() }, func() { tr.ToggleRaw(); tr.SetBeside(true) })
		}
		for _, look := range looks {
			look()
			tr.Layout()
			checkRows(t, tr.frame, width)
		}
		if tr.beside {
			b := NewBeside(themes.Plain(), false)
			b.Resize(width, 60)
			b.Show(tr)
			b.Layout()
			checkRows(t, b.Rows(), width)
		}
	}
}

// attributes are what the plain theme writes: no colours, no links.
var attributes = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[([1-9](;[1-9])*)?m`) })

// checkRows fails for what is too wide, and for controls that are none of ours.
func checkRows(t *testing.T, rows []string, width int) {
	t.Helper()
	for _, row := range rows {
		if n := ansi.StringWidth(row); n > width {
			t.Fatalf("at width %d a line has %d cells: %q", width, n, row)
		}
		for _, r := range attributes().ReplaceAllString(row, "") {
			if r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xe0000 && r <= 0xe007f {
				t.Fatalf("%U is in %q", r, row)
			}
		}
	}
}

func TestSavedLaterIsShown(t *testing.T) {
	path := ""
	r := api.NewReply(start)
	r.Add(api.Attached{File: api.File{Name: "a.png", MIME: "image/png", Size: 2000}}, start)
	r.Add(api.Finish{Reason: api.FinishStop}, start)
	tr := New(themes.Plain(), false)
	tr.Resize(60, 10)
	tr.Append(&Answer{Model: "m", Reply: r, Saved: func(api.File) string { return path }})
	if v := plainView(tr); !strings.Contains(v, "▪ image: a.png · 2.0 kB") {
		t.Errorf("got\n%s", v)
	}
	path = "/tmp/a.png"
	if v := plainView(tr); !strings.Contains(v, "▪ image saved: /tmp/a.png") {
		t.Errorf("got\n%s", v)
	}
}

func TestRefusal(t *testing.T) {
	for protocol, want := range map[api.Protocol]string{api.Chat: "refused, or stopped by a content filter", api.Messages: "the model refused"} {
		r := api.NewReply(start)
		r.Add(api.Start{Protocol: protocol}, start)
		r.Add(api.Finish{Reason: api.FinishFilter}, start.Add(time.Second))
		tr := New(themes.Plain(), false)
		tr.Resize(60, 10)
		tr.Append(&Answer{Model: "m", Reply: r})
		if v := plainView(tr); !strings.Contains(v, want) {
			t.Errorf("%s: want %q in\n%s", protocol, want, v)
		}
	}
}

func TestLinksOfAnEntry(t *testing.T) {
	a := full()
	a.Reply.Answer.WriteString(" See [the guide](https://www.japan-guide.com/sakura/), [more](https://more.example/) or [x](javascript:alert(1)).")
	a.Reply.Files[1].URL = "https://files.example/a.wav"
	var got []string
	for _, l := range a.Links()[2:4] {
		got = append(got, fmt.Sprintf("%d %s %.42s", l.Citation, l.Title, l.URL))
	}
	all := a.Links()
	for _, l := range all[len(all)-2:] {
		got = append(got, fmt.Sprintf("%d %s %s", l.Citation, l.Title, l.URL))
	}
	want := "3  https://xn--bcher-kva.example/a/very/long/|4 www.google.com https://evil.example/x|0 more https://more.example/|0 a file without a name https://files.example/a.wav"
	if g := strings.Join(got, "|"); g != want || len(all) != 13 {
		t.Errorf("%d links, %q, want %q", len(all), g, want)
	}
	if l := (&User{Text: "look at https://a.example/x"}).Links(); len(l) != 1 || l[0].URL != "https://a.example/x" {
		t.Errorf("a question: %v", l)
	}
	if (&Divider{}).Links() != nil || (&Notice{}).Links() != nil {
		t.Error("plain entries link to nothing")
	}
}

func TestSubstitute(t *testing.T) {
	for _, tt := range []struct{ asked, did, want string }{
		{"openai/gpt-4o", "gpt-4o-2024-08-06", ""},
		{"gpt-4o", "openai/gpt-4o", ""},
		{"claude-sonnet-4.5", "claude-sonnet-4-5-20250929", ""},
		{"deepseek/deepseek-chat", "deepseek-v4-flash", "deepseek-v4-flash"},
		{"gpt-4o", "", ""},
		{"gpt-4o", "x\x1b[2J\ny", "x[2J y"},
	} {
		r := api.NewReply(start)
		r.Model = tt.did
		if got := (&Part{Model: tt.asked, Reply: r}).substitute(); got != tt.want {
			t.Errorf("%s by %s: %q, want %q", tt.asked, tt.did, got, tt.want)
		}
	}
}

func TestPosition(t *testing.T) {
	tr := New(themes.Plain(), false)
	tr.Resize(60, 20)
	if tr.Position() != -1 {
		t.Error("nothing is selected")
	}
	for _, e := range []Entry{&User{Text: "a"}, full(), &Divider{Text: "d"}, &User{Text: "b"}} {
		tr.Append(e)
	}
	tr.Select(-1)
	if got := tr.Position(); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

// Links open by themselves where the terminal can; they end on the line on
// which they began.
func TestCitationsAreLinks(t *testing.T) {
	tr := New(themes.Dark(), true)
	tr.Resize(30, 60)
	tr.Append(full())
	tr.Layout()
	for l := range strings.SplitSeq(tr.View(), "\n") {
		if open, closed := strings.Count(l, "\x1b]8;;https"), strings.Count(l, "\x1b]8;;\x07"); open != closed {
			t.Errorf("%q opens %d links and closes %d", l, open, closed)
		}
	}
	if !strings.Contains(tr.View(), "\x1b]8;;https://kyoto.travel/ja/sakura\x07") {
		t.Error("a source does not link")
	}
}

func TestAttacksReachNoEntry(t *testing.T) {
	for name, bad := range attacks(t) {
		t.Run(name, func(t *testing.T) {
			r := api.NewReply(start)
			for _, ev := range []api.Event{
				api.Start{Model: bad},
				api.Notice{Text: bad},
				api.Reasoning{Text: bad},
				api.Answer{Text: bad},
				api.Cited{Citation: api.Citation{Title: bad, URL: "https://a.example/" + bad}},
				api.Cited{Citation: api.Citation{Title: "x", URL: bad}},
				api.Cited{Citation: api.Citation{URL: bad}},
				api.Attached{File: api.File{Name: bad, MIME: bad, URL: bad, Size: 1}},
				api.ToolCallDelta{ToolCall: api.ToolCall{Name: bad, Arguments: bad}},
				api.ToolCallDelta{Index: 1, ToolCall: api.ToolCall{Name: "x", Arguments: asJSON(t, map[string]string{bad: bad})}},
				api.Finish{Reason: api.FinishReason(bad)},
			} {
				r.Add(ev, start)
			}
			a := &Answer{Model: bad, Reply: r, Saved: func(api.File) string { return bad }}
			checkPane(t, a)
			checkPane(t, &Answer{Model: bad, Reply: thinks(bad), Live: true, Note: bad})
			checkPane(t, &Divider{Text: bad, Warning: bad})
			checkPane(t, &Notice{Text: bad})
			checkPane(t, &Digest{Messages: 2, Text: bad, About: bad, open: true})
			checkPane(t, &User{Text: bad, Files: []api.File{{Name: bad, MIME: bad, Size: 1}}})
			for _, l := range a.Links() {
				if strings.ContainsFunc(l.URL, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
					t.Errorf("a link leads to %q", l.URL)
				}
			}
		})
	}
}

// thinks is a reply that has thought, and not answered yet.
func thinks(text string) *api.Reply {
	r := api.NewReply(start)
	r.Add(api.Reasoning{Text: text}, start)
	return r
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// attacks are texts that a hostile model could send.
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

// Each row of a link that is wrapped leads to the whole address, and no row
// leaves one open.
func TestLinksOverWraps(t *testing.T) {
	const address = "https://example.com/a/long/path/that/is/wrapped/more/than/once?q=1"
	for _, text := range []string{address, "[a label of many words that is wrapped more than once](" + address + ")", "> - [京都の桜はいつ咲きますか 👩\u200d👩\u200d👧 京都の桜](" + address + ")"} {
		tr := New(themes.Dark(), true)
		tr.Resize(24, 40)
		tr.Append(&Answer{Model: "m", Reply: answered("See " + text + " now.")})
		tr.Layout()
		linked := 0
		for _, row := range tr.frame {
			opened := strings.Count(row, "\x1b]8;;"+address)
			if closed := strings.Count(row, "\x1b]8;;\x1b\\") + strings.Count(row, "\x1b]8;;\x07"); opened != closed {
				t.Errorf("a row leaves a link open, or opens another one: %q", row)
			}
			linked += min(opened, 1)
		}
		if linked < 2 {
			t.Errorf("%d rows are linked of\n%s", linked, plainView(tr))
		}
	}
}
