package transcript

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/markdown"
	"github.com/charmbracelet/x/ansi"
)

// said is what a model said: its thought and its answer.
type said struct{ name, thought, answer string }

// fixtures are answers of the shapes that models give.
var fixtures = []said{
	{"steps", "The user wants **steps**.\n\n1. check the `go.mod`\n2. run it\n\nI should mention the tab in\n\n```make\nall:\n\tgo build\n```", "Here's how to do it, which takes about as long as it takes to make a cup of tea:\n\n1. **Install** the tool:\n\n   ```bash\n   go install example.com/tool@latest && export PATH=\"$PATH:$(go env GOPATH)/bin\" # a long line that wraps\n   ```\n\n2. **Write** a `Makefile`:\n\n   ```make\n   all: build test\n   \tgo build ./...\n   \tgo test   ./...   # blanks   stay\n   ```\n\n3. Run `make`.\n\n> **Note:** tabs, not spaces; a quoted line that is long enough to be wrapped in a narrow window.\n\n---\n\nDone! 🎉"},
	{"table", "", "Compared:\n\n| Language | Typing | Speed | Since |\n|:---------|:------:|------:|-------|\n| Go | static | fast | 2009 |\n| Python | dynamic, with optional hints that nobody checks | slow, unless it is C | 1991 |\n| 日本語 | 動的 | 🐢 | ? |\n\nSo **Go** it is.\n\n```go\nfunc main() {\n\tfmt.Println(\"a\",\t\"b\")\n}\n```"},
	{"scripts", "考えています。これは長い文なので、狭い画面では折り返されるはずです。", "日本語の文章です。English も混ざります、そして **太字** も。\n\n- שלום עולם, זה טקסט ארוך מספיק כדי להישבר\n- مرحبا بالعالم، هذا نص طويل بما يكفي للالتفاف\n- 👩‍👩‍👧 family, 🇳🇴 flag, e\u0301 accent, می‌خواهم\n\n한국어 문장도 있습니다. 충분히 길어서 줄이 바뀝니다."},
	{"maths", "", "The formula is \\(a^2 + b^2 = c^2\\), and\n\n$$\\frac{1}{2} \\sum_{i=0}^{n} x_i$$\n\nwhere `x_i` costs $5.\n\n* one\n* two\n    * three\n\n      an indented paragraph in an item, long enough to wrap at every width we try\n"},
}

// recordings are what real models said, where the recordings are at hand.
func recordings(t *testing.T) []said {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data")
	streams, _ := filepath.Glob(filepath.Join(dir, "streams", "*.expected.json"))
	samples, _ := filepath.Glob(filepath.Join(dir, "aiml-samples", "chat-*.json"))
	var all []said
	for _, name := range append(streams, samples...) {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Answer    string
			Reasoning string
			Choices   []struct {
				Message struct {
					Content   any
					Reasoning any `json:"reasoning_content"`
				}
			}
		}
		if json.Unmarshal(raw, &doc) != nil {
			continue // of another shape
		}
		s := said{filepath.Base(name), doc.Reasoning, doc.Answer}
		if len(doc.Choices) > 0 {
			s.answer, _ = doc.Choices[0].Message.Content.(string)
			s.thought, _ = doc.Choices[0].Message.Reasoning.(string)
		}
		if s.answer != "" {
			all = append(all, s)
		}
	}
	return all
}

// Whatever a model says: dragging over all of it copies what is seen, with
// wrapped lines whole, without borders and padding, at every width the same.
func TestCopyingWhatModelsSay(t *testing.T) {
	for _, s := range fixtures {
		t.Run(s.name, func(t *testing.T) { testCopying(t, s) })
	}
}

func TestCopyingRecordings(t *testing.T) {
	all := recordings(t)
	if len(all) == 0 {
		t.Skip("no ../shared/data")
	}
	for i, s := range all {
		if i%6 == 0 || os.Getenv("AIMLCHAT_LONG") != "" {
			t.Run(s.name, func(t *testing.T) { testCopying(t, s) })
		}
	}
	t.Logf("%d answers", len(all))
}

func testCopying(t *testing.T, s said) {
	tabled := false
	for _, b := range append(markdown.Blocks(s.answer), markdown.Blocks(s.thought)...) {
		tabled = tabled || b.Kind == markdown.Table
	}
	var want string
	for _, width := range []int{200, 80, 57, 31} {
		tr := New(themes.Plain(), false)
		tr.Resize(width, 40)
		r := api.NewReply(start)
		r.Add(api.Reasoning{Text: s.thought}, start)
		r.Add(api.Answer{Text: s.answer}, start)
		tr.Append(&Answer{Model: "m", Reply: r})
		tr.CycleFold()
		tr.Resize(width, tr.lay(0).height())
		tr.Layout()
		tr.Mark(0, 0, ByCell)
		tr.MarkTo(width-1, tr.lay(0).height()-1)
		got := tr.MarkedText()
		if want == "" {
			want = got
		}
		if got != want && !tabled {
			t.Fatalf("at width %d it copies\n%q, at 200\n%q", width, got, want)
		}
		if seen := seenText(tr); untabbed(got) != untabbed(seen) {
			t.Fatalf("at width %d it copies\n%q of\n%q", width, untabbed(got), untabbed(seen))
		}
		for _, b := range append(markdown.Blocks(s.answer), markdown.Blocks(s.thought)...) {
			if b.Kind == markdown.Code && !strings.Contains(got, strings.Trim(b.Text, "\n")) {
				t.Errorf("at width %d this code is not in what was copied:\n%q\n%q", width, b.Text, got)
			}
		}
	}
}

// seenText is what an entry shows, read off its rows by other means than copying
// does: wrapped lines joined, borders and padding left out.
func seenText(tr *Transcript) string {
	var lines []string
	for _, s := range tr.lay(0) {
		o, line := tr.origin(0, &s), ""
		var record []string
		ended := ""
		for row, l := range s.rows() {
			text := ansi.TruncateLeft(ansi.Strip(l.Text), l.Gutter, "")
			if b := o.block(row); b != nil && b.Kind != markdown.Code {
				if strings.Trim(text, "─┼ ") == "" {
					continue
				}
				if len(b.Columns) > 0 {
					if record = addCells(record, text, ended); l.Breaks != "" {
						ended = l.Breaks
						continue
					}
					text, record, ended = strings.Join(record, "\t"), nil, ""
				}
			}
			if line += text; l.Space {
				line += strings.Repeat(" ", max(1, l.Blanks))
			}
			if !l.Soft {
				lines, line = append(lines, line), ""
			}
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// addCells puts what a row of a table shows behind what the rows above it do.
func addCells(record []string, row, ended string) []string {
	cells := strings.Split(row, "│")
	for i := range cells {
		cell := strings.TrimSpace(cells[i])
		if ended == "" {
			record = append(record, cell)
			continue
		}
		if ended[i] == ' ' && cell != "" && record[i] != "" {
			cell = " " + cell
		}
		record[i] += cell
	}
	return record
}
