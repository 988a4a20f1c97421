package ui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/transcript"
)

// answers are texts of one kind of block each, of about n bytes.
var answers = map[string]func(n int) string{
	"prose": func(n int) string { return manyOf(n, func(i int) string { return sentence(i, 6) + "\n\n" }) },
	"code": func(n int) string {
		return "```go\n" + manyOf(n, func(i int) string {
			return fmt.Sprintf("func f%d(x int) (string, error) {\n\treturn fmt.Sprint(x, \"a string\"), nil // number %d\n}\n\n", i, i)
		})
	},
	"list": func(n int) string {
		return manyOf(n, func(i int) string { return strings.Repeat("  ", i%3) + "- " + sentence(i, 1) + "\n" })
	},
	"table": func(n int) string {
		return "| a | b | c |\n|---|--:|---|\n" + manyOf(n, func(i int) string {
			return fmt.Sprintf("| %s | %d | `code %d` and *more* |\n", sentence(i, 1)[:20], i, i)
		})
	},
	"paragraph": func(n int) string { return manyOf(n, func(i int) string { return sentence(i, 1) + " " }) },
	"lines":     func(n int) string { return manyOf(n, func(i int) string { return sentence(i, 1) + "\n" }) },
	"code line": func(n int) string {
		return "```json\n" + manyOf(n, func(i int) string { return fmt.Sprintf(`{"key%d":[1,2,"three"]},`, i) })
	},
	"mixture": func(n int) string { return manyOf(n, func(i int) string { return benchAnswer(i) + "\n\n" }) },
}

func manyOf(n int, piece func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(piece(i))
	}
	return b.String()
}

func sentence(i, times int) string {
	return strings.TrimSpace(strings.Repeat(fmt.Sprintf("Some **bold** words of sentence %d, with `code` and [a link](https://example.com/%d), long enough. ", i, i), times))
}

// frames keeps the shortest time that each frame took, however often it is drawn:
// what else runs on the machine makes single ones longer.
type frames struct {
	took []time.Duration
	next int
}

func (f *frames) draw(m *Model, msg tea.Msg) {
	start := time.Now()
	m.Update(msg)
	m.View()
	took := time.Since(start)
	if f.next == len(f.took) {
		f.took = append(f.took, math.MaxInt64)
	}
	f.took[f.next] = min(f.took[f.next], took)
	f.next++
}

func (f *frames) worst() float64 {
	var worst time.Duration
	for _, d := range f.took {
		worst = max(worst, d)
	}
	return float64(worst.Microseconds()) / 1000
}

// BenchmarkReadingAnswer measures the frames, each an Update and a View, of a
// screen of 120x40 with one answer on it: 20 KB of each kind of block, 80 KB of all,
// and 1 MB. The metrics are the milliseconds of the worst frame while it arrives,
// when it first comes into view, while it is scrolled through by pages, at other
// widths, and in other themes.
func BenchmarkReadingAnswer(b *testing.B) {
	w, store := benchStore(b)
	for _, size := range []int{20 << 10, 80 << 10, 1 << 20} {
		for _, name := range []string{"prose", "code", "list", "table", "paragraph", "lines", "code line", "mixture"} {
			if size == 80<<10 && name != "mixture" {
				continue
			}
			text := answers[name](size)
			b.Run(fmt.Sprintf("%s/%dK", name, size>>10), func(b *testing.B) {
				var arriving, entering, scrolling, resizing, theming frames
				all := map[string]*frames{"arriving": &arriving, "entering": &entering, "scrolling": &scrolling, "resizing": &resizing, "theming": &theming}
				for b.Loop() {
					for _, f := range all {
						f.next = 0
					}
					m := benchModel(b, w, store)
					arrive(m, text, &arriving)
					resize(m, &resizing)
					retheme(m, &theming)
					scroll(m, &scrolling)
					m = benchModel(b, w, store)
					enter(m, text, &entering)
				}
				for name, f := range all {
					b.ReportMetric(f.worst(), name+"-ms")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// arrive has an answer arrive in 300 frames.
func arrive(m *Model, text string, f *frames) {
	r := api.NewReply(time.Time{})
	m.conv.view.Append(&transcript.User{Text: "go on"})
	a := &transcript.Answer{Model: "m", Reply: r, Live: true}
	m.conv.view.Append(a)
	const n = 300
	for i := range n {
		r.Add(api.Answer{Text: text[i*len(text)/n : (i+1)*len(text)/n]}, time.Time{})
		m.conv.view.Extend()
		f.draw(m, nil)
	}
	a.Live = false
	f.draw(m, nil)
}

// resize drags the edge of the window, at the end and in the middle.
func resize(m *Model, f *frames) {
	for i := range 20 {
		if i == 10 {
			for range 40 {
				m.conv.view.ScrollBy(-m.layout.transcript)
			}
			m.Update(nil)
		}
		f.draw(m, tea.WindowSizeMsg{Width: 80 + i*37%120, Height: 40})
	}
	f.draw(m, tea.WindowSizeMsg{Width: 120, Height: 40})
}

func retheme(m *Model, f *frames) {
	for i := range 4 {
		m.dark = i%2 == 0
		m.setTheme(m.pickTheme())
		f.draw(m, nil)
	}
}

// scroll goes through it by pages, and to places by chance.
func scroll(m *Model, f *frames) {
	m.conv.view.Bottom()
	f.draw(m, nil)
	for range 200 {
		m.conv.view.ScrollBy(-m.layout.transcript)
		f.draw(m, nil)
	}
	m.conv.view.Top()
	f.draw(m, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		m.conv.view.ScrollBy(rng.IntN(200))
		f.draw(m, nil)
	}
}

// enter scrolls to an answer that was never drawn, above what is in view.
func enter(m *Model, text string, f *frames) {
	r := api.NewReply(time.Time{})
	r.Add(api.Answer{Text: text}, time.Time{})
	m.conv.view.Append(&transcript.Answer{Model: "m", Reply: r})
	for i := range 40 {
		m.conv.view.Append(&transcript.User{Text: fmt.Sprint("question ", i)})
	}
	f.draw(m, nil)
	for range 6 {
		m.conv.view.ScrollBy(-m.layout.transcript)
		f.draw(m, nil)
	}
	m.conv.view.Top()
	f.draw(m, nil)
}
