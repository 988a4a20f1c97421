package markdown

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"charm.land/glamour/v2"
	"charm.land/glamour/v2/styles"
)

// shapes are texts that arrive in frames, and how many.
func shapes() map[string]struct {
	text   string
	frames int
} {
	rng := rand.New(rand.NewPCG(9, 9))
	words := strings.Fields("a paragraph of plain words with *some* emphasis and `code` that goes on and on without any end")
	prose := func(n int) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteString(words[rng.IntN(len(words))])
			b.WriteByte(' ')
		}
		return b.String()
	}
	lines := func(n int, line func() string) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteString(line())
		}
		return b.String()
	}
	return map[string]struct {
		text   string
		frames int
	}{
		"mixture80K":   {mixture(rng, 80<<10), 300},
		"mixture160K":  {mixture(rng, 160<<10), 600},
		"code20K":      {strings.TrimSuffix(code(rng, 700), "```\n\n"), 300},
		"code20Kin75":  {strings.TrimSuffix(code(rng, 700), "```\n\n"), 75},
		"list20K":      {lines(20<<10, func() string { return "- " + prose(60) + "\n" }), 75},
		"paragraph20K": {prose(20 << 10), 75},
		"table20K": {"| a | b | c |\n|---|---|---|\n" + lines(20<<10, func() string {
			return "| " + prose(10) + " | " + prose(20) + "| " + prose(8) + " |\n"
		}), 75},
	}
}

// BenchmarkStream measures a text arriving in frames, each extended and laid
// out. The metric ratio is the time beside one rendering of the same text by
// glamour at the same width.
func BenchmarkStream(b *testing.B) {
	for name, shape := range shapes() {
		b.Run(name, func(b *testing.B) {
			var worst time.Duration
			for b.Loop() {
				worst = max(worst, stream(shape.text, shape.frames))
			}
			ours := b.Elapsed() / time.Duration(b.N)
			b.StopTimer()
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms/frame")
			b.ReportMetric(float64(ours)/float64(glamoured(b, shape.text)), "ratio")
			b.ReportMetric(float64(len(shape.text))/1024, "KB")
		})
	}
}

// stream returns the longest time that a frame took.
func stream(text string, frames int) (worst time.Duration) {
	d := NewDocument(colours())
	for i := range frames {
		start := time.Now()
		d.Extend(text[i*len(text)/frames : (i+1)*len(text)/frames])
		d.Lines(100)
		worst = max(worst, time.Since(start))
	}
	return worst
}

// glamoured returns the time of one rendering by glamour, the best of three.
func glamoured(b *testing.B, text string) time.Duration {
	style := styles.DarkStyleConfig
	r, err := glamour.NewTermRenderer(glamour.WithStyles(style), glamour.WithWordWrap(100))
	if err != nil {
		b.Fatal(err)
	}
	best := time.Hour
	for range 3 {
		start := time.Now()
		if _, err := r.Render(text); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// BenchmarkFresh measures a whole text at once: a session that is opened.
func BenchmarkFresh(b *testing.B) {
	for _, kb := range []int{1, 10, 80} {
		text := mixture(rand.New(rand.NewPCG(7, 7)), kb<<10)
		b.Run(fmt.Sprintf("%dKB", kb), func(b *testing.B) {
			for b.Loop() {
				fresh(colours(), text, 100)
			}
		})
	}
}

// BenchmarkIdle measures a frame in which nothing has arrived.
func BenchmarkIdle(b *testing.B) {
	d := NewDocument(colours())
	d.Extend(mixture(rand.New(rand.NewPCG(7, 7)), 80<<10))
	d.Lines(100)
	for b.Loop() {
		d.Lines(100)
	}
}

// BenchmarkResize measures 80 KB at another width.
func BenchmarkResize(b *testing.B) {
	d := NewDocument(colours())
	d.Extend(mixture(rand.New(rand.NewPCG(7, 7)), 80<<10))
	d.Lines(100)
	width := 0
	for b.Loop() {
		width++
		d.Lines(80 + width%2*40)
	}
}
