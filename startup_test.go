//go:build unix

package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"
)

// BenchmarkFirstFrame measures the time from the start of the process to the
// first frame in a terminal of 120x40, against the least Bubble Tea program,
// bare and with the same libraries linked in. The three take turns, so that
// the ratios hold on a machine whose speed drifts. The terminal answers no
// query, as the slowest ones do.
func BenchmarkFirstFrame(b *testing.B) {
	dir := b.TempDir()
	programs := []struct {
		name string
		argv []string
		took []time.Duration
	}{
		{name: "bare", argv: []string{build(b, dir, "bare", "./testdata/bare")}},
		{name: "linked", argv: []string{build(b, dir, "linked", "-tags=linked", "./testdata/bare")}},
		{name: "aimlchat", argv: []string{build(b, dir, "aimlchat", "."), "--demo"}},
	}
	env := lonely(b)
	b.ResetTimer()
	for b.Loop() {
		for i := range programs {
			p := &programs[i]
			p.took = append(p.took, firstFrame(b, env, p.argv))
		}
	}
	median := func(i int) float64 {
		slices.Sort(programs[i].took)
		return float64(programs[i].took[len(programs[i].took)/2])
	}
	b.ReportMetric(median(0)/1e6, "bare-ms")
	b.ReportMetric(median(1)/1e6, "linked-ms")
	b.ReportMetric(median(2)/1e6, "aimlchat-ms")
	b.ReportMetric(median(2)/median(0), "x-bare")
	b.ReportMetric(median(2)/median(1), "x-linked")
}

// build builds a program as it is released.
func build(b *testing.B, dir, name string, args ...string) string {
	b.Helper()
	bin := filepath.Join(dir, name)
	cmd := exec.CommandContext(b.Context(), "go", append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", bin}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return bin
}

// firstFrame runs a program until the text of its composer is on the wire.
func firstFrame(b *testing.B, env, argv []string) time.Duration {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), argv[0], argv[1:]...)
	cmd.Env = env
	start := time.Now()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = tty.Close()
	}()
	var seen []byte
	buf := make([]byte, 32<<10)
	for !bytes.Contains(seen, []byte("Ask anything")) {
		n, err := tty.Read(buf)
		if err != nil {
			b.Fatalf("%s ended before its first frame: %v\n%q", argv[0], err, seen)
		}
		seen = append(seen, buf[:n]...)
	}
	return time.Since(start)
}
