//go:build unix

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// idleTime is how long the programs rest while they are measured, after a
// second in which they may finish what a start brings with it.
const idleTime = 10 * time.Second

// BenchmarkIdle measures the CPU that the program takes while nobody does
// anything and nothing arrives, on a screen of 120x40 with an answer on it,
// beside the least Bubble Tea program at the same time, drawing as often as ours
// may, and at Bubble Tea's 60 frames a second. All of it is the renderer looking
// whether there is something to draw.
func BenchmarkIdle(b *testing.B) {
	dir := b.TempDir()
	bare := build(b, dir, "bare", "./testdata/bare")
	programs := []struct {
		name string
		argv []string
		used time.Duration
	}{
		{name: "aimlchat", argv: []string{build(b, dir, "aimlchat", "."), "--demo", "-m", "demo/quick", "show me a table"}},
		{name: "bare50", argv: []string{bare, "50"}},
		{name: "bare60", argv: []string{bare, "60"}},
	}
	env := lonely(b)
	b.ResetTimer()
	for b.Loop() {
		var running []*exec.Cmd
		for _, p := range programs {
			running = append(running, rest(b, env, p.argv))
		}
		<-time.After(idleTime / 2) // the demo answers, and draws its last frame
		for i, cmd := range running {
			programs[i].used -= processorTime(b, cmd.Process.Pid)
		}
		<-time.After(idleTime)
		for i, cmd := range running {
			programs[i].used += processorTime(b, cmd.Process.Pid)
		}
	}
	for _, p := range programs {
		b.ReportMetric(float64(p.used.Milliseconds())/float64(b.N)/idleTime.Seconds(), p.name+"-ms/s")
	}
	b.ReportMetric(float64(programs[0].used)/float64(programs[1].used), "x-bare50")
	b.ReportMetric(float64(programs[0].used)/float64(programs[2].used), "x-bare60")
}

// processorTime is what a process has used of all processors.
func processorTime(b *testing.B, pid int) (used time.Duration) {
	b.Helper()
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if len(threads) == 0 {
		b.Skip("there is no /proc that tells, to the nanosecond")
	}
	for _, name := range threads {
		text, err := os.ReadFile(name)
		var ns int64
		if _, scan := fmt.Sscan(string(text), &ns); err == nil && scan == nil { // a thread may have ended
			used += time.Duration(ns)
		}
	}
	return used
}

// lonely is the environment of a program that has never run, in a good terminal.
func lonely(b *testing.B) []string {
	home := b.TempDir()
	return append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home,
		"XDG_CACHE_HOME="+home, "XDG_STATE_HOME="+home, "TERM=xterm-256color", "COLORTERM=truecolor")
}

// rest starts a program on a terminal that reads all and answers nothing.
func rest(b *testing.B, env, argv []string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), argv[0], argv[1:]...)
	cmd.Env = env
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for buf := make([]byte, 32<<10); err == nil; {
			_, err = tty.Read(buf)
		}
	}()
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		_ = tty.Close()
	})
	return cmd
}
