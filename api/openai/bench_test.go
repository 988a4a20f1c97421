//go:build unix

package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

const benchChunks = 20_000

// benchEvents are chunks as AI/ML API sends them.
func benchEvents() [][]byte {
	var events [][]byte
	for i := range benchChunks {
		events = append(events, fmt.Appendf(nil, `data: {"id":"chatcmpl-81964e30","choices":[{"delta":{"content":"word %d ","refusal":null,"reasoning_content":null},"index":0,"finish_reason":null}],`+
			`"created":1790000000,"model":"maker/test-1","object":"chat.completion.chunk","usage":null}`+"\n\n", i))
	}
	return append(events, []byte("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"))
}

// benchServer is set in the process that serves the benchmarks: what it takes
// to write a stream must not count as what it takes to read one.
const benchServer = "AIMLCHAT_BENCH_SERVER"

// TestServeBenchmarks is that process; by itself it tests nothing.
func TestServeBenchmarks(t *testing.T) {
	if os.Getenv(benchServer) == "" {
		t.Skip("serves the benchmarks only")
	}
	events := benchEvents()
	body := bytes.Join(events, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if !strings.HasPrefix(r.URL.Path, "/each") {
			_, _ = w.Write(body)
			return
		}
		for _, event := range events {
			_, _ = w.Write(event)
			w.(http.Flusher).Flush()
		}
	}))
	defer server.Close()
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark ends
}

// startServer starts the process and returns where it listens.
func startServer(b *testing.B) string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestServeBenchmarks$") //nolint:gosec // it is this test
	cmd.Env = append(os.Environ(), benchServer+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// cpu is what this process has used so far, in its own code and in the system's.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkChunk reads the same stream in turn with the client and with the
// least that anything does: net/http, lines, and the content out of their JSON.
// What counts is the CPU that this process takes for a chunk, transport
// included; the promise is at most 6 µs. The server is another process: it sends
// all at once, so that reading is all there is, or flushes each chunk, so that
// most of it is waking up.
func BenchmarkChunk(b *testing.B) {
	url := startServer(b)
	for _, how := range []string{"all", "each"} {
		b.Run(how, func(b *testing.B) {
			client := newClient(b, Config{BaseURL: url + "/" + how})
			var ours, bare time.Duration
			for b.Loop() {
				start := cpu(b)
				readOurs(b, client)
				between := cpu(b)
				readBare(b, url+"/"+how)
				ours, bare = ours+between-start, bare+cpu(b)-between
			}
			chunks := float64(b.N) * benchChunks
			b.ReportMetric(float64(ours.Nanoseconds())/1000/chunks, "µs-cpu/chunk")
			b.ReportMetric(float64(bare.Nanoseconds())/1000/chunks, "µs-cpu-bare/chunk")
			b.ReportMetric(float64(ours)/float64(bare), "times-bare")
			b.ReportMetric(0, "ns/op") // of both, which says nothing
		})
	}
}

func readOurs(b *testing.B, client *Client) {
	b.Helper()
	length := 0
	for ev, err := range client.Stream(b.Context(), question) {
		if err != nil {
			b.Fatal(err)
		}
		if answer, ok := ev.(api.Answer); ok {
			length += len(answer.Text)
		}
	}
	checkLength(b, length)
}

func readBare(b *testing.B, url string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer reply.Body.Close()
	length := 0
	lines := bufio.NewScanner(reply.Body)
	for lines.Scan() {
		data, found := bytes.CutPrefix(lines.Bytes(), []byte("data: {"))
		if !found {
			continue
		}
		var c struct {
			Choices []struct {
				Delta struct {
					Content string `json:"content"`
				} `json:"delta"`
			} `json:"choices"`
		}
		if err := json.Unmarshal(lines.Bytes()[len(lines.Bytes())-len(data)-1:], &c); err != nil {
			b.Fatal(err)
		}
		length += len(c.Choices[0].Delta.Content)
	}
	checkLength(b, length)
}

// checkLength: a reader that loses something is not to be compared with.
func checkLength(b *testing.B, length int) {
	b.Helper()
	const digits = 10 + 2*90 + 3*900 + 4*9000 + 5*10_000
	if want := len("word  ")*benchChunks + digits; length != want {
		b.Fatalf("%d bytes of answer, want %d", length, want)
	}
}

// BenchmarkDecode leaves out the transport.
func BenchmarkDecode(b *testing.B) {
	body := string(bytes.Join(benchEvents(), nil))
	b.ReportAllocs()
	for b.Loop() {
		if reply := replay(b, []string{body}); reply.Err != nil {
			b.Fatal(reply.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N)/benchChunks, "µs/chunk")
}
