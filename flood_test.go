//go:build unix

package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"charm.land/glamour/v2"
	"github.com/creack/pty"
)

// deluge answers with prose, lists, tables and code: floodBytes in so many
// pieces, so many a second.
type deluge struct{ pieces, rate int }

// The flood is what is worse than any service; the other arrives as fast as
// answers do that one waits for.
var (
	flood   = deluge{20_000, 500}
	torrent = deluge{300, 30}
)

const (
	floodBytes = 80_000
	floodEnd   = "ENDOFFLOOD"
)

// BenchmarkFlood measures the CPU of the whole program, on a screen of 120x40,
// while a long answer arrives in very many pieces, against a program that reads
// the same to nowhere, and against curl where there is one. Each takes 40 s.
// The terminal answers no query and draws nothing.
func BenchmarkFlood(b *testing.B) {
	service := httptest.NewServer(flood)
	b.Cleanup(service.Close)
	dir, url := b.TempDir(), service.URL+"/v1/chat/completions"
	reader, program := build(b, dir, "reader", "./testdata/reader"), build(b, dir, "aimlchat", ".")
	b.ResetTimer()
	for b.Loop() {
		var wait sync.WaitGroup
		costs := map[string]*exec.Cmd{"reader": exec.CommandContext(b.Context(), reader, url)}
		if curl, err := exec.LookPath("curl"); err == nil {
			costs["curl"] = exec.CommandContext(b.Context(), curl, "-sN", "-d", "{}", "-o", os.DevNull, url)
		}
		for name, cmd := range costs {
			wait.Go(func() {
				if err := cmd.Run(); err != nil {
					b.Errorf("%s: %v", name, err)
				}
			})
		}
		ours := flood.drown(b, program, service.URL+"/v1")
		wait.Wait()
		used := ours.ProcessState.SysUsage().(*syscall.Rusage)
		b.ReportMetric(cpu(ours).Seconds(), "aimlchat-cpu-s")
		b.ReportMetric(float64(used.Maxrss)/1024, "aimlchat-MB") // kilobytes on Linux
		for name, cmd := range costs {
			b.ReportMetric(cpu(cmd).Seconds(), name+"-cpu-s")
			b.ReportMetric(cpu(ours).Seconds()/cpu(cmd).Seconds(), "x-"+name)
		}
	}
}

// BenchmarkWhole measures the CPU of the whole program, from its start to its
// end, network and terminal included, for a long answer in 300 pieces, beside
// one render of the same text by glamour, which this process does after it.
// Takes 10 s.
func BenchmarkWhole(b *testing.B) {
	service := httptest.NewServer(torrent)
	b.Cleanup(service.Close)
	program := build(b, b.TempDir(), "aimlchat", ".")
	text := floodText()
	b.ResetTimer()
	for b.Loop() {
		ours := cpu(torrent.drown(b, program, service.URL+"/v1"))
		const renders = 5
		began := selfCPU(b)
		for range renders {
			r, err := glamour.NewTermRenderer(glamour.WithStandardStyle("dark"), glamour.WithWordWrap(120))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.Render(text); err != nil {
				b.Fatal(err)
			}
		}
		one := (selfCPU(b) - began) / renders
		b.ReportMetric(ours.Seconds(), "aimlchat-cpu-s")
		b.ReportMetric(one.Seconds(), "glamour-cpu-s")
		b.ReportMetric(ours.Seconds()/one.Seconds(), "x-glamour")
	}
}

// selfCPU is what this process has used.
func selfCPU(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func cpu(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// drown runs aimlchat on the flood and leaves when all of it was shown.
func (d deluge) drown(b *testing.B, program, baseURL string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), program, "--base-url", baseURL, "-m", "flood", "go")
	cmd.Env = lonely(b)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		b.Fatal(err)
	}
	defer tty.Close()
	began, tail, buf := time.Now(), []byte{}, make([]byte, 32<<10)
	for !bytes.Contains(tail, []byte(floodEnd)) {
		n, err := tty.Read(buf)
		if err != nil {
			b.Fatalf("the screen went away: %v", err)
		}
		tail = append(tail, buf[:n]...)
		tail = tail[max(0, len(tail)-(64<<10)):]
	}
	behind := time.Since(began) - time.Duration(d.pieces)*time.Second/time.Duration(d.rate)
	b.ReportMetric(behind.Seconds(), "behind-s")
	go func() { // until it has left
		for err == nil {
			_, err = tty.Read(buf)
		}
	}()
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait() // by the signal
	return cmd
}

func (d deluge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":[{"id":"flood"}]}`))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	text, began := floodText(), time.Now()
	size := len(text) / d.pieces
	for i := range d.pieces {
		piece, _ := json.Marshal(text[i*size : (i+1)*size])
		_, _ = fmt.Fprintf(w, "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", piece)
		w.(http.Flusher).Flush()
		due := time.NewTimer(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(d.rate))))
		select {
		case <-due.C:
		case <-r.Context().Done():
			return
		}
	}
	_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\n\\n%s\\n\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", floodEnd)
}

func floodText() string {
	var b strings.Builder
	for i := 0; b.Len() < floodBytes; i++ {
		fmt.Fprintf(&b, "## Part %d\n\nThe **river** rises in the hills, *slowly*, and `flow(%d)` tells how much of it there is. ", i, i)
		b.WriteString(strings.Repeat("It turns to the east behind the mill, and takes up the brook that comes from the north. ", 4))
		b.WriteString("\n\n- the first bridge\n- the second one, [on the map](https://example.org/map)\n- the ford\n\n")
		b.WriteString("| place | depth |\n|---|---|\n| mill | 2 m |\n| ford | 0.4 m |\n\n")
		b.WriteString("```go\nfunc flow(part int) float64 {\n\tif part == 0 {\n\t\treturn 0.5 // the spring\n\t}\n\treturn flow(part-1) * 1.1\n}\n```\n\n")
	}
	return b.String()[:floodBytes]
}
