//go:build unix

package markdown

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"charm.land/glamour/v2"
	"charm.land/glamour/v2/styles"
)

// BenchmarkStream measures a text arriving in frames, each extended and laid
// out: 80 KB in 300 of them, and 20 KB of each shape in 75. The metric ratio is
// the CPU beside one rendering of the same text by glamour at the same width in
// the same run.
func BenchmarkStream(b *testing.B) {
	b.Run("mixture80K", func(b *testing.B) {
		benchStream(b, mixture(rand.New(rand.NewPCG(9, 9)), 80<<10), 300)
	})
	for _, name := range shapeNames() {
		b.Run(name, func(b *testing.B) { benchStream(b, shape(name, 20<<10), 75) })
	}
}

func benchStream(b *testing.B, text string, frames int) {
	var worst time.Duration
	start := cpu()
	for b.Loop() {
		worst = max(worst, stream(text, frames))
	}
	ours := (cpu() - start) / time.Duration(b.N)
	b.StopTimer()
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms/frame")
	b.ReportMetric(float64(ours)/float64(glamoured(b, text)), "ratio")
}

// cpu is what the process has computed: what others do on the machine is not in
// it.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// stream returns the longest time that a frame took, in which the end is looked at.
func stream(text string, frames int) (worst time.Duration) {
	d := NewDocument(colours())
	for i := range frames {
		start := time.Now()
		d.Extend(text[i*len(text)/frames : (i+1)*len(text)/frames])
		seeEnd(d, 100)
		worst = max(worst, time.Since(start))
	}
	return worst
}

// glamoured returns the CPU of one rendering by glamour, the best of three.
func glamoured(b *testing.B, text string) time.Duration {
	r, err := glamour.NewTermRenderer(glamour.WithStyles(styles.DarkStyleConfig), glamour.WithWordWrap(100))
	if err != nil {
		b.Fatal(err)
	}
	best := time.Hour
	for range 3 {
		start := cpu()
		if _, err := r.Render(text); err != nil {
			b.Fatal(err)
		}
		best = min(best, cpu()-start)
	}
	return best
}

// BenchmarkDoubling measures texts of growing length that arrive at the same
// pace. The metric doubling is the CPU beside that of half the text.
func BenchmarkDoubling(b *testing.B) {
	for _, name := range []string{"mixture", "code", "list", "table", "rich paragraph", "no spaces", "nested list", "quote"} {
		var before time.Duration
		for n := 64 << 10; n <= 1<<20; n *= 2 {
			text := mixture(rand.New(rand.NewPCG(9, 9)), n)
			if name != "mixture" {
				text = shape(name, n)
			}
			b.Run(fmt.Sprintf("%s/%dK", name, n>>10), func(b *testing.B) {
				best, worst := time.Hour, time.Hour
				for b.Loop() {
					start := cpu()
					worst = min(worst, stream(text, n/270))
					best = min(best, cpu()-start)
				}
				b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms/frame")
				if before > 0 {
					b.ReportMetric(float64(best)/float64(before), "doubling")
				}
				before = best
			})
		}
	}
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

// BenchmarkDraft measures the same, of which the last forty rows are seen.
func BenchmarkDraft(b *testing.B) {
	for name, text := range map[string]string{
		"mixture80K": mixture(rand.New(rand.NewPCG(7, 7)), 80<<10),
		"code80K":    shape("code", 80<<10) + "```\n",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				d := NewDocument(colours())
				d.Extend(text)
				seeEnd(d, 100)
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

// BenchmarkResize measures the end of 80 KB at another width.
func BenchmarkResize(b *testing.B) {
	d := NewDocument(colours())
	d.Extend(mixture(rand.New(rand.NewPCG(7, 7)), 80<<10))
	d.Lines(100)
	width := 0
	for b.Loop() {
		width++
		seeEnd(d, 80+width%2*40)
	}
}
