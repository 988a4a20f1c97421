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

	"github.com/creack/pty"
)

// The flood: an answer of 80 KB in 20,000 pieces, 500 a second.
const (
	floodBytes  = 80_000
	floodPieces = 20_000
	floodRate   = 500
	floodEnd    = "ENDOFFLOOD"
)

// BenchmarkFlood measures the CPU of the whole program, on a screen of 120x40,
// while a long answer arrives in very many pieces, against a program that reads
// the same to nowhere, and against curl where there is one. Each takes 40 s.
// The terminal answers no query and draws nothing.
func BenchmarkFlood(b *testing.B) {
	service := httptest.NewServer(http.HandlerFunc(flood))
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
		ours := drown(b, program, service.URL+"/v1")
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

func cpu(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// drown runs aimlchat on the flood and leaves when all of it was shown.
func drown(b *testing.B, program, baseURL string) *exec.Cmd {
	b.Helper()
	home := b.TempDir()
	cmd := exec.CommandContext(b.Context(), program, "--base-url", baseURL, "-m", "flood", "go")
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "XDG_CACHE_HOME="+home,
		"XDG_STATE_HOME="+home, "TERM=xterm-256color", "COLORTERM=truecolor")
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
	behind := time.Since(began) - floodPieces*time.Second/floodRate
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

// flood answers with prose, lists, tables and code.
func flood(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":[{"id":"flood"}]}`))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	text, began := floodText(), time.Now()
	size := len(text) / floodPieces
	for i := range floodPieces {
		piece, _ := json.Marshal(text[i*size : (i+1)*size])
		_, _ = fmt.Fprintf(w, "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", piece)
		w.(http.Flusher).Flush()
		due := time.NewTimer(time.Until(began.Add(time.Duration(i) * time.Second / floodRate)))
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
